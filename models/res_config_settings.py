"""Chorus Pro in the settings of Invoicing."""

from odoo import fields, models

from ..const import SCHEMATRON_MODES
from ..factur_x import is_available
from .res_company_documents import SCHEMATRON_PARAMETER


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

    chorus_pro_note_pmt = fields.Text(
        related="company_id.chorus_pro_note_pmt", readonly=False
    )
    chorus_pro_note_pmd = fields.Text(
        related="company_id.chorus_pro_note_pmd", readonly=False
    )
    chorus_pro_note_aab = fields.Text(
        related="company_id.chorus_pro_note_aab", readonly=False
    )
    chorus_pro_payee_bank_id = fields.Many2one(
        related="company_id.chorus_pro_payee_bank_id", readonly=False
    )
    chorus_pro_schematron = fields.Selection(
        SCHEMATRON_MODES,
        string="European rules",
        config_parameter=SCHEMATRON_PARAMETER,
        default="auto",
    )
    chorus_pro_rules_unchecked = fields.Boolean(
        compute="_compute_chorus_pro_rules_unchecked",
        help="The package that runs the European standard's rules is not installed.",
    )

    def _compute_chorus_pro_rules_unchecked(self):
        for settings in self:
            settings.chorus_pro_rules_unchecked = not is_available()

    def action_chorus_pro_test(self):
        """Test the connection with what is saved."""
        self.ensure_one()
        return self.company_id.action_chorus_pro_test()
