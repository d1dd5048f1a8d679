"""What the printed statement of late payment interest is made of."""

from odoo import api, models

REPORT = "l10n_fr_chorus_pro.late_claim"


class ReportLateClaim(models.AbstractModel):
    """One page or more for each entity of the invoices, in French."""

    _name = f"report.{REPORT}"
    _description = "Chorus Pro statement of late payment interest"

    @api.model
    def _get_report_values(self, docids, data=None):
        """The claims of the invoices at hand.

        :raise UserError: none of them is late
        :raise RedirectWarning: a rate is missing
        """
        moves = self.env["account.move"].browse(docids or [])
        moves.check_access("read")
        return {
            "doc_ids": moves.ids,
            "doc_model": "account.move",
            "docs": moves,
            "claims": moves._chorus_pro_claims(),
        }
