"""Every rule of factur_x: one fault each in good terms, the unbroken twin passes."""

import hashlib
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro import factur_x
from odoo.addons.l10n_fr_chorus_pro.factur_x.attachments import MAX_BYTES
from odoo.addons.l10n_fr_chorus_pro.factur_x.ctc_fr import rules as reform_rules
from odoo.addons.l10n_fr_chorus_pro.factur_x.limits import LIMITS, shorten

from .factur_x_common import make_reform_terms, make_terms
from .factur_x_faults import (
    DAY,
    FAULTS,
    ISSUED,
    OUTSIDE,
    VAT_ROW,
    with_line,
    with_party,
)
from .factur_x_faults_amounts import AMOUNT_FAULTS, REFORM_FAULTS, TWINS, WARNED


def describe(issues):
    """Issues as the tables of faults name them."""
    return {(issue.code, issue.term, issue.line, issue.rule) for issue in issues}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXRules(BaseCase):
    """The rules of ``check_terms``."""

    def test_each_fault_is_found(self):
        for name, (changes, expected) in {**FAULTS, **AMOUNT_FAULTS, **WARNED}.items():
            with self.subTest(name):
                issues = factur_x.check_terms(make_terms(**changes))
                self.assertEqual(describe(issues), expected)
                for issue in issues:
                    self.assertEqual(issue.level, factur_x.CODES[issue.code])

    def test_each_fault_of_the_reform_is_found(self):
        for name, (changes, expected) in REFORM_FAULTS.items():
            with self.subTest(name):
                terms = make_reform_terms(**changes)
                found = describe(factur_x.check_terms(terms, "ctc-fr"))
                self.assertEqual(found, expected)
                others = {("preceding_missing", "BT-25", 0, "BR-FR-CO-05")}
                told = describe(factur_x.check_terms(terms))
                self.assertLessEqual(told, others)

    def test_every_line_of_a_million(self):
        with patch.object(reform_rules, "MAX_LINES", 0):
            (issue,) = factur_x.check_terms(make_reform_terms(), "ctc-fr")
        self.assertEqual((issue.code, issue.rule), ("lines_too_many", "BR-FR-CPRO-19"))

    def test_their_twins_pass(self):
        for name, changes in TWINS.items():
            with self.subTest(name):
                self.assertEqual(factur_x.check_terms(make_terms(**changes)), [])

    def test_what_the_reform_takes(self):
        for changes in (
            {},
            {"BT_3": "384", "BG_3": [{"BT-25": "F1", "BT-26": ISSUED}]},
            {"BT_3": "386", "BT_9": ISSUED - DAY},
            {"BT_23": "A2", "BT_113": "120", "BT_115": "0", "BT_9": ISSUED - DAY},
            {"BG_10": {"name": "Factor", "legal_identifier": "12345678200010"}},
            {"BT_9": None, "BT_20": "30 jours"},
            OUTSIDE,
        ):
            issues = factur_x.check_terms(make_reform_terms(**changes), "ctc-fr")
            self.assertEqual([i for i in issues if i.level == "error"], [], changes)

    def test_every_code_has_a_fault(self):
        tables = (FAULTS, AMOUNT_FAULTS, REFORM_FAULTS, WARNED)
        found = {
            code
            for table in tables
            for _, codes in table.values()
            for code, *_ in codes
        }
        others = {code for code in factur_x.CODES if code.startswith("attachment")}
        others |= {"lines_too_many", "siret_check_digit"}
        self.assertEqual(found | others, set(factur_x.CODES))

    # === PRODUCTION === #

    def test_check_digits_in_production_only(self):
        terms = make_terms(**with_party("BG_7", legal_identifier="33254021516357"))
        self.assertEqual(factur_x.check_terms(terms), [])
        (issue,) = factur_x.check_terms(terms, strict=True)
        self.assertEqual(
            (issue.code, issue.term, issue.level),
            ("siret_check_digit", "BT-47", "error"),
        )

    def test_vat_key_stops_in_production(self):
        terms = make_terms(**with_party("BG_4", vat_identifier="FR33123456789"))
        self.assertEqual([i.level for i in factur_x.check_terms(terms)], ["warning"])
        issues = factur_x.check_terms(terms, strict=True)
        self.assertEqual([i.level for i in issues], ["error"])

    def test_other_identifiers_have_no_check_digit(self):
        terms = make_terms(**TWINS["seller overseas"])
        self.assertEqual(factur_x.check_terms(terms, strict=True), [])

    def test_issue_tells_value_and_limit(self):
        (issue,) = factur_x.check_terms(make_terms(BT_13="E" * 200))
        self.assertEqual(issue.level, "error")
        self.assertEqual(issue.limit, 50)
        self.assertEqual(issue.value, "E" * 80)

    def test_large_quantity_of_a_small_price(self):
        """The price's own rounding weighs more with the quantity."""
        for amount, total, expected in (
            ("100.40", "120.40", []),
            ("100.60", "120.60", ["BT-131"]),
        ):
            line = with_line(BT_129="1000000", BT_146="0.0001", BT_131=amount)
            row = {"BG_23": [{**VAT_ROW, "BT-116": amount}]}
            sums = {"BT_106": amount, "BT_109": amount}
            totals = {"BT_112": total, "BT_115": total}
            terms = make_terms(**line, **row, **sums, **totals)
            issues = factur_x.check_terms(terms)
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

    def test_all_together(self):
        """What counts is the size in the file, where texts are compressed."""
        half = MAX_BYTES // 2
        texts = [("a.txt", bytes(half)), ("b.txt", bytes(half))]
        self.assertEqual(self.get_codes(*texts), [])
        noise = b"".join(
            hashlib.sha512(str(i).encode()).digest() for i in range(half // 64)
        )
        pictures = [("a.png", noise), ("b.png", noise)]
        self.assertEqual(self.get_codes(*pictures), [(0, "attachments_too_large")])
        one = [("c.png", bytes(MAX_BYTES)), *pictures]
        self.assertEqual(self.get_codes(*one), [(1, "attachment_too_large")])
