"""The life of an invoice at the portal: creation, statuses, history.

The graph is API report 3.1's plausible one [I]: the main line goes forward
with skips; side branches to suspend, re-route and reject.
"""

import json

from . import directory
from .replies import Refusal
from .sql import insert, read_meta, update

MAIN_LINE = (
    "DEPOSEE",
    "EN_COURS_ACHEMINEMENT",
    "MISE_A_DISPOSITION",
    "PRISE_EN_COMPTE_DESTINATAIRE",
    "SERVICE_FAIT",
    "MANDATEE",
    "MISE_A_DISPOSITION_COMPTABLE",
    "COMPTABILISEE",
    "MISE_EN_PAIEMENT",
)
EARLY = ("MISE_A_DISPOSITION", "PRISE_EN_COMPTE_DESTINATAIRE", "SERVICE_FAIT")
SIDE = ("SUSPENDUE", "A_RECYCLER", "REJETEE")
PAID = "MISE_EN_PAIEMENT"
RECIPIENT_TARGETS = (
    "MISE_A_DISPOSITION",
    "A_RECYCLER",
    "SUSPENDUE",
    "REJETEE",
    "SERVICE_FAIT",
    "MANDATEE",
    "MISE_A_DISPOSITION_COMPTABLE",
    "COMPTABILISEE",
    "MISE_EN_PAIEMENT",
)
"""The nine targets of ``traiter/recue`` [T]."""

REASON_NEEDED = ("SUSPENDUE", "REJETEE")  # [O]
IMPOSSIBLE = (20002, "GDP_MSG_11.001")  # label [T], number [I]
UNKNOWN_INVOICE = (20000, "GDP_MSG_11.008")  # [O] for completer, [I] elsewhere
NO_RIGHT = (20001, "GDP_MSG_11.005")  # same

AGENT = {
    "prenom": "Camille",
    "nom": "EXEMPLE",
    "email": "camille.exemple@entite.invalid",
    "telephone": "0100000000",
}
"""The fictitious person who acts for every recipient."""

KINDS = {"381": "AVOIR", "386": "ACOMPTE"}


def targets(status):
    """Return the statuses that a recipient may give after ``status``, in order."""
    if status == "SUSPENDUE":
        return ("MISE_A_DISPOSITION", "REJETEE")
    if status in ("DEPOSEE", "EN_COURS_ACHEMINEMENT"):
        return ("MISE_A_DISPOSITION",)
    if status == "COMPLETEE":
        return (*MAIN_LINE[2:], *SIDE)
    if status not in MAIN_LINE:
        return ()
    later = MAIN_LINE[MAIN_LINE.index(status) + 1 :]
    return (*later, *SIDE) if status in EARLY else later


def allowed(db, invoice):
    """Return ``targets`` of an invoice row, less a payment nobody reports [O]."""
    found = targets(invoice["status"])
    if _is_payment_reported(db, invoice):
        return found
    return tuple(code for code in found if code != PAID)


def _is_payment_reported(db, invoice):
    """Tell whether entity and service report MISE_EN_PAIEMENT."""
    if directory.by_id(db, invoice["recipient_id"])["payment_not_reported"]:
        return False
    service = db.execute(
        "SELECT payment_reported FROM service WHERE id = ?", (invoice["service_id"],)
    ).fetchone()
    return service is None or bool(service["payment_reported"])


def create(db, invoice, source, at):
    """Insert an integrated invoice as DEPOSEE and plan its way; return its id.

    ``invoice`` is a parsed one that the judge let through; ``source`` holds
    ``flux_id``, ``member``, ``mode``, ``size`` and ``deposited_at``.
    """
    supplier = directory.by_siret(db, invoice["supplier"]["id"])
    recipient = directory.by_siret(db, invoice["recipient"]["id"])
    service = directory.service_by_code(db, recipient["id"], invoice["service"])
    amounts = ("amount_untaxed", "amount_total", "amount_due")
    ident = insert(
        db,
        "invoice",
        {
            "number": invoice["number"],
            "supplier_id": supplier["id"],
            "recipient_id": recipient["id"],
            "service_id": service["id"] if service else None,
            **source,
            "kind": KINDS.get(invoice["type"], "FACTURE"),
            "framework": invoice["framework"] or "A1",
            "date": _iso_day(invoice["date"]),
            "engagement": invoice["engagement"] or None,
            "contract": invoice["contract"] or None,
            "origin": next(iter(invoice["previous"]), None),
            "currency": invoice["currency"],
            **{name: _number(invoice[name]) for name in amounts},
            "data": json.dumps(invoice, default=str),
            "status": "",
            "status_at": at,
        },
    )
    set_status(db, ident, "DEPOSEE", at)
    plan(db, ident, recipient, at)
    return ident


def set_status(db, ident, code, at, *, comment=None, person=None):
    """Give a status: the current one and one more line of history."""
    values = {"status": code, "status_at": at, "comment": comment}
    update(db, "invoice", ident, {**values, "next_at": None, "next_status": None})
    insert(
        db,
        "history",
        {
            "invoice_id": ident,
            "code": code,
            "at": at,
            "comment": comment,
            "person": json.dumps(person) if person else None,
        },
    )


def plan(db, ident, recipient, at):
    """Plan the way of a filed invoice to its recipient.

    Only entities that receive by EDI show EN_COURS_ACHEMINEMENT [I].
    """
    latency = read_meta(db, "latency")
    step = ("EN_COURS_ACHEMINEMENT", latency["routed"])
    if not recipient["edi"]:
        step = ("MISE_A_DISPOSITION", latency["available"])
    update(db, "invoice", ident, {"next_status": step[0], "next_at": at + step[1]})


def advance(db, now):
    """Give every planned status that is due; return how many were given."""
    due = db.execute(
        "SELECT id, next_at, next_status FROM invoice WHERE next_at <= ?"
        " ORDER BY next_at, id",
        (now,),
    ).fetchall()
    latency = read_meta(db, "latency")
    for ident, at, code in due:
        set_status(db, ident, code, at)
        if code == "EN_COURS_ACHEMINEMENT":
            at += max(latency["available"] - latency["routed"], 0)
            values = {"next_status": "MISE_A_DISPOSITION", "next_at": at}
            update(db, "invoice", ident, values)
    return len(due)


def act(db, invoice, target, at, *, comment=None):
    """Let the recipient give ``target`` to an invoice row.

    Raises ``Refusal`` when the graph forbids it, when the reason is missing for
    a suspension or a rejection [O], or when the entity never reports payment.
    """
    if target in REASON_NEEDED and not (comment or "").strip():
        raise Refusal(20003, "Le motif est obligatoire")
    if target not in allowed(db, invoice):
        raise Refusal(*IMPOSSIBLE)
    set_status(db, invoice["id"], target, at, comment=comment, person=AGENT)


def record_call(db, service, subject, at, code=0):
    """Add a line to the ledger of state-changing calls."""
    values = {"at": at, "service": service, "subject": subject, "code": code}
    insert(db, "call", values)


def _iso_day(text):
    """Turn ``20260131`` into ``2026-01-31``; leave anything else alone."""
    if len(text) == len("20260131") and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text


def _number(value):
    return None if value is None else float(value)
