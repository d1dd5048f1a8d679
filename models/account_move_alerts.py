"""The banner of the invoice's form: what Chorus Pro would refuse."""

from odoo import api, models

from ..const import READERS


class AccountMove(models.Model):
    """Core's `alerts`, only when somebody must do something."""

    _inherit = "account.move"

    @api.depends(
        "chorus_pro_problems",
        "commercial_partner_id.chorus_pro_is_public",
        "commercial_partner_id.chorus_pro_requirement",
        "commercial_partner_id.chorus_pro_publishes_commitments",
        "commercial_partner_id.company_registry",
        "purchase_order_reference",
        "buyer_reference",
        "move_type",
    )
    def _compute_alerts(self):
        """EXTENDS account: a further reason to compute it anew."""
        return super()._compute_alerts()

    def _get_alerts(self):
        """EXTENDS account: problems of drafts one by one, of others in a line."""
        alerts = super()._get_alerts()
        if not self.env.user.has_groups(READERS):
            return alerts
        if self.state == "draft":
            return {**alerts, **self._chorus_pro_draft_alerts()}
        return {**alerts, **self._chorus_pro_posted_alert()}

    def _chorus_pro_draft_problems(self):
        """What would stop the invoice, as far as a draft shows it; blockers only.

        The document itself is judged when it is posted: its number comes then.
        """
        concerns = (
            self._chorus_pro_wants_defaults()
            and self.company_id.chorus_pro_posting_check != "none"
        )
        if not concerns:
            return []
        found = [*self._chorus_pro_check_company(), *self._chorus_pro_check_entity()]
        return [problem for problem in found if problem.level == "error"]

    def _chorus_pro_draft_alerts(self):
        """One entry for each problem of a draft."""
        blocks = self.company_id.chorus_pro_posting_check == "block"
        return {
            f"chorus_pro_{index:02d}_{problem.code}": {
                "level": "danger" if blocks else "warning",
                "message": self.env._("Chorus Pro: %s", problem.message),
                **self._chorus_pro_fix(problem),
            }
            for index, problem in enumerate(self._chorus_pro_draft_problems())
        }

    def _chorus_pro_posted_alert(self):
        """What stops an invoice that nobody has tried to send; the tab has it all."""
        if self.chorus_pro_status != "to_send":
            return {}
        entries = (self.chorus_pro_problems or {}).values()
        blockers = [entry for entry in entries if entry["level"] == "danger"]
        if not blockers:
            return {}
        words = self.env._(
            "Chorus Pro would refuse this invoice: %s", blockers[0]["message"]
        )
        if len(blockers) > 1:
            more = self.env._(
                "See the tab Chorus Pro: %s problems in all.", len(blockers)
            )
            words = f"{words} {more}"
        return {"chorus_pro": {**blockers[0], "message": words}}
