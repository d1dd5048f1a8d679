"""What Chorus Pro would refuse, told in terms of the invoice.

One small function a rule, each with its source. They read the dict of business
terms (the one that ``facturx.generate_xml`` takes) after the cleaning of
``limits.clean_terms`` and yield :class:`~.issues.Issue` records; nothing here raises.
Beside the rules that no official schematron holds there are those of the schematrons
that a user can break: told here in better words, and without Saxon.
The codes are listed in ``issues.TABLE``.
"""

from dataclasses import replace

from ..limits import LIMITS, clean_terms, find_values
from ..issues import make_issue
from ..profiles import get_profile
from .amounts import AMOUNT_RULES
from .currency import CURRENCY_RULES
from .identity import IDENTITY_RULES
from .parties import PARTY_RULES, STRICT_PARTY_RULES
from .payment import PAYMENT_RULES
from .structure import STRUCTURE_RULES
from .vat import VAT_RULES
from .vat_parties import VAT_PARTY_RULES

RULES = (
    *IDENTITY_RULES,
    *CURRENCY_RULES,
    *PARTY_RULES,
    *PAYMENT_RULES,
    *AMOUNT_RULES,
    *VAT_RULES,
    *VAT_PARTY_RULES,
)
# Warnings that stop an invoice in Production, where numbers are real.
STRICT_CODES = ("vat_key",)


def check_terms(terms, profile="chorus", *, strict=False):
    """Return what Chorus Pro would refuse, or would see shortened, in ``terms``.

    :param dict terms: business terms, as ``facturx.generate_xml`` takes them
    :param str profile: key of ``profiles.PROFILES``
    :param bool strict: True in Production: check digits of SIREN, SIRET and VAT
        number are those of real companies. Elsewhere fictitious ones fail them
        (API.md 4.7 [L])
    :return: list of :class:`~.issues.Issue`, in the order of the rules; when the
        structure is broken only that is told, since the other rules could not read it
    :raise FacturXError: ``profile`` when there is no such profile
    """
    row = get_profile(profile)
    cleaned = clean_terms(terms)
    broken = [issue for rule in STRUCTURE_RULES for issue in rule(cleaned, row)]
    if broken:
        return broken
    rules = (*RULES, *row.rules, *(STRICT_PARTY_RULES if strict else ()))
    found = [issue for rule in rules for issue in rule(cleaned, row)]
    if strict:
        found = [_tighten(issue) for issue in found]
    return found + list(_check_lengths(cleaned, LIMITS[profile]))


def _tighten(issue):
    return replace(issue, level="error") if issue.code in STRICT_CODES else issue


def _check_lengths(terms, limits):
    """API.md 4.4 [O], table ``limits.LIMITS``."""
    for limit in limits:
        for line, holder, key in find_values(terms, limit.path):
            if len(holder[key]) > limit.size:
                code = "shortened" if limit.cut else "too_long"
                yield make_issue(
                    code, limit.term, holder[key], limit.size, line, limit.rule
                )
