"""`python -m story`: play the story in a database, compare, write what came out."""

import argparse
import json
import sys
from pathlib import Path

from devenv.inside import odoo_environment, open_registry

from . import company, compare, report
from .course import Course
from .portal import Portal


def main(arguments: list[str]) -> int:
    """Play and compare; the result goes to a file, read by dev/demo."""
    options = _options(arguments)
    registry = open_registry(options.database)
    portal = Portal(options.portal)
    with odoo_environment(registry) as env:
        company.set_up(env, options.lang, options.web)
        _expect_state(env, options.state)
    with odoo_environment(registry) as env:
        course = Course(env, portal)
        course.run()
        numbers = {key: move.name for key, move in course.clerk.moves.items()}
    # A fresh cursor: what counts is what the database holds.
    with odoo_environment(registry, lang=options.lang, tz=company.ZONE) as env:
        books = compare.Books(env)
        ledger = compare.Ledger(portal.ledger())
        result = _result(books, ledger, numbers, course.blocked)
        result["figures"]["transmissions_with_file"] = report.save_files(
            books, options.result
        )
    (options.result / "result.json").write_text(json.dumps(result))
    return 0


def _result(books, ledger, numbers: dict, blocked: dict) -> dict:
    figures = books.figures()
    return {
        "table": report.table(books),
        "reasons": report.reasons(books),
        "blocked": blocked,
        "figures": {**figures, "blocked": books.count_blocked()},
        "problems": [
            *compare.differences(books, ledger),
            *compare.broken_promises(books, numbers),
            *compare.wrong_blocks(books, blocked),
        ],
    }


def _expect_state(env, path: str) -> None:
    """Odoo and the simulator's process must share one state file."""
    embedded = env["res.company"]._chorus_pro_demo_path()
    if Path(embedded).resolve() != Path(path).resolve():
        raise RuntimeError(f"the Demo portal is kept in {embedded}, not in {path}")


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="story")
    parser.add_argument("--database", required=True)
    parser.add_argument("--portal", required=True, help="URL of the simulator")
    parser.add_argument("--state", required=True, help="the simulator's file")
    parser.add_argument("--web", required=True, help="URL of Odoo")
    parser.add_argument("--lang", required=True, help="language of the screens")
    parser.add_argument("--result", type=Path, required=True, help="folder to fill")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
