"""Sending by jobs: only where OCA's queue_job is installed (dev/test --jobs)."""

from contextlib import nullcontext
from datetime import timedelta
from importlib import import_module
from unittest.mock import patch

from psycopg2 import OperationalError

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

FUNCTION = "<chorus.pro.transmission>._job_send"


@tagged("post_install_l10n", "post_install", "-at_install", "-standard", "chorus_jobs")
class TestEngineJobs(EngineCommon):
    def setUp(self):
        super().setUp()
        if "queue.job" not in self.env:
            self.skipTest("queue_job is not installed: dev/test --jobs has it")
        self.queue_job = import_module("odoo.addons.queue_job.job")
        self.controller = import_module("odoo.addons.queue_job.controllers.main")

    def jobs(self, *states):
        """Jobs of ours, oldest first."""
        jobs = (
            self.env["queue.job"]
            .sudo()
            .search([("model_name", "=", "chorus.pro.transmission")], order="id")
        )
        return jobs.filtered(lambda job: not states or job.state in states)

    def job_of(self, move=None):
        """The latest job of the current attempt of an invoice."""
        key = (move or self.move).sudo().chorus_pro_transmission_id._job_key()
        return self.jobs().filtered(lambda job: job.identity_key == key)[-1:]

    def perform(self, *moves):
        """Carry out the jobs of invoices by the code of queue_job's own runner."""
        for move in moves:
            record = self.job_of(move)
            self.assertEqual(record.state, "pending", move.name)
            self.run_job(record.uuid)
        self.env.invalidate_all()

    def run_job(self, uuid):
        """Enqueue, acquire and run a job as the runner's request does.

        All cursors of a test are savepoints of one connection: what a job committed
        on its own cursor must outlive the end of the runner's, which holds nothing.
        """
        controller = self.controller.RunJobController
        with self.worker() as env:
            job = self.queue_job.Job.load(env, uuid)
            job.set_enqueued()
            job.store()
            env.cr.commit()
            job = controller._acquire_job(env, uuid)
            try:
                with (
                    patch.object(env.cr, "savepoint", nullcontext),
                    patch.object(env.cr, "rollback", env.clear),
                ):
                    controller._runjob(env, job)
            finally:
                env.cr.commit()

    def find_dead(self, record):
        """Let the runner look for dead jobs, some seconds after this one began."""
        runner = import_module("odoo.addons.queue_job.jobrunner.runner")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job SET date_enqueued = date_enqueued - interval '1 minute'"
            " WHERE id = %s",
            [record.id],
        )
        self.env.cr.execute(runner.Database._query_requeue_dead_jobs(None))
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

    # === COMMITS === #

    def test_a_job_commits_on_a_cursor_of_its_own(self):
        self.queue(self.move)
        uuid, cursors = self.job_of().uuid, []
        send = type(self.row)._job_send

        def _job_send(row):
            cursors.append(row.env.cr)
            row.env.cr.commit()
            return send(row)

        with patch.object(type(self.row), "_job_send", _job_send):
            self.run_job(uuid)
        self.env.invalidate_all()
        record = self.job_of()
        self.assertEqual((record.state, record.result), ("done", "deposited"))
        self.assertEqual((len(cursors), self.posts()), (1, 1))

    @mute_logger("odoo.addons.queue_job.controllers.main")
    def test_without_allow_commit_no_job_could_work(self):
        """What the tests run through is the guard that users meet."""
        self.queue(self.move)
        function = self.env["queue.job.function"].sudo()
        function.search([("name", "=", FUNCTION)]).allow_commit = False

        def _job_send(row):
            row.env.cr.commit()

        with patch.object(type(self.row), "_job_send", _job_send):
            try:
                self.perform(self.move)
            except RuntimeError as error:
                self.assertIn("Commit is forbidden", str(error))
            else:
                self.fail("the job committed")
        self.env.invalidate_all()
        self.assertEqual(self.job_of().state, "failed")

    # === ONCE MORE === #

    def test_a_conflict_in_the_database_is_tried_again(self):
        self.queue(self.move)
        conflict = type("Conflict", (OperationalError,), {"pgcode": "40001"})
        with patch.object(
            type(self.env["chorus.pro.flow"]), "_serve_alone", side_effect=conflict
        ):
            self.perform(self.move)
        record = self.job_of()
        self.assertEqual((record.state, record.retry), ("pending", 1))
        self.assertGreater(record.eta, fields.Datetime.now())
        self.assertEqual((self.row.state, self.posts()), ("to_send", 0))
        # It has its job: no second one is handed out.
        self.run_send()
        self.assertEqual(self.jobs(), record)
        self.perform(self.move)
        self.assertEqual((self.row.state, self.posts()), ("deposited", 1))

    def test_the_pattern_of_retries(self):
        """Longer and longer, and never given up: an invoice may not stay behind."""
        self.queue(self.move)
        error = import_module("odoo.addons.queue_job.exception").RetryableJobError
        waits = []
        with patch.object(
            type(self.env["chorus.pro.flow"]), "_serve_alone", side_effect=error("x")
        ):
            for _time in range(12):
                before = fields.Datetime.now()
                self.perform(self.move)
                waits.append(round((self.job_of().eta - before).total_seconds(), -1))
        self.assertEqual(waits, [10] * 4 + [60] * 5 + [600] * 3)
        self.assertEqual(self.job_of().state, "pending")
        self.perform(self.move)
        self.assertEqual((self.row.state, self.posts()), ("deposited", 1))

    # === DEAD === #

    def kill_a_job(self):
        """The worker dies after the portal accepted; the runner finds the job dead."""
        self.queue(self.move)
        with self.killed_in("chorus.pro.flow", "_note_deposit"):
            self.perform(self.move)
        self.env.invalidate_all()
        record = self.job_of()
        self.assertEqual((record.state, self.row.state), ("started", "sending"))
        self.find_dead(record)
        self.assertEqual((record.state, record.retry), ("pending", 1))

    def test_a_job_that_starts_again_loses_what_a_dead_one_was_sending(self):
        self.kill_a_job()
        self.age(self.flow, minutes=5)
        self.perform(self.move)
        self.assertEqual((self.row.state, self.posts()), ("unknown", 1))
        self.assertEqual(self.job_of().state, "done")

    def test_a_job_that_starts_again_too_soon_leaves_it_to_the_sweeper(self):
        self.kill_a_job()
        self.env["ir.cron.trigger"].sudo().search([]).unlink()
        self.perform(self.move)
        # The first may be alive: the sweeper waits, and so does the job.
        self.assertEqual((self.row.state, self.posts()), ("sending", 1))
        self.assertEqual((self.job_of().state, len(self.jobs())), ("done", 1))
        lane = self.env.ref("l10n_fr_chorus_pro.ir_cron_send_1")
        woken = self.env["ir.cron.trigger"].sudo().search([])
        self.assertIn(lane, woken.cron_id)
        self.assertGreater(min(woken.mapped("call_at")), fields.Datetime.now())
        self.age(self.flow, minutes=5)
        self.run_send()
        self.assertEqual((self.row.state, self.posts()), ("unknown", 1))
        self.assertFalse(self.jobs("pending"))

    # === WAITING === #

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
