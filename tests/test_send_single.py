"""Odoo's dialog that sends one invoice."""

import base64

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .send_common import KEY, SendCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSendSingle(SendCommon):
    def frozen(self):
        """The file of the current attempt."""
        return base64.b64decode(self.row.file)

    # === ONLY QUEUES === #

    def test_it_only_queues(self):
        self.open_send().action_send_and_print()
        self.assertEqual(self.move.chorus_pro_status, "queued")
        self.assertEqual(self.posts(), 0)
        self.assertFalse(self.mails())
        self.run_send()
        self.assertEqual(self.posts(), 1)

    def test_wakes_who_sends(self):
        self.env["ir.cron.trigger"].sudo().search([]).unlink()
        self.open_send().action_send_and_print()
        cron = self.env.ref("l10n_fr_chorus_pro.ir_cron_send_1")
        triggers = self.env["ir.cron.trigger"].sudo().search([])
        self.assertIn(cron, triggers.cron_id)

    def test_its_pdf_is_the_file_that_travels(self):
        self.open_send().action_send_and_print()
        pdf = self.move.invoice_pdf_report_id.raw
        self.run_send()
        self.assertEqual(self.frozen(), pdf)
        self.assertEqual(self.rendered, [])

    # === MARK OF CORE === #

    def test_sent_when_the_flow_number_is_known(self):
        self.open_send().action_send_and_print()
        self.assertTrue(self.move.invoice_pdf_report_id)
        self.assertFalse(self.move.is_move_sent)
        self.run_send()
        self.assertTrue(self.row.flow_number)
        self.assertTrue(self.move.is_move_sent)

    def test_sent_by_the_button_too(self):
        self.send(self.move)
        self.assertTrue(self.move.is_move_sent)

    def test_not_sent_when_it_was_refused(self):
        with self.answers("business"):
            self.send(self.move)
        self.assertEqual(self.row.state, "failed")
        self.assertFalse(self.move.is_move_sent)

    def test_not_sent_while_the_answer_is_lost_sent_once_it_is_found(self):
        self.lose("timeout_after")
        self.assertFalse(self.move.is_move_sent)
        self.advance(60)
        self.run_follow()
        self.assertEqual(self.row.state, "deposited")
        self.assertTrue(self.move.is_move_sent)

    def test_mail_marks_it_as_ever(self):
        self.open_send(sending_methods=["email"]).action_send_and_print()
        self.assertTrue(self.move.is_move_sent)
        self.assertEqual(self.move.chorus_pro_status, "to_send")

    def test_mark_of_an_earlier_mail_stays(self):
        self.move.is_move_sent = True
        self.open_send().action_send_and_print()
        self.assertTrue(self.move.is_move_sent)

    # === WITH E-MAIL === #

    def test_mail_and_chorus_pro(self):
        self.open_send(sending_methods=[KEY, "email"]).action_send_and_print()
        [mail] = self.mails()
        self.assertTrue(self.move.is_move_sent)
        self.assertEqual(self.move.chorus_pro_status, "queued")
        self.run_send()
        self.assertEqual(self.pdf_of(mail), self.frozen())
        self.assertFalse(self.move.chorus_pro_mailed)

    def test_unticked_it_is_mail_alone(self):
        self.open_send(sending_methods=["email"]).action_send_and_print()
        self.assertEqual(len(self.mails()), 1)
        self.assertFalse(self.row)

    def test_mail_after_freezing_has_the_frozen_file(self):
        """In Demo the invoice has no PDF of its own yet."""
        self.send(self.move)
        self.assertFalse(self.move.invoice_pdf_report_id)
        self.open_send(sending_methods=["email"]).action_send_and_print()
        [mail] = self.mails()
        self.assertEqual(self.pdf_of(mail), self.frozen())
        self.assertFalse(self.move.chorus_pro_mailed)

    @mute_logger("pypdf._reader")
    def test_mail_after_freezing_with_a_damaged_file(self):
        """A database without its files still prints the invoice."""
        self.send(self.move)
        files = self.env["ir.attachment"].sudo()
        domain = [("res_model", "=", self.row._name), ("res_field", "=", "file")]
        files.search([*domain, ("res_id", "=", self.row.id)]).raw = b"lost"
        self.open_send(sending_methods=["email"]).action_send_and_print()
        self.assertIn(b"factur-x.xml", self.move.invoice_pdf_report_id.raw)

    def test_another_file_that_was_mailed_is_told(self):
        self.entity.chorus_pro_requirement = "engagement"
        self.open_send(sending_methods=["email"]).action_send_and_print()
        [mail] = self.mails()
        self.move.purchase_order_reference = "EJ-1"
        self.assertFalse(self.move.chorus_pro_mailed)
        self.send(self.move)
        self.assertNotEqual(self.pdf_of(mail), self.frozen())
        self.assertIn("Another version of the PDF", self.move.chorus_pro_mailed)
        self.assertIn(mail.attachment_ids[:1].name, self.move.chorus_pro_mailed)

    def test_other_pdfs_in_the_chatter_are_none_of_it(self):
        self.send(self.move)
        name = self.move._get_invoice_report_filename()
        note = self.move.message_post(body="Note", attachments=[(name, b"%PDF note")])
        self.assertFalse(note.partner_ids)
        self.move.message_post(
            body="Terms",
            partner_ids=self.entity.ids,
            attachments=[("terms.pdf", b"%PDF terms")],
        )
        self.assertFalse(self.move.chorus_pro_mailed)

    # === ALERTS === #

    def test_blockers_stop_it_and_say_where_to_fix(self):
        self.entity.chorus_pro_requirement = "engagement"
        wizard = self.open_send()
        self.assertEqual(self.ticked(wizard), {KEY})
        [message] = self.levels(wizard)["danger"]
        self.assertIn("Engagement number missing", message)
        [alert] = [a for k, a in wizard.alerts.items() if "engagement" in k]
        self.assertEqual(alert["action"]["res_model"], "account.move")
        self.assertEqual(alert["action"]["res_id"], self.move.id)
        with self.assertRaisesRegex(UserError, "Engagement number missing"):
            wizard.action_send_and_print()
        self.move.purchase_order_reference = "EJ-1"
        wizard = self.open_send()
        self.assertFalse(self.levels(wizard))
        wizard.action_send_and_print()
        self.assertEqual(self.move.chorus_pro_status, "queued")

    def test_over_the_form_the_dialog_closes(self):
        self.entity.chorus_pro_requirement = "engagement"
        self.company.external_report_layout_id = self.env.ref(
            "web.external_layout_standard"
        )
        action = self.move.with_user(self.clerk).action_invoice_sent()
        wizard = self.env["account.move.send.wizard"].with_user(self.clerk)
        wizard = wizard.with_context(**action["context"]).create({})
        [alert] = [a for k, a in wizard.alerts.items() if "engagement" in k]
        self.assertEqual(alert["action"], {"type": "ir.actions.act_window_close"})

    def test_one_button_is_highlighted(self):
        self.assertFalse(self.move.highlight_send_button)
        self.assertTrue(self.make_invoice(self.private).highlight_send_button)

    def test_blocker_of_another_record_opens_it(self):
        self.entity.company_registry = False
        wizard = self.open_send()
        [alert] = [a for k, a in wizard.alerts.items() if "entity_siret" in k]
        self.assertEqual(alert["action"]["res_model"], "res.partner")
        self.assertEqual(alert["action"]["res_id"], self.entity.id)

    def test_blockers_are_no_matter_of_mail(self):
        self.entity.chorus_pro_requirement = "engagement"
        wizard = self.open_send(sending_methods=["email"])
        self.assertNotIn("danger", self.levels(wizard))
        wizard.action_send_and_print()
        self.assertEqual(len(self.mails()), 1)

    def test_warnings_do_not_stop_it(self):
        self.entity.chorus_pro_requirement = "unknown"
        wizard = self.open_send()
        self.assertEqual(list(self.levels(wizard)), ["warning"])
        wizard.action_send_and_print()
        self.assertEqual(self.move.chorus_pro_status, "queued")

    def test_ticked_by_force_for_a_private_customer(self):
        wizard = self.open_send(self.make_invoice(self.private), sending_methods=[KEY])
        self.assertIn("not marked as a public", self.levels(wizard)["danger"][0])

    def test_ticked_by_force_twice(self):
        self.move._chorus_pro_enqueue()
        wizard = self.open_send(sending_methods=[KEY])
        self.assertIn("already on its way", self.levels(wizard)["danger"][0])

    # === ACCIDENTS === #

    def test_lost_lock_is_told(self):
        wizard = self.open_send()
        with (
            self.held_by_another(self.move),
            self.assertRaisesRegex(UserError, "Somebody else is changing"),
        ):
            wizard.action_send_and_print()
        self.assertFalse(self.row)

    def test_change_between_opening_and_sending(self):
        """What the dialog did not see yet, the run sees."""
        wizard = self.open_send()
        self.assertFalse(self.levels(wizard))
        self.entity.chorus_pro_requirement = "engagement"
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "Engagement number missing"):
            self.sender._generate_and_send_invoices(
                self.move, **wizard._get_sending_settings()
            )

    # === CALLED BY OTHER ADDONS === #

    def test_a_program_sends_by_the_default(self):
        self.move.with_user(self.clerk)._generate_and_send()
        self.assertEqual(self.move.chorus_pro_status, "queued")

    def test_a_program_goes_on_when_it_cannot_go(self):
        """As the point of sale, whose payment must not fail for it."""
        self.entity.chorus_pro_requirement = "engagement"
        self.move.with_user(self.clerk)._generate_and_send()
        self.assertEqual(self.move.chorus_pro_status, "to_send")
        self.assertTrue(self.move.invoice_pdf_report_id)
        self.assertFalse(self.row)

    def test_a_program_of_someone_who_may_not(self):
        seller = new_test_user(
            self.env,
            "chorus_seller",
            groups="base.group_user",
            company_id=self.company.id,
        )
        move = self.make_invoice(invoice_date=fields.Date.today())
        move.with_user(seller).sudo()._generate_and_send()
        self.assertEqual(move.chorus_pro_status, "to_send")
