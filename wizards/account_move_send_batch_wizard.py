"""Chorus Pro in Odoo's dialog that sends many invoices."""

from odoo import models

from ..const import SENDING_METHOD


class AccountMoveSendBatchWizard(models.TransientModel):
    """Nobody is asked invoice by invoice: what is blocked stays out of the count."""

    _inherit = "account.move.send.batch.wizard"

    def _is_applicable_to_move(self, method, move, **move_data):
        # EXTENDS account
        applicable = super()._is_applicable_to_move(method, move, **move_data)
        if method == SENDING_METHOD:
            return applicable and move.sudo().chorus_pro_can_send
        return applicable

    def _compute_summary_data(self):
        """EXTENDS account: say where a trial leads."""
        self.move_ids._origin._chorus_pro_preload()
        result = super()._compute_summary_data()
        for wizard in self:
            if ours := (wizard.summary_data or {}).get(SENDING_METHOD):
                going = wizard.move_ids._origin.filtered(self._chorus_pro_may_go)
                label = self._chorus_pro_label(going)
                wizard.summary_data = {
                    **wizard.summary_data,
                    SENDING_METHOD: {**ours, "label": label},
                }
        return result

    def action_send_and_print(self, force_synchronous=False, allow_fallback_pdf=False):
        """EXTENDS account: only who may act at Chorus Pro queues anything."""
        self.ensure_one()
        chosen = self.move_ids.filtered(
            lambda m: SENDING_METHOD in self._get_default_sending_methods(m)
        )
        chosen._chorus_pro_authorize()
        going = chosen.filtered(self._chorus_pro_may_go)
        result = super().action_send_and_print(
            force_synchronous=force_synchronous, allow_fallback_pdf=allow_fallback_pdf
        )
        self.env["chorus.pro.batch"]._watch(going)
        return result
