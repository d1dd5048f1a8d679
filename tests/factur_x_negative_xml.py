"""Negative fixtures in the XML: one fault each, beyond what our rules would let out.

Name: (changes of the good terms, what is replaced in their XML as a regular expression
and its replacement, the expected rule). The unbroken twin is the XML of the same terms.
"""

import re

from .factur_x_common import NOTES
from .factur_x_faults import CREDIT, DAY, ISSUED, SUPPLY, with_category, with_party
from .factur_x_faults_amounts import EXEMPT, TWINS

NUMBER = "<ram:ID>FAC/2026/00001</ram:ID>"
TYPE = "<ram:TypeCode>380</ram:TypeCode>"
DATED = {**CREDIT, "BG_3": [{"BT-25": "F1", "BT-26": ISSUED}]}
PAID = {"BT_23": "A2", "BT_113": "120.00", "BT_115": "0.00"}
PERIOD = {"BT_73": ISSUED - DAY, "BT_74": ISSUED}


def _amount(tag, value):
    return f"<ram:{tag}>{value}</ram:{tag}>"


def _swap(tag, old, new):
    return re.escape(_amount(tag, old)), _amount(tag, new)


def _drop(tag):
    """The whole element, the first of its name."""
    return rf"<ram:{tag}>.*?</ram:{tag}>", ""


SCHEMA_FAULTS = {
    "no document type": ({}, (TYPE, "")),
    "unknown element": ({}, ("<ram:BuyerReference>", "<ram:Buyer/>\\g<0>")),
    "amount in words": ({}, _swap("GrandTotalAmount", "120.00", "cent")),
    "number twice": ({}, (NUMBER, NUMBER + NUMBER)),
    "wrong order": ({}, (rf"({NUMBER})\s*({TYPE})", r"\2\1")),
    "no settlement": ({}, _drop("ApplicableHeaderTradeSettlement")),
    "foreign namespace": ({}, ("CrossIndustryInvoice:100", "CrossIndustryInvoice:1")),
}

EN16931_FAULTS = {
    "total": ({}, _swap("GrandTotalAmount", "120.00", "121.00"), "BR-CO-15"),
    "sum of lines": ({}, _swap("LineTotalAmount", "100.00", "99.00"), "BR-CO-10"),
    "net total": ({}, _swap("TaxBasisTotalAmount", "100.00", "90.00"), "BR-CO-13"),
    "amount due": ({}, _swap("DuePayableAmount", "120.00", "12.00"), "BR-CO-16"),
    "VAT of the row": ({}, _swap("CalculatedAmount", "20.00", "30.00"), "BR-CO-17"),
    "base of the row": ({}, _swap("BasisAmount", "100.00", "90.00"), "BR-S-08"),
    "tenth of a cent": (
        {},
        _swap("GrandTotalAmount", "120.00", "120.001"),
        "BR-DEC-14",
    ),
    "negative price": ({}, _swap("ChargeAmount", "50.00", "-50.00"), "BR-27"),
    "unit": ({}, ('unitCode="C62"', 'unitCode="PIECE"'), "FX-SCH-A-000613"),
    "no line number": ({}, _swap("LineID", "1", ""), "BR-21"),
    "no item name": ({}, _swap("Name", "Ramette de papier", ""), "BR-25"),
    "no seller name": ({}, _swap("Name", "Papeterie &amp; Cie", ""), "BR-06"),
    "no account": ({}, _swap("IBANID", "FR7630006000011234567890189", ""), "BR-50"),
    "no VAT number": ({}, _drop("SpecifiedTaxRegistration"), "BR-S-02"),
    "category of the row": (
        {},
        (r"(</ram:BasisAmount>\s*<ram:CategoryCode>)S", r"\1Z"),
        "BR-S-01",
    ),
    "exempt without reason": (EXEMPT, _drop("ExemptionReasonCode"), "BR-E-10"),
    "period backwards": (
        PERIOD,
        (r"20261101(</udt:DateTimeString>\s*</ram:StartDateTime>)", r"20261103\1"),
        "BR-29",
    ),
    "discount without reason": (
        TWINS["discounts and charges"],
        (r"<ram:Reason>Remise</ram:Reason>(\s*<ram:CategoryTradeTax>)", r"\1"),
        "BR-33",
    ),
    "supply without number of the buyer": (
        SUPPLY,
        (
            r"<ram:SpecifiedTaxRegistration>\s*<ram:ID \S*>DE\d+</ram:ID>\s*</\S*>",
            "",
        ),
        "BR-IC-02",
    ),
    "supply to nowhere": (SUPPLY, _drop("ShipToTradeParty"), "BR-IC-12"),
    "outside VAT with a number": (
        {
            **with_category("O", rate=None),
            **with_party("BG_4", vat_identifier="", tax_identifier="FC1"),
        },
        ('schemeID="FC"', 'schemeID="VA"'),
        "BR-O-02",
    ),
    "VAT in euros told nowhere": (
        {"BT_5": "USD", "BT_6": "EUR", "BT_111": "18.50"},
        ('<ram:TaxTotalAmount currencyID="EUR">18.50</ram:TaxTotalAmount>', ""),
        "BR-53",
    ),
}

