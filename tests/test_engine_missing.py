"""Invoices that the portal does not show although it has, or had, their deposit."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineMissing(EngineCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls.make_officer()

    def setUp(self):
        super().setUp()
        self.other = self.make_invoice()
        self.hidden = {self.move.name}
        self.elsewhere = {}
        search = Client.rechercher_fournisseur

        def hiding(client, **criteria):
            for item in search(client, **criteria):
                if item.number not in self.hidden:
                    number = self.elsewhere.get(item.number, item.flow_number)
                    yield replace(item, flow_number=number)

        hiding_some = patch.object(Client, "rechercher_fournisseur", hiding)
        hiding_some.start()
        self.addCleanup(hiding_some.stop)

    def states(self):
        rows = (self.move | self.other).sudo().chorus_pro_transmission_id
        return rows.mapped("state")

    def miss(self):
        """The portal integrates the deposit and shows one of two invoices for a day."""
        self.hide_for_a_day()
        self.assertEqual(self.states(), ["unknown", "integrated"])

    def hide_for_a_day(self):
        """The portal integrates the deposit and does not show what is hidden."""
        self.integrate(self.move, self.other)
        self.flow.deposited_at -= timedelta(hours=25)
        self.run_follow()

    @contextmanager
    def officer_acts(self):
        """Give the missing attempt to an officer who may talk to the portal."""
        with self.portal_session():
            yield self.row.with_user(self.officer)

    # === NOT SHOWN === #

    def test_the_word_of_the_portal_on_a_deposit_is_not_enough(self):
        self.integrate(self.move, self.other)
        self.assertEqual(self.states(), ["deposited", "integrated"])
        self.assertEqual(
            (self.flow.state, self.flow.portal_state), ("deposited", "IN_INTEGRE")
        )
        self.assertEqual(self.move.chorus_pro_status, "sent")
        self.hidden.clear()
        self.run_follow()
        self.assertEqual(self.states(), ["integrated", "integrated"])
        self.assertEqual((self.flow.state, self.posts()), ("integrated", 1))

    def test_after_a_day_a_person_is_asked(self):
        self.miss()
        self.assertEqual(self.flow.state, "integrated")
        self.assertEqual(self.row.error_code, "missing")
        self.assertIn(self.row.error, self.move.chorus_pro_story)
        self.assertEqual(len(self.move.activity_ids), 1)
        self.assertFalse(self.other.activity_ids)
        self.run_send()
        self.assertEqual(self.posts(), 1)

    def test_looking_again_finds_it(self):
        self.miss()
        with self.officer_acts() as row:
            row.action_look_again()
        self.assertEqual(self.states(), ["unknown", "integrated"])
        self.hidden.clear()
        with self.officer_acts() as row:
            row.action_look_again()
        self.assertEqual(self.states(), ["integrated", "integrated"])
        self.assertEqual(self.move.chorus_pro_status, "available")
        self.assertEqual(self.flow.state, "integrated")

    def test_its_flow_number_is_known(self):
        self.miss()
        dialogs = self.env["chorus.pro.flow.number"].with_user(self.officer)
        dialog = dialogs.create({"flow_id": self.flow.id, "number": self.flow.name})
        with self.officer_acts(), self.assertRaises(UserError) as caught:
            dialog.action_confirm()
        self.assertIn(self.flow.name, str(caught.exception))

    def test_it_is_deposited_again(self):
        self.miss()
        with self.officer_acts() as row:
            row.action_deposit_again()
        self.hidden.clear()
        self.run_send()
        self.advance(60)
        self.run_follow()
        self.assertEqual(self.attempts(), ["cancelled", "integrated"])
        self.assertEqual((self.posts(), len(self.filed())), (2, 1))

    # === FOUND IN AN EARLIER DEPOSIT === #

    def test_an_earlier_attempt_says_nothing_of_the_other_invoices(self):
        self.miss()
        with self.officer_acts() as row:
            row.action_deposit_again()
        third = self.make_invoice()
        self.fault("timeout_before")
        self.send(third)
        self.end_pause()
        self.assertEqual(
            self.row.flow_id, third.sudo().chorus_pro_transmission_id.flow_id
        )
        self.hidden.clear()
        self.run_follow()
        self.assertEqual(self.attempts(), ["cancelled", "integrated"])
        self.assertEqual(self.attempts(third), ["unknown"])
        self.assertEqual(self.flow.state, "unknown")
        self.assertEqual(self.posts(), 1)

    def test_two_invoices_of_that_number_are_none(self):
        self.hidden.clear()
        self.lose("timeout_after")
        self.advance(60)
        search = Client.rechercher_fournisseur
        twice = patch.object(
            Client,
            "rechercher_fournisseur",
            lambda client, **criteria: [*search(client, **criteria)] * 2,
        )
        with twice:
            self.run_follow()
        self.assertEqual(self.row.state, "unknown")
        self.run_follow()
        self.assertEqual(self.row.state, "deposited")

    def test_an_invoice_filed_by_hand_says_nothing_of_the_other_invoices(self):
        """A person typed one of them into the portal: a flow that Odoo never knew."""
        self.hidden.add(self.other.name)
        self.hide_for_a_day()
        self.assertEqual(self.states(), ["unknown", "unknown"])
        name, state = self.flow.name, self.flow.state
        self.hidden.remove(self.move.name)
        self.elsewhere[self.move.name] = "CPP" + 22 * "7"
        with self.officer_acts() as row:
            row.action_look_again()
        self.assertEqual(self.states(), ["integrated", "unknown"])
        self.assertEqual((self.flow.name, self.flow.state), (name, state))
        self.assertFalse(self.move.activity_ids)
        self.assertEqual(len(self.other.activity_ids), 1)

    def test_a_settled_deposit_gets_no_other_number(self):
        self.miss()
        name = self.flow.name
        self.flow._settle("CPP" + 22 * "7")
        self.assertEqual(self.states(), ["unknown", "integrated"])
        self.assertEqual(self.flow.name, name)

    # === A DEAD WORKER === #

    def test_following_does_what_a_dead_worker_left(self):
        with self.killed_in("chorus.pro.flow", "_follow_answer"):
            self.send_by_worker(self.other)
        flow = self.env["chorus.pro.flow"].sudo().search([("name", "!=", False)])
        self.assertEqual(self.attempts(self.other), ["sending"])
        self.assertEqual(flow.state, "deposited")
        self.advance(60)
        with self.portal_session():
            flow.with_user(self.clerk).action_refresh()
        self.assertEqual(self.attempts(self.other), ["integrated"])
        self.assertEqual(flow.checked_at.date(), fields.Date.today())
