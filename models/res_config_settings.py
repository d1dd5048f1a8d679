"""Chorus Pro in the settings of Invoicing."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The company's Chorus Pro settings, for administrators."""

    _inherit = "res.config.settings"

    chorus_pro_environment = fields.Selection(
        related="company_id.chorus_pro_environment", readonly=False
    )
    chorus_pro_client_id = fields.Char(
        related="company_id.chorus_pro_client_id", readonly=False
    )
    chorus_pro_client_secret = fields.Char(
        related="company_id.chorus_pro_client_secret", readonly=False
    )
    chorus_pro_login = fields.Char(
        related="company_id.chorus_pro_login", readonly=False
    )
    chorus_pro_password = fields.Char(
        related="company_id.chorus_pro_password", readonly=False
    )
    chorus_pro_auto_send = fields.Boolean(
        related="company_id.chorus_pro_auto_send", readonly=False
    )
    chorus_pro_auto_send_since = fields.Datetime(
        related="company_id.chorus_pro_auto_send_since"
    )
    chorus_pro_company_siret = fields.Char(
        related="company_id.partner_id.company_registry",
        string="Company SIRET",
        readonly=False,
    )

    def action_chorus_pro_test(self):
        """Test the connection with what is saved."""
        self.ensure_one()
        return self.company_id.action_chorus_pro_test()
