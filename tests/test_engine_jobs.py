"""Sending by jobs: only where OCA's queue_job is installed (dev/test --jobs)."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

FUNCTION = "<chorus.pro.transmission>._job_send"


@tagged("post_install_l10n", "post_install", "-at_install", "-standard", "chorus_jobs")
class TestEngineJobs(EngineCommon):
    def setUp(self):
        super().setUp()
        if "queue.job" not in self.env:
            self.skipTest("queue_job is not installed: dev/test --jobs has it")

    def jobs(self, *states):
        """Jobs of ours, oldest first."""
        jobs = (
            self.env["queue.job"]
            .sudo()
            .search([("model_name", "=", "chorus.pro.transmission")], order="id")
        )
        return jobs.filtered(lambda job: not states or job.state in states)

    def perform(self, *moves):
        """Carry out the jobs of invoices as the job runner does."""
        for move in moves:
            row = move.sudo().chorus_pro_transmission_id
            with self.worker() as env:
                row.with_env(env)._job_send()
            jobs = self.jobs("pending")
            jobs.filtered(
                lambda j, r=row: j.identity_key == r._job_key()
            ).state = "done"
        self.env.invalidate_all()

    def queue(self, *moves):
        """Queue invoices and let the first lane hand them out."""
        self.env["account.move"].union(*moves)._chorus_pro_enqueue()
        self.run_send()

    def test_each_invoice_gets_one_job_and_nothing_leaves_before(self):
        other = self.make_invoice()
        self.queue(self.move, other)
        self.assertEqual(self.posts(), 0)
        keys = set(self.jobs().mapped("identity_key"))
        rows = (self.move | other).sudo().chorus_pro_transmission_id
        self.assertEqual(keys, {row._job_key() for row in rows})
        self.run_send()
        self.assertEqual(len(self.jobs()), 2)

    def test_the_job_function_is_made_once(self):
        self.queue(self.move)
        functions = self.env["queue.job.function"].sudo()
        function = functions.search([("name", "=", FUNCTION)])
        self.assertEqual(len(function), 1)
        self.assertTrue(function.allow_commit)
        self.assertTrue(function.retry_pattern)
        self.assertEqual(function.channel, "root.chorus_pro")
        self.assertEqual(set(self.jobs().mapped("channel")), {"root.chorus_pro"})
        function.channel_id = self.env.ref("queue_job.channel_root")
        self.queue(self.make_invoice())
        self.assertEqual(functions.search([("name", "=", FUNCTION)]), function)

    def test_one_job_takes_the_others_along(self):
        other = self.make_invoice()
        self.queue(self.move, other)
        self.perform(self.move)
        self.assertEqual((self.posts(), self.attempts(other)), (1, ["deposited"]))
        self.perform(other)
        self.assertEqual((self.posts(), self.attempts()), (1, ["deposited"]))

    def test_a_job_that_starts_again_loses_what_a_dead_one_was_sending(self):
        self.queue(self.move)
        with self.killed_in("chorus.pro.flow", "_note_deposit"):
            self.perform(self.move)
        self.env.invalidate_all()
        self.assertEqual((self.row.state, self.posts()), ("sending", 1))
        self.perform(self.move)
        # It may be alive: the sweeper waits, and so does the job.
        self.assertEqual(self.row.state, "sending")
        self.age(self.flow, minutes=5)
        self.perform(self.move)
        self.assertEqual((self.row.state, self.posts()), ("unknown", 1))

    def test_a_company_that_waits_gets_its_jobs_later(self):
        self.queue(self.move)
        with self.answers("unreachable"):
            self.perform(self.move)
        self.assertEqual((self.row.state, self.jobs("pending").ids), ("to_send", []))
        self.run_send()
        self.assertFalse(self.jobs("pending"))
        triggers = self.env["ir.cron.trigger"].sudo().search([])
        self.assertIn(self.gate().paused_until, triggers.mapped("call_at"))
        self.end_pause()
        self.run_send()
        self.assertEqual(len(self.jobs("pending")), 1)
        self.perform(self.move)
        self.assertEqual((self.row.state, self.posts()), ("deposited", 1))

    def test_other_lanes_hand_nothing_out(self):
        lane = self.env.ref("l10n_fr_chorus_pro.ir_cron_send_2")
        self.move._chorus_pro_enqueue()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            lane.sudo().method_direct_trigger()
        self.assertFalse(self.jobs())
        self.run_send()
        self.assertEqual(len(self.jobs()), 1)

    def test_a_job_that_could_do_nothing_is_not_repeated_at_once(self):
        self.queue(self.move)
        self.row.render_until = fields.Datetime.now() + timedelta(minutes=3)
        self.perform(self.move)
        self.assertEqual((self.row.state, self.posts()), ("to_send", 0))
        self.run_send()
        self.assertFalse(self.jobs("pending"))
