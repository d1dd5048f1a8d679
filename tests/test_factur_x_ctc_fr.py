"""The profile of the reform: how terms are written, and the sheets' own verdict."""

import facturx

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import factur_x
from odoo.addons.l10n_fr_chorus_pro.factur_x.ctc_fr import adapt_terms
from odoo.addons.l10n_fr_chorus_pro.factur_x.ctc_fr.adapt import choose_framework

from .factur_x_common import make_pdf, make_reform_terms, make_terms
from .factur_x_faults import ISSUED
from .factur_x_faults_amounts import TWINS, WARNED
from .test_factur_x_document import FacturXCase

PROFILE = "ctc-fr"
GOOD = {**TWINS, **{name: changes for name, (changes, _) in WARNED.items()}}
SIRET, SIREN = "12345678200010", "123456782"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXReform(FacturXCase):
    """What ``adapt_terms`` changes, and what it leaves."""

    def test_identifiers(self):
        adapted = adapt_terms(make_reform_terms())
        seller, buyer = adapted["BG-4"], adapted["BG-7"]
        self.assertEqual(seller["identifiers"], {"0009": SIRET})
        self.assertEqual(seller["legal_identifier"], SIREN)
        self.assertEqual(seller["legal_identifier_schemeid"], "0002")
        self.assertEqual(seller["einvoicing_addr"], SIREN)
        self.assertEqual(buyer["identifiers"], {"0009": "21990002400015"})
        self.assertEqual(buyer["einvoicing_addr"], "219900024_21990002400015")
        for party in (seller, buyer):
            self.assertEqual(party["einvoicing_addr_schemeid"], "0225")
            self.assertEqual(party["city"], "Saint-Étienne")

    def test_payee(self):
        self.assertNotIn("BG-10", adapt_terms(make_reform_terms()))
        payee = {"name": "Factor", "legal_identifier": SIRET}
        adapted = adapt_terms(make_reform_terms(BG_10=payee))["BG-10"]
        self.assertEqual(adapted["identifiers"], {"0009": SIRET})
        self.assertEqual(adapted["legal_identifier"], SIREN)
        self.assertEqual(payee, {"name": "Factor", "legal_identifier": SIRET})

    def test_identifiers_of_other_kinds(self):
        for scheme in ("0223", "0227", "0228", "0229"):
            seller = {"legal_identifier": "X1", "legal_identifier_schemeid": scheme}
            adapted = adapt_terms({"BG-4": seller})
            self.assertEqual(adapted["BG-4"], {"identifiers": {scheme: "X1"}})
            self.assertEqual(adapted["BG-7"], {})

    def test_frameworks(self):
        for framework, natures in (
            ("A1", ("B1", "S1", "M1", "M1")),
            ("A2", ("B2", "S2", "M2", "M2")),
            ("A9", ("S3",) * 4),
            ("A12", ("S6",) * 4),
            (None, ("B1", "S1", "M1", "M1")),
            ("S4", ("S4",) * 4),
        ):
            found = tuple(
                choose_framework({"BT-23": framework, "nature": nature})
                for nature in ("goods", "services", "mixed", None)
            )
            self.assertEqual(found, natures, framework)

    def test_final_invoice_after_a_down_payment(self):
        for framework, expected in (("A1", "S4"), (None, "S4"), ("A2", "S2")):
            terms = {"BT-23": framework, "nature": "services", "is_final": True}
            self.assertEqual(choose_framework(terms), expected)

    def test_terms_are_left_alone(self):
        terms = make_reform_terms()
        factur_x.make_xml(terms, PROFILE)
        self.assertEqual(terms, make_reform_terms())

    def test_round_trip(self):
        parsed = facturx.parse_ubl_cii_xml(
            factur_x.make_xml(make_reform_terms(), PROFILE)
        )
        self.assertEqual(parsed["BT-23"], "B1")
        self.assertEqual(parsed["BT-24"], "urn:cen.eu:en16931:2017")
        self.assertEqual(parsed["BG-4"]["identifiers"], {"0009": SIRET})
        self.assertEqual(parsed["BG-7"]["legal_identifier"], "219900024")
        self.assertEqual([n["BT-21"] for n in parsed["BG-1"]], ["PMT", "PMD", "AAB"])

    def test_document(self):
        terms = make_reform_terms()
        document = factur_x.make_document(make_pdf(), terms, profile=PROFILE)
        self.assertEqual(document.checks, ("xsd", "schematron"))
        same = factur_x.is_same_document
        self.assertTrue(same(document.content, terms, profile=PROFILE))
        self.assertFalse(same(document.content, terms))

    def test_who_may_be_deposited(self):
        may = {name: row.may_be_deposited for name, row in factur_x.PROFILES.items()}
        self.assertEqual(may, {"chorus": True, PROFILE: False})

    def test_deposit_form_is_no_reform_form(self):
        xml = factur_x.make_xml(make_terms())
        rules = {finding.rule for finding in factur_x.check_schematron(xml, PROFILE)}
        self.assertLessEqual(
            {"BR-FR-05", "BR-FR-08", "BR-FR-10", "BR-FR-12", "BR-FR-13"}, rules
        )


@tagged("chorus_long", "post_install_l10n", "post_install", "-at_install")
class TestFacturXVerdicts(FacturXCase):
    """What our rules let pass the official sheets let pass too."""

    def assertClean(self, terms, profile):
        issues = factur_x.check_terms(terms, profile)
        self.assertEqual([i for i in issues if i.level == "error"], [])
        xml = factur_x.make_xml(terms, profile)
        findings = factur_x.check_schematron(xml, profile)
        self.assertEqual([f for f in findings if f.level == "error"], [])

    def test_direct_deposit(self):
        for name, changes in {
            **TWINS,
            **{n: c for n, (c, _) in WARNED.items()},
        }.items():
            with self.subTest(name):
                self.assertClean(make_terms(**changes), "chorus")

    def test_reform(self):
        needs_more = {
            "number of 20, every character",  # with a space
            "paid: no due date",
            "seller abroad",
            "seller overseas",
        }
        for name, changes in {
            **TWINS,
            **{n: c for n, (c, _) in WARNED.items()},
        }.items():
            if name in needs_more:
                continue
            if changes.get("BT_3") == "381":
                changes = {**changes, "BG_3": [{"BT-25": "F1", "BT-26": ISSUED}]}
            with self.subTest(name):
                self.assertClean(make_reform_terms(**changes), PROFILE)

    def test_every_framework_of_the_reform(self):
        for framework in ("A1", "A2", "A9", "A12"):
            for nature in ("goods", "services", "mixed"):
                paid = {"BT_113": "120.00", "BT_115": "0.00"}
                changes = paid if framework == "A2" else {}
                with self.subTest(framework=framework, nature=nature):
                    terms = make_reform_terms(BT_23=framework, nature=nature, **changes)
                    self.assertClean(terms, PROFILE)
