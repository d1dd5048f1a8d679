"""What a company's people read about following: when, and how well the list serves."""

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..const import READERS


class ResCompany(models.Model):
    """The line on the last look at the portal and on what only the slow look found."""

    _inherit = "res.company"

    chorus_pro_following = fields.Text(
        string="Following at Chorus Pro",
        compute="_compute_chorus_pro_following",
        groups=READERS,
    )

    @api.depends("chorus_pro_environment")
    @api.depends_context("lang", "tz")
    def _compute_chorus_pro_following(self):
        gates = self.env["chorus.pro.gate"].sudo()
        gates = gates.search([("company_id", "in", self.ids)])
        for company in self:
            environment = company.chorus_pro_environment
            gate = gates.filtered(
                lambda g, c=company, e=environment: (
                    g.company_id == c and g.environment == e
                )
            )
            company.chorus_pro_following = company._chorus_pro_following_lines(gate)

    def _chorus_pro_following_lines(self, gate):
        """Sentences on a gate; one that never looked says so."""
        if not gate.followed_until:
            return self.env._("Odoo has not looked for changes yet.")
        lines = [
            self.env._(
                "Last look for changes: %s.",
                format_datetime(self.env, gate.followed_until, dt_format="short"),
            )
        ]
        if gate.swept:
            lines.append(
                self.env._(
                    "Invoices without news for a week and asked about: %(asked)s. "
                    "Changes found by that alone, missed by the list of changes: "
                    "%(missed)s.",
                    asked=gate.swept,
                    missed=gate.missed,
                )
            )
        return "\n".join(lines)


class ResConfigSettings(models.TransientModel):
    """The same line for administrators."""

    _inherit = "res.config.settings"

    chorus_pro_following = fields.Text(related="company_id.chorus_pro_following")
