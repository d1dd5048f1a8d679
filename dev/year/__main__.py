"""`python -m year`: play the year in a database, compare, write what came out."""

import argparse
import json
import resource
import sys
import time
from collections import Counter
from importlib import import_module
from pathlib import Path

from devenv.inside import odoo_environment, open_registry
from devenv.odoo_clock import set_client_clock, set_clock
from story import company
from story.portal import Portal

from . import bodies
from .course import Course
from .days import Days

WIRE = "odoo.addons.l10n_fr_chorus_pro.chorus_api.wire"
# Seconds at the portal, short enough not to be waited for.
LATENCY = {"finished": 40, "routed": 120, "available": 600}


def main(arguments: list[str]) -> int:
    """Play and compare; the result goes to a file, read by dev/demo."""
    options = _options(arguments)
    started = time.monotonic()
    portal = Portal(options.portal)
    clock = Days(portal)
    # Before the addons: defaults of their fields take it over.
    set_clock(clock)
    registry = open_registry(options.database)
    set_client_clock(clock)
    calls = _count_calls()
    with odoo_environment(registry) as env:
        company.set_up(env, options.lang, options.web)
    portal.slow_down(**LATENCY)
    chosen = bodies.choose(portal.structures(), options.seed, options.entities)
    course = _play(registry, portal, clock, chosen, options)
    with odoo_environment(registry, lang=options.lang, tz=company.ZONE) as env:
        result = _result(env, portal, course)
    figures = result["figures"]
    figures |= {"seed": options.seed, "calls": dict(calls.most_common())}
    figures |= _costs(started)
    (options.result / "result.json").write_text(json.dumps(result))
    return 0


def _play(registry, portal, clock, chosen: list, options):
    with odoo_environment(registry) as env:
        course = Course(env, portal, clock, chosen, options)
        course.run()
    return course


def _count_calls() -> Counter:
    """Count the calls of the portal by service."""
    wire, calls = import_module(WIRE).Wire, Counter()
    exchange = wire.exchange

    def counted(self, service, *args, **kwargs):
        calls[service] += 1
        return exchange(self, service, *args, **kwargs)

    wire.exchange = counted
    return calls


def _result(env, portal: Portal, course) -> dict:
    verdict = import_module("year.verdict")
    books = verdict.Books(env)
    ledger = verdict.Ledger(portal.ledger(), course.mishaps.by_hand)
    gate = env["chorus.pro.gate"].search([("company_id", "=", env.company.id)])
    return {
        "problems": verdict.problems(books, ledger, course.mishaps.typed),
        "figures": {
            "invoices": dict(Counter(books.moves.mapped("chorus_pro_status"))),
            "entities": len(books.moves.commercial_partner_id),
            "deposits": len(books.flows),
            "statuses_given": course.recipients.played,
            "acts": dict(course.acts),
            "mishaps": dict(Counter(course.mishaps.happened)),
            "missed_by_the_delta": sum(gate.mapped("missed")),
        },
    }


def _costs(started: float) -> dict:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = sum(one.ru_utime + one.ru_stime for one in (own, children))
    return {"played_seconds": round(time.monotonic() - started), "cpu": round(used)}


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="year")
    parser.add_argument("--database", required=True)
    parser.add_argument("--portal", required=True, help="URL of the simulator")
    parser.add_argument("--state", required=True, help="the simulator's file")
    parser.add_argument("--web", required=True, help="URL of Odoo")
    parser.add_argument("--lang", required=True, help="language of the screens")
    parser.add_argument("--result", type=Path, required=True, help="folder to fill")
    parser.add_argument("--invoices", type=int, required=True)
    parser.add_argument("--entities", type=int, required=True)
    parser.add_argument("--seed", required=True)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
