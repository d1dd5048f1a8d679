"""What the orders and deliveries behind an invoice tell, where `sale` is installed.

`sale`, its stock and its projects are no dependency: each field is looked for before it
is read, whichever addon was installed first.
"""

from odoo import api, fields, models

from ..const import READERS


class AccountMove(models.Model):
    """Delivery note and project, filled from the order; what a person typed stays."""

    _inherit = "account.move"

    chorus_pro_delivery_note = fields.Char(
        compute="_compute_chorus_pro_order_terms",
        store=True,
        readonly=False,
        string="Delivery note",
        groups=READERS,
        copy=False,
        help="BT-16; filled when one delivery of the order is left to bill.",
    )
    chorus_pro_project = fields.Char(
        compute="_compute_chorus_pro_order_terms",
        store=True,
        readonly=False,
        string="Project",
        groups=READERS,
        copy=True,
        help="BT-11; filled from the project of the order.",
    )

    @api.depends(lambda self: self._chorus_pro_order_dependencies())
    def _compute_chorus_pro_order_terms(self):
        for move in self:
            note, project = move.chorus_pro_delivery_note, move.chorus_pro_project
            orders = move._chorus_pro_orders()
            if orders and not move._chorus_pro_is_frozen():
                note = note or move._chorus_pro_delivery_of(orders)
                project = project or move._chorus_pro_project_of(orders)
            move.chorus_pro_delivery_note = note
            move.chorus_pro_project = project

    @api.model
    def _chorus_pro_order_dependencies(self):
        if "sale_line_ids" in self.env["account.move.line"]._fields:
            return ["partner_id", "invoice_line_ids.sale_line_ids"]
        return ["partner_id"]

    def _chorus_pro_orders(self):
        """The sale orders of a customer invoice to a public entity; may be None."""
        known = "sale_line_ids" in self.env["account.move.line"]._fields
        if not known or not self._chorus_pro_wants_defaults():
            return None
        return self.invoice_line_ids.sale_line_ids.order_id

    def _chorus_pro_delivery_of(self, orders):
        """The one delivery that no other invoice of the orders names, or False."""
        if "picking_ids" not in orders._fields:
            return False
        billed = (orders.invoice_ids - self._origin).mapped("chorus_pro_delivery_note")
        delivered = orders.picking_ids.filtered(
            lambda p: (
                p.state == "done"
                and p.picking_type_code == "outgoing"
                and p.name not in billed
            )
        )
        return len(delivered) == 1 and delivered.name

    def _chorus_pro_project_of(self, orders):
        """The one project that all orders belong to, or False."""
        if "project_id" not in orders._fields:
            return False
        projects = orders.project_id
        return len(projects) == 1 and projects.name
