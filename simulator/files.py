"""Attachments, downloads, the directory file and the health check."""

import base64
import csv
import io
import zipfile

from . import deposits, documents, settings
from .invoices import fetch
from .replies import READ_OK, WRITE_OK, Refusal, malformed, ok
from .sql import insert, writing

LONGEST_NAME = 50  # [O], extension included
ATTACHMENT_TYPES = (
    ("01", "Facture"),
    ("02", "Bon de commande"),
    ("03", "Bordereau"),
    ("04", "Bon de livraison"),
    ("05", "Attestation"),
    ("06", "Autre piece justificative"),
)
"""Codes and texts are ours: the real list is [U]."""


class TooLarge(Refusal):
    """HTTP 413 from the portal itself [O]."""

    def __init__(self):
        super().__init__(20413, "Le dossier depasse 120 Mo", http=413)


def ajouter_fichier(call):
    """``POST transverses/v1/ajouter/fichier``: 10 MB, else 20003 [T]."""
    body = call.body
    name = body.get("pieceJointeNom") or ""
    extension = str(body.get("pieceJointeExtension") or "").upper()
    if not name or len(name) > LONGEST_NAME:
        malformed("Le champ pieceJointeNom est absent ou depasse 50 caracteres")
    if extension not in settings.ATTACHMENT_EXTENSIONS:
        malformed("Le champ pieceJointeExtension est absent ou non autorise")
    content = deposits.decode(body.get("pieceJointeFichier"), "pieceJointeFichier")
    if len(content) > settings.MAX_ATTACHMENT:
        raise Refusal(20003, "La piece jointe depasse 10 Mo")
    values = {"name": name, "extension": extension, "content": content}
    values["mime"] = body.get("pieceJointeTypeMime") or "application/octet-stream"
    with writing(call.db) as db:
        ident = insert(db, "attachment", values)
    return ok(WRITE_OK, pieceJointeId=ident)


def types_pj(call):
    """``POST transverses/v1/recuperer/typespj``; keys [T], values ours."""
    kind = call.body.get("typeObjet") or "FACTURE"
    listed = [
        {
            "codeTypePieceJointe": code,
            "libelleTypePieceJointe": label,
            "idTypePieceJointe": position,
            "typeObjet": kind,
        }
        for position, (code, label) in enumerate(ATTACHMENT_TYPES, 1)
    ]
    return ok(READ_OK, listeTypePieceJointe=listed)


def telecharger_groupe(call):
    """``POST factures/v1/telecharger/groupe``.

    One PDF alone comes bare, PIVOT of one invoice as XML, all else as ZIP [T];
    413 over 120 MB [O].
    """
    body = call.body
    wanted = body.get("listeFacture") or []
    form = body.get("format") or "PDF"
    if not wanted or form not in ("PDF", "PIVOT"):
        malformed("Le champ listeFacture ou format est absent ou incorrect")
    with_pieces = form == "PDF" and (
        body.get("avecPiecesJointesComplementaires") == "OUI"
    )
    rows = [fetch(call, request.get("idFacture")) for request in wanted]
    found = [part for row in rows for part in _parts(call.db, row, form, with_pieces)]
    if sum(len(data) for _name, data in found) > settings.MAX_DOWNLOAD:
        raise TooLarge
    with writing(call.db) as db:
        for row in rows:
            values = {"invoice_id": row["id"], "code": "TELECHARGEMENT_FACTURE"}
            insert(db, "user_action", {**values, "at": call.now})
    data = found[0][1] if len(rows) == 1 and not with_pieces else zipped(found)
    return ok(WRITE_OK, fichierResultat=base64.b64encode(data).decode())


def _parts(db, row, form, with_pieces):
    """Return [(name, bytes)] of an invoice's file and its attachments."""
    data = invoice_file(db, row)
    stem = row["number"].replace("/", "_")
    if form == "PIVOT":
        return [(f"{stem}.xml", xml_of(data))]
    found = [(f"{stem}.{suffix(data)}", data)]
    if with_pieces:
        pieces = db.execute(
            "SELECT name, content FROM attachment"
            " JOIN invoice_attachment ON attachment_id = attachment.id"
            " WHERE invoice_id = ?",
            (row["id"],),
        )
        found += [(f"{stem}/{name}", content) for name, content in pieces]
    return found


def invoice_file(db, row):
    """Return the file of an invoice as it was deposited.

    An invoice typed at the portal has none: 20000 as for a search without result.
    """
    flux = db.execute(
        "SELECT content FROM flux WHERE id = ?", (row["flux_id"],)
    ).fetchone()
    if flux is None:
        raise Refusal(20000, "Aucun fichier pour cette facture")
    return documents.member(flux["content"], row["member"])


def xml_of(data):
    """Return the XML of a deposited file, bare or inside a PDF."""
    return data if suffix(data) == "xml" else documents.pdf_xml(data)


def suffix(data):
    """Return ``xml`` or ``pdf``."""
    return "xml" if data.lstrip()[:1] == b"<" else "pdf"


def zipped(parts):
    """Return a ZIP of [(name, bytes)]."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return buffer.getvalue()


def telecharger_annuaire(call):
    """``POST transverses/v1/telecharger/annuaire/destinataire``: a ZIP [T].

    The layout of the file inside is ours [U].
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(
        ("SIRET", "Designation", "Service", "Code service", "Engagement", "Actif")
    )
    rows = call.db.execute(
        "SELECT siret, structure.name, service.name, code, engagement_required, active"
        " FROM (SELECT id, siret, name FROM structure WHERE public = 1) AS structure"
        " LEFT JOIN service ON structure_id = structure.id ORDER BY siret, code"
    )
    writer.writerows(tuple(row) for row in rows)
    data = zipped([("annuaire_destinataires.csv", text.getvalue().encode())])
    return ok(WRITE_OK, fichierResultat=base64.b64encode(data).decode())


def health_check(_call):
    """``GET transverses/v1/health-check`` [T]."""
    return {"body": "OK", "statusCodeValue": 200, "statusCode": "OK"}


OPERATIONS = {
    ("POST", "transverses/ajouter/fichier"): ajouter_fichier,
    ("POST", "transverses/recuperer/typespj"): types_pj,
    ("POST", "factures/telecharger/groupe"): telecharger_groupe,
    ("POST", "transverses/telecharger/annuaire/destinataire"): telecharger_annuaire,
    ("GET", "transverses/health-check"): health_check,
}
