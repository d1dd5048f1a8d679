"""Longest values that Chorus Pro takes, and which of them may be shortened.

Lengths are characters. Source of the table: API.md 4.1 and 4.4 (rules BR-FR-CPRO
02, 14, 15, 20, 30, 31, 34-37, 39, 41-44 of the reform's annex, close to the EDI
annex) [O]; rows marked [I] are inferred from their neighbours.
A reference that is cut is a wrong reference, so only descriptive texts are.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """One row: where the value stands and how long it may be.

    :ivar str term: business term, for messages
    :ivar tuple path: keys from the top of the terms; ``*`` walks a list
    :ivar int size: characters
    :ivar bool cut: True when the value may be shortened with a warning
    """

    term: str
    path: tuple[str, ...]
    size: int
    cut: bool = False


def _party(key, terms, size):
    return tuple(
        Limit(term, (key, field), size, cut=True) for field, term in terms.items()
    )


LIMITS = {
    "chorus": (
        Limit("BT-1", ("BT-1",), 20),
        Limit("BT-10", ("BT-10",), 100),
        Limit("BT-12", ("BT-12",), 50),
        Limit("BT-13", ("BT-13",), 50),
        Limit("BT-20", ("BT-20",), 1024, cut=True),
        Limit("BT-22", ("BG-1", "*", "BT-22"), 1024, cut=True),
        Limit("BT-25", ("BG-3", "*", "BT-25"), 20),
        Limit("BT-84", ("BT-84",), 27),
        *_party("BG-4", {"name": "BT-27", "biz_name": "BT-28"}, 99),
        *_party("BG-7", {"name": "BT-44", "biz_name": "BT-45"}, 99),
        *_party("BG-13", {"name": "BT-70"}, 99),
        *_party("BG-4", {"addr_l1": "BT-35", "addr_l2": "BT-36"}, 400),
        *_party("BG-4", {"addr_l3": "BT-162", "city": "BT-37"}, 400),
        *_party("BG-7", {"addr_l1": "BT-50", "addr_l2": "BT-51"}, 400),  # [I]
        *_party("BG-7", {"addr_l3": "BT-163", "city": "BT-52"}, 400),  # [I]
        *_party("BG-13", {"addr_l1": "BT-75", "addr_l2": "BT-76"}, 400),  # [I]
        *_party("BG-13", {"addr_l3": "BT-165", "city": "BT-77"}, 400),  # [I]
        Limit("BT-153", ("BG-25", "*", "BT-153"), 1024, cut=True),  # [I]
        Limit("BT-154", ("BG-25", "*", "BT-154"), 1024, cut=True),
    ),
}

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
    """Return a deep copy of ``terms``: texts cleaned, descriptive ones shortened.

    References, numbers and identifiers are never shortened: ``check_terms`` reports
    them. The result shares nothing with the argument (``facturx`` writes into the
    dict that it is given).
    """
    fitted = clean_terms(terms)
    for limit in LIMITS[profile]:
        if limit.cut:
            for _, holder, key in find_values(fitted, limit.path):
                holder[key] = shorten(holder[key], limit.size)
    return fitted
