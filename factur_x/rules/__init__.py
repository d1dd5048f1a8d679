"""What Chorus Pro would refuse and no official schematron looks at.

One small function a rule, each with its source. They read the dict of business
terms (the one that ``facturx.generate_xml`` takes) after the cleaning of
``limits.clean_terms`` and yield :class:`~.issues.Issue` records; nothing here raises.
The codes are listed in ``issues.CODES``.
"""

import re
from decimal import Decimal, InvalidOperation

from stdnum import iban

from .amounts import AMOUNT_RULES
from .issues import get_amount, make_issue
from .limits import LIMITS, clean_terms, find_values
from .profiles import get_profile


def _is_credit_note(terms):
    return terms["BT-3"] == "381"


# === STRUCTURE: without these nothing else can be judged === #

REQUIRED = ("BT-1", "BT-2", "BT-3", "BT-5", "BT-106", "BT-109", "BT-110", "BT-112")
REQUIRED_GROUPS = ("BG-4", "BG-7", "BG-23", "BG-25")
REQUIRED_IN_LINE = ("BT-126", "BT-129", "BT-130", "BT-131", "BT-146", "BT-151")
NUMBERS_IN_LINE = ("BT-129", "BT-131", "BT-146", "BT-148")
TOTALS = ("BT-106", "BT-107", "BT-108", "BT-109", "BT-110", "BT-112", "BT-113")


def _is_missing(holder, key):
    value = holder.get(key)
    return value is None or value is False or value in ("", [], {})


def _check_required(terms, _profile):
    """EN 16931 makes them mandatory; BG-25 since Chorus Pro reads lines [O]."""
    for term in (*REQUIRED, "BT-115", *REQUIRED_GROUPS):
        if _is_missing(terms, term):
            yield make_issue("missing", term)
    for number, line in enumerate(terms.get("BG-25") or (), start=1):
        for term in (*REQUIRED_IN_LINE, "BT-153"):
            if _is_missing(line, term):
                yield make_issue("missing", term, line=number)


def _check_unsupported(terms, _profile):
    """What the caller could not express, told by itself in ``unsupported``."""
    for entry in terms.get("unsupported") or ():
        yield make_issue(**entry)


def _check_numbers(terms, _profile):
    """Amounts, quantities and prices are decimal numbers."""
    holders = [(0, terms, (*TOTALS, "BT-114", "BT-115"))]
    for group, keys in (
        ("BG-25", NUMBERS_IN_LINE),
        ("BG-23", ("BT-116", "BT-117", "BT-119")),
        ("BG-20", ("amount",)),
        ("BG-21", ("amount",)),
    ):
        entries = enumerate(terms.get(group) or (), start=1)
        holders += [(number, entry, keys) for number, entry in entries]
    for number, holder, keys in holders:
        for key in keys:
            if not _is_number(holder.get(key)):
                yield make_issue("not_a_number", key, holder.get(key), line=number)


def _is_number(value):
    try:
        return Decimal(str(value or 0)).is_finite()
    except InvalidOperation:
        return False


# === IDENTITY OF THE INVOICE === #


def _check_number_characters(terms, _profile):
    """BT-1: letters, digits, space, ``-``, ``+``, ``_``, ``/``. API.md 4.1 [O]."""
    if not re.fullmatch(r"[A-Za-z0-9 +_/-]+", terms["BT-1"]):
        yield make_issue("number_characters", "BT-1", terms["BT-1"])


def _check_type(terms, profile):
    """BT-3: the list that the portal takes is unknown [U]; 380 and 381 work [L]."""
    if terms["BT-3"] not in profile.types:
        yield make_issue("type_unknown", "BT-3", terms["BT-3"], profile.types)


def _check_framework(terms, profile):
    """BT-23: API.md 3.5 [O]; its absence seems tolerated, API.md 4.1 [I]."""
    framework = terms.get("BT-23")
    if not framework:
        yield make_issue("framework_missing", "BT-23", limit=profile.frameworks)
    elif framework not in profile.frameworks:
        yield make_issue("framework_unknown", "BT-23", framework, profile.frameworks)


def _check_paid_framework(terms, _profile):
    """A2 says that the invoice is already paid, API.md 3.5 [O]: nothing is due."""
    if terms.get("BT-23") == "A2" and get_amount(terms, "BT-115"):
        yield make_issue("framework_not_paid", "BT-115", terms["BT-115"], "0.00")


def _check_currency(terms, _profile):
    """Only euros for now: VAT in euros (BT-111) is not written yet."""
    if terms["BT-5"] != "EUR":
        yield make_issue("currency_unsupported", "BT-5", terms["BT-5"], "EUR")


