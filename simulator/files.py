"""Attachments, downloads, the directory file and the health check."""

import base64
import csv
import io
import zipfile

from . import deposits, directory, documents, settings
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


STRUCTURE_COLUMNS = (
    "TypeIdentifiant",
    "Identifiant",
    "RaisonSociale",
    "EmetteurEdi",
    "RecepteurEdi",
    "GestionStatutMiseEnPaiement",
    "GestionEngagement",
    "GestionService",
    "GestionServiceEngagement",
    "EstMOA",
    "EstMOAUniquement",
    "StructureActive",
    "Adresse",
    "CodePostal",
    "Ville",
    "CodePays",
)
SERVICE_COLUMNS = (
    "Identifiant",
    "RaisonSociale",
    "Code",
    "Nom",
    "GestionEGMT",
    "ServiceActif",
)


def telecharger_annuaire(call):
    """``POST transverses/v1/telecharger/annuaire/destinataire``: a ZIP [T].

    Two files of the columns that others report for the published directory [T]; that
    the operation gives these is ours [U].
    """
    structures = call.db.execute(
        "SELECT * FROM structure WHERE public = 1 ORDER BY siret"
    ).fetchall()
    services = call.db.execute(
        "SELECT structure.siret, structure.name AS entity, service.*"
        " FROM service JOIN structure ON structure.id = structure_id"
        " WHERE public = 1 ORDER BY siret, code"
    )
    parts = [
        (
            "structures.csv",
            STRUCTURE_COLUMNS,
            (_structure(call, s) for s in structures),
        ),
        ("services.csv", SERVICE_COLUMNS, (_service(call, s) for s in services)),
    ]
    data = zipped([(name, _table(titles, rows)) for name, titles, rows in parts])
    return ok(WRITE_OK, fichierResultat=base64.b64encode(data).decode())


def _table(titles, rows):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(titles)
    for row in rows:
        writer.writerow(str(v).upper() if isinstance(v, bool) else v for v in row)
    return text.getvalue().encode()


def _structure(call, row):
    kinds = ("SIRET", "UE_HORS_FRANCE", "HORS_UE", "RIDET", "TAHITI")
    kind = directory.identifier_type(row["siret"])
    return (
        kinds.index(kind) + 1 if kind in kinds else 6,
        row["siret"],
        row["name"],
        bool(row["edi"]),
        bool(row["edi"]),
        not row["payment_not_reported"],
        bool(row["engagement_required"]),
        bool(row["service_required"]),
        bool(row["either"]),
        bool(row["works_only"]),
        bool(row["works_only"]),
        directory.is_open(row, call.now),
        row["street"],
        row["postcode"],
        row["town"],
        row["country"],
    )


def _service(call, row):
    return (
        row["siret"],
        row["entity"],
        row["code"],
        row["name"],
        bool(row["engagement_required"]),
        directory.is_open_service(row, call.now),
    )


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
