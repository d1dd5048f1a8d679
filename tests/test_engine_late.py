"""When the portal is asked about a deposit; late ones; its words and our advice."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client, FlowReport
from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_flow_late import LATE_FROM
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineLate(EngineCommon):
    def report(self, state, refused=(), technical=()):
        """What the portal reports of a deposit from now on."""
        report = FlowReport.parse(
            {
                "etatCourantDepotFlux": state,
                "listeErreurDP": refused,
                "listeErreurTechnique": technical,
            }
        )
        patching = patch.object(Client, "consulter_cr_detaille", return_value=report)
        patching.start()
        self.addCleanup(patching.stop)

    # === WHEN === #

    def test_the_plan(self):
        self.send(self.move)
        flow = self.flow
        self.assertLess(
            flow.next_check_at - flow.deposited_at, timedelta(minutes=1, seconds=5)
        )
        waits = []
        with freeze_time("2026-11-23 10:00:00"):
            for _check in range(LATE_FROM + 1):
                flow._schedule_check()
                waits.append(flow.next_check_at - fields.Datetime.now())
        minutes = [wait.total_seconds() / 60 for wait in waits]
        self.assertEqual(minutes[:4], [2, 5, 15, 60])
        self.assertEqual(set(minutes[4:-2]), {60})
        self.assertEqual(minutes[-2:], [1440, 1440])
        self.assertEqual(len(minutes[4:-2]), 24)

    def test_a_warning_when_it_is_asked_once_a_day(self):
        other = self.make_invoice()
        self.send(self.move, other)
        self.report("IN_EN_ATTENTE_RETRAITEMENT_CPP")
        self.flow.checks = LATE_FROM - 2
        self.run_follow()
        self.assertFalse(self.flow.is_late)
        self.assertFalse(self.move.activity_ids)
        for _daily in range(2):
            self.run_follow()
            [activity] = (self.move | other).activity_ids
            self.assertEqual(activity.res_id, self.move.id)
            self.assertIn(self.flow.name, activity.note)
        self.assertTrue(self.flow.is_late)
        late = self.flow.search([("is_late", "=", True)])
        self.assertEqual(late, self.flow)
        self.assertNotIn(self.flow, self.flow.search([("is_late", "=", False)]))
        self.report("IN_REJETE")
        self.run_follow()
        self.assertFalse(self.flow.is_late)
        late = "l10n_fr_chorus_pro.mail_activity_late"
        self.assertFalse((self.move | other).activity_search([late]))

    # === WHAT IT SAYS === #

    def test_several_messages_and_several_rows_of_one_invoice(self):
        self.send(self.move)
        rows = [
            {"numeroDP": self.move.name, "libelleErreurDP": "Un. |Deux."},
            {"numeroDP": self.move.name, "libelleErreurDP": "Deux. |Trois[...]"},
        ]
        self.report("IN_REJETE", rows)
        self.run_follow()
        self.assertEqual(self.row.error.splitlines(), ["Un.", "Deux.", "Trois[...]"])

    def test_an_error_that_names_no_invoice(self):
        self.send(self.move)
        self.report("IN_INTEGRE_PARTIEL", {"libelleErreurDP": "Sans numero"})
        with patch.object(Client, "rechercher_fournisseur", return_value=iter(())):
            self.run_follow()
        self.assertEqual((self.row.state, self.row.error), ("rejected", "Sans numero"))

    def test_an_error_that_names_no_invoice_of_several(self):
        other = self.make_invoice()
        self.send(self.move, other)
        self.report("IN_INTEGRE_PARTIEL", {"libelleErreurDP": "Sans numero"})
        with patch.object(Client, "rechercher_fournisseur", return_value=iter(())):
            self.run_follow()
        self.assertEqual(self.attempts() + self.attempts(other), ["deposited"] * 2)

    def test_an_error_without_words(self):
        self.send(self.move)
        self.report("IN_INTEGRE_PARTIEL", [{"numeroDP": self.move.name}])
        with patch.object(Client, "rechercher_fournisseur", return_value=iter(())):
            self.run_follow()
        self.assertEqual(
            (self.row.state, self.row.error), ("rejected", "IN_INTEGRE_PARTIEL")
        )

    def test_technical_errors_with_their_nature(self):
        self.send(self.move)
        technical = {
            "codeErreur": "T1",
            "libelleErreur": "XML mal forme",
            "natureErreur": "BLOQUANTE",
        }
        self.report("IN_REJETE", None, technical)
        self.run_follow()
        self.assertEqual(self.flow.portal_report, "T1 XML mal forme (BLOQUANTE)")
        self.assertEqual(self.row.state, "rejected")

    # === ADVICE === #

    def test_advice_beside_the_words_of_the_portal(self):
        self.send(self.move)
        path = (
            "FichierXml.SupplyChainTradeTransaction.ApplicableHeaderTradeSettlement"
            ".SpecifiedTradeSettlementPaymentMeans.TypeCode.value"
        )
        text = f"L'element {path} est obligatoire. |Inconnu au bataillon"
        self.report(
            "IN_REJETE", [{"numeroDP": self.move.name, "libelleErreurDP": text}]
        )
        self.run_follow()
        advice = "Payment method is missing. Fill it in, then send the invoice again."
        self.assertEqual(self.row.advice, advice)
        self.assertEqual(
            self.row._told_reason().splitlines(),
            [
                f"L'element {path} est obligatoire.",
                f"→ {advice}",
                "Inconnu au bataillon",
            ],
        )
        self.assertIn(advice, self.move.chorus_pro_story)

    def test_a_term_that_nobody_names(self):
        advise = self.row._advise
        self.assertIn("A field is missing", advise("Le champ X est obligatoire"))
        self.assertEqual(advise("Rien de connu"), "")

    def test_no_advice_where_nothing_was_rejected(self):
        self.integrate(self.move)
        self.row.error = "L'element X est obligatoire"
        self.assertFalse(self.row.advice)
        self.assertEqual(self.row._told_reason(), self.row.error)
