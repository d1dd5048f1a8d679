"""Payment limits and late payment interest of public bodies: plain computation.

No ORM here: dates and amounts in, dates and amounts out. The rules are those of the
code de la commande publique (contracts since 1 April 2019, articles as in force
in 2026). Marks: [O] read in the text of the code, [T] quoted by others or by the
older decree whose words the code repeats, [I] our reading, [U] unknown.

Not covered [U]: a shorter limit agreed in the contract (art. L2192-10), advances
(art. R2192-24), subcontractors (art. R2192-22 and R2192-23), works accounts (art.
R2192-16 to R2192-18), retentions (art. R2192-33), days on which banks are closed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

# Days by category of the contracting authority: art. R2192-10 (30), art. R2192-11
# 1° (public health establishments and the health service of the armed forces, 50)
# and 2° (public companies, 60) [O].
LIMIT_DAYS = {"state_local": 30, "hospital": 50, "public_company": 60}
# Shortest limit that a completion opens: art. R2192-29 [O].
RENEWED_DAYS = 30
# Points above the rate of the European Central Bank: art. R2192-31 [O].
MARGIN = Decimal(8)
# Lump sum for recovery costs: art. D2192-35 [T]; due for each invoice, as courts
# grant it (TA Montreuil, 2 January 2023, 2013294: claimed for each of 25) [I]. Euros.
LUMP_SUM = Decimal(40)
# Interest is simple and by calendar day; 365 in leap years too [I].
YEAR_DAYS = 365
CENT = Decimal("0.01")

AVAILABLE = "MISE_A_DISPOSITION"
RELEASED = "MISE_EN_PAIEMENT"
# What the recipient does when parts of the request are missing or wrong. The words of
# art. R2192-27 ("erronées ou incohérentes") cover a wrong routing as well [I].
INTERRUPTIONS = {"SUSPENDUE", "A_COMPLETER", "A_RECYCLER"}
# After the payment order nothing interrupts any more: art. R2192-27, second
# paragraph [O]; these show that it was issued [I].
ORDERED = {"MANDATEE", "MISE_A_DISPOSITION_COMPTABLE", "COMPTABILISEE", RELEASED}
# The recipient has what it asked for: completed, or at work on it again, since
# statuses may be skipped [I].
RECEIVED = {
    "COMPLETEE",
    AVAILABLE,
    "PRISE_EN_COMPTE_DESTINATAIRE",
    "SERVICE_FAIT",
    *ORDERED,
}


@dataclass(frozen=True)
class Step:
    """A line of the portal's history; `at` is a local time of Paris."""

    code: str
    at: datetime


@dataclass(frozen=True)
class Limit:
    """Until when the entity has to pay; `due` is the last day in time, inclusive.

    `due` is None while the limit has not begun or stays interrupted.
    """

    available: date | None = None
    start: date | None = None
    interrupted: date | None = None
    resumed: date | None = None
    due: date | None = None


