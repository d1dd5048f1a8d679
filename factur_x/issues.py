"""The record of one thing to correct, and the list of its codes."""

from dataclasses import dataclass
from decimal import Decimal

# code: level. Callers translate the codes.
CODES = {
    "missing": "error",
    "taxes_unsupported": "error",
    "rounding_unsupported": "error",
    "early_discount_unsupported": "error",
    "not_a_number": "error",
    "too_long": "error",
    "shortened": "warning",
    "number_characters": "error",
    "type_unknown": "error",
    "framework_missing": "warning",
    "framework_unknown": "error",
    "framework_not_paid": "error",
    "currency_unsupported": "error",
    "siret_missing": "error",
    "siret_format": "error",
    "siret_scheme": "error",
    "vat_number_missing": "error",
    "vat_reason_missing": "error",
    "payment_means_missing": "error",
    "payment_means_unknown": "error",
    "payment_means_forbidden": "error",
    "iban_missing": "error",
    "iban_invalid": "error",
    "due_date_missing": "error",
    "amount_negative": "error",
    "price_negative": "error",
    "total_mismatch": "error",
    "preceding_missing": "warning",
    "preceding_several": "error",
    "gross_price_without_allowance": "error",
    "attachment_unnamed": "error",
    "attachment_name_too_long": "error",
    "attachment_name_characters": "error",
    "attachment_name_reserved": "error",
    "attachment_name_twice": "error",
    "attachment_extension": "error",
    "attachment_empty": "error",
    "attachment_too_large": "error",
}


@dataclass(frozen=True)
class Issue:
    """One thing to correct, in terms that a caller can put into words.

    :ivar str level: ``error`` stops the invoice, ``warning`` does not
    :ivar str code: key of ``CODES``
    :ivar str term: business term (``BT-13``), or ``attachment``
    :ivar str value: what stands there now, shortened for display
    :ivar limit: length, amount or list that was expected, or None
    :ivar int line: invoice line or list entry from 1, 0 when it is about the whole
    """

    level: str
    code: str
    term: str
    value: str = ""
    limit: object = None
    line: int = 0


def make_issue(code, term, value="", limit=None, line=0):
    """Return the :class:`Issue` of ``code`` with the level that ``CODES`` gives."""
    return Issue(CODES[code], code, term, str(value or "")[:80], limit, line)


def get_amount(holder, key):
    """Return ``holder[key]`` as a Decimal, 0 when it is absent."""
    return Decimal(str(holder.get(key) or 0))
