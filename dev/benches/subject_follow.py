"""dev/bench follow: what follows from open invoices, and from the way of asking."""

import argparse

from devenv.base import say

from .stage import Stage, dismiss, machine, staged

SEARCH_CALLS, SECONDS = 5, 5.0
# So many changes make pages of different length: their statements are compared.
FURTHER = (20, 200)
# The first page of a process reads what later ones find in its memory.
MARGIN = 6
# One call for each invoice is measured on so many, then reckoned for all.
SAMPLE = 500


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the options of the subject."""
    parser = argparse.ArgumentParser(prog="dev/bench follow", description=__doc__)
    parser.add_argument("--open", type=int, default=10000, help="open invoices")
    parser.add_argument("--changed", type=int, default=100)
    parser.add_argument("--sample", type=int, default=SAMPLE, help="the usual way")
    return parser.parse_args(arguments)


def run(env, options) -> dict:
    """Follow a crowd of invoices and return the figures."""
    facts = machine()
    with staged(env, "follow") as stage:
        return summarize(options, measure(stage, options)) | {"machine": facts}


def measure(stage: Stage, options) -> dict:
    """Change some of many open invoices and follow them, in both ways."""
    [clerk] = workers = stage.hire()
    for module in ("company", "crowd", "following"):
        clerk.do("load", module=module)
    company = clerk.do("set_up", portal=stage.portal, web=stage.web)
    clerk.do("hurry", company=company)
    [pattern] = clerk.do("invoices", company=company, count=1, lines=1)
    ledger = str(stage.state)
    say(f"{options.open} open invoices …")
    clerk.do("open", pattern=pattern, count=options.open, portal=ledger)
    clerk.do("count")
    found = {"still": clerk.do("follow")}
    clerk.do("change", count=options.changed, portal=ledger)
    found["ours"] = clerk.do("follow")
    found["reached"] = clerk.do("followed")
    found["again"] = clerk.do("follow")
    found["further"] = []
    for count in FURTHER:
        clerk.do("change", count=count, portal=ledger)
        found["further"].append(clerk.do("follow"))
    count = min(options.sample, options.open)
    say(f"one call for each of {count} invoices …")
    found["usual"] = clerk.do("follow_the_usual_way", count=count)
    dismiss(workers)
    return found


def summarize(options, found: dict) -> dict:
    """The figures, beside the aims."""
    ours, usual, reached = found["ours"], found["usual"], found["reached"]
    times = options.open / max(usual["invoices"], 1)
    pages = [one["pages"] for one in (ours, *found["further"])]
    most = max(max(counts, default=0) for counts in pages)
    least = min(min(counts, default=0) for counts in pages)
    ok = (
        ours["search"] <= SEARCH_CALLS
        and ours["history"] == options.changed
        and ours["seconds"] < SECONDS
        and set(reached.values()) == {options.changed}
        and not found["still"]["history"]
        and most <= least + MARGIN
    )
    return {
        "ok": ok,
        "open": options.open,
        "changed": options.changed,
        "http_calls_search": ours["search"],
        "http_calls_history": ours["history"],
        "http_calls": ours["http"],
        "seconds": ours["seconds"],
        "sql_queries": ours["sql"],
        "sql_per_page": pages,
        "nothing_changed": _short(found["still"]),
        "changes_seen_again": _short(found["again"]),
        "reached": reached,
        "one_call_per_invoice": {
            "measured_on": usual["invoices"],
            "http_calls": round(usual["http"] * times),
            "seconds": round(usual["seconds"] * times, 1),
            "sql_queries": round(usual["sql"] * times),
        },
        "aims": {
            "http_calls_search": SEARCH_CALLS,
            "http_calls_history": options.changed,
            "seconds": SECONDS,
        },
    }


def _short(figures: dict) -> dict:
    names = ("search", "history", "seconds", "sql")
    return {name: figures[name] for name in names}
