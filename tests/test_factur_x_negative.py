"""Each gate refuses what it is named after, and lets the unbroken twin pass."""

import re

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro import factur_x

from .factur_x_common import (
    finish_pdf,
    make_pdf,
    make_reform_terms,
    make_terms,
    start_pdf,
)
from .factur_x_faults import FAULTS
from .factur_x_faults_amounts import AMOUNT_FAULTS, REFORM_FAULTS
from .factur_x_negative import CONTAINER_FAULTS, PDF_FAULTS, XML_FAULTS
from .factur_x_negative_xml import BR_FR_FAULTS, EN16931_FAULTS, SCHEMA_FAULTS
from .test_factur_x_document import FacturXCase

MAKERS = {"chorus": make_terms, "ctc-fr": make_reform_terms}


def make_pair(changes, swap, profile="chorus"):
    """XML of changed good terms, and the same with a fault put into it."""
    xml = factur_x.make_xml(MAKERS[profile](**changes), profile).decode()
    old, new = swap
    broken, count = re.subn(old, new, xml, count=1, flags=re.DOTALL)
    if not count:
        message = f"nothing to break: {old}"
        raise AssertionError(message)
    return xml.encode(), broken.encode()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXNegative(FacturXCase):
    """Schema and PDF; terms and container have tests of their own."""

    def test_there_are_enough(self):
        tables = (
            *(FAULTS, AMOUNT_FAULTS, REFORM_FAULTS, SCHEMA_FAULTS, EN16931_FAULTS),
            *(BR_FR_FAULTS, CONTAINER_FAULTS, XML_FAULTS, PDF_FAULTS),
        )
        self.assertGreater(sum(map(len, tables)), 150)
        self.assertTrue(all(len(table) >= 4 for table in tables))

    def test_schema(self):
        for name, (changes, swap) in SCHEMA_FAULTS.items():
            with self.subTest(name):
                good, broken = make_pair(changes, swap)
                self.assertIsNone(factur_x.check_xsd(good))
                self.assertFails("xsd", factur_x.check_xsd, broken)

    @mute_logger("pypdf._reader", "pypdf.generic._data_structures")
    def test_pdf(self):
        self.assertTrue(factur_x.make_pdfa3(make_pdf()))
        for name, (change, code) in PDF_FAULTS.items():
            with self.subTest(name):
                writer = start_pdf()
                change(writer)
                broken = finish_pdf(writer)
                self.assertFails(code, factur_x.make_pdfa3, broken)


@tagged("chorus_long", "post_install_l10n", "post_install", "-at_install")
class TestFacturXNegativeSheets(FacturXCase):
    """The official sheets, on XML that the schema takes."""

    def assertRefused(self, faults, profile):
        for name, (changes, swap, rule) in faults.items():
            with self.subTest(name):
                good, broken = make_pair(changes, swap, profile)
                self.assertEqual(self.get_errors(good, profile), set())
                factur_x.check_xsd(broken, profile)
                self.assertIn(rule, self.get_errors(broken, profile))

    def get_errors(self, xml, profile):
        findings = factur_x.check_schematron(xml, profile)
        return {finding.rule for finding in findings if finding.level == "error"}

    def test_en16931(self):
        self.assertRefused(EN16931_FAULTS, "chorus")

    def test_br_fr(self):
        self.assertRefused(BR_FR_FAULTS, "ctc-fr")
