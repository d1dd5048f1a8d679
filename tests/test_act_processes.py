"""Workers that are killed while they act: each request is carried out once."""

from psycopg2 import errors as pg_errors

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.tests.engine_processes import ProcessCase


@tagged("post_install_l10n", "post_install", "-at_install", "chorus_long")
class TestActProcesses(ProcessCase):
    def setUp(self):
        super().setUp()
        [[self.move, self.number]] = self.worker.do("invoices", count=1)
        self.worker.do("enqueue", ids=[self.move])
        self.worker.do("send")
        self.control("clock", {"advance": 60})
        self.follow()
        self.control(
            "act",
            {
                "invoice": self.number,
                "supplier": "99999999800019",
                "status": "A_RECYCLER",
                "comment": "Engagement?",
            },
        )
        self.follow()
        self.assertEqual(
            self.worker.do("reroute", ids=[self.move], engagement="EJ-1"), 1
        )
        self.before = self.calls()

    def follow(self):
        """Let all waiting times end and follow."""
        self.query(
            "UPDATE chorus_pro_flow SET next_check_at = now() AT TIME ZONE 'UTC'"
        )
        self.worker.do("follow")

    def age(self):
        """Make all requests older, and all waiting times end."""
        self.query(
            "UPDATE chorus_pro_request SET next_check_at = now() AT TIME ZONE 'UTC',"
            " attempted_at = attempted_at - interval '3 minutes'"
            " WHERE state IN ('sending', 'unknown')"
        )
        self.query("UPDATE chorus_pro_gate SET paused_until = NULL")

    def states(self):
        """States of what was asked about the invoice."""
        rows = self.query(
            "SELECT r.state FROM chorus_pro_request r"
            " JOIN account_move m ON m.id = r.move_id WHERE m.name = %s ORDER BY r.id",
            self.number,
        )
        return [state for (state,) in rows]

    def engagement(self):
        """The engagement number of the invoice."""
        rows = self.query(
            "SELECT purchase_order_reference FROM account_move WHERE id = %s", self.move
        )
        return rows[0][0]

    def calls(self):
        """How often the portal has re-routed anything."""
        calls = self.control("ledger", method="GET")["calls"]
        return len([c for c in calls if c["service"].endswith("recycler")])

    def act_up_to(self, point):
        """A new worker acts and stands still at a point."""
        worker = self.hire()
        worker.do("wait_at", point=point)
        worker.start("act")
        worker.reach(point)
        return worker

    def done(self):
        """How often the portal has done it since it was asked."""
        return self.calls() - self.before

    def test_killed_before_the_call_leaves(self):
        self.act_up_to("request_claimed").kill()
        self.assertEqual((self.states(), self.done()), (["sending"], 0))
        self.worker.do("act")
        self.assertEqual(self.states(), ["sending"])
        self.age()
        self.worker.do("act")
        self.age()
        self.worker.do("act")
        self.assertEqual((self.states(), self.done()), (["unknown"], 0))

    def test_killed_after_the_portal_did_it(self):
        worker = self.act_up_to("request_answered")
        with self.assertRaises(pg_errors.LockNotAvailable):
            self.query("SELECT 1 FROM chorus_pro_request FOR NO KEY UPDATE NOWAIT")
        # As long as it lives it is not taken for a dead one, nor done again.
        self.worker.do("sweep_after", seconds=-60)
        self.worker.do("act")
        self.worker.do("sweep_after", seconds=120)
        self.assertEqual((self.states(), self.done()), (["sending"], 1))
        worker.kill()
        self.age()
        self.worker.do("act")
        self.age()
        self.worker.do("act")
        self.assertEqual((self.states(), self.done()), (["done"], 1))
        self.assertEqual(self.engagement(), "EJ-1")

    def test_killed_after_the_answer_was_committed(self):
        self.act_up_to("request_committed").kill()
        self.assertEqual((self.states(), self.engagement()), (["done"], None))
        self.worker.do("act")
        self.assertEqual((self.states(), self.done()), (["done"], 1))
        self.assertEqual(self.engagement(), "EJ-1")

    def test_two_workers_act_once(self):
        worker = self.act_up_to("request_claimed")
        self.worker.do("act")
        worker.go_on()
        worker.result()
        self.assertEqual((self.states(), self.done()), (["done"], 1))
