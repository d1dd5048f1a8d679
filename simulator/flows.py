"""The life of a deposited flow, computed from the clock at each request.

Nothing runs in the background: whoever asks first after the due moment does
the work, at the due moment's date.
"""

import json

from . import clock, documents, judge, lifecycle, settings
from .sql import insert, read_meta, update, writing

FRESH = "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP"  # [L]
STATES = (
    ("received", "IN_RECU"),
    ("exchanged", "IN_TRAITE_SE_CPP"),
    ("waiting", "IN_EN_ATTENTE_TRAITEMENT_CPP"),
    ("running", "IN_EN_COURS_TRAITEMENT_CPP"),
)
JUDGE = "JUDGE"
STUCK = "IN_EN_ATTENTE_RETRAITEMENT_CPP"


def schedule(db, fates):
    """Return the plan ``[[age, state], …]`` of a new flow.

    ``fates`` are the faults of ``faults.FATES`` taken by the deposit.
    """
    latency = read_meta(db, "latency")
    plan = [[latency[key], state] for key, state in STATES]
    end = JUDGE
    for name in ("IN_INCIDENTE", "QP_IRRECEVABLE"):
        if name in fates:
            end = name
    if STUCK in fates:
        plan.append([latency["finished"], STUCK])
        seconds = fates[STUCK].get("seconds")
        if seconds is None:
            return plan
        return [*plan, [latency["finished"] + float(seconds), end]]
    return [*plan, [latency["finished"], end]]


def add(db, deposit, at):
    """Insert a deposited flow and return its number.

    ``deposit`` holds ``syntax``, ``file_name``, ``content``, ``sha256``,
    ``login`` and ``plan``. The number is ``CPP`` and 22 digits: 001, interface,
    sequence [L].
    """
    plan = deposit.pop("plan")
    latency = read_meta(db, "latency")
    ident = insert(
        db,
        "flux",
        {
            **deposit,
            "deposited_at": at,
            "known_at": at + latency["unknown"],
            "plan": json.dumps(plan),
            "state": FRESH,
            "state_at": at,
            "next_at": at + plan[0][0],
        },
    )
    interface = settings.INTERFACES[deposit["syntax"]]
    number = f"CPP001{interface}{ident:015}"
    update(db, "flux", ident, {"number": number})
    return number


def restart(db, number, at):
    """Restart a flow that waits for a retreatment; return whether it did."""
    row = db.execute(
        "SELECT id FROM flux WHERE number = ? AND state = ?", (number, STUCK)
    ).fetchone()
    if row is None:
        return False
    values = {"plan": json.dumps([[0, JUDGE]]), "next_at": at}
    update(db, "flux", row[0], values)
    return True


def settle(db, now):
    """Bring flows and invoices up to ``now``, in the order of their dates."""
    while _is_due(db, "invoice", now) or _is_due(db, "flux", now):
        row = db.execute(
            "SELECT * FROM flux WHERE next_at <= ? ORDER BY next_at, id LIMIT 1",
            (now,),
        ).fetchone()
        if row is not None:
            _step(db, row)
        else:
            with writing(db):
                lifecycle.advance(db, now)


def _is_due(db, table, now):
    statement = f"SELECT 1 FROM {table} WHERE next_at <= ? LIMIT 1"  # noqa: S608
    return db.execute(statement, (now,)).fetchone() is not None


def _step(db, row):
    """Give one flow its next state.

    Files are read before the transaction, which then only decides and writes.
    """
    (_age, state), *rest = json.loads(row["plan"])
    found = _read(row) if state == JUDGE else None
    with writing(db):
        current = db.execute("SELECT plan FROM flux WHERE id = ?", (row["id"],))
        if current.fetchone()[0] != row["plan"]:
            return  # another process was faster
        lifecycle.advance(db, row["next_at"])
        values = {"state": state, "state_at": row["next_at"]}
        values["plan"] = json.dumps(rest)
        values["next_at"] = row["deposited_at"] + rest[0][0] if rest else None
        if found is not None:
            values.update(_verdict(db, row, found))
        update(db, "flux", row["id"], values)


def _read(row):
    """Return the documents of a flow, or the error of the whole."""
    try:
        return documents.read(row["content"], row["file_name"], row["syntax"])
    except documents.Unreadable as error:
        return [documents.Document(None, 0, error=error)]


def _verdict(db, row, found):
    """Judge and integrate each document; return state and errors of the flow."""
    dp_errors, technical_errors = [], []
    for document in found:
        if document.error:
            technical_errors.append(_technical(document))
            continue
        complaints = judge.judge(db, document.invoice, row["next_at"])
        if complaints:
            dp_errors.append(_complaint(document.invoice, complaints))
            continue
        source = {"flux_id": row["id"], "member": document.member}
        source |= {"mode": "UPLOAD_API", "size": document.size}  # [I]
        source["deposited_at"] = row["deposited_at"]
        document.invoice["attachments"] = document.names
        lifecycle.create(db, document.invoice, source, row["next_at"])
    bad = len(dp_errors) + len(technical_errors)
    state = "IN_INTEGRE" if not bad else "IN_INTEGRE_PARTIEL"
    return {
        "state": "IN_REJETE" if bad == len(found) else state,
        "dp_errors": json.dumps(dp_errors),
        "technical_errors": json.dumps(technical_errors),
    }


def _complaint(invoice, complaints):
    return {
        "identifiantFournisseur": invoice["supplier"]["id"],
        "identifiantDestinataire": invoice["recipient"]["id"],
        "numeroDP": invoice["number"],
        "libelleErreurDP": judge.join(complaints),
    }


def _technical(document):
    label = document.error.label
    if document.member:
        label = f"{document.member} : {label}"
    return {
        "codeErreur": document.error.code,
        "libelleErreur": label,
        "natureErreur": "BLOQUANTE",
    }


def ledger(db):
    """Return every deposit with its state, oldest first."""
    rows = db.execute(
        "SELECT number, syntax, file_name, sha256, length(content) AS size, login,"
        " deposited_at, state, state_at, dp_errors, technical_errors"
        " FROM flux ORDER BY id"
    ).fetchall()
    return [
        {
            **dict(row),
            "deposited_at": clock.iso(row["deposited_at"]),
            "state_at": clock.iso(row["state_at"]),
            "dp_errors": json.loads(row["dp_errors"]),
            "technical_errors": json.loads(row["technical_errors"]),
        }
        for row in rows
    ]
