"""Chorus Pro's business terms as the reform writes them.

The invoice is the same; only identifiers, addresses and the billing framework differ
(XP Z12-012, annex A, and the bundled sheet BR-FR-Flux2 [O]).
"""

SIREN_DIGITS = 9
SIREN_SCHEME, SIRET_SCHEME, ADDRESS_SCHEME = "0002", "0009", "0225"
# What stands for a SIRET elsewhere, API.md 4.3 [T].
OTHER_SCHEMES = ("0223", "0227", "0228", "0229")
# Framework of a direct deposit: that of the reform, by what is sold. List of values:
# BR-FR-08 [O]. A9: S3, since S5 is forbidden towards the State (BR-FR-CPRO-24) [T];
# A12: S6, a joint contractor bills services [T].
FRAMEWORKS = {
    "A1": {"goods": "B1", "services": "S1", "mixed": "M1"},
    "A2": {"goods": "B2", "services": "S2", "mixed": "M2"},
    "A9": dict.fromkeys(("goods", "services", "mixed"), "S3"),
    "A12": dict.fromkeys(("goods", "services", "mixed"), "S6"),
}
# The final invoice after a down payment, by BR-FR-CO-08 [O].
FINAL = {"goods": "B4", "services": "S4", "mixed": "M4"}
DEFAULT_FRAMEWORK, DEFAULT_NATURE = "A1", "mixed"


def adapt_terms(terms):
    """Return a copy of ``terms`` for the reform; parts that do not change are shared.

    :param dict terms: business terms as ``check_terms`` takes them, with the keys
        ``nature`` (``goods``, ``services`` or ``mixed``) and ``is_final`` (a down
        payment is taken off)
    :return: dict as ``facturx.generate_xml`` takes it
    """
    buyer = _adapt_party(terms.get("BG-7"))
    siret = buyer.get("identifiers", {}).get(SIRET_SCHEME)
    if siret:
        # A public entity is reached by its establishment; form of the address:
        # SIREN_SIRET [I].
        buyer["einvoicing_addr"] = f"{siret[:SIREN_DIGITS]}_{siret}"
    adapted = {
        **terms,
        "BT-23": choose_framework(terms),
        "BG-4": _adapt_party(terms.get("BG-4")),
        "BG-7": buyer,
    }
    if terms.get("BG-10"):
        adapted["BG-10"] = _adapt_party(terms["BG-10"])
    return adapted


def choose_framework(terms):
    """Billing framework (BT-23) of the reform; one that is none of ours is kept."""
    framework = terms.get("BT-23") or DEFAULT_FRAMEWORK
    natures = FRAMEWORKS.get(framework)
    if framework == "A1" and terms.get("is_final"):
        natures = FINAL
    if not natures:
        return framework
    return natures.get(terms.get("nature"), natures[DEFAULT_NATURE])


def _adapt_party(party):
    """SIRET to BT-29/BT-46/BT-60 (0009), SIREN to BT-30/BT-47/BT-61 (0002), address
    to BT-34/BT-49 (0225). Another kind of identifier keeps its scheme and leaves the
    register number empty: it is none."""
    adapted = dict(party or {})
    number = adapted.pop("legal_identifier", None)
    scheme = adapted.pop("legal_identifier_schemeid", None)
    if not number:
        return adapted
    if scheme in OTHER_SCHEMES:
        return {**adapted, "identifiers": {scheme: number}}
    siren = number[:SIREN_DIGITS]
    return {
        **adapted,
        "identifiers": {SIRET_SCHEME: number},
        "legal_identifier": siren,
        "legal_identifier_schemeid": SIREN_SCHEME,
        "einvoicing_addr": siren,
        "einvoicing_addr_schemeid": ADDRESS_SCHEME,
    }
