"""The factor that is paid instead of the company."""

from odoo import api, fields, models

from ..const import READERS


class AccountMove(models.Model):
    """Its account is the one that is printed, on invoices to public entities only."""

    _inherit = "account.move"

    chorus_pro_payee_bank_id = fields.Many2one(
        "res.partner.bank",
        string="Paid to (factor)",
        compute="_compute_chorus_pro_payee_bank_id",
        store=True,
        readonly=False,
        copy=True,
        domain="[('company_id', 'in', (False, company_id))]",
        groups=READERS,
        help="Bank account of another company that is to be paid instead of yours.",
    )

    @api.depends("company_id", "partner_id")
    def _compute_chorus_pro_payee_bank_id(self):
        """What is posted, or frozen in a file, keeps the account that it names."""
        for move in self:
            if move.state != "draft" or move._chorus_pro_is_frozen():
                move.chorus_pro_payee_bank_id = move.chorus_pro_payee_bank_id
                continue
            factor = move.company_id.chorus_pro_payee_bank_id
            wanted = factor and move._chorus_pro_wants_defaults()
            move.chorus_pro_payee_bank_id = factor if wanted else False

    @api.depends("chorus_pro_payee_bank_id")
    def _compute_partner_bank_id(self):
        """EXTENDS account: the factor's account is the one that is printed, too."""
        result = super()._compute_partner_bank_id()
        for move in self.sudo().filtered("chorus_pro_payee_bank_id"):
            is_invoice = move.move_type == "out_invoice"
            if is_invoice and move._chorus_pro_wants_defaults():
                move.partner_bank_id = move.chorus_pro_payee_bank_id
        return result


class ResPartner(models.Model):
    """A customer that turns out to be a public entity."""

    _inherit = "res.partner"

    def write(self, vals):
        """Its drafts are to be paid to the factor from now on."""
        marks = vals.get("chorus_pro_is_public")
        turned = self.filtered(lambda p: marks and not p.chorus_pro_is_public)
        result = super().write(vals)
        if turned:
            drafts = self.env["account.move"].sudo()
            drafts = drafts.search(
                [
                    ("commercial_partner_id", "in", turned.ids),
                    ("state", "=", "draft"),
                    ("chorus_pro_payee_bank_id", "=", False),
                    ("company_id.chorus_pro_payee_bank_id", "!=", False),
                ]
            )
            drafts._compute_chorus_pro_payee_bank_id()
        return result
