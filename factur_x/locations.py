"""From a place in the XML to a business term and an invoice line."""

import re
from functools import lru_cache

from facturx.generate_xml import EN16931_FIELDS, EN16931_PARTY_FIELDS

LINE_ELEMENT = "IncludedSupplyChainTradeLineItem"
# One step of a location: ``/*:Name[namespace-uri()='…'][2]``.
_STEP = re.compile(
    r"/(?:\*:|\w+:)?(\w+)(?:\[namespace-uri\(\)='[^']*'\])?(?:\[(\d+)\])?"
)
_TERM = re.compile(r"\bB[TG]-\d+\b")
_SINGLE_TERM = re.compile(r"\bBT-\d+\b")
_ATTRIBUTE = re.compile(r"'(@\w+)'")
# Terms of a party by the library's own words for them; EN 16931-1, table 2 [O].
_PARTY_KEYS = (
    *("name", "biz_name", "identifiers", "legal_identifier", "vat_identifier"),
    *("tax_identifier", "legal_info", "einvoicing_addr", "addr_l1", "addr_l2"),
    *("city", "postcode", "country_subdivision", "country_code", "addr_l3"),
)
_PARTY_TERMS = {
    "BG-4": (27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 162),
    "BG-7": (44, 45, 46, 47, 48, 0, 0, 49, 50, 51, 52, 53, 54, 55, 163),
    "BG-10": (59, 0, 60, 61),
    "BG-13": (70, 0, 71, 0, 0, 0, 0, 0, 75, 76, 77, 78, 79, 80, 165),
}


def _list_paths(fields):
    """Yield ``(term, path as names)`` of a table of the library's, and of its parts."""
    for term, row in fields.items():
        paths = row.get("cii_xpath") or ()
        for path in [paths] if isinstance(paths, str) else paths:
            names = re.sub(r"\[[^\]]*\]|\w+:", "", path).strip("/")
            yield term, names
            for inner, rest in _list_parts(term, row):
                yield inner, f"{names}/{rest}"


def _list_parts(term, row):
    if isinstance(row.get("fields"), dict):
        yield from _list_paths(row["fields"])
    if term in _PARTY_TERMS:
        numbers = dict(zip(_PARTY_KEYS, _PARTY_TERMS[term], strict=False))
        for key, path in _list_paths(EN16931_PARTY_FIELDS):
            if numbers.get(key):
                yield f"BT-{numbers[key]}", path


@lru_cache(maxsize=1)
def _get_terms():
    """Business term by path; the first wins where several share one."""
    terms = {}
    for term, path in _list_paths(EN16931_FIELDS):
        if _TERM.fullmatch(term):
            terms.setdefault(path, term)
    return terms


def read_location(location, text=""):
    """Return ``(invoice line from 1 or 0, business term or "")``.

    The element itself decides when it is one term; else the first term that the text
    names; else the group around the element.

    :param str location: XPath of an element, as a schematron's report gives it
    :param str text: what the report says
    """
    steps = _STEP.findall(location)
    line = next((int(n or 1) for name, n in steps if name == LINE_ELEMENT), 0)
    names = [name for name, _number in steps]
    attribute = _ATTRIBUTE.search(text)
    terms = _get_terms()
    exact = terms.get("/".join([*names, *(attribute.groups() if attribute else ())]))
    told = _SINGLE_TERM.search(text)
    if exact and exact.startswith("BT-"):
        return line, exact
    if told:
        return line, told.group()
    for length in range(len(names), 0, -1):
        around = terms.get("/".join(names[:length]))
        if around:
            return line, around
    return line, ""
