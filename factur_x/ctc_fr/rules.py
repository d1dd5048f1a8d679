"""Rules of the reform that can be told from the terms, for its profile alone.

Ids: BR-FR-… of the bundled sheet [O]; BR-FR-CPRO-… (invoices to the State), of which no
sheet exists, from a third-party reading of annex A (VALIDATORS.md 3) [T]. Rules 02, 14,
15 and 30 to 44 are lengths (``limits.LIMITS``), 03 to 08, 10 and 20 common rules
(``rules``), 11 to 13 need the directory, 24 follows from ``adapt.FRAMEWORKS``.
"""

import re

from ..issues import make_issue
from .adapt import OTHER_SCHEMES

# BR-FR-15 and BR-FR-16 [O].
CATEGORIES = ("S", "E", "AE", "K", "G", "O", "Z")
RATES = (
    *("0", "0.9", "1.05", "1.75", "2.1", "5.5", "7", "8.5", "9.2", "9.6", "10"),
    *("13", "19.6", "20", "20.6"),
)
REQUIRED_NOTES = ("PMT", "PMD", "AAB")
SINGLE_NOTES = (*REQUIRED_NOTES, "TXD")
MAX_LINES = 999_999
DOWN_PAYMENT, ALREADY_PAID = "386", "A2"


def _check_number(terms, _profile):
    """BR-FR-02: no space in BT-1 and BT-25."""
    entries = [("BT-1", 0, terms["BT-1"])]
    for line, entry in enumerate(terms.get("BG-3") or (), start=1):
        entries.append(("BT-25", line, entry.get("BT-25") or ""))
    for term, line, number in entries:
        if number and not re.fullmatch(r"[A-Za-z0-9+_/-]+", number):
            yield make_issue("number_characters", term, number, None, line, "BR-FR-02")


def _check_parties(terms, _profile):
    """BR-FR-10: the seller has a SIREN; BR-FR-CPRO-10: the buyer a SIRET."""
    seller, buyer = terms["BG-4"], terms["BG-7"]
    if seller.get("legal_identifier_schemeid") in OTHER_SCHEMES:
        yield make_issue("seller_not_french", "BT-30", seller.get("legal_identifier"))
    if buyer.get("legal_identifier_schemeid") in OTHER_SCHEMES:
        yield make_issue("siret_missing", "BT-47", buyer.get("legal_identifier"))


def _check_payee(terms, _profile):
    """BR-FR-CPRO-17: a payee that has a SIREN tells its SIRET."""
    number = (terms.get("BG-10") or {}).get("legal_identifier")
    if number and not re.fullmatch(r"[0-9]{14}", number):
        yield make_issue("siret_format", "BT-60", number, 14, rule="BR-FR-CPRO-17")


def _check_contacts(terms, _profile):
    """BR-FR-CPRO-26, 27: one contact a party."""
    for group, term, rule in (("BG-4", "BG-6", "26"), ("BG-7", "BG-9", "27")):
        count = len(terms[group].get("contacts") or ())
        if count > 1:
            rule = f"BR-FR-CPRO-{rule}"
            yield make_issue("contacts_several", term, count, 1, rule=rule)


def _check_notes(terms, _profile):
    """BR-FR-05, 06: notes on recovery costs, late payment and discount, once each."""
    codes = [note.get("BT-21") for note in terms.get("BG-1") or ()]
    for code in SINGLE_NOTES:
        if codes.count(code) > 1:
            yield make_issue("note_twice", "BT-21", code)
        elif code in REQUIRED_NOTES and code not in codes:
            yield make_issue("note_missing", "BT-21", code)


def _check_original(terms, _profile):
    """BR-FR-CO-04, 05: a credit note and a corrected invoice name number and date of
    the original."""
    if terms["BT-3"] not in ("381", "384"):
        return
    rule = "BR-FR-CO-05" if terms["BT-3"] == "381" else "BR-FR-CO-04"
    if terms["BT-3"] == "381" and not terms.get("BG-3"):
        yield make_issue("original_missing", "BT-25", rule=rule)
    for line, entry in enumerate(terms.get("BG-3") or (), start=1):
        if not entry.get("BT-26"):
            yield make_issue("original_date_missing", "BT-26", line=line, rule=rule)


def _check_due_date(terms, _profile):
    """BR-FR-CO-07: due on or after the invoice date, save for down payments and paid
    invoices; BR-FR-CO-09: a paid one tells the date of payment."""
    is_paid = terms.get("BT-23") == ALREADY_PAID
    due, issued = terms.get("BT-9"), terms["BT-2"]
    if is_paid and not due:
        yield make_issue("due_date_missing", "BT-9", rule="BR-FR-CO-09")
    if due and str(due) < str(issued) and not is_paid and terms["BT-3"] != DOWN_PAYMENT:
        yield make_issue("due_date_before", "BT-9", due, str(issued))


def _check_vat_values(terms, _profile):
    """BR-FR-15, 16: categories and rates that exist in France."""
    rows = (("BG-25", "BT-151", "BT-152"), ("BG-23", "BT-118", "BT-119"))
    for group, category, rate in rows:
        for line, entry in enumerate(terms[group], start=1):
            if entry.get(category) not in CATEGORIES:
                yield make_issue(
                    "vat_category_unknown", category, entry.get(category), None, line
                )
            if not _is_known_rate(entry.get(rate)):
                yield make_issue("vat_rate_unknown", rate, entry[rate], None, line)


def _is_known_rate(rate):
    return rate in (None, False, "") or f"{float(rate):g}" in RATES


def _check_line_count(terms, _profile):
    """BR-FR-CPRO-19."""
    if len(terms["BG-25"]) > MAX_LINES:
        yield make_issue("lines_too_many", "BG-25", len(terms["BG-25"]), MAX_LINES)


RULES = (
    _check_number,
    _check_parties,
    _check_payee,
    _check_contacts,
    _check_notes,
    _check_original,
    _check_due_date,
    _check_vat_values,
    _check_line_count,
)