@dataclass(frozen=True)
class Stretch:
    """Days, both inclusive, on which the same amount bears interest."""

    start: date
    end: date
    amount: Decimal

    @property
    def days(self):
        """Calendar days, the first and the last included."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class Claim:
    """What a late payment costs the entity.

    `missing` is the first day of the half-year whose rate is not known: `rate` and
    `interest` are None then. `rate` is in percent a year, the points included.
    """

    days_late: int = 0
    stretches: tuple = ()
    rate: Decimal | None = None
    interest: Decimal | None = Decimal(0)
    lump_sum: Decimal = Decimal(0)
    missing: date | None = None

    @property
    def total(self):
        """Interest, as far as it is known, and lump sum."""
        return (self.interest or Decimal(0)) + self.lump_sum


def half_year(day):
    """First day of the calendar half-year of `day`."""
    return date(day.year, 1 if day.month <= 6 else 7, 1)


def payment_limit(steps, days, performed=None):
    """The limit of one invoice, from the history that the portal shows.

    It runs from the receipt of the request (art. R2192-12), which is the day on
    which the portal tells the entity that the invoice is available (art. R2192-15,
    2°, and 1° for all but the State) [O]; that this is the first MISE_A_DISPOSITION
    is inferred [I], as it is for the State, whose own system stamps what came by EDI
    [U]. It runs from the performance when that is later (art. R2192-13) [O]. The day
    of the receipt itself is not counted [I].

    :param steps: Step records in any order
    :param int days: days of the entity's category, see LIMIT_DAYS
    :param date performed: end of the performance, when it is known
    :return: Limit
    """
    steps = sorted(steps, key=lambda step: step.at)
    first = next((step for step in steps if step.code == AVAILABLE), None)
    if not first:
        return Limit()
    available = first.at.date()
    start = max(available, performed or available)
    due = start + timedelta(days=days)
    position, stop = _interruption(steps, steps.index(first), due)
    if not stop:
        return Limit(available, start, due=due)
    resumed = next((s.at.date() for s in steps[position:] if s.code in RECEIVED), None)
    interrupted = stop.at.date()
    if not resumed:
        return Limit(available, start, interrupted)
    left = min(days, (due - interrupted).days)
    again = max(resumed, performed or resumed)
    return Limit(available, start, interrupted, resumed, _renewed(again, left))


def _interruption(steps, begin, due):
    """Position and step of the only interruption that counts, or (0, None).

    Once only, and before the payment order (art. R2192-27) [O]; a limit that is over
    cannot be interrupted [I]. The portal's line is the notice to the creditor, with a
    certain date and the reason (art. R2192-28) [I].
    """
    for position, step in enumerate(steps[begin:], begin):
        if step.code in ORDERED or step.at.date() > due:
            break
        if step.code in INTERRUPTIONS:
            return position, step
    return 0, None


def _renewed(day, left):
    """Last day of the limit that a completion opens.

    Thirty days, or what was left on the day of the notice if that is more
    (art. R2192-29) [O].
    """
    return day + timedelta(days=max(RENEWED_DAYS, left))


def late_claim(due, principal, payments, rates, *, until, lump_sum=LUMP_SUM):
    """Interest and lump sum of one invoice.

    Interest runs by itself from the day after the limit (art. L2192-13 [O], art.
    R2192-32 [T]) to the day on which payment is released, inclusive (art. R2192-32
    [T], in the words of the decree 2002-232, art. 5), on the amount with VAT (art.
    R2192-33 [T]) that is unpaid on each day. Without a release that we know of, it
    runs to the day on which the money came [I]. A release settles all that was
    open [I]; what the entity withholds in a dispute is claimed by hand (art.
    R2192-34).

    One rate holds for the whole delay: the one in force on the first day of the
    half-year in which interest began to run (art. R2192-31: "au cours duquel les
    intérêts moratoires ont commencé à courir") [O]. A later half-year changes
    nothing.

    :param date due: last day in time
    :param Decimal principal: amount with VAT, credit notes taken off
    :param payments: (day, amount) of each payment, in any order
    :param dict rates: {first day of a half-year: rate of the main refinancing
        operations, in percent}
    :param date until: day of the payment release at the portal; without one the day
        until which an unpaid amount is counted
    :param Decimal lump_sum: LUMP_SUM in the currency of the amounts
    :return: Claim
    """
    stretches = tuple(_stretches(due, principal, payments, until))
    if not stretches:
        return Claim()
    days_late = (stretches[-1].end - due).days
    begin = half_year(due + timedelta(days=1))
    base = rates.get(begin)
    if base is None:
        return Claim(days_late, stretches, None, None, lump_sum, begin)
    rate = base + MARGIN
    return Claim(days_late, stretches, rate, _interest(stretches, rate), lump_sum)


def _stretches(due, principal, payments, until):
    """Yield each Stretch of days on which something was unpaid after the limit."""
    open_amount, cursor = principal, due + timedelta(days=1)
    for day, amount in [*sorted(payments), (until, principal)]:
        end = min(day, until)
        if open_amount <= 0:
            return
        if end >= cursor:
            yield Stretch(cursor, end, open_amount)
            cursor = end + timedelta(days=1)
        open_amount -= amount


def _interest(stretches, rate):
    """Simple interest, rounded once, to the cent."""
    amount_days = sum(stretch.amount * stretch.days for stretch in stretches)
    interest = amount_days * rate / 100 / YEAR_DAYS
    return interest.quantize(CENT, rounding=ROUND_HALF_UP)
