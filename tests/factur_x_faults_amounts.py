"""Faults about amounts and VAT, those of the reform, and odd terms that are right."""

from .factur_x_common import NOTES, make_terms
from .factur_x_faults import (
    CREDIT,
    DAY,
    DOLLARS,
    EUROS,
    ISSUED,
    OUTSIDE,
    SUPPLY,
    VAT_ROW,
    with_category,
    with_line,
    with_party,
    with_row,
)

LINE = make_terms()["BG-25"][0]
DISCOUNT = {"reason": "Remise", "vat_category_code": "S", "vat_rate": "20"}
EXEMPT = with_category("E", BT_121="VATEX-FR-FRANCHISE")

AMOUNT_FAULTS = {
    "negative": (
        {
            **with_line(BT_129="-2", BT_131="-100"),
            **with_row(BT_116="-100", BT_117="-20"),
            "BT_106": "-100",
            "BT_109": "-100",
            "BT_110": "-20",
            "BT_112": "-120",
            "BT_115": "-120",
        },
        {("amount_negative", "BT-112", 0, "")},
    ),
    "negative price": (
        with_line(BT_129="-2", BT_146="-50"),
        {("price_negative", "BT-146", 1, "BR-27")},
    ),
    "gross price alone": (
        with_line(BT_148="60"),
        {("gross_price_without_allowance", "BT-148", 1, "")},
    ),
    "gross price and rebate": (
        with_line(BT_148="60", BT_147_00=[{"BT-147": "9"}]),
        {("total_mismatch", "BT-146", 1, "")},
    ),
    "lines do not add up": (
        {"BT_106": "90"},
        {
            ("total_mismatch", "BT-106", 0, "BR-CO-10"),
            ("total_mismatch", "BT-109", 0, "BR-CO-13"),
        },
    ),
    "VAT does not add up": (
        with_row(BT_117="19.99"),
        {("total_mismatch", "BT-110", 0, "BR-CO-14")},
    ),
    "total": (
        {"BT_112": "120.01", "BT_115": "120.01"},
        {("total_mismatch", "BT-112", 0, "BR-CO-15")},
    ),
    "due": ({"BT_115": "119.99"}, {("total_mismatch", "BT-115", 0, "BR-CO-16")}),
    "line amount": (with_line(BT_129="3"), {("total_mismatch", "BT-131", 1, "")}),
    "line amount by the dozen": (
        with_line(BT_149="12"),
        {("total_mismatch", "BT-131", 1, "")},
    ),
    "discounts and charges without reason": (
        {
            **with_line(
                BT_131="95.00", BG_27=[{"amount": "10"}], BG_28=[{"amount": "5"}]
            ),
            "BG_20": [{"amount": "5"}],
            "BG_21": [{"amount": "10"}],
            "BT_106": "95",
            "BT_107": "5",
            "BT_108": "10",
        },
        {
            ("reason_missing", "BT-97", 1, "BR-33"),
            ("reason_missing", "BT-104", 1, "BR-38"),
            ("reason_missing", "BT-139", 1, "BR-42"),
            ("reason_missing", "BT-144", 1, "BR-44"),
            ("missing", "BT-95", 1, "BR-32"),
            ("missing", "BT-102", 1, "BR-37"),
            ("vat_base_mismatch", "BT-116", 1, "BR-S-08"),
        },
    ),
    # VAT
    "taxed at zero": (
        with_line(BT_152="0"),
        {
            ("vat_rate_wrong", "BT-152", 1, "BR-S-05"),
            ("vat_base_mismatch", "BT-116", 1, "BR-S-08"),
            ("vat_row_missing", "BT-118", 0, "BR-S-01"),
        },
    ),
    "exempt with a rate": (
        {**EXEMPT, **with_line(BT_151="E", BT_152="20")},
        {("vat_rate_wrong", "BT-152", 1, "BR-E-05")},
    ),
    "row without rate": (
        with_row(BT_119=None, BT_117="20"),
        {
            ("vat_rate_wrong", "BT-119", 1, "BR-48"),
            ("vat_base_mismatch", "BT-116", 1, "BR-S-08"),
            ("vat_amount_mismatch", "BT-117", 1, "BR-CO-17"),
            ("vat_row_missing", "BT-118", 0, "BR-S-01"),
        },
    ),
    "row for nothing": (
        {"BG_23": [VAT_ROW, {**VAT_ROW, "BT-119": "10", "BT-117": "0"}]},
        {
            ("vat_base_mismatch", "BT-116", 2, "BR-S-08"),
            ("vat_amount_mismatch", "BT-117", 2, "BR-CO-17"),
        },
    ),
    "row twice": (
        {"BG_23": [VAT_ROW, {**VAT_ROW, "BT-116": "0", "BT-117": "0"}]},
        {("vat_row_twice", "BT-118", 2, "")},
    ),
    "VAT of another base": (
        {**with_row(BT_117="22"), "BT_110": "22", "BT_112": "122", "BT_115": "122"},
        {("vat_amount_mismatch", "BT-117", 1, "BR-CO-17")},
    ),
    "exempt without reason": (
        {**EXEMPT, "BG_23": [{**EXEMPT["BG_23"][0], "BT-121": None}]},
        {("vat_reason_missing", "BT-120", 1, "BR-E-10")},
    ),
    "taxed with a reason": (
        with_row(BT_120="Exonéré"),
        {("vat_reason_forbidden", "BT-120", 1, "BR-S-10")},
    ),
    "outside VAT with a number": (
        with_category("O", rate=None),
        {("vat_number_forbidden", "BT-31", 0, "BR-O-02")},
    ),
    "outside VAT with a rate": (
        {**OUTSIDE, **with_line(BT_151="O", BT_152="0")},
        {("vat_rate_wrong", "BT-152", 1, "BR-O-05")},
    ),
    "outside VAT beside VAT": (
        {
            **with_party("BG_4", vat_identifier="", tax_identifier="123"),
            "BG_25": [
                {**LINE, "BT-129": "1", "BT-131": "50"},
                {
                    **LINE,
                    "BT-126": "2",
                    "BT-129": "1",
                    "BT-131": "50",
                    "BT-151": "O",
                    "BT-152": None,
                },
            ],
            "BG_23": [
                {**VAT_ROW, "BT-116": "50", "BT-117": "10"},
                {"BT-116": "50", "BT-117": "0", "BT-118": "O", "BT-120": "Hors champ"},
            ],
            "BT_110": "10",
            "BT_112": "110",
            "BT_115": "110",
        },
        {("vat_mixed", "BT-118", 0, "BR-O-11")},
    ),
    "supply without number of the buyer": (
        {**SUPPLY, **with_party("BG_7", country_code="DE")},
        {("buyer_vat_missing", "BT-48", 0, "BR-IC-02")},
    ),
    "supply with a tax number": (
        {**SUPPLY, **with_party("BG_4", vat_identifier="", tax_identifier="1")},
        {("vat_number_missing", "BT-31", 0, "BR-IC-02")},
    ),
    "supply on no day": (
        {**SUPPLY, "BT_72": None},
        {("delivery_date_missing", "BT-72", 0, "BR-IC-11")},
    ),
    "supply to nowhere": (
        {**SUPPLY, "BG_13": None},
        {("delivery_country_missing", "BT-80", 0, "BR-IC-12")},
    ),
    "reverse charge to nobody": (
        {**with_category("AE"), **with_party("BG_7", legal_identifier=None)},
        {
            ("siret_missing", "BT-47", 0, "BR-FR-CPRO-10"),
            ("buyer_vat_missing", "BT-48", 0, "BR-AE-02"),
        },
    ),
}

