"""The control API under ``/_sim``: no part of the portal, made for tests.

JSON in, JSON out; ``{"error": text}`` with 400 or 404. Only this machine may
call it: the Host header must be a loopback name (see ``guard``).
"""

import json

from werkzeug.exceptions import HTTPException

from . import (
    clock,
    control_data,
    faults,
    flows,
    guard,
    lifecycle,
    search,
    settings,
)
from .control_data import Wrong
from .replies import Refusal, json_response
from .sql import read_meta, write_meta, writing

FILED = (
    "flux",
    "invoice",
    "history",
    "user_action",
    "attachment",
    "invoice_attachment",
    "call",
    "hit",
)


def answer(call):
    """Answer one request under ``/_sim``."""
    handler = ROUTES.get((call.request.method, call.request.path.rstrip("/")))
    if not guard.is_local(call.request):
        return json_response({"error": "only from this machine"}, 403)
    if handler is None:
        return json_response({"error": "no such control", "known": KNOWN}, 404)
    try:
        call.body = _body(call.request)
        return json_response(handler(call))
    except (Wrong, Refusal, ValueError, KeyError, TypeError, HTTPException) as error:
        text = getattr(error, "label", None) or f"{type(error).__name__}: {error}"
        return json_response({"error": text}, 400)


def _body(request):
    """Return the JSON object; a form of another site cannot send one."""
    if request.method == "GET" or not request.content_length:
        return {}
    body = request.get_json()
    if not isinstance(body, dict):
        message = "a JSON object is expected"
        raise Wrong(message)
    return body


def ledger(call):
    """``GET /_sim/ledger``: deposits, invoices, state-changing calls, faults."""
    rows = call.db.execute(f"{search.SELECT} ORDER BY invoice.id").fetchall()
    calls = call.db.execute("SELECT * FROM call ORDER BY id").fetchall()
    return {
        "now": clock.iso(call.now),
        "deposits": flows.ledger(call.db),
        "invoices": [_ledger_line(call.db, row) for row in rows],
        "calls": [{**dict(row), "at": clock.iso(row["at"])} for row in calls],
        "faults": faults.listing(call.db),
    }


def _ledger_line(db, row):
    history = db.execute(
        "SELECT code, at, comment FROM history WHERE invoice_id = ? ORDER BY id",
        (row["id"],),
    ).fetchall()
    return {
        "id": row["id"],
        "number": row["number"],
        "supplier": row["supplier_siret"],
        "recipient": row["recipient_siret"],
        "service": row["service_code"],
        "engagement": row["engagement"],
        "flow": row["flux_number"],
        "member": row["member"],
        "kind": row["kind"],
        "amount_total": row["amount_total"],
        "status": row["status"],
        "status_at": clock.iso(row["status_at"]),
        "comment": row["comment"],
        "rejection_handled": bool(row["rejection_handled"]),
        "history": [
            {"code": code, "at": clock.iso(at), "comment": comment}
            for code, at, comment in history
        ],
    }


def clear_ledger(call):
    """``DELETE /_sim/ledger``: forget all that was filed; numbers go on."""
    with writing(call.db) as db:
        for table in FILED:
            db.execute(f"DELETE FROM {table}")  # noqa: S608
    return {"deposits": [], "invoices": [], "calls": []}


def set_clock(call):
    """``POST /_sim/clock``: ``{"advance": seconds}``, ``{"freeze": true|false}``,
    ``{"reset": true}``."""
    with writing(call.db) as db:
        clock.change(db, call.body)
    return {"now": clock.iso(clock.now(call.db))}


def get_clock(call):
    """``GET /_sim/clock``."""
    return {"now": clock.iso(call.now), **read_meta(call.db, "clock")}


def add_fault(call):
    """``POST /_sim/faults`` ``{"name", "service": "*", "times": 1, "params": {}}``."""
    body = call.body
    with writing(call.db) as db:
        ident = faults.switch_on(
            db,
            body["name"],
            body.get("service", "*"),
            body.get("times", 1),
            body.get("params"),
        )
    return {"id": ident, "faults": faults.listing(call.db)}


def list_faults(call):
    """``GET /_sim/faults``: switched on, and every known name."""
    return {"faults": faults.listing(call.db), "known": faults.FAULTS}


def clear_faults(call):
    """``DELETE /_sim/faults``: all off."""
    call.db.execute("DELETE FROM fault")
    return {"faults": []}


def act(call):
    """``POST /_sim/act``: the recipient acts, same code path as the console.

    ``{"invoice": number, "supplier": siret, "status": code, "comment": text}``;
    ``"at"`` is when it did, in any style of ``clock.parse``, else now;
    ``"force": true`` skips the graph and admits any code, unknown ones too.
    """
    with writing(call.db):
        return _act(call, call.body)


