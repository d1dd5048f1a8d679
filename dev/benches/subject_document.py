"""dev/bench document: one file, step by step, without the renderer."""

import argparse

from devenv.base import say

from .stage import dismiss, machine, staged

LINES, MANY_LINES = 10, 1200
AIMS = {
    "xml_ms": 15,
    "pdf_ms": 40,
    "schematron_ms": 60,
    "many_lines_ms": 1500,
}


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the options of the subject."""
    parser = argparse.ArgumentParser(prog="dev/bench document", description=__doc__)
    parser.add_argument("--times", type=int, default=30, help="of which the median")
    parser.add_argument("--warm-up", type=int, default=5)
    return parser.parse_args(arguments)


def run(env, options) -> dict:
    """Make both invoices and return the figures beside the aims."""
    facts = machine()
    with staged(env, "document") as stage:
        [worker] = stage.hire()
        for module in ("company", "documents"):
            worker.do("load", module=module)
        company = worker.do("set_up", portal=stage.portal, web=stage.web)
        steps, sizes = {}, {}
        for lines in (LINES, MANY_LINES):
            say(f"an invoice of {lines} lines …")
            wanted = {"company": company, "lines": lines}
            [move] = worker.do("invoices", count=1, **wanted)
            sizes[lines] = worker.do("render", move=move)
            times = options.times if lines == LINES else 3
            steps[lines] = worker.do(
                "make", move=move, times=times, warm_up=min(options.warm_up, times)
            )
        dismiss([worker])
    return summarize(steps, sizes) | {"machine": facts}


def summarize(steps: dict, sizes: dict) -> dict:
    """The figures of a run, beside the aims; medians in milliseconds."""
    small, large = steps[LINES], steps[MANY_LINES]
    result = {
        "lines": LINES,
        "xml_ms": round(small["terms"] + small["xml_xsd"], 1),
        "terms_cold_ms": small["terms_cold"],
        "rules_ms": small["rules"],
        "pdf_ms": round(small["pdfa"] + small["embed"], 1),
        "schematron_ms": small["schematron"],
        "many_lines": MANY_LINES,
        "many_lines_ms": round(sum(large.values()) - large["terms"], 1),
        "steps_ms": {str(lines): found for lines, found in steps.items()},
        "pdf_bytes": {str(lines): size for lines, size in sizes.items()},
    }
    is_met = all(result[name] <= aim for name, aim in AIMS.items())
    return result | {"aims": AIMS, "ok": is_met}
