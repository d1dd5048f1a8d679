"""Core's "Reverse and create invoice"."""

from odoo import models


class AccountMoveReversal(models.TransientModel):
    """A corrected invoice takes the place of the one that is cancelled."""

    _inherit = "account.move.reversal"

    def _modify_default_reverse_values(self, origin_move):
        """EXTENDS account: it is of the same period."""
        values = super()._modify_default_reverse_values(origin_move)
        return {**values, **origin_move.sudo()._chorus_pro_period()}
