"""Odoo's own Send on the form of an invoice to a public entity."""

from odoo import api, models


class AccountMove(models.Model):
    """What the form and the dialogs of Send ask of invoices."""

    _inherit = "account.move"

    @api.depends("chorus_pro_status")
    def _compute_highlight_send_button(self):
        """EXTENDS account: one highlighted button only, "Send to Chorus Pro"."""
        result = super()._compute_highlight_send_button()
        for move in self.filtered("highlight_send_button").sudo():
            move.highlight_send_button = not move.chorus_pro_status
        return result

    def action_invoice_sent(self):
        """EXTENDS account: the dialog over the form itself; closing it is enough."""
        action = super().action_invoice_sent()
        context = {**action.get("context", {}), "chorus_pro_on_form": True}
        return {**action, "context": context}

    def _chorus_pro_preload(self):
        """Read for all what core's tax engine would read invoice by invoice."""
        lines = self.sudo().line_ids
        lines.mapped("tax_ids")
        lines.mapped("tax_tag_ids")
