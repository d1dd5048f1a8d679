"""dev/bench queue: deposits alone, with frozen tiny files, by one lane and several."""

import argparse
import time
from statistics import median

from devenv.base import say

from .stage import Stage, dismiss, machine, staged

LANES = (1, 2, 4)
# The time of an invoice in the longest queue may be so many times that in the shortest.
FLAT = 1.25
# A short queue is over within a second, so that one alone says little.
SHORT_TIMES = 5


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the options of the subject."""
    parser = argparse.ArgumentParser(prog="dev/bench queue", description=__doc__)
    parser.add_argument("--invoices", type=int, default=20000)
    parser.add_argument("--short", type=int, default=1000, help="the short queue")
    parser.add_argument("--lanes", type=int, nargs="+", default=list(LANES))
    return parser.parse_args(arguments)


def run(env, options) -> dict:
    """Deposit the queues and return the figures."""
    facts = machine()
    rounds = {}
    for lanes in options.lanes:
        # A database of its own for each: what was sent before would be read again.
        with staged(env, f"queue{lanes}") as stage:
            say(f"{lanes} lanes …")
            rounds[lanes] = measure(stage, options, lanes)
    return summarize(options, rounds) | {"machine": facts}


def measure(stage: Stage, options, lanes: int) -> dict:
    """Deposit a short queue and a long one with so many lanes."""
    clerk, *_ = workers = stage.hire()
    for module in ("company", "sending", "crowd"):
        clerk.do("load", module=module)
    company = clerk.do("set_up", portal=stage.portal, web=stage.web)
    clerk.do("hurry", company=company)
    [pattern] = clerk.do("invoices", company=company, count=1, lines=1)
    senders = stage.hire(lanes)
    workers += senders
    for sender in senders:
        sender.do("load", module="sending")
        sender.do("measure")
    found = {}
    for name, count, times in (
        ("short", options.short, SHORT_TIMES),
        ("long", options.invoices, 1),
    ):
        found[name] = median(
            deposit(clerk, senders, pattern, count) / count for _ in range(times)
        )
    found["double"] = clerk.do("duplicates", portal=str(stage.state))
    found["states"] = clerk.do("outcome")["states"]
    found |= _figures(sender.do("figures") for sender in senders)
    dismiss(workers)
    return found


def deposit(clerk, senders, pattern: int, count: int) -> float:
    """Queue copies of an invoice; returns the seconds that their deposit takes."""
    clerk.do("crowd", pattern=pattern, count=count)
    return send(senders)


def send(senders) -> float:
    """Let all lanes work until nothing waits; returns the seconds that it took."""
    for sender in senders:
        sender.do("reset")
    started = time.monotonic()
    for sender in senders:
        sender.start("send")
    for sender in senders:
        sender.result()
    return time.monotonic() - started


def _figures(found) -> dict:
    figures = list(found)
    return {
        "sql": sum(one["sql"] for one in figures),
        "peak_rss_mb": max(one["peak_rss_mb"] for one in figures),
    }


def summarize(options, rounds: dict) -> dict:
    """The figures of all rounds, beside the aims."""
    flat = {lanes: found["long"] / found["short"] for lanes, found in rounds.items()}
    duplicates = sum(found["double"] for found in rounds.values())
    deposited = sum(found["states"].get("deposited", 0) for found in rounds.values())
    wanted = len(rounds) * (options.invoices + SHORT_TIMES * options.short)
    return {
        "ok": not duplicates
        and deposited == wanted
        and max(flat.values(), default=0) <= FLAT,
        "invoices": options.invoices,
        "seconds_per_invoice": {n: round(f["long"], 5) for n, f in rounds.items()},
        "seconds_per_invoice_short": {
            n: round(f["short"], 5) for n, f in rounds.items()
        },
        "invoices_per_second": {n: round(1 / f["long"], 1) for n, f in rounds.items()},
        "long_over_short": {n: round(ratio, 2) for n, ratio in flat.items()},
        "sql_per_invoice": {
            n: round(f["sql"] / options.invoices, 2) for n, f in rounds.items()
        },
        "peak_rss_mb": {n: f["peak_rss_mb"] for n, f in rounds.items()},
        "deposited": deposited,
        "duplicates": duplicates,
        "aims": {"duplicates": 0, "deposited": wanted, "long_over_short": FLAT},
    }
