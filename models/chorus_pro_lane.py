"""Lanes: scheduled actions of the same code that send side by side."""

from odoo import api, models

from ..const import MODULE

LANES = 4


class ChorusProFlow(models.Model):
    """One scheduled action never runs twice at once; several are several lanes."""

    _inherit = "chorus.pro.flow"

    @api.model
    def _lanes(self):
        """The scheduled actions that send, active or not, in their order."""
        found = (
            self.env.ref(f"{MODULE}.ir_cron_send_{number}", raise_if_not_found=False)
            for number in range(1, LANES + 1)
        )
        return self.env["ir.cron"].sudo().union(*filter(None, found))

    @api.model
    def _wake_lanes(self, at=None):
        """Ask the active lanes to run, at once when this commits, or `at` a moment."""
        for lane in self._lanes().filtered("active"):
            lane._trigger(at=at)

    @api.model
    def _set_lanes(self, number):
        """Let so many lanes be active.

        :raise UserError: one that changes is at work just now
        """
        for position, lane in enumerate(self._lanes(), start=1):
            is_wanted = position <= number
            if lane.active != is_wanted:
                lane.active = is_wanted
