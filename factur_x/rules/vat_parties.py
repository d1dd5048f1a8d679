"""Rules about what a VAT category demands of the parties and of the delivery."""

from ..issues import make_issue
from .vat import OUTSIDE, name_rule

INTRA_COMMUNITY, EXPORT, REVERSE_CHARGE = "K", "G", "AE"


def _get_categories(terms):
    return {row.get("BT-118"): None for row in terms["BG-23"]}


def _check_seller_vat(terms, _profile):
    """BR-S-02 and its kin: VAT, or a reason for none, needs the seller's VAT number; a
    tax number will do, save for intra-community supply and export (BR-IC-02,
    BR-G-02)."""
    seller = terms["BG-4"]
    if seller.get("vat_identifier"):
        return
    for category in _get_categories(terms):
        will_do = category not in (INTRA_COMMUNITY, EXPORT)
        if category != OUTSIDE and not (will_do and seller.get("tax_identifier")):
            yield make_issue(
                "vat_number_missing", "BT-31", category, rule=name_rule(category, "02")
            )
            return


def _check_outside(terms, _profile):
    """BR-O-02: outside the scope of VAT no party shows a VAT number."""
    if OUTSIDE not in _get_categories(terms):
        return
    for group, term in (("BG-4", "BT-31"), ("BG-7", "BT-48")):
        number = terms[group].get("vat_identifier")
        if number:
            yield make_issue("vat_number_forbidden", term, number)


def _check_buyer_vat(terms, _profile):
    """BR-IC-02: intra-community supply names the buyer's VAT number; BR-AE-02: reverse
    charge that or its register number."""
    categories, buyer = _get_categories(terms), terms["BG-7"]
    if buyer.get("vat_identifier"):
        return
    if INTRA_COMMUNITY in categories:
        yield make_issue("buyer_vat_missing", "BT-48")
    elif REVERSE_CHARGE in categories and not buyer.get("legal_identifier"):
        yield make_issue("buyer_vat_missing", "BT-48", rule="BR-AE-02")


def _check_delivery(terms, _profile):
    """BR-IC-11, BR-IC-12: intra-community supply tells when and to which country."""
    if INTRA_COMMUNITY not in _get_categories(terms):
        return
    if not any(terms.get(term) for term in ("BT-72", "BT-73", "BT-74")):
        yield make_issue("delivery_date_missing", "BT-72")
    if not (terms.get("BG-13") or {}).get("country_code"):
        yield make_issue("delivery_country_missing", "BT-80")


VAT_PARTY_RULES = (
    _check_seller_vat,
    _check_outside,
    _check_buyer_vat,
    _check_delivery,
)
