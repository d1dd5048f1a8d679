"""The portal's rules on one invoice, written from API report sections 3.4 and 4.

``judge`` returns every complaint in the portal's style: French, no accents,
the pivot path of the field. Templates marked [T] or [L] were seen; the other
texts are ours.
"""

import re

from . import directory, settings

TRADE = "FichierXml.SupplyChainTradeTransaction"
AGREEMENT = f"{TRADE}.ApplicableHeaderTradeAgreement"
SETTLEMENT = f"{TRADE}.ApplicableHeaderTradeSettlement"
ORGANISATION = "SpecifiedLegalOrganization.ID.value"
PATHS = {
    "number": "FichierXml.ExchangedDocument.ID.value",
    "type": "FichierXml.ExchangedDocument.TypeCode.value",
    "date": "FichierXml.ExchangedDocument.IssueDateTime.DateTimeString.value",
    "framework": (
        "FichierXml.ExchangedDocumentContext"
        ".BusinessProcessSpecifiedDocumentContextParameter.ID.value"
    ),
    "service": f"{AGREEMENT}.BuyerReference.value",
    "engagement": f"{AGREEMENT}.BuyerOrderReferencedDocument.IssuerAssignedID.value",
    "contract": f"{AGREEMENT}.ContractReferencedDocument.IssuerAssignedID.value",
    "supplier": f"{AGREEMENT}.SellerTradeParty.{ORGANISATION}",
    "recipient": f"{AGREEMENT}.BuyerTradeParty.{ORGANISATION}",
    "payment_means": (
        f"{SETTLEMENT}.SpecifiedTradeSettlementPaymentMeans.TypeCode.value"
    ),
    "iban": (
        f"{SETTLEMENT}.SpecifiedTradeSettlementPaymentMeans"
        ".PayeePartyCreditorFinancialAccount.IBANID.value"
    ),
    "previous": f"{SETTLEMENT}.InvoiceReferencedDocument.IssuerAssignedID.value",
    "currency": f"{SETTLEMENT}.InvoiceCurrencyCode.value",
    "amount_total": (
        f"{SETTLEMENT}.SpecifiedTradeSettlementHeaderMonetarySummation"
        ".GrandTotalAmount.value"
    ),
    "lines": f"{TRADE}.IncludedSupplyChainTradeLineItem",
    "allowance": (
        f"{TRADE}.IncludedSupplyChainTradeLineItem.SpecifiedLineTradeAgreement"
        ".GrossPriceProductTradePrice.AppliedTradeAllowanceCharge.ActualAmount.value"
    ),
}
LENGTHS = {"number": 20, "service": 100, "engagement": 50, "contract": 50}  # [O]
LABELS = {
    "number": "Numero de facture",
    "service": "Code service",
    "engagement": "Numero d'engagement",
    "contract": "Numero de marche",
    "previous": "Numero de facture d'origine",
}
SCHEMES = {
    None: "SIRET",  # absence tolerated [I]
    **dict.fromkeys(("0002", "0009", "1"), "SIRET"),  # [T]
    # The reform's schemes in a direct deposit [I].
    "0223": "UE_HORS_FRANCE",
    "0227": "HORS_UE",
    "0228": "RIDET",
    "0229": "TAHITI",
}
PAYMENT_MEANS = frozenset(
    ("01", "10", "20", "30", "31", "42", "48", "49", "58", "59", "97")
)  # [O] S2.05
TRANSFERS = ("30", "31", "42")  # [T]
CREDIT_NOTE = "381"
NUMBER_SHAPE = re.compile(r"[A-Za-z0-9 \-+_/]+")  # [O] G1.05
RESERVED_SERVICE = "FACTURES_PUBLIQUES"  # [O]
LONGEST_TEXT = 1000
SEPARATOR = " |"  # [T]
CUT = "[...]"  # [T]


def judge(db, invoice, at):
    """Return the list of complaints about a parsed invoice at the moment ``at``."""
    return [
        *_lengths(invoice),
        *_document(invoice),
        *_payment(invoice),
        *_lines(invoice),
        *_supplier(db, invoice),
        *_recipient(db, invoice, at),
        *_duplicate(db, invoice),
    ]


def join(complaints):
    """Join complaints as ``libelleErreurDP`` does, cut when too long [T]."""
    text = SEPARATOR.join(complaints)
    if len(text) > LONGEST_TEXT:
        return text[: LONGEST_TEXT - len(CUT)] + CUT
    return text


def _required(term):
    return f"L'element {PATHS[term]} est obligatoire."  # [T]


def _too_long(term, limit):
    path = PATHS[term]
    return f"Le champ {LABELS[term]} ({path}) ne doit pas depasser {limit} caracteres"


def _wrong(term, value):
    path = PATHS[term]
    return f"La valeur {value} de l'element {path} n'est pas une valeur autorisee."


def _lengths(invoice):
    """Terms that must be there, and how long they may be."""
    for term in ("number", "type", "date", "currency"):
        if not invoice[term]:
            yield _required(term)
    for term, limit in LENGTHS.items():
        if len(invoice[term]) > limit:
            yield _too_long(term, limit)


