"""Queueing by itself: only what was posted since it was switched on."""

from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from odoo.addons.l10n_fr_chorus_pro.models import account_move_automatic
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineAutomatic(EngineCommon):
    SPARE = 1

    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.now()
        self.move.sudo().chorus_pro_posted_at = self.now - timedelta(minutes=1)

    def switch_on(self):
        self.company.sudo().chorus_pro_auto_send = True

    def later(self, **values):
        """An invoice posted a minute from now."""
        with freeze_time(self.now + timedelta(minutes=1)):
            return self.make_invoice(**values)

    def test_nothing_goes_by_itself_unless_it_is_switched_on(self):
        move = self.later()
        self.run_send()
        self.assertEqual((move.chorus_pro_status, self.posts()), ("to_send", 0))

    def test_only_what_was_posted_since_goes(self):
        self.switch_on()
        since = self.company.sudo().chorus_pro_auto_send_since
        self.assertGreaterEqual(since, self.now)
        move = self.later()
        self.run_send()
        self.assertEqual(move.chorus_pro_status, "sent")
        self.assertEqual(self.move.chorus_pro_status, "to_send")
        self.assertEqual(self.posts(), 1)

    def test_posting_wakes_the_scheduled_action(self):
        triggers = self.env["ir.cron.trigger"].sudo()
        cron = self.env.ref("l10n_fr_chorus_pro.ir_cron_send_1")
        for switched_on in (False, True):
            triggers.search([]).unlink()
            self.company.sudo().chorus_pro_auto_send = switched_on
            self.make_invoice()
            asked = triggers.search([("cron_id", "=", cron.id)])
            self.assertEqual(bool(asked), switched_on)

    def test_a_private_customer_is_left_alone(self):
        self.switch_on()
        private = self.env["res.partner"].create({"name": "Private"})
        move = self.later(partner=private)
        self.run_send()
        self.assertFalse(move.chorus_pro_status)
        self.assertEqual(self.posts(), 0)

    def test_what_is_stopped_goes_when_it_is_corrected(self):
        self.switch_on()
        self.entity.chorus_pro_requirement = "engagement"
        move = self.later()
        self.run_send()
        self.assertEqual(move.chorus_pro_status, "to_send")
        self.assertEqual(self.attempts(move), [])
        move.purchase_order_reference = "EJ-1"
        self.run_send()
        self.assertEqual(move.chorus_pro_status, "sent")

    def test_what_is_stopped_hides_no_other(self):
        self.patch(account_move_automatic, "QUEUE_LIMIT", 1)
        self.switch_on()
        stopped = self.later(partner_bank_id=False)
        stopped.partner_bank_id = False
        moves = [self.later() for _index in range(2)]
        self.run_send()
        self.assertEqual(stopped.chorus_pro_status, "to_send")
        self.assertEqual([m.chorus_pro_status for m in moves], ["sent", "sent"])

    def test_a_failed_invoice_does_not_go_again_by_itself(self):
        self.switch_on()
        move = self.later()
        with self.answers("business"):
            self.run_send()
        self.assertEqual(self.attempts(move), ["failed"])
        self.run_send()
        self.assertEqual((self.attempts(move), self.posts()), (["failed"], 0))

    def test_saving_the_settings_again_forgets_nothing(self):
        self.switch_on()
        since = self.company.sudo().chorus_pro_auto_send_since
        with freeze_time(self.now + timedelta(hours=1)):
            self.company.sudo().chorus_pro_auto_send = True
            self.assertEqual(self.company.sudo().chorus_pro_auto_send_since, since)
            self.company.sudo().chorus_pro_auto_send = False
            self.company.sudo().chorus_pro_auto_send = True
            self.assertGreater(self.company.sudo().chorus_pro_auto_send_since, since)

    def test_another_environment_begins_anew(self):
        self.switch_on()
        move = self.later()
        with freeze_time(self.now + timedelta(hours=1)):
            self.go_to("qualification")
        since = self.company.sudo().chorus_pro_auto_send_since
        self.assertGreater(since, move.sudo().chorus_pro_posted_at)
