"""Chorus Pro among the ways in which Odoo sends an invoice."""

from odoo import api, fields, models

from ..const import SENDING_METHOD


class ResPartner(models.Model):
    """The customer's own choice; without one the invoice decides."""

    _inherit = "res.partner"

    invoice_sending_method = fields.Selection(
        selection_add=[(SENDING_METHOD, "by Chorus Pro")]
    )
    chorus_pro_sending_methods = fields.Json(
        compute="_compute_chorus_pro_sending_methods",
        help="Ways of sending that can be chosen for this customer.",
    )

    @api.depends("chorus_pro_entity_is_public")
    @api.depends_context("company")
    def _compute_chorus_pro_sending_methods(self):
        sender = self.env["account.move.send"]
        methods = [
            method
            for method, _label in self._fields["invoice_sending_method"].selection
            if method == "manual"
            or sender._is_applicable_to_company(method, self.env.company)
        ]
        for partner in self:
            partner.chorus_pro_sending_methods = [
                method
                for method in methods
                if method != SENDING_METHOD or partner.chorus_pro_entity_is_public
            ]

    def _chorus_pro_chosen_method(self, company):
        """How a person wants the invoices of `company` to reach this customer.

        A default of the whole company (ir.default) is nobody's choice for this one.

        :return: key of a sending method, or False
        """
        self.ensure_one()
        partner = self.commercial_partner_id.with_company(company)
        field = partner._fields["invoice_sending_method"]
        chosen = partner.invoice_sending_method
        return chosen != field.get_company_dependent_fallback(partner) and chosen
