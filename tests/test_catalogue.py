"""The catalogue of invoices itself: how much it holds and that names are sound."""

import json
import os
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro import factur_x

from .catalogue import NAME_LENGTH, SCENARIOS, choose
from .catalogue.scenario import scenario
from .catalogue.sellers import SELLERS, get_seller
from .factur_x_common import make_pdf, make_terms

CHECKOUT = Path(__file__).resolve().parents[1]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCatalogue(BaseCase):
    """Plain code; dev/factur-x posts, renders and judges the scenarios."""

    def test_at_least_45_scenarios_give_files(self):
        self.assertGreaterEqual(len([one for one in SCENARIOS if not one.refused]), 45)

    def test_names_are_unique_and_good_as_invoice_numbers(self):
        names = [one.name for one in SCENARIOS]
        self.assertEqual(len(names), len(set(names)))
        for name in names:
            self.assertRegex(name, re.compile(r"^[a-z][a-z0-9-]*$"))
            self.assertLessEqual(len(name), NAME_LENGTH)

    def test_titles_are_unique_lines(self):
        titles = [one.title for one in SCENARIOS]
        self.assertEqual(len(titles), len(set(titles)))
        self.assertFalse([title for title in titles if not title or "\n" in title])

    def test_every_seller_is_known_and_used(self):
        self.assertEqual({one.seller for one in SCENARIOS}, set(SELLERS))
        for name in SELLERS:
            self.assertEqual(set(get_seller(name)), set(get_seller("atelier")))

    def test_main_kinds_are_golden_in_both_profiles(self):
        golden = [one for one in SCENARIOS if one.golden]
        self.assertGreaterEqual(len(golden), 10)
        profiles = {profile for one in golden for profile in one.golden}
        self.assertEqual(profiles, {"chorus", "ctc-fr"})

    def test_choose(self):
        self.assertEqual(choose(), SCENARIOS)
        (chosen,) = choose(["invoice"])
        self.assertEqual(chosen.name, "invoice")
        with self.assertRaisesRegex(LookupError, "unknown scenario: nothing, what"):
            choose(["what", "invoice", "nothing"])

    def test_a_name_is_refused_when_it_is_taken_or_too_long(self):
        def invoice(_studio):
            """A name that is taken."""

        def a_name_of_twenty_one_ch(_studio):
            """A name that is too long."""

        before = list(SCENARIOS)
        for build in (invoice, a_name_of_twenty_one_ch):
            with self.assertRaises(ValueError):
                scenario("Twice")(build)
        self.assertEqual(SCENARIOS, before)


@tagged("chorus_long", "post_install_l10n", "post_install", "-at_install")
class TestJudge(BaseCase):
    """The judge behind `dev/factur-x --check` finds what is planted."""

    def setUp(self):
        super().setUp()
        folder = TemporaryDirectory(prefix="chorus-pro-judge-")
        self.addCleanup(folder.cleanup)
        self.pdf = Path(folder.name) / "one.pdf"
        self.xml = self.pdf.with_suffix(".xml")
        # Takes the place of CEN's sheet.
        sheet = "xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931.xslt"
        self.sheet = str(resources.files("facturx") / sheet)
        self.addCleanup(factur_x.stop_schematron)
        document = factur_x.make_document(
            make_pdf("FAC/2026/00001 100.00 120.00"), make_terms()
        )
        self.pdf.write_bytes(document.content)
        self.xml.write_bytes(document.xml)

    def judge(self):
        """What the judge says of the one file."""
        listed = self.pdf.with_suffix(".json")
        listed.write_text(json.dumps([["chorus", str(self.pdf), True]]))
        done = subprocess.run(
            [sys.executable, "-m", "catalogue.judge", str(listed), self.sheet],
            cwd=CHECKOUT / "dev",
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            check=True,
            capture_output=True,
            text=True,
        )
        return json.loads(done.stdout.splitlines()[-1])

    def assertFound(self, *words):
        """Each of the words stands in a problem."""
        found = self.judge()
        for word in words:
            self.assertTrue(any(word in told for told in found["problems"]), found)
        return found

    def test_good_file(self):
        found = self.judge()
        self.assertEqual(found["problems"], [])
        self.assertEqual(found["xml_judged"], 1)
        self.assertEqual(found["sheets_applied"], 2)
        self.assertEqual(found["containers_judged"], 1)

    def test_wrong_total(self):
        xml = self.xml.read_bytes()
        self.xml.write_bytes(
            xml.replace(b"GrandTotalAmount>120", b"GrandTotalAmount>9")
        )
        self.assertFound("BR-CO-15", "xml_differs", "not_printed")

    def test_number_is_not_printed(self):
        document = factur_x.make_document(make_pdf("100.00 120.00"), make_terms())
        self.pdf.write_bytes(document.content)
        self.assertFound("one: not_printed: FAC/2026/00001")

    def test_damaged_pdf(self):
        self.pdf.write_bytes(self.pdf.read_bytes()[:500])
        self.assertFound("one.pdf")

    def test_sheet_that_is_missing(self):
        self.sheet = str(self.pdf.with_name("gone.xsl"))
        self.assertEqual(self.assertFound("could not run")["xml_judged"], 0)

    def test_sheet_of_which_no_rule_applies(self):
        sheet = self.pdf.with_name("idle.xsl")
        sheet.write_text(
            '<xsl:stylesheet version="2.0"'
            ' xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/">'
            "<svrl/></xsl:template></xsl:stylesheet>"
        )
        self.sheet = str(sheet)
        self.assertEqual(self.assertFound("could not run")["xml_judged"], 0)
