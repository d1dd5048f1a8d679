"""Chorus Pro in Odoo's dialog that sends one invoice."""

from odoo import models

from ..const import SENDING_METHOD


class AccountMoveSendWizard(models.TransientModel):
    """Only what is shown; the rules are those of `account.move.send`."""

    _inherit = "account.move.send.wizard"

    def _compute_sending_method_checkboxes(self):
        """EXTENDS account: core offers every way of sending to every customer."""
        result = super()._compute_sending_method_checkboxes()
        for wizard in self:
            boxes = dict(wizard.sending_method_checkboxes or {})
            ours = boxes.pop(SENDING_METHOD, None)
            if ours and self._chorus_pro_is_addressed(wizard.move_id):
                # First in the row: it is the way that counts.
                boxes = {SENDING_METHOD: self._chorus_pro_box(wizard, ours), **boxes}
            wizard.sending_method_checkboxes = boxes
        return result

    def _chorus_pro_box(self, wizard, box):
        """The tick box: where it leads in a trial, locked once the invoice went."""
        label = self._chorus_pro_label(wizard.move_id)
        if self._chorus_pro_may_go(wizard.move_id):
            return {**box, "label": label}
        return {**box, "label": label, "checked": False, "readonly": True}

    def action_send_and_print(self, allow_fallback_pdf=False):
        """EXTENDS account: only who may act at Chorus Pro queues anything.

        With `allow_fallback_pdf` a program calls that must go on, as the point of sale
        does: what cannot go stays "to send", and the customer gets the invoice.
        """
        self.ensure_one()
        methods = self.sending_methods or []
        if SENDING_METHOD in methods:
            if not allow_fallback_pdf:
                self.move_id._chorus_pro_authorize()
            elif not self._chorus_pro_goes_at_once(self.move_id):
                self.sending_methods = [m for m in methods if m != SENDING_METHOD]
        action = super().action_send_and_print(allow_fallback_pdf=allow_fallback_pdf)
        return self._chorus_pro_confirm(action)

    def _chorus_pro_confirm(self, action):
        """Say that the invoice is on its way: core closes the dialog without a word."""
        queued = SENDING_METHOD in (self.sending_methods or [])
        if not queued or action.get("type") != "ir.actions.act_window_close":
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The invoice is on its way to Chorus Pro."),
                "next": action,
            },
        }
