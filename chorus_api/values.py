"""Tolerant readers of single JSON values: what cannot be read becomes None.

Nothing here raises on what the portal sends; the record keeps the raw answer.
"""

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from .codes import IDENTIFIER_MAX, TEXT_MAX, TIME_ZONE

UTC = timezone.utc
PARIS = ZoneInfo(TIME_ZONE)

_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?:[.,](?P<fraction>\d+))?)?"
    r"\s*(?P<zone>Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DIGITS = re.compile(r"[0-9]{1,19}")
# What PostgreSQL or an HTML page cannot hold: NUL, other controls, half characters.
_UNSTORABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
)
_NO_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# Beyond these a time zone's offset may leave the calendar, and years lose a digit.
_YEARS = range(1900, 3000)
_AMOUNT_DIGITS = 15
_AMOUNT_SCALE = 20
_TRUE = {"true", "1", "oui", "o"}
_FALSE = {"false", "0", "non", "n"}


def as_dict(value):
    """Return ``value`` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_rows(value, limit=None):
    """Return the objects of a list that may be null, missing or a single object.

    An old official example shows an object where the list belongs [T].

    :param limit: number of objects after which the rest is left out, or None.
    """
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        return []
    return [row for row in value if isinstance(row, dict)][:limit]


def as_text(value):
    """Return a stripped string, or None for null, empty and nested values.

    It can be stored and shown: characters that cannot are left out, and a text longer
    than TEXT_MAX ends with an ellipsis.
    """
    if value is None or isinstance(value, dict | list):
        return None
    whole = str(value)
    text = _UNSTORABLE.sub("", whole[:TEXT_MAX]).strip()
    return f"{text[: TEXT_MAX - 1]}…" if len(whole) > TEXT_MAX else text or None


def as_identifier(value, limit=IDENTIFIER_MAX):
    """Return a number, code or name of a file as one line, or None.

    They come as numbers or as strings [T]: both give the same text. A cut identifier
    would be a wrong one, so one of more than ``limit`` characters is none.
    """
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    text = str(value).strip()
    return text if 0 < len(text) <= limit and not _NO_LINE.search(text) else None


def as_portal_id(value):
    """Return the digits of an identifier that is an int64 on the wire [O], or None."""
    text = as_identifier(value) or ""
    return text if _DIGITS.fullmatch(text) else None


def as_int(value):
    """Return an int from a number or a numeric string of up to 18 digits, else None."""
    text = as_text(value) or ""
    return int(text) if _INTEGER.fullmatch(text) else None


def as_flag(value):
    """Return True or False, or None when the portal does not tell."""
    word = (as_text(value) or "").lower()
    if word in _TRUE:
        return True
    return False if word in _FALSE else None


def as_amount(value):
    """Return a finite Decimal of a size that a price may have, or None.

    Answers are parsed with Decimals, so 0.1 stays 0.1.
    """
    try:
        amount = Decimal(as_text(value) or "")
    except InvalidOperation:
        return None
    if not amount.is_finite() or abs(amount.as_tuple().exponent) > _AMOUNT_SCALE:
        return None
    return amount if amount.adjusted() < _AMOUNT_DIGITS else None


def as_moment(value):
    """Return an aware UTC datetime of the years 1900 to 2999, or None.

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
        zone = _zone(zone)
    except ValueError:
        return None
    if moment.year not in _YEARS:
        return None
    return moment.replace(tzinfo=zone).astimezone(UTC)


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
    return moment and moment.astimezone(PARIS).date()


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
