"""``deposer/flux`` and the two reports on a flow."""

import base64
import binascii
import hashlib
import json

from . import clock, faults, flows, lifecycle, reports, settings
from .replies import NOTHING_FOUND, READ_OK, WRITE_OK, Refusal, malformed, ok
from .sql import writing

LONGEST_NAME = 200  # [T]


def deposer_flux(call):
    """``POST factures/v1/deposer/flux``: accepted almost blindly [L].

    The flow is committed before the answer leaves. Refusals: 400 for missing
    fields, wrong base64 or an unknown syntax (numbers ours), 20001
    ``GDP_MSG_11.022`` over 10 MB, 30 MB compressed [T].
    """
    body = call.body
    syntax, name = body.get("syntaxeFlux"), body.get("nomFichier")
    if syntax not in settings.INTERFACES:
        malformed("Le champ syntaxeFlux est absent ou inconnu")
    if not isinstance(name, str) or "." not in name or len(name) > LONGEST_NAME:
        malformed("Le champ nomFichier est absent ou incorrect")
    content = decode(body.get("fichierFlux"), "fichierFlux")
    is_compressed = content[:2] == b"\x1f\x8b"
    limit = settings.MAX_FLUX_COMPRESSED if is_compressed else settings.MAX_FLUX
    if len(content) > limit:
        raise Refusal(20001, "GDP_MSG_11.022")
    fates = faults.take(call.db, call.service, faults.FATES)
    deposit = {
        "syntax": syntax,
        "file_name": name,
        "content": content,
        "sha256": hashlib.sha256(content).hexdigest(),
        "login": call.login,
    }
    with writing(call.db) as db:
        deposit["plan"] = flows.schedule(db, fates)
        number = flows.add(db, deposit, call.now)
        lifecycle.record_call(db, call.service, number, call.now)
    return ok(
        WRITE_OK,
        numeroFluxDepot=number,
        dateDepot=clock.day(call.now),
        syntaxeFlux=syntax,
    )


def decode(text, field):
    """Return the bytes of strict base64 without line breaks [T]."""
    if not isinstance(text, str) or not text:
        malformed(f"Le champ {field} est obligatoire")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return malformed(f"Le champ {field} n'est pas en base64")


def _flow(call):
    """Return the flow asked for; unknown for a while after the deposit [T]."""
    row = call.db.execute(
        "SELECT * FROM flux WHERE number = ? AND known_at <= ?",
        (str(call.body.get("numeroFluxDepot")), call.now),
    ).fetchone()
    if row is None:
        raise Refusal(*NOTHING_FOUND)
    return row


def _interface(row):
    return f"FSO{settings.INTERFACES[row['syntax']]}A"


def _portal_name(row):
    return f"{_interface(row)}_CPP001_{row['number']}"  # [O] for 1110


def consulter_cr_detaille(call):
    """``POST transverses/v1/consulterCRDetaille``; the number is not echoed [L]."""
    row = _flow(call)
    return ok(
        READ_OK,
        codeInterfaceDepotFlux=_interface(row),
        dateDepotFlux=clock.iso(row["deposited_at"]),
        dateHeureEtatCourantFlux=clock.iso(row["state_at"]),
        etatCourantDepotFlux=row["state"],
        nomFichier=_portal_name(row),
        listeErreurDP=json.loads(row["dp_errors"]),
        listeErreurTechnique=json.loads(row["technical_errors"]),
    )


def consulter_cr(call):
    """``POST transverses/v1/consulterCR``: other keys, and the report as PDF [T]."""
    row = _flow(call)
    return ok(
        READ_OK,
        codeAppliPartenaire="CPP001",
        codeInterfaceFlux=_interface(row),
        dateDepotFlux=clock.iso(row["deposited_at"]),
        dateHeureEtatCourantFlux=clock.iso(row["state_at"]),
        designationPartenaire="SIMULATEUR",
        etatCourantFlux=row["state"],
        fichierCR=base64.b64encode(reports.flow_report(row)).decode(),
        nomFichierFlux=_portal_name(row),
        numeroFluxDepot=row["number"],
    )


OPERATIONS = {
    ("POST", "factures/deposer/flux"): deposer_flux,
    ("POST", "transverses/consulterCRDetaille"): consulter_cr_detaille,
    ("POST", "transverses/consulterCR"): consulter_cr,
}
