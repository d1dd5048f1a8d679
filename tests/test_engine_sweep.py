"""The slow look at silent invoices, and entities that never tell of payments."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client
from odoo.addons.l10n_fr_chorus_pro.models import chorus_pro_transmission_sweep
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

WEEK = 7 * 86400


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineSweep(EngineCommon):
    def setUp(self):
        super().setUp()
        # Everything at the portal happened nine days ago.
        self.advance(-9 * 86400)
        self.integrate(self.move)
        self.row.asked_at = False
        self.gate().write({"swept": 0, "missed": 0})
        self.start_day()

    def start_day(self):
        """The share of the day is reckoned again."""
        self.gate().sweep_day = fields.Date.today() - timedelta(days=1)

    def asked(self):
        """Follow once; returns how many histories were asked."""
        counts = []
        original = Client.consulter_historique

        def spy(client, portal_id):
            counts.append(portal_id)
            return original(client, portal_id)

        with patch.object(Client, "consulter_historique", spy):
            self.run_follow()
        return len(counts)

    def silent_list(self):
        """The portal's list of changes names nothing."""
        hiding = patch.object(Client, "rechercher_fournisseur", return_value=iter(()))
        hiding.start()
        self.addCleanup(hiding.stop)

    # === ONCE A WEEK === #

    def test_a_silent_invoice_is_asked_about_once_a_day_at_most(self):
        self.assertEqual((self.asked(), self.asked()), (1, 0))
        self.assertTrue(self.row.asked_at)
        gate = self.gate()
        self.assertEqual((gate.swept, gate.missed, gate.sweep_left), (1, 0, 0))
        self.assertFalse(self.row.missed_at)

    def test_a_seventh_a_day(self):
        row = self.row
        others = row.create(
            [
                {
                    **row._prepare(move),
                    "state": "integrated",
                    "portal_id": row.portal_id,
                    "portal_status": row.portal_status,
                    "portal_status_at": row.portal_status_at,
                }
                for move in (self.make_invoice(), self.make_invoice())
            ]
        )
        with self.worker() as env:
            rows = env["chorus.pro.transmission"]
            company = env["res.company"].browse(self.company.id)
            with patch.object(type(row), "search_count", return_value=15):
                share = rows._share_of_today(company, company._chorus_pro_gate())
        self.assertEqual(share, 3)
        self.env.invalidate_all()
        self.start_day()
        self.assertEqual(self.asked(), 1)
        self.assertEqual((row | others).filtered("asked_at"), row)
        # The next day is the next one's turn.
        self.start_day()
        row.asked_at -= timedelta(days=1)
        self.assertEqual(self.asked(), 1)
        self.assertEqual((row | others).filtered("asked_at"), row | others[0])

    def test_young_and_final_ones_are_not_asked_about(self):
        for values in (
            {"portal_status_at": fields.Datetime.now() - timedelta(days=6)},
            {"portal_status": "REJETEE"},
            {"portal_id": False},
            {"last_known_at": fields.Datetime.now()},
        ):
            with self.subTest(values), self.env.cr.savepoint() as point:
                self.row.write(values)
                found = self.row.search(self.row._silent_domain(self.company))
                self.assertFalse(found)
                point.rollback()

    def test_without_a_moment_the_state_counts(self):
        self.row.write(
            {
                "portal_status_at": False,
                "state_since": fields.Datetime.now() - timedelta(days=8),
            }
        )
        found = self.row.search(self.row._silent_domain(self.company))
        self.assertEqual(found, self.row)

    def test_no_time_left(self):
        with self.worker() as env:
            rows = env["chorus.pro.transmission"]
            company = env["res.company"].browse(self.company.id)
            with (
                company._chorus_pro_client() as client,
                patch.object(type(self.flow), "_wake_follow") as woken,
            ):
                rows._sweep_silent(company._chorus_pro_gate(), client, 0)
        self.assertEqual(woken.call_count, 1)
        self.env.invalidate_all()
        self.assertFalse(self.row.asked_at)
        self.assertEqual(self.gate().sweep_left, 1)

    # === MISSED BY THE DELTA === #

    def test_what_only_the_slow_look_finds_is_counted_and_shown(self):
        self.advance(86400)
        self.act(self.move, "SERVICE_FAIT")
        self.silent_list()
        self.run_follow()
        self.assertEqual(self.move.chorus_pro_status, "approved")
        self.assertEqual(self.gate().missed, 1)
        self.assertTrue(self.row.missed_at)
        self.assertIn("weekly look", self.chatter()[-1])
        self.assertIn("SERVICE_FAIT", self.row.status_ids.mapped("code"))
        self.assertIn("list of changes: 1.", self.company.chorus_pro_following)
        late = [("chorus_pro_transmission_ids.missed_at", "!=", False)]
        self.assertEqual(self.env["account.move"].search(late), self.move)

    def test_what_changed_just_now_was_not_missed(self):
        self.advance(9 * 86400)
        self.act(self.move, "SERVICE_FAIT")
        self.silent_list()
        self.run_follow()
        self.assertEqual(self.move.chorus_pro_status, "approved")
        self.assertEqual((self.gate().swept, self.gate().missed), (1, 0))
        self.assertFalse(self.row.missed_at)

    def test_an_invoice_that_the_portal_refuses_to_show(self):
        with self.answers("business", "consulter_historique"):
            self.run_follow()
        self.assertEqual((self.gate().swept, self.gate().missed), (1, 0))
        self.assertTrue(self.row.asked_at)

    def test_a_failure_stops_the_slow_look(self):
        error = ChorusError("account_refused", service="historique")
        with patch.object(Client, "consulter_historique", side_effect=error):
            self.run_follow()
        self.assertEqual(self.gate().pause_code, "account_refused")
        self.assertEqual((self.gate().swept, self.gate().sweep_left), (0, 1))

    def test_before_the_first_look(self):
        self.gate().followed_until = False
        self.company.invalidate_recordset()
        self.assertIn("has not looked", self.company.chorus_pro_following)

    # === LAST KNOWN === #

    def settle(self, days=61, **values):
        """Begin a day for an invoice whose status is so many days old."""
        since = fields.Datetime.now() - timedelta(days=days)
        self.row.write({"portal_status_at": since, **values})
        silent = f"(SELECT id FROM account_move WHERE id = {self.move.id})"
        with patch.object(
            type(self.row),
            "_silent_payers",
            lambda rows, company: chorus_pro_transmission_sweep.SQL(silent),
        ):
            self.row._stop_waiting(self.company)

    def test_an_entity_that_does_not_publish_payments(self):
        self.settle(portal_status="COMPTABILISEE")
        self.assertTrue(self.row.last_known_at)
        self.assertIn("last known", self.move.chorus_pro_story)
        self.assertEqual(self.asked(), 0)
        self.assertFalse(self.row.search(self.row._open_domain(self.company)))

    def test_news_end_it(self):
        self.settle(portal_status="COMPTABILISEE")
        other = self.make_invoice()
        self.advance(9 * 86400)
        self.integrate(other)
        self.control(
            "act",
            {
                "invoice": self.move.name,
                "supplier": "99999999800019",
                "status": "MISE_EN_PAIEMENT",
                "force": True,
            },
        )
        self.run_follow()
        self.assertEqual(self.move.chorus_pro_status, "released")
        self.assertFalse(self.row.last_known_at)

    def test_not_before_its_time_and_not_when_we_must_act(self):
        self.settle(days=59, portal_status="COMPTABILISEE")
        self.assertFalse(self.row.last_known_at)
        for status in ("SUSPENDUE", "A_RECYCLER", "MISE_EN_PAIEMENT", "DEPOSEE"):
            self.settle(portal_status=status)
            self.assertFalse(self.row.last_known_at, status)

    def test_the_time_is_a_parameter(self):
        params = self.env["ir.config_parameter"].sudo()
        name = "l10n_fr_chorus_pro.last_known_days"
        for value, days in (("30", 30), ("x", 60), (False, 60)):
            params.set_param(name, value)
            self.assertEqual(self.row._last_known_days(), days)

    def test_entities_that_publish_payments_are_waited_for(self):
        self.row.portal_status_at = fields.Datetime.now() - timedelta(days=400)
        self.row._stop_waiting(self.company)
        self.assertFalse(self.row.last_known_at)

    def test_the_directory_says_who_does_not_publish_payments(self):
        self.row.portal_status_at = fields.Datetime.now() - timedelta(days=61)
        self.entity.chorus_pro_payment_silent = True
        self.row._stop_waiting(self.company)
        self.assertTrue(self.row.last_known_at)

    def test_a_service_that_does_not_publish_payments(self):
        self.row.portal_status_at = fields.Datetime.now() - timedelta(days=61)
        # What was sent cannot be changed, but by a test.
        self.env.flush_all()
        query = "UPDATE account_move SET buyer_reference = 'S-1' WHERE id = %s"
        self.cr.execute(query, (self.move.id,))
        self.env.invalidate_all()
        service = (
            self.env["chorus.pro.service"]
            .sudo()
            .create({"partner_id": self.entity.id, "code": "S-1", "name": "Service"})
        )
        self.row._stop_waiting(self.company)
        self.assertFalse(self.row.last_known_at)
        service.payment_reported = False
        self.row._stop_waiting(self.company)
        self.assertTrue(self.row.last_known_at)
