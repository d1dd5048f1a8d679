"""Rules about VAT: categories, rates, the rows of the breakdown."""

from collections import defaultdict
from decimal import Decimal

from ..issues import get_amount, make_issue

# Category: name of its family of rules in EN 16931 (BR-AE-05 …).
FAMILIES = {"K": "IC", "L": "AF", "M": "AG"}
OUTSIDE = "O"
TAXED = ("S", "L", "M")
WITHOUT_VAT = ("Z", "E", "AE", "K", "G")
WITH_REASON = ("E", "AE", "K", "G", OUTSIDE)
CENT, ONE = Decimal("0.01"), Decimal(1)


def name_rule(category, number):
    """Id of the rule ``number`` of a category: ``BR-AE-05``."""
    return f"BR-{FAMILIES.get(category, category)}-{number}"


def _list_uses(terms):
    """Yield ``(term, line, category, rate, amount)`` of all that VAT applies to."""
    for number, line in enumerate(terms["BG-25"], start=1):
        category, amount = line["BT-151"], get_amount(line, "BT-131")
        yield "BT-152", number, category, line.get("BT-152"), amount
    for group, term, sign in (("BG-20", "BT-96", -1), ("BG-21", "BT-103", 1)):
        for number, entry in enumerate(terms.get(group) or (), start=1):
            category, amount = (
                entry.get("vat_category_code"),
                get_amount(entry, "amount"),
            )
            if category:
                yield term, number, category, entry.get("vat_rate"), sign * amount


def _is_empty(value):
    return value in (None, False, "")


def _is_right_rate(category, rate):
    if category == OUTSIDE:
        return _is_empty(rate)
    if category in WITHOUT_VAT:
        return not _is_empty(rate) and not Decimal(str(rate))
    return category not in TAXED or (not _is_empty(rate) and Decimal(str(rate)) > 0)


def _check_rates(terms, _profile):
    """BR-S-05 to 07 and their kin: a rate above zero where VAT is charged, zero where
    it is not, none outside the scope of VAT; BR-48 in the breakdown."""
    numbers = {"BT-152": "05", "BT-96": "06", "BT-103": "07"}
    for term, line, category, rate, _amount in _list_uses(terms):
        if not _is_right_rate(category, rate):
            rule = name_rule(category, numbers[term])
            yield make_issue("vat_rate_wrong", term, rate or "", category, line, rule)
    for line, row in enumerate(terms["BG-23"], start=1):
        category, rate = row.get("BT-118"), row.get("BT-119")
        if not _is_right_rate(category, rate):
            yield make_issue(
                "vat_rate_wrong", "BT-119", rate or "", category, line, "BR-48"
            )


def _get_key(category, rate):
    """Rows are told apart by category, and by rate where VAT is charged."""
    return category, Decimal(str(rate or 0)) if category in TAXED else None


def _check_bases(terms, _profile):
    """BR-S-01, BR-S-08 and their kin: one row of the breakdown for each category and
    rate in use, whose base is the sum of what it applies to."""
    bases = defaultdict(Decimal)
    for _term, _line, category, rate, amount in _list_uses(terms):
        bases[_get_key(category, rate)] += amount
    seen = set()
    for number, row in enumerate(terms["BG-23"], start=1):
        category = row.get("BT-118")
        key = _get_key(category, row.get("BT-119"))
        if key in seen:
            yield make_issue("vat_row_twice", "BT-118", category, line=number)
        elif abs(get_amount(row, "BT-116") - bases[key]) >= CENT / 2:
            value, limit = row.get("BT-116"), str(bases[key])
            rule = name_rule(category, "08")
            yield make_issue("vat_base_mismatch", "BT-116", value, limit, number, rule)
        seen.add(key)
    for category, rate in bases:
        if (category, rate) not in seen:
            rule = name_rule(category, "01")
            yield make_issue("vat_row_missing", "BT-118", category, rate, rule=rule)


def _check_row_amounts(terms, _profile):
    """BR-CO-17, BR-S-09: base times rate, with the tolerance of the official sheets,
    less than one unit of the currency: software may round VAT line by line. BR-E-09 and
    its kin: none."""
    for number, row in enumerate(terms["BG-23"], start=1):
        expected = get_amount(row, "BT-116") * get_amount(row, "BT-119") / 100
        off = abs(get_amount(row, "BT-117") - expected.quantize(CENT))
        if off >= ONE or (off and not expected):
            value, limit = row.get("BT-117"), str(expected.quantize(CENT))
            yield make_issue("vat_amount_mismatch", "BT-117", value, limit, number)


def _check_reasons(terms, _profile):
    """A row without VAT says why, EN 16931 BR-E-10, BR-AE-10, BR-IC-10 …; one with VAT,
    or taxed at zero, does not: BR-S-10, BR-Z-10."""
    for number, row in enumerate(terms["BG-23"], start=1):
        category = row.get("BT-118")
        reason = row.get("BT-120") or row.get("BT-121")
        rule = name_rule(category, "10")
        if category in WITH_REASON and not reason:
            yield make_issue(
                "vat_reason_missing", "BT-120", category, None, number, rule
            )
        elif reason and category not in WITH_REASON:
            yield make_issue(
                "vat_reason_forbidden", "BT-120", reason, None, number, rule
            )


def _check_mixed(terms, _profile):
    """BR-O-11 to 14: what is outside the scope of VAT stands alone on its invoice."""
    categories = {row.get("BT-118") for row in terms["BG-23"]}
    categories |= {category for _, _, category, *_ in _list_uses(terms)}
    if OUTSIDE in categories and len(categories) > 1:
        yield make_issue("vat_mixed", "BT-118", ", ".join(sorted(map(str, categories))))


VAT_RULES = (
    _check_rates,
    _check_bases,
    _check_row_amounts,
    _check_reasons,
    _check_mixed,
)
