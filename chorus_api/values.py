"""Tolerant readers of single JSON values: what cannot be read becomes None.

Nothing here raises on what the portal sends; the record keeps the raw answer.
"""

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from .codes import TIME_ZONE

UTC = timezone.utc
PARIS = ZoneInfo(TIME_ZONE)

_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?:[.,](?P<fraction>\d+))?)?"
    r"\s*(?P<zone>Z|[+-]\d\d:?\d\d)?"
)
_TRUE = {"true", "1", "oui", "o"}
_FALSE = {"false", "0", "non", "n"}


def as_dict(value):
    """Return ``value`` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_rows(value):
    """Return the objects of a list that may be null, missing or a single object.

    An old official example shows an object where the list belongs [T].
    """
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        return []
    return [row for row in value if isinstance(row, dict)]


def as_text(value):
    """Return a stripped string, or None for null, empty and nested values.

    Identifiers come as numbers or as strings [T]: both give the same text.
    """
    if value is None or isinstance(value, dict | list):
        return None
    return str(value).strip() or None


def as_int(value):
    """Return an int from a number or a numeric string, else None."""
    try:
        return int(as_text(value) or "")
    except ValueError:
        return None


def as_flag(value):
    """Return True or False, or None when the portal does not tell."""
    word = (as_text(value) or "").lower()
    if word in _TRUE:
        return True
    return False if word in _FALSE else None


def as_amount(value):
    """Return a finite Decimal, or None.

    Answers are parsed with ``parse_float=Decimal``, so 0.1 stays 0.1.
    """
    try:
        amount = Decimal(as_text(value) or "")
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def as_moment(value):
    """Return an aware UTC datetime, or None.

    Three shapes are on the wire [T]: ``YYYY-MM-DD`` (read as midnight),
    ``YYYY-MM-DD HH:MM`` and ISO 8601 with milliseconds and an offset or ``Z``.
    Without offset the time is Europe/Paris [I]. When the clocks go back, 02:00-02:59
    exists twice: the first (summer time, ``fold=0``) is taken, so a time may be one
    hour early, never late. When they go forward, 02:00-02:59 does not exist: it is
    read with the offset before the change (02:30 gives 01:30 UTC).
    """
    match = _MOMENT.fullmatch(as_text(value) or "")
    if not match:
        return None
    day, time, fraction, zone = match.group("day", "time", "fraction", "zone")
    try:
        moment = datetime.fromisoformat(f"{day}T{time or '00:00'}")
        moment += timedelta(microseconds=int((fraction or "0")[:6].ljust(6, "0")))
        return moment.replace(tzinfo=_zone(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(text):
    if text is None:
        return PARIS
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def as_day(value):
    """Return the calendar day in Paris of a date or time, or None."""
    moment = as_moment(value)
    try:
        return moment and moment.astimezone(PARIS).date()
    except OverflowError:
        return None


def wire_day(value: date | None):
    """Return ``YYYY-MM-DD``, the shape of date criteria, or None [T]."""
    return value.isoformat() if value else None


def wire_moment(value: datetime | None):
    """Return ISO 8601 with milliseconds and the Paris offset, or None [T].

    :raise ValueError: the datetime is naive.
    """
    if value is None:
        return None
    if value.tzinfo is None:
        message = f"an aware datetime is needed, not {value!r}"
        raise ValueError(message)
    return value.astimezone(PARIS).isoformat(timespec="milliseconds")
