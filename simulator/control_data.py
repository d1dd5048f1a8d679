"""The part of the control API that changes the directory and the ledger by hand.

Nothing here exists at the portal; see ``control`` for the errors.
"""

from . import clock, directory, lifecycle, seeds
from .sql import insert, update, writing

_FIELDS = (
    "name public active street postcode town country service_required "
    "engagement_required either payment_not_reported edi engagement_checked attached "
    "works works_only"
)
STRUCTURE_FIELDS = frozenset(_FIELDS.split())


class Wrong(Exception):
    """The request cannot be done; the message says why."""


def set_structure(call):
    """``POST /_sim/structures``: add or replace an entity or a supplier.

    ``siret`` and optionally ``name``, ``public`` (false for a supplier),
    ``active``, ``requirement`` (none|service|engagement|both|either),
    ``postcode``, ``town``, ``payment_not_reported``, ``edi``,
    ``engagement_checked``, ``attached``, ``works``, ``works_only``, ``services``
    ``[{"code", "name", "active", "starts", "ends", "engagement_required",
    "payment_reported"}]``.
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
    source["deposited_at"] = call.now
    with writing(call.db) as db:
        ident = lifecycle.create(db, invoice, source, call.now)
    return {"identifiantFactureCPP": ident}
