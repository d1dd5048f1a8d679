"""Settings of the sending engine: the company's pace, the database's lanes."""

from odoo import api, fields, models

from .chorus_pro_lane import LANES


class ResConfigSettings(models.TransientModel):
    """How fast invoices leave, for administrators."""

    _inherit = "res.config.settings"

    chorus_pro_calls_second = fields.Float(
        related="company_id.chorus_pro_calls_second", readonly=False
    )
    chorus_pro_calls_day = fields.Integer(
        related="company_id.chorus_pro_calls_day", readonly=False
    )
    chorus_pro_lanes = fields.Selection(
        [(str(number), str(number)) for number in range(1, LANES + 1)],
        string="Lanes",
        default="1",
        help="Scheduled actions that send side by side, for all companies. Each takes "
        "a worker: start Odoo with --max-cron-threads of at least as many.",
    )

    @api.model
    def get_values(self):
        """EXTENDS base: the lanes are the scheduled actions that are active."""
        active = self.env["chorus.pro.flow"]._lanes().filtered("active")
        lanes = str(max(len(active), 1))
        return {**super().get_values(), "chorus_pro_lanes": lanes}

    def set_values(self):
        """EXTENDS base: switch lanes on or off."""
        result = super().set_values()
        flows = self.env["chorus.pro.flow"]
        current = flows._lanes().filtered("active")
        if int(self.chorus_pro_lanes) != max(len(current), 1):
            flows._set_lanes(int(self.chorus_pro_lanes))
        return result
