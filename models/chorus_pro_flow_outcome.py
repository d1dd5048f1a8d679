"""What a deposit came to: also when its invoices went on without it."""

from odoo import api, fields, models

from .chorus_pro_state import FLOW_STATES

OUTCOMES = [
    *FLOW_STATES,
    ("given_up", "Given up"),
    ("sent_again", "Incident, sent again"),
]


class ChorusProFlow(models.Model):
    """The state of the engine, and what people did about it."""

    _inherit = "chorus.pro.flow"

    outcome = fields.Selection(
        OUTCOMES,
        compute="_compute_outcome",
        help="Given up: nobody looks for this deposit any more, its invoices were "
        "deposited again or found in another one. Sent again: after an incident at "
        "the portal its invoices went in another deposit.",
    )
    carried_ids = fields.Many2many(
        "chorus.pro.transmission",
        "chorus_pro_flow_carried_rel",
        string="Dropped invoices",
        help="What the portal dropped with this deposit: it goes again in another.",
    )

    @api.depends("state", "transmission_ids.state", "carried_ids.flow_id")
    def _compute_outcome(self):
        for flow in self:
            outcome = flow.state
            rows = flow.transmission_ids
            if outcome == "unknown" and rows and "unknown" not in rows.mapped("state"):
                outcome = "given_up"
            elif outcome == "incident" and flow.carried_ids and not rows:
                outcome = "sent_again"
            flow.outcome = outcome

    @api.depends("carried_ids")
    def _compute_invoice_count(self):
        """EXTENDS: also those that went on in another deposit."""
        result = super()._compute_invoice_count()
        for flow in self.filtered("carried_ids"):
            flow.invoice_count = len(flow.carried_ids)
        return result

    def _apply(self, event, **values):
        """EXTENDS chorus.pro.state.mixin: keep what was in a dropped deposit."""
        moved = super()._apply(event, **values)
        if event == "incident":
            for flow in moved:
                flow.carried_ids = flow.transmission_ids
        return moved

    def action_open_invoices(self):
        """EXTENDS: also those that went on in another deposit."""
        action = super().action_open_invoices()
        if self.carried_ids:
            rows = self.transmission_ids | self.carried_ids
            action["domain"] = [("chorus_pro_transmission_ids", "in", rows.ids)]
        return action
