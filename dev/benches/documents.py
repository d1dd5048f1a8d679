"""Making files in a bench, step by step; commands for worker.py."""

import gc
import statistics
import time
from importlib import import_module

ADDON = "odoo.addons.l10n_fr_chorus_pro"


def do_render(office, *, move: int) -> int:
    """Render one invoice and keep the PDF for what follows; returns its size."""
    with office.environment() as env:
        moves = env["account.move"].browse(move)
        office.pdf = env["ir.actions.report"]._chorus_pro_render(moves)[move]
    return len(office.pdf)


def do_make(office, *, move: int, times: int, warm_up: int) -> dict:
    """Make the document of an invoice so often; median milliseconds of each step.

    Nothing of the invoice is in the cache at first; the second time is what counts,
    since whoever makes a file has read the invoice for the pre-flight just before.
    """
    runs = []
    with office.environment() as env:
        invoice = env["account.move"].browse(move)
        invoice = invoice.with_company(invoice.company_id)
        for _ in range(times + warm_up):
            gc.collect()
            env.invalidate_all()
            runs.append(_make_once(invoice, office.pdf))
    import_module(f"{ADDON}.factur_x").stop_schematron()
    return {
        step: round(1000 * statistics.median(run[step] for run in runs[warm_up:]), 2)
        for step in runs[0]
    }


def _make_once(invoice, pdf: bytes) -> dict:
    """Seconds of each step; raises when a rule finds something."""
    fx = import_module(f"{ADDON}.factur_x")
    embed = import_module(f"{ADDON}.factur_x.document")._embed
    level, made, seconds = fx.get_profile("chorus").level, {}, {}
    for step, work in (
        ("terms_cold", invoice._chorus_pro_terms),
        ("terms", invoice._chorus_pro_terms),
        ("rules", lambda: fx.check_terms(made["terms"])),
        ("xml_xsd", lambda: fx.make_xml(made["terms"])),
        ("pdfa", lambda: fx.make_pdfa3(pdf)),
        ("embed", lambda: embed(made["pdfa"], made["xml_xsd"], [], level, "fr")),
        ("schematron", lambda: fx.check_schematron(made["xml_xsd"])),
    ):
        started = time.perf_counter()
        made[step] = work()
        seconds[step] = time.perf_counter() - started
    errors = [issue for issue in made["rules"] if issue.level == "error"]
    if errors or made["schematron"]:
        raise AssertionError(errors, made["schematron"])
    return seconds
