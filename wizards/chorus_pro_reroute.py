"""The dialog that sends refused invoices to their right recipient."""

from odoo import api, fields, models


class ChorusProReroute(models.TransientModel):
    """Recipient, service and references; what is left empty stays as it is."""

    _name = "chorus.pro.reroute"
    _description = "Re-route at Chorus Pro"

    move_ids = fields.Many2many("account.move", string="Invoices")
    count = fields.Integer(compute="_compute_reasons")
    reasons = fields.Text(compute="_compute_reasons", string="The recipient says")
    recipient_id = fields.Many2one(
        "res.partner",
        domain="[('chorus_pro_is_public', '=', True), ('is_company', '=', True)]",
    )
    service_id = fields.Many2one(
        "chorus.pro.service",
        domain="[('partner_id', '=', recipient_id)]",
    )
    service = fields.Char(string="Service code")
    engagement = fields.Char(string="Engagement number")
    contract = fields.Char(string="Contract number")
    comment = fields.Text()

    @api.model
    def _open_for(self, moves):
        """A dialog for `moves`, filled with what they have in common."""

        def common(name):
            values = {move[name] or False for move in moves}
            return values.pop() if len(values) == 1 else False

        entity, service = moves.commercial_partner_id, moves.chorus_pro_service_id
        return self.create(
            {
                "move_ids": moves.ids,
                "recipient_id": entity.id if len(entity) == 1 else False,
                "service_id": service.id if len(service) == 1 else False,
                "service": common("buyer_reference"),
                "engagement": common("purchase_order_reference"),
                "contract": common("contract_reference"),
            }
        )

    @api.depends("move_ids")
    def _compute_reasons(self):
        for wizard in self:
            rows = wizard.move_ids._origin.chorus_pro_transmission_id
            wizard.count = len(wizard.move_ids)
            wizard.reasons = rows._name_comments()

    @api.onchange("service_id")
    def _onchange_service_id(self):
        if self.service_id:
            self.service = self.service_id.code

    @api.onchange("recipient_id")
    def _onchange_recipient_id(self):
        if self.service_id.partner_id != self.recipient_id:
            self.service_id = self.service = False

    def action_confirm(self):
        """Ask for it, say for how many, and close."""
        self.ensure_one()
        routing = {
            name: (self[name] or "").strip()
            for name in ("service", "engagement", "contract")
        }
        same = len(self.move_ids.commercial_partner_id) == 1
        is_own = same and self.recipient_id == self.move_ids.commercial_partner_id
        recipient = self.env["res.partner"] if is_own else self.recipient_id
        return self.move_ids._chorus_pro_reroute(recipient, routing, self.comment or "")
