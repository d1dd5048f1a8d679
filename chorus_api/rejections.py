"""What a rejection text of the portal is about: template, term, value, limit.

The texts are French, mostly without accents, and cite the path of the field in the
portal's own format (API.md 3.4). Their official list is not public [U]: a text that no
template fits is none of these and stays what it is.
"""

import re
import unicodedata
from typing import NamedTuple

# End of the cited path, without ``.value`` -> business term of EN 16931.
PATHS = {
    "ExchangedDocument.ID": "BT-1",
    "ExchangedDocument.IssueDateTime.DateTimeString": "BT-2",
    "ExchangedDocument.TypeCode": "BT-3",
    "InvoiceCurrencyCode": "BT-5",
    "DueDateDateTime.DateTimeString": "BT-9",
    "BuyerReference": "BT-10",
    "ContractReferencedDocument.IssuerAssignedID": "BT-12",
    "BuyerOrderReferencedDocument.IssuerAssignedID": "BT-13",
    "BusinessProcessSpecifiedDocumentContextParameter.ID": "BT-23",
    "InvoiceReferencedDocument.IssuerAssignedID": "BT-25",
    "InvoiceReferencedDocument.FormattedIssueDateTime.DateTimeString": "BT-26",
    "SellerTradeParty.Name": "BT-27",
    "SellerTradeParty.SpecifiedLegalOrganization.ID": "BT-30",
    "SellerTradeParty.SpecifiedTaxRegistration.ID": "BT-31",
    "SellerTradeParty.PostalTradeAddress.LineOne": "BT-35",
    "SellerTradeParty.PostalTradeAddress.CityName": "BT-37",
    "SellerTradeParty.PostalTradeAddress.CountryID": "BT-40",
    "BuyerTradeParty.Name": "BT-44",
    "BuyerTradeParty.SpecifiedLegalOrganization.ID": "BT-47",
    "BuyerTradeParty.SpecifiedTaxRegistration.ID": "BT-48",
    "BuyerTradeParty.PostalTradeAddress.LineOne": "BT-50",
    "BuyerTradeParty.PostalTradeAddress.CityName": "BT-52",
    "BuyerTradeParty.PostalTradeAddress.CountryID": "BT-55",
    "OccurrenceDateTime.DateTimeString": "BT-72",
    "StartDateTime.DateTimeString": "BT-73",
    "EndDateTime.DateTimeString": "BT-74",
    "SpecifiedTradeSettlementPaymentMeans.TypeCode": "BT-81",
    "PayeePartyCreditorFinancialAccount.IBANID": "BT-84",
    "SpecifiedTradeSettlementHeaderMonetarySummation.LineTotalAmount": "BT-106",
    "SpecifiedTradeSettlementHeaderMonetarySummation.TaxBasisTotalAmount": "BT-109",
    "SpecifiedTradeSettlementHeaderMonetarySummation.TaxTotalAmount": "BT-110",
    "SpecifiedTradeSettlementHeaderMonetarySummation.GrandTotalAmount": "BT-112",
    "SpecifiedTradeSettlementHeaderMonetarySummation.TotalPrepaidAmount": "BT-113",
    "SpecifiedTradeSettlementHeaderMonetarySummation.DuePayableAmount": "BT-115",
    "ApplicableTradeTax.BasisAmount": "BT-116",
    "ApplicableTradeTax.CalculatedAmount": "BT-117",
    "ApplicableTradeTax.CategoryCode": "BT-118",
    "ApplicableTradeTax.RateApplicablePercent": "BT-119",
    "ApplicableTradeTax.ExemptionReason": "BT-120",
    "BilledQuantity": "BT-129",
    "NetPriceProductTradePrice.ChargeAmount": "BT-146",
    "AppliedTradeAllowanceCharge.ActualAmount": "BT-147",
    "GrossPriceProductTradePrice.ChargeAmount": "BT-148",
    "SpecifiedTradeProduct.Name": "BT-153",
}

_PATH = re.compile(r"\b(?:\w+\.)+\w+\b", re.ASCII)

# The first that fits counts. Groups: ``value``, what was sent; ``limit``, characters.
# Without a mark: seen nowhere but in the simulator, texts ours.
_TEMPLATES = (
    ("line_discount", r"AppliedTradeAllowanceCharge.*obligatoire si"),  # [T]
    ("either_missing", r"code service ou .*engagement.*est obligatoire"),
    ("service_missing", r"(code service|BuyerReference\b).*est obligatoire"),  # [T]
    (
        "engagement_missing",
        r"(engagement|BuyerOrderReferencedDocument\b).*est obligatoire",
    ),  # [T]
    ("lines_missing", r"IncludedSupplyChainTradeLineItem est obligatoire"),
    ("too_long", r"ne doit pas depasser (?P<limit>\d+) caracteres"),  # [L]
    ("missing", r"est obligatoire"),  # [T]
    ("duplicate", r"deja (utilise|integre|depose|existant|presente?)|doublon"),  # [U]
    ("service_reserved", r"code service (?P<value>\S+) .*est reserve"),
    ("service_closed", r"code service (?P<value>\S+) .*(inactif|ferme)"),
    ("service_unknown", r"code service (?P<value>\S+) .*(inconnu|pas reference)"),
    ("engagement_unknown", r"engagement juridique (?P<value>\S+) .*inconnu"),
    ("supplier_unknown", r"identifiant fournisseur .*n'est pas reference"),  # [O]
    ("recipient_unknown", r"identifiant destinataire .*n'est pas reference"),
    ("recipient_closed", r"structure destinataire (?P<value>\S+) .*inactive"),
    ("siret_expected", r"identifiant \w+ (?P<value>\S+) .*n'est pas un SIRET"),  # [L]
    ("scheme", r"type d'identifiant (?P<value>\S+) .*n'est pas autorise"),
    ("framework", r"valeur (?P<value>\S+) .*BusinessProcess.*pas une valeur"),  # [L]
    ("wrong_value", r"valeur (?P<value>\S+) .*n'est pas une valeur autorisee"),
    ("repeated", r"ne doit pas etre repete"),
    ("negative_credit", r"montant d'un avoir .*doit etre positif"),
    ("archive", r"archive"),
    ("pdf", r"\bPDF(/A)?\b"),
    ("xml", r"\b(XML|XSD|schema)\b"),
)
TEMPLATES = tuple((code, re.compile(text, re.IGNORECASE)) for code, text in _TEMPLATES)


class Rejection(NamedTuple):
    """What a text says: ``code`` of a template, or None; the term, what was sent."""

    code: str | None
    term: str | None = None
    value: str = ""
    limit: str = ""


def read_rejection(text):
    """Return the Rejection that a text of the portal tells.

    A cut text (``[...]``) may still fit; of a long one only its template is read.
    """
    plain = _plain(text)
    for code, pattern in TEMPLATES:
        match = pattern.search(plain)
        if match:
            found = {name: value or "" for name, value in match.groupdict().items()}
            return Rejection(code, _term(plain), **found)
    return Rejection(None, _term(plain))


def _plain(text):
    """One line without accents, with straight apostrophes."""
    letters = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def _term(text):
    """The business term of the first path that the text cites and we know."""
    for match in _PATH.finditer(text):
        path = match.group().removesuffix(".value")
        for end, term in PATHS.items():
            if path == end or path.endswith(f".{end}"):
                return term
    return None
