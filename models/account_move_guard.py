"""What was sent is what is kept: guards on the invoice."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .account_move_late import CLAIM_FIELDS, LIMIT_FIELDS

# The portal holds the invoice, or may hold it.
AT_PORTAL = ("sending", "unknown", "deposited", "integrated")
# Fields whose change would contradict the file that was frozen.
ROUTING_FIELDS = {
    "buyer_reference",
    "purchase_order_reference",
    "contract_reference",
    "chorus_pro_framework",
    "chorus_pro_document_type",
    "chorus_pro_original_number",
    "chorus_pro_original_date",
    "chorus_pro_delivery_note",
    "chorus_pro_project",
    "chorus_pro_period_start",
    "chorus_pro_period_end",
    "chorus_pro_payee_bank_id",
    "chorus_pro_attachment_ids",
}
# Computed or dated by the addon. Such a field is read-only on screen only: without a
# guard any call that may write the invoice may write it too.
OWN_FIELDS = {
    "chorus_pro_status",
    "chorus_pro_posted_at",
    "chorus_pro_internal",
    "chorus_pro_reissue_of_id",
    "chorus_pro_rejected_on",
    *LIMIT_FIELDS,
    *CLAIM_FIELDS,
}
# In the context: the portal has a new routing. No call from outside holds this object.
REROUTED = object()


class AccountMove(models.Model):
    """An invoice that left cannot be changed; one that waits is taken back."""

    _inherit = "account.move"

    @api.model_create_multi
    def create(self, vals_list):
        """Nobody makes an invoice that says it was sent."""
        for vals in vals_list:
            self._chorus_pro_refuse_own(vals)
        return super().create(vals_list)

    def _chorus_pro_refuse_own(self, vals):
        """Refuse values of fields that only the addon itself writes."""
        if OWN_FIELDS & vals.keys() and not self.env.su:
            raise AccessError(
                self.env._("The status at Chorus Pro cannot be written by hand.")
            )

    def write(self, vals):
        """Keep what was sent and what the invoice says of it together."""
        self._chorus_pro_refuse_own(vals)
        is_rerouted = self.env.context.get("chorus_pro_rerouted") is REROUTED
        if ROUTING_FIELDS & vals.keys() and not is_rerouted:
            held = self.sudo().filtered(
                lambda m: m.chorus_pro_transmission_id._is_frozen()
            )
            if any(held._chorus_pro_changes(vals)):
                raise UserError(
                    self.env._(
                        "%(invoice)s is on its way to Chorus Pro: what was sent cannot "
                        "be changed any more.",
                        invoice=held[:1].name,
                    )
                )
        return super().write(vals)

    def _chorus_pro_take_routing(self, vals):
        """Follow a re-routing at the portal; the file that was sent stays as it is."""
        self.with_context(chorus_pro_rerouted=REROUTED).write(vals)

    def _chorus_pro_changes(self, vals):
        """Whether `vals` really changes the routing, invoice by invoice."""
        for move in self:
            for name in ROUTING_FIELDS & vals.keys():
                field = move._fields[name]
                current, new = (
                    field.convert_to_cache(value, move, validate=False) or None
                    for value in (move[name], vals[name] or False)
                )
                yield field.type == "many2many" or current != new

    @api.ondelete(at_uninstall=False)
    def _unlink_except_deposited(self):
        """Keep the proof of what was deposited; forget what never left."""
        rows = self.sudo().chorus_pro_transmission_ids
        deposited = rows.filtered("flow_id.attempted_at")
        if deposited:
            raise UserError(
                self.env._(
                    "%(invoices)s was deposited at Chorus Pro and is kept. Cancel it "
                    "instead of deleting it.",
                    invoices=", ".join(set(deposited.mapped("number"))),
                )
            )
        rows.unlink()

    def _check_draftable(self):
        """Take queued invoices back; refuse for what the portal may hold.

        EXTENDS account. Both this and the freezing write the same row, so that they
        cannot pass each other.
        """
        result = super()._check_draftable()
        current = self.sudo().chorus_pro_transmission_id
        taken_back = current._cancel_queued()
        taken_back._tell(self.env._("Chorus Pro: taken back before it was sent."))
        held = (current - taken_back).filtered(lambda row: row.state in AT_PORTAL)
        if held:
            raise UserError(
                self.env._(
                    "%(invoices)s is, or may be, at Chorus Pro and cannot be changed "
                    "any more. Correct it with a credit note and a new invoice.",
                    invoices=", ".join(held.mapped("number")),
                )
            )
        return result

    @api.depends("chorus_pro_status")
    def _compute_show_reset_to_draft_button(self):
        """EXTENDS account: no button for what the portal may hold."""
        result = super()._compute_show_reset_to_draft_button()
        for move in self:
            row = move.sudo().chorus_pro_transmission_id
            if row.state in AT_PORTAL:
                move.show_reset_to_draft_button = False
        return result
