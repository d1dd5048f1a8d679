"""A lost answer: searched, found, or decided by a person; never sent on a guess."""

from datetime import date
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client, InvoiceItem
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineUnknown(EngineCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls.make_officer()

    def as_officer(self, row=None):
        return (row or self.row).with_user(self.officer)

    def activities(self, move=None):
        return (move or self.move).activity_ids.filtered(
            lambda activity: "Chorus Pro" in activity.summary
        )

    # === SEARCH === #

    def test_a_timeout_after_acceptance_is_found(self):
        self.lose("timeout_after")
        self.assertEqual(self.move.chorus_pro_status, "unknown")
        self.assertFalse(self.flow.name)
        self.advance(60)
        self.run_follow()
        [deposit] = self.ledger()["deposits"]
        self.assertEqual(self.row.state, "deposited")
        self.assertEqual(self.flow.name, deposit["number"])
        self.assertFalse(self.row.error)
        self.assertIn(deposit["number"], self.chatter()[-1])
        self.run_follow()
        self.assertEqual((self.row.state, self.posts()), ("integrated", 1))
        self.assertEqual(self.move.chorus_pro_status, "available")
        self.assertEqual(len(self.filed()), 1)

    def test_one_invoice_that_is_found_settles_the_whole_deposit(self):
        others = [self.make_invoice() for _index in range(2)]
        self.fault("timeout_after")
        self.send(self.move, *others)
        self.end_pause()
        self.assertEqual(len(self.flow.transmission_ids), 3)
        self.advance(60)
        with self.searched_numbers() as numbers:
            self.run_follow()
        self.assertEqual(len(numbers), 1)
        for move in (self.move, *others):
            row = move.sudo().chorus_pro_transmission_id
            self.assertEqual(
                (row.state, row.flow_number), ("deposited", self.flow.name)
            )

    def test_a_timeout_before_acceptance_is_not_found_and_not_sent(self):
        self.lose("timeout_before")
        for _run in range(3):
            self.run_follow()
            self.run_send()
        self.assertEqual((self.row.state, self.posts()), ("unknown", 0))
        self.assertFalse(self.activities())
        self.assertEqual(self.flow.checks, 3)

    def test_the_search_grows_rare(self):
        self.lose("timeout_before")
        minutes = []
        for _check in range(6):
            self.run_follow()
            wait = self.flow.next_check_at - self.flow.checked_at
            minutes.append(wait.total_seconds() / 60)
        self.assertEqual(minutes, [2, 5, 15, 60, 60, 60])
        self.flow.checks = 40
        self.run_follow()
        wait = self.flow.next_check_at - self.flow.checked_at
        self.assertEqual(wait.days, 1)

    def test_after_a_day_one_activity_asks_a_person(self):
        self.lose("timeout_before")
        self.age(self.flow, hours=23)
        self.run_follow()
        self.assertFalse(self.activities())
        self.age(self.flow, hours=25)
        self.run_follow()
        self.run_follow()
        activity = self.activities()
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.move.invoice_user_id)
        self.assertEqual(self.row.state, "unknown")

    # === WHO IS IT? === #

    def find_item(self, **changes):
        """The search of the lost invoice finds one that differs; returns the state."""
        self.lose("timeout_before")
        facts = {
            "identifiantFactureCPP": 7,
            "numeroFacture": self.move.name,
            "numeroFluxDepot": "CPP0011117000000000599999",
            "codeDestinataire": self.entity.company_registry,
            "montantTTC": self.move.amount_total,
            **changes,
        }
        item = InvoiceItem.parse(facts)
        with patch.object(Client, "rechercher_fournisseur", return_value=iter([item])):
            self.run_follow()
        return self.row.state

    def test_the_same_invoice_is_taken(self):
        self.assertEqual(self.find_item(), "deposited")

    def test_another_recipient_is_another_invoice(self):
        self.assertEqual(self.find_item(codeDestinataire="12345678200051"), "unknown")

    def test_another_amount_is_another_invoice(self):
        self.assertEqual(self.find_item(montantTTC=1), "unknown")

    def test_another_number_is_another_invoice(self):
        self.assertEqual(self.find_item(numeroFacture=f"{self.move.name}0"), "unknown")

    def test_an_invoice_typed_by_hand_has_no_flow(self):
        self.assertEqual(self.find_item(numeroFluxDepot=None), "unknown")

    def test_what_is_searched(self):
        self.lose("timeout_before")
        self.flow.attempted_at = "2026-07-01 22:30:00"
        # Changes were looked for just now.
        self.gate().followed_until = fields.Datetime.now()
        with patch.object(Client, "rechercher_fournisseur", return_value=[]) as search:
            self.run_follow()
        search.assert_called_once_with(
            supplier_id=self.gate().structure_id,
            invoice_number=self.move.name,
            deposited_from=date(2026, 7, 2),
        )

    def test_the_portal_need_not_tell_the_amount(self):
        self.lose("timeout_before")
        row = self.row
        facts = {"numeroFacture": row.number, "numeroFluxDepot": "CPP1"}
        self.assertTrue(row._is_same_invoice(InvoiceItem.parse(facts)))
        facts["montantTTC"] = float(self.move.amount_total)
        self.assertTrue(row._is_same_invoice(InvoiceItem.parse(facts)))
        facts["montantTTC"] += 0.01
        self.assertFalse(row._is_same_invoice(InvoiceItem.parse(facts)))

    # === A PERSON DECIDES === #

    def test_a_settled_deposit_is_not_asked_about(self):
        with self.answers("business"):
            self.send(self.move)
        with (
            self.portal_session(),
            self.answers("timeout", "rechercher_fournisseur") as calls,
        ):
            self.flow.with_user(self.clerk).action_refresh()
        self.assertEqual(calls.call_count, 0)

    def test_only_officers_decide(self):
        self.lose("timeout_before")
        row = self.row.with_user(self.clerk)
        for action in (
            row.action_look_again,
            row.action_enter_flow_number,
            row.action_deposit_again,
        ):
            with self.assertRaises(AccessError):
                action()
        self.assertEqual((self.row.state, self.posts()), ("unknown", 0))

    def test_look_again(self):
        self.lose("timeout_after")
        self.advance(60)
        with self.portal_session():
            self.as_officer().action_look_again()
        self.assertEqual((self.row.state, self.posts()), ("deposited", 1))

    def test_look_again_tells_that_the_portal_does_not_answer(self):
        self.lose("timeout_after")
        with (
            self.portal_session(),
            self.answers("unreachable", "rechercher_fournisseur"),
            self.assertRaises(UserError) as caught,
        ):
            self.as_officer().action_look_again()
        self.assertIn(self.words("unreachable"), str(caught.exception))

    def enter(self, number):
        action = self.as_officer().action_enter_flow_number()
        dialogs = self.env[action["res_model"]].with_user(self.officer)
        dialog = dialogs.with_context(**action["context"]).create({"number": number})
        with self.portal_session():
            dialog.action_confirm()

    def test_enter_the_flow_number(self):
        self.lose("timeout_after")
        [deposit] = self.ledger()["deposits"]
        self.enter(f" {deposit['number'].lower()} ")
        self.assertEqual(self.row.state, "deposited")
        self.assertEqual(self.flow.name, deposit["number"])
        self.advance(60)
        self.run_follow()
        self.assertEqual(self.row.state, "integrated")

    def test_a_flow_number_that_the_portal_does_not_know_is_refused(self):
        self.lose("timeout_before")
        with self.assertRaises(UserError) as caught:
            self.enter("CPP" + 22 * "9")
        self.assertIn("knows no flow", str(caught.exception))
        self.assertEqual(self.row.state, "unknown")

    def test_the_flow_number_of_other_invoices_is_refused(self):
        other = self.make_invoice()
        self.integrate(other)
        self.lose("timeout_before")
        number = other.sudo().chorus_pro_transmission_id.flow_number
        with self.assertRaises(UserError) as caught:
            self.enter(number)
        self.assertIn("other invoices", str(caught.exception))
        self.assertEqual(self.row.state, "unknown")

    def test_the_flow_number_of_an_earlier_attempt_is_refused(self):
        self.file_by_hand(self.move)
        self.send(self.move)
        self.advance(60)
        self.run_follow()
        earlier = self.row
        self.assertEqual(earlier.state, "rejected")
        self.lose("timeout_before")
        self.assertNotEqual(self.row, earlier)
        with self.assertRaises(UserError) as caught:
            self.enter(earlier.flow_number)
        self.assertIn("another deposit", str(caught.exception))
        self.assertEqual(self.row.state, "unknown")

    def test_what_is_no_flow_number_is_refused(self):
        self.lose("timeout_after")
        for number in ("CPP1", "1117000000000000000000001", "CPPX" + 21 * "1"):
            with self.subTest(number), self.assertRaises(UserError):
                self.enter(number)
        self.assertEqual(self.row.state, "unknown")

    def test_deposit_again(self):
        self.lose("timeout_before")
        lost = self.row
        self.as_officer().action_deposit_again()
        self.run_send()
        self.assertEqual(self.attempts(), ["cancelled", "deposited"])
        self.assertEqual((self.row.attempt, self.row.forced), (2, True))
        self.assertFalse(lost.forced)
        self.assertEqual(self.posts(), 1)
        self.assertTrue(any(self.officer.name in line for line in self.chatter()))

    def test_a_second_deposit_of_what_had_arrived_finds_the_first(self):
        self.lose("timeout_after")
        self.advance(60)
        self.as_officer().action_deposit_again()
        self.run_send()
        self.advance(60)
        self.run_follow()
        self.assertEqual(self.attempts(), ["cancelled", "integrated"])
        self.assertEqual(self.flow.portal_state, "IN_REJETE")
        [filed] = self.filed()
        self.assertEqual(self.row.portal_id, str(filed["id"]))
        self.assertNotEqual(filed["flow"], self.flow.name)

    def test_a_given_up_deposit_is_not_asked_about_any_more(self):
        self.lose("timeout_before")
        given_up = self.flow
        self.as_officer().action_deposit_again()
        self.run_send()
        self.advance(60)
        self.run_follow()
        self.assertEqual((given_up.state, given_up.checks), ("unknown", 0))
        cron = self.env.ref("l10n_fr_chorus_pro.ir_cron_follow")
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([("cron_id", "=", cron.id)]).unlink()
        self.run_follow()
        self.assertFalse(triggers.search([("cron_id", "=", cron.id)]))

    def test_only_what_is_unknown_is_deposited_again(self):
        self.move._chorus_pro_enqueue()
        queued = self.row
        with self.assertRaises(UserError):
            self.as_officer().action_deposit_again()
        self.assertEqual((self.row, queued.state), (queued, "to_send"))
        self.run_send()
        with self.assertRaises(UserError):
            self.as_officer().action_deposit_again()
        self.assertEqual(self.attempts(), ["deposited"])

    def test_what_was_filed_elsewhere_is_not_deposited_again(self):
        self.move.action_chorus_pro_mark_elsewhere()
        with self.assertRaises(UserError):
            self.as_officer().action_deposit_again()
        self.assertEqual(self.attempts(), ["elsewhere"])

    def test_a_lost_attempt_is_not_given_up_for_an_invoice_that_cannot_go(self):
        self.lose("timeout_before")
        self.entity.chorus_pro_requirement = "engagement"
        with self.assertRaises(UserError) as caught:
            self.as_officer().action_deposit_again()
        self.assertIn("Engagement number missing", str(caught.exception))
        self.assertEqual(self.attempts(), ["unknown"])
