"""Officers act in a real browser; the recipient acts in its console."""

from werkzeug.test import Client

from odoo.tests import new_test_user, tagged

from .common import ChorusProCommon
from .tour_common import TourCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestActTour(ChorusProCommon, TourCase):
    """Both sides of a re-routing, a completion and a rejection."""

    def setUp(self):
        super().setUp()
        self.officer = new_test_user(
            self.env,
            "chorus_officer",
            groups="l10n_fr_chorus_pro.group_chorus_pro_officer",
            company_id=self.company.id,
        )
        self.move = self.make_invoice(purchase_order_reference="EJ-41")
        self.integrate(self.move)

    def press(self, status, reason):
        """Press a button of the recipient's console."""
        [invoice] = self.ledger()["invoices"]
        answer = Client(self.portal).post(
            f"/console/factures/{invoice['id']}/statut",
            data={"statut": status, "motif": reason},
            headers={"Origin": "http://localhost"},
        )
        self.assertEqual(answer.status_code, 303, answer.text)
        self.run_follow()

    def tour(self, name):
        """Play a tour on the invoice as the officer."""
        url = f"/odoo/customer-invoices/{self.move.id}"
        self.start_tour(url, name, login=self.officer.login)

    def status(self):
        """The status of the invoice at the portal."""
        [invoice] = self.ledger()["invoices"]
        return invoice["status"]

    def test_reroute(self):
        self.press("A_RECYCLER", "Mauvais engagement")
        self.tour("chorus_pro_reroute")
        self.assertEqual(self.status(), "A_RECYCLER")
        self._run("ir_cron_act")
        self.assertEqual(self.status(), "DEPOSEE")
        self.tour("chorus_pro_rerouted")

    def test_complete(self):
        self.env["ir.attachment"].create(
            {
                "name": "bordereau.pdf",
                "raw": b"%PDF-1.4",
                "res_model": "account.move",
                "res_id": self.move.id,
            }
        )
        self.press("SUSPENDUE", "Joindre le bon de livraison")
        self.tour("chorus_pro_complete")
        self._run("ir_cron_act")
        self.assertEqual(self.status(), "COMPLETEE")
        self.tour("chorus_pro_completed")

    def test_reissue(self):
        self.press("REJETEE", "Prix faux")
        self.tour("chorus_pro_reissue")
        self.assertEqual(self.move.payment_state, "reversed")
        self.assertEqual(self.move.chorus_pro_reissue_ids.state, "draft")
        self._run("ir_cron_act")
        [invoice] = self.ledger()["invoices"]
        self.assertTrue(invoice["rejection_handled"])
