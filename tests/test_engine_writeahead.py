"""Write-ahead: what is committed before the deposit leaves and after its answer."""

import base64
import hashlib
from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.models import chorus_pro_flow_deposit
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineWriteAhead(EngineCommon):
    """A worker that is killed leaves exactly what it had committed."""

    def kill_at_the_portal(self, when):
        """Send the invoice; the worker dies `before` or `after` the portal works."""
        self.intercept(**{when: self.die})
        with self.killed():
            self.send_by_worker(self.move)

    # === BEFORE THE DEPOSIT === #

    def test_everything_is_committed_before_the_deposit_leaves(self):
        start = fields.Datetime.now() - timedelta(seconds=1)
        self.kill_at_the_portal("before")
        self.assertEqual(self.posts(), 0)
        row, flow = self.row, self.flow
        self.assertEqual((row.state, flow.state), ("sending", "sending"))
        content = base64.b64decode(row.file)
        digest = hashlib.sha256(content).hexdigest()
        self.assertEqual((row.checksum, row.file_size), (digest, len(content)))
        self.assertEqual(row.attempt, 1)
        self.assertEqual((flow.checksum, flow.file_size), (digest, len(content)))
        self.assertEqual((flow.file_name, flow.tries), (row.file_name, 1))
        self.assertGreaterEqual(flow.attempted_at, start)
        self.assertFalse(flow.name)
        self.assertEqual(self.move.chorus_pro_status, "queued")

    def test_the_portal_gets_what_was_committed(self):
        self.send(self.move)
        [deposit] = self.ledger()["deposits"]
        self.assertEqual(deposit["sha256"], self.row.checksum)
        self.assertEqual(deposit["sha256"], self.flow.checksum)
        self.assertEqual(deposit["size"], self.row.file_size)
        self.assertEqual(deposit["number"], self.flow.name)

    def test_a_young_send_is_taken_for_living(self):
        self.kill_at_the_portal("before")
        self.intercept()
        self.run_send()
        self.assertEqual((self.row.state, self.flow.state), ("sending", "sending"))
        self.assertEqual(self.posts(), 0)

    def test_a_dead_send_becomes_unknown_and_is_not_sent_again(self):
        self.kill_at_the_portal("before")
        self.intercept()
        self.age(self.flow, minutes=3)
        self.run_send()
        self.assertEqual((self.row.state, self.flow.state), ("unknown", "unknown"))
        self.assertEqual(self.flow.error_code, "interrupted")
        self.run_send()
        self.run_follow()
        self.run_send()
        self.assertEqual(self.row.state, "unknown")
        self.assertEqual(self.posts(), 0)
        self.assertEqual(len(self.chatter()), 1)

    def test_a_send_that_died_after_the_portal_took_it_is_found(self):
        self.kill_at_the_portal("after")
        self.assertEqual((self.row.state, self.posts()), ("sending", 1))
        self.intercept()
        self.age(self.flow, minutes=3)
        self.run_send()
        self.advance(60)
        self.run_follow()
        self.assertEqual((self.row.state, self.flow.state), ("deposited", "deposited"))
        self.run_follow()
        self.assertEqual(self.row.state, "integrated")
        self.assertEqual(self.posts(), 1)
        self.assertEqual(len(self.filed()), 1)

    # === AFTER THE ANSWER === #

    def test_the_answer_is_committed_first_and_alone(self):
        with self.killed_in("chorus.pro.flow", "_follow_answer"):
            self.send_by_worker(self.move)
        [deposit] = self.ledger()["deposits"]
        self.assertEqual(
            (self.flow.state, self.flow.name), ("deposited", deposit["number"])
        )
        self.assertEqual(self.row.state, "sending")
        self.assertFalse(self.chatter())

    def test_the_invoices_follow_an_answer_after_a_crash(self):
        with self.killed_in("chorus.pro.flow", "_follow_answer"):
            self.send_by_worker(self.move)
        self.run_send()
        self.assertEqual((self.row.state, self.posts()), ("deposited", 1))
        self.assertEqual(self.move.chorus_pro_status, "sent")
        self.assertEqual(len(self.chatter()), 1)

    def test_the_invoices_follow_a_refusal_after_a_crash(self):
        with (
            self.answers("business", label="non"),
            self.killed_in("chorus.pro.flow", "_follow_answer"),
        ):
            self.send_by_worker(self.move)
        self.assertEqual((self.row.state, self.flow.state), ("sending", "refused"))
        self.run_send()
        self.assertEqual((self.row.state, self.row.detail), ("failed", "non"))
        self.assertEqual(self.posts(), 0)

    def test_a_released_deposit_survives_a_crash(self):
        with (
            self.answers("rate_limited", retry_after=1),
            self.killed_in("chorus.pro.flow", "_follow_answer"),
        ):
            self.send_by_worker(self.move)
        self.assertEqual((self.row.state, self.flow.state), ("sending", "prepared"))
        flow = self.flow
        self.end_pause()
        with self.worker() as env:
            # Another lane claims before anyone has repeated the second step.
            gate = self.company.with_env(env)._chorus_pro_gate()
            self.assertFalse(env["chorus.pro.flow"]._claim(gate))
            env.cr.commit()
        self.assertEqual(self.row.flow_id, flow)
        self.run_send()
        self.assertEqual((self.row.state, self.posts()), ("deposited", 1))

    def test_following_an_answer_twice_changes_nothing(self):
        self.send(self.move)
        before = self.row.read()
        self.flow._follow_answer()
        self.assertEqual(self.row.read(), before)
        self.assertEqual(len(self.chatter()), 1)

    # === THE ROW IS READ AGAIN UNDER ITS LOCK === #

    @contextmanager
    def grouped(self):
        """Give a worker's gate and a deposit that is prepared, not yet claimed."""
        self.move._chorus_pro_enqueue()
        with self.worker() as env:
            company = self.company.with_env(env)
            env["chorus.pro.transmission"]._freeze_due(company)
            gate = company._chorus_pro_gate()
            flow = env["chorus.pro.flow"]._group(gate)
            env.cr.commit()
            yield gate, flow
            env.cr.commit()

    def test_a_deposit_that_is_not_sending_any_more_does_not_leave(self):
        with self.grouped() as (gate, flow):
            self.assertEqual(flow._claim(gate), flow)
            flow._apply("lose")
            with gate.company_id._chorus_pro_client() as client:
                flow._deposit(client, gate)
            self.assertEqual(flow.state, "unknown")
        self.assertEqual(self.posts(), 0)

    def test_a_deposit_leaves_once(self):
        with self.grouped() as (gate, flow):
            self.assertFalse(flow._group(gate))
            self.assertEqual(flow._claim(gate), flow)
            self.assertFalse(flow._claim(gate))
            with gate.company_id._chorus_pro_client() as client:
                flow._deposit(client, gate)
                flow._deposit(client, gate)
        self.assertEqual(self.posts(), 1)
        self.assertEqual(self.flow.state, "deposited")

    def test_nothing_that_was_taken_back_leaves(self):
        with self.grouped() as (gate, flow):
            self.move.with_env(gate.env).button_draft()
            self.assertFalse(flow._claim(gate))
            self.assertFalse(flow.exists())
        self.assertEqual(self.posts(), 0)
        self.assertEqual(self.attempts(), ["cancelled"])

    def test_a_deposit_of_which_all_was_taken_back_hides_no_other(self):
        other = self.make_invoice()
        self.patch(chorus_pro_flow_deposit, "FLOW_INVOICES", 1)
        other._chorus_pro_enqueue()
        with self.grouped() as (gate, first):
            second = first._group(gate)
            self.assertNotEqual(first, second)
            first.transmission_ids.move_id.button_draft()
            self.assertEqual(first._claim(gate), second)