def _document(invoice):
    """Characters of the number, framework, previous invoice."""
    if invoice["number"] and not NUMBER_SHAPE.fullmatch(invoice["number"]):
        yield _wrong("number", invoice["number"])
    if invoice["framework"] and invoice["framework"] not in settings.FRAMEWORK_SUFFIXES:
        yield _wrong("framework", invoice["framework"])
    if len(invoice["previous"]) > 1:
        yield f"L'element {PATHS['previous']} ne doit pas etre repete."
    if any(len(number) > LENGTHS["number"] for number in invoice["previous"]):
        yield _too_long("previous", LENGTHS["number"])


def _payment(invoice):
    """BT-81 on every document but a credit note [L], IBAN for a transfer [T]."""
    is_credit_note = invoice["type"] == CREDIT_NOTE
    means = invoice["payment_means"]
    if not means and not is_credit_note:
        yield _required("payment_means")
    if means and means not in PAYMENT_MEANS:
        yield _wrong("payment_means", means)
    if means in TRANSFERS and not invoice["iban"]:
        yield _required("iban")
    if invoice["amount_total"] is None:
        yield _required("amount_total")
    elif is_credit_note and invoice["amount_total"] < 0:
        path = PATHS["amount_total"]
        yield f"Le montant d'un avoir ({path}) doit etre positif."


def _lines(invoice):
    """At least one line; a gross price needs its allowance [T]."""
    if not invoice["lines"]:
        yield _required("lines")
    if any(line["gross"] and not line["allowance"] for line in invoice["lines"]):
        path = PATHS["allowance"]
        yield (
            f"L'element {path} est obligatoire si l'element "
            "GrossPriceProductTradePrice est renseigne."
        )


def _identifier(term, label, party):
    """Complaints about the shape of an identifier; no check digit here [L]."""
    path = PATHS[term]
    if not party["id"]:
        return _required(term)
    if party["scheme"] not in SCHEMES:
        return f"Le type d'identifiant {party['scheme']} ({path}) n'est pas autorise."
    kind = SCHEMES[party["scheme"]]
    if directory.identifier_type(party["id"]) != kind:
        form = "un SIRET de 14 chiffres" if kind == "SIRET" else f"de type {kind}"
        return f"L'identifiant {label} {party['id']} (balise : {path}) n'est pas {form}"
    return None


def _supplier(db, invoice):
    party = invoice["supplier"]
    complaint = _identifier("supplier", "fournisseur", party)
    if complaint:
        yield complaint
        return
    structure = directory.by_siret(db, party["id"])
    if structure is None:
        yield (
            f"L'identifiant fournisseur {party['id']} (balise : {PATHS['supplier']}) "
            "n'est pas reference dans notre systeme"
        )  # [O] old example


def _recipient(db, invoice, at):
    """The entity must be public and open, then its directory rules hold."""
    party = invoice["recipient"]
    path = PATHS["recipient"]
    complaint = _identifier("recipient", "destinataire", party)
    if complaint:
        yield complaint
        return
    structure = directory.by_siret(db, party["id"])
    if structure is None or not structure["public"]:
        yield (
            f"L'identifiant destinataire {party['id']} (balise : {path}) "
            "n'est pas reference dans notre systeme"
        )
    elif not directory.is_open(structure, at):
        yield f"La structure destinataire {party['id']} (balise : {path}) est inactive"
    else:
        for term, text in routing(db, structure, invoice, at):
            yield text.format(path=PATHS[term])


def routing(db, structure, invoice, at):
    """Yield (term, text with ``{path}``) for service and engagement.

    ``invoice`` needs ``service``, ``engagement`` and ``supplier``; used for
    deposits and again when an invoice is re-routed.
    """
    code, engagement = invoice["service"], invoice["engagement"]
    service = directory.service_by_code(db, structure["id"], code) if code else None
    if code == RESERVED_SERVICE:
        yield (
            "service",
            f"Le service {code} ({{path}}) est reserve aux entites publiques",
        )
    elif code and service is None:
        yield "service", f"Le code service {_safe(code)} ({{path}}) est inconnu"
    elif code and not directory.is_open_service(service, at):
        yield "service", f"Le code service {_safe(code)} ({{path}}) est inactif"
    yield from _demanded(structure, service, code, engagement)
    if engagement and structure["engagement_checked"]:
        supplier = invoice["supplier"]["id"]
        if not directory.commitment(db, structure["id"], engagement, supplier):
            text = f"L'engagement juridique {_safe(engagement)} ({{path}}) est inconnu"
            yield "engagement", text


def _demanded(structure, service, code, engagement):
    """What the entity, then the service, demands ([T] texts)."""
    if structure["either"] and not code and not engagement:
        either = "Le code service ou le numero d'engagement juridique ({path}) "
        yield "engagement", either + "est obligatoire"
        return
    if structure["service_required"] and not code:
        yield "service", "Le code service ({path}) est obligatoire"
    by_service = service is not None and service["engagement_required"]
    if (structure["engagement_required"] or by_service) and not engagement:
        yield "engagement", "Le numero d'engagement juridique ({path}) est obligatoire"


def _safe(text):
    """Protect braces of the sender's text from ``str.format``."""
    return text.replace("{", "{{").replace("}", "}}")


def _duplicate(db, invoice):
    """The number is unique per supplier, rejected invoices included [O]."""
    row = db.execute(
        "SELECT 1 FROM invoice JOIN structure ON structure.id = supplier_id"
        " WHERE number = ? AND siret = ?",
        (invoice["number"], invoice["supplier"]["id"]),
    ).fetchone()
    if row:
        yield (
            f"Le numero de facture {invoice['number']} ({PATHS['number']}) "
            "est deja utilise par ce fournisseur"
        )
