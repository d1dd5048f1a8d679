"""How old what is known of a public entity is."""

from odoo import fields, models


class ResPartner(models.Model):
    """What was read from the portal's directory has a date."""

    _inherit = "res.partner"

    def _chorus_pro_is_stale(self, environment, age):
        """Whether the directory entry was not read in `environment` within `age`.

        :param timedelta age: how old it may be
        """
        self.ensure_one()
        partner = self.commercial_partner_id
        read_at = partner.chorus_pro_synced_at
        here = partner.chorus_pro_directory_environment == environment
        return not here or not read_at or read_at < fields.Datetime.now() - age
