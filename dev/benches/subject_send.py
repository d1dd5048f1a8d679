"""dev/bench send: the whole way from queued to deposited, against the usual way."""

import argparse
import time
from collections import Counter

from devenv.base import say

from .stage import Stage, dismiss, machine, staged

STAGES = ("render", "document", "preflight", "archive", "deposit")
WARM_UP = 2
# What must not grow with the number of invoices, and by how much it may.
FLAT = ("sql_per_invoice", "odoo_peak_rss_mb", "peak_rss_mb")
GROWTH = 1.1


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the options of the subject."""
    parser = argparse.ArgumentParser(prog="dev/bench send", description=__doc__)
    parser.add_argument("--invoices", type=int, default=200)
    parser.add_argument("--lines", type=int, default=5)
    parser.add_argument("--lanes", type=int, default=1)
    parser.add_argument(
        "--batch", type=int, default=0, help="invoices in one run of the renderer"
    )
    parser.add_argument(
        "--usual",
        type=int,
        default=20,
        help="invoices of the same run that are sent the usual way too (2 s each)",
    )
    parser.add_argument(
        "--compare",
        type=int,
        default=0,
        metavar="N",
        help="send N invoices more, by fresh processes: nothing may grow with the size",
    )
    return parser.parse_args(arguments)


def run(env, options) -> dict:
    """Send the invoices and return the figures."""
    facts = machine()
    with staged(env, "send") as stage:
        [clerk] = stage.hire()
        company = prepare(stage, clerk)
        wanted = {"company": company, "lines": options.lines}
        result = measure(stage, clerk, wanted, options, options.usual)
        sizes = [options.invoices]
        if options.compare:
            sizes.append(options.compare)
            more = argparse.Namespace(**{**vars(options), "invoices": options.compare})
            result = compare(result, measure(stage, clerk, wanted, more))
        outcome = clerk.do("outcome")
        dismiss([clerk])
    expected = {"deposited": sum(sizes) + len(sizes) * WARM_UP * options.lanes}
    return result | {
        "states": outcome["states"],
        "expected_states": expected,
        "ok": result["ok"] and outcome["states"] == expected,
        "usual_sample": options.usual,
        "machine": facts,
    }


def measure(stage: Stage, clerk, wanted: dict, options, usual: int = 0) -> dict:
    """Send new invoices by fresh processes; returns the figures beside the aims.

    :param int usual: how many of them are sent the usual way too
    """
    say(f"posting {options.invoices} invoices …")
    warm = clerk.do("invoices", count=WARM_UP * options.lanes, **wanted)
    moves = clerk.do("invoices", count=options.invoices, **wanted)
    clerk.do("enqueue", moves=warm)
    lanes = stage.hire(options.lanes)
    for lane in lanes:
        lane.do("load", module="sending")
        lane.do("measure", batch=options.batch)
    lanes[0].do("send")
    say("sending …")
    clerk.do("enqueue", moves=moves)
    seconds, figures = send(lanes)
    if usual:
        say(f"the usual way, {usual} of them …")
    each_usual = measure_usual_way(lanes[0], moves[:usual])
    dismiss(lanes)
    return summarize(options, seconds, figures, each_usual, usual)


def compare(result: dict, other: dict) -> dict:
    """The first figures, with those of the other size and how much they grew."""
    small, large = sorted((result, other), key=lambda one: one["invoices"])
    growth = {name: round(large[name] / small[name], 3) for name in FLAT}
    kept = ("invoices", "seconds_per_invoice", "http_calls", *FLAT)
    return result | {
        "compared": {name: other[name] for name in kept},
        "growth": growth,
        "aims": result["aims"] | {"growth": GROWTH},
        "ok": result["ok"] and other["ok"] and max(growth.values()) <= GROWTH,
    }


def prepare(stage: Stage, clerk) -> int:
    """Make the company; returns its id."""
    clerk.do("load", module="company")
    clerk.do("load", module="sending")
    return clerk.do("set_up", portal=stage.portal, web=stage.web)


def send(lanes) -> tuple[float, list[dict]]:
    """Let all lanes work until nothing waits; returns seconds and their figures."""
    for lane in lanes:
        lane.do("reset")
    started = time.monotonic()
    for lane in lanes:
        lane.start("send")
    figures = [lane.result() for lane in lanes]
    return time.monotonic() - started, figures


def measure_usual_way(worker, moves: list[int]) -> float:
    """Seconds for one invoice of those that are sent the usual way."""
    if not moves:
        return 0.0
    figures = worker.do("send_the_usual_way", moves=moves)
    return figures["elapsed"] / len(moves)


def summarize(options, seconds: float, figures: list, usual: float, sample) -> dict:
    """The figures of a run, beside the aims.

    `peak_rss_mb` is Odoo's process and the largest that it started, the renderer, as
    if both had their peaks at the same moment; of the lane where it is most.
    """
    spent = sum((Counter(f["seconds"]) for f in figures), Counter())
    each = seconds / options.invoices
    busy = sum(f["elapsed"] for f in figures)
    shares = {stage: round(spent[stage] / busy, 3) for stage in STAGES}
    # Rendering goes on beside the other stages: together they may be more than 1.
    total = sum(shares.values())
    shares["rest"] = round(max(1 - total, 0), 3)
    shares["at_the_same_time"] = round(max(total - 1, 0), 3)
    result = {
        "invoices": options.invoices,
        "lanes": options.lanes,
        "seconds": round(seconds, 2),
        "seconds_per_invoice": round(each, 4),
        "usual_seconds_per_invoice": round(usual, 4),
        "speedup_vs_usual": round(usual / each, 1),
        "http_calls": sum(f["calls"].get("http", 0) for f in figures),
        "sql_per_invoice": round(sum(f["sql"] for f in figures) / options.invoices, 1),
        "peak_rss_mb": round(
            max(f["peak_rss_mb"] + f["child_peak_rss_mb"] for f in figures), 1
        ),
        "odoo_peak_rss_mb": max(f["peak_rss_mb"] for f in figures),
        "renderer_peak_rss_mb": max(f["child_peak_rss_mb"] for f in figures),
        "cpu_seconds": round(sum(f["cpu"] for f in figures), 2),
        "shares": shares,
    }
    aims = {
        "seconds_per_invoice": 0.15 if options.lanes == 1 else 0.09,
        "speedup_vs_usual": 12,
        "http_calls": 3 + options.invoices // 100,
        "sql_per_invoice": 80,
        "peak_rss_mb": 700,
    }
    return result | {"aims": aims, "ok": _is_met(result, aims, sample)}


def _is_met(result: dict, aims: dict, with_usual: int) -> bool:
    faster = not with_usual or result["speedup_vs_usual"] >= aims["speedup_vs_usual"]
    others = (name for name in aims if name != "speedup_vs_usual")
    return faster and all(result[name] <= aims[name] for name in others)
