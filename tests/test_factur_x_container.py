"""What PDF/A and the schema cannot see: the container, and the print."""

import datetime
import io

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro import factur_x
from odoo.addons.l10n_fr_chorus_pro.factur_x import container

from .factur_x_common import make_pdf, make_terms
from .factur_x_negative import CONTAINER_FAULTS, XML_FAULTS, break_pdf
from .test_factur_x_document import FacturXCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXContainer(FacturXCase):
    """``check_container``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = factur_x.make_document(
            make_pdf("F1"),
            make_terms(),
            schematron="off",
            attachments=[factur_x.Attachment("a.csv", b"a;b")],
        )

    def get_rules(self, content, *args, **kwargs):
        findings = factur_x.check_container(content, *args, **kwargs)
        self.assertEqual({finding.level for finding in findings} - {"error"}, set())
        return [finding.rule for finding in findings]

    def test_our_own_file(self):
        content, xml = self.document.content, self.document.xml
        self.assertEqual(self.get_rules(content), [])
        self.assertEqual(self.get_rules(content, xml), [])
        self.assertEqual(self.get_rules(content, xml, profile="ctc-fr"), [])
        self.assertFails("profile", factur_x.check_container, content, profile="x")

    def test_copy_is_as_good(self):
        copy = break_pdf(self.document.content, lambda _writer: None)
        self.assertEqual(self.get_rules(copy, self.document.xml), [])

    def test_each_fault(self):
        for name, (change, expected) in CONTAINER_FAULTS.items():
            with self.subTest(name):
                broken = break_pdf(self.document.content, change)
                self.assertEqual(self.get_rules(broken, self.document.xml), [expected])

    def test_each_fault_of_the_xml(self):
        for name, (change, expected) in XML_FAULTS.items():
            with self.subTest(name):
                broken = break_pdf(self.document.content, change)
                rules = self.get_rules(broken, self.document.xml)
                self.assertEqual(set(rules), {expected, "xml_differs"})

    def test_another_invoice(self):
        other = factur_x.make_xml(make_terms(BT_10="OTHER"))
        self.assertEqual(self.get_rules(self.document.content, other), ["xml_differs"])

    def test_no_factur_x_at_all(self):
        rules = self.get_rules(factur_x.make_pdfa3(make_pdf()))
        self.assertEqual(rules, ["xml_missing", "xmp_missing"])
        self.assertEqual(self.get_rules(make_pdf()), ["xml_missing", "xmp_missing"])

    def test_no_pdf_at_all(self):
        self.assertEqual(self.get_rules(b"no PDF"), ["pdf_invalid"])

    def test_page_of_outlines_is_not_blank(self):
        """Some renderers draw letters as paths; a frame alone is an empty page."""
        for paths, expected in ((2, ["page_blank"]), (200, [])):
            writer = PdfWriter()
            page = writer.add_blank_page(width=595, height=842)
            drawing = DecodedStreamObject()
            drawing.set_data(b"10 10 m 20 20 l 20 10 l h f*\n" * paths)
            page[NameObject("/Contents")] = drawing
            content = io.BytesIO()
            writer.write(content)
            rules = self.get_rules(content.getvalue())
            blank = [rule for rule in rules if rule == "page_blank"]
            self.assertEqual(blank, expected, paths)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXPrinted(BaseCase):
    """``check_printed``."""

    def get_terms(self, text, **options):
        terms = make_terms(
            BT_1="FAC/2026/1", BT_109="1234.50", BT_112="1481.40", **options
        )
        pdf = make_pdf(text)
        findings = factur_x.check_printed(pdf, terms)
        self.assertLessEqual({f.rule for f in findings}, {"not_printed"})
        return [finding.term for finding in findings]

    def test_french_and_english_notation(self):
        for text in (
            "FAC/2026/1 1 234,50 1 481,40",
            "FAC/2026/1 1,234.50 1,481.40",
            "FAC/2026/1 1.234,50 EUR1481,40",
            "FAC / 2026 / 1: -1'234,50 (1481.40)",
        ):
            self.assertEqual(self.get_terms(text), [], text)

    def test_what_is_not_printed(self):
        for text, expected in (
            ("", ["BT-1", "BT-109", "BT-112"]),
            ("FAC/2026/1 1 234,50 1 481,41", ["BT-112"]),
            ("FAC/2026/1 11 234,50 1 481,400", ["BT-109", "BT-112"]),
            ("FAC/2026/2 1 234,50 1 481,40", ["BT-1"]),
        ):
            self.assertEqual(self.get_terms(text), expected, text)

    def test_rounded_total(self):
        text = "FAC/2026/1 1 234,50 1 481,45"
        self.assertEqual(self.get_terms(text), ["BT-112"])
        self.assertEqual(self.get_terms(text, BT_114="0.05"), [])

    def test_amount_without_decimals(self):
        for text, amount, expected in (
            ("F 1 000 JPY", "1000", True),
            ("F 1000.00", "1000", True),
            ("F 1000.05", "1000", False),
            ("F 21000", "1000", False),
            ("F 1 000 000,00", "1000000", True),
        ):
            terms = make_terms(BT_1="F", BT_112=amount, BT_2=datetime.date.min)
            findings = factur_x.check_printed(make_pdf(text), terms, ("BT-112",))
            self.assertEqual(not findings, expected, text)

    def test_space_that_does_not_break(self):
        for space in ("\xa0", "\u202f", "\u2009", "\u2019"):
            text = f"1{space}000,50"
            self.assertTrue(container._is_printed(text, container.Decimal("1000.5")))
