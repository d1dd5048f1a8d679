"""Which companies Chorus Pro is for."""

from odoo import models
from odoo.fields import Domain

BILLS = Domain("state", "=", "posted") & Domain(
    "move_type", "in", ("out_invoice", "out_refund")
)


class ResCompany(models.Model):
    """A company that can bill public entities through Chorus Pro."""

    _inherit = "res.company"

    def _chorus_pro_is_supplier(self):
        """Whether invoices of this company to public entities go to Chorus Pro.

        Demo is where every company begins, so abroad it says nothing: a foreign
        supplier counts once it has left it. One without a country is a French one
        whose address is still to come.
        """
        self.ensure_one()
        company = self.sudo()
        if company.chorus_pro_environment != "demo":
            return True
        code = company.country_code
        return not code or code in company._get_france_country_codes()

    def _chorus_pro_is_offered(self):
        """Whether Odoo's Send offers Chorus Pro: it can log in, too."""
        return self._chorus_pro_is_supplier() and self._chorus_pro_is_configured()

    def _chorus_pro_summary_domain(self):
        """EXTENDS l10n_fr_chorus_pro: what had no status as long as it was abroad."""
        public = Domain("commercial_partner_id.chorus_pro_is_public", "=", True)
        return super()._chorus_pro_summary_domain() | (BILLS & public)


class ResPartner(models.Model):
    """The country of a company is that of its partner."""

    _inherit = "res.partner"

    def write(self, vals):
        """A company that becomes French has invoices to send, and the reverse."""
        moved = self.browse()
        if "country_id" in vals:
            moved = self.filtered(lambda p: p.country_id.id != vals["country_id"])
        result = super().write(vals)
        if moved:
            companies = self.env["res.company"].sudo()
            companies = companies.search(
                [
                    ("partner_id", "in", moved.ids),
                    ("chorus_pro_environment", "=", "demo"),
                ]
            )
            if companies:
                companies._chorus_pro_recompute_summary()
        return result
