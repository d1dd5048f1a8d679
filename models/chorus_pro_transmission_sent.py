"""Odoo's own mark "sent": the portal has given a flow number."""

from odoo import models


class ChorusProTransmission(models.Model):
    """The invoice counts as sent once it was deposited, whoever asked for it."""

    _inherit = "chorus.pro.transmission"

    def _apply(self, event, **values):
        """EXTENDS chorus.pro.state.mixin: keep core's mark and ours together."""
        moved = super()._apply(event, **values)
        deposited = moved.filtered(lambda row: row.state == "deposited")
        unmarked = deposited.move_id.filtered(lambda move: not move.is_move_sent)
        unmarked.is_move_sent = True
        return moved
