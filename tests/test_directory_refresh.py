"""The weekly scheduled action that reads entities again."""

from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.models import res_partner_refresh
from odoo.addons.l10n_fr_chorus_pro.tests.directory_common import (
    HOSPITAL,
    TOWN,
    DirectoryCommon,
)

NEVER = "21990002400015"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryCron(DirectoryCommon):
    """The weekly scheduled action."""

    def setUp(self):
        super().setUp()
        # Nothing else of the database is due.
        everybody = self.env["res.partner"].search(
            [("chorus_pro_is_public", "=", True)]
        )
        everybody.chorus_pro_is_public = False
        self.env["res.company"].search(
            [("id", "!=", self.company.id)]
        ).chorus_pro_environment = "production"
        self.town = self.make_partner(TOWN, chorus_pro_is_public=True)
        self.hospital = self.make_partner(HOSPITAL, chorus_pro_is_public=True)
        self.both = self.town | self.hospital

    def run_cron(self):
        """Run the scheduled action once; returns the calls of the portal."""
        with self.calls() as calls:
            self._run("ir_cron_directory")
        self.env.invalidate_all()
        return calls

    def make_old(self, partners, **ago):
        """The entities were asked about some time ago."""
        partners.chorus_pro_asked_at = fields.Datetime.now() - timedelta(**ago)

    def read_once(self):
        """Both entities are known and billed."""
        self.run_cron()
        for partner in self.both:
            self.make_invoice(partner, post=False)
        self.make_old(self.both, days=8)

    def triggers(self):
        """When the scheduled action is asked to run besides."""
        cron = self.env.ref("l10n_fr_chorus_pro.ir_cron_directory")
        domain = [("cron_id", "=", cron.id)]
        return self.env["ir.cron.trigger"].sudo().search(domain).mapped("call_at")

    def test_a_run_that_reads_nothing_does_not_spin(self):
        """Something waits, but there was no time for it: the scheduler waits too."""
        self.patch(res_partner_refresh, "RUN_SECONDS", -1)
        before = fields.Datetime.now()
        self.assertEqual(self.run_cron(), [])
        [moment] = self.triggers()
        self.assertGreaterEqual(moment, before + res_partner_refresh.NOTHING_DONE)

    # === WHICH === #

    def test_those_never_read_are_read_used_or_not(self):
        self.run_cron()
        self.assertEqual(self.both.mapped("chorus_pro_requirement"), ["either", "both"])
        self.assertEqual(self.run_cron(), [])

    def test_old_ones_that_are_billed(self):
        self.run_cron()
        self.make_old(self.both, days=8)
        self.assertEqual(self.run_cron(), [], "nobody bills them")
        self.make_invoice(self.town, post=False)
        self.assertEqual(len(self.run_cron()), 3)
        self.make_old(self.both, days=5)
        self.assertEqual(self.run_cron(), [], "not old yet")

    def test_billed_long_ago(self):
        self.run_cron()
        since = fields.Date.today() - timedelta(days=res_partner_refresh.USED_DAYS + 1)
        self.make_invoice(self.town, post=False, invoice_date=since)
        self.make_old(self.both, days=8)
        self.assertEqual(self.run_cron(), [])

    def test_only_public_entities(self):
        self.both.chorus_pro_is_public = False
        self.assertEqual(self.run_cron(), [])

    def test_oldest_first_and_the_rest_later(self):
        self.read_once()
        self.make_old(self.hospital, days=9)
        before = self.town.chorus_pro_asked_at
        moments = iter([0, 1])
        clock = SimpleNamespace(monotonic=lambda: next(moments, 99))
        with (
            patch.object(res_partner_refresh, "time", clock),
            patch.object(type(self.env["ir.cron"]), "_commit_progress") as commit,
            self.portal_session(),
        ):
            self.env["res.partner"].sudo()._cron_chorus_pro_refresh()
        commit.assert_called_with(remaining=1)
        self.assertEqual(self.town.chorus_pro_asked_at, before)
        today = fields.Datetime.now() - timedelta(hours=1)
        self.assertGreater(self.hospital.chorus_pro_asked_at, today)

    def test_closed_one_is_noted(self):
        self.read_once()
        self.control("structures", {"siret": TOWN, "active": False})
        self.run_cron()
        self.assertEqual(self.town.chorus_pro_directory_state, "closed")
        self.assertEqual(self.hospital.chorus_pro_directory_state, "open")

    def test_facts_of_a_more_serious_environment_are_left(self):
        self.read_once()
        self.town.chorus_pro_directory_environment = "production"
        self.assertEqual(len(self.run_cron()), 3, "the hospital alone")
        self.assertEqual(self.town.chorus_pro_directory_environment, "production")

    def test_details_left_over_are_read_later(self):
        self.read_once()
        service = self.town.chorus_pro_service_ids[:1].sudo()
        service.detail_read_at = False
        self.make_old(self.both, minutes=30)
        self.assertEqual(self.run_cron(), [])
        self.make_old(self.both, hours=2)
        self.assertIn("consulter/service", self.run_cron())
        self.assertTrue(service.detail_read_at)

    def test_service_in_use_that_closed_is_somebodys_task(self):
        self.read_once()
        draft = self.env["account.move"].search([("partner_id", "=", self.town.id)])
        draft.buyer_reference = "TECH"
        draft.invoice_user_id = self.clerk
        with self.without_service("TECH"):
            self.run_cron()
        (activity,) = self.town.activity_ids
        self.assertEqual(activity.user_id, self.clerk)

    # === WHEN THE PORTAL IS AWAY === #

    def test_paused_queue_is_left_alone(self):
        self.read_once()
        until = self.pause()
        self.assertEqual(self.run_cron(), [])
        self.assertIn(until, self.triggers())

    def test_portal_that_is_away_pauses_and_is_tried_again(self):
        self.read_once()
        with self.away("unreachable"):
            self.run_cron()
        self.assertTrue(self.is_paused())
        self.assertTrue(self.triggers())

    def test_api_that_is_not_subscribed_does_not_stop_the_sending(self):
        self.read_once()
        with self.away("forbidden"):
            self.run_cron()
        self.assertFalse(self.is_paused())

    def test_one_that_the_portal_fails_on_lets_the_others_go_first(self):
        self.read_once()
        self.make_old(self.town, days=9)
        with self.away("server_error", "consulter_structure"):
            self.run_cron()
        self.assertTrue(self.is_paused())
        self.assertGreater(
            self.town.chorus_pro_asked_at, self.hospital.chorus_pro_asked_at
        )
        self.assertTrue(self.town.chorus_pro_synced_at)

    def test_refusal_of_one_stops_no_other(self):
        self.read_once()
        with self.away("business", "consulter_structure"):
            self.run_cron()
        self.assertFalse(self.is_paused())
        self.assertEqual(self.run_cron(), [])

    @mute_logger("odoo.addons.l10n_fr_chorus_pro.models.res_partner_refresh")
    def test_fault_of_ours_stops_no_other(self):
        self.read_once()
        partners = type(self.env["res.partner"])
        real = partners._chorus_pro_keep
        town = self.town

        def breaks(partner, detail):
            if partner == town:
                raise ValueError
            return real(partner, detail)

        self.make_old(self.town, days=9)
        before = self.hospital.chorus_pro_synced_at
        with patch.object(partners, "_chorus_pro_keep", breaks):
            self.run_cron()
        self.assertGreaterEqual(self.hospital.chorus_pro_synced_at, before)
        self.assertFalse(self.env["res.partner"]._chorus_pro_due(self.company))

    def test_company_without_credentials_asks_nothing(self):
        self.company.chorus_pro_environment = "production"
        self.assertEqual(self.run_cron(), [])
        self.assertFalse(self.town.chorus_pro_asked_at)
