"""REJETEE: credit note, successor and "handled", in one click; proof of a deposit."""

import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.tests.act_common import REJECTION, ActCommon

REASON = "Le prix ne correspond pas au marché"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestActReissue(ActCommon):
    def setUp(self):
        super().setUp()
        self.refuse("REJETEE", REASON)

    def reissue(self, user=None):
        """One click; returns the credit note and the successor."""
        before = self.move.reversal_move_ids
        action = self.move.with_user(user or self.officer).action_chorus_pro_reissue()
        successor = self.env["account.move"].browse(action["res_id"])
        return self.move.reversal_move_ids - before, successor

    def send_automatically(self):
        """The company has sent by itself for a while."""
        self.company.chorus_pro_auto_send = True
        before = fields.Datetime.now() - timedelta(hours=1)
        self.company.chorus_pro_auto_send_since = before

    # === DONE === #

    def test_one_click(self):
        self.assertEqual(self.move.chorus_pro_action, "reissue")
        self.assertIn(REASON, self.move.chorus_pro_story)
        credit, successor = self.reissue()
        self.assertEqual((credit.state, credit.move_type), ("posted", "out_refund"))
        self.assertEqual(self.move.payment_state, "reversed")
        self.assertEqual((successor.state, successor.name), ("draft", False))
        self.assertEqual(successor.amount_total, self.move.amount_total)
        self.assertEqual(successor.chorus_pro_reissue_of_id, self.move)
        self.assertEqual(self.move.chorus_pro_reissue_ids, successor)
        self.assertIn(REASON, credit.ref)
        self.assertIn(REASON, self.chatter(successor)[-1])
        self.assertIn("not sent", self.chatter(credit)[-1])
        self.assertFalse(self.move.chorus_pro_action)
        self.assertIn("replaces it", self.move.chorus_pro_story)
        self.assertNotIn("waiting for you", self.move.chorus_pro_whereabouts or "")
        self.run_act()
        self.assertEqual((self.asked.kind, self.asked.state), ("rejection", "done"))
        self.assertTrue(self.filed_now["rejection_handled"])

    def test_a_cancelled_successor_replaces_nothing(self):
        _credit, successor = self.reissue()
        successor.button_cancel()
        self.assertFalse(self.move.chorus_pro_replaced)
        self.assertIn(REASON, self.move.chorus_pro_story)
        self.assertIn("waiting for you", self.move.chorus_pro_whereabouts)

    def test_the_successor_goes_under_its_own_number(self):
        self.send_automatically()
        credit, successor = self.reissue()
        successor.invoice_date = self.move.invoice_date
        successor.action_post()
        self.assertNotEqual(successor.name, self.move.name)
        self.run_send()
        self.advance(60)
        self.run_follow()
        self.assertEqual(successor.chorus_pro_status, "available")
        numbers = [invoice["number"] for invoice in self.ledger()["invoices"]]
        self.assertEqual(numbers.count(self.move.name), 1)
        self.assertEqual(numbers.count(successor.name), 1)
        self.assertNotIn(credit.name, numbers)

    def test_the_credit_note_stays_inside(self):
        self.send_automatically()
        credit, _successor = self.reissue()
        self.assertTrue(credit.chorus_pro_internal)
        self.assertFalse(credit.chorus_pro_status)
        self.assertFalse(credit.chorus_pro_can_send)
        self.assertEqual([p.code for p in credit._chorus_pro_blockers()], ["internal"])
        self.assertFalse(credit._chorus_pro_enqueue())
        self.run_send()
        self.assertFalse(credit.sudo().chorus_pro_transmission_ids)
        wizard = self.env["chorus.pro.send"].create({"move_ids": credit.ids})
        self.assertIn("not sent", wizard.line_ids.message)
        with self.assertRaises(AccessError):
            credit.with_user(self.officer).chorus_pro_internal = False

    def test_what_is_kept_for_the_successor(self):
        other = self.make_invoice(
            chorus_pro_framework="A2",
            chorus_pro_delivery_note="BL-7",
            purchase_order_reference="EJ-3",
            chorus_pro_period_start="2026-10-01",
            chorus_pro_period_end="2026-10-31",
        )
        self.integrate(other)
        self.refuse("REJETEE", REASON, other)
        action = other.with_user(self.officer).action_chorus_pro_reissue()
        successor = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(successor.chorus_pro_framework, "A2")
        self.assertEqual(successor.chorus_pro_delivery_note, "BL-7")
        self.assertEqual(successor.purchase_order_reference, "EJ-3")
        self.assertEqual(str(successor.chorus_pro_period_start), "2026-10-01")
        self.assertEqual(str(successor.chorus_pro_period_end), "2026-10-31")

    def test_credit_note_that_a_person_made_before(self):
        reversal = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=self.move.ids
        )
        journal = self.move.journal_id
        values = {"reason": "By hand", "journal_id": journal.id}
        reversal.create(values).modify_moves()
        made = self.move.reversal_move_ids
        self.assertEqual(self.move.payment_state, "reversed")
        credit, _successor = self.reissue()
        self.assertFalse(credit)
        self.assertEqual(self.move.reversal_move_ids, made)
        self.assertTrue(made.chorus_pro_internal)

    def test_again_after_the_successor_was_cancelled(self):
        _credit, successor = self.reissue()
        with self.assertRaisesRegex(UserError, "and once"):
            self.reissue()
        successor.button_cancel()
        credit, second = self.reissue()
        self.assertFalse(credit)
        self.assertNotEqual(second, successor)

    def test_rejected_credit_note_is_marked_as_handled(self):
        credit = self.make_invoice(
            move_type="out_refund", chorus_pro_original_number=self.move.name
        )
        self.integrate(credit)
        self.refuse("REJETEE", REASON, credit)
        self.assertEqual(credit.chorus_pro_action, "rejection")
        with self.assertRaises(UserError):
            credit.with_user(self.officer).action_chorus_pro_reissue()
        with self.assertRaises(AccessError):
            credit.with_user(self.clerk).action_chorus_pro_handle_rejection()
        credit.with_user(self.officer).action_chorus_pro_handle_rejection()
        with self.assertRaisesRegex(UserError, "asked before"):
            credit.with_user(self.officer).action_chorus_pro_handle_rejection()
        self.run_act()
        self.assertFalse(credit.chorus_pro_action)
        [filed] = self.filed(credit)
        self.assertTrue(filed["rejection_handled"])

    # === REFUSED === #

    def test_who_may(self):
        with self.assertRaises(AccessError):
            self.reissue(self.clerk)
        self.assertFalse(self.move.reversal_move_ids)

    def test_wrong_status(self):
        other = self.make_invoice()
        self.integrate(other)
        with self.assertRaisesRegex(UserError, "refused"):
            other.with_user(self.officer).action_chorus_pro_reissue()

    def test_refused_by_a_validator_is_not_marked_at_the_portal(self):
        self.move = self.make_invoice()
        self.integrate(self.move)
        self.refuse("REFUSEE_1", REASON)
        self.assertEqual(self.move.chorus_pro_action, "reissue")
        self.reissue()
        self.assertFalse(self.asked)

    def test_refusal_of_the_portal(self):
        self.reissue()
        with self.answers("business", "traiter_rejet", label="GDP_MSG_11.005"):
            self.run_act()
        self.assertEqual(self.asked.state, "refused")
        self.assertIn("not marked as handled", self.chatter()[-1])
        self.assertEqual(self.move.chorus_pro_action, "rejection")
        self.move.with_user(self.officer).action_chorus_pro_handle_rejection()
        self.run_act()
        self.assertEqual(self.asked.mapped("state"), ["refused", "done"])

    def test_lost_answer(self):
        self.fault("timeout_after", "factures/traiterRejet")
        self.reissue()
        self.run_act()
        self.assertEqual(self.asked.state, "unknown")
        self.end_pause()
        self.run_act()
        self.assertEqual((self.asked.state, self.calls(REJECTION)), ("done", 1))

    def test_lost_before_the_portal_did_it(self):
        self.fault("timeout_before", "factures/traiterRejet")
        self.reissue()
        self.run_act()
        self.end_pause()
        self.run_act()
        self.assertEqual((self.asked.state, self.calls(REJECTION)), ("unknown", 0))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestActProof(ActCommon):
    def files(self):
        """Files of the invoice that came from the portal."""
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "=", self.move.id),
                ("name", "like", "-chorus-pro-"),
            ],
            order="id",
        )

    def download(self, user=None):
        """Download what the portal holds."""
        with self.portal_session():
            return self.move.with_user(user or self.clerk).action_chorus_pro_proof()

    def test_what_the_portal_holds(self):
        message = self.download()["params"]["message"]
        self.assertIn("2 new files", message)
        pdf, pivot = self.files()
        self.assertEqual((pdf.mimetype, pdf.raw[:4]), ("application/pdf", b"%PDF"))
        self.assertEqual(base64.b64encode(pdf.raw), self.row.file)
        self.assertIn(b"CrossIndustryInvoice", pivot.raw)
        self.assertTrue(pivot.name.endswith("-chorus-pro-pivot.xml"))
        self.assertIn("0 new files", self.download()["params"]["message"])
        self.assertEqual(len(self.files()), 2)

    def test_refusals(self):
        auditor = self.make_user("auditor", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            self.download(auditor)
        for code, label, words in (
            ("business", "GDP_MSG_11.008", "GDP_MSG_11.008"),
            ("timeout", "", "in time"),
        ):
            with (
                self.subTest(code),
                self.answers(code, "telecharger_groupe", label=label),
                self.assertRaisesRegex(UserError, words),
            ):
                self.download()
        self.assertFalse(self.files())
        self.move = self.make_invoice()
        for call in (self.download, self.move.action_chorus_pro_certificate):
            with self.assertRaisesRegex(UserError, "does not hold this invoice yet"):
                call()

    def make_user(self, login, groups):
        """A user of the company."""
        return new_test_user(
            self.env, f"chorus_{login}", groups=groups, company_id=self.company.id
        )

    def test_certificate(self):
        auditor = self.make_user("auditor", "account.group_account_readonly")
        for user in (self.clerk, auditor):
            move = self.move.with_user(user)
            action = move.action_chorus_pro_certificate()
            self.assertEqual(action["type"], "ir.actions.report")
            html, _type = move.env["ir.actions.report"]._render_qweb_html(
                action["report_name"], move.ids
            )
            text = html.decode()
            for words in (
                self.flow.name,
                self.row.checksum,
                self.row.portal_id,
                self.move.name,
                "MISE_A_DISPOSITION",
                "Available to the recipient",
                "Test only",
                self.entity.company_registry,
            ):
                with self.subTest(words):
                    self.assertIn(words, text)

    def test_certificate_of_an_invoice_filed_by_hand(self):
        self.row.flow_id = False
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "l10n_fr_chorus_pro.report_certificate", self.move.ids
        )
        self.assertIn("Filed outside Odoo", html.decode())
