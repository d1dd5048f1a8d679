"""Rules about payment: means, account, due date."""

from stdnum import iban

from ..issues import get_amount, make_issue
from .identity import is_credit_note

# Rule S2.05, API.md 4.1 [O].
PAYMENT_MEANS = ("01", "10", "20", "30", "31", "42", "48", "49", "58", "59", "97")
# API.md 4.1 [T]; 30 and 58 by EN 16931 BR-61 [O].
TRANSFERS = ("30", "31", "42", "58")


def _check_payment_means(terms, _profile):
    """BT-81: wanted on an invoice [O], not on a credit note [T]. API.md 4.1, 4.2."""
    means = terms.get("BT-81")
    if is_credit_note(terms):
        if means:
            yield make_issue("payment_means_forbidden", "BT-81", means)
    elif not means:
        yield make_issue("payment_means_missing", "BT-81")
    elif means not in PAYMENT_MEANS:
        yield make_issue("payment_means_unknown", "BT-81", means, PAYMENT_MEANS)


def _check_iban(terms, _profile):
    """BT-84: a transfer needs it, and only an IBAN is taken. API.md 4.1 (G1.16) [O]."""
    account = terms.get("BT-84")
    if not account:
        if terms.get("BT-81") in TRANSFERS:
            yield make_issue("iban_missing", "BT-84")
    elif not iban.is_valid(account):
        yield make_issue("iban_invalid", "BT-84", account)


def _check_due_date(terms, _profile):
    """EN 16931 BR-CO-25, which the official CII sheet does not hold."""
    if get_amount(terms, "BT-115") > 0 and not (
        terms.get("BT-9") or terms.get("BT-20")
    ):
        yield make_issue("due_date_missing", "BT-9")


PAYMENT_RULES = (_check_payment_means, _check_iban, _check_due_date)