# Of the profile ctc-fr alone.
REFORM_FAULTS = {
    "space in the number": (
        {"BT_1": "F 1"},
        {("number_characters", "BT-1", 0, "BR-FR-02")},
    ),
    "space in the original": (
        {**CREDIT, "BG_3": [{"BT-25": "F 1", "BT-26": ISSUED}]},
        {("number_characters", "BT-25", 1, "BR-FR-02")},
    ),
    "seller abroad": (
        with_party(
            "BG_4", legal_identifier="DE123456789", legal_identifier_schemeid="0223"
        ),
        {("seller_not_french", "BT-30", 0, "BR-FR-10")},
    ),
    "buyer in Nouméa": (
        with_party(
            "BG_7", legal_identifier="0123456001", legal_identifier_schemeid="0228"
        ),
        {("siret_missing", "BT-47", 0, "BR-FR-CPRO-10")},
    ),
    "payee with a SIREN": (
        {"BG_10": {"name": "Factor", "legal_identifier": "123456782"}},
        {("siret_format", "BT-60", 0, "BR-FR-CPRO-17")},
    ),
    "two contacts": (
        {
            **with_party("BG_4", contacts=[{"name": "A"}, {"name": "B"}]),
            **with_party("BG_7", contacts=[{"name": "A"}, {"name": "B"}]),
        },
        {
            ("contacts_several", "BG-6", 0, "BR-FR-CPRO-26"),
            ("contacts_several", "BG-9", 0, "BR-FR-CPRO-27"),
        },
    ),
    "no note on late payment": (
        {"BG_1": [NOTES[0], NOTES[2]]},
        {("note_missing", "BT-21", 0, "BR-FR-05")},
    ),
    "note twice": (
        {"BG_1": [*NOTES, NOTES[0]]},
        {("note_twice", "BT-21", 0, "BR-FR-06")},
    ),
    "credit note alone": (
        {**CREDIT, "BG_3": None},
        {
            ("preceding_missing", "BT-25", 0, "BR-FR-CO-05"),
            ("original_missing", "BT-25", 0, "BR-FR-CO-05"),
        },
    ),
    "original without date": (
        CREDIT,
        {("original_date_missing", "BT-26", 1, "BR-FR-CO-05")},
    ),
    "due before": (
        {"BT_9": ISSUED - DAY},
        {("due_date_before", "BT-9", 0, "BR-FR-CO-07")},
    ),
    "paid on no day": (
        {"BT_23": "A2", "BT_113": "120.00", "BT_115": "0.00", "BT_9": None},
        {("due_date_missing", "BT-9", 0, "BR-FR-CO-09")},
    ),
    "Spanish rate": (
        {
            **with_line(BT_152="21"),
            **with_row(BT_119="21", BT_117="21"),
            "BT_110": "21",
            "BT_112": "121",
            "BT_115": "121",
        },
        {
            ("vat_rate_unknown", "BT-152", 1, "BR-FR-16"),
            ("vat_rate_unknown", "BT-119", 1, "BR-FR-16"),
        },
    ),
    "category of the Canaries": (
        {**with_line(BT_151="L"), **with_row(BT_118="L")},
        {
            ("vat_category_unknown", "BT-151", 1, "BR-FR-15"),
            ("vat_category_unknown", "BT-118", 1, "BR-FR-15"),
        },
    ),
}

