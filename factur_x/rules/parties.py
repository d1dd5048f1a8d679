"""Rules about seller, buyer, payee: names, identifiers, check digits."""

import re

from stdnum.fr import siret

from ..issues import make_issue

# What stands for a SIRET elsewhere: scheme of BT-30 and BT-47, shape of the value and
# rule of the reform's annex. API.md 4.3 [T]; in a direct deposit unproven [I].
OTHER_IDENTIFIERS = {
    "0223": (r"[A-Z]{2}[A-Z0-9]{2,16}", "BR-FR-CPRO-04"),
    "0227": (r"[A-Z]{2}.{1,16}", "BR-FR-CPRO-06"),
    "0228": (r"[0-9]{9,10}", "BR-FR-CPRO-07"),
    "0229": (r"[A-Z0-9]{6,10}", "BR-FR-CPRO-08"),
}
SIRET_DIGITS = 14
PARTIES = (("BG-4", "BT-30", "BR-FR-CPRO-03"), ("BG-7", "BT-47", "BR-FR-CPRO-10"))
VAT_TERMS = (("BG-4", "BT-31"), ("BG-7", "BT-48"))


def _check_identifiers(terms, profile):
    """BT-30, BT-47: a SIRET of 14 digits, a SIREN was refused live, API.md 4.1 [L]; or
    the identifier of another kind that its scheme announces."""
    for group, term, rule in PARTIES:
        number = terms[group].get("legal_identifier")
        scheme = terms[group].get("legal_identifier_schemeid")
        if not number:
            yield make_issue("siret_missing", term, rule=rule)
        elif scheme in OTHER_IDENTIFIERS:
            shape, rule = OTHER_IDENTIFIERS[scheme]
            if not re.fullmatch(shape, number):
                yield make_issue("identifier_format", term, number, scheme, rule=rule)
        elif not re.fullmatch(r"[0-9]{14}", number):
            yield make_issue("siret_format", term, number, SIRET_DIGITS, rule=rule)
        elif scheme not in profile.identifier_schemes:
            schemes = profile.identifier_schemes
            yield make_issue("siret_scheme", term, scheme, schemes, rule=rule)


def _check_siret_digits(terms, profile):
    """SIREN and SIRET have a check digit; asked for in Production only, since
    fictitious entities of the portal's test site fail it. API.md 4.7 [L]."""
    for group, term, _rule in PARTIES:
        number = terms[group].get("legal_identifier") or ""
        scheme = terms[group].get("legal_identifier_schemeid")
        is_siret = scheme in profile.identifier_schemes and len(number) == SIRET_DIGITS
        if is_siret and not siret.is_valid(number):
            yield make_issue("siret_check_digit", term, number)


def _check_vat_key(terms, _profile):
    """BT-31, BT-48: the two digits of a French VAT number follow from its SIREN (CGI
    annex IV, art. 121 Z quinquies) [O]; BR-CO-09 for the country before them."""
    for group, term in VAT_TERMS:
        number = str(terms[group].get("vat_identifier") or "").upper()
        if not number:
            continue
        if not re.match(r"[A-Z]{2}", number):
            yield make_issue("vat_key", term, number, rule="BR-CO-09")
        elif number.startswith("FR") and not _has_french_key(number[2:]):
            yield make_issue("vat_key", term, number)


def _has_french_key(number):
    """Whether the key of a French VAT number is right; keys with letters follow no
    published rule that holds for all [I]."""
    if not re.fullmatch(r"[0-9A-Z]{2}[0-9]{9}", number):
        return False
    key, siren = number[:2], number[2:]
    return not key.isdigit() or int(siren + "12") % 97 == int(key)


def _check_party_names(terms, _profile):
    """EN 16931 BR-06, BR-07, BR-09, BR-11: names and countries."""
    rows = (
        ("BG-4", "BT-27", "BR-06", "BT-40", "BR-09"),
        ("BG-7", "BT-44", "BR-07", "BT-55", "BR-11"),
    )
    for group, name, name_rule, country, country_rule in rows:
        if not terms[group].get("name"):
            yield make_issue("missing", name, rule=name_rule)
        if not terms[group].get("country_code"):
            yield make_issue("missing", country, rule=country_rule)


def _check_other_names(terms, _profile):
    """BR-17: a payee that is not the seller has a name; the library wants one of a
    delivery address too."""
    for group, term, rule in (("BG-10", "BT-59", "BR-17"), ("BG-13", "BT-70", "")):
        party = terms.get(group)
        if party and not party.get("name"):
            yield make_issue("missing", term, rule=rule)


PARTY_RULES = (
    _check_identifiers,
    _check_vat_key,
    _check_party_names,
    _check_other_names,
)
STRICT_PARTY_RULES = (_check_siret_digits,)
