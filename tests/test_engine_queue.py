"""The queue: what joins it, what leaves it, what is read again before it freezes."""

import base64
from contextlib import contextmanager
from unittest.mock import patch

from psycopg2 import errors as pg_errors

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.factur_x import FacturXError
from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_transmission_claim import (
    RENDER_BATCHES,
)
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineQueue(EngineCommon):
    # === IN === #

    def test_queueing_sends_nothing_and_wakes_the_scheduled_action(self):
        cron = self.env.ref("l10n_fr_chorus_pro.ir_cron_send_1")
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([]).unlink()
        self.assertEqual(self.move._chorus_pro_enqueue(), self.move)
        self.assertEqual((self.row.state, self.row.attempt), ("to_send", 1))
        self.assertEqual(self.row.number, self.move.name)
        self.assertFalse(self.row.file)
        self.assertEqual(self.move.chorus_pro_status, "queued")
        self.assertEqual(self.posts(), 0)
        self.assertEqual(triggers.search([]).cron_id, cron)

    def test_queueing_twice_makes_one_row(self):
        self.move._chorus_pro_enqueue()
        self.assertFalse(self.move._chorus_pro_enqueue())
        self.assertEqual(self.attempts(), ["to_send"])
        self.send(self.move)
        self.assertEqual((self.attempts(), self.posts()), (["deposited"], 1))

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_live_row(self):
        self.move._chorus_pro_enqueue()
        rows = self.env["chorus.pro.transmission"].sudo()
        with self.assertRaises(pg_errors.UniqueViolation):
            rows.create(rows._prepare(self.move))
            rows.flush_model()

    def test_what_cannot_go_is_left_out(self):
        self.entity.chorus_pro_requirement = "engagement"
        good = self.make_invoice(purchase_order_reference="EJ-1")
        draft = self.make_invoice(post=False)
        queued = (self.move | good | draft)._chorus_pro_enqueue()
        self.assertEqual(queued, good)
        self.assertEqual(self.attempts(), [])
        self.assertEqual(self.attempts(draft), [])

    def test_nothing_that_may_go_wakes_nobody(self):
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([]).unlink()
        self.assertFalse(self.make_invoice(post=False)._chorus_pro_enqueue())
        self.assertFalse(triggers.search([]))

    # === OUT === #

    def check_taken_back(self):
        self.assertEqual(self.attempts(), ["cancelled"])
        self.assertIn("taken back", self.chatter()[-1])
        self.run_send()
        self.assertEqual((self.attempts(), self.posts()), (["cancelled"], 0))

    def test_reset_to_draft_takes_it_back(self):
        self.move._chorus_pro_enqueue()
        self.move.button_draft()
        self.check_taken_back()
        self.assertFalse(self.move.chorus_pro_status)
        self.move.action_post()
        self.send(self.move)
        self.assertEqual(self.attempts(), ["cancelled", "deposited"])
        self.assertEqual((self.row.attempt, self.posts()), (2, 1))

    def test_cancelling_takes_it_back(self):
        self.move._chorus_pro_enqueue()
        self.move.button_cancel()
        self.assertEqual(self.move.state, "cancel")
        self.check_taken_back()

    def test_a_frozen_invoice_that_waits_is_taken_back(self):
        with self.answers("unreachable"):
            self.send(self.move)
        self.assertTrue(self.row.checksum)
        flow = self.flow
        self.move.button_draft()
        self.end_pause()
        self.check_taken_back()
        # Its empty deposit is put away by the next one.
        self.send(self.make_invoice())
        self.assertFalse(flow.exists())
        self.assertEqual(self.posts(), 1)

    def test_a_failed_invoice_is_taken_back(self):
        with self.answers("business"):
            self.send(self.move)
        self.move.button_draft()
        self.check_taken_back()

    def test_what_the_portal_may_hold_is_not_reset(self):
        for state in ("sending", "unknown", "deposited", "integrated"):
            move = self.make_invoice()
            move._chorus_pro_enqueue()
            row = move.sudo().chorus_pro_transmission_id
            row.write({"state": state})
            for button in (move.button_draft, move.button_cancel):
                with self.subTest(state=state, button=button.__name__):
                    with self.assertRaises(UserError) as caught:
                        button()
                    self.assertIn("credit note", str(caught.exception))
                    self.assertIn(move.name, str(caught.exception))
                    self.assertEqual((move.state, row.state), ("posted", state))
            self.assertFalse(move.show_reset_to_draft_button)

    def test_what_the_portal_rejected_is_reset(self):
        for state in ("rejected", "elsewhere"):
            move = self.make_invoice()
            move._chorus_pro_enqueue()
            move.sudo().chorus_pro_transmission_id.write({"state": state})
            self.assertTrue(move.show_reset_to_draft_button)
            move.button_draft()
            self.assertEqual((move.state, self.attempts(move)), ("draft", [state]))

    # === FREEZING === #

    @contextmanager
    def changed_while_rendering(self, change, times=1):
        """Another one changes the invoice between rendering and freezing."""
        changes = [change] * times

        def render(report, moves, failures=None):
            rendered = self._render(moves, failures)
            if changes:
                changes.pop()(self.move.with_env(moves.env))
                moves.env.flush_all()
                # Written later than it was read, as it is in another transaction.
                later = f"write_date + interval '{len(changes) + 1} seconds'"
                moves.env.cr.execute(
                    f"UPDATE account_move SET write_date = {later} WHERE id = %s",
                    [self.move.id],
                )
                moves.env.cr.commit()
            return rendered

        report = type(self.env["ir.actions.report"])
        with patch.object(report, "_chorus_pro_render", render):
            yield

    def test_an_invoice_edited_between_rendering_and_freezing_is_rendered_again(self):
        def edit(move):
            move.purchase_order_reference = "EJ-NEW"

        with self.changed_while_rendering(edit):
            self.send(self.move)
        self.assertEqual(self.rendered, [[self.move.name]] * 2)
        self.assertEqual((self.row.state, self.posts()), ("deposited", 1))
        self.advance(60)
        [filed] = self.filed()
        self.assertEqual(filed["engagement"], "EJ-NEW")

    def test_an_invoice_that_every_rendering_changes_is_given_up(self):
        def edit(move):
            move.narration = "Once more"

        with self.changed_while_rendering(edit, times=50):
            self.send(self.move)
        self.assertEqual(len(self.rendered), len(RENDER_BATCHES))
        self.assertEqual((self.row.state, self.posts()), ("failed", 0))
        self.assertEqual(self.row.error_code, "render")

    def test_an_invoice_reset_while_it_is_rendered_is_not_sent(self):
        with self.changed_while_rendering(lambda move: move.button_draft()):
            self.send(self.move)
        self.assertEqual(len(self.rendered), 1)
        self.assertEqual((self.attempts(), self.posts()), (["cancelled"], 0))
        self.assertFalse(self.move.sudo().chorus_pro_transmission_ids.file)

    def test_what_became_impossible_while_it_waited_fails_with_the_reason(self):
        self.move._chorus_pro_enqueue()
        self.entity.chorus_pro_requirement = "engagement"
        self.run_send()
        self.assertEqual((self.row.state, self.row.error_code), ("failed", "blocked"))
        self.assertIn("Engagement number missing", self.row.error)
        self.assertEqual(self.move.chorus_pro_status, "error")
        self.assertIn("Engagement number missing", self.move.chorus_pro_story)
        self.assertIn("Engagement number missing", self.chatter()[-1])
        self.assertEqual(self.posts(), 0)

    def test_a_failed_invoice_is_corrected_and_sent_in_the_same_row(self):
        self.test_what_became_impossible_while_it_waited_fails_with_the_reason()
        failed = self.row
        self.assertFalse(self.move._chorus_pro_enqueue())
        self.move.purchase_order_reference = "EJ-1"
        self.send(self.move)
        self.assertEqual((self.row, self.row.attempt), (failed, 1))
        self.assertEqual(self.attempts(), ["deposited"])
        self.assertFalse(self.row.error)
        self.assertFalse(self.row.error_code)

    # === A FILE THAT CANNOT BE MADE === #

    def fail_to_make(self, error):
        def fail(*_args, **_kwargs):
            raise error

        return patch(
            "odoo.addons.l10n_fr_chorus_pro.models.account_move_document.make_document",
            fail,
        )

    def test_a_file_that_cannot_be_made(self):
        for code, key in (
            ("document_too_large", "document_too_large"),
            ("font_not_embedded", "font_not_embedded"),
            ("schematron", "schematron"),
            ("a_new_code", "document"),
        ):
            with self.subTest(code):
                move = self.make_invoice()
                with self.fail_to_make(FacturXError(code, "of the maker")):
                    self.send(move)
                row = move.sudo().chorus_pro_transmission_id
                self.assertEqual((row.state, row.error_code), ("failed", code))
                self.assertEqual(row.error, self.words(key))
                self.assertEqual(row.detail, "of the maker")
                self.assertFalse(row.checksum)
                self.assertIn(row.error, move.chorus_pro_story)
        self.assertEqual(self.posts(), 0)

    def test_an_invoice_that_cannot_be_rendered(self):
        def refuse(_report, moves, failures=None):
            failures[self.move.id] = "no paper"
            return {}

        with patch.object(
            type(self.env["ir.actions.report"]), "_chorus_pro_render", refuse
        ):
            self.send(self.move)
        self.assertEqual((self.row.state, self.row.error_code), ("failed", "render"))
        self.assertEqual(self.row.detail, "no paper")
        self.assertEqual(self.posts(), 0)

    def test_a_renderer_that_says_nothing(self):
        report = type(self.env["ir.actions.report"])
        with patch.object(report, "_chorus_pro_render", return_value={}):
            self.send(self.move)
        self.assertEqual((self.row.state, self.row.error_code), ("failed", "render"))
        self.assertEqual(self.row.error, self.words("render"))

    def test_what_comes_back_from_a_failure_is_frozen_anew(self):
        self.test_an_invoice_that_cannot_be_rendered()
        self.send(self.move)
        self.assertEqual((self.attempts(), self.posts()), (["deposited"], 1))
        self.assertFalse(self.row.detail)

    # === WHAT IS FROZEN STAYS === #

    def test_a_file_that_is_gone_or_changed_is_not_deposited(self):
        for content in (False, base64.b64encode(b"something else")):
            move = self.make_invoice()
            other = self.make_invoice()
            with self.answers("unreachable"):
                self.send(move, other)
            row = move.sudo().chorus_pro_transmission_id
            row.file = content
            self.end_pause()
            self.run_send()
            self.assertEqual((row.state, row.error_code), ("failed", "file_damaged"))
            self.assertIn(self.words("file_damaged"), move.chorus_pro_story)
            self.assertEqual(other.chorus_pro_status, "sent")
            self.send(move)
            self.assertEqual(self.attempts(move), ["cancelled", "deposited"])
        self.assertEqual(self.posts(), 4)

    def test_the_file_is_downloaded_as_it_left(self):
        self.move._chorus_pro_enqueue()
        with self.assertRaises(UserError):
            self.row.with_user(self.clerk).action_download()
        self.run_send()
        action = self.row.with_user(self.clerk).action_download()
        self.assertIn(f"/{self.row.id}/file/", action["url"])
        self.assertIn(self.row.file_name, action["url"])

    def test_a_row_names_itself(self):
        self.move._chorus_pro_enqueue()
        self.assertEqual(self.row.display_name, f"{self.move.name} #1")
