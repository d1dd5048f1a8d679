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
        compute="_compute_chorus_pro_lanes",
        inverse="_inverse_chorus_pro_lanes",
        readonly=False,
        help="Scheduled actions that send side by side, for all companies. Each takes "
        "a worker: start Odoo with --max-cron-threads of at least as many.",
    )

    @api.depends("company_id")
    def _compute_chorus_pro_lanes(self):
        """The lanes are the scheduled actions that are active; empty without any."""
        active = self.env["chorus.pro.flow"]._lanes().filtered("active")
        for settings in self:
            settings.chorus_pro_lanes = str(len(active)) if active else False

    def _inverse_chorus_pro_lanes(self):
        """Switch lanes on or off, where that changes anything."""
        flows = self.env["chorus.pro.flow"]
        for settings in self:
            chosen = int(settings.chorus_pro_lanes or 0)
            if chosen and chosen != len(flows._lanes().filtered("active")):
                flows._set_lanes(chosen)
