"""The figures of a company on the overview."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import READERS


class ResCompany(models.Model):
    """Shown once the company has an invoice that Chorus Pro concerns."""

    _inherit = "res.company"

    chorus_pro_in_use = fields.Boolean(
        compute="_compute_chorus_pro_in_use",
        search="_search_chorus_pro_in_use",
        groups=READERS,
    )
    chorus_pro_overview = fields.Json(
        compute="_compute_chorus_pro_overview", groups=READERS
    )

    @api.depends_context("uid")
    def _compute_chorus_pro_in_use(self):
        used = self.filtered_domain(self._search_chorus_pro_in_use("in", [True]))
        for company in self:
            company.chorus_pro_in_use = company in used

    def _search_chorus_pro_in_use(self, operator, value):
        if operator != "in":
            return NotImplemented
        used = self.env["account.move"]._read_group(
            [
                ("chorus_pro_status", "!=", False),
                ("company_id", "in", self.env.companies.ids),
            ],
            ["company_id"],
        )
        domain = Domain("id", "in", [company.id for [company] in used])
        return domain if True in value else ~domain

    @api.depends_context("uid", "lang", "tz")
    def _compute_chorus_pro_overview(self):
        figures = self.env["account.move"]._chorus_pro_figures(self, "company_id")
        for company in self:
            company.chorus_pro_overview = figures[company]

    def action_chorus_pro_open_card(self):
        """Open the invoices of the card that was clicked."""
        self.ensure_one()
        self.check_access("read")
        return self.env["account.move"]._chorus_pro_open_card(self, "company_id")