def _check_preceding(terms, _profile):
    """BG-3: at most one, API.md 4.1 [O]; compulsory on a credit note? [U]."""
    preceding = terms.get("BG-3") or []
    if len(preceding) > 1:
        numbers = ", ".join(entry.get("BT-25") or "?" for entry in preceding)
        yield make_issue("preceding_several", "BG-3", numbers, 1)
    elif _is_credit_note(terms) and not preceding:
        yield make_issue("preceding_missing", "BT-25")


def _check_lengths(terms, _profile, limits):
    """API.md 4.4 [O], table ``limits.LIMITS``."""
    for limit in limits:
        for line, holder, key in find_values(terms, limit.path):
            if len(holder[key]) > limit.size:
                code = "shortened" if limit.cut else "too_long"
                yield make_issue(code, limit.term, holder[key], limit.size, line)


# === PARTIES === #


def _check_sirets(terms, profile):
    """BT-30, BT-47: 14 digits, a SIREN was refused live. API.md 4.1 [L]."""
    for term, party in (("BT-30", terms["BG-4"]), ("BT-47", terms["BG-7"])):
        siret = party.get("legal_identifier")
        scheme = party.get("legal_identifier_schemeid")
        if not siret:
            yield make_issue("siret_missing", term)
        elif not re.fullmatch(r"[0-9]{14}", siret):
            yield make_issue("siret_format", term, siret, 14)
        elif scheme not in profile.identifier_schemes:
            yield make_issue("siret_scheme", term, scheme, profile.identifier_schemes)


def _check_party_names(terms, _profile):
    """EN 16931 BR-06, BR-07, BR-09, BR-11: names and countries."""
    rows = (("BG-4", "BT-27", "BT-40"), ("BG-7", "BT-44", "BT-55"))
    for group, name, country in rows:
        if not terms[group].get("name"):
            yield make_issue("missing", name)
        if not terms[group].get("country_code"):
            yield make_issue("missing", country)


def _check_seller_vat(terms, _profile):
    """EN 16931 BR-S-02 and its kin: VAT charged needs the seller's VAT number."""
    seller = terms["BG-4"]
    is_known = seller.get("vat_identifier") or seller.get("tax_identifier")
    if not is_known and any(row.get("BT-118") != "O" for row in terms["BG-23"]):
        yield make_issue("vat_number_missing", "BT-31")


# === PAYMENT === #

# API.md 4.1 (rule S2.05) [O].
PAYMENT_MEANS = ("01", "10", "20", "30", "31", "42", "48", "49", "58", "59", "97")
# API.md 4.1 [T]; 58 by EN 16931 BR-61.
TRANSFERS = ("30", "31", "42", "58")


def _check_payment_means(terms, _profile):
    """BT-81: wanted on an invoice [O], not on a credit note [T]. API.md 4.1, 4.2."""
    means = terms.get("BT-81")
    if _is_credit_note(terms):
        if means:
            yield make_issue("payment_means_forbidden", "BT-81", means)
    elif not means:
        yield make_issue("payment_means_missing", "BT-81")
    elif means not in PAYMENT_MEANS:
        yield make_issue("payment_means_unknown", "BT-81", means, PAYMENT_MEANS)


def _check_iban(terms, _profile):
    """BT-84: a transfer needs it, and only an IBAN is taken. API.md 4.1 [T]."""
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


STRUCTURE_RULES = (_check_unsupported, _check_required, _check_numbers)
RULES = (
    _check_number_characters,
    _check_type,
    _check_framework,
    _check_paid_framework,
    _check_currency,
    _check_preceding,
    _check_sirets,
    _check_party_names,
    _check_seller_vat,
    _check_payment_means,
    _check_iban,
    _check_due_date,
    *AMOUNT_RULES,
)


def check_terms(terms, profile="chorus"):
    """Return what Chorus Pro would refuse, or would see shortened, in ``terms``.

    :param dict terms: business terms, as ``facturx.generate_xml`` takes them
    :param str profile: key of ``profiles.PROFILES``
    :return: list of :class:`~.issues.Issue`, in the order of the rules; when the
        structure is broken only that is told, since the other rules could not read it
    :raise FacturXError: ``profile`` when there is no such profile
    """
    row = get_profile(profile)
    cleaned = clean_terms(terms)
    broken = [issue for rule in STRUCTURE_RULES for issue in rule(cleaned, row)]
    if broken:
        return broken
    found = [issue for rule in RULES for issue in rule(cleaned, row)]
    return found + list(_check_lengths(cleaned, row, LIMITS[profile]))
