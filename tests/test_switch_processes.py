"""A move to another environment while somebody sends: nothing is left in between."""

import time

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.tests.engine_processes import ProcessCase

MOMENT = 0.1
SOON = 3


@tagged("post_install_l10n", "post_install", "-at_install", "chorus_long")
class TestSwitchProcesses(ProcessCase):
    def setUp(self):
        super().setUp()
        [[self.move, self.number]] = self.worker.do("invoices", count=1)
        self.other = self.hire()
        self.addCleanup(self.worker.do, "switch", environment="demo")

    def facts(self):
        """Environment and state of the attempts, and the stored summary."""
        rows = self.query(
            "SELECT environment, state FROM chorus_pro_transmission"
            " WHERE move_id = %s ORDER BY id",
            self.move,
        )
        [(status,)] = self.query(
            "SELECT chorus_pro_status FROM account_move WHERE id = %s", self.move
        )
        return rows, status

    def let_wait(self):
        """Give the other time to come to what the first holds."""
        end = time.monotonic() + SOON
        while time.monotonic() < end and not self.query(
            "SELECT 1 FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        ):
            time.sleep(MOMENT)

    def race(self, first, point, second):
        """The second begins while the first stands still before its commit."""
        (one, command, values), (two, other_command, other_values) = first, second
        one.do("wait_at", point=point)
        one.start(command, **values)
        one.reach(point)
        two.start(other_command, **other_values)
        self.let_wait()
        one.go_on()
        one.result()
        two.result()

    def switching(self):
        return self.other, "switch", {"environment": "qualification"}

    def test_a_move_while_an_invoice_is_queued(self):
        queueing = self.worker, "ask_to_send", {"ids": [self.move]}
        self.race(queueing, "queueing", self.switching())
        self.assertEqual(self.facts(), ([("demo", "cancelled")], "to_send"))

    def test_a_move_while_an_invoice_is_declared(self):
        declaring = self.worker, "mark", {"ids": [self.move]}
        self.race(declaring, "declaring", self.switching())
        self.assertEqual(self.facts(), ([("demo", "elsewhere")], "to_send"))

    def test_an_invoice_is_queued_while_the_company_moves(self):
        queueing = self.worker, "ask_to_send", {"ids": [self.move]}
        self.race(self.switching(), "switched", queueing)
        # It is asked again there, where the credentials are missing.
        self.assertEqual(self.facts(), ([], "to_send"))

    def test_an_invoice_is_declared_while_the_company_moves(self):
        declaring = self.worker, "mark", {"ids": [self.move]}
        self.race(self.switching(), "switched", declaring)
        self.assertEqual(self.facts(), ([("qualification", "elsewhere")], "elsewhere"))