def acts(call):
    """``POST /_sim/acts`` ``{"acts": […]}``: as many as ``act``, in their order.

    One that is wrong undoes them all.
    """
    with writing(call.db):
        return {"acts": [_act(call, body) for body in call.body["acts"]]}


def _act(call, body):
    db = call.db
    row = db.execute(
        f"{search.SELECT} WHERE invoice.number = ? AND supplier.siret = ?",
        (str(body["invoice"]), str(body["supplier"])),
    ).fetchone()
    if row is None:
        message = f"no such invoice: {body['invoice']}"
        raise Wrong(message)
    at = clock.parse(body["at"]) if "at" in body else call.now
    if "at" in body and not row["status_at"] <= at <= call.now:
        message = f"{row['number']}: not between its status and now"
        raise Wrong(message)
    status, comment = str(body["status"]), body.get("comment")
    if body.get("force"):
        person = lifecycle.AGENT
        lifecycle.set_status(db, row["id"], status, at, comment=comment, person=person)
    else:
        lifecycle.act(db, row, status, at, comment=comment)
    lifecycle.record_call(db, "_sim/act", f"{row['number']} {status}", at)
    return {"invoice": row["number"], "status": status}


def set_flow(call):
    """``POST /_sim/flows`` ``{"flow": number, "restart": true}`` or ``{…, "state"}``.

    ``restart`` frees a flow in IN_EN_ATTENTE_RETRAITEMENT_CPP; ``state`` forces
    any code and stops the flow there.
    """
    body = call.body
    number = str(body["flow"])
    with writing(call.db) as db:
        if body.get("restart"):
            done = flows.restart(db, number, call.now)
        else:
            values = (str(body["state"]), call.now, number)
            done = db.execute(
                "UPDATE flux SET state = ?, state_at = ?, next_at = NULL"
                " WHERE number = ?",
                values,
            ).rowcount
    if not done:
        message = "no such flow"
        raise Wrong(message)
    return {"flow": number}


def add_account(call):
    """``POST /_sim/accounts``: add or change a technical account.

    ``{"login", "password", "active_in": 1800, "expires_in": 424 days}``, in
    seconds from now; 30 minutes and 424 days are the portal's [O].
    """
    body = call.body
    active_in = float(body.get("active_in", settings.ACCOUNT_ACTIVATION_SECONDS))
    expires_in = float(body.get("expires_in", settings.ACCOUNT_DAYS * 86400))
    row = (
        str(body["login"]),
        str(body["password"]),
        call.now + active_in,
        call.now + expires_in,
    )
    call.db.execute("INSERT OR REPLACE INTO account VALUES (?, ?, ?, ?)", row)
    return {"login": row[0], "active_at": clock.iso(row[2])}


def set_settings(call):
    """``POST /_sim/settings`` ``{"latency": {…}, "quota": {"calls", "seconds"},
    "apis": […], "results": n}``: delays, quota (null: none), APIs the application
    subscribed, results that a search gives at most (null: what is asked)."""
    body = call.body
    with writing(call.db) as db:
        if "latency" in body:
            set_latency(db, body["latency"])
        if "quota" in body:
            write_meta(db, "quota", _quota(body["quota"]))
        if "results" in body:
            write_meta(db, "results", body["results"] and int(body["results"]))
        if "apis" in body:
            apis = json.dumps([str(name) for name in body["apis"]])
            db.execute("UPDATE application SET apis = ?", (apis,))
    return {name: read_meta(call.db, name) for name in ("latency", "quota")}


def _quota(value):
    if value is None:
        return None
    return {"calls": int(value["calls"]), "seconds": float(value["seconds"])}


def set_latency(db, latency):
    """Change some delays of ``settings.LATENCY``; ValueError on an unknown name."""
    unknown = set(latency) - set(settings.LATENCY)
    if unknown:
        message = f"unknown latency: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    values = {name: float(seconds) for name, seconds in latency.items()}
    write_meta(db, "latency", {**read_meta(db, "latency"), **values})


ROUTES = {
    ("GET", "/_sim/ledger"): ledger,
    ("DELETE", "/_sim/ledger"): clear_ledger,
    ("GET", "/_sim/clock"): get_clock,
    ("POST", "/_sim/clock"): set_clock,
    ("GET", "/_sim/faults"): list_faults,
    ("POST", "/_sim/faults"): add_fault,
    ("DELETE", "/_sim/faults"): clear_faults,
    ("POST", "/_sim/act"): act,
    ("POST", "/_sim/acts"): acts,
    ("GET", "/_sim/structures"): control_data.list_structures,
    ("POST", "/_sim/structures"): control_data.set_structure,
    ("POST", "/_sim/engagements"): control_data.add_commitment,
    ("POST", "/_sim/invoices"): control_data.add_invoice,
    ("POST", "/_sim/flows"): set_flow,
    ("POST", "/_sim/accounts"): add_account,
    ("POST", "/_sim/settings"): set_settings,
}
KNOWN = [f"{method} {path}" for method, path in ROUTES]
