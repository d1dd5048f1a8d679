"""Thousands of open invoices on both sides, and following them; for worker.py.

Made in SQL from one posted invoice, here and in the portal's ledger: only what is read
while following is there.
"""

import sqlite3
import time
from contextlib import contextmanager
from importlib import import_module

from odoo import fields
from odoo.tools import SQL

from .company import ENTITY, SUPPLIER
from .crowd import _copy, _last_id

ADDON = "odoo.addons.l10n_fr_chorus_pro"
FIRST_ID = 9_000_000
# The crowd was filed, and last looked at, so many seconds ago; then it changed.
FILED_AGO, CHANGED_AGO = 3 * 86400, 600
STATUS, NEXT = "MISE_A_DISPOSITION", "SERVICE_FAIT"


def do_count(office) -> None:
    """Count calls of the portal, by verb, and pages that were kept."""
    client = import_module(f"{ADDON}.chorus_api").Client
    wire = import_module(f"{ADDON}.chorus_api.wire").Wire
    rows = office.registry["chorus.pro.transmission"]
    exchange, meter = wire.exchange, office.meter

    def counted(self, service, *args, **kwargs):
        with meter.measure(f"http {service.rpartition('/')[2]}"):
            return exchange(self, service, *args, **kwargs)

    wire.exchange = counted
    meter.wrap(client, "consulter_historique", "history")
    pages, take = [], rows._take_page

    def taken(self, gate, supplier, items):
        before = meter.figures()["sql"]
        take(self, gate, supplier, items)
        pages.append(meter.figures()["sql"] - before)

    rows._take_page = taken
    office.pages = pages


def do_open(office, *, pattern: int, count: int, portal: str) -> int:
    """So many invoices that the recipient has, known to Odoo and to the portal."""
    with office.environment() as env:
        move = env["account.move"].browse(pattern)
        first = _last_id(env, "account_move") + 1
        _copy(
            env,
            move,
            count,
            id=SQL("nextval('account_move_id_seq')"),
            name=SQL("'OPEN/' || (%s + n)", first),
            sequence_number=SQL("%s + n", first),
            chorus_pro_status="available",
            access_token=None,
            message_main_attachment_id=None,
        )
        _file(env, first)
        company = move.company_id
        gate = company._chorus_pro_gate()
        with company._chorus_pro_client() as client:
            company._chorus_pro_own_id(client)
        looked = fields.Datetime.subtract(fields.Datetime.now(), hours=2)
        gate._write_alone(followed_until=looked, sweep_day=fields.Date.today())
        env.cr.commit()
        env.cr.execute("ANALYZE account_move")
        env.cr.execute("ANALYZE chorus_pro_transmission")
        query = "SELECT portal_id::bigint, number FROM chorus_pro_transmission"
        env.cr.execute(query)
        _fill(portal, env.cr.fetchall(), move.amount_total)
        return count


def _file(env, first: int) -> None:
    """An integrated transmission for each copy."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO chorus_pro_transmission
                   (move_id, company_id, environment, number, attempt, state,
                    state_since, portal_id, portal_status, portal_status_at,
                    history_due, create_uid, write_uid, create_date, write_date)
            SELECT id, company_id, 'qualification', name, 1, 'integrated', moment,
                   (%s + id)::text, %s, moment, false, 1, 1, moment, moment
              FROM account_move, date_trunc(
                    'second', now() AT TIME ZONE 'UTC' - make_interval(secs => %s)
                   ) moment
             WHERE id >= %s AND name LIKE 'OPEN/%%'
            """,
            FIRST_ID,
            STATUS,
            FILED_AGO,
            first,
        )
    )


@contextmanager
def _ledger(portal: str):
    """The portal's ledger, in one transaction."""
    with sqlite3.connect(portal, timeout=30) as db:
        db.row_factory = sqlite3.Row
        yield db
    db.close()


def _fill(portal: str, invoices: list, total: float) -> None:
    """Invoices in the portal's ledger, each with two lines of history."""
    at = int(time.time()) - FILED_AGO
    with _ledger(portal) as db:
        ids = dict(db.execute("SELECT siret, id FROM structure").fetchall())
        db.executemany(
            "INSERT INTO invoice (id, number, supplier_id, recipient_id, mode, kind,"
            " framework, date, deposited_at, currency, amount_untaxed, amount_total,"
            " amount_due, size, data, status, status_at)"
            " VALUES (?, ?, ?, ?, 'UPLOAD_API', 'FACTURE', 'A1', '2026-11-02', ?,"
            " 'EUR', ?, ?, ?, 9, '{}', ?, ?)",
            (
                (
                    ident,
                    number,
                    ids[SUPPLIER],
                    ids[ENTITY],
                    at,
                    *[total] * 3,
                    STATUS,
                    at,
                )
                for ident, number in invoices
            ),
        )
        db.executemany(
            "INSERT INTO history (invoice_id, code, at) VALUES (?, ?, ?)",
            (
                (ident, code, at)
                for ident, _number in invoices
                for code in ("DEPOSEE", STATUS)
            ),
        )


def do_change(office, *, count: int, portal: str) -> int:
    """The recipient takes so many further invoices one step on."""
    lifecycle = import_module(f"{ADDON}.simulator.lifecycle")
    now = time.time() - CHANGED_AGO
    with _ledger(portal) as db:
        ids = db.execute(
            "SELECT id FROM invoice WHERE status = ?"
            " ORDER BY id * 7919 % 10007 LIMIT ?",
            (STATUS, count),
        ).fetchall()
        for index, (ident,) in enumerate(ids):
            moment = now + index / max(count, 1)
            lifecycle.set_status(db, ident, NEXT, moment, person=lifecycle.AGENT)
        return len(ids)


def do_follow(office) -> dict:
    """Run the scheduled action until every history is read; the figures."""
    office.pages.clear()
    office.meter.reset()
    while True:
        with office.environment() as env:
            env["chorus.pro.flow"]._cron_follow()
            due = env["chorus.pro.transmission"].search_count(
                [("history_due", "=", True)], limit=1
            )
        if not due:
            return _figures(office)


def do_follow_the_usual_way(office, *, count: int) -> dict:
    """One call for each open invoice, as connectors do; the figures of so many."""
    office.pages.clear()
    office.meter.reset()
    with office.environment() as env:
        rows = env["chorus.pro.transmission"].search(
            [("portal_status", "=", STATUS)], limit=count
        )
        with rows.company_id._chorus_pro_client() as client:
            for row in rows:
                history = client.consulter_historique(row.portal_id)
                row.portal_status = history.status
                env.cr.commit()
    return _figures(office) | {"invoices": count}


def _figures(office) -> dict:
    figures = office.meter.figures()
    calls = figures["calls"]
    return {
        "seconds": round(figures["elapsed"], 2),
        "sql": figures["sql"],
        "search": calls.get("http fournisseur", 0),
        "history": calls.get("http historique", 0),
        "http": sum(n for name, n in calls.items() if name.startswith("http ")),
        "pages": list(office.pages),
    }


def do_followed(office) -> dict:
    """How many invoices stand where the recipient took them, with their history."""
    with office.environment() as env:
        rows = env["chorus.pro.transmission"].search([("portal_status", "=", NEXT)])
        whole = rows.filtered(lambda row: len(row.status_ids) == len(("D", "M", "S")))
        return {
            "changed": len(rows),
            "with_history": len(whole),
            "approved": len(
                rows.move_id.filtered(lambda move: move.chorus_pro_status == "approved")
            ),
        }
