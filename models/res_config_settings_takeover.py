"""Coming from the OCA modules, in the settings."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Shown while the old modules' data is not taken over, and what became of it."""

    _inherit = "res.config.settings"

    chorus_pro_takeover_due = fields.Boolean(compute="_compute_chorus_pro_takeover")
    chorus_pro_takeover_done = fields.Boolean(compute="_compute_chorus_pro_takeover")

    def _compute_chorus_pro_takeover(self):
        takeover = self.env["chorus.pro.takeover"].sudo()
        due, done = takeover._is_due(), bool(takeover.search([], limit=1))
        for settings in self:
            settings.chorus_pro_takeover_due = due
            settings.chorus_pro_takeover_done = done

    def action_chorus_pro_take_over(self):
        """Take over what the OCA modules left in the database."""
        return self.env["chorus.pro.takeover"].action_take_over()
