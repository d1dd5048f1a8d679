"""The life cycle of an invoice at the portal, line by line."""

from odoo import api, fields, models

from ..const import STATUSES
from ..const_follow import ACTIONS


class ChorusProStatus(models.Model):
    """One line of the portal's history of one invoice; only ever added.

    `code` is one of the 57 codes of API.md 3.1, or one that we do not know yet: it is
    kept as it came. Of an action of a user it is the action's code (API.md 2.6 [O]);
    an event has none but words of the portal, in `comment`. `date` is in UTC; the
    portal writes local times of Europe/Paris without saying so [inferred].
    """

    _name = "chorus.pro.status"
    _description = "Chorus Pro status"
    _order = "date desc, id desc"
    _rec_name = "code"

    transmission_id = fields.Many2one(
        "chorus.pro.transmission", required=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(related="transmission_id.move_id", store=True, index=True)
    company_id = fields.Many2one(
        related="transmission_id.company_id", store=True, index=True
    )
    environment = fields.Selection(related="transmission_id.environment")
    portal_ref = fields.Char(
        required=True, help="Identifier of the line at the portal, else code and date."
    )
    kind = fields.Selection(
        [("status", "Status"), ("event", "Event"), ("action", "Action of a user")],
        default="status",
        required=True,
    )
    code = fields.Char(required=True)
    label = fields.Char(compute="_compute_label", string="Status")
    date = fields.Datetime()
    comment = fields.Text()
    person = fields.Char(string="By")
    flow_number = fields.Char(related="transmission_id.flow_number")

    _portal_ref_unique = models.Constraint(
        "UNIQUE (transmission_id, portal_ref)",
        "This line of the portal's history is already there.",
    )

    @api.depends("code", "kind")
    @api.depends_context("lang")
    def _compute_label(self):
        for status in self:
            status.label = self._label(status.code, status.kind)

    @api.model
    def _label(self, code, kind="status"):
        """Words for a code of the portal; the code itself when unknown."""
        if kind == "event":
            return self.env._("Event")
        label = (ACTIONS if kind == "action" else STATUSES).get(code)
        return self.env._(label) if label else code
