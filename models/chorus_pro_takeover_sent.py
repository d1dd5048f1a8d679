"""Sent invoices in the old tables, and what becomes of each here."""

from typing import NamedTuple

from odoo.tools import SQL

from ..chorus_api import codes
from .chorus_pro_takeover_source import FLOW_MOVES, FLOWS

# Ends of a flow in which the portal refuses invoices.
REFUSING = ("IN_REJETE", "IN_INTEGRE_PARTIEL", "QP_IRRECEVABLE")


class SentBefore(NamedTuple):
    """What the old module knew of one invoice; datetimes are naive UTC.

    `linked` tells whether the invoice was still in its flow: the old module took it
    out when the portal refused it. `settled` tells whether each flow that it was ever
    in came to an end in which the portal refuses invoices.
    """

    move_id: int
    flow_id: int | None
    linked: bool
    identifier: int
    status: str | None
    status_at: object
    settled: bool
    flow_name: str | None
    flow_date: object
    flow_status: str | None
    flow_status_at: object
    notes: str | None
    file_id: int | None


def judge(sent, number):
    """The state in which a sent invoice goes on here.

    In doubt "unknown": Odoo looks for it at the portal and an officer decides. Only an
    invoice that the portal refused, as far as the old module knew in every flow that
    it was in, may be corrected and sent.

    :param SentBefore sent: what the old module knew
    :param str number: number of the invoice
    :return: integrated, deposited, rejected or unknown
    """
    if sent.identifier or sent.status:
        return "integrated"
    state = codes.FLOW_STATES.get(sent.flow_status)
    event = state.event if state else "pending"
    named = bool(number) and number in (sent.notes or "")
    if event == "rejected" or (event == "partial" and named and not sent.linked):
        return "rejected" if sent.settled else "unknown"
    if not (sent.linked and sent.flow_name) or event == "incident":
        return "unknown"
    return "deposited"


def sent_query(source):
    """SQL of the invoices that were ever deposited: id, last flow."""
    tests, last = [], source.column("account_move", "m", "chorus_flow_id", "integer")
    if source.has("account_move", "chorus_flow_id"):
        tests.append(SQL("m.chorus_flow_id IS NOT NULL"))
    if source.has("account_move", "chorus_identifier"):
        tests.append(SQL("m.chorus_identifier > 0"))
    if source.has(FLOW_MOVES, "move_id", "chorus_flow_id"):
        tests.append(SQL("d.move_id IS NOT NULL"))
    if not tests:
        return None
    return SQL(
        "SELECT m.id, COALESCE(%s, d.flow_id) AS flow_id FROM account_move m %s"
        " WHERE %s",
        last,
        _deposits(source, SQL("TRUE")),
        SQL(" OR ").join(tests),
    )


def _deposits(source, which):
    """SQL that joins `d`: the last flow of each invoice, and whether all ended."""
    if not source.has(FLOW_MOVES, "move_id", "chorus_flow_id"):
        return SQL(
            "LEFT JOIN (SELECT 0 AS move_id, NULL::integer AS flow_id,"
            " TRUE AS settled) d ON d.move_id = m.id"
        )
    flows = SQL("LEFT JOIN chorus_flow x ON x.id = r.chorus_flow_id")
    return SQL(
        "LEFT JOIN (SELECT r.move_id, MAX(r.chorus_flow_id) AS flow_id,"
        " BOOL_AND(COALESCE(%s, '') IN %s) AS settled"
        " FROM chorus_flow_initial_account_move_rel r %s WHERE %s"
        " GROUP BY r.move_id) d ON d.move_id = m.id",
        source.column(FLOWS, "x", "status", "text"),
        REFUSING,
        flows if source.has(FLOWS, "id") else SQL(""),
        which,
    )


def sent_facts(source, ids):
    """What is known of deposited invoices, a SentBefore each."""

    def move(name, kind):
        return source.column("account_move", "m", name, kind)

    def flow(name, kind="text"):
        return source.column(FLOWS, "f", name, kind)

    linked = SQL("%s IS NOT NULL", move("chorus_flow_id", "integer"))
    join = SQL(
        "LEFT JOIN chorus_flow f ON f.id = COALESCE(%s, d.flow_id)",
        move("chorus_flow_id", "integer"),
    )
    query = SQL(
        "SELECT m.id, %s, %s, COALESCE(%s, 0), NULLIF(%s, ''), %s,"
        " COALESCE(d.settled, TRUE), NULLIF(TRIM(%s), ''), %s, %s, %s, %s, %s"
        " FROM account_move m %s %s WHERE m.id IN %s ORDER BY m.id",
        flow("id", "integer"),
        linked,
        move("chorus_identifier", "integer"),
        move("chorus_status", "text"),
        move("chorus_status_date", "timestamp"),
        flow("name"),
        flow("date", "timestamp"),
        flow("status"),
        flow("status_date", "timestamp"),
        flow("notes"),
        flow("attachment_id", "integer"),
        _deposits(source, SQL("r.move_id IN %s", tuple(ids))),
        join if source.has(FLOWS, "id") else SQL(""),
        tuple(ids),
    )
    return [SentBefore(*row) for row in source.env.execute_query(query)]
