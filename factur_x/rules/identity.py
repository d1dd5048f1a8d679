"""Rules about what the invoice is: number, kind, framework, original, period."""

import re

from ..issues import get_amount, make_issue

CREDIT_NOTE, CORRECTED = "381", "384"
ALREADY_PAID = "A2"
# Frameworks that name a validator; where a file carries it is unknown [U].
VALIDATED = ("A9", "A12")


def is_credit_note(terms):
    """Whether amounts are owed to the buyer."""
    return terms["BT-3"] == CREDIT_NOTE


def _check_number_characters(terms, _profile):
    """BT-1: letters, digits, space, ``-``, ``+``, ``_``, ``/``. G1.05, API.md 4.1
    [O]."""
    if not re.fullmatch(r"[A-Za-z0-9 +_/-]+", terms["BT-1"]):
        yield make_issue("number_characters", "BT-1", terms["BT-1"])


def _check_type(terms, profile):
    """BT-3: the list that the portal takes is unknown [U]; 380 and 381 work [L]."""
    kind = terms["BT-3"]
    if kind not in profile.types:
        yield make_issue("type_unknown", "BT-3", kind, profile.types)
    elif kind in profile.unproven_types:
        yield make_issue("type_unproven", "BT-3", kind)


def _check_framework(terms, profile):
    """BT-23: API.md 3.5 [O]; its absence seems tolerated, API.md 4.1 [I]."""
    framework = terms.get("BT-23")
    if not framework:
        yield make_issue("framework_missing", "BT-23", limit=profile.frameworks)
    elif framework not in profile.frameworks:
        yield make_issue("framework_unknown", "BT-23", framework, profile.frameworks)
    elif framework in VALIDATED:
        yield make_issue("framework_unproven", "BT-23", framework)


def _check_paid_framework(terms, _profile):
    """A2 says that the invoice is already paid, API.md 3.5 [O]: nothing is due, and
    all of it was paid (BR-FR-CO-09 of the reform [O])."""
    if terms.get("BT-23") != ALREADY_PAID:
        return
    if get_amount(terms, "BT-115"):
        yield make_issue("framework_not_paid", "BT-115", terms["BT-115"], "0.00")
    elif get_amount(terms, "BT-113") != get_amount(terms, "BT-112"):
        value, limit = terms.get("BT-113"), terms["BT-112"]
        yield make_issue("framework_not_paid", "BT-113", value, limit)


def _check_preceding(terms, _profile):
    """BG-3: at most one, API.md 4.1 [O]; compulsory on a corrected invoice (BR-FR-CO-04
    [O]); on a credit note? [U]. An entry has a number (BR-55)."""
    preceding = terms.get("BG-3") or []
    if len(preceding) > 1:
        numbers = ", ".join(entry.get("BT-25") or "?" for entry in preceding)
        yield make_issue("preceding_several", "BG-3", numbers, 1)
    elif preceding:
        if not preceding[0].get("BT-25"):
            yield make_issue("original_missing", "BT-25", rule="BR-55")
    elif terms["BT-3"] == CORRECTED:
        yield make_issue("original_missing", "BT-25")
    elif is_credit_note(terms):
        yield make_issue("preceding_missing", "BT-25")


def _check_periods(terms, _profile):
    """BR-29, BR-30: a period does not end before it starts."""
    if _is_reversed(terms, "BT-73", "BT-74"):
        yield make_issue("period_reversed", "BT-74", terms["BT-74"], terms["BT-73"])
    for number, line in enumerate(terms["BG-25"], start=1):
        if _is_reversed(line, "BT-134", "BT-135"):
            value, limit = line["BT-135"], line["BT-134"]
            yield make_issue("period_reversed", "BT-135", value, limit, number, "BR-30")


def _is_reversed(holder, start, end):
    start, end = holder.get(start), holder.get(end)
    return bool(start and end and str(end) < str(start))


def _check_line_ids(terms, _profile):
    """BT-126 identifies a line within the invoice (EN 16931-1, definition)."""
    seen = set()
    for number, line in enumerate(terms["BG-25"], start=1):
        if line["BT-126"] in seen:
            yield make_issue("line_id_twice", "BT-126", line["BT-126"], line=number)
        seen.add(line["BT-126"])


IDENTITY_RULES = (
    _check_number_characters,
    _check_type,
    _check_framework,
    _check_paid_framework,
    _check_preceding,
    _check_periods,
    _check_line_ids,
)
