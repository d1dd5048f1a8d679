"""The dialog that asks before a company goes to another environment."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import ENVIRONMENTS


class ChorusProEnvironment(models.TransientModel):
    """What the move does, before it is made."""

    _name = "chorus.pro.environment"
    _description = "Change the Chorus Pro environment"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    current = fields.Selection(related="company_id.chorus_pro_environment")
    environment = fields.Selection(
        ENVIRONMENTS,
        string="Go to",
        required=True,
        default=lambda self: self._default_environment(),
    )
    consequences = fields.Html(compute="_compute_consequences")
    understood = fields.Boolean(
        string="I understand that invoices sent there are legal invoices"
    )

    def _default_environment(self):
        """The next one on the way to Production."""
        company = self.env["res.company"].browse(
            self.env.context.get("default_company_id") or self.env.company.id
        )
        order = [environment for environment, _label in ENVIRONMENTS]
        place = order.index(company.chorus_pro_environment)
        return order[min(place + 1, len(order) - 1)]

    @api.depends("company_id", "environment")
    def _compute_consequences(self):
        for move in self:
            lines = []
            if move.environment and move.environment != move.current:
                lines = move.company_id._chorus_pro_move_lines(move.environment)
            values = {"lines": lines}
            move.consequences = self.env["ir.qweb"]._render(
                "l10n_fr_chorus_pro.chorus_pro_move_lines", values
            )

    def action_confirm(self):
        """Go there."""
        self.ensure_one()
        self.company_id._chorus_pro_check_administrator()
        if self.environment == "production" and not self.understood:
            raise UserError(
                self.env._("Tick the box: what is sent in Production is legal.")
            )
        self.company_id._chorus_pro_move_to(self.environment)
        return {"type": "ir.actions.client", "tag": "reload"}
