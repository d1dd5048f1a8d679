"""The set-up in the settings: its page, the environment, the end of the password."""

from datetime import timedelta

from odoo import api, fields, models

from .chorus_pro_gate_password import REMINDERS


class ResConfigSettings(models.TransientModel):
    """What the settings tell of the connection, for administrators."""

    _inherit = "res.config.settings"

    chorus_pro_password_words = fields.Char(
        compute="_compute_chorus_pro_password", groups="base.group_system"
    )
    chorus_pro_password_ends_soon = fields.Boolean(
        compute="_compute_chorus_pro_password", groups="base.group_system"
    )

    @api.depends("company_id")
    def _compute_chorus_pro_password(self):
        for settings in self:
            company = settings.company_id
            end = company._chorus_pro_password_gate().password_expires_at
            soon = fields.Datetime.now() + timedelta(days=max(REMINDERS))
            settings.chorus_pro_password_words = company._chorus_pro_password_words()
            settings.chorus_pro_password_ends_soon = bool(end) and end <= soon

    def action_chorus_pro_setup(self):
        """Open the page that walks through the set-up."""
        return self.env["chorus.pro.setup"].action_open()

    def action_chorus_pro_environment(self):
        """Ask where the invoices are to go."""
        self.ensure_one()
        self.company_id._chorus_pro_check_administrator()
        return self.company_id._chorus_pro_open_environment()
