"""Two workers at once, and workers that are killed: each number is deposited once."""

import time

from psycopg2 import errors as pg_errors

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.tests.engine_processes import (
    PATIENCE,
    ProcessCase,
)


@tagged("post_install_l10n", "post_install", "-at_install", "chorus_long")
class TestEngineProcesses(ProcessCase):
    def setUp(self):
        super().setUp()
        [[self.move, self.number]] = self.worker.do("invoices", count=1)

    def states(self, number=None):
        """States of the attempts of an invoice and of their deposits."""
        return self.query(
            "SELECT t.state, f.state FROM chorus_pro_transmission t"
            " LEFT JOIN chorus_pro_flow f ON f.id = t.flow_id"
            " WHERE t.number = %s ORDER BY t.id",
            number or self.number,
        )

    def filed(self, number=None):
        """How often the portal holds an invoice, after it has checked all deposits."""
        self.control("clock", {"advance": 60})
        invoices = self.control("ledger", method="GET")["invoices"]
        return [i["number"] for i in invoices].count(number or self.number)

    def posts(self):
        """How many deposits the portal has accepted."""
        return len(self.control("ledger", method="GET")["deposits"])

    def age(self):
        """Make all attempts older, and all waiting times end."""
        self.query(
            "UPDATE chorus_pro_flow SET next_check_at = now() AT TIME ZONE 'UTC',"
            " attempted_at = attempted_at - interval '3 minutes'"
            " WHERE state IN ('sending', 'unknown', 'deposited')"
        )
        self.query("UPDATE chorus_pro_gate SET paused_until = NULL")

    def queue(self):
        self.assertEqual(self.worker.do("enqueue", ids=[self.move]), 1)

    def send_up_to(self, point):
        """A new worker sends the queue and stands still at a point."""
        worker = self.hire()
        worker.do("wait_at", point=point)
        worker.start("send")
        worker.reach(point)
        return worker

    # === KILLED === #

    def test_killed_before_the_deposit_leaves(self):
        self.queue()
        before = self.posts()
        self.send_up_to("claimed").kill()
        self.assertEqual(self.states(), [("sending", "sending")])
        self.worker.do("send")
        self.assertEqual(self.states(), [("sending", "sending")])
        self.age()
        self.worker.do("send")
        self.assertEqual(self.states(), [("unknown", "unknown")])
        self.worker.do("follow")
        self.worker.do("send")
        self.assertEqual(self.states(), [("unknown", "unknown")])
        self.assertEqual((self.posts() - before, self.filed()), (0, 0))

    def test_killed_after_the_portal_took_it(self):
        self.queue()
        before = self.posts()
        worker = self.send_up_to("answered")
        with self.assertRaises(pg_errors.LockNotAvailable):
            self.lock_flow()
        worker.kill()
        self.assertEqual(self.states(), [("sending", "sending")])
        self.age()
        self.worker.do("send")
        self.assertEqual(self.states(), [("unknown", "unknown")])
        self.assertEqual(self.filed(), 1)
        self.worker.do("follow")
        self.assertEqual(self.states(), [("deposited", "deposited")])
        self.age()
        self.worker.do("follow")
        self.assertEqual(self.states(), [("integrated", "integrated")])
        self.assertEqual((self.posts() - before, self.filed()), (1, 1))

    def test_killed_after_the_answer_was_committed(self):
        self.queue()
        before = self.posts()
        self.send_up_to("committed").kill()
        self.assertEqual(self.states(), [("sending", "deposited")])
        self.worker.do("send")
        self.assertEqual(self.states(), [("deposited", "deposited")])
        self.assertEqual((self.posts() - before, self.filed()), (1, 1))

    # === ALIVE === #

    def lock_flow(self):
        """Try to lock the deposit of the invoice from another connection."""
        return self.query(
            "SELECT f.id FROM chorus_pro_flow f"
            " JOIN chorus_pro_transmission t ON t.flow_id = f.id"
            " WHERE t.number = %s FOR NO KEY UPDATE OF f NOWAIT",
            self.number,
        )

    def test_a_living_send_is_not_taken_for_a_dead_one(self):
        self.queue()
        worker = self.hire()
        worker.do("wait_at_the_portal")
        worker.start("send")
        worker.reach("portal")
        self.assertEqual(self.states(), [("sending", "sending")])
        with self.assertRaises(pg_errors.LockNotAvailable):
            self.lock_flow()
        # Its age is no reason: another worker takes it for dead by its lock alone.
        self.addCleanup(self.worker.do, "sweep_after", seconds=120)
        self.worker.do("sweep_after", seconds=-60)
        self.worker.do("send")
        self.assertEqual(self.states(), [("sending", "sending")])
        worker.go_on()
        worker.result()
        self.assertEqual(self.states(), [("deposited", "deposited")])
        self.assertTrue(self.lock_flow())
        self.assertEqual(self.filed(), 1)

    def test_two_workers_send_each_invoice_once(self):
        moves = dict(self.worker.do("invoices", count=12))
        self.query("DELETE FROM chorus_pro_gate")
        before = self.posts()
        self.worker.do("enqueue", ids=[int(move) for move in moves])
        workers = [self.worker, self.hire()]
        self.addCleanup(self.worker.do, "limit", invoices=100)
        for worker in workers:
            worker.do("limit", invoices=1)
        for _round in range(4):
            for worker in workers:
                worker.start("send")
            for worker in workers:
                worker.result()
        for number in moves.values():
            self.assertEqual(self.states(number), [("deposited", "deposited")])
            self.assertEqual(self.filed(number), 1)
        self.assertEqual(self.posts() - before, 12)

    def test_two_workers_follow_one_answer(self):
        self.queue()
        worker = self.send_up_to("followed")
        self.worker.do("send")
        self.assertNotIn(" ERROR ", self.worker.read_log(), "it waited for the other")
        worker.go_on()
        worker.result()
        self.assertEqual(self.states(), [("deposited", "deposited")])
        lines = self.query(
            "SELECT body FROM mail_message WHERE model = 'account.move'"
            " AND res_id = %s AND body LIKE '%%Chorus Pro%%'",
            self.move,
        )
        self.assertEqual(len(lines), 1)

    # === PEOPLE === #

    def test_two_users_queue_the_same_invoice_at_once(self):
        other = self.hire()
        self.worker.do("wait_at", point="queueing")
        self.worker.start("enqueue", ids=[self.move])
        self.worker.reach("queueing")
        self.assertEqual(other.do("enqueue", ids=[self.move]), 0)
        self.worker.go_on()
        self.assertEqual(self.worker.result(), 1)
        self.assertEqual(other.do("enqueue", ids=[self.move]), 0)
        self.assertEqual(self.states(), [("to_send", None)])

    def test_reset_to_draft_while_a_worker_comes_along(self):
        self.queue()
        before = self.posts()
        user = self.hire()
        user.do("wait_at", point="reset")
        user.start("reset", ids=[self.move])
        user.reach("reset")
        self.worker.do("send")
        self.assertEqual(self.states()[0][0], "to_send")
        user.go_on()
        self.assertEqual(user.result(), "")
        self.worker.do("send")
        self.assertEqual(self.states()[0][0], "cancelled")
        self.assertEqual(self.posts() - before, 0)

    def test_reset_to_draft_while_it_is_being_sent(self):
        self.queue()
        worker = self.send_up_to("claimed")
        self.assertIn(self.number, self.worker.do("reset", ids=[self.move]))
        worker.go_on()
        worker.result()
        self.assertEqual(self.states(), [("deposited", "deposited")])
        self.assertEqual(self.filed(), 1)

    def test_reset_to_draft_while_it_is_rendered(self):
        self.queue()
        before = self.posts()
        worker = self.send_up_to("rendered")
        self.assertEqual(self.worker.do("reset", ids=[self.move]), "")
        worker.go_on()
        worker.result()
        self.assertEqual(self.states(), [("cancelled", None)])
        self.assertEqual(self.posts() - before, 0)

    # === THE GATE === #

    def test_what_the_gate_is_told_survives_the_caller(self):
        self.query("DELETE FROM chorus_pro_gate")
        self.assertEqual(self.worker.do("note_own_id", value="42"), "42")
        found = self.query("SELECT structure_id FROM chorus_pro_gate")
        self.assertEqual(found, [("42",)])
        self.query("UPDATE chorus_pro_gate SET structure_id = NULL")

    def test_siret_and_password_are_saved_together(self):
        self.worker.do("note_own_id", value="42")
        before = {"siret": "99999999800019", "password": ""}
        self.addCleanup(self.worker.do, "save_settings", **before)
        self.worker.do("save_settings", siret="33254021516357", password="new")
        found = self.query(
            "SELECT p.company_registry, c.chorus_pro_password, g.paused_until"
            " FROM res_company c JOIN res_partner p ON p.id = c.partner_id"
            " JOIN chorus_pro_gate g ON g.company_id = c.id"
        )
        self.assertEqual(found, [("33254021516357", "new", None)])

    def test_two_workers_share_the_pace(self):
        rate, calls = 20, 25
        other = self.hire()
        self.worker.do("pace", second=rate)
        self.addCleanup(self.worker.do, "pace", second=0)
        self.query("UPDATE chorus_pro_gate SET calls_count = 0")
        other.start("call", calls=calls)
        left = sorted([*self.worker.do("call", calls=calls), *other.result()])
        # A slot is some milliseconds old when its worker wakes up.
        for first, last in zip(left, left[rate:], strict=False):
            self.assertGreater(last - first, 0.95)
        self.assertEqual(len(left), 2 * calls)
        [(count,)] = self.query("SELECT calls_count FROM chorus_pro_gate")
        self.assertEqual(count, 2 * calls)

    def test_two_workers_that_are_refused_ask_once(self):
        stopped = "FROM mail_activity WHERE summary LIKE 'Chorus Pro has stopped%%'"
        self.addCleanup(self.query, f"DELETE {stopped}")
        # Who has been asked before follows the contact: no follower twice stops it.
        self.worker.do("ask_administrator")
        self.query(f"DELETE {stopped}")
        first, second = self.hire(), self.hire()
        first.do("wait_at", point="asked")
        first.start("ask_administrator")
        first.reach("asked")
        second.start("ask_administrator")
        self.await_lock()
        first.go_on()
        first.result()
        second.result()
        self.assertEqual(self.query(f"SELECT count(*) {stopped}"), [(1,)])
        self.assertNotIn(" ERROR ", second.read_log())

    def await_lock(self):
        """Until a worker waits for another."""
        waiting = (
            "SELECT 1 FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        deadline = time.monotonic() + PATIENCE
        while not self.query(waiting):
            self.assertLess(time.monotonic(), deadline, "nobody waits")
            time.sleep(0.05)

    # === RENDERING === #

    def test_the_next_batch_is_rendered_in_a_thread_of_its_own(self):
        moves = dict(self.worker.do("invoices", count=5))
        before = self.posts()
        lane = self.hire()
        lane.do("batches", invoices=2)
        lane.do("enqueue", ids=[int(move) for move in moves])
        lane.do("send")
        for number in moves.values():
            self.assertEqual(self.states(number), [("deposited", "deposited")])
            self.assertEqual(self.filed(number), 1)
        self.assertEqual(self.posts() - before, 1)
        threads = lane.do("threads")
        self.assertEqual(threads, ["MainThread", "chorus_pro_render_0"])
