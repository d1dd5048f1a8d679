"""Rules about amounts: signs, totals, lines, discounts and charges."""

from collections.abc import Iterator
from decimal import Decimal

from ..issues import get_amount, make_issue

CENT = Decimal("0.01")
# How far a net price of six decimals can be off the real one.
PRICE_STEP = Decimal("0.000001")
PRICE_ROUNDING = PRICE_STEP / 2


def _check_signs(terms, _profile):
    """Amounts are positive, those of a 381 too (API.md 4.1 [T]); BR-27, BR-28 for
    prices."""
    if get_amount(terms, "BT-112") < 0:
        yield make_issue("amount_negative", "BT-112", terms["BT-112"], 0)
    for number, line in enumerate(terms["BG-25"], start=1):
        for term, rule in (("BT-146", "BR-27"), ("BT-148", "BR-28")):
            if get_amount(line, term) < 0:
                yield make_issue("price_negative", term, line[term], 0, number, rule)


def _check_gross_price(terms, _profile):
    """BT-148 demands a discount beside it, else refused, API.md 3.4 [T]; BT-146 is one
    minus the other (EN 16931-1, definition)."""
    for number, line in enumerate(terms["BG-25"], start=1):
        if not line.get("BT-148"):
            continue
        discounts = line.get("BT-147-00")
        if not discounts:
            yield make_issue("gross_price_without_allowance", "BT-148", line=number)
            continue
        expected = get_amount(line, "BT-148") - _sum(discounts, "BT-147")
        if abs(get_amount(line, "BT-146") - expected) > PRICE_STEP:
            value = line["BT-146"]
            yield make_issue("total_mismatch", "BT-146", value, str(expected), number)


def _sum(entries, key):
    return sum((get_amount(entry, key) for entry in entries or ()), Decimal(0))


def _expected_totals(terms) -> Iterator[tuple[str, Decimal, str]]:
    def amount(key):
        return get_amount(terms, key)

    yield "BT-106", _sum(terms["BG-25"], "BT-131"), "BR-CO-10"
    yield "BT-107", _sum(terms.get("BG-20"), "amount"), "BR-CO-11"
    yield "BT-108", _sum(terms.get("BG-21"), "amount"), "BR-CO-12"
    net = amount("BT-106") - amount("BT-107") + amount("BT-108")
    yield "BT-109", net, "BR-CO-13"
    yield "BT-110", _sum(terms["BG-23"], "BT-117"), "BR-CO-14"
    yield "BT-112", amount("BT-109") + amount("BT-110"), "BR-CO-15"
    due = amount("BT-112") - amount("BT-113") + amount("BT-114")
    yield "BT-115", due, "BR-CO-16"


def _check_totals(terms, _profile):
    """EN 16931 BR-CO-10 to 16: the totals follow from each other to the cent."""
    for term, expected, rule in _expected_totals(terms):
        if abs(get_amount(terms, term) - expected) >= CENT / 2:
            value, limit = terms.get(term), str(expected)
            yield make_issue("total_mismatch", term, value, limit, rule=rule)


def _check_line_amounts(terms, _profile):
    """A line is quantity times net price (of BT-149 units) plus charges minus
    allowances, a cent and the price's own rounding (six decimals) apart. API.md 4.1
    [O]."""
    for number, line in enumerate(terms["BG-25"], start=1):
        units = get_amount(line, "BT-129") / (get_amount(line, "BT-149") or 1)
        expected = units * get_amount(line, "BT-146")
        if "BG-27" in line or "BG-28" in line:
            expected -= _sum(line.get("BG-27"), "amount")
            expected += _sum(line.get("BG-28"), "amount")
        tolerance = CENT + abs(units) * PRICE_ROUNDING
        if abs(get_amount(line, "BT-131") - expected) > tolerance:
            value, limit = line["BT-131"], str(expected.quantize(CENT))
            yield make_issue("total_mismatch", "BT-131", value, limit, number)


# Group: reason and its rule, VAT category and its rule.
DOCUMENT_REASONS = {
    "BG-20": ("BT-97", "BR-33", "BT-95", "BR-32"),
    "BG-21": ("BT-104", "BR-38", "BT-102", "BR-37"),
}


def _check_reasons(terms, _profile):
    """BR-33, BR-38, BR-42, BR-44: a discount or charge says why; BR-32, BR-37: those of
    the whole invoice name their VAT."""
    for group, (term, rule, vat_term, vat_rule) in DOCUMENT_REASONS.items():
        for number, entry in enumerate(terms.get(group) or (), start=1):
            yield from _check_reason(entry, term, number, rule)
            if not entry.get("vat_category_code"):
                yield make_issue("missing", vat_term, line=number, rule=vat_rule)
    for number, line in enumerate(terms["BG-25"], start=1):
        for entry in line.get("BG-27") or ():
            yield from _check_reason(entry, "BT-139", number, "BR-42")
        for entry in line.get("BG-28") or ():
            yield from _check_reason(entry, "BT-144", number, "BR-44")


def _check_reason(entry, term, number, rule):
    if not (entry.get("reason") or entry.get("reason_code")):
        yield make_issue("reason_missing", term, line=number, rule=rule)


AMOUNT_RULES = (
    _check_signs,
    _check_gross_price,
    _check_totals,
    _check_line_amounts,
    _check_reasons,
)
