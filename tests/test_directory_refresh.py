"""Refreshing many entities: chunks of the progress bar, the weekly scheduled action."""

from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client
from odoo.addons.l10n_fr_chorus_pro.models import res_partner_refresh
from odoo.addons.l10n_fr_chorus_pro.tests.directory_common import (
    CLOSED,
    DEPARTMENT,
    HOSPITAL,
    TOWN,
    DirectoryCommon,
)

NEVER = "21990002400015"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryProgress(DirectoryCommon):
    """The list action, call by call as the progress bar makes them."""

    def setUp(self):
        super().setUp()
        self.partners = (
            self.make_partner(TOWN, chorus_pro_is_public=True)
            | self.make_partner(CLOSED, name="Fermé", chorus_pro_is_public=True)
            | self.make_partner(HOSPITAL, chorus_pro_is_public=True)
        )

    def chunk(self, partners):
        """One call of the progress bar, by the clerk."""
        with self.portal_session():
            return partners.with_user(self.clerk).action_chorus_pro_refresh_chunk()

    def test_which_entities(self):
        private = self.make_partner(DEPARTMENT)
        contact = self.env["res.partner"].create(
            {"name": "Hélène", "parent_id": self.partners[0].id}
        )
        chosen = (self.partners | private | contact).with_user(self.clerk)
        action = chosen.action_chorus_pro_refresh()
        self.assertEqual(action["tag"], "chorus_pro_refresh_entities")
        self.assertEqual(set(action["params"]["ids"]), set(self.partners.ids))
        with self.assertRaisesRegex(UserError, "None of these"):
            private.with_user(self.clerk).action_chorus_pro_refresh()

    def test_a_chunk(self):
        answer = self.chunk(self.partners)
        self.assertEqual((answer["done"], answer["stopped"]), (3, ""))
        (message,) = answer["messages"]
        self.assertIn("Ask Fermé for its new SIRET", message)
        self.assertEqual(
            self.partners.mapped("chorus_pro_directory_state"),
            ["open", "closed", "open"],
        )

    def test_a_chunk_ends_with_its_time(self):
        with patch.object(res_partner_refresh, "CHUNK_SECONDS", -1):
            answer = self.chunk(self.partners)
        self.assertEqual(answer["done"], 1)
        self.assertEqual(
            self.partners.mapped("chorus_pro_directory_state"), ["open", False, False]
        )

    def test_portal_that_fails_in_the_middle(self):
        """What was read before stays."""
        real, town = Client.consulter_structure, []
        failure = ChorusError("timeout", service="x")

        def fails_later(client, ident):
            if town:
                raise failure
            town.append(ident)
            return real(client, ident)

        with patch.object(Client, "consulter_structure", fails_later):
            answer = self.chunk(self.partners)
        self.assertEqual(answer["done"], 2)
        self.assertIn("did not answer in time", answer["stopped"])
        self.assertEqual(self.partners[0].chorus_pro_requirement, "either")
        self.assertFalse(self.partners[2].chorus_pro_asked_at)

    def test_refusal_of_one_is_said_and_the_others_are_read(self):
        real = Client.consulter_structure
        refusal = ChorusError("business", service="x", label="Non")

        def refuses(client, ident):
            if ident == refused:
                raise refusal
            return real(client, ident)

        with self.portal_session(), self.company._chorus_pro_client() as client:
            (found,) = client.rechercher_structures(siret=TOWN)
        refused = found.portal_id
        with patch.object(Client, "consulter_structure", refuses):
            answer = self.chunk(self.partners)
        self.assertEqual((answer["done"], answer["stopped"]), (3, ""))
        self.assertIn(
            "Client: Chorus Pro refused the request. (Non)", answer["messages"]
        )
        self.assertFalse(self.partners[0].chorus_pro_synced_at)
        self.assertTrue(self.partners[2].chorus_pro_synced_at)

    def test_queue_that_is_paused(self):
        self.pause()
        with self.calls() as calls:
            answer = self.chunk(self.partners)
        self.assertEqual((answer["done"], calls), (0, []))
        self.assertIn("Next try", answer["stopped"])

    def test_others_call_the_portal_too(self):
        """Its turn comes in a moment: the bar waits and goes on."""
        error = ChorusError("throttled", service="x", retry_after=2)
        with patch.object(Client, "rechercher_structures", side_effect=error):
            answer = self.chunk(self.partners)
        self.assertEqual((answer["done"], answer["stopped"]), (0, ""))
        self.assertEqual(answer["wait"], 2)

    def test_company_that_is_not_set_up(self):
        self.company.chorus_pro_environment = "production"
        answer = self.chunk(self.partners)
        self.assertEqual(answer["done"], 0)
        self.assertIn("not set up", answer["stopped"])

    def test_who_may(self):
        auditor = new_test_user(
            self.env, "dir_auditor", "base.group_user,account.group_account_readonly"
        )
        for name in ("refresh", "refresh_chunk", "find_entity"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(self.partners.with_user(auditor), f"action_chorus_pro_{name}")()


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
