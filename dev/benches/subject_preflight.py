"""dev/bench preflight: everything that stops invoices, found for many at once."""

import argparse

from devenv.base import say

from .stage import dismiss, machine, staged

AIM_SECONDS = 3
FEW = 50
# Odoo reads at most so many records of a table at once, and what hangs on them.
PAGE, TABLES = 1000, 4


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the options of the subject."""
    parser = argparse.ArgumentParser(prog="dev/bench preflight", description=__doc__)
    parser.add_argument("--invoices", type=int, default=500)
    parser.add_argument("--entities", type=int, default=50)
    parser.add_argument("--lines", type=int, default=3)
    parser.add_argument("--times", type=int, default=3, help="of which the worst")
    return parser.parse_args(arguments)


def run(env, options) -> dict:
    """Judge the invoices, open the dialog for them, and return the figures."""
    facts = machine()
    with staged(env, "preflight") as stage:
        [worker] = stage.hire()
        for module in ("company", "preflight"):
            worker.do("load", module=module)
        company = worker.do("set_up", portal=stage.portal, web=stage.web)
        say(f"{options.invoices} invoices to {options.entities} entities …")
        moves = worker.do(
            "invoices", company=company, count=options.invoices, lines=options.lines
        )
        entities = worker.do("entities", count=options.entities)
        worker.do("route", moves=moves, entities=entities)
        worker.do("judge", moves=moves[:1])
        found = {
            "few": [worker.do("judge", moves=moves[:FEW])],
            "judged": [worker.do("judge", moves=moves) for _ in range(options.times)],
            "opened": [worker.do("open", moves=moves) for _ in range(options.times)],
        }
        dismiss([worker])
    return summarize(options, found) | {"machine": facts}


def summarize(options, found: dict) -> dict:
    """The figures of a run, beside the aims."""
    worst = {name: max(one["seconds"] for one in runs) for name, runs in found.items()}
    cpu = {name: max(one["cpu"] for one in runs) for name, runs in found.items()}
    sql = {name: max(one["sql"] for one in runs) for name, runs in found.items()}
    # Beside its lines an invoice has those of its VAT and of its due date.
    pages = options.invoices * (options.lines + 2) // PAGE
    aims = {"preflight_seconds": AIM_SECONDS, "sql": sql["few"] + TABLES * pages}
    return {
        "ok": worst["judged"] <= AIM_SECONDS and sql["judged"] <= aims["sql"],
        "invoices": options.invoices,
        "entities": options.entities,
        "lines": options.lines,
        "preflight_seconds": worst["judged"],
        "preflight_cpu_seconds": cpu["judged"],
        "dialog_seconds": worst["opened"],
        "dialog_cpu_seconds": cpu["opened"],
        "sql": {f"preflight of {FEW}": sql["few"], "preflight": sql["judged"]}
        | {"dialog": sql["opened"]},
        "ready": found["opened"][0]["result"],
        "aims": aims,
    }
