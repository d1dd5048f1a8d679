"""The kinds of Factur-X that this package makes, one row each.

A second route (the 2026 reform's ``ctc-fr``) becomes a second row here; nothing
else may test the name of a profile.
"""

from dataclasses import dataclass

from .errors import FacturXError


@dataclass(frozen=True)
class Profile:
    """What distinguishes one route's files from another's.

    :ivar str level: Factur-X level, as the ``factur-x`` library names it
    :ivar tuple types: invoice types (BT-3) that may be made
    :ivar tuple frameworks: accepted billing frameworks (BT-23)
    :ivar tuple identifier_schemes: schemes accepted for BT-30 and BT-47
    :ivar int max_bytes: size of the finished file, attachments included
    :ivar tuple schematrons: official rule sheets, paths inside ``facturx``'s
        ``xsd_and_schematron`` folder
    """

    level: str
    types: tuple[str, ...]
    frameworks: tuple[str, ...]
    identifier_schemes: tuple[str, ...]
    max_bytes: int
    schematrons: tuple[str, ...]


MEGABYTE = 1024 * 1024

# Frameworks: the four that a supplier may file, API.md 3.5 ("soumettre 4") [O].
# Schemes: API.md 4.1, all three are in use for a SIRET [T]; the portal's view of a
# mismatch is unknown [U]. Size: API.md 1.6, 10 MB per file [T].
PROFILES = {
    "chorus": Profile(
        level="en16931",
        types=("380", "381"),
        frameworks=("A1", "A2", "A9", "A12"),
        identifier_schemes=("0002", "0009", "1"),
        max_bytes=10 * MEGABYTE,
        schematrons=("facturx-en16931/FACTUR-X_EN16931.xslt",),
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
