"""How the portal's answers become Odoo's values."""

from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

from odoo.tools import float_compare

from ..chorus_api.codes import TEXT_MAX

PARIS = ZoneInfo("Europe/Paris")
# After this a person decides about an invoice that the portal does not show.
LOST_AFTER = timedelta(hours=24)
# Definite refusals that concern the company, not one file or one invoice.
COMPANY_REFUSALS = {"account_refused", "forbidden", "rate_limited", "not_found"}


def concerns_company(error):
    """Whether `error` stops everything for the company, not only the record at hand."""
    return error.outcome == "not_sent" or error.code in COMPANY_REFUSALS


def naive_utc(moment):
    """An aware moment as Odoo stores it: naive UTC; None becomes False."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None) if moment else False


def changes(record, values):
    """The part of `values` that differs from what a record has already."""
    return {
        name: value
        for name, value in values.items()
        if (record[name] or False) != (value or False)
    }


def shortened(lines):
    """Texts of the portal, a line each, as long as people read and tables hold."""
    text = "\n".join(lines)
    return text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX - 1]}…"


def paris_date(moment):
    """The day in Paris of a naive UTC moment: the portal's days are Paris days [I]."""
    return moment.replace(tzinfo=timezone.utc).astimezone(PARIS).date()


def is_same_amount(item, amount, currency):
    """Whether the portal's total of `item`, when it tells one, equals `amount`.

    Signs are left out: a credit note is positive at the portal.
    """
    if item.amount_total is None:
        return True
    return not float_compare(
        float(abs(item.amount_total)), abs(amount), precision_rounding=currency.rounding
    )


def history_order(entry):
    """Sort key of history lines, oldest first.

    The portal's order is not known and its times are minutes; its identifiers, where
    they are numbers, grow [I].
    """
    moment = naive_utc(entry.at)
    return (
        moment.isoformat() if moment else "",
        int(entry.ref) if (entry.ref or "").isdecimal() else 0,
    )
