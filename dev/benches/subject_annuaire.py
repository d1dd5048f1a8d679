"""dev/bench annuaire: import a made-up directory of recipients, twice, and search."""

import argparse
import random

from devenv.base import say, scratch

from .recipient_file import make_csv, make_xml, siret
from .stage import dismiss, machine, staged

MEGABYTE = 10**6
# A worker of Odoo alone has some 150 MB; the file is larger than the whole aim.
AIMS = {"seconds": 60, "again_seconds": 60, "peak_rss_mb": 350, "find_ms": 500}


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the options of the subject."""
    parser = argparse.ArgumentParser(prog="dev/bench annuaire", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="entities")
    parser.add_argument("--form", choices=("xml", "csv"), default="xml")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    return parser.parse_args(arguments)


def run(env, options) -> dict:
    """Import the file twice and return the figures beside the aims."""
    facts = machine()
    make = {"xml": make_xml, "csv": make_csv}[options.form]
    with scratch() as folder, staged(env, "annuaire") as stage:
        path = folder / f"annuaire.{options.form}"
        say(f"making {options.count} entities, seed {options.seed} …")
        size = make(path, options.count, options.seed)
        [worker] = stage.hire()
        worker.do("load", module="recipients")
        worker.do("measure_import")
        say(f"importing {size // MEGABYTE} MB …")
        first = worker.do("import", path=str(path))
        say("the same again …")
        again = worker.do("import", path=str(path))
        found = worker.do("find", queries=_queries(options.count))
        peak = worker.do("figures")["peak_rss_mb"]
        dismiss([worker])
    result = summarize(first, again, found, peak)
    made = {"seed": options.seed, "file_mb": size // MEGABYTE, "form": options.form}
    return made | result | {"machine": facts}


def _queries(count: int) -> list[str]:
    middle = siret(count // 2)
    return [middle, middle[:9], "75001", "commune val", f"lycée {count // 2}", "de"]


def summarize(first: dict, again: dict, found: dict, peak: float) -> dict:
    """The figures of a run, beside the aims."""
    result = {
        "rows": first["recipients"],
        "seconds": first["seconds"],
        "cpu_seconds": first["cpu_seconds"],
        "again_seconds": again["seconds"],
        "peak_rss_mb": peak,
        "find_ms": max(query["ms"] for query in found.values()),
        "first": first,
        "again": again,
        "find": found,
    }
    is_met = all(result[name] <= aim for name, aim in AIMS.items())
    is_same = first["created"] == first["recipients"]
    is_still = again["created"] == again["changed"] == again["vanished"] == 0
    return result | {"aims": AIMS, "ok": is_met and is_same and is_still}
