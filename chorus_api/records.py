"""Typed answers of the portal.

Every record is built by ``parse`` from a JSON object and never fails on it: a missing,
null or unreadable value becomes None (or an empty tuple), an unknown code stays what it
is, and ``raw`` keeps the whole object. Identifiers are strings, times are aware UTC
datetimes, days are the portal's own (Paris) calendar days, amounts are Decimals.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from .codes import ERRORS_MAX
from .values import (
    as_amount,
    as_day,
    as_flag,
    as_identifier,
    as_moment,
    as_portal_id,
    as_rows,
    as_text,
)


@dataclass(frozen=True)
class Record:
    """Base of the answers: keeps the JSON object that was read."""

    raw: dict = field(repr=False, compare=False, kw_only=True)


@dataclass(frozen=True)
class Deposit(Record):
    """The portal took a flow: number (``CPP`` and 22 digits), day and syntax."""

    number: str
    date: date | None
    syntax: str | None

    @classmethod
    def parse(cls, answer):
        """Read the answer of deposer/flux."""
        return cls(
            number=as_identifier(answer.get("numeroFluxDepot")) or "",
            date=as_day(answer.get("dateDepot")),
            syntax=as_identifier(answer.get("syntaxeFlux")),
            raw=answer,
        )


@dataclass(frozen=True)
class InvoiceError:
    """Why one invoice of a flow was rejected.

    ``number`` is the invoice number, ``supplier`` and ``recipient`` are identifiers
    (SIRET), ``messages`` the portal's texts, one each. The portal joins them with
    `` |`` and may cut the last with ``[...]``, which is kept to show the cut [T].
    """

    number: str | None
    supplier: str | None
    recipient: str | None
    messages: tuple[str, ...]

    @classmethod
    def parse(cls, row):
        """Read one entry of listeErreurDP."""
        texts = (as_text(row.get("libelleErreurDP")) or "").split(" |")
        return cls(
            number=as_identifier(row.get("numeroDP")),
            supplier=as_identifier(row.get("identifiantFournisseur")),
            recipient=as_identifier(row.get("identifiantDestinataire")),
            messages=tuple(text.strip() for text in texts if text.strip()),
        )


@dataclass(frozen=True)
class TechnicalError:
    """An error of the flow as a whole."""

    code: str | None
    label: str | None
    nature: str | None

    @classmethod
    def parse(cls, row):
        """Read one entry of listeErreurTechnique."""
        return cls(
            code=as_identifier(row.get("codeErreur")),
            label=as_text(row.get("libelleErreur")),
            nature=as_identifier(row.get("natureErreur")),
        )


def _errors(value, text_key):
    """Rows of a list of errors: a list, one object, or a list wrapped in an object.

    An old official example has an object where the list belongs [O].
    """
    if isinstance(value, dict) and text_key not in value:
        wrapped = [inner for inner in value.values() if isinstance(inner, dict | list)]
        value = wrapped[0] if len(wrapped) == 1 else value
    return as_rows(value, ERRORS_MAX)


@dataclass(frozen=True)
class FlowReport(Record):
    """Where a flow stands.

    ``known`` is False when the portal does not know the flow (yet): seconds after a
    deposit that is normal [T]; ``label`` then holds its words. ``state`` is the raw
    portal code (see codes.FLOW_STATES). The flow number is not echoed by the portal.
    """

    known: bool
    label: str | None
    state: str | None
    state_at: datetime | None
    deposited_at: datetime | None
    file_name: str | None
    interface: str | None
    invoice_errors: tuple[InvoiceError, ...]
    technical_errors: tuple[TechnicalError, ...]

    @classmethod
    def parse(cls, answer, known=True):
        """Read the answer of consulterCRDetaille; consulterCR has another state key."""
        refused = _errors(answer.get("listeErreurDP"), "libelleErreurDP")
        technical = _errors(answer.get("listeErreurTechnique"), "libelleErreur")
        state = answer.get("etatCourantDepotFlux") or answer.get("etatCourantFlux")
        return cls(
            known=known,
            label=as_text(answer.get("libelle")),
            state=as_identifier(state),
            state_at=as_moment(answer.get("dateHeureEtatCourantFlux")),
            deposited_at=as_moment(answer.get("dateDepotFlux")),
            file_name=as_identifier(answer.get("nomFichier")),
            interface=as_identifier(answer.get("codeInterfaceDepotFlux")),
            invoice_errors=tuple(map(InvoiceError.parse, refused)),
            technical_errors=tuple(map(TechnicalError.parse, technical)),
            raw=answer,
        )


@dataclass(frozen=True)
class InvoiceItem(Record):
    """One invoice in a search of the supplier.

    ``status`` is the raw portal code (see codes.INVOICE_STATUSES), ``invoice_type``
    one of FACTURE, AVOIR, ACOMPTE, ``amount_total`` the total with tax,
    ``rejection_handled`` whether a rejection was marked as handled, None when untold.
    """

    portal_id: str | None
    number: str | None
    flow_number: str | None
    status: str | None
    status_at: datetime | None
    comment: str | None
    recipient_id: str | None
    recipient_siret: str | None
    supplier_siret: str | None
    amount_total: Decimal | None
    invoice_type: str | None
    deposit_date: date | None
    invoice_date: date | None
    rejection_handled: bool | None

    @classmethod
    def parse(cls, row):
        """Read one entry of listeFactures."""
        return cls(
            portal_id=as_portal_id(row.get("identifiantFactureCPP")),
            number=as_identifier(row.get("numeroFacture")),
            flow_number=as_identifier(row.get("numeroFluxDepot")),
            status=as_identifier(row.get("statut")),
            status_at=as_moment(row.get("dateHeureEtatCourant")),
            comment=as_text(row.get("commentaireEtatCourant")),
            recipient_id=as_portal_id(row.get("idDestinataire")),
            recipient_siret=as_identifier(row.get("codeDestinataire")),
            supplier_siret=as_identifier(row.get("codeFournisseur")),
            amount_total=as_amount(row.get("montantTTC")),
            invoice_type=as_identifier(row.get("typeFacture")),
            deposit_date=as_day(row.get("dateDepot")),
            invoice_date=as_day(row.get("dateFacture")),
            rejection_handled=as_flag(row.get("rejetTraite")),
            raw=row,
        )


def _person(row, prefix):
    """First and last name of a user, or None."""
    names = (as_text(row.get(f"{prefix}{name}")) for name in ("Prenom", "Nom"))
    return " ".join(filter(None, names)) or None


@dataclass(frozen=True)
class HistoryEntry(Record):
    """One line of a history: who did what, when, with which comment.

    Of a status ``code`` is the status; of an action of a user its code
    (TELECHARGEMENT_FACTURE, ACQUITTEMENT_REJET …); an event has no code but words of
    the portal, in ``comment``.
    """

    ref: str | None
    code: str | None
    at: datetime | None
    comment: str | None
    person: str | None

    @classmethod
    def parse(cls, row):
        """Read one entry of histoStatut."""
        return cls(
            ref=as_identifier(row.get("histoStatutId")),
            code=as_identifier(row.get("histoStatutCode")),
            at=as_moment(row.get("histoStatutDatePassage")),
            comment=as_text(row.get("histoStatutCommentaire")),
            person=_person(row, "histoStatutUtilisateur"),
            raw=row,
        )

    @classmethod
    def parse_event(cls, row):
        """Read one entry of evenement."""
        return cls(
            ref=as_identifier(row.get("evenementId")),
            code=None,
            at=as_moment(row.get("evenementDateHeure")),
            comment=as_text(row.get("evenementLibelle")),
            person=as_text(row.get("evenementQui")),
            raw=row,
        )

    @classmethod
    def parse_action(cls, row):
        """Read one entry of histoAction."""
        return cls(
            ref=as_identifier(row.get("histoActionId")),
            code=as_identifier(row.get("histoActionCode")),
            at=as_moment(row.get("histoActionDateHeure")),
            comment=None,
            person=_person(row, "histoActionUtilisateur"),
            raw=row,
        )


@dataclass(frozen=True)
class History(Record):
    """All statuses that an invoice passed, in the portal's order, and the current one.

    Times have minutes only and may come out of order: ``HistoryEntry.ref`` tells
    entries apart.
    """

    portal_id: str | None
    number: str | None
    status: str | None
    entries: tuple[HistoryEntry, ...]
    events: tuple[HistoryEntry, ...]
    actions: tuple[HistoryEntry, ...]

    @classmethod
    def parse(cls, answer, rows, events=(), actions=()):
        """Read the first answer of consulter/historique and the rows of all pages."""
        return cls(
            portal_id=as_portal_id(answer.get("idFacture")),
            number=as_identifier(answer.get("numeroFacture")),
            status=as_identifier(answer.get("statutCourantCode")),
            entries=tuple(map(HistoryEntry.parse, rows)),
            events=tuple(map(HistoryEntry.parse_event, events)),
            actions=tuple(map(HistoryEntry.parse_action, actions)),
            raw=answer,
        )
