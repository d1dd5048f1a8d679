"""Odoo's dialog that sends many invoices, and core's scheduled action behind it."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .send_common import KEY, SendCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSendBatch(SendCommon):
    def setUp(self):
        super().setUp()
        self.strict = self.make_entity(
            "21990003200014", "Commune de Montclair", "engagement"
        )
        self.second = self.make_invoice()
        self.stuck = self.make_invoice(self.strict)
        self.other = self.make_invoice(self.private)
        self.moves = self.move | self.second | self.stuck | self.other

    def states(self):
        return [
            move.sudo().chorus_pro_status
            for move in (self.move, self.second, self.stuck, self.other)
        ]

    def notes(self, move):
        return " ".join(move.message_ids.mapped("body"))

    # === BEFORE === #

    def test_summary_counts_what_will_go(self):
        summary = self.open_batch(self.moves).summary_data
        self.assertEqual(summary[KEY], {"count": 2, "label": "by Chorus Pro (Demo)"})
        self.assertEqual(summary["email"]["count"], 1)

    def test_blocked_ones_are_named_and_do_not_stop_the_others(self):
        wizard = self.open_batch(self.moves)
        levels = self.levels(wizard)
        self.assertEqual(list(levels), ["warning"])
        [message] = levels["warning"]
        self.assertIn(self.stuck.name, message)
        self.assertIn("Engagement number missing", message)
        [alert] = [a for k, a in wizard.alerts.items() if k.startswith(KEY)]
        self.assertEqual(alert["action"]["res_id"], self.stuck.id)

    def test_the_same_problem_is_told_once(self):
        moves = self.stuck
        for _number in range(6):
            moves |= self.make_invoice(self.strict)
        wizard = self.open_batch(moves | self.move)
        [message] = self.levels(wizard)["warning"]
        self.assertIn("and 2 more", message)
        [alert] = [a for k, a in wizard.alerts.items() if k.startswith(KEY)]
        self.assertEqual(len(alert["action"]["domain"][0][2]), 7)

    def test_nothing_to_go_stops_the_dialog(self):
        wizard = self.open_batch(self.stuck | self.make_invoice(self.strict))
        self.assertEqual(list(self.levels(wizard)), ["danger"])
        with self.assertRaises(UserError):
            wizard.action_send_and_print()

    def test_warnings_are_remarks(self):
        self.entity.chorus_pro_requirement = "unknown"
        levels = self.levels(self.open_batch(self.move | self.second))
        self.assertEqual(list(levels), ["info"])
        self.assertIn("not yet known", levels["info"][0])

    def test_many_different_problems_are_shortened(self):
        moves = self.move
        for number in range(10):
            entity = self.make_entity("bad", f"Commune {number}")
            moves |= self.make_invoice(entity)
        wizard = self.open_batch(moves)
        alerts = {k: a for k, a in wizard.alerts.items() if k.startswith(KEY)}
        self.assertLessEqual(len(alerts), 8)
        more = alerts["chorus_pro_more"]
        self.assertEqual(more["action"]["type"], "ir.actions.server")
        self.assertEqual(len(more["action"]["context"]["active_ids"]), 10)

    def test_those_on_their_way_are_named(self):
        self.move._chorus_pro_enqueue()
        wizard = self.open_batch(self.move | self.second)
        self.assertEqual(wizard.summary_data[KEY]["count"], 1)
        [message] = self.levels(wizard)["info"]
        self.assertIn(self.move.name, message)

    def test_another_choice_of_the_customer_is_named(self):
        self.entity.with_company(self.company).invoice_sending_method = "email"
        wizard = self.open_batch(self.move | self.other)
        [message] = self.levels(wizard)["info"]
        self.assertIn(self.move.name, message)
        self.assertNotIn(self.other.name, message)
        self.assertNotIn(KEY, wizard.summary_data)

    def test_private_customers_alone_hear_nothing_of_it(self):
        wizard = self.open_batch(self.other | self.make_invoice(self.private))
        self.assertFalse(self.levels(wizard))

    # === RUN === #

    def test_the_scheduled_action_queues(self):
        self.open_batch(self.moves).action_send_and_print()
        self.assertEqual(self.states(), ["to_send", "to_send", "to_send", False])
        self.run_core_cron()
        self.assertEqual(self.states(), ["queued", "queued", "to_send", False])
        self.assertEqual(self.posts(), 0)
        self.assertEqual(len(self.mails(self.other)), 1)
        self.assertFalse(self.mails(self.move))
        self.run_send()
        self.assertEqual(self.posts(), 1)
        self.assertEqual(self.states(), ["sent", "sent", "to_send", False])

    def test_blocked_ones_say_so_and_are_left(self):
        self.open_batch(self.moves).action_send_and_print()
        self.run_core_cron()
        self.assertIn("Engagement number missing", self.notes(self.stuck))
        self.assertFalse(self.stuck.invoice_pdf_report_id)
        self.assertFalse(self.stuck.is_move_sent)

    def test_words_are_those_of_who_asked(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.clerk.lang = "fr_FR"
        self.open_batch(self.moves).action_send_and_print()
        with patch.object(type(self.sender), "_chorus_pro_stop", autospec=True) as stop:
            self.run_core_cron()
        languages = {call.args[0].env.lang for call in stop.call_args_list}
        self.assertEqual(languages, {"fr_FR"})

    def test_no_hot_retry(self):
        """Core would try an error with `retry` at once and for ever."""
        self.open_batch(self.moves).action_send_and_print()
        self.assertTrue(self.stuck.sending_data)
        self.run_core_cron()
        self.assertFalse(any(self.moves.mapped("sending_data")))
        told = len(self.stuck.message_ids)
        self.run_core_cron()
        self.assertEqual(len(self.stuck.message_ids), told)

    def test_lost_lock_is_told_and_left(self):
        self.open_batch(self.moves).action_send_and_print()
        with self.held_by_another(self.second):
            self.run_core_cron()
        self.assertEqual(self.states(), ["queued", "to_send", "to_send", False])
        self.assertIn("Somebody else is changing", self.notes(self.second))
        self.assertFalse(self.second.sending_data)

    def test_who_lost_the_right_meanwhile_sends_nothing(self):
        self.open_batch(self.moves).action_send_and_print()
        self.clerk.group_ids = self.env.ref("base.group_user")
        self.run_core_cron()
        self.assertEqual(self.states(), ["to_send", "to_send", "to_send", False])
        self.assertIn("You may not act", self.notes(self.move))
        self.assertFalse(self.move.sending_data)

    def test_forged_author(self):
        """`sending_data` can be written by who may write the invoice."""
        for author in (
            0,
            new_test_user(self.env, "nobody", groups="base.group_user").id,
        ):
            with self.subTest(author):
                self.move.sending_data = {
                    "author_user_id": author,
                    "author_partner_id": self.clerk.partner_id.id,
                }
                data = {"author_user_id": author}
                self.sender._chorus_pro_queue({self.move.sudo(): data})
                self.assertIn("You may not act", data["error"]["errors"][0])
                self.assertFalse(self.row)

    def test_odoobot_may(self):
        self.move.with_user(SUPERUSER_ID)._generate_and_send()
        self.assertEqual(self.move.chorus_pro_status, "queued")

    def test_at_once_on_demand(self):
        moves = self.move | self.second
        self.open_batch(moves).action_send_and_print(force_synchronous=True)
        self.assertEqual(self.states()[:2], ["queued", "queued"])
        self.assertEqual(self.printed, [moves.ids])

    def test_one_that_fails_raises_when_at_once(self):
        moves = self.move | self.stuck
        with self.assertRaisesRegex(UserError, "Engagement number missing"):
            self.open_batch(moves).action_send_and_print(force_synchronous=True)

    # === COST === #

    @contextmanager
    def without_cores_lookups(self):
        """Core looks its report and its mail template up for each invoice."""
        report = self.env.ref("account.account_invoices")
        template = self.env.ref("account.email_template_edi_invoice")
        sender = type(self.env["account.move.send.batch.wizard"])
        with (
            patch.object(sender, "_get_default_pdf_report_id", lambda *_: report),
            patch.object(sender, "_get_default_mail_template_id", lambda *_: template),
        ):
            yield

    def count(self, moves):
        """Queries of opening the dialog for many, caches cold."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        wizard = self.open_batch(moves)
        wizard.read(["summary_data", "alerts"])
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow(self):
        drafts = self.env["account.move"]
        for _number in range(49):
            drafts |= self.make_invoice(post=False)
        drafts.action_post()
        with self.without_cores_lookups():
            self.count(self.move)
            one, fifty = self.count(self.move), self.count(self.move | drafts)
        self.assertLessEqual(fifty, one + 5, (one, fifty))
        self.assertLess(fifty, 60)
