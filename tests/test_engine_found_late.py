"""A lost deposit is found while the second deposit of its invoices still waits."""

from types import SimpleNamespace

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineFoundLate(EngineCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls.make_officer()

    def setUp(self):
        super().setUp()
        self.other = self.make_invoice()

    def lose_both(self):
        """One deposit of two invoices arrives and its answer is lost."""
        self.fault("timeout_after")
        self.send(self.move, self.other)
        self.assertEqual(self.attempts() + self.attempts(self.other), 2 * ["unknown"])
        return self.flow

    def deposit_again(self):
        self.row.with_user(self.officer).action_deposit_again()
        self.assertEqual(self.attempts(), ["cancelled", "to_send"])

    def follow(self):
        """Follow although the queue is paused: sending waits, reading need not."""
        paused, gate = self.gate().paused_until, self.gate()
        gate.paused_until = False
        self.advance(60)
        self.run_follow()
        gate.paused_until = paused

    def test_a_second_deposit_that_waits_is_taken_back(self):
        lost = self.lose_both()
        first = self.row
        self.deposit_again()
        second = self.row
        self.follow()
        self.assertEqual(self.attempts(), ["cancelled", "cancelled", "deposited"])
        self.assertEqual(self.attempts(self.other), ["deposited"])
        self.assertEqual((self.flow, second.state), (lost, "cancelled"))
        self.assertEqual((self.row.attempt, self.row.forced), (3, False))
        self.assertEqual(self.row.checksum, first.checksum)
        self.assertEqual(self.row._file_content(), first._file_content())
        self.assertIn("taken back before it left", self.chatter()[-1])
        self.assertNotIn("taken back", self.chatter(self.other)[-1])
        self.end_pause()
        self.run_send()
        self.assertEqual(self.posts(), 1)
        self.run_follow()
        self.assertEqual(self.row.state, "integrated")
        self.assertEqual(self.attempts(self.other), ["integrated"])
        self.assertEqual((lost.state, lost.invoice_count), ("integrated", 2))
        self.assertEqual((self.posts(), len(self.filed())), (1, 1))

    def test_a_second_deposit_that_has_its_file_is_taken_back(self):
        self.lose_both()
        self.deposit_again()
        with self.worker() as env:
            company = self.company.with_env(env)
            env["chorus.pro.transmission"]._freeze_due(company)
            env["chorus.pro.flow"]._group(company._chorus_pro_gate())
        self.assertEqual((self.row.forced, self.flow.state), (True, "prepared"))
        self.follow()
        self.end_pause()
        self.run_send()
        self.assertEqual(self.attempts(), ["cancelled", "cancelled", "deposited"])
        self.assertEqual(self.posts(), 1)

    def test_a_second_deposit_that_left_is_followed_by_itself(self):
        self.lose_both()
        self.deposit_again()
        self.end_pause()
        self.run_send()
        self.assertEqual(self.attempts(), ["cancelled", "deposited"])
        self.advance(60)
        self.run_follow()
        self.assertEqual(self.attempts(), ["cancelled", "integrated"])
        self.assertEqual((self.posts(), len(self.filed())), (2, 1))

    def test_a_second_deposit_that_failed_before_it_left_is_taken_back(self):
        self.lose_both()
        self.deposit_again()
        self.row._fail("render", "No file")
        self.follow()
        self.assertEqual(self.attempts(), ["cancelled", "cancelled", "deposited"])
        self.assertFalse(self.row.error)

    def test_the_portal_names_the_file_that_left(self):
        """In an archive it bears the number of the attempt that was given up."""
        self.lose_both()
        member = self.row._member_name()
        self.deposit_again()
        self.follow()
        error = SimpleNamespace(label=f"{member} is damaged")
        report = SimpleNamespace(technical_errors=[error], invoice_errors=())
        found = self.flow.transmission_ids._named_errors(report)
        self.assertEqual(found[self.move.name], error.label)
        self.assertFalse(found[self.other.name])
