"""The circuit breaker: who waits, who probes, who is told."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client
from odoo.addons.l10n_fr_chorus_pro.models import chorus_pro_gate_breaker
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

ACTIVITY = "l10n_fr_chorus_pro.mail_activity_stopped"
# Taken before a test replaces it.
JITTER = chorus_pro_gate_breaker.jitter
DOWN = ("unreachable", "tls", "timeout", "server_error", "rate_limited")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineBreaker(EngineCommon):
    def open_gate(self, code="unreachable", **values):
        """A gate that was paused and whose pause is over."""
        with self.portal_session():
            gate = self.company._chorus_pro_gate()
            gate._pause(ChorusError(code, **values))
        self.end_pause()
        return gate

    def probes(self, code=None):
        """Ask the gate whether one may start; returns (answer, calls of the probe)."""
        outcome = {"side_effect": ChorusError(code)} if code else {"return_value": True}
        with (
            patch.object(Client, "health_check", **outcome) as calls,
            self.portal_session(),
            self.company._chorus_pro_client() as client,
        ):
            may = self.gate()._may_start(client)
        return may, calls.call_count

    def activities(self):
        return self.company.partner_id.activity_search([ACTIVITY])

    # === PROBE === #

    def test_a_closed_breaker_asks_nobody(self):
        with self.portal_session():
            self.company._chorus_pro_gate()
        self.assertEqual(self.probes(), (True, 0))

    def test_a_pause_that_is_over_ends_with_a_probe(self):
        gate = self.open_gate()
        self.assertEqual(self.probes(), (True, 1))
        self.assertEqual((gate.probe, gate.pause_code), (False, False))
        # What failed may fail again: the next pause is longer than the first.
        self.assertEqual(gate.failures, 1)
        self.assertEqual(self.probes(), (True, 0))

    def test_a_probe_that_fails_makes_the_pause_longer(self):
        for code in DOWN:
            with self.subTest(code):
                gate = self.open_gate()
                failures = gate.failures
                self.assertEqual(self.probes(code), (False, 1))
                self.assertEqual(gate.failures, failures + 1)
                self.assertGreater(gate.paused_until, fields.Datetime.now())
                self.assertEqual(self.probes(), (False, 0))
                gate.unlink()

    def test_a_refusal_that_only_the_probe_meets_is_no_failure(self):
        for code in chorus_pro_gate_breaker.HARMLESS:
            gate = self.open_gate()
            self.assertEqual(self.probes(code), (True, 1), code)
            gate.unlink()

    def test_one_worker_probes_the_others_wait(self):
        gate = self.open_gate()
        with self.portal_session():
            self.assertTrue(gate._change_alone(lambda one: one._take_probe()))
            self.assertFalse(gate._change_alone(lambda one: one._take_probe()))
        self.assertEqual(self.probes(), (False, 0))
        # The worker that probed may be dead.
        self.end_pause()
        self.assertEqual(self.probes(), (True, 1))

    def test_nothing_leaves_when_the_probe_fails(self):
        self.open_gate()
        with self.answers("unreachable", "health_check"):
            self.send(self.move)
        self.assertEqual((self.row.state, self.posts()), ("to_send", 0))
        self.assertEqual(self.row.flow_id.tries, 0)
        self.end_pause()
        self.run_send()
        self.assertEqual((self.row.state, self.gate().failures), ("deposited", 0))

    def test_reading_well_is_no_success_while_invoices_wait(self):
        self.integrate(self.move)
        other = self.make_invoice()
        with self.answers("server_error"):
            self.send(other)
        third = self.make_invoice()
        third._chorus_pro_enqueue()
        self.end_pause()
        self.run_follow()
        self.assertEqual(self.gate().failures, 1)
        self.run_send()
        self.assertEqual(third.chorus_pro_status, "sent")
        self.assertEqual(self.gate().failures, 0)

    # === LENGTH === #

    def test_pauses_are_longer_by_chance(self):
        gates = self.env["chorus.pro.gate"]
        error = ChorusError("rate_limited", retry_after=100)
        self.patch(chorus_pro_gate_breaker, "jitter", lambda: 1.05)
        self.assertEqual(gates._length_of_pause(error, 1), timedelta(seconds=105))

    def test_chance_never_makes_them_shorter(self):
        """The real chance, which the other tests take away."""
        self.patch(chorus_pro_gate_breaker, "jitter", JITTER)
        found = [JITTER() for _time in range(200)]
        self.assertGreaterEqual(min(found), 1)
        self.assertLessEqual(max(found), 1.1)
        self.assertGreater(max(found) - min(found), 0.05)
        self.assertGreater(len(set(found)), 100)

    def test_every_pause_is_left_to_chance(self):
        gates = self.env["chorus.pro.gate"]
        self.patch(chorus_pro_gate_breaker, "jitter", JITTER)
        for code, asked, least in (
            ("unreachable", None, timedelta(minutes=1)),
            ("rate_limited", 100, timedelta(seconds=100)),
            ("account_refused", None, timedelta(hours=1)),
        ):
            error = ChorusError(code, retry_after=asked)
            pauses = {gates._length_of_pause(error, 1) for _time in range(50)}
            self.assertGreater(len(pauses), 10, code)
            self.assertGreaterEqual(min(pauses), least)
            self.assertLessEqual(max(pauses), least * 1.1)

    def test_a_later_failure_does_not_shorten_a_pause(self):
        with self.portal_session():
            gate = self.company._chorus_pro_gate()
            until = gate._pause(ChorusError("account_refused"))
            self.assertEqual(gate._pause(ChorusError("unreachable")), until)
        self.assertEqual((gate.pause_code, gate.failures), ("account_refused", 1))

    def test_a_failure_long_after_the_last_is_the_first_again(self):
        gate = self.open_gate()
        gate.write(
            {"failures": 6, "paused_until": fields.Datetime.now() - timedelta(hours=7)}
        )
        with self.portal_session():
            gate._pause(ChorusError("unreachable"))
        self.assertEqual(gate.failures, 1)

    def test_wrong_settings_are_tried_less_and_less_often(self):
        gates, error = self.env["chorus.pro.gate"], ChorusError("account_refused")
        hours = [
            gates._length_of_pause(error, failures) / timedelta(hours=1)
            for failures in (1, 2, 3, 4, 5)
        ]
        self.assertEqual(hours, [1, 4, 16, 24, 24])

    # === PEOPLE === #

    def test_a_wrong_password_stops_the_queue_and_asks_once(self):
        for _time in range(2):
            with self.answers("account_refused"):
                self.send(self.move) if not self.row else self.run_send()
            self.end_pause()
        activity = self.activities()
        self.assertEqual(len(activity), 1)
        self.assertTrue(activity.user_id.has_group("base.group_system"))
        self.assertIn(self.words("account_refused"), activity.note)
        self.run_send()
        self.assertEqual(self.row.state, "deposited")
        self.assertFalse(self.activities())

    def test_saving_the_settings_ends_the_activity(self):
        with self.answers("token_refused"):
            self.send(self.move)
        self.assertTrue(self.activities())
        with self.portal_session():
            self.company.sudo().chorus_pro_password = "corrected"
        self.assertFalse(self.activities())

    def test_a_portal_that_is_down_is_nobodys_task(self):
        for code in DOWN:
            self.open_gate(code).unlink()
        self.assertFalse(self.activities())

    def test_the_pause_is_shown_where_people_look(self):
        self.assertFalse(self.move.chorus_pro_pause)
        with self.answers("rate_limited", retry_after=600):
            self.send(self.move)
        self.env.invalidate_all()
        shown = self.move.with_user(self.clerk).chorus_pro_pause
        self.assertIn(self.words("rate_limited"), shown)
        self.end_pause()
        self.env.invalidate_all()
        self.assertFalse(self.move.chorus_pro_pause)
