"""Reads the business terms that the portal looks at from a CII D16B/D22B tree."""

from decimal import Decimal, InvalidOperation

_UN = "urn:un:unece:uncefact:data:standard:"
NAMESPACES = {
    "rsm": f"{_UN}CrossIndustryInvoice:100",
    "ram": f"{_UN}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_UN}UnqualifiedDataType:100",
}
ROOT = f"{{{NAMESPACES['rsm']}}}CrossIndustryInvoice"

CONTEXT = "rsm:ExchangedDocumentContext"
DOCUMENT = "rsm:ExchangedDocument"
TRADE = "rsm:SupplyChainTradeTransaction"
AGREEMENT = f"{TRADE}/ram:ApplicableHeaderTradeAgreement"
SETTLEMENT = f"{TRADE}/ram:ApplicableHeaderTradeSettlement"
TOTALS = f"{SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
MEANS = f"{SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans"
PROCESS = "ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"
PREVIOUS = f"{SETTLEMENT}/ram:InvoiceReferencedDocument/ram:IssuerAssignedID"

LARGEST = Decimal(10) ** 13  # (19,6) digits [O]

TEXTS = {
    "number": f"{DOCUMENT}/ram:ID",
    "type": f"{DOCUMENT}/ram:TypeCode",
    "date": f"{DOCUMENT}/ram:IssueDateTime/udt:DateTimeString",
    "framework": f"{CONTEXT}/{PROCESS}",
    "service": f"{AGREEMENT}/ram:BuyerReference",
    "engagement": f"{AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID",
    "contract": f"{AGREEMENT}/ram:ContractReferencedDocument/ram:IssuerAssignedID",
    "supplier_name": f"{AGREEMENT}/ram:SellerTradeParty/ram:Name",
    "recipient_name": f"{AGREEMENT}/ram:BuyerTradeParty/ram:Name",
    "currency": f"{SETTLEMENT}/ram:InvoiceCurrencyCode",
    "payment_means": f"{MEANS}/ram:TypeCode",
    "iban": f"{MEANS}/ram:PayeePartyCreditorFinancialAccount/ram:IBANID",
}
AMOUNTS = {
    "amount_untaxed": f"{TOTALS}/ram:TaxBasisTotalAmount",
    "amount_tax": f"{TOTALS}/ram:TaxTotalAmount",
    "amount_total": f"{TOTALS}/ram:GrandTotalAmount",
    "amount_due": f"{TOTALS}/ram:DuePayableAmount",
}


def parse(root):
    """Return the invoice as a dict of texts, amounts (Decimal or None) and lists.

    ``supplier`` and ``recipient`` are ``{"id", "scheme"}``; ``lines`` and
    ``taxes`` are JSON-ready rows; nothing is judged here.
    """
    invoice = {name: _text(root, path) for name, path in TEXTS.items()}
    invoice |= {name: _amount(root, path) for name, path in AMOUNTS.items()}
    invoice["supplier"] = _party(root, "SellerTradeParty")
    invoice["recipient"] = _party(root, "BuyerTradeParty")
    found = root.findall(PREVIOUS, NAMESPACES)
    invoice["previous"] = [(node.text or "").strip() for node in found]
    path = f"{TRADE}/ram:IncludedSupplyChainTradeLineItem"
    invoice["lines"] = [_line(node) for node in root.findall(path, NAMESPACES)]
    path = f"{SETTLEMENT}/ram:ApplicableTradeTax"
    invoice["taxes"] = [_tax(node) for node in root.findall(path, NAMESPACES)]
    return invoice


def _text(node, path):
    return (node.findtext(path, "", NAMESPACES) or "").strip()


def _amount(node, path):
    try:
        value = Decimal(_text(node, path))
    except InvalidOperation:
        return None
    return value if value.is_finite() and value.copy_abs() < LARGEST else None


def _party(root, role):
    """Return the registration of a party, the legal id first, else its GlobalID."""
    party = root.find(f"{AGREEMENT}/ram:{role}", NAMESPACES)
    if party is None:
        return {"id": "", "scheme": None}
    node = party.find("ram:SpecifiedLegalOrganization/ram:ID", NAMESPACES)
    if node is None:
        node = party.find("ram:GlobalID", NAMESPACES)
    if node is None:
        return {"id": "", "scheme": None}
    return {"id": (node.text or "").strip(), "scheme": node.get("schemeID")}


def _line(node):
    price = "ram:SpecifiedLineTradeAgreement/ram:GrossPriceProductTradePrice"
    net = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice"
    total = (
        "ram:SpecifiedLineTradeSettlement"
        "/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    )
    rate = (
        "ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax"
        "/ram:RateApplicablePercent"
    )
    allowance = f"{price}/ram:AppliedTradeAllowanceCharge/ram:ActualAmount"
    return {
        "number": _text(node, "ram:AssociatedDocumentLineDocument/ram:LineID"),
        "reference": _text(node, "ram:SpecifiedTradeProduct/ram:SellerAssignedID"),
        "name": _text(node, "ram:SpecifiedTradeProduct/ram:Name"),
        "quantity": _text(node, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"),
        "price": _text(node, f"{net}/ram:ChargeAmount"),
        "gross": _text(node, f"{price}/ram:ChargeAmount"),
        "allowance": _text(node, allowance),
        "rate": _text(node, rate),
        "total": _text(node, total),
    }


def _tax(node):
    return {
        "category": _text(node, "ram:CategoryCode"),
        "rate": _text(node, "ram:RateApplicablePercent"),
        "base": _text(node, "ram:BasisAmount"),
        "tax": _text(node, "ram:CalculatedAmount"),
        "exemption": _text(node, "ram:ExemptionReason"),
    }
