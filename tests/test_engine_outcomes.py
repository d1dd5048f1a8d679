"""What becomes of a deposit: every answer, refusal and silence of the portal."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import OUTCOMES
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

RELEASED = ("prepared", "to_send", "queued")
REFUSED = ("refused", "failed", "error")
LOST = ("unknown", "unknown", "unknown")

# error code -> states of flow and transmission, summary of the invoice
ENDS = {
    "not_configured": RELEASED,
    "siret_unknown": RELEASED,
    "internal": RELEASED,
    "throttled": RELEASED,
    "daily_quota": RELEASED,
    "unreachable": RELEASED,
    "tls": RELEASED,
    "token_refused": RELEASED,
    "token_unavailable": RELEASED,
    "account_refused": RELEASED,
    "forbidden": RELEASED,
    "rate_limited": RELEASED,
    "not_found": RELEASED,
    "too_large": REFUSED,
    "media_type": REFUSED,
    "bad_request": REFUSED,
    "business": REFUSED,
    "timeout": LOST,
    "interrupted": LOST,
    "server_error": LOST,
    "not_json": LOST,
    "incomplete": LOST,
}
# error code -> minutes that the company's queue waits
PAUSES = {
    "not_configured": 60,
    "siret_unknown": 60,
    "internal": 1,
    "throttled": 1,
    "daily_quota": 1,
    "unreachable": 1,
    "tls": 1,
    "token_refused": 60,
    "token_unavailable": 1,
    "account_refused": 60,
    "forbidden": 60,
    "rate_limited": 2,
    "not_found": 60,
    "timeout": 1,
    "interrupted": 1,
    "server_error": 1,
    "not_json": 1,
    "incomplete": 1,
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineOutcomes(EngineCommon):
    SPARE = 20

    def states(self, move=None):
        """States of flow and transmission, and the summary of the invoice."""
        move = move or self.move
        row = move.sudo().chorus_pro_transmission_id
        return row.flow_id.state, row.state, move.chorus_pro_status

    def minutes_of_pause(self, since):
        until = self.gate().paused_until
        return until and round((until - since) / timedelta(minutes=1))

    def cron_triggers(self, name):
        """Moments at which a scheduled action was asked for."""
        cron = self.env.ref(f"l10n_fr_chorus_pro.{name}")
        triggers = self.env["ir.cron.trigger"].sudo()
        return triggers.search([("cron_id", "=", cron.id)]).mapped("call_at")

    # === EVERY CODE === #

    def test_every_code_has_an_end_here(self):
        self.assertEqual(set(ENDS), set(OUTCOMES))
        self.assertEqual(set(PAUSES), {c for c, e in ENDS.items() if e != REFUSED})

    def test_every_code_of_an_answer(self):
        for code, end in ENDS.items():
            with self.subTest(code):
                self.check_code(code, end)

    def check_code(self, code, end):
        self.gate().unlink()
        move = self.make_invoice()
        before = fields.Datetime.now()
        with self.answers(code, label="of the portal") as calls:
            self.send(move)
        self.assertEqual(calls.call_count, 1)
        self.assertEqual(self.states(move), end)
        self.assertEqual(self.minutes_of_pause(before) or None, PAUSES.get(code))
        row = move.sudo().chorus_pro_transmission_id
        self.assertEqual((row.error_code, row.detail), (code, "of the portal"))
        self.assertTrue(row.error)
        self.assertIn(row.error, move.chorus_pro_story)
        self.assertEqual(len(self.chatter(move)), 1)
        self.assertIn(row.error, self.chatter(move)[0])
        row._cancel_queued()

    # === WHAT CANNOT HAVE ARRIVED GOES AGAIN === #

    def test_it_goes_again_when_the_pause_is_over(self):
        with self.answers("unreachable"):
            self.send(self.move)
        until = self.gate().paused_until
        self.assertEqual(self.flow.next_try_at, until)
        self.assertIn(until, self.cron_triggers("ir_cron_send_1"))
        self.end_pause()
        self.run_send()
        self.assertEqual(self.states(), ("deposited", "deposited", "sent"))
        self.assertEqual((self.flow.tries, self.posts()), (2, 1))
        self.assertFalse(self.row.error)
        self.assertFalse(self.flow.error_code)
        self.assertFalse(self.flow.next_try_at)
        gate = self.gate()
        self.assertEqual((gate.failures, gate.paused_until), (0, False))
        self.assertEqual(len(self.attempts()), 1)

    def test_nothing_is_asked_during_a_pause(self):
        with self.answers("token_refused"):
            self.send(self.move)
        other = self.make_invoice()
        with self.answers("timeout") as calls:
            self.send(other)
            self.run_send()
        self.assertEqual(calls.call_count, 0)
        self.assertEqual(other.chorus_pro_status, "queued")
        self.assertIn(self.words("token_refused"), other.chorus_pro_story)

    def test_what_was_queued_meanwhile_goes_when_the_pause_is_over(self):
        with self.answers("token_refused"):
            self.send(self.move)
        other = self.make_invoice()
        self.send(other)
        self.end_pause()
        self.run_send()
        self.assertEqual(self.posts(), 2)
        self.assertEqual(self.states()[1], "deposited")
        self.assertEqual(self.states(other)[1], "deposited")

    def test_the_chatter_says_once_why_it_waits(self):
        for code in ("unreachable", "unreachable", "tls"):
            with self.answers(code):
                self.send(self.move) if not self.row else self.run_send()
            self.end_pause()
        self.run_send()
        lines = self.chatter()
        self.assertEqual(len(lines), 3, self.move.message_ids.mapped("body"))
        self.assertIn(self.words("unreachable"), lines[0])
        self.assertIn(self.words("tls"), lines[1])
        self.assertIn(self.flow.name, lines[2])

    # === THE LENGTH OF A PAUSE === #

    def test_pauses_grow_up_to_an_hour(self):
        lengths = []
        self.env["account.move"].union(self.move)._chorus_pro_enqueue()
        for _failure in range(8):
            before = fields.Datetime.now()
            with self.answers("unreachable"):
                self.run_send()
            lengths.append(self.minutes_of_pause(before))
            self.end_pause()
        self.assertEqual(lengths, [1, 2, 4, 8, 16, 32, 60, 60])
        self.assertEqual(self.flow.tries, 8)

    def test_the_portal_says_how_long(self):
        before = fields.Datetime.now()
        with self.answers("rate_limited", retry_after=600):
            self.send(self.move)
        self.assertEqual(self.minutes_of_pause(before), 10)

    def test_the_length_that_the_gateway_gives(self):
        before = fields.Datetime.now()
        self.control(
            "faults",
            {
                "name": "quota_429",
                "service": "factures/deposer/flux",
                "params": {"retry_after": 300},
            },
        )
        self.send(self.move)
        self.assertEqual(self.states(), RELEASED)
        self.assertEqual(self.minutes_of_pause(before), 5)

    # === FAULTS OF THE PORTAL === #

    def check_fault(self, fault, end, posts, times=1):
        self.gate().unlink()
        move = self.make_invoice()
        before = self.posts()
        self.fault(fault, times=times)
        self.send(move)
        self.assertEqual(self.states(move), end)
        self.assertEqual(self.posts() - before, posts)
        self.control("faults", method="DELETE")
        move.sudo().chorus_pro_transmission_id._cancel_queued()

    def test_faults_of_the_portal(self):
        sent = ("deposited", "deposited", "sent")
        for fault, end, posts, times in (
            ("token_401", sent, 1, 1),
            ("account_401", RELEASED, 0, 2),
            ("forbidden_403", RELEASED, 0, 1),
            ("quota_429", RELEASED, 0, 1),
            ("error_500", LOST, 0, 1),
            ("error_503", LOST, 0, 1),
            ("timeout_before", LOST, 0, 1),
            ("timeout_after", LOST, 1, 1),
            ("error_500_after", LOST, 1, 1),
            ("html_200", LOST, 1, 1),
            ("cut_body", LOST, 1, 1),
            ("no_flux_number", LOST, 1, 1),
        ):
            with self.subTest(fault):
                self.check_fault(fault, end, posts, times)

    # === A REFUSED FILE === #

    def test_a_refused_file_is_kept_and_its_correction_is_a_new_attempt(self):
        with self.answers("too_large"):
            self.send(self.move)
        refused = self.row
        self.assertTrue(refused.file)
        self.assertTrue(self.move.chorus_pro_can_send)
        self.run_send()
        self.assertEqual((self.posts(), refused.state), (0, "failed"))
        self.send(self.move)
        self.assertEqual(self.attempts(), ["cancelled", "deposited"])
        self.assertEqual((self.row.attempt, self.posts()), (2, 1))
        self.assertTrue(refused.file)
        self.assertEqual(refused.flow_id.state, "refused")
