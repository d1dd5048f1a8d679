"""What a change of a company's settings means for what was asked of the portal."""

from odoo import models


class ResCompany(models.Model):
    """Requests wait and are taken back like what is queued to be sent."""

    _inherit = "res.company"

    def _chorus_pro_cancel_queued(self):
        """EXTENDS l10n_fr_chorus_pro: also what was asked of the portal being left."""
        result = super()._chorus_pro_cancel_queued()
        for company in self:
            self.env["chorus.pro.request"].sudo().search(
                [
                    ("company_id", "=", company.id),
                    ("environment", "=", company.chorus_pro_environment),
                    ("state", "=", "prepared"),
                ]
            )._apply("cancel")
        return result

    def _chorus_pro_end_waiting(self):
        """EXTENDS l10n_fr_chorus_pro: requests go now, too."""
        result = super()._chorus_pro_end_waiting()
        requests = self.env["chorus.pro.request"].sudo()
        requests.search(
            [
                ("company_id", "in", self.ids),
                ("state", "=", "prepared"),
                ("next_try_at", "!=", False),
            ]
        ).next_try_at = False
        requests._wake()
        return result
