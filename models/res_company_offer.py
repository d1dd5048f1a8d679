"""Which companies Odoo's Send offers Chorus Pro to."""

from odoo import models


class ResCompany(models.Model):
    """A company that can bill public entities through Chorus Pro."""

    _inherit = "res.company"

    def _chorus_pro_is_offered(self):
        """Whether this company sends through Chorus Pro at all.

        Demo is where every company begins, so abroad it says nothing: a foreign
        supplier counts once it has credentials.
        """
        self.ensure_one()
        french = self.country_code in self._get_france_country_codes()
        trial = self.sudo().chorus_pro_environment == "demo"
        return (french or not trial) and self._chorus_pro_is_configured()
