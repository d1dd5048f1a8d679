"""Rules about currency and decimals."""

from decimal import Decimal

from iso4217 import Currency

from ..issues import make_issue
from .structure import TOTALS

EURO = "EUR"
AMOUNT_DECIMALS, QUANTITY_DECIMALS, PRICE_DECIMALS = 2, 4, 6


def _check_currency(terms, _profile):
    """BT-5: ISO 4217 (BR-CL-04); amounts have two decimals (BR-DEC), so a currency with
    more cannot be written; how the portal handles another than the euro is unproven
    [I]."""
    code = terms["BT-5"]
    if code == EURO:
        return
    try:
        decimals = Currency(code).exponent
    except ValueError:
        yield make_issue("currency_unknown", "BT-5", code)
        return
    if (decimals or 0) > AMOUNT_DECIMALS:
        yield make_issue("currency_precision", "BT-5", code, AMOUNT_DECIMALS)
    yield make_issue("currency_unproven", "BT-5", code, EURO)


def _check_tax_currency(terms, _profile):
    """BT-6, BT-111: VAT is told in euros too. BR-FR-CO-12 [O], BR-53 [O]; French law
    wants it whatever the route (CGI, annex II, art. 242 nonies A) [O]."""
    if terms["BT-5"] == EURO:
        return
    if terms.get("BT-6") != EURO:
        yield make_issue("tax_currency_missing", "BT-6", terms.get("BT-6"), EURO)
    elif terms.get("BT-111") in (None, False, ""):
        yield make_issue("tax_currency_missing", "BT-111", limit=EURO, rule="BR-53")


def _count_decimals(value):
    return max(0, -Decimal(str(value or 0)).as_tuple().exponent)


def _check_decimals(terms, _profile):
    """Amounts 2 decimals (BR-DEC-09 to 24 [O]), quantities 4 and prices 6 (API.md 4.1
    [O], BR-FR-DEC-02 and 03 [O])."""
    for term in TOTALS:
        if _count_decimals(terms.get(term)) > AMOUNT_DECIMALS:
            yield make_issue("decimals", term, terms[term], AMOUNT_DECIMALS)
    for number, line in enumerate(terms["BG-25"], start=1):
        for term, most, rule in (
            ("BT-131", AMOUNT_DECIMALS, "BR-DEC-23"),
            ("BT-129", QUANTITY_DECIMALS, "BR-FR-DEC-02"),
            ("BT-146", PRICE_DECIMALS, "BR-FR-DEC-03"),
            ("BT-148", PRICE_DECIMALS, "BR-FR-DEC-03"),
        ):
            if _count_decimals(line.get(term)) > most:
                yield make_issue("decimals", term, line[term], most, number, rule)


CURRENCY_RULES = (_check_currency, _check_tax_currency, _check_decimals)
