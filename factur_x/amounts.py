"""Rules of ``rules.check_terms`` about amounts: signs, totals, VAT rows."""

from collections.abc import Iterator
from decimal import Decimal

from .issues import get_amount, make_issue

CENT = Decimal("0.01")


def _check_signs(terms, _profile):
    """Amounts are positive, those of a 381 too (API.md 4.1 [T]); BR-27 for prices."""
    if get_amount(terms, "BT-112") < 0:
        yield make_issue("amount_negative", "BT-112", terms["BT-112"], 0)
    for number, line in enumerate(terms["BG-25"], start=1):
        if get_amount(line, "BT-146") < 0:
            yield make_issue("price_negative", "BT-146", line["BT-146"], 0, number)


def _check_gross_price(terms, _profile):
    """BT-148 demands a discount beside it, else refused. API.md 3.4 [T]."""
    for number, line in enumerate(terms["BG-25"], start=1):
        if line.get("BT-148") and not line.get("BT-147-00"):
            yield make_issue("gross_price_without_allowance", "BT-148", line=number)


def _sum(entries, key):
    return sum((get_amount(entry, key) for entry in entries or ()), Decimal(0))


def _expected_totals(terms) -> Iterator[tuple[str, Decimal]]:
    def amount(key):
        return get_amount(terms, key)

    yield "BT-106", _sum(terms["BG-25"], "BT-131")
    yield "BT-107", _sum(terms.get("BG-20"), "amount")
    yield "BT-108", _sum(terms.get("BG-21"), "amount")
    yield "BT-109", amount("BT-106") - amount("BT-107") + amount("BT-108")
    yield "BT-110", _sum(terms["BG-23"], "BT-117")
    yield "BT-112", amount("BT-109") + amount("BT-110")
    yield "BT-115", amount("BT-112") - amount("BT-113") + amount("BT-114")


def _check_totals(terms, _profile):
    """EN 16931 BR-CO-10 to 16: the totals follow from each other to the cent."""
    for term, expected in _expected_totals(terms):
        if abs(get_amount(terms, term) - expected) >= CENT / 2:
            yield make_issue("total_mismatch", term, terms.get(term), str(expected))


def _check_line_amounts(terms, _profile):
    """A line is quantity times net price, a half cent and the price's own rounding
    (six decimals) apart. API.md 4.1 [O]."""
    for number, line in enumerate(terms["BG-25"], start=1):
        quantity = get_amount(line, "BT-129")
        discount = _sum(line.get("BG-27"), "amount") - _sum(line.get("BG-28"), "amount")
        expected = quantity * get_amount(line, "BT-146") - discount
        tolerance = CENT + abs(quantity) * Decimal("0.0000005")
        if abs(get_amount(line, "BT-131") - expected) > tolerance:
            value, limit = line["BT-131"], str(expected.quantize(CENT))
            yield make_issue("total_mismatch", "BT-131", value, limit, number)


def _check_vat_reasons(terms, _profile):
    """A VAT row without VAT says why, EN 16931 BR-E-10, BR-AE-10, BR-IC-10 …"""
    for number, row in enumerate(terms["BG-23"], start=1):
        reason = row.get("BT-120") or row.get("BT-121")
        if row.get("BT-118") in ("E", "AE", "K", "G", "O") and not reason:
            yield make_issue("vat_reason_missing", "BT-120", row["BT-118"], line=number)


AMOUNT_RULES = (
    _check_signs,
    _check_gross_price,
    _check_totals,
    _check_line_amounts,
    _check_vat_reasons,
)
