"""What people click, in a real browser; the scheduled actions run in between."""

from odoo.tests import tagged

from .common import ChorusProCommon
from .tour_common import TourCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTour(ChorusProCommon, TourCase):
    """The clerk's day at 1366x768, against the simulator."""

    def test_send_and_follow(self):
        """Half 1 queues, the scheduled actions work, half 2 shows what came of it."""
        move = self.make_invoice(purchase_order_reference="4500123456")
        url = f"/odoo/customer-invoices/{move.id}"

        self.start_tour(url, "chorus_pro_send", login=self.clerk.login)
        self.assertEqual(move.chorus_pro_status, "queued")
        self.assertFalse(self.ledger()["deposits"])

        self.run_send()
        self.advance(60)
        self.run_follow()
        self.assertEqual(move.chorus_pro_status, "available")
        self.act(move, "SUSPENDUE", "Merci de joindre le bon de livraison.")

        self.start_tour(url, "chorus_pro_follow", login=self.clerk.login)
        self.assertEqual(move.chorus_pro_status, "suspended")
        self.assertEqual(
            [line["number"] for line in self.ledger()["invoices"]], [move.name]
        )

    def test_entity(self):
        """The clerk reads an entity's requirement and services from the portal."""
        self.clerk.group_ids += self.env.ref("base.group_partner_manager")
        hospital = self.make_entity(
            "26990003100015", "Centre hospitalier Saint-Aurelin", "unknown"
        )
        self.start_tour(
            "/odoo/chorus-pro-entities", "chorus_pro_entity", login=self.clerk.login
        )
        self.assertEqual(hospital.chorus_pro_requirement, "both")
        self.assertIn("PHARMA", hospital.chorus_pro_service_ids.mapped("code"))

    def test_find_an_entity_and_bill_it(self):
        """The clerk finds an entity at the portal, makes it a customer and bills it."""
        self.clerk.group_ids += self.env.ref("base.group_partner_manager")
        domain = [("type", "=", "sale"), ("company_id", "=", self.company.id)]
        accounts = self.env["account.journal"].search(domain).default_account_id
        accounts.tax_ids = self.tax_20
        self.start_tour(
            "/odoo/chorus-pro-entities", "chorus_pro_find", login=self.clerk.login
        )
        hospital = self.env["res.partner"].search(
            [("name", "=", "CENTRE HOSPITALIER DE BRUMEVAL-SUR-ORVE")]
        )
        self.assertEqual(len(hospital), 1)
        self.assertEqual(hospital.chorus_pro_requirement, "both")

        self.start_tour(
            "/odoo/customer-invoices/new",
            "chorus_pro_find_and_bill",
            login=self.clerk.login,
        )
        move = self.env["account.move"].search([("partner_id", "=", hospital.id)])
        self.assertEqual(move.chorus_pro_status, "queued")
        self.run_send()
        self.advance(60)
        self.run_follow()
        self.assertEqual(move.chorus_pro_status, "available")

    def test_refresh_many(self):
        """The clerk refreshes the whole list; one entity has been closed."""
        self.make_entity(
            "26990003100015", "Centre hospitalier Saint-Aurelin", "unknown"
        )
        self.make_entity("25990007400016", "Syndicat des eaux", "unknown")
        self.start_tour(
            "/odoo/chorus-pro-entities",
            "chorus_pro_refresh_many",
            login=self.clerk.login,
        )
        self._run("ir_cron_directory")
        reading = self.env["chorus.pro.refresh"].sudo().search([])
        url = f"/odoo/chorus-pro-entities-read/{reading.id}"
        self.start_tour(url, "chorus_pro_refreshed", login=self.clerk.login)

    def test_fix_a_blocker_from_the_wizard(self):
        """The clerk adds the engagement number in the dialog, which comes back."""
        town = self.make_entity("21990001600011", "Mairie de Fontclair", "engagement")
        move = self.make_invoice(town)
        url = f"/odoo/customer-invoices/{move.id}"
        self.start_tour(url, "chorus_pro_fix", login=self.clerk.login)
        self.assertEqual(move.purchase_order_reference, "4500123456")
