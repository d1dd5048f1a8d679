"""Sending in a bench, our way and the usual way; commands for worker.py."""

import time
from importlib import import_module

ADDON = "odoo.addons.l10n_fr_chorus_pro"
PATIENCE = 1800


def do_measure(office, *, batch: int = 0) -> None:
    """Count by stage from now on; the rest is what no stage took.

    :param batch: invoices in one run of the renderer, else the engine's own number
    """
    if batch:
        claims = import_module(f"{ADDON}.models.chorus_pro_transmission_claim")
        claims.RENDER_BATCHES = (batch, *claims.RENDER_BATCHES[1:])
    registry, meter = office.registry, office.meter
    client = import_module(f"{ADDON}.chorus_api").Client
    wire = import_module(f"{ADDON}.chorus_api.wire").Wire
    moves = registry["account.move"]
    meter.wrap(registry["ir.actions.report"], "_chorus_pro_render", "render")
    meter.wrap(moves, "_chorus_pro_make_document", "document")
    meter.wrap(moves, "_chorus_pro_blockers", "preflight")
    meter.wrap(registry["chorus.pro.flow"], "_pack", "archive")
    meter.wrap(client, "deposer_flux", "deposit")
    meter.wrap(wire, "exchange", "http")


def do_enqueue(office, *, moves: list[int]) -> int:
    """Queue invoices; returns how many."""
    with office.environment() as env:
        return len(env["account.move"].browse(moves)._chorus_pro_enqueue())


def do_reset(office) -> None:
    """Count from zero."""
    office.meter.reset()


def do_send(office) -> dict:
    """Run the scheduled action until nothing waits; returns this process's figures."""
    deadline = time.monotonic() + PATIENCE
    while _waiting(office):
        with office.environment() as env:
            env["chorus.pro.flow"]._cron_send()
        if time.monotonic() > deadline:
            raise TimeoutError(PATIENCE)
    return office.meter.figures()


def _waiting(office) -> bool:
    with office.environment() as env:
        found = env["chorus.pro.transmission"].search_count(
            [("state", "in", ("to_send", "sending"))], limit=1
        )
        if found and not env["chorus.pro.flow"]._count_ready():
            # Another lane has the rest.
            time.sleep(0.05)
    return bool(found)


def do_send_the_usual_way(office, *, moves: list[int]) -> dict:
    """Each invoice rendered and deposited alone, at Odoo's defaults; the figures."""
    office.meter.reset()
    with office.environment() as env:
        records = env["account.move"].browse(moves)
        company = records.company_id
        report = env["ir.actions.report"].with_company(company)
        with company._chorus_pro_client() as client:
            for move in records.with_company(company):
                pdf, _kind = report._render_qweb_pdf(
                    "account.account_invoices", move.ids
                )
                document = move._chorus_pro_make_document(pdf)
                client.deposer_flux(move._chorus_pro_file_name(), document.content)
                move._message_log(body="Deposited.")
                env.cr.commit()
    return office.meter.figures()


def do_outcome(office) -> dict:
    """How the invoices ended, by state, and how many deposits there are."""
    with office.environment() as env:
        rows = env["chorus.pro.transmission"]._read_group([], ["state"], ["__count"])
        return {
            "states": dict(rows),
            "deposits": env["chorus.pro.flow"].search_count([]),
        }
