"""Who is responsible for an invoice at Chorus Pro."""

from odoo import fields, models

from ..const import READERS


class ResCompany(models.Model):
    """Who looks after the company's invoices at Chorus Pro."""

    _inherit = "res.company"

    chorus_pro_person_id = fields.Many2one(
        "res.users",
        string="Responsible for Chorus Pro",
        groups=f"base.group_system,{READERS}",
        domain="[('share', '=', False)]",
        help="Is asked to act when Chorus Pro waits for you. Empty: the salesperson "
        "of the invoice. An entity may have a person of its own.",
    )


class ResPartner(models.Model):
    """Who looks after the invoices to an entity, in each company."""

    _inherit = "res.partner"

    chorus_pro_person_id = fields.Many2one(
        "res.users",
        string="Responsible",
        company_dependent=True,
        groups=READERS,
        domain="[('share', '=', False)]",
        help="Is asked to act when Chorus Pro waits for you on an invoice to this "
        "entity. Empty: who is responsible in the settings, else the salesperson.",
    )


class AccountMove(models.Model):
    """The rule: entity, company, salesperson, who made it."""

    _inherit = "account.move"

    def _chorus_pro_people(self, before=()):
        """The person responsible for each of these invoices.

        :param before: users who come before all others
        :return: {invoice: user}, in their order
        """
        asks, people = self.env["chorus.pro.ask"], {}
        for company, moves in self.sudo().grouped("company_id").items():
            wanted = {move: [*before, *move._chorus_pro_candidates()] for move in moves}
            people |= asks._choose(company, wanted)
        return {move: people[move] for move in self.sudo()}

    def _chorus_pro_candidates(self):
        """Who may be responsible for this invoice, the best first."""
        entity = self.commercial_partner_id.with_company(self.company_id)
        return [
            user
            for user in (
                entity.chorus_pro_person_id,
                self.company_id.chorus_pro_person_id,
                self.invoice_user_id,
                self.create_uid,
            )
            if user
        ]


class ResConfigSettings(models.TransientModel):
    """The company's person, in the settings."""

    _inherit = "res.config.settings"

    chorus_pro_person_id = fields.Many2one(
        related="company_id.chorus_pro_person_id", readonly=False
    )
