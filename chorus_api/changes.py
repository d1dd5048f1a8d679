"""Reading changed invoices although the portal gives only so many of them at once.

``nbResultatsMaximum`` is 200 by default [O]; whether more is given when more is asked
is not known [U]. An answer that may be cut is read again in parts: first the period is
narrowed, then one moment is split by recipient, then by amount. An invoice that comes
in two parts is given once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from .codes import RESULTS_DEFAULT, SLICES_MAX
from .errors import ChorusError
from .values import wire_moment

_TICK = timedelta(milliseconds=1)  # the wire has milliseconds [T]
_LEAST = Decimal("0.000001")  # amounts have up to 6 decimals [O]


@dataclass(frozen=True)
class Slice:
    """A part of what changed: both ends of period and amount belong to it."""

    since: datetime
    until: datetime | None = None
    recipient: str | None = None
    least: Decimal | None = None
    most: Decimal | None = None

    def criteria(self):
        """The criteria of the search, as the wire has them; None for those not set."""
        return {
            "periodeDateHeureEtatCourantDu": wire_moment(self.since),
            "periodeDateHeureEtatCourantAu": wire_moment(self.until),
            "listeDestinataire": self.recipient
            and [{"idDestinataire": int(self.recipient)}],
            "montantTTCMin": _number(self.least),
            "montantTTCMax": _number(self.most),
        }

    def parts(self, items, recipients):
        """Smaller slices that make this one up; none when it cannot be split.

        A portal that gives what was not asked does not heed the criteria: asking for
        less would bring the same again.

        :param items: what was read of it, perhaps not all
        :param recipients: function giving identifiers of entities to which invoices
            were sent; those of ``items`` are added
        """
        if not all(map(self._holds, items)):
            return []
        if self.until is None or self.until - self.since > _TICK:
            return self._by_time(items)
        if self.recipient is None:
            known = {*recipients(), *(item.recipient_id for item in items)} - {None}
            if known:
                return [replace(self, recipient=one) for one in sorted(known)]
        if self.least is None or self.least != self.most:
            return self._by_amount(items)
        return []

    def _holds(self, item):
        at = item.status_at and _cut(item.status_at)
        amount = item.amount_total
        return (
            (at is None or _is_within(at, self.since, self.until))
            and (amount is None or _is_within(amount, self.least, self.most))
            and self.recipient in (None, item.recipient_id)
        )

    def _by_time(self, items):
        """Two parts that share a moment.

        What lies between two milliseconds is told as the first and found by neither
        bound alone, so the parts touch. Where most is of one moment, that becomes a
        part of its own after some steps.
        """
        moments = sorted({_cut(item.status_at) for item in items if item.status_at})
        if not moments:
            return []
        middle = moments[(len(moments) - 1) // 2]
        border = next(
            moment
            for moment in (middle + _TICK, middle, middle - _TICK)
            if self.since < moment and (self.until is None or moment < self.until)
        )
        return [replace(self, until=border), replace(self, since=border)]

    def _by_amount(self, items):
        amounts = {item.amount_total for item in items} - {None}
        bounds = _bounds(sorted(amounts), self.least, self.most, _LEAST)
        return [replace(self, least=low, most=high) for low, high in bounds]


def _cut(moment):
    """A moment as the wire can say it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _is_within(value, low, high):
    return (low is None or low <= value) and (high is None or value <= high)


def _number(amount):
    return None if amount is None else float(amount)


def _bounds(values, low, high, step):
    """Split ``low`` … ``high`` at the middle of the ``values`` seen inside.

    ``step`` is the least difference of two values.

    A single value, of which there may be too many, becomes a part of its own.
    """
    if not values:
        return []
    if len(values) > 1:
        middle = values[(len(values) - 1) // 2]
        return [(low, middle), (middle + step, high)]
    [value] = values
    parts = (low, value - step), (value, value), (value + step, high)
    return [part for part in parts if None in part or part[0] <= part[1]]


class Changes:
    """Every invoice that changed in a period, each once; iterate over it.

    :param search: function of a Slice giving its InvoiceItems.
    :param since: aware moment, cut to the milliseconds of the wire.
    :param recipients: see Slice.parts; called only when a single moment is too full.

    ``unread`` counts the parts that could not be split although they may be cut.
    """

    def __init__(self, search, since, recipients=tuple):
        self._search = search
        self._first = Slice(_cut(since))
        self._recipients = recipients
        self.unread = 0

    def __iter__(self):
        seen, waiting, count = set(), [self._first], 0
        while waiting:
            count += 1
            if count > SLICES_MAX:
                detail = f"more than {SLICES_MAX} parts of one period"
                raise ChorusError(code="incomplete", detail=detail)
            part = waiting.pop()
            items, is_cut = [], False
            try:
                for item in self._search(part):
                    items.append(item)
                    key = (item.portal_id, item.number)
                    if key not in seen:
                        seen.add(key)
                        yield item
            except ChorusError as error:
                # The portal tells of more rows than it gives.
                if error.code != "incomplete" or not items:
                    raise
                is_cut = True
            if is_cut or len(items) == RESULTS_DEFAULT:
                smaller = part.parts(items, self._recipients)
                waiting += reversed(smaller)
                self.unread += not smaller
