"""The control API under ``/_sim``: no part of the portal, made for tests.

JSON in, JSON out; ``{"error": text}`` with 400 or 404. Only this machine may
call it: the Host header must be a loopback name (see ``guard``).
"""

import json
import sqlite3

from werkzeug.exceptions import BadRequest

from . import clock, directory, faults, flows, guard, lifecycle, search, seeds, settings
from .judge import TRANSFERS
from .replies import Refusal, json_response
from .sql import insert, read_meta, update, write_meta, writing

NO_ENGAGEMENT = "engagement_required"


class Wrong(Exception):
    """The request cannot be done; the message says why."""


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
    except (Wrong, Refusal, ValueError, KeyError, TypeError, BadRequest) as error:
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
    flows.settle(call.db, call.now)
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


def set_clock(call):
    """``POST /_sim/clock`` ``{"advance": s}``, ``{"freeze": bool}``, ``{"reset": true}``."""
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
    ``"force": true`` skips the graph and admits any code, unknown ones too.
    """
    body = call.body
    flows.settle(call.db, call.now)
    with writing(call.db) as db:
        row = db.execute(
            f"{search.SELECT} WHERE invoice.number = ? AND supplier.siret = ?",
            (str(body["invoice"]), str(body["supplier"])),
        ).fetchone()
        if row is None:
            message = "no such invoice"
            raise Wrong(message)
        status, comment = str(body["status"]), body.get("comment")
        if body.get("force"):
            ident, person = row["id"], lifecycle.AGENT
            lifecycle.set_status(
                db, ident, status, call.now, comment=comment, person=person
            )
        else:
            lifecycle.act(db, row, status, call.now, comment=comment)
        subject = f"{row['number']} {status}"
        lifecycle.record_call(db, "_sim/act", subject, call.now)
    return {"invoice": row["number"], "status": status}


def set_structure(call):
    """``POST /_sim/structures``: add or replace an entity or a supplier.

    ``siret`` and optionally ``name``, ``public`` (false for a supplier),
    ``active``, ``requirement`` (none|service|engagement|both|either),
    ``postcode``, ``town``, ``payment_not_reported``, ``edi``,
    ``engagement_checked``, ``attached``, ``services`` ``[{"code", "name",
    "active", "starts", "ends", "engagement_required", "payment_reported"}]``.
    What is left out stays as it was.
    """
    body = dict(call.body)
    siret = str(body.pop("siret"))
    services = body.pop("services", [])
    needs = body.pop("requirement", None)
    if needs is not None:
        body.update(seeds.requirement(needs))
    unknown = set(body) - STRUCTURE_FIELDS
    if unknown:
        message = f"unknown fields: {', '.join(sorted(unknown))}"
        raise Wrong(message)
    with writing(call.db) as db:
        ident = _upsert(db, siret, body)
        for service in services:
            _upsert_service(db, ident, service)
    return {"idStructureCPP": ident, "siret": siret}


STRUCTURE_FIELDS = frozenset(
    "name public active street postcode town country service_required "
    "engagement_required either payment_not_reported edi engagement_checked "
    "attached".split()
)


def _upsert(db, siret, values):
    row = directory.by_siret(db, siret)
    if row is None:
        values = {"name": f"STRUCTURE {siret}", "public": 1, **values}
        return insert(db, "structure", {"siret": siret, **values})
    if values.get("active"):
        values["closes_at"] = None
    if values:
        update(db, "structure", row["id"], values)
    return row["id"]


def _upsert_service(db, structure_id, service):
    values = dict(service)
    for name in ("starts", "ends"):
        if name in values:
            values[name] = clock.parse(values[name], end=name == "ends")
    row = directory.service_by_code(db, structure_id, values["code"])
    if row is not None:
        update(db, "service", row["id"], values)
        return
    values.setdefault("name", values["code"])
    values.setdefault("starts", clock.parse(seeds.OPENED))
    values.setdefault("ends", clock.parse(seeds.OPEN_END))
    insert(db, "service", {"structure_id": structure_id, **values})


def list_structures(call):
    """``GET /_sim/structures``: the whole directory."""
    rows = call.db.execute("SELECT * FROM structure ORDER BY id").fetchall()
    found = []
    for row in rows:
        services = call.db.execute(
            "SELECT * FROM service WHERE structure_id = ? ORDER BY id", (row["id"],)
        )
        found.append({**dict(row), "services": [dict(line) for line in services]})
    return {"structures": found}


def add_commitment(call):
    """``POST /_sim/engagements`` ``{"siret", "number", "supplier": siret or null}``."""
    body = call.body
    structure = directory.by_siret(call.db, str(body["siret"]))
    if structure is None:
        message = "no such structure"
        raise Wrong(message)
    values = {"number": str(body["number"]), "structure_id": structure["id"]}
    values["supplier_siret"] = body.get("supplier")
    with writing(call.db) as db:
        insert(db, "commitment", values)
    return values


def add_invoice(call):
    """``POST /_sim/invoices``: an invoice typed at the portal by hand.

    ``{"number", "supplier", "recipient", "amount_total", "amount_untaxed",
    "date": "YYYY-MM-DD", "engagement", "service", "kind": "380"}``.
    """
    body = call.body
    total = body.get("amount_total", 120.0)
    parties = {
        role: {"id": str(body[role]), "scheme": None}
        for role in ("supplier", "recipient")
    }
    invoice = {
        "number": str(body["number"]),
        **parties,
        "type": body.get("kind", "380"),
        "date": body.get("date") or clock.day(call.now),
        "framework": "A1",
        "service": body.get("service") or "",
        "engagement": body.get("engagement") or "",
        "contract": "",
        "previous": [],
        "currency": "EUR",
        "amount_untaxed": body.get("amount_untaxed", total),
        "amount_total": total,
        "amount_due": total,
    }
    source = {"flux_id": None, "member": None, "mode": "SAISIE_PORTAIL", "size": 0}
    with writing(call.db) as db:
        ident = lifecycle.create(db, invoice, source, call.now)
    return {"identifiantFactureCPP": ident}


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
    "apis": […]}``: delays, quota (null: none), APIs the application subscribed."""
    body = call.body
    with writing(call.db) as db:
        if "latency" in body:
            set_latency(db, body["latency"])
        if "quota" in body:
            write_meta(db, "quota", _quota(body["quota"]))
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
    ("GET", "/_sim/clock"): get_clock,
    ("POST", "/_sim/clock"): set_clock,
    ("GET", "/_sim/faults"): list_faults,
    ("POST", "/_sim/faults"): add_fault,
    ("DELETE", "/_sim/faults"): clear_faults,
    ("POST", "/_sim/act"): act,
    ("GET", "/_sim/structures"): list_structures,
    ("POST", "/_sim/structures"): set_structure,
    ("POST", "/_sim/engagements"): add_commitment,
    ("POST", "/_sim/invoices"): add_invoice,
    ("POST", "/_sim/flows"): set_flow,
    ("POST", "/_sim/accounts"): add_account,
    ("POST", "/_sim/settings"): set_settings,
}
KNOWN = [f"{method} {path}" for method, path in ROUTES]
