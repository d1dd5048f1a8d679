"""The judge's rules, one by one, by what comes back in listeErreurDP."""

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.simulator import judge

from .simulator_common import (
    BOTH,
    DEPARTMENT,
    EITHER,
    ENGAGEMENT,
    INACTIVE,
    INTERCOMMUNAL,
    NONE,
    SERVICE,
    STATE,
    SUPPLIER,
    UNIVERSITY,
    SimulatorCase,
    archive,
    facturx,
)

MEANS = (
    "FichierXml.SupplyChainTradeTransaction.ApplicableHeaderTradeSettlement."
    "SpecifiedTradeSettlementPaymentMeans.TypeCode.value"
)


class JudgeCase(SimulatorCase):
    round = 0

    def judge(self, *cases):
        """Return the joined complaints of each dict of terms, in one archive."""
        files = {
            f"{rank}.pdf": facturx(**{"number": f"J-{self.round}-{rank}", **terms})
            for rank, terms in enumerate(cases)
        }
        self.round += 1
        files["good.pdf"] = facturx(number=f"GOOD-{self.round}")
        report = self.portal.send(archive(files), name="lot.tar.gz")
        self.assertEqual(report["listeErreurTechnique"], [])
        return [error["libelleErreurDP"] for error in report["listeErreurDP"]]

    def assertJudged(self, *cases):
        """Check [(terms, text in the complaint)]."""
        found = self.judge(*(terms for terms, _text in cases))
        self.assertEqual(len(found), len(cases), found)
        for label, (terms, text) in zip(found, cases, strict=True):
            self.assertIn(text, label, terms)
            self.assertNotIn(judge.SEPARATOR, label, terms)
            self.assertTrue(label.isascii(), label)

    def assertGood(self, *cases):
        """Check that each dict of terms is integrated."""
        self.assertEqual(self.judge(*cases), [])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorJudgeDocument(JudgeCase):
    def test_payment_means(self):
        self.assertJudged(
            ({"means": "", "iban": ""}, f"L'element {MEANS} est obligatoire."),
            ({"means": "57"}, "La valeur 57 de l'element"),
            ({"iban": ""}, "IBANID.value est obligatoire"),
        )
        self.assertGood(
            {"type": "381", "means": "", "iban": ""},
            {"type": "381"},
            {"means": "48", "iban": ""},
            {"means": "58"},
        )

    def test_number(self):
        path = "FichierXml.ExchangedDocument.ID.value"
        self.assertJudged(
            (
                {"number": "F" * 21},
                f"Le champ Numero de facture ({path}) ne doit pas depasser 20 caract",
            ),
            ({"number": "FAC#1"}, f"La valeur FAC#1 de l'element {path}"),
            ({"number": ""}, f"L'element {path} est obligatoire."),
        )
        self.assertGood({"number": "F" * 20}, {"number": "A b-c+d_e/9"})

    def test_framework(self):
        self.assertJudged(
            ({"framework": "B1"}, "La valeur B1"), ({"framework": "A26"}, "A26")
        )
        self.assertGood({"framework": ""}, {"framework": "A25"}, {"framework": "A2"})

    def test_required_terms(self):
        self.assertJudged(
            ({"type": ""}, "ExchangedDocument.TypeCode.value est obligatoire"),
            ({"date": ""}, "DateTimeString.value est obligatoire"),
            ({"currency": ""}, "InvoiceCurrencyCode.value est obligatoire"),
            ({"total": ""}, "GrandTotalAmount.value est obligatoire"),
            ({"total": "NaN"}, "GrandTotalAmount.value est obligatoire"),
            ({"total": "1E999"}, "GrandTotalAmount.value est obligatoire"),
            ({"lines": 0}, "IncludedSupplyChainTradeLineItem est obligatoire"),
        )

    def test_lengths(self):
        self.assertJudged(
            ({"engagement": "E" * 51}, "Le champ Numero d'engagement ("),
            ({"contract": "C" * 51}, "Le champ Numero de marche ("),
            ({"previous": ["P" * 21]}, "Le champ Numero de facture d'origine ("),
        )
        (label,) = self.judge({"service": "S" * 101})
        self.assertTrue(label.startswith("Le champ Code service ("))
        self.assertGood(
            {"engagement": "E" * 50, "contract": "C" * 50, "previous": ["P" * 20]}
        )

    def test_preceding_price_and_sign(self):
        self.assertJudged(
            ({"previous": ["P-1", "P-2"]}, "ne doit pas etre repete"),
            ({"gross": "110.00"}, "AppliedTradeAllowanceCharge.ActualAmount.value"),
            ({"type": "381", "total": "-1.00"}, "doit etre positif"),
        )
        self.assertGood({"gross": "110.00", "allowance": "10.00"})

    def test_several_complaints_are_joined(self):
        (label,) = self.judge({"means": "", "iban": "", "framework": "S1"})
        self.assertEqual(label.count(judge.SEPARATOR), 1)

    def test_long_text_is_cut(self):
        text = judge.join(["x" * 600, "y" * 600])
        self.assertEqual(len(text), judge.LONGEST_TEXT)
        self.assertTrue(text.endswith("[...]"))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorJudgeParties(JudgeCase):
    def test_supplier(self):
        self.assertJudged(
            ({"supplier": "99999999899999"}, "n'est pas reference dans notre systeme"),
            ({"supplier": "999999998"}, "n'est pas un SIRET de 14 chiffres"),
            ({"supplier": (SUPPLIER, "0088")}, "Le type d'identifiant 0088"),
            ({"supplier": ("", None)}, "SellerTradeParty.SpecifiedLegalOrganization"),
            ({"supplier": None}, "SellerTradeParty.SpecifiedLegalOrganization"),
        )
        self.assertGood(
            {"supplier": (SUPPLIER, "0009")},
            {"supplier": (SUPPLIER, "1")},
            {"supplier": (SUPPLIER, None)},
            {"supplier": "33254021516357"},
        )

    def test_recipient(self):
        self.assertJudged(
            ({"recipient": "00000000000000"}, "L'identifiant destinataire 0000"),
            ({"recipient": SUPPLIER}, "n'est pas reference dans notre systeme"),
            ({"recipient": "123456782"}, "n'est pas un SIRET de 14 chiffres"),
            ({"recipient": INACTIVE}, "est inactive"),
        )

    def test_suppliers_abroad(self):
        self.portal.control("structures", {"siret": "BE0477472701", "public": False})
        self.assertGood({"supplier": ("BE0477472701", "0223")})
        self.assertJudged(
            ({"supplier": ("BE0477472701", "0228")}, "n'est pas de type RIDET"),
            ({"supplier": ("BE0477472701", "0002")}, "n'est pas un SIRET"),
        )

    def test_duplicate(self):
        self.assertGood({"number": "D-1"})
        again = facturx(number="D-1")
        report = self.portal.send(again)
        self.assertIn(
            "Le numero de facture D-1", report["listeErreurDP"][0]["libelleErreurDP"]
        )
        self.portal.filed(number="D-1", supplier="33254021516357")

    def test_number_of_a_rejected_invoice_stays_taken(self):
        self.portal.filed(number="R-1")
        self.portal.advance(60)
        self.portal.act("R-1", "REJETEE", "Prix faux")
        report = self.portal.send(facturx(number="R-1"))
        self.assertEqual(report["etatCourantDepotFlux"], "IN_REJETE")

    def test_number_of_a_rejected_flow_is_free(self):
        self.portal.send(facturx(number="R-2", means=""))
        self.portal.filed(number="R-2")

    def test_number_typed_at_the_portal(self):
        typed = {"number": "T-1", "supplier": SUPPLIER, "recipient": NONE}
        self.portal.control("invoices", typed)
        report = self.portal.send(facturx(number="T-1"))
        self.assertEqual(report["etatCourantDepotFlux"], "IN_REJETE")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorJudgeRouting(JudgeCase):
    service_missing = "BuyerReference.value) est obligatoire"
    engagement_missing = "IssuerAssignedID.value) est obligatoire"

    def test_requirements(self):
        self.assertJudged(
            ({"recipient": SERVICE}, self.service_missing),
            ({"recipient": ENGAGEMENT}, self.engagement_missing),
            ({"recipient": BOTH, "engagement": "EJ"}, self.service_missing),
            ({"recipient": BOTH, "service": "COMPTA"}, self.engagement_missing),
            ({"recipient": EITHER}, "Le code service ou le numero d'engagement"),
        )
        (label,) = self.judge({"recipient": BOTH})
        self.assertEqual(label.count(judge.SEPARATOR), 1)

    def test_requirements_met(self):
        self.assertGood(
            {"recipient": SERVICE, "service": "SERVICE_DEST_SERV_OBL"},
            {"recipient": ENGAGEMENT, "engagement": "EJ"},
            {"recipient": BOTH, "service": "COMPTA", "engagement": "EJ"},
            {"recipient": EITHER, "service": "TECH"},
            {"recipient": EITHER, "engagement": "EJ"},
            {"recipient": DEPARTMENT, "service": "DGA-ROUTES", "engagement": "EJ"},
        )

    def test_services(self):
        self.assertJudged(
            (
                {"recipient": SERVICE, "service": "{nope}"},
                "Le code service {nope} (FichierXml",
            ),
            ({"recipient": INTERCOMMUNAL, "service": "URBA"}, "URBA (FichierXml"),
            ({"recipient": INTERCOMMUNAL, "service": "FUTUR"}, "est inactif"),
            (
                {"recipient": EITHER, "service": "FACTURES_PUBLIQUES"},
                "est reserve aux entites publiques",
            ),
            ({"recipient": DEPARTMENT, "service": "DGA-ROUTES"}, "engagement"),
            ({"recipient": NONE, "service": "X"}, "Le code service X"),
        )

    def test_service_that_closes_and_opens(self):
        self.assertGood({"recipient": INTERCOMMUNAL, "service": "VOIRIE"})
        self.portal.advance(61 * 86400)
        self.assertJudged(
            (
                {"recipient": INTERCOMMUNAL, "service": "VOIRIE", "number": "V-2"},
                "est inactif",
            )
        )
        self.portal.filed(recipient=INTERCOMMUNAL, service="FUTUR", number="V-3")

    def test_entity_that_closes_between_deposit_and_judgement(self):
        content = facturx(recipient=UNIVERSITY, service="UFR-SCI")
        self.portal.advance(90 * 86400 - 10)
        report = self.portal.send(content)
        self.assertIn("est inactive", report["listeErreurDP"][0]["libelleErreurDP"])

    def test_entity_open_until_the_last_moment(self):
        self.portal.advance(90 * 86400 - 30)
        self.portal.filed(recipient=UNIVERSITY, service="UFR-SCI")

    def test_entity_closed_by_hand(self):
        number = self.portal.deposit(facturx())["numeroFluxDepot"]
        self.portal.control("structures", {"siret": NONE, "active": False})
        self.portal.advance(60)
        report = self.portal.report(number)
        self.assertEqual(report["etatCourantDepotFlux"], "IN_REJETE")
        self.portal.control("structures", {"siret": NONE, "active": True})
        self.portal.filed(number="again")

    def test_state_checks_commitments(self):
        self.assertJudged(
            ({"recipient": STATE, "service": "SFACETAT"}, self.engagement_missing),
            (
                {"recipient": STATE, "service": "SFACETAT", "engagement": "{1}"},
                "L'engagement juridique {1} (FichierXml",
            ),
        )
        self.assertGood(
            {"recipient": STATE, "service": "SFACETAT", "engagement": "1500000007"},
            {"recipient": STATE, "service": "SFACETAT2"},
        )

    def test_commitment_of_one_supplier(self):
        new = {"siret": STATE, "number": "EJ-9", "supplier": "33254021516357"}
        self.portal.control("engagements", new)
        terms = {"recipient": STATE, "service": "SFACETAT", "engagement": "EJ-9"}
        self.assertJudged((terms, "est inconnu"))
        self.assertGood({**terms, "supplier": "33254021516357", "number": "EJ-OK"})
