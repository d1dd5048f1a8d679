"""Rules about the structure: without it nothing else can be judged."""

from decimal import Decimal, InvalidOperation

from ..issues import make_issue

# Rules of EN 16931 that make a term mandatory [O].
REQUIRED = {
    "BT-1": "BR-02",
    "BT-2": "BR-03",
    "BT-3": "BR-04",
    "BT-5": "BR-05",
    "BT-106": "BR-12",
    "BT-109": "BR-13",
    "BT-110": "BR-CO-14",
    "BT-112": "BR-14",
    "BT-115": "BR-15",
    "BG-4": "BR-06",
    "BG-7": "BR-07",
    "BG-23": "BR-CO-18",
    "BG-25": "BR-16",
}
REQUIRED_IN_LINE = {
    "BT-126": "BR-21",
    "BT-129": "BR-22",
    "BT-130": "BR-23",
    "BT-131": "BR-24",
    "BT-146": "BR-26",
    "BT-151": "BR-CO-04",
    "BT-153": "BR-25",
}
TOTALS = (
    *("BT-106", "BT-107", "BT-108", "BT-109", "BT-110", "BT-111", "BT-112", "BT-113"),
    *("BT-114", "BT-115"),
)
NUMBERS_IN_LINE = ("BT-129", "BT-131", "BT-146", "BT-148", "BT-149", "BT-152")
NUMBERS_IN_VAT = ("BT-116", "BT-117", "BT-119")
NUMBERS_IN_ALLOWANCE = ("amount", "base_amount", "vat_rate")
ALLOWANCE_TERMS = {"BG-20": "BT-92", "BG-21": "BT-99", "BG-27": "BT-136"}
CHARGE_TERM = "BT-141"


def _is_missing(holder, key):
    value = holder.get(key)
    return value is None or value is False or value in ("", [], {})


def _check_required(terms, _profile):
    """EN 16931 makes them mandatory; BG-25 since Chorus Pro reads lines [O]."""
    for term, rule in REQUIRED.items():
        if _is_missing(terms, term):
            yield make_issue("missing", term, rule=rule)
    for number, line in enumerate(terms.get("BG-25") or (), start=1):
        for term, rule in REQUIRED_IN_LINE.items():
            if _is_missing(line, term):
                yield make_issue("missing", term, line=number, rule=rule)


def _check_unsupported(terms, _profile):
    """What the caller could not express, told by itself in ``unsupported``."""
    for entry in terms.get("unsupported") or ():
        yield make_issue(**entry)


def _list_numbers(terms):
    """Yield ``(line, term for messages, value)`` of everything that is a number."""
    for key in TOTALS:
        yield 0, key, terms.get(key)
    for number, row in enumerate(terms.get("BG-23") or (), start=1):
        for key in NUMBERS_IN_VAT:
            yield number, key, row.get(key)
    for group in ("BG-20", "BG-21"):
        for number, entry in enumerate(terms.get(group) or (), start=1):
            for key in NUMBERS_IN_ALLOWANCE:
                yield number, ALLOWANCE_TERMS[group], entry.get(key)
    for number, line in enumerate(terms.get("BG-25") or (), start=1):
        yield from _list_line_numbers(number, line)


def _list_line_numbers(number, line):
    for key in NUMBERS_IN_LINE:
        yield number, key, line.get(key)
    for group, term in (("BG-27", "BT-136"), ("BG-28", CHARGE_TERM)):
        for entry in line.get(group) or ():
            yield number, term, entry.get("amount")
    for entry in line.get("BT-147-00") or ():
        yield number, "BT-147", entry.get("BT-147")


def _check_numbers(terms, _profile):
    """Amounts, quantities, prices and rates are decimal numbers."""
    for line, term, value in _list_numbers(terms):
        if value and not _is_number(value):
            yield make_issue("not_a_number", term, value, line=line)


def _is_number(value):
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


STRUCTURE_RULES = (_check_unsupported, _check_required, _check_numbers)
