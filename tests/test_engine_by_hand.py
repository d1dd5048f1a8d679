"""Invoices typed into the portal are recognised by their number, unasked."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineByHand(EngineCommon):
    def setUp(self):
        super().setUp()
        self.integrate(self.move)
        self.other = self.make_invoice()

    def file_other(self, **values):
        """Somebody types the other invoice into the portal."""
        values.setdefault("amount_total", self.other.amount_total)
        self.file_by_hand(self.other, **values)
        self.advance(60)

    def test_it_is_linked_and_followed(self):
        self.file_other()
        self.run_follow()
        row = self.other.sudo().chorus_pro_transmission_id
        self.assertEqual(row.state, "elsewhere")
        self.assertEqual(self.other.chorus_pro_status, "available")
        self.assertTrue(row.portal_id)
        self.assertEqual(
            set(row.status_ids.mapped("code")), {"DEPOSEE", "MISE_A_DISPOSITION"}
        )
        self.assertIn("filed outside Odoo", " ".join(self.chatter(self.other)))
        self.assertFalse(self.other.chorus_pro_can_send)
        self.act(self.other, "SERVICE_FAIT")
        self.run_follow()
        self.assertEqual(self.other.chorus_pro_status, "approved")
        self.assertEqual(len(self.attempts(self.other)), 1)
        self.assertEqual(self.posts(), 1)

    def test_one_that_was_declared_keeps_its_row(self):
        self.other.action_chorus_pro_mark_elsewhere()
        row = self.other.sudo().chorus_pro_transmission_id
        self.file_other()
        self.run_follow()
        self.assertTrue(row.portal_id)
        self.assertEqual(self.attempts(self.other), ["elsewhere"])

    def test_one_that_could_not_be_sent(self):
        self.other._chorus_pro_enqueue()
        self.other.sudo().chorus_pro_transmission_id._fail("render", "No PDF.")
        self.file_other()
        self.run_follow()
        self.assertEqual(self.attempts(self.other), ["cancelled", "elsewhere"])

    def test_another_invoice_of_that_number_is_left_alone(self):
        self.file_other(amount_total=7)
        self.run_follow()
        self.assertEqual(self.other.chorus_pro_status, "to_send")
        self.assertFalse(self.attempts(self.other))

    def test_another_recipient_is_left_alone(self):
        self.file_other(recipient="12345678200051")
        self.run_follow()
        self.assertEqual(self.other.chorus_pro_status, "to_send")

    def test_one_that_is_queued_is_left_alone(self):
        self.other._chorus_pro_enqueue()
        self.file_other()
        self.run_follow()
        self.assertEqual(self.attempts(self.other), ["to_send"])

    def test_without_open_invoices_once_a_day(self):
        self.row.portal_status = "MISE_EN_PAIEMENT"
        self.file_other()
        self.run_follow()
        self.assertEqual(self.other.chorus_pro_status, "to_send")
        self.gate().followed_until = fields.Datetime.now() - timedelta(hours=25)
        self.run_follow()
        self.assertEqual(self.other.chorus_pro_status, "available")

    def test_a_first_look_goes_back_some_months(self):
        self.gate().followed_until = False
        self.row.portal_status = "MISE_EN_PAIEMENT"
        with self.worker() as env:
            company = env["res.company"].browse(self.company.id)
            rows = env["chorus.pro.transmission"]
            since = rows._since(company, company._chorus_pro_gate())
        self.assertAlmostEqual(
            since,
            fields.Datetime.now() - timedelta(days=90),
            delta=timedelta(minutes=1),
        )

    def test_a_company_that_the_portal_does_not_know_is_not_looked_for(self):
        self.gate().followed_until = False
        self.company.partner_id.company_registry = "33254021516357"
        self.row.portal_status = "MISE_EN_PAIEMENT"
        with patch.object(Client, "rechercher_structures") as calls:
            self.run_follow()
        self.assertFalse(calls.called)
