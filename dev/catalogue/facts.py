"""What a scenario promises of its XML, looked up in the parsed terms."""

import datetime
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import facturx

# The library writes zero where nothing was given.
ZEROS = ("BT-107", "BT-108", "BT-113", "BT-114")


def parse(xml: bytes) -> dict:
    """The business terms of an XML, as the factur-x library reads them back."""
    terms = facturx.parse_ubl_cii_xml(xml, flavor="factur-x", check_xsd=False)
    return {
        term: value
        for term, value in terms.items()
        if term not in ZEROS or Decimal(value)
    }


def unmet(facts: dict, xml: bytes) -> Iterator[str]:
    """A sentence for each fact that the XML does not tell."""
    terms = parse(xml) if facts else {}
    for path, wanted in facts.items():
        found = look_up(terms, path)
        if not is_same(found, wanted):
            yield f"{path} is {found!r} instead of {wanted!r}"


def look_up(terms: dict, path: str):
    """The value at a path such as `BG-25.0.BT-146`; None where it leads nowhere."""
    found = terms
    for step in path.split("."):
        try:
            found = found[int(step) if isinstance(found, list) else step]
        except (LookupError, TypeError, ValueError):
            return None
    return found


def is_same(one, other) -> bool:
    """Whether two values say the same: numbers by value, any kind of nothing."""
    if not one or not other:
        return not one and not other
    if isinstance(one, datetime.date) or isinstance(other, datetime.date):
        return str(one) == str(other)
    try:
        return Decimal(one) == Decimal(other)
    except (InvalidOperation, TypeError, ValueError):
        return one == other
