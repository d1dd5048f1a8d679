"""Longest values that Chorus Pro takes, and which of them may be shortened.

Lengths are characters. Source of the table: API.md 4.1 and 4.4 (rules BR-FR-CPRO
02, 14, 15, 20, 30, 31, 34-37, 39, 41-44 of the reform's annex, close to the EDI
annex) [O]; rows marked [I] are inferred from their neighbours.
A reference that is cut is a wrong reference, so only descriptive texts are.
"""

import re
from dataclasses import dataclass

from .profiles import get_profile


@dataclass(frozen=True)
class Limit:
    """One row: where the value stands and how long it may be.

    :ivar str term: business term, for messages
    :ivar tuple path: keys from the top of the terms; ``*`` walks a list
    :ivar int size: characters
    :ivar bool cut: True when the value may be shortened with a warning
    :ivar str rule: number of the rule, empty when nobody numbered it
    """

    term: str
    path: tuple[str, ...]
    size: int
    cut: bool = False
    rule: str = ""


def _cpro(term, path, size, number, *, cut=False):
    return Limit(term, path, size, cut, f"BR-FR-CPRO-{number}")


def _address(key, terms):
    return tuple(
        Limit(term, (key, field), 400, cut=True) for field, term in terms.items()
    )


ROWS = (
    _cpro("BT-1", ("BT-1",), 20, "02"),
    Limit("BT-10", ("BT-10",), 100, rule="G2.17"),
    Limit("BT-11", ("BT-11",), 50),  # [I]
    _cpro("BT-12", ("BT-12",), 50, "14"),
    _cpro("BT-13", ("BT-13",), 50, "15"),
    Limit("BT-16", ("BT-16",), 50),  # [I]
    _cpro("BT-20", ("BT-20",), 1024, "35", cut=True),
    _cpro("BT-22", ("BG-1", "*", "BT-22"), 1024, "42", cut=True),
    _cpro("BT-25", ("BG-3", "*", "BT-25"), 20, "02"),
    _cpro("BT-84", ("BT-84",), 27, "39"),
    _cpro("BT-27", ("BG-4", "name"), 99, "43", cut=True),
    _cpro("BT-28", ("BG-4", "biz_name"), 99, "36", cut=True),
    _cpro("BT-44", ("BG-7", "name"), 99, "44", cut=True),
    _cpro("BT-45", ("BG-7", "biz_name"), 99, "34", cut=True),
    _cpro("BT-59", ("BG-10", "name"), 99, "37", cut=True),
    Limit("BT-70", ("BG-13", "name"), 99, cut=True),  # [I]
    _cpro("BT-35", ("BG-4", "addr_l1"), 400, "32", cut=True),
    _cpro("BT-37", ("BG-4", "city"), 400, "33", cut=True),
    *_address("BG-4", {"addr_l2": "BT-36", "addr_l3": "BT-162"}),  # [I]
    *_address("BG-7", {"addr_l1": "BT-50", "addr_l2": "BT-51"}),  # [I]
    *_address("BG-7", {"addr_l3": "BT-163", "city": "BT-52"}),  # [I]
    *_address("BG-13", {"addr_l1": "BT-75", "addr_l2": "BT-76"}),  # [I]
    *_address("BG-13", {"addr_l3": "BT-165", "city": "BT-77"}),  # [I]
    Limit("BT-153", ("BG-25", "*", "BT-153"), 1024, cut=True),  # [I]
    _cpro("BT-154", ("BG-25", "*", "BT-154"), 1024, "31", cut=True),
)
# The reform's own limit of 35 characters for a number (BR-FR-01) is wider.
LIMITS = {"chorus": ROWS, "ctc-fr": ROWS}

# XML 1.0 has no way to write these: a control character pasted from a spreadsheet
# would make the whole document impossible.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def find_values(terms, path):
    """Yield ``(line number or 0, holder, key)`` of every text at ``path``.

    The line number counts the entries of the list that the path walks, from 1.
    """
    holders = [(0, terms)]
    for key in path[:-1]:
        if key == "*":
            holders = [
                pair for _, items in holders for pair in enumerate(items or (), start=1)
            ]
        else:
            holders = [(line, holder.get(key) or {}) for line, holder in holders]
    for line, holder in holders:
        if holder.get(path[-1]):
            yield line, holder, path[-1]


def clean_text(text):
    """Return ``text`` without what XML cannot hold, Unix line ends, trimmed."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NOT_XML.sub("", unix).strip()


def shorten(text, size):
    """Return ``text`` in at most ``size`` characters, an ellipsis at the cut."""
    return text if len(text) <= size else text[: size - 1].rstrip() + "…"


def clean_terms(value):
    """Return a deep copy of ``value`` (terms or a part), every text cleaned."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {key: clean_terms(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clean_terms(item) for item in value]
    return value


def fit_terms(terms, profile="chorus"):
    """Return a deep copy of ``terms`` as the profile writes them: texts cleaned,
    descriptive ones shortened.

    References, numbers and identifiers are never shortened: ``check_terms`` reports
    them. The result shares nothing with the argument (``facturx`` writes into the
    dict that it is given).
    """
    fitted = get_profile(profile).adapt(clean_terms(terms))
    for limit in LIMITS[profile]:
        if limit.cut:
            for _, holder, key in find_values(fitted, limit.path):
                holder[key] = shorten(holder[key], limit.size)
    return fitted
