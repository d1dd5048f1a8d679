"""Limits, delays and interest on the invoices themselves, kept and kept up to date."""

from datetime import date
from pathlib import Path

from freezegun import freeze_time

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.models.account_move_late import (
    CLAIM_FIELDS,
    LIMIT_FIELDS,
)

from .payment_common import AVAILABLE, RELEASED, PaymentCommon

SCRIPT = Path(__file__).parents[1] / "data" / "neutralize.sql"
LATE = (f"2026-03-01 {AVAILABLE}", f"2026-04-30 {RELEASED}")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPaymentDelay(PaymentCommon):
    """Stored columns of the invoice; limit 31 March 2026, rate 10.15 %."""

    # === DATES === #

    def test_two_dates_are_kept(self):
        move = self.make_history(*LATE)
        self.assertEqual(move.chorus_pro_available_on, date(2026, 3, 1))
        self.assertEqual(move.chorus_pro_due_on, date(2026, 3, 31))
        self.assertEqual(move.chorus_pro_released_on, date(2026, 4, 30))
        self.assertEqual(move.chorus_pro_release_days, 60)
        self.assertFalse(move.chorus_pro_paid_on)
        self.pay(move, date(2026, 5, 4))
        self.assertEqual(move.chorus_pro_paid_on, date(2026, 5, 4))
        self.assertEqual(move.chorus_pro_bank_days, 64)
        self.assertEqual(move.chorus_pro_days_late, 30, "the release ends the delay")

    def test_unknown_days_are_not_averaged(self):
        """What is not known is kept as 0: a mean would count it as no day at all."""
        names = ["chorus_pro_release_days", "chorus_pro_bank_days"]
        for name, field in self.env["account.move"].fields_get(names).items():
            self.assertFalse(field.get("aggregator"), name)

    def test_days_are_those_of_paris(self):
        """23:30 in Paris is a day in UTC, half past midnight is another."""
        move = self.make_history(f"2026-03-01 22:30 {AVAILABLE}")
        self.assertEqual(move.chorus_pro_available_on, date(2026, 3, 1))
        move = self.make_history(f"2026-03-01 23:30 {AVAILABLE}")
        self.assertEqual(move.chorus_pro_available_on, date(2026, 3, 2))

    def test_a_line_that_comes_later_counts(self):
        move = self.make_history(f"2026-03-10 {AVAILABLE}")
        self.assertEqual(move.chorus_pro_due_on, date(2026, 4, 9))
        self.add_lines(move.chorus_pro_transmission_id, f"2026-03-05 {AVAILABLE}")
        self.assertEqual(move.chorus_pro_due_on, date(2026, 4, 4))

    def test_performance(self):
        move = self.make_history(*LATE)
        move.delivery_date = date(2026, 3, 11)
        self.assertEqual(move.chorus_pro_due_on, date(2026, 4, 10))
        move.chorus_pro_period_end = date(2026, 3, 21)
        self.assertEqual(move.chorus_pro_due_on, date(2026, 4, 20))

    def test_category_is_never_guessed(self):
        self.entity.chorus_pro_payment_category = False
        move = self.make_history(*LATE)
        self.assertFalse(move.chorus_pro_due_on)
        self.assertFalse(move.chorus_pro_days_late)
        self.assertEqual(move.chorus_pro_available_on, date(2026, 3, 1))
        self.set_status(move, f"2026-03-02 {AVAILABLE}")
        self.assertIn("is not set", move.chorus_pro_whereabouts)
        for category, due in (
            ("hospital", date(2026, 4, 20)),
            ("public_company", date(2026, 4, 30)),
        ):
            self.entity.chorus_pro_payment_category = category
            self.assertEqual(move.chorus_pro_due_on, due)
        self.assertFalse(move.chorus_pro_days_late, "released on the last day")

    def test_suspended_twice(self):
        move = self.make_history(f"2026-03-01 {AVAILABLE}", "2026-03-11 SUSPENDUE")
        self.assertFalse(move.chorus_pro_due_on)
        row = move.chorus_pro_transmission_id
        self.add_lines(row, "2026-03-16 COMPLETEE")
        self.assertEqual(move.chorus_pro_due_on, date(2026, 4, 15))
        self.add_lines(row, "2026-03-20 SUSPENDUE", "2026-04-20 COMPLETEE")
        self.assertEqual(move.chorus_pro_due_on, date(2026, 4, 15))

    def test_refused_and_credit_notes(self):
        move = self.make_history(f"2026-03-01 {AVAILABLE}", "2026-03-09 REJETEE")
        self.assertEqual(move.chorus_pro_status, "rejected")
        self.assertFalse(move.chorus_pro_due_on)
        refund = self.make_history(
            *LATE, move=self.make_invoice(move_type="out_refund")
        )
        self.assertFalse(refund.chorus_pro_due_on)
        self.assertFalse(refund.chorus_pro_late_amount)

    def test_other_environment(self):
        """The history of a test portal says nothing about the real one."""
        move = self.make_history(*LATE)
        self.company.chorus_pro_environment = "qualification"
        self.assertFalse(move.chorus_pro_due_on)
        self.assertFalse(move.chorus_pro_late_amount)
        self.company.chorus_pro_environment = "demo"
        self.assertEqual(move.chorus_pro_days_late, 30)

    def test_neutralised_copy(self):
        """What the original's portal said is not the copy's; Demo's own stays."""
        self.company.chorus_pro_environment = "production"
        there = self.make_history(*LATE)
        self.company.chorus_pro_environment = "demo"
        here = self.make_history(*LATE)
        self.company.chorus_pro_environment = "production"
        self.assertEqual(there.chorus_pro_days_late, 30)
        released = self.make_history(f"2026-04-30 {RELEASED}")
        self.assertTrue(released.chorus_pro_released_on)
        refused = self.make_history("2026-03-09 REJETEE")
        self.assertTrue(refused.chorus_pro_rejected_on)
        self.env.flush_all()
        self.env.cr.execute(SCRIPT.read_text())
        self.env.invalidate_all()
        for name in (*LIMIT_FIELDS, *CLAIM_FIELDS):
            self.assertFalse((there | released).filtered(name), name)
        self.assertFalse(refused.chorus_pro_rejected_on)
        here._chorus_pro_schedule_limits()
        self.assertEqual(here.chorus_pro_days_late, 30)

    # === INTEREST === #

    def test_interest(self):
        """1200 x 30 x 10.15 % / 365 = 10.0109…"""
        move = self.make_history(*LATE)
        self.assertEqual(move.chorus_pro_days_late, 30)
        self.assertEqual(move.chorus_pro_late_rate, 10.15)
        self.assertEqual(move.chorus_pro_late_interest, 10.01)
        self.assertEqual(move.chorus_pro_lump_sum, 40)
        self.assertEqual(move.chorus_pro_late_amount, 50.01)

    def test_lump_sum_in_another_currency(self):
        """The law says 40 euros, whatever the books are kept in."""
        euro = self.env.ref("base.EUR")
        self.company.currency_id = self.env.ref("base.CHF")
        self.env["res.currency.rate"].create(
            [
                {"name": day, "rate": rate, "currency_id": euro.id}
                for day, rate in (("2026-01-01", 1.25), ("2026-04-02", 2))
            ]
        )
        move = self.make_history(*LATE)
        self.assertEqual(move.chorus_pro_lump_sum, 32, "that of the day it was owed")
        self.assertEqual(move.chorus_pro_late_amount, 42.01)
        (claim,) = move._chorus_pro_claims()
        self.assertEqual((claim.lump_sum, claim.currency.name), (32, "CHF"))
        words = self.env["report.l10n_fr_chorus_pro.late_claim"]._words(claim)
        (rule,) = [line for line in words["rules"] if "40 euros" in line]
        self.assertIn("CHF", rule)

    def test_partial_payments(self):
        """1200 x 10 + 700 x 20 = 26000 days, x 10.15 % / 365 = 7.2301…"""
        move = self.make_history(*LATE)
        self.pay(move, date(2026, 4, 10), 500)
        self.assertEqual(move.chorus_pro_late_interest, 7.23)
        self.assertFalse(move.chorus_pro_paid_on)
        self.pay(move, date(2026, 5, 4))
        self.assertEqual(move.chorus_pro_late_interest, 7.23)

    def test_credit_note_reduces_what_was_owed(self):
        """A credit note is no payment: (1200 - 200) x 30 days, 8.3424…"""
        move = self.make_history(*LATE)
        self.credit(move, 200)
        self.assertEqual(move.chorus_pro_late_interest, 8.34)
        self.credit(move, 1000)
        self.assertEqual(move.chorus_pro_days_late, 0)
        self.assertEqual(move.chorus_pro_late_amount, 0)
        self.assertFalse(move.chorus_pro_paid_on)

    def test_paid_in_time(self):
        move = self.make_history(f"2026-03-01 {AVAILABLE}")
        self.pay(move, date(2026, 3, 31))
        self.assertEqual(move.chorus_pro_days_late, 0)
        self.assertEqual(move.chorus_pro_paid_on, date(2026, 3, 31))

    def test_payment_without_a_release(self):
        move = self.make_history(f"2026-03-01 {AVAILABLE}")
        self.pay(move, date(2026, 4, 5))
        self.assertEqual(move.chorus_pro_days_late, 5)
        move.line_ids.remove_move_reconcile()
        self.assertFalse(move.chorus_pro_paid_on)
        self.assertGreater(move.chorus_pro_days_late, 5)

    def test_open_invoices_grow(self):
        with freeze_time("2026-03-31 12:00"):
            move = self.make_history(f"2026-03-01 {AVAILABLE}")
            self.assertEqual(move.chorus_pro_days_late, 0)
            self.env.flush_all()
        with freeze_time("2026-04-10 12:00"):
            self.run_late()
            self.assertEqual(move.chorus_pro_days_late, 10)
        with freeze_time("2026-04-20 12:00"):
            self.assertEqual(move.chorus_pro_days_late, 10)
            self.run_late()
            self.assertEqual(move.chorus_pro_days_late, 20)

    def run_late(self):
        """Run the daily scheduled action."""
        self._run("ir_cron_late")

    def test_reset_to_draft(self):
        move = self.make_history(*LATE)
        move.sudo().chorus_pro_transmission_id.state = "rejected"
        move.button_draft()
        self.assertFalse(move.chorus_pro_late_amount)

    # === RATES === #

    def test_missing_rate_is_asked_for(self):
        rate = self.env.ref("l10n_fr_chorus_pro.ecb_rate_2026_1")
        rate.unlink()
        move = self.make_history(*LATE)
        self.assertEqual(move.chorus_pro_rate_missing, date(2026, 1, 1))
        self.assertEqual(move.chorus_pro_late_interest, 0)
        self.assertEqual(move.chorus_pro_late_amount, 40)
        self.assertIn("is missing", move.chorus_pro_whereabouts)
        with self.assertRaisesRegex(RedirectWarning, "01/01/2026"):
            move.action_chorus_pro_print_claim()
        with self.assertRaisesRegex(UserError, "Ask an administrator"):
            move.with_user(self.clerk).action_chorus_pro_print_claim()
        self.env["chorus.pro.ecb.rate"].create(
            {"first_day": "2026-01-01", "rate": 3, "source": "Here"}
        )
        self.assertFalse(move.chorus_pro_rate_missing)
        self.assertEqual(move.chorus_pro_late_rate, 11)

    def test_corrected_rate(self):
        move = self.make_history(*LATE)
        rate = self.env.ref("l10n_fr_chorus_pro.ecb_rate_2026_1")
        rate.rate = 12
        self.assertEqual(move.chorus_pro_late_rate, 20)
        self.env.ref("l10n_fr_chorus_pro.ecb_rate_2026_2").rate = 1
        self.assertEqual(move.chorus_pro_late_rate, 20)

    # === WORDS === #

    def test_who_has_it(self):
        with freeze_time("2026-03-21 12:00"):
            move = self.make_history(
                "2026-03-01 DEPOSEE",
                f"2026-03-02 {AVAILABLE}",
                "2026-03-05 SERVICE_FAIT",
            )
            self.assertEqual(
                move.chorus_pro_whereabouts.splitlines(),
                [
                    "Commune de Valbrune has had it since 03/02/2026 (19 days).",
                    "Legal limit: 04/01/2026 (30 days).",
                ],
            )
            self.set_status(move, "2026-03-20 MANDATEE")
            self.assertIn(
                "accountant of Commune de Valbrune has had it since 03/20/2026.",
                move.chorus_pro_whereabouts,
            )
            self.set_status(move, "2026-03-21 SUSPENDUE")
            self.assertIn("waiting for you since 03/21", move.chorus_pro_whereabouts)

    def set_status(self, move, line):
        """The portal tells a further status."""
        row = move.sudo().chorus_pro_transmission_id
        row.portal_status = line.split()[-1]
        self.add_lines(row, line)

    def test_words_of_a_delay(self):
        with freeze_time("2026-04-30 12:00"):
            move = self.make_history(f"2026-03-01 {AVAILABLE}")
            self.assertIn("30 days late", move.chorus_pro_whereabouts)
            self.assertIn("10.01", move.chorus_pro_whereabouts)
        with freeze_time("2026-04-01 12:00"):
            move = self.make_history(f"2026-03-01 {AVAILABLE}")
            self.assertIn("one day late", move.chorus_pro_whereabouts)

    def test_words_of_a_release(self):
        move = self.make_history(*LATE)
        self.assertIn("released on 04/30/2026", move.chorus_pro_whereabouts)
        self.assertIn("not reconciled", move.chorus_pro_whereabouts)
        self.pay(move, date(2026, 5, 4))
        self.assertIn("came on 05/04/2026", move.chorus_pro_whereabouts)

    def test_nothing_to_say_before_the_portal_has_it(self):
        self.assertFalse(self.make_invoice().chorus_pro_whereabouts)

    # === RIGHTS === #

    def test_nobody_writes_them_by_hand(self):
        move = self.make_history(*LATE).with_user(self.clerk)
        for name in ("chorus_pro_due_on", "chorus_pro_late_interest"):
            with self.subTest(name), self.assertRaises(AccessError):
                move.write({name: False})

    def test_not_late(self):
        move = self.make_history(f"2026-03-01 {AVAILABLE}", f"2026-03-02 {RELEASED}")
        with self.assertRaisesRegex(UserError, "paid late"):
            move.action_chorus_pro_print_claim()
