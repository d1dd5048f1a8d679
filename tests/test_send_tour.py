"""Odoo's own Send in a real browser, for one invoice and for many."""

from odoo.tests import tagged

from .send_common import SendCommon
from .tour_common import TourCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSendTour(SendCommon, TourCase):
    """The clerk sends as she ever did, at 1366x768."""

    def setUp(self):
        super().setUp()
        # Core would else ask for the layout of documents first.
        self.company.external_report_layout_id = self.env.ref(
            "web.external_layout_standard"
        )
        self.strict = self.make_entity(
            "21990003200014",
            "Commune de Montclair",
            "engagement",
            email="m@example.org",
        )
        self.stuck = self.make_invoice(self.strict)

    def test_one(self):
        self.start_tour(
            f"/odoo/customer-invoices/{self.stuck.id}",
            "chorus_pro_odoo_send",
            login=self.clerk.login,
        )
        self.assertEqual(self.stuck.chorus_pro_status, "queued")
        self.assertEqual(len(self.mails(self.stuck)), 1)
        self.assertEqual(self.posts(), 0)
        self.run_send()
        self.assertEqual(self.posts(), 1)

    def test_many(self):
        moves = self.move | self.make_invoice() | self.stuck
        others = self.env["account.move"].search(
            [("id", "not in", moves.ids), ("company_id", "=", self.company.id)]
        )
        others.filtered(lambda m: m.state == "posted").button_draft()
        others.unlink()
        self.start_tour(
            "/odoo/customer-invoices",
            "chorus_pro_odoo_send_many",
            login=self.clerk.login,
        )
        self.run_core_cron()
        self.assertEqual(
            moves.mapped("chorus_pro_status"), ["queued", "queued", "to_send"]
        )
        self.run_send()
        self.assertEqual(self.posts(), 1)
