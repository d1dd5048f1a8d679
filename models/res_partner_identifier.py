"""Which number names a company at Chorus Pro: SIRET, or what stands for it abroad."""

import re
from typing import NamedTuple

from stdnum.fr import siret

from odoo import models


class Identifier(NamedTuple):
    """The identifier of a structure.

    `kind` is the portal's word (`typeIdentifiantStructure`, API.md 3.6 [O]), `scheme`
    the code in the file, `value` the number as it was entered, without spaces and
    dots, `is_valid` tells whether it has the right form.
    """

    kind: str
    scheme: str
    value: str
    is_valid: bool


# Schemes: 0002 with a SIRET as in production elsewhere (API.md 4.1 [T]); the others
# are the reform's, nothing is known of them in a direct deposit (API.md 4.3 [I]).
# Shapes: API.md 4.3.
SIRET, EU, OTHER, RIDET, TAHITI = (
    ("SIRET", "0002", r"\d{14}"),
    ("UE_HORS_FRANCE", "0223", r"[A-Z]{2}[A-Z0-9]{2,16}"),
    ("HORS_UE", "0227", r"[A-Z]{2}.{1,16}"),
    ("RIDET", "0228", r"\d{9,10}"),
    ("TAHITI", "0229", r"[A-Z0-9]{6,10}"),
)
TERRITORIES = {"NC": RIDET, "PF": TAHITI}
# The only country of those that have such a number.
COUNTRIES = {kind: code for code, (kind, *_) in TERRITORIES.items()}
NAME_LENGTH = 16


def without_spaces(number):
    """A number as it is compared: without spaces and dots, in capitals."""
    return re.sub(r"[\s.]", "", number or "").upper()


class ResPartner(models.Model):
    """Identification of suppliers and public entities."""

    _inherit = "res.partner"

    def _chorus_pro_identifier(self):
        """The identifier of the commercial partner at Chorus Pro.

        No check digit is demanded of a French SIRET: fictitious entities of the
        State's test portal fail it (API.md 4.7 [L]). Abroad only a number that passes
        is taken for one: others have registries of 14 digits too.

        :return: Identifier
        """
        self.ensure_one()
        partner = self.commercial_partner_id
        digits = without_spaces(partner.company_registry)
        country = partner.country_id
        french = self.env["res.company"]._get_france_country_codes()
        if not country or country.code in french:
            kind = TERRITORIES.get(country.code, SIRET)
            kind = SIRET if re.fullmatch(SIRET[2], digits) else kind
            return self._chorus_pro_make_identifier(kind, digits)
        if siret.is_valid(digits):
            return self._chorus_pro_make_identifier(SIRET, digits)
        if country in self.env.ref("base.europe").country_ids:
            vat = "".join((partner.vat or "").split()).upper()
            return self._chorus_pro_make_identifier(EU, vat)
        name = f"{country.code}{(partner.name or '').strip()[:NAME_LENGTH]}"
        return self._chorus_pro_make_identifier(OTHER, name.strip())

    def _chorus_pro_make_identifier(self, row, value):
        kind, scheme, shape = row
        return Identifier(kind, scheme, value, bool(re.fullmatch(shape, value)))

    def _chorus_pro_name_identifier(self):
        """Words for a partner whose identifier is missing or has not the right form."""
        kind = self._chorus_pro_identifier().kind
        name = self.commercial_partner_id.display_name
        if kind == "UE_HORS_FRANCE":
            return self.env._("%(partner)s has no VAT number.", partner=name)
        if kind == "RIDET":
            return self.env._(
                "%(partner)s has no RIDET of 9 or 10 digits.", partner=name
            )
        if kind == "TAHITI":
            return self.env._("%(partner)s has no Tahiti number.", partner=name)
        return self.env._("%(partner)s has no SIRET of 14 digits.", partner=name)

    def _chorus_pro_siret(self):
        """The SIRET, or what stands for it; empty when it has not the right form."""
        identifier = self._chorus_pro_identifier()
        return identifier.value if identifier.is_valid else ""
