"""Who sent many invoices is told once, when every one of them has an outcome."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.tests.send_common import SendCommon


class BatchCommon(SendCommon):
    """What reaches the clerk: on the screen, or as a message."""

    def setUp(self):
        super().setUp()
        self.second = self.make_invoice()
        self.both = self.move | self.second
        self.told = []
        self.patch(
            type(self.env["res.users"]),
            "_bus_send",
            lambda user, kind, message, **_kw: self.told.append((user, kind, message)),
        )

    def be_there(self, status="online"):
        """The clerk has Odoo open."""
        presences = self.env["mail.presence"].sudo()
        presences.create({"user_id": self.clerk.id, "status": status})

    def click(self, moves=None, user=None):
        """Send from the sending dialog."""
        moves = (moves or self.both).with_user(user or self.clerk)
        action = moves.action_chorus_pro_send()
        wizard = self.env[action["res_model"]].with_user(user or self.clerk)
        return wizard.browse(action["res_id"]).action_confirm()

    @property
    def batch(self):
        """The newest batch, with all rights."""
        return self.env["chorus.pro.batch"].sudo().search([], limit=1)

    def notes(self):
        """Notifications about batches that reached a screen."""
        mine = [(u, m) for u, kind, m in self.told if kind == "account_notification"]
        return [m for user, m in mine if user == self.clerk]

    def messages(self):
        """Messages about batches that wait for the clerk."""
        return (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("partner_ids", "in", self.clerk.partner_id.ids),
                    ("subject", "=", "Sent to Chorus Pro"),
                ]
            )
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBatch(BatchCommon):
    # === THE DIALOG === #

    def test_told_once_on_the_screen(self):
        self.be_there()
        self.click()
        self.assertFalse(self.batch.ended_at)
        self.run_send()
        [note] = self.notes()
        self.assertEqual(note["message"], "Deposited: 2.")
        self.assertEqual((note["type"], note["sticky"]), ("success", False))
        self.assertEqual(set(note["action_button"]["res_ids"]), set(self.both.ids))
        self.assertTrue(self.batch.ended_at)
        self.run_send()
        self.assertEqual(len(self.notes()), 1)
        self.assertFalse(self.messages())

    def test_a_message_waits_for_who_has_left(self):
        self.be_there("offline")
        self.clerk.lang = "en_US"
        self.click()
        self.run_send()
        self.assertFalse(self.notes())
        message = self.messages()
        self.assertEqual(len(message), 1)
        self.assertIn("Deposited: 2.", message.body)
        self.assertIn(
            f"model=chorus.pro.batch&amp;res_id={self.batch.id}", message.body
        )

    def test_progress_that_survives_the_closed_tab(self):
        """The notification leads to it, and the list of one's batches."""
        params = self.click()["params"]
        [link] = params["links"]
        self.assertEqual(link["url"], f"/odoo/chorus-pro-batches/{self.batch.id}")
        self.assertEqual(params["message"].count("%s"), 1)
        self.second.button_draft()
        self.assertEqual(self.batch.progress, 50)
        self.run_send()
        self.assertEqual(self.batch.progress, 100)
        self.batch.move_ids = False
        self.assertEqual(self.batch.progress, 100)

    def test_one_invoice_is_not_worth_it(self):
        self.be_there()
        self.assertFalse(self.click(self.move)["params"]["links"])
        self.run_send()
        self.assertFalse(self.batch)
        self.assertFalse(self.notes())

    def test_a_failure_stays_on_the_screen(self):
        self.be_there()
        self.click()
        with self.answers("business"):
            self.run_send()
        [note] = self.notes()
        self.assertEqual(note["message"], "Not sent: 2, the reason is on each.")
        self.assertEqual((note["type"], note["sticky"]), ("warning", True))

    def test_a_short_pause_of_the_portal_is_waited_for(self):
        self.be_there()
        self.click()
        with self.answers("unreachable"):
            self.run_send()
        self.assertFalse(self.notes())
        self.end_pause()
        self.run_send()
        [note] = self.notes()
        self.assertEqual(note["message"], "Deposited: 2.")

    def test_a_long_pause_is_an_outcome(self):
        self.be_there()
        self.click()
        with self.answers("unreachable"):
            self.run_send()
        self.age_batch(minutes=20)
        self.run_send()
        [note] = self.notes()
        self.assertIn("Waiting for Chorus Pro: 2", note["message"])
        self.end_pause()
        self.run_send()
        self.assertEqual(len(self.notes()), 1)

    def test_a_slow_queue_is_no_outcome(self):
        self.be_there()
        self.click()
        self.age_batch(minutes=20)
        self.assertFalse(self.batch._over())

    def test_a_lost_answer_waits(self):
        self.be_there()
        self.click()
        self.fault("timeout_after")
        self.run_send()
        [note] = self.notes()
        self.assertIn("Waiting for Chorus Pro: 2", note["message"])

    def test_what_was_taken_back(self):
        self.be_there()
        self.click()
        self.second.button_draft()
        self.run_send()
        [note] = self.notes()
        self.assertEqual(note["message"], "Deposited: 1. Taken back: 1.")

    def test_what_took_a_week_is_forgotten(self):
        self.be_there()
        self.click()
        self.age_batch(days=8)
        self.env["chorus.pro.batch"].sudo()._end_all()
        self.assertTrue(self.batch.ended_at)
        self.assertFalse(self.notes())

    def test_who_left_the_company_is_not_told(self):
        self.be_there()
        self.click()
        self.clerk.active = False
        self.run_send()
        self.assertTrue(self.batch.ended_at)
        self.assertFalse(self.notes())

    def test_in_the_language_of_who_clicked(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.be_there()
        self.clerk.lang = "fr_FR"
        self.click()
        seen = []
        outcome = type(self.batch)._outcome
        self.patch(
            type(self.batch),
            "_outcome",
            lambda batch: seen.append(batch.env.lang) or outcome(batch),
        )
        self.run_send()
        self.assertEqual(seen, ["fr_FR"])

    def test_a_fault_stops_no_sending(self):
        self.click()
        batches = type(self.env["chorus.pro.batch"])
        with (
            patch.object(batches, "_end_all", side_effect=ValueError("broken")),
            self.assertLogs("odoo.addons.l10n_fr_chorus_pro", "ERROR") as logs,
        ):
            self.run_send()
        self.assertIn("Nobody is told", logs.output[0])
        self.assertEqual(self.row.state, "deposited")

    # === ODOO'S OWN SEND === #

    def test_odoos_dialog_for_many_is_one_batch(self):
        self.be_there()
        drafts = self.env["account.move"].union(
            *(self.make_invoice(post=False) for _index in range(12))
        )
        drafts.filtered(lambda m: m.state == "draft").action_post()
        moves = self.both | drafts
        self.open_batch(moves).action_send_and_print()
        self.assertEqual(len(self.batch.move_ids), 14)
        self.assertFalse(self.batch._over())
        self.run_core_cron()
        self.run_send()
        ours = [n for n in self.notes() if n["title"] == "Chorus Pro"]
        self.assertEqual([n["message"] for n in ours], ["Deposited: 14."])

    # === RIGHTS === #

    def test_each_sees_their_own(self):
        self.click()
        other = new_test_user(
            self.env,
            "chorus_other_clerk",
            groups="account.group_account_invoice",
            company_id=self.company.id,
        )
        batch = self.batch
        mine = batch.with_user(self.clerk)
        self.assertEqual((mine.deposited, mine.waiting, mine.failed), (0, 2, 0))
        self.assertEqual((mine.count, mine.progress), (2, 0))
        self.assertIn(self.clerk.name, mine.display_name)
        with self.assertRaises(AccessError):
            batch.with_user(other).read(["move_ids"])
        with self.assertRaises(AccessError):
            mine.write({"ended_at": fields.Datetime.now()})

    # === COST === #

    def test_queries_do_not_grow(self):
        self.env["chorus.pro.batch"].with_user(self.clerk)._watch(self.both)
        moves = self.both | self.env["account.move"].union(
            *(self.make_invoice(post=False) for _index in range(20))
        )
        counts = []
        for some in (self.both, moves):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["chorus.pro.batch"].with_user(self.clerk)._watch(some)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts, [2, 2])
        self.batch.search([]).unlink()
        before = self.env.cr.sql_log_count
        self.env["chorus.pro.batch"].sudo()._end_all()
        self.assertEqual(self.env.cr.sql_log_count - before, 1)

    def age_batch(self, **ago):
        """The click was so long ago."""
        moment = fields.Datetime.now() - timedelta(**ago)
        self.env.flush_all()
        self.env.cr.execute("UPDATE chorus_pro_batch SET create_date = %s", [moment])
        self.env.invalidate_all()
