"""How often a company calls the portal: one queue of slots for all its workers."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError
from odoo.addons.l10n_fr_chorus_pro.models import chorus_pro_gate_breaker
from odoo.addons.l10n_fr_chorus_pro.models.portal_values import PARIS
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEnginePace(EngineCommon):
    SPARE = 0

    def admit(self, calls):
        """Let so many calls through the gate at once; how long each of them waits."""
        with self.portal_session():
            gate = self.company._chorus_pro_gate()
            waits = [gate._admit(self.company, "a service") for _call in range(calls)]
        gate.invalidate_recordset()
        return waits

    def refused(self):
        with self.portal_session(), self.assertRaises(ChorusError) as caught:
            self.company._chorus_pro_gate()._admit(self.company, "a service")
        self.assertEqual(caught.exception.outcome, "not_sent")
        return caught.exception

    def test_calls_are_spread_over_the_second(self):
        self.company.chorus_pro_calls_second = 5
        waits = self.admit(5)
        # The first goes at once; the others wait for slots of their own.
        self.assertEqual(waits[0], 0)
        self.assertEqual(waits, sorted(waits))
        self.assertLessEqual(waits[-1], 0.8)

    def test_a_long_wait_is_none(self):
        self.company.chorus_pro_calls_second = 0.5
        self.admit(1)
        error = self.refused()
        self.assertEqual((error.code, error.retry_after), ("throttled", 2))

    def test_no_limit_counts_nothing(self):
        self.company.write({"chorus_pro_calls_second": 0, "chorus_pro_calls_day": 0})
        self.assertEqual(set(self.admit(20)), {0})
        self.assertEqual(self.gate().calls_count, 0)

    def test_the_calls_of_a_day(self):
        self.company.write({"chorus_pro_calls_second": 0, "chorus_pro_calls_day": 3})
        self.admit(3)
        gate, error = self.gate(), self.refused()
        self.assertEqual(error.code, "daily_quota")
        until = datetime.now(PARIS) + timedelta(seconds=error.retry_after)
        self.assertLessEqual((until.hour, until.minute), (0, 1))
        gate.invalidate_recordset()
        self.assertEqual(gate.calls_count, 3)
        gate.calls_day -= timedelta(days=1)
        self.admit(1)
        self.assertEqual(gate.calls_count, 1)

    def test_every_call_passes_the_gate_the_token_too(self):
        self.company.write({"chorus_pro_calls_second": 0, "chorus_pro_calls_day": 50})
        self.send(self.move)
        self.assertEqual((self.posts(), self.gate().calls_count), (1, 2))

    def test_used_up_is_a_pause_and_no_failure(self):
        self.company.write({"chorus_pro_calls_second": 0, "chorus_pro_calls_day": 1})
        self.send(self.move)
        gate = self.gate()
        self.assertEqual((self.row.state, self.posts()), ("to_send", 0))
        self.assertEqual((gate.pause_code, gate.failures), ("daily_quota", 0))
        self.assertFalse(gate.probe)
        self.assertIn(self.words("daily_quota"), self.move.chorus_pro_pause)
        gate.calls_day -= timedelta(days=1)
        with self.portal_session():
            self.company.chorus_pro_calls_day = 9
        self.end_pause()
        self.run_send()
        self.assertEqual((self.row.state, self.posts()), ("deposited", 1))

    def test_a_limit_that_was_raised_lets_the_queue_go_on(self):
        self.company.write({"chorus_pro_calls_second": 0, "chorus_pro_calls_day": 1})
        self.send(self.move)
        self.assertEqual(self.row.state, "to_send")
        with self.portal_session():
            self.company.chorus_pro_calls_day = 9
        self.run_send()
        self.assertEqual((self.row.state, self.posts()), ("deposited", 1))

    def test_another_pause_outlives_a_change_of_the_pace(self):
        with self.portal_session():
            gate = self.company._chorus_pro_gate()
            gate._pause(ChorusError("unavailable", service="a service"))
            self.company.chorus_pro_calls_day = 9
            self.assertTrue(gate._is_paused())

    def test_a_limit_that_was_raised_forgets_no_failure(self):
        """The portal is still probed, and the administrator still asked."""
        contact = self.company.partner_id
        with self.portal_session():
            gate = self.company._chorus_pro_gate()
            gate._pause(ChorusError("account_refused", service="a service"))
            self.end_pause()
            used_up = ChorusError("daily_quota", service="a service", retry_after=7200)
            gate._pause(used_up)
            self.assertEqual(gate.pause_code, "daily_quota")
            self.company.chorus_pro_calls_day = 9
            self.assertFalse(gate._is_paused())
        contact.invalidate_recordset()
        self.assertEqual((gate.probe, gate.failures), (True, 1))
        self.assertTrue(contact.activity_ids)

    def test_midnight_is_an_hour_nearer_when_the_clock_is_put_forward(self):
        self.company.write({"chorus_pro_calls_second": 0, "chorus_pro_calls_day": 1})
        # 01:00 in Paris, where this day has 23 hours.
        with freeze_time("2027-03-28 00:00:00"):
            self.admit(1)
            self.assertEqual(self.refused().retry_after, 22 * 3600 + 1)

    def test_the_end_of_a_day_is_not_put_off_by_hours(self):
        self.patch(chorus_pro_gate_breaker, "jitter", lambda: 1.1)
        error = ChorusError("daily_quota", service="a service", retry_after=23 * 3600)
        wait = self.env["chorus.pro.gate"]._length_of_pause(error, 0)
        self.assertLessEqual(wait, timedelta(hours=23, minutes=5))
        self.assertGreater(wait, timedelta(hours=23))
