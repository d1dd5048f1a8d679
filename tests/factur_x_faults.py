"""Faults in business terms, one each in good terms, and odd ones that are right.

A fault: changes of ``make_terms`` (or of ``make_reform_terms``), and what
``check_terms`` finds: ``{(code, term, line, rule)}``.
"""

import datetime

from .factur_x_common import IBAN, make_terms

DAY = datetime.timedelta(days=1)
ISSUED = make_terms()["BT-2"]
VAT_ROW = make_terms()["BG-23"][0]
CREDIT = {"BT_3": "381", "BT_81": None, "BT_84": None, "BG_3": [{"BT-25": "F1"}]}
EUROS = {"BT_6": "EUR", "BT_111": "18.50"}
PERIOD = {"BT_73": ISSUED, "BT_74": ISSUED - DAY}
DOLLARS = ("currency_unproven", "BT-5", 0, "BR-FR-CO-12")


def with_party(group, **values):
    """Changes that alter one party of the good terms."""
    return {group: {**make_terms()[group.replace("_", "-")], **values}}


def with_line(**values):
    """Changes that alter the only line of the good terms."""
    changes = {key.replace("_", "-"): value for key, value in values.items()}
    return {"BG_25": [{**make_terms()["BG-25"][0], **changes}]}


def with_row(**values):
    """Changes that alter the only VAT row of the good terms."""
    changes = {key.replace("_", "-"): value for key, value in values.items()}
    return {"BG_23": [{**VAT_ROW, **changes}]}


def with_category(category, rate="0", **row):
    """Changes to an invoice of 100.00 without VAT."""
    amounts = {"BT_110": "0", "BT_112": "100", "BT_115": "100"}
    row = {"BT_121": f"VATEX-EU-{category}", **row}
    vat = with_row(BT_117="0", BT_118=category, BT_119=rate, **row)
    return {**amounts, **vat, **with_line(BT_151=category, BT_152=rate)}


SUPPLY = {
    **with_category("K", BT_121="VATEX-EU-IC"),
    **with_party("BG_7", vat_identifier="DE123456789", country_code="DE"),
    "BG_13": {"name": "Lager", "country_code": "DE"},
}
OUTSIDE = {
    **with_category("O", rate=None),
    **with_party("BG_4", vat_identifier=""),
}

