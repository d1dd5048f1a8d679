"""`python -m catalogue`: post the scenarios, write their files and a table of them."""

import argparse
import json
import sys
from pathlib import Path

from devenv.inside import (
    install_language,
    odoo_environment,
    open_registry,
    use_web_server,
)

from .scenarios import load

LANGUAGE = "fr_FR"


def main(arguments: list[str]) -> int:
    """Write PDF and XML of every scenario; the result is read by dev/factur-x."""
    options = _options(arguments)
    catalogue = load()
    if options.names:
        print(json.dumps({one.name: one.title for one in catalogue.SCENARIOS}))
        return 0
    with odoo_environment(open_registry(options.database)) as env:
        if options.golden:
            for name, xml in catalogue.make_golden(env).items():
                (options.result / name).write_bytes(xml)
            return 0
        # Odoo must know its addons before one of them is imported.
        from .machine import Renderer
        from .printing import Printer

        use_web_server(env, options.web)
        install_language(env, LANGUAGE)
        renderers = [
            Renderer(row["mark"], row["path"], frozenset(row["only"]))
            for row in options.renderers
        ]
        studio = catalogue.Studio(env, LANGUAGE)
        printer = Printer(studio, options.result, renderers)
        rows = printer.print_all(catalogue.choose(options.only))
    (options.result / options.table).write_text(json.dumps(rows))
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="catalogue")
    parser.add_argument("--names", action="store_true", help="print them, as JSON")
    parser.add_argument("--database")
    parser.add_argument("--result", type=Path, help="folder to fill")
    parser.add_argument("--golden", action="store_true", help="XML of the main kinds")
    parser.add_argument("--web", help="URL of Odoo")
    parser.add_argument("--table", help="name of the JSON to write there")
    parser.add_argument(
        "--renderers", type=json.loads, help="JSON list of {mark, path, only}"
    )
    parser.add_argument("--only", nargs="*", default=(), help="names of scenarios")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
