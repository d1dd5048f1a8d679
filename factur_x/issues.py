"""The record of one thing to correct, and the list of its codes."""

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

# code: (level, the rule behind it: EN 16931 "BR-…", French "BR-FR-…", Chorus Pro's own
# annex "G…" and "S…"; empty when nobody numbered it). Callers translate the codes.
# A rule that depends on the term is given where the issue is made.
_ERROR, _WARNING = "error", "warning"
TABLE = {
    "missing": (_ERROR, ""),
    "not_a_number": (_ERROR, ""),
    "decimals": (_ERROR, "BR-DEC"),
    "too_long": (_ERROR, ""),
    "shortened": (_WARNING, ""),
    # told by the caller
    "taxes_unsupported": (_ERROR, ""),
    # identity
    "number_characters": (_ERROR, "G1.05"),
    "type_unknown": (_ERROR, "BR-FR-04"),
    "type_unproven": (_WARNING, "BR-FR-04"),
    "framework_missing": (_WARNING, "BR-FR-08"),
    "framework_unknown": (_ERROR, "BR-FR-08"),
    "framework_not_paid": (_ERROR, "BR-FR-CO-09"),
    "framework_unproven": (_WARNING, "BR-FR-08"),
    "preceding_missing": (_WARNING, "BR-FR-CO-05"),
    "preceding_several": (_ERROR, "BR-FR-CPRO-20"),
    "original_missing": (_ERROR, "BR-FR-CO-04"),
    "original_date_missing": (_ERROR, "BR-FR-CO-05"),
    "period_reversed": (_ERROR, "BR-29"),
    "note_missing": (_ERROR, "BR-FR-05"),
    "note_twice": (_ERROR, "BR-FR-06"),
    "line_id_twice": (_ERROR, ""),
    "lines_too_many": (_ERROR, "BR-FR-CPRO-19"),
    # currency
    "currency_unknown": (_ERROR, "BR-CL-04"),
    "currency_precision": (_ERROR, "BR-DEC"),
    "currency_unproven": (_WARNING, "BR-FR-CO-12"),
    "tax_currency_missing": (_ERROR, "BR-FR-CO-12"),
    # parties
    "siret_missing": (_ERROR, "BR-FR-CPRO-10"),
    "siret_format": (_ERROR, "BR-FR-09"),
    "siret_scheme": (_ERROR, "BR-FR-CPRO-03"),
    "siret_check_digit": (_ERROR, "BR-FR-09"),
    "identifier_format": (_ERROR, "BR-FR-CPRO-04"),
    "seller_not_french": (_ERROR, "BR-FR-10"),
    "contacts_several": (_ERROR, "BR-FR-CPRO-26"),
    "vat_key": (_WARNING, ""),
    "vat_number_missing": (_ERROR, "BR-S-02"),
    "vat_number_forbidden": (_ERROR, "BR-O-02"),
    "buyer_vat_missing": (_ERROR, "BR-IC-02"),
    # payment
    "payment_means_missing": (_ERROR, "S2.05"),
    "payment_means_unknown": (_ERROR, "S2.05"),
    "payment_means_forbidden": (_ERROR, "S2.05"),
    "iban_missing": (_ERROR, "BR-61"),
    "iban_invalid": (_ERROR, "G1.16"),
    "due_date_missing": (_ERROR, "BR-CO-25"),
    "due_date_before": (_ERROR, "BR-FR-CO-07"),
    # amounts
    "amount_negative": (_ERROR, ""),
    "price_negative": (_ERROR, "BR-27"),
    "total_mismatch": (_ERROR, ""),
    "gross_price_without_allowance": (_ERROR, ""),
    "reason_missing": (_ERROR, "BR-33"),
    # VAT
    "vat_category_unknown": (_ERROR, "BR-FR-15"),
    "vat_rate_unknown": (_ERROR, "BR-FR-16"),
    "vat_rate_wrong": (_ERROR, ""),
    "vat_row_missing": (_ERROR, "BR-S-01"),
    "vat_row_twice": (_ERROR, ""),
    "vat_base_mismatch": (_ERROR, "BR-S-08"),
    "vat_amount_mismatch": (_ERROR, "BR-CO-17"),
    "vat_mixed": (_ERROR, "BR-O-11"),
    "vat_reason_missing": (_ERROR, "BR-E-10"),
    "vat_reason_forbidden": (_ERROR, "BR-S-10"),
    "delivery_date_missing": (_ERROR, "BR-IC-11"),
    "delivery_country_missing": (_ERROR, "BR-IC-12"),
    # files to embed
    "attachment_unnamed": (_ERROR, ""),
    "attachment_name_too_long": (_ERROR, "BR-FR-CPRO-41"),
    "attachment_name_characters": (_ERROR, ""),
    "attachment_name_reserved": (_ERROR, ""),
    "attachment_name_twice": (_ERROR, ""),
    "attachment_extension": (_ERROR, ""),
    "attachment_empty": (_ERROR, ""),
    "attachment_too_large": (_ERROR, ""),
    "attachments_too_large": (_ERROR, ""),
}
CODES = MappingProxyType({code: level for code, (level, _rule) in TABLE.items()})


@dataclass(frozen=True)
class Issue:
    """One thing to correct, in terms that a caller can put into words.

    :ivar str level: ``error`` stops the invoice, ``warning`` does not
    :ivar str code: key of ``CODES``
    :ivar str term: business term (``BT-13``), or ``attachment``
    :ivar str value: what stands there now, shortened for display
    :ivar limit: length, amount or list that was expected, or None
    :ivar int line: invoice line or list entry from 1, 0 when it is about the whole
    :ivar str rule: official or annex rule (``BR-CO-25``), empty when there is none
    """

    level: str
    code: str
    term: str
    value: str = ""
    limit: object = None
    line: int = 0
    rule: str = ""


def make_issue(code, term, value="", limit=None, line=0, rule=""):
    """Return the :class:`Issue` of ``code``; level and rule as ``TABLE`` says, unless
    another ``rule`` is given."""
    level, usual_rule = TABLE[code]
    text = "" if value is None else str(value)
    return Issue(level, code, term, text[:80], limit, line, rule or usual_rule)


def get_amount(holder, key):
    """Return ``holder[key]`` as a Decimal, 0 when it is absent."""
    value = holder.get(key)
    return Decimal(str(value)) if value else Decimal(0)
