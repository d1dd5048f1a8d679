"""Importing and searching the directory in a bench; commands for worker.py."""

import time
from importlib import import_module
from pathlib import Path

ADDON = "odoo.addons.l10n_fr_chorus_pro"


def do_measure_import(office) -> None:
    """Count the stages of an import from now on."""
    recipients = office.registry["chorus.pro.recipient"]
    for name in ("_fill_stage", "_copy", "_merge_stage"):
        office.meter.wrap(recipients, name, name.strip("_"))


def do_import(office, *, path: str) -> dict:
    """Import a file as the scheduled action does; seconds and counts."""
    reader = import_module(f"{ADDON}.chorus_api")
    office.meter.reset()
    started = time.monotonic(), time.process_time()
    with Path(path).open("rb") as source, office.environment() as env:
        records = reader.read_recipients(source)
        found = env["chorus.pro.recipient"]._load(records, "demo")
    found.pop("first_unreadable")
    stages = office.meter.figures()["seconds"]
    return {
        "stages": {name: round(seconds, 1) for name, seconds in stages.items()},
        "seconds": round(time.monotonic() - started[0], 1),
        "cpu_seconds": round(time.process_time() - started[1], 1),
        **found,
    }


def do_find(office, *, queries: list[str]) -> dict:
    """The slower of two searches of each query, in milliseconds, and its hits."""
    found = {}
    with office.environment() as env:
        recipients = env["chorus.pro.recipient"]
        for query in queries:
            times = []
            for _ in range(2):
                env.invalidate_all()
                started = time.perf_counter()
                _page, total = recipients._find(query, environment="demo")
                times.append(1000 * (time.perf_counter() - started))
            found[query] = {"ms": round(max(times), 1), "hits": total}
    return found
