"""Legal limits and late interest, each rule with an example computed by hand."""

from datetime import date, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro.models.late_interest import (
    LIMIT_DAYS,
    Claim,
    Limit,
    Step,
    half_year,
    late_claim,
    payment_limit,
)

RATES = {
    date(2024, 1, 1): Decimal("4.50"),
    date(2025, 7, 1): Decimal("2.15"),
    date(2026, 7, 1): Decimal("2.40"),
}
AVAILABLE = "MISE_A_DISPOSITION"


def day(text):
    """A day of 2026, as "MM-DD"."""
    return date.fromisoformat(f"2026-{text}")


def steps(*lines):
    """History lines of 2026, each "MM-DD CODE", at 10:00 and each minute later."""
    return [
        Step(line[6:], datetime.fromisoformat(f"2026-{line[:5]} 10:{minute:02}"))
        for minute, line in enumerate(lines)
    ]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPaymentLimit(BaseCase):
    """From when to when an entity may take its time."""

    def due(self, *lines, days=30, performed=None):
        """Last day in time, as "MM-DD", or None."""
        limit = payment_limit(steps(*lines), days, performed and day(performed))
        return limit.due and f"{limit.due:%m-%d}"

    def test_days_of_each_category(self):
        """Art. R2192-10 and R2192-11: 30, 50 and 60 days from 1 March."""
        for category, last in (
            ("state_local", "03-31"),
            ("hospital", "04-20"),
            ("public_company", "04-30"),
        ):
            with self.subTest(category):
                days = LIMIT_DAYS[category]
                self.assertEqual(self.due(f"03-01 {AVAILABLE}", days=days), last)

    def test_nothing_runs_before_it_is_available(self):
        self.assertEqual(payment_limit([], 30), Limit())
        self.assertIsNone(self.due("03-01 DEPOSEE", "03-01 EN_COURS_ACHEMINEMENT"))

    def test_the_first_day_counts_in_whatever_order_it_is_told(self):
        self.assertEqual(
            self.due(f"03-09 {AVAILABLE}", "03-01 DEPOSEE", f"03-02 {AVAILABLE}"),
            "04-01",
        )

    def test_leap_year(self):
        """30 days from 15 February: 16 March in 2024, 17 March in 2026."""
        received = Step(AVAILABLE, datetime.fromisoformat("2024-02-15"))
        leap = payment_limit([received], 30)
        self.assertEqual(leap.due, date(2024, 3, 16))
        self.assertEqual(self.due(f"02-15 {AVAILABLE}"), "03-17")

    def test_performance(self):
        """Art. R2192-13: later than the receipt it counts, earlier it does not."""
        self.assertEqual(self.due(f"03-01 {AVAILABLE}", performed="03-11"), "04-10")
        self.assertEqual(self.due(f"03-01 {AVAILABLE}", performed="02-11"), "03-31")

    # === INTERRUPTION === #

    def test_suspension_stops_it(self):
        limit = payment_limit(steps(f"03-01 {AVAILABLE}", "03-11 SUSPENDUE"), 30)
        self.assertEqual(limit.interrupted, day("03-11"))
        self.assertIsNone(limit.due)

    def test_completion_opens_thirty_days(self):
        """Art. R2192-29: 20 days were left of 30, so it is 30 from 16 March."""
        history = (f"03-01 {AVAILABLE}", "03-11 SUSPENDUE", "03-16 COMPLETEE")
        self.assertEqual(self.due(*history), "04-15")

    def test_completion_opens_what_was_left_when_that_is_more(self):
        """50 days end on 20 April; 11 March leaves 40 of them: 40 from 16 March."""
        history = (f"03-01 {AVAILABLE}", "03-11 SUSPENDUE", "03-16 COMPLETEE")
        self.assertEqual(self.due(*history, days=50), "04-25")
        late = (f"03-01 {AVAILABLE}", "04-11 SUSPENDUE", "04-16 COMPLETEE")
        self.assertEqual(self.due(*late, days=50), "05-16")

    def test_only_one_suspension_counts(self):
        """Art. R2192-27: the second one changes nothing."""
        once = (f"03-01 {AVAILABLE}", "03-11 SUSPENDUE", "03-16 COMPLETEE")
        self.assertEqual(self.due(*once, "03-20 SUSPENDUE"), "04-15")
        self.assertEqual(self.due(*once, "03-20 SUSPENDUE", "03-30 COMPLETEE"), "04-15")

    def test_no_suspension_after_the_payment_order(self):
        """Art. R2192-27, second paragraph."""
        for order in ("MANDATEE", "COMPTABILISEE", "MISE_A_DISPOSITION_COMPTABLE"):
            with self.subTest(order):
                history = (f"03-01 {AVAILABLE}", f"03-09 {order}", "03-11 SUSPENDUE")
                self.assertEqual(self.due(*history), "03-31")

    def test_no_suspension_of_what_is_over(self):
        """On the last day it counts, the day after it does not."""
        over = (f"03-01 {AVAILABLE}", "04-01 SUSPENDUE", "04-05 COMPLETEE")
        self.assertEqual(self.due(*over), "03-31")
        last = (f"03-01 {AVAILABLE}", "03-31 SUSPENDUE", "04-05 COMPLETEE")
        self.assertEqual(self.due(*last), "05-05")

    def test_skipped_completion(self):
        """The entity works on it again: it has what it wanted."""
        history = (f"03-01 {AVAILABLE}", "03-11 SUSPENDUE", "03-21 MANDATEE")
        self.assertEqual(self.due(*history), "04-20")

    def test_wrong_routing(self):
        """It interrupts until the invoice is available anew."""
        history = (f"03-01 {AVAILABLE}", "03-05 A_RECYCLER", "03-07 DEPOSEE")
        self.assertIsNone(self.due(*history))
        self.assertEqual(self.due(*history, f"03-08 {AVAILABLE}"), "04-07")

    def test_completion_before_the_performance(self):
        history = (f"03-01 {AVAILABLE}", "03-02 SUSPENDUE", "03-04 COMPLETEE")
        self.assertEqual(self.due(*history, performed="03-11"), "04-10")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLateClaim(BaseCase):
    """What a delay costs; 12 000 € unless said otherwise, limit 31 July 2026."""

    def claim(self, *payments, amount="12000", due="07-31", **values):
        """A claim; payments are ("MM-DD", amount)."""
        values = {"rates": RATES, "until": day("08-30"), **values}
        paid = [(day(text), Decimal(paid)) for text, paid in payments]
        return late_claim(day(due), Decimal(amount), paid, **values)

    def test_half_years(self):
        self.assertEqual(half_year(date(2026, 6, 30)), date(2026, 1, 1))
        self.assertEqual(half_year(date(2026, 7, 1)), date(2026, 7, 1))

    def test_released_late(self):
        """30 days at 10.40 %: 12000 x 30 x 10.40 % / 365 = 102.5753…"""
        claim = self.claim(until=day("08-30"))
        self.assertEqual(claim.days_late, 30)
        self.assertEqual(claim.rate, Decimal("10.40"))
        self.assertEqual(claim.interest, Decimal("102.58"))
        self.assertEqual(claim.lump_sum, 40)
        self.assertEqual(claim.total, Decimal("142.58"))

    def test_one_day(self):
        """Released on the last day: nothing. The day after: a day of interest."""
        self.assertEqual(self.claim(until=day("07-31")), Claim())
        claim = self.claim(until=day("08-01"))
        self.assertEqual((claim.days_late, claim.interest), (1, Decimal("3.42")))

    def test_not_yet_due(self):
        self.assertEqual(self.claim(until=day("07-31")), Claim())
        self.assertEqual(self.claim(until=day("07-01")), Claim())

    def test_open_runs_until_today(self):
        self.assertEqual(self.claim(until=day("08-10")).days_late, 10)

    def test_paid_in_time_or_late_without_a_release(self):
        self.assertEqual(self.claim(("07-20", 12000)), Claim())
        self.assertEqual(self.claim(("08-05", 12000)).days_late, 5)

    def test_release_ends_it_though_the_money_comes_later(self):
        claim = self.claim(("08-20", 12000), until=day("08-05"))
        self.assertEqual(claim.days_late, 5)

    def test_partial_payments(self):
        """3000 in time, 4000 on 10 August, the rest on 20 August.

        9000 x 10 + 5000 x 10 = 140000 days, x 10.40 % / 365 = 39.8904…
        """
        claim = self.claim(("08-20", 5000), ("07-15", 3000), ("08-10", 4000))
        self.assertEqual(
            [(part.amount, part.days) for part in claim.stretches],
            [(9000, 10), (5000, 10)],
        )
        self.assertEqual((claim.days_late, claim.interest), (20, Decimal("39.89")))

    def test_partly_paid_runs_on(self):
        """12000 x 10 + 8000 x 20 = 280000 days, x 10.40 % / 365 = 79.7808…"""
        claim = self.claim(("08-10", 4000))
        self.assertEqual((claim.days_late, claim.interest), (30, Decimal("79.78")))

    def test_two_payments_on_one_day(self):
        claim = self.claim(("08-10", 4000), ("08-10", 8000))
        self.assertEqual(len(claim.stretches), 1)

    def test_nothing_owed(self):
        """Credited in full."""
        self.assertEqual(self.claim(amount="0"), Claim())

    def test_one_rate_for_the_whole_delay(self):
        """Art. R2192-31: began on 31 December 2025, at 2.15 + 8, and stays there.

        40 days: 1000 x 40 x 10.15 % / 365 = 11.1232…
        """
        claim = late_claim(
            date(2025, 12, 30),
            Decimal(1000),
            [],
            RATES,
            until=day("02-08"),
        )
        self.assertEqual((claim.days_late, claim.rate), (40, Decimal("10.15")))
        self.assertEqual(claim.interest, Decimal("11.12"))

    def test_limit_on_the_last_day_of_a_half_year(self):
        """Interest begins on 1 July: the rate is that of the second half-year."""
        claim = self.claim(due="06-30", until=day("07-10"))
        self.assertEqual(claim.rate, Decimal("10.40"))

    def test_leap_year(self):
        """29 February is a day like others, and the year has 365 days.

        20 February to 5 March 2024, 15 days at 12.50 %: 1000 x 15 x 12.5 % / 365.
        """
        claim = late_claim(
            date(2024, 2, 19),
            Decimal(1000),
            [],
            RATES,
            until=date(2024, 3, 5),
        )
        self.assertEqual((claim.days_late, claim.interest), (15, Decimal("5.14")))

    def test_missing_rate(self):
        """It is named, not guessed; the lump sum is known."""
        claim = self.claim(due="03-31", until=day("04-10"))
        self.assertEqual(claim.missing, date(2026, 1, 1))
        self.assertIsNone(claim.rate)
        self.assertIsNone(claim.interest)
        self.assertEqual(claim.total, 40)
