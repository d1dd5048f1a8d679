"""The command line of dev/test."""

import argparse


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line of dev/test."""
    parser = argparse.ArgumentParser(
        prog="dev/test",
        description="Run the addon's tests; the last line is 'N passed, N failed'.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--all", action="store_true", help="the long tests, core's checks, coverage too"
    )
    what.add_argument(
        "--jobs", action="store_true", help="only those with OCA's queue_job installed"
    )
    what.add_argument(
        "--neighbours",
        action="store_true",
        help="only those beside sale, Peppol and letters, before and after ours",
    )
    what.add_argument(
        "--upgrade",
        action="store_true",
        help="only the upgrade from the first version, which needs the git history",
    )
    what.add_argument("--tags", metavar="TAGS", help="what Odoo's --test-tags takes")
    parser.add_argument(
        "--coverage", action="store_true", help="print what is not reached"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="the whole log")
    options = parser.parse_args(arguments)
    options.coverage = options.coverage or options.all
    return options
