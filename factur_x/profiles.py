"""The kinds of Factur-X that this package makes, one row each.

Nothing else may test the name of a profile: what distinguishes one is in its row.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from . import ctc_fr
from .errors import FacturXError


@dataclass(frozen=True)
class Profile:
    """What distinguishes one route's files from another's.

    :ivar str level: Factur-X level, as the ``factur-x`` library names it
    :ivar tuple types: invoice types (BT-3) that may be made
    :ivar tuple unproven_types: those of them that come with a warning
    :ivar tuple frameworks: accepted billing frameworks (BT-23), as the caller names
        them; ``adapt`` writes them as the route wants
    :ivar tuple identifier_schemes: schemes accepted for a SIRET in BT-30 and BT-47
    :ivar int max_bytes: size of the finished file, attachments included
    :ivar tuple schematrons: official rule sheets, paths inside ``facturx``'s
        ``xsd_and_schematron`` folder
    :ivar bool may_be_deposited: False: made and judged, never sent unless the caller
        was told to
    :ivar adapt: function from the caller's terms to those of the route
    :ivar tuple rules: rules of this profile alone, beside the common ones
    """

    level: str
    types: tuple[str, ...]
    unproven_types: tuple[str, ...]
    frameworks: tuple[str, ...]
    identifier_schemes: tuple[str, ...]
    max_bytes: int
    schematrons: tuple[str, ...]
    may_be_deposited: bool = True
    adapt: Callable[[dict], dict] = dict
    rules: tuple[Callable, ...] = ()


MEGABYTE = 1024 * 1024
EN16931_SHEET = "facturx-en16931/FACTUR-X_EN16931.xslt"
BR_FR_SHEET = "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt"

# Types: 380 and 381 work [L]; how the portal takes the others is unknown [U].
# Frameworks: the four that a supplier may file, API.md 3.5 ("soumettre 4") [O].
# Schemes: API.md 4.1, all three are in use for a SIRET [T]; the portal's view of a
# mismatch is unknown [U]. Size: API.md 1.6, 10 MB per file [T].
CHORUS = Profile(
    level="en16931",
    types=("380", "381", "384", "386"),
    unproven_types=("384", "386"),
    frameworks=("A1", "A2", "A9", "A12"),
    identifier_schemes=("0002", "0009", "1"),
    max_bytes=10 * MEGABYTE,
    schematrons=(EN16931_SHEET,),
)
PROFILES = {
    "chorus": CHORUS,
    # The 2026 reform. Refused live in a direct deposit, API.md 4.1 [L].
    "ctc-fr": replace(
        CHORUS,
        schematrons=(EN16931_SHEET, BR_FR_SHEET),
        may_be_deposited=False,
        adapt=ctc_fr.adapt_terms,
        rules=ctc_fr.RULES,
    ),
}


def get_profile(name):
    """Return the row of ``PROFILES``.

    :raise FacturXError: ``profile`` when there is no such row
    """
    try:
        return PROFILES[name]
    except KeyError:
        raise FacturXError(code="profile", detail=name) from None