FAULTS = {
    # structure
    "no number": ({"BT_1": ""}, {("missing", "BT-1", 0, "BR-02")}),
    "no lines": ({"BG_25": []}, {("missing", "BG-25", 0, "BR-16")}),
    "no buyer": ({"BG_7": None}, {("missing", "BG-7", 0, "BR-07")}),
    "line without VAT": (
        with_line(BT_151=False),
        {("missing", "BT-151", 1, "BR-CO-04")},
    ),
    "amount in words": ({"BT_112": "cent"}, {("not_a_number", "BT-112", 0, "")}),
    "endless amount": ({"BT_113": "Infinity"}, {("not_a_number", "BT-113", 0, "")}),
    "price in words": (with_line(BT_146="x"), {("not_a_number", "BT-146", 1, "")}),
    "rate in words": (with_row(BT_119="20 %"), {("not_a_number", "BT-119", 1, "")}),
    "discount in words": (
        {"BG_20": [{"amount": "x"}]},
        {("not_a_number", "BT-92", 1, "")},
    ),
    "line charge in words": (
        with_line(BG_28=[{"amount": "x"}]),
        {("not_a_number", "BT-141", 1, "")},
    ),
    "rebate in words": (
        with_line(BT_147_00=[{"BT-147": "x"}]),
        {("not_a_number", "BT-147", 1, "")},
    ),
    "caller's own": (
        {"unsupported": [{"code": "taxes_unsupported", "term": "BT-151", "line": 2}]},
        {("taxes_unsupported", "BT-151", 2, "")},
    ),
    # identity
    "number of 21": ({"BT_1": "F" * 21}, {("too_long", "BT-1", 0, "BR-FR-CPRO-02")}),
    "number with a dot": ({"BT_1": "F.1"}, {("number_characters", "BT-1", 0, "G1.05")}),
    "number with an accent": (
        {"BT_1": "É1"},
        {("number_characters", "BT-1", 0, "G1.05")},
    ),
    "type": ({"BT_3": "325"}, {("type_unknown", "BT-3", 0, "BR-FR-04")}),
    "down payment": ({"BT_3": "386"}, {("type_unproven", "BT-3", 0, "BR-FR-04")}),
    "correction of nothing": (
        {"BT_3": "384"},
        {
            ("type_unproven", "BT-3", 0, "BR-FR-04"),
            ("original_missing", "BT-25", 0, "BR-FR-CO-04"),
        },
    ),
    "no framework": ({"BT_23": None}, {("framework_missing", "BT-23", 0, "BR-FR-08")}),
    "reform framework": (
        {"BT_23": "S1"},
        {("framework_unknown", "BT-23", 0, "BR-FR-08")},
    ),
    "subcontractor": (
        {"BT_23": "A9"},
        {("framework_unproven", "BT-23", 0, "BR-FR-08")},
    ),
    "paid, yet due": (
        {"BT_23": "A2"},
        {("framework_not_paid", "BT-115", 0, "BR-FR-CO-09")},
    ),
    "nothing due, nothing paid": (
        {"BT_23": "A2", "BT_114": "-120", "BT_115": "0"},
        {("framework_not_paid", "BT-113", 0, "BR-FR-CO-09")},
    ),
    "credit note alone": (
        {**CREDIT, "BG_3": []},
        {("preceding_missing", "BT-25", 0, "BR-FR-CO-05")},
    ),
    "original without number": (
        {**CREDIT, "BG_3": [{"BT-26": ISSUED}]},
        {("original_missing", "BT-25", 0, "BR-55")},
    ),
    "two originals": (
        {"BG_3": [{"BT-25": "F1"}, {}]},
        {("preceding_several", "BG-3", 0, "BR-FR-CPRO-20")},
    ),
    "long original": (
        {"BG_3": [{"BT-25": "F" * 21}]},
        {("too_long", "BT-25", 1, "BR-FR-CPRO-02")},
    ),
    "period backwards": (PERIOD, {("period_reversed", "BT-74", 0, "BR-29")}),
    "line period backwards": (
        with_line(BT_134=ISSUED, BT_135="2026-11-01"),
        {("period_reversed", "BT-135", 1, "BR-30")},
    ),
    "same line number": (
        {
            "BG_25": [
                {**make_terms()["BG-25"][0], "BT-129": "1", "BT-131": "50"}
                for _line in range(2)
            ]
        },
        {("line_id_twice", "BT-126", 2, "")},
    ),
    # lengths
    "long service": ({"BT_10": "S" * 101}, {("too_long", "BT-10", 0, "G2.17")}),
    "long contract": (
        {"BT_12": "C" * 51},
        {("too_long", "BT-12", 0, "BR-FR-CPRO-14")},
    ),
    "long engagement": (
        {"BT_13": "E" * 51},
        {("too_long", "BT-13", 0, "BR-FR-CPRO-15")},
    ),
    "long name": (
        with_party("BG_7", name="N" * 100),
        {("shortened", "BT-44", 0, "BR-FR-CPRO-44")},
    ),
    "long text": (
        with_line(BT_154="T" * 1025),
        {("shortened", "BT-154", 1, "BR-FR-CPRO-31")},
    ),
    # currency
    "no such currency": (
        {"BT_5": "ABC", **EUROS},
        {("currency_unknown", "BT-5", 0, "BR-CL-04")},
    ),
    "dinars": (
        {"BT_5": "TND", **EUROS},
        {("currency_precision", "BT-5", 0, "BR-DEC"), DOLLARS},
    ),
    "dollars without euros": (
        {"BT_5": "USD"},
        {("tax_currency_missing", "BT-6", 0, "BR-FR-CO-12"), DOLLARS},
    ),
    "dollars without VAT in euros": (
        {"BT_5": "USD", "BT_6": "EUR"},
        {("tax_currency_missing", "BT-111", 0, "BR-53"), DOLLARS},
    ),
    "tenth of a cent": ({"BT_114": "0.001"}, {("decimals", "BT-114", 0, "BR-DEC")}),
    "quantity of five decimals": (
        with_line(BT_129="2.00001"),
        {("decimals", "BT-129", 1, "BR-FR-DEC-02")},
    ),
    # parties
    "no SIRET": (
        with_party("BG_7", legal_identifier=""),
        {("siret_missing", "BT-47", 0, "BR-FR-CPRO-10")},
    ),
    "SIREN": (
        with_party("BG_4", legal_identifier="123456782"),
        {("siret_format", "BT-30", 0, "BR-FR-CPRO-03")},
    ),
    "SIRET of letters": (
        with_party("BG_7", legal_identifier="A" * 14),
        {("siret_format", "BT-47", 0, "BR-FR-CPRO-10")},
    ),
    "scheme": (
        with_party("BG_7", legal_identifier_schemeid="0060"),
        {("siret_scheme", "BT-47", 0, "BR-FR-CPRO-10")},
    ),
    "EU number that is none": (
        with_party("BG_4", legal_identifier="1234", legal_identifier_schemeid="0223"),
        {("identifier_format", "BT-30", 0, "BR-FR-CPRO-04")},
    ),
    "short RIDET": (
        with_party("BG_4", legal_identifier="1234", legal_identifier_schemeid="0228"),
        {("identifier_format", "BT-30", 0, "BR-FR-CPRO-07")},
    ),
    "no names": (
        {**with_party("BG_4", name=""), **with_party("BG_7", name=None)},
        {("missing", "BT-27", 0, "BR-06"), ("missing", "BT-44", 0, "BR-07")},
    ),
    "no countries": (
        {**with_party("BG_4", country_code=""), **with_party("BG_7", country_code="")},
        {("missing", "BT-40", 0, "BR-09"), ("missing", "BT-55", 0, "BR-11")},
    ),
    "payee without name": (
        {"BG_10": {"legal_identifier": "12345678200010"}},
        {("missing", "BT-59", 0, "BR-17")},
    ),
    "delivery without name": (
        {"BG_13": {"country_code": "FR"}},
        {("missing", "BT-70", 0, "")},
    ),
    "VAT key": (
        with_party("BG_4", vat_identifier="FR33123456789"),
        {("vat_key", "BT-31", 0, "")},
    ),
    "VAT number of eight digits": (
        with_party("BG_7", vat_identifier="FR3212345678"),
        {("vat_key", "BT-48", 0, "")},
    ),
    "VAT number without country": (
        with_party("BG_4", vat_identifier="32123456789"),
        {("vat_key", "BT-31", 0, "BR-CO-09")},
    ),
    "no VAT number": (
        with_party("BG_4", vat_identifier=""),
        {("vat_number_missing", "BT-31", 0, "BR-S-02")},
    ),
    # payment
    "no payment means": (
        {"BT_81": None},
        {("payment_means_missing", "BT-81", 0, "S2.05")},
    ),
    "payment means": (
        {"BT_81": "ZZZ"},
        {("payment_means_unknown", "BT-81", 0, "S2.05")},
    ),
    "means on a credit note": (
        {**CREDIT, "BT_81": "10"},
        {("payment_means_forbidden", "BT-81", 0, "S2.05")},
    ),
    "no IBAN": ({"BT_84": None}, {("iban_missing", "BT-84", 0, "BR-61")}),
    "wrong IBAN": (
        {"BT_84": IBAN[:-1] + "0"},
        {("iban_invalid", "BT-84", 0, "G1.16")},
    ),
    "no due date": ({"BT_9": None}, {("due_date_missing", "BT-9", 0, "BR-CO-25")}),
}
