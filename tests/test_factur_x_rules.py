"""Every rule of factur_x: one fault each in good terms, the unbroken twin passes."""

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro import factur_x
from odoo.addons.l10n_fr_chorus_pro.factur_x.limits import LIMITS, shorten

from .factur_x_common import make_terms


def with_party(group, **values):
    """Changes that alter one party of the good terms."""
    return {group: {**make_terms()[group.replace("_", "-")], **values}}


def with_line(**values):
    """Changes that alter the only line of the good terms."""
    changes = {key.replace("_", "-"): value for key, value in values.items()}
    return {"BG_25": [{**make_terms()["BG-25"][0], **changes}]}


CREDIT = {"BT_3": "381", "BT_81": None, "BT_84": None, "BG_3": [{"BT-25": "F1"}]}
VAT_ROW = make_terms()["BG-23"][0]

# name of the fault: (changes of the good terms, what is found: {(code, term, line)})
FAULTS = {
    "no number": ({"BT_1": ""}, {("missing", "BT-1", 0)}),
    "no lines": ({"BG_25": []}, {("missing", "BG-25", 0)}),
    "no buyer": ({"BG_7": None}, {("missing", "BG-7", 0)}),
    "line without VAT": (with_line(BT_151=False), {("missing", "BT-151", 1)}),
    "amount in words": ({"BT_112": "cent"}, {("not_a_number", "BT-112", 0)}),
    "endless amount": ({"BT_113": "Infinity"}, {("not_a_number", "BT-113", 0)}),
    "price in words": (with_line(BT_146="x"), {("not_a_number", "BT-146", 1)}),
    "caller's own": (
        {"unsupported": [{"code": "taxes_unsupported", "term": "BT-151", "line": 2}]},
        {("taxes_unsupported", "BT-151", 2)},
    ),
    "number of 21": ({"BT_1": "F" * 21}, {("too_long", "BT-1", 0)}),
    "number with a dot": ({"BT_1": "F.1"}, {("number_characters", "BT-1", 0)}),
    "number with an accent": ({"BT_1": "É1"}, {("number_characters", "BT-1", 0)}),
    "type": ({"BT_3": "325"}, {("type_unknown", "BT-3", 0)}),
    "no framework": ({"BT_23": None}, {("framework_missing", "BT-23", 0)}),
    "reform framework": ({"BT_23": "S1"}, {("framework_unknown", "BT-23", 0)}),
    "paid, yet due": ({"BT_23": "A2"}, {("framework_not_paid", "BT-115", 0)}),
    "dollars": ({"BT_5": "USD"}, {("currency_unsupported", "BT-5", 0)}),
    "credit note alone": ({**CREDIT, "BG_3": []}, {("preceding_missing", "BT-25", 0)}),
    "two originals": (
        {"BG_3": [{"BT-25": "F1"}, {}]},
        {("preceding_several", "BG-3", 0)},
    ),
    "long original": (
        {"BG_3": [{"BT-25": "F" * 21}]},
        {("too_long", "BT-25", 1)},
    ),
    "long service": ({"BT_10": "S" * 101}, {("too_long", "BT-10", 0)}),
    "long contract": ({"BT_12": "C" * 51}, {("too_long", "BT-12", 0)}),
    "long engagement": ({"BT_13": "E" * 51}, {("too_long", "BT-13", 0)}),
    "long name": (with_party("BG_7", name="N" * 100), {("shortened", "BT-44", 0)}),
    "long text": (with_line(BT_154="T" * 1025), {("shortened", "BT-154", 1)}),
    "no SIRET": (
        with_party("BG_7", legal_identifier=""),
        {("siret_missing", "BT-47", 0)},
    ),
    "SIREN": (
        with_party("BG_4", legal_identifier="123456782"),
        {("siret_format", "BT-30", 0)},
    ),
    "SIRET of letters": (
        with_party("BG_7", legal_identifier="A" * 14),
        {("siret_format", "BT-47", 0)},
    ),
    "scheme": (
        with_party("BG_7", legal_identifier_schemeid="0060"),
        {("siret_scheme", "BT-47", 0)},
    ),
    "no names": (
        {**with_party("BG_4", name=""), **with_party("BG_7", name=None)},
        {("missing", "BT-27", 0), ("missing", "BT-44", 0)},
    ),
    "no countries": (
        {**with_party("BG_4", country_code=""), **with_party("BG_7", country_code="")},
        {("missing", "BT-40", 0), ("missing", "BT-55", 0)},
    ),
    "no VAT number": (
        with_party("BG_4", vat_identifier=""),
        {("vat_number_missing", "BT-31", 0)},
    ),
    "no payment means": ({"BT_81": None}, {("payment_means_missing", "BT-81", 0)}),
    "payment means": ({"BT_81": "ZZZ"}, {("payment_means_unknown", "BT-81", 0)}),
    "means on a credit note": (
        {**CREDIT, "BT_81": "10"},
        {("payment_means_forbidden", "BT-81", 0)},
    ),
    "no IBAN": ({"BT_84": None}, {("iban_missing", "BT-84", 0)}),
    "wrong IBAN": (
        {"BT_84": "FR7630006000011234567890180"},
        {("iban_invalid", "BT-84", 0)},
    ),
    "no due date": ({"BT_9": None}, {("due_date_missing", "BT-9", 0)}),
    "negative": (
        {
            "BG_25": [{**make_terms()["BG-25"][0], "BT-129": "-2", "BT-131": "-100"}],
            "BG_23": [{**VAT_ROW, "BT-116": "-100", "BT-117": "-20"}],
            "BT_106": "-100",
            "BT_109": "-100",
            "BT_110": "-20",
            "BT_112": "-120",
            "BT_115": "-120",
        },
        {("amount_negative", "BT-112", 0)},
    ),
    "negative price": (
        with_line(BT_129="-2", BT_146="-50"),
        {("price_negative", "BT-146", 1)},
    ),
    "gross price": (
        with_line(BT_148="60"),
        {("gross_price_without_allowance", "BT-148", 1)},
    ),
    "lines do not add up": (
        {"BT_106": "90"},
        {("total_mismatch", "BT-106", 0), ("total_mismatch", "BT-109", 0)},
    ),
    "VAT does not add up": (
        {"BG_23": [{**VAT_ROW, "BT-117": "19.99"}]},
        {("total_mismatch", "BT-110", 0)},
    ),
    "total": (
        {"BT_112": "120.01", "BT_115": "120.01"},
        {("total_mismatch", "BT-112", 0)},
    ),
    "due": ({"BT_115": "119.99"}, {("total_mismatch", "BT-115", 0)}),
    "line amount": (with_line(BT_129="3"), {("total_mismatch", "BT-131", 1)}),
    "exempt without reason": (
        {
            "BG_23": [{**VAT_ROW, "BT-117": "0", "BT-118": "E", "BT-119": "0"}],
            "BT_110": "0",
            "BT_112": "100",
            "BT_115": "100",
        },
        {("vat_reason_missing", "BT-120", 1)},
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
    "outside VAT": {
        **with_party("BG_4", vat_identifier=""),
        "BG_23": [
            {"BT-116": "100", "BT-117": "0", "BT-118": "O", "BT-121": "VATEX-EU-O"}
        ],
        "BT_110": 0,
        "BT_112": 100,
        "BT_115": 100.0,
    },
    "discounts and charges": {
        **with_line(
            BT_131="95.00",
            BG_27=[{"amount": "10"}],
            BG_28=[{"amount": "5"}],
            BT_148="60",
            BT_147_00=[{"BT-147": "10"}],
        ),
        "BG_20": [{"amount": "5"}],
        "BG_21": [{"amount": "10"}],
        "BT_106": "95",
        "BT_107": "5",
        "BT_108": "10",
    },
    "rounded to five cents": {"BT_114": "0.02", "BT_115": "120.02"},
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXRules(BaseCase):
    """The rules that no schematron holds."""

    def test_each_fault_is_found(self):
        for name, (changes, expected) in FAULTS.items():
            with self.subTest(name):
                issues = factur_x.check_terms(make_terms(**changes))
                self.assertEqual({(i.code, i.term, i.line) for i in issues}, expected)
                for issue in issues:
                    self.assertEqual(issue.level, factur_x.CODES[issue.code])

    def test_their_twins_pass(self):
        for name, changes in TWINS.items():
            with self.subTest(name):
                self.assertEqual(factur_x.check_terms(make_terms(**changes)), [])

    def test_every_code_has_a_fault(self):
        found = {code for _, codes in FAULTS.values() for code, *_ in codes}
        others = {c for c in factur_x.CODES if c.startswith("attachment_")}
        told_by_caller = {"rounding_unsupported", "early_discount_unsupported"}
        self.assertEqual(found | others | told_by_caller, set(factur_x.CODES))

    def test_issue_tells_value_and_limit(self):
        (issue,) = factur_x.check_terms(make_terms(BT_13="E" * 200))
        self.assertEqual(issue.level, "error")
        self.assertEqual(issue.limit, 50)
        self.assertEqual(issue.value, "E" * 80)

    def test_large_quantity_of_a_small_price(self):
        """The price's own rounding weighs more with the quantity."""
        totals = {"BT_110": "0", "BG_23": [{**VAT_ROW, "BT-117": "0"}]}
        for amount, expected in (("100.40", []), ("100.60", ["BT-131"])):
            line = with_line(BT_129="1000000", BT_146="0.0001", BT_131=amount)
            sums = dict.fromkeys(("BT_106", "BT_109", "BT_112", "BT_115"), amount)
            issues = factur_x.check_terms(make_terms(**line, **sums, **totals))
            self.assertEqual([issue.term for issue in issues], expected)

    def test_unknown_profile(self):
        with self.assertRaises(factur_x.FacturXError) as caught:
            factur_x.check_terms(make_terms(), profile="x")
        self.assertEqual(caught.exception.code, "profile")
        self.assertEqual(str(caught.exception), "profile: x")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXLimits(BaseCase):
    """What is cut, and what never is."""

    def test_descriptive_texts_are_cut_to_their_limit(self):
        for limit in LIMITS["chorus"]:
            if limit.path[:-1] and limit.cut:
                group, key, long_text = limit.path[0], limit.path[-1], "x" * 2000
                entry = {**make_terms().get("BG-25")[0], key: long_text}
                value = [entry] if "*" in limit.path else entry
                fitted = factur_x.fit_terms({group: value})[group]
                text = (fitted[0] if "*" in limit.path else fitted)[key]
                self.assertEqual(len(text), limit.size, limit.term)
                self.assertTrue(text.endswith("…"))

    def test_references_are_never_cut(self):
        terms = {
            limit.path[0]: "x" * 200 for limit in LIMITS["chorus"] if not limit.cut
        }
        terms["BG-3"] = [{"BT-25": "x" * 200}]
        self.assertEqual(factur_x.fit_terms(terms), terms)

    def test_argument_is_left_alone(self):
        terms = make_terms(BT_20=" x\x00 " + "y" * 2000)
        before = make_terms(BT_20=" x\x00 " + "y" * 2000)
        self.assertEqual(len(factur_x.fit_terms(terms)["BT-20"]), 1024)
        self.assertEqual(terms, before)

    def test_texts_are_cleaned(self):
        dirty = {"BT-22": "a\x0bb\r\nc\rd\ufffe\ud800 é€🙂 \t"}
        clean = factur_x.fit_terms({"BG-1": [dirty]})
        self.assertEqual(clean, {"BG-1": [{"BT-22": "ab\nc\nd é€🙂"}]})

    def test_shorten(self):
        self.assertEqual(shorten("abcdef", 6), "abcdef")
        self.assertEqual(shorten("abcd fg", 6), "abcd…")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXAttachments(BaseCase):
    """API.md 1.6."""

    def get_codes(self, *files):
        issues = factur_x.check_attachments(factur_x.Attachment(*f) for f in files)
        self.assertTrue(all(issue.term == "attachment" for issue in issues))
        return [(issue.line, issue.code) for issue in issues]

    def test_good(self):
        name = "détail n° 1 (" + "x" * 32 + ").PDF"
        self.assertEqual(len(name), 50)
        self.assertEqual(self.get_codes((name, b"x"), ("a.tar.gz", b"x")), [])

    def test_each_fault(self):
        limit = 10 * 1024 * 1024
        for name, content, code in (
            ("", b"x", "attachment_unnamed"),
            ("x" * 47 + ".pdf", b"x", "attachment_name_too_long"),
            ("a/b.pdf", b"x", "attachment_name_characters"),
            ("a\n.pdf", b"x", "attachment_name_characters"),
            ("Factur-X.xml", b"x", "attachment_name_reserved"),
            ("a.exe", b"x", "attachment_extension"),
            ("pdf", b"x", "attachment_extension"),
            (".pdf", b"x", "attachment_extension"),
            ("a.pdf", b"", "attachment_empty"),
            ("a.pdf", bytes(limit), "attachment_too_large"),
        ):
            with self.subTest(name=name, code=code):
                self.assertEqual(self.get_codes((name, content)), [(1, code)])
        self.assertEqual(self.get_codes(("a.pdf", bytes(limit - 1))), [])

    def test_same_name_twice(self):
        codes = self.get_codes(("a.pdf", b"1"), ("b.pdf", b"2"), ("a.pdf", b"3"))
        self.assertEqual(codes, [(3, "attachment_name_twice")])

    def test_mimetype(self):
        for name, expected in (
            ("a.pdf", "application/pdf"),
            ("a.CSV", "text/csv"),
            ("a.fax", "application/octet-stream"),
        ):
            self.assertEqual(factur_x.Attachment(name, b"").mimetype, expected)