# In the form of the reform.
BR_FR_FAULTS = {
    "no note on recovery costs": (
        {},
        _swap("SubjectCode", "PMT", "AAI"),
        "BR-FR-05",
    ),
    "note twice": (
        {"BG_1": [*NOTES, {"BT-21": "AAI", "BT-22": "Note"}]},
        _swap("SubjectCode", "AAI", "AAB"),
        "BR-FR-06",
    ),
    "framework of a deposit": ({}, _swap("ID", "B1", "A1"), "BR-FR-08"),
    "SIRET of another SIREN": (
        {},
        ('"0009">12345678200010', '"0009">99999999900010'),
        "BR-FR-09",
    ),
    "no SIREN of the seller": (
        {},
        ('"0002">123456782<', '"0009">123456782<'),
        "BR-FR-10",
    ),
    "no address of the buyer": (
        {},
        ('"0225">219900024_21990002400015', '"0225">'),
        "BR-FR-12",
    ),
    "no address of the seller": ({}, ('"0225">123456782<', '"0225"><'), "BR-FR-13"),
    "address with a slash": ({}, ('"0225">123456782<', '"0225">1/2<'), "BR-FR-23"),
    "SIREN of eight digits": ({}, ('"0002">219900024', '"0002">21990002'), "BR-FR-32"),
    "long number": ({}, (NUMBER, _amount("ID", "F" * 36)), "BR-FR-01"),
    "space in the number": ({}, (NUMBER, "<ram:ID>F 1</ram:ID>"), "BR-FR-02"),
    "year 1999": ({}, ('"102">20261102', '"102">19991102'), "BR-FR-03"),
    "receipt": ({}, (TYPE, "<ram:TypeCode>325</ram:TypeCode>"), "BR-FR-04"),
    "Spanish rate": ({}, _swap("RateApplicablePercent", "20", "21"), "BR-FR-16"),
    "correction of nothing": (
        {},
        (TYPE, "<ram:TypeCode>384</ram:TypeCode>"),
        "BR-FR-CO-04",
    ),
    "credit note without original": (
        DATED,
        _drop("InvoiceReferencedDocument"),
        "BR-FR-CO-05",
    ),
    "due before": ({}, ('"102">20261202', '"102">20261002'), "BR-FR-CO-07"),
    "final and down payment": (
        {"BT_3": "386"},
        _swap("ID", "B1", "B4"),
        "BR-FR-CO-08",
    ),
    "paid, yet due": (
        PAID,
        _swap("TotalPrepaidAmount", "120.00", "20.00"),
        "BR-FR-CO-09",
    ),
    "dollars alone": (
        {},
        _swap("InvoiceCurrencyCode", "EUR", "USD"),
        "BR-FR-CO-12",
    ),
    "quantity of five decimals": (
        {},
        ('unitCode="C62">2<', 'unitCode="C62">2.00001<'),
        "BR-FR-DEC-02",
    ),
}
