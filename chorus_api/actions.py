"""What a supplier does to an invoice that the portal holds.

All but the list of types and the download change something at the portal, which has
no idempotency key: never repeat a call whose outcome is "unknown".
"""

import base64
import binascii
import logging
import mimetypes
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from . import codes
from .answers import wire_number, without_none
from .errors import ChorusError
from .records import Record
from .upload import Upload
from .values import as_day, as_identifier, as_int, as_portal_id, as_rows, as_text

RECYCLER = "factures/v1/recycler"
COMPLETER = "factures/v1/completer"
TRAITER_REJET = "factures/v1/traiterRejet"
CORRIGER_VALIDEUR = "factures/v1/corriger/valideur/facture"
AJOUTER_FICHIER = "transverses/v1/ajouter/fichier"
TYPES_PJ = "transverses/v1/recuperer/typespj"
FORMATS = ("PDF", "PIVOT")


@dataclass(frozen=True)
class Handled(Record):
    """The portal did what was asked to the invoice ``number``.

    ``status`` is the status that it tells, if it does; ``date`` the day.
    """

    number: str | None
    status: str | None
    date: date | None

    @classmethod
    def parse(cls, answer):
        """Read the answer of recycler or completer."""
        day = answer.get("dateTraitement") or answer.get("dateDepot")
        return cls(
            number=as_identifier(answer.get("numeroFacture")),
            status=as_identifier(answer.get("statutFacture")),
            date=as_day(day),
            raw=answer,
        )


@dataclass(frozen=True)
class PieceType(Record):
    """One type of attachment that the portal offers, such as a delivery note."""

    code: str | None
    label: str | None

    @classmethod
    def parse(cls, row):
        """Read one entry of listeTypePieceJointe."""
        return cls(
            code=as_identifier(row.get("codeTypePieceJointe")),
            label=as_text(row.get("libelleTypePieceJointe")),
            raw=row,
        )


@dataclass(frozen=True)
class Piece:
    """An uploaded file as `completer` names it.

    ``portal_id`` from `ajouter_fichier`, ``kind`` a code from `recuperer_types_pj`,
    ``label`` its designation, cut to what the portal takes.
    """

    portal_id: str
    kind: str
    label: str

    def wire(self):
        """Return the JSON object of the piece."""
        name = "pieceJointeComplementaire"
        return {
            f"{name}Designation": self.label[: codes.LIMITS["piece_label"]],
            f"{name}Type": self.kind[: codes.LIMITS["piece_type"]],
            f"{name}Id": wire_number(self.portal_id),
        }


