"""The time of that year: both clocks moved together, working hours, dates of Paris."""

import time
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
DAY = 86400
LENGTH = 364
OPENS, CLOSES = 8, 18
SATURDAY = 5
# Of the invoices of a year, by month: less in August, more before the year ends.
SEASON = (7, 8, 9, 8, 8, 9, 6, 4, 9, 10, 10, 12)


class Days:
    """Odoo's clock in this process and the portal's; `offset` is negative or 0."""

    def __init__(self, portal) -> None:
        self.portal = portal
        self.offset = 0.0

    @property
    def now(self) -> float:
        """The time that is played, in seconds since the epoch."""
        return time.time() + self.offset

    @property
    def today(self) -> date:
        """The day that is played, in Paris."""
        return day_of(self.now)

    def go_to(self, offset: float) -> None:
        """Move both clocks to so many seconds ahead of the machine's."""
        self.portal.advance(offset - self.offset)
        self.offset = offset

    def come_back(self) -> None:
        """End in the present."""
        self.portal.reset_clock()
        self.offset = 0.0


def ticks(count: int) -> list[float]:
    """Offsets at which Odoo is at work: the last one is the present."""
    return [-LENGTH * DAY * (1 - number / count) for number in range(1, count + 1)]


def day_of(moment: float) -> date:
    """The day of a moment in Paris."""
    return datetime.fromtimestamp(moment, PARIS).date()


def iso(moment: float) -> str:
    """A moment as the control API takes it."""
    return datetime.fromtimestamp(moment, timezone.utc).isoformat()


def working(moment: float, share: float) -> float:
    """A moment of the same day, or of the next one that people work.

    :param share: of the working hours that have gone by then
    """
    day = datetime.fromtimestamp(moment, PARIS)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    hour = OPENS + share * (CLOSES - OPENS)
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    return max((midnight + timedelta(hours=hour)).timestamp(), moment)


def working_days(first: date, last: date) -> list[date]:
    """Days after `first` until `last` on which invoices are made; never none."""
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    return [day for day in days if day.weekday() < SATURDAY] or [last]
