"""Many entities read at somebody's wish: behind the screen, with a progress bar."""

from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

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


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRefresh(DirectoryCommon):
    """The list action of the clerk, done by the scheduled action."""

    def setUp(self):
        super().setUp()
        everybody = self.env["res.partner"].search(
            [("chorus_pro_is_public", "=", True)]
        )
        everybody.chorus_pro_is_public = False
        self.town, self.closed, self.hospital = (
            self.make_partner(siret, name=name, chorus_pro_is_public=True)
            for siret, name in ((TOWN, "Ville"), (CLOSED, "Fermé"), (HOSPITAL, "CH"))
        )
        self.all = self.town | self.closed | self.hospital
        # So the weekly reading has nothing to do.
        self.all.chorus_pro_asked_at = fields.Datetime.now()
        self.told = []
        self.patch(
            type(self.env["res.users"]),
            "_bus_send",
            lambda user, kind, message, **_kw: self.told.append((user, message)),
        )
        self.env["mail.presence"].sudo().create(
            {"user_id": self.clerk.id, "status": "online"}
        )

    def ask(self, partners=None, user=None):
        """Choose the entities in their list and the action; returns the reading."""
        partners = (self.all if partners is None else partners).with_user(
            user or self.clerk
        )
        action = partners.action_chorus_pro_refresh()
        found = self.env[action["res_model"]].with_user(user or self.clerk)
        return found.browse(action["res_id"])

    def run_cron(self):
        """Run the scheduled action once; returns the calls of the portal."""
        with self.calls() as calls:
            self._run("ir_cron_directory")
        self.env.invalidate_all()
        return calls

    @contextmanager
    def failing(self, partner, error):
        """The portal fails on one entity."""
        with self.portal_session(), self.company._chorus_pro_client() as client:
            (found,) = client.rechercher_structures(siret=partner.company_registry)
        real = Client.consulter_structure

        def fails(client, ident):
            if ident == found.portal_id:
                raise error
            return real(client, ident)

        with patch.object(Client, "consulter_structure", fails):
            yield

    def states(self):
        """What is known of the three entities."""
        return self.all.mapped("chorus_pro_directory_state")

    # === ASKING === #

    def test_which_entities(self):
        private = self.make_partner(DEPARTMENT)
        contact = self.env["res.partner"].create(
            {"name": "Hélène", "parent_id": self.town.id}
        )
        reading = self.ask(self.all | private | contact)
        self.assertEqual(reading.partner_ids, self.all)
        self.assertEqual((reading.progress, reading.ended_at), (0, False))
        self.assertIn(self.clerk.name, reading.display_name)
        with self.assertRaisesRegex(UserError, "None of these"):
            self.ask(private)

    def test_company_that_is_not_set_up(self):
        self.company.chorus_pro_environment = "production"
        with self.assertRaisesRegex(UserError, "not set up"):
            self.ask()

    def test_who_may(self):
        auditor = new_test_user(
            self.env, "dir_auditor", "base.group_user,account.group_account_readonly"
        )
        other = new_test_user(
            self.env,
            "dir_other",
            groups="account.group_account_invoice",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            self.ask(user=auditor)
        reading = self.ask()
        for user in (auditor, other):
            for work in (
                reading.with_user(user).action_stop,
                reading.with_user(user).read,
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    work()
        with self.assertRaises(AccessError):
            reading.write({"done": 3})

    # === READING === #

    def test_all_are_read_and_who_asked_is_told_once(self):
        reading = self.ask()
        self.run_cron()
        self.assertEqual(self.states(), ["open", "closed", "open"])
        self.assertEqual((reading.done, reading.progress), (3, 100))
        self.assertIn("Ask Fermé for its new SIRET", reading.notes)
        self.assertTrue(reading.ended_at)
        self.assertFalse(reading.is_stopped)
        [(user, note)] = self.told
        self.assertEqual(user, self.clerk)
        self.assertEqual(note["message"], "3 of 3 entities read from Chorus Pro.")
        self.assertEqual(note["type"], "warning")
        self.assertEqual(note["action_button"]["res_ids"], reading.ids)
        self.assertEqual(self.run_cron(), [])
        self.assertEqual(len(self.told), 1)

    def test_nothing_to_look_at(self):
        self.ask(self.town)
        self.run_cron()
        self.assertEqual(self.told[0][1]["type"], "success")

    def test_it_goes_on_where_the_time_was_over(self):
        reading = self.ask()
        moments = iter([0])
        clock = SimpleNamespace(monotonic=lambda: next(moments, 99))
        with (
            patch.object(res_partner_refresh, "time", clock),
            patch.object(type(self.env["ir.cron"]), "_commit_progress"),
            self.portal_session(),
        ):
            self.assertTrue(self.env["chorus.pro.refresh"].sudo()._read_asked(8))
        self.assertEqual((reading.done, reading.progress), (1, 33))
        self.assertFalse(reading.ended_at)
        self.run_cron()
        self.assertEqual(self.states(), ["open", "closed", "open"])
        self.assertEqual(reading.done, 3)

    def test_stopped_by_who_asked(self):
        reading = self.ask()
        reading.action_stop()
        self.assertEqual(self.run_cron(), [])
        self.assertEqual((reading.is_stopped, reading.progress), (True, 0))
        first = reading.ended_at
        reading.action_stop()
        self.assertEqual(reading.ended_at, first)

    def test_stopped_while_it_reads(self):
        """What is being read is finished, the others stay as they are."""
        reading, partners = self.ask(), type(self.town)
        real = partners._chorus_pro_refresh_alone

        def stops(partner, client):
            reading.action_stop()
            self.env.flush_all()
            return real(partner, client)

        with patch.object(partners, "_chorus_pro_refresh_alone", stops):
            self.run_cron()
        self.assertEqual((reading.done, reading.is_stopped), (1, True))
        self.assertEqual(self.states(), ["open", False, False])
        self.assertFalse(self.told)

    def test_stop_that_collides_loses_nothing(self):
        reading, readings = self.ask(), type(self.env["chorus.pro.refresh"])
        real, collided = readings._note, []

        def collides(one, entity, words):
            if not collided:
                collided.append(entity)
                raise SerializationFailure
            return real(one, entity, words)

        with patch.object(readings, "_note", collides):
            self.run_cron()
        self.assertEqual((reading.done, reading.progress), (3, 100))
        self.assertEqual(self.states(), ["open", "closed", "open"])

    def test_an_entity_that_was_deleted_meanwhile(self):
        reading = self.ask()
        self.closed.unlink()
        self.run_cron()
        self.assertEqual((reading.done, reading.count, reading.progress), (2, 2, 100))

    # === FAULTS === #

    def test_portal_that_is_away_is_waited_for(self):
        """What was read before stays, and it goes on by itself."""
        reading = self.ask()
        with self.failing(self.hospital, ChorusError("unreachable", service="x")):
            self.run_cron()
        self.assertEqual((reading.done, reading.ended_at), (2, False))
        self.assertTrue(self.is_paused())
        self.assertIn("Next try", reading.pause)
        self.assertEqual(self.run_cron(), [])
        self.end_pause()
        self.run_cron()
        self.assertEqual((reading.done, reading.pause), (3, False))
        self.assertEqual(self.states(), ["open", "closed", "open"])

    def test_one_that_fails_lets_the_others_come(self):
        """No answer about the first one: the queue waits, then the others are read."""
        reading = self.ask()
        with self.failing(self.town, ChorusError("timeout", service="x")):
            self.run_cron()
            self.end_pause()
            self.run_cron()
        self.assertEqual(reading.done, 3)
        self.assertIn("Ville: Chorus Pro did not answer in time", reading.notes)
        self.assertEqual(self.states(), [False, "closed", "open"])

    def test_refusal_of_one_is_said_and_the_others_are_read(self):
        reading = self.ask()
        error = ChorusError("business", service="x", label="Non")
        with self.failing(self.town, error):
            self.run_cron()
        self.assertIn("Ville: Chorus Pro refused the request. (Non)", reading.notes)
        self.assertTrue(self.hospital.chorus_pro_synced_at)

    def test_api_that_is_not_subscribed_ends_it(self):
        reading = self.ask()
        with self.away("forbidden"):
            self.run_cron()
        self.assertFalse(self.is_paused())
        self.assertEqual((reading.is_stopped, reading.done), (True, 0))
        self.assertTrue(reading.notes)
        self.assertEqual(self.told[0][1]["type"], "warning")

    @mute_logger("odoo.addons.l10n_fr_chorus_pro.models.res_partner_refresh")
    def test_fault_of_ours_stops_no_other(self):
        reading, town = self.ask(), self.town
        real = type(town)._chorus_pro_keep

        def breaks(partner, detail):
            if partner == town:
                raise ValueError
            return real(partner, detail)

        with patch.object(type(town), "_chorus_pro_keep", breaks):
            self.run_cron()
        self.assertIn("Ville: Odoo met an unexpected fault", reading.notes)
        self.assertEqual(reading.done, 3)

    def test_entity_that_others_keep_changing(self):
        reading = self.ask(self.town)
        flows, partners = type(self.env["chorus.pro.flow"]), type(self.town)
        real = flows._repeat

        def gives_up(flow, work, *args):
            is_reading = work.__name__ == partners._chorus_pro_sync.__name__
            return None if is_reading else real(flow, work, *args)

        with patch.object(flows, "_repeat", gives_up):
            self.run_cron()
        self.assertIn("Ville is being changed by others", reading.notes)
