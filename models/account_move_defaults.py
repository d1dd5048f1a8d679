"""Engagement, service and contract: where they come from."""

from odoo import api, fields, models

from ..const import READERS

MAX_ENGAGEMENT = 50


class AccountMove(models.Model):
    """Core's three fields, filled from what is already known.

    The engagement number comes from the order's customer reference, which core
    carries in `ref`; the service from the invoice contact, then the entity; service
    and contract from the last invoice of the same order. What a person typed stays,
    except that another entity brings another service and contract.
    """

    _inherit = "account.move"

    purchase_order_reference = fields.Char(
        compute="_compute_purchase_order_reference",
        store=True,
        readonly=False,
        copy=True,
    )
    buyer_reference = fields.Char(
        compute="_compute_chorus_pro_routing", store=True, readonly=False, copy=True
    )
    contract_reference = fields.Char(
        compute="_compute_chorus_pro_routing", store=True, readonly=False, copy=True
    )
    chorus_pro_service_id = fields.Many2one(
        "chorus.pro.service",
        string="Service",
        compute="_compute_chorus_pro_service_id",
        inverse="_inverse_chorus_pro_service_id",
        groups=READERS,
        help="Picks one of the entity's services; only its code is kept.",
    )
    chorus_pro_picks_service = fields.Boolean(
        compute="_compute_chorus_pro_service_id", groups=READERS
    )

    # === COMPUTE METHODS === #

    @api.depends("buyer_reference", "commercial_partner_id.chorus_pro_service_ids.code")
    def _compute_chorus_pro_service_id(self):
        """A code that the directory does not have is typed, all others are picked."""
        for move in self:
            code = move.buyer_reference
            services = move.commercial_partner_id.with_context(
                active_test=False
            ).chorus_pro_service_ids
            picked = services.filtered(lambda s, code=code: s.code == code)
            move.chorus_pro_service_id = picked
            move.chorus_pro_picks_service = bool(picked or (services and not code))

    @api.onchange("chorus_pro_service_id")
    def _inverse_chorus_pro_service_id(self):
        """An empty picker takes a picked code away, never one that was typed: forms
        send both fields of a new record.
        """
        for move in self:
            picked = move.chorus_pro_service_id
            entity = move.commercial_partner_id.with_context(active_test=False)
            codes = entity.chorus_pro_service_ids.mapped("code")
            if picked or move.buyer_reference in codes:
                move.buyer_reference = picked.code

    @api.depends("partner_id", "ref", "invoice_origin")
    def _compute_purchase_order_reference(self):
        for move in self:
            known = move.purchase_order_reference
            keep = known or move._chorus_pro_is_frozen()
            move.purchase_order_reference = (
                known if keep else move._chorus_pro_engagement_default()
            )

    @api.depends("partner_id")
    def _compute_commercial_partner_id(self):
        """EXTENDS account: remember until the routing is computed who moved away."""
        before = {move: move.commercial_partner_id for move in self}
        result = super()._compute_commercial_partner_id()
        moved = self._chorus_pro_moved_to_another_entity()
        for move, entity in before.items():
            if entity and entity != move.commercial_partner_id:
                moved.add(move.id)
        return result

    @api.depends("partner_id", "invoice_origin")
    def _compute_chorus_pro_routing(self):
        for move in self:
            wanted = move._chorus_pro_wants_defaults()
            moved = self._chorus_pro_moved_to_another_entity()
            left = move.id in moved
            moved.discard(move.id)
            if not wanted or move._chorus_pro_is_frozen():
                move.buyer_reference = move.buyer_reference
                move.contract_reference = move.contract_reference
                continue
            service = (
                move.partner_id.chorus_pro_default_service_id
                or move.commercial_partner_id.chorus_pro_default_service_id
            )
            last = move._chorus_pro_last_of_order()
            code = service.code or last.buyer_reference
            contract = last.contract_reference
            move.buyer_reference = code if code or left else move.buyer_reference
            move.contract_reference = (
                contract if contract or left else move.contract_reference
            )

    def _chorus_pro_moved_to_another_entity(self):
        """Ids, of this transaction, of invoices whose entity has just been changed."""
        return self.env.cr.precommit.data.setdefault("chorus_pro_moved", set())

    def _chorus_pro_wants_defaults(self):
        """Whether it is a customer invoice to a public entity, of a company that
        Chorus Pro is for: only these get defaults, mentions, alerts and a status.

        Not only drafts: an invoice may be created and posted before the defaults
        are computed.
        """
        self.ensure_one()
        return (
            self.is_sale_document()
            and self.commercial_partner_id.chorus_pro_is_public
            and self.company_id._chorus_pro_is_supplier()
        )

    def _chorus_pro_engagement_default(self):
        """The engagement number that is already known, or False.

        The reference of a credit note is core's own sentence, not the order's. An
        order without a customer reference puts its own name there, several orders
        put all theirs: neither is an engagement number.
        """
        self.ensure_one()
        if not self._chorus_pro_wants_defaults():
            return False
        return (
            self._chorus_pro_engagement_in_ref()
            or self._chorus_pro_last_of_order().purchase_order_reference
        )

    def _chorus_pro_engagement_in_ref(self):
        """The customer's reference, where it can be an engagement number, else ""."""
        self.ensure_one()
        ref = (self.ref or "").strip() if self.move_type == "out_invoice" else ""
        orders = [name.strip() for name in (self.invoice_origin or "").split(",")]
        usable = len(ref) <= MAX_ENGAGEMENT and "," not in ref and ref not in orders
        return ref if usable else ""

    def _chorus_pro_is_frozen(self):
        """Whether the file of the current attempt says what the invoice must keep."""
        row = self._origin.sudo().chorus_pro_transmission_id
        return bool(row) and row._is_frozen()

    def _chorus_pro_last_of_order(self):
        """The invoice that a credit note corrects, else the latest posted one of the
        same order to the same entity; empty when there is none.
        """
        if self.reversed_entry_id:
            return self.reversed_entry_id
        if not self.invoice_origin:
            return self.browse()
        return self.search(
            [
                ("invoice_origin", "=", self.invoice_origin),
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("id", "!=", self._origin.id),
            ],
            order="id desc",
            limit=1,
        )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """EXTENDS account: a credit note goes the way of its invoice."""
        reverses = super()._reverse_moves(default_values_list, cancel)
        for move in reverses.sudo():
            framework = move.reversed_entry_id.chorus_pro_framework
            if framework and move.is_sale_document():
                move.chorus_pro_framework = framework
        return reverses