class Actions:
    """The verbs; the client gives the calls. Every method raises ChorusError."""

    def recycler(
        self, portal_invoice_id, *, siret, service="", references=None, comment=""
    ):
        """Send an invoice in status A_RECYCLER to its right recipient [O].

        Only routing changes; its number stays and its status becomes DEPOSEE.

        :param str siret: identifier of the recipient.
        :param str service: code of its service, empty for none.
        :param references: {"numeroBonCommande": engagement, "numeroMarche": contract}
            as far as they change. Whether a missing one keeps its value is [I].
        :return: Handled.
        """
        recipient = {"codeDestinataire": siret, "codeServiceExecutant": service or None}
        payload = {
            "identifiantFactureCPP": wire_number(portal_invoice_id),
            "destinataire": without_none(recipient),
            "reference": references or None,
            "commentaire": comment or None,
        }
        return Handled.parse(self._act(RECYCLER, without_none(payload)))

    def ajouter_fichier(self, name, content):
        """Upload one file and return its identifier at the portal [T].

        It belongs to no invoice until `completer` names it: one whose answer was lost
        may be uploaded again.

        :param str name: with its extension, within the rules of codes.LIMITS.
        :param bytes content: the file.
        """
        others = {
            "pieceJointeNom": name,
            "pieceJointeExtension": PurePath(name).suffix.lstrip(".").upper(),
            "pieceJointeTypeMime": mimetypes.guess_type(name)[0]
            or "application/octet-stream",
        }
        upload = Upload("pieceJointeFichier", content, others)
        answer = self._act(AJOUTER_FICHIER, upload)
        portal_id = as_portal_id(answer.get("pieceJointeId"))
        if portal_id is None:
            raise _incomplete(AJOUTER_FICHIER, "no pieceJointeId in the answer")
        return portal_id

    def recuperer_types_pj(self):
        """Return the PieceTypes of an invoice's attachments, those with a code [T].

        The real codes are [U]: they are always read, never assumed.
        """
        answer = self._portal.post(
            TYPES_PJ, {"codeLangue": "fr"}, "listeTypePieceJointe"
        )
        rows = as_rows(answer.get("listeTypePieceJointe"))
        return [kind for kind in map(PieceType.parse, rows) if kind.code]

    def completer(self, portal_invoice_id, pieces=(), comment=""):
        """Give documents or a word to a suspended invoice: it becomes COMPLETEE [O].

        The portal refuses all but SUSPENDUE with 20002 [O].

        :param pieces: Pieces, uploaded before.
        :param str comment: at most codes.LIMITS["comment"] characters [T].
        :return: Handled.
        """
        payload = {
            "identifiantFactureCPP": wire_number(portal_invoice_id),
            "pieceJointeComplementaire": [piece.wire() for piece in pieces] or None,
            "commentaire": comment or None,
        }
        return Handled.parse(self._act(COMPLETER, without_none(payload)))

    def corriger_valideur(self, portal_invoice_id, siret, kind="SIRET"):
        """Name another validator of an A9 or A12 invoice in an ERREUR status.

        The key ``idFacture`` is the swagger's [O]; status and reply are [I].

        :param str siret: identifier of the validator, of the type ``kind`` (3.6).
        """
        payload = {
            "idFacture": wire_number(portal_invoice_id),
            "identifiantStructure": siret,
            "typeIdentifiantStructure": kind,
        }
        self._act(CORRIGER_VALIDEUR, payload)

    def traiter_rejet(self, portal_invoice_id):
        """Mark a rejected invoice as handled, which the portal shows [O]."""
        request = {"idDemandePaiement": wire_number(portal_invoice_id)}
        self._act(TRAITER_REJET, {"listeDemandePaiement": [request]})

    def telecharger_groupe(self, portal_invoice_id, form="PDF"):
        """Return the bytes of one invoice as the portal holds it.

        PDF gives a PDF without the attachments, PIVOT the XML of the portal or a ZIP
        with it [T]. An answer of more than codes.ANSWERS_MAX is not read to its end.

        :raise ChorusError: ``incomplete`` when there is no file in the answer.
        """
        if form not in FORMATS:
            message = f"a format is one of {FORMATS}, not {form!r}"
            raise ValueError(message)
        payload = {
            "listeFacture": [{"idFacture": wire_number(portal_invoice_id)}],
            "format": form,
        }
        if form == "PDF":
            payload["avecPiecesJointesComplementaires"] = "NON"
        service = codes.TELECHARGER_GROUPE
        answer = self._portal.post(service, payload, "fichierResultat")
        return _decoded(service, answer.get("fichierResultat"))

    def _act(self, service, payload):
        """Post, visible in the log; every reply carries a codeRetour [O].

        Without one nothing is known of the call.
        """
        answer = self._portal.post(service, payload, None, logging.INFO)
        if as_int(answer.get("codeRetour")) is None:
            raise _incomplete(service, "no codeRetour in the answer")
        return answer


def _decoded(service, text):
    """Return the bytes behind strict base64, never none."""
    try:
        content = base64.b64decode(text or "", validate=True)
    except (TypeError, ValueError, binascii.Error):
        content = b""
    if not content:
        raise _incomplete(service, "no file in the answer")
    return content


def _incomplete(service, detail):
    return ChorusError(
        code="incomplete", service=service, http_status=200, detail=detail
    )