# What looks odd and is right.
TWINS = {
    "plain": {},
    "credit note": CREDIT,
    "number of 20, every character": {"BT_1": "Fa 1-2+3_4/5 7890123"},
    "already paid": {"BT_23": "A2", "BT_113": "120.00", "BT_115": "0.00"},
    "paid: no due date": {
        "BT_23": "A2",
        "BT_113": "120",
        "BT_115": 0,
        "BT_9": None,
    },
    "terms instead of a date": {"BT_9": None, "BT_20": "30 jours"},
    "card": {"BT_81": "48", "BT_84": None},
    "scheme of others": with_party("BG_7", legal_identifier_schemeid="0009"),
    "tax number": with_party("BG_4", vat_identifier="", tax_identifier="123"),
    "VAT key of letters": with_party("BG_4", vat_identifier="FRK7399859412"),
    "seller abroad": with_party(
        "BG_4",
        vat_identifier="DE123456789",
        legal_identifier="DE123456789",
        legal_identifier_schemeid="0223",
    ),
    "seller overseas": with_party(
        "BG_4", legal_identifier="CHMuster AG", legal_identifier_schemeid="0227"
    ),
    "outside VAT": OUTSIDE,
    "exempt": EXEMPT,
    "taxed at zero": with_category("Z", BT_121=None),
    "reverse charge": with_category("AE"),
    "export": with_category("G"),
    "intra-community": SUPPLY,
    "VAT rounded by line": {
        **with_row(BT_117="20.99"),
        "BT_110": "20.99",
        "BT_112": "120.99",
        "BT_115": "120.99",
    },
    "discounts and charges": {
        **with_line(
            BT_131="95.00",
            BG_27=[{"amount": "10", "reason": "Remise"}],
            BG_28=[{"amount": "5", "reason_code": "FC"}],
            BT_148="60",
            BT_147_00=[{"BT-147": "10"}],
        ),
        "BG_20": [{"amount": "5", **DISCOUNT}],
        "BG_21": [{"amount": "10", **DISCOUNT}],
        "BT_106": "95",
        "BT_107": "5",
        "BT_108": "10",
    },
    "price of a thousand": with_line(BT_129="2000", BT_146="50", BT_149="1000"),
    "rounded to five cents": {"BT_114": "0.02", "BT_115": "120.02"},
    "payee and delivery": {
        "BG_10": {"name": "Factor"},
        "BG_13": {"name": "Dépôt", "country_code": "FR"},
    },
    "period": {"BT_73": ISSUED - DAY, "BT_74": ISSUED},
}
# Right, but unproven: a warning and no more.
WARNED = {
    "dollars": ({"BT_5": "USD", **EUROS}, {DOLLARS}),
    "yen": (
        {
            "BT_5": "JPY",
            **EUROS,
            "BT_106": "100",
            "BT_109": "100",
            "BT_110": "20",
            "BT_112": "120",
            "BT_115": "120",
        },
        {DOLLARS},
    ),
    "corrected invoice": (
        {"BT_3": "384", "BG_3": [{"BT-25": "F1", "BT-26": ISSUED}]},
        {("type_unproven", "BT-3", 0, "BR-FR-04")},
    ),
}
