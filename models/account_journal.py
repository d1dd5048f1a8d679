"""The establishment that bills through a journal."""

from odoo import fields, models


class AccountJournal(models.Model):
    """Sales journals of companies with several establishments."""

    _inherit = "account.journal"

    chorus_pro_establishment_id = fields.Many2one(
        "res.partner",
        string="Chorus Pro establishment",
        domain="[('is_company', '=', True), ('company_registry', '!=', False)]",
        check_company=True,
        help="Establishment whose SIRET and address its invoices bear; "
        "empty: those of the company.",
    )
