"""One deposit at the portal ("flux"): one PDF, or a tar.gz of many."""

from odoo import api, fields, models

from ..const import ENVIRONMENTS, ERRORS, MODULE
from .chorus_pro_parcel import pack_archive, pack_one
from .chorus_pro_state import FLOW_STATES, FLOW_TRANSITIONS


class ChorusProFlow(models.Model):
    """The one POST of one file and everything that came of it.

    The flow owns the request and its outcome; its transmissions follow. Nobody but
    the worker that posts writes the row while it is `sending`, so that an answer of
    the portal can always be committed.
    """

    _name = "chorus.pro.flow"
    _description = "Chorus Pro deposit"
    _inherit = ["chorus.pro.state.mixin"]
    _order = "id desc"
    _transitions = FLOW_TRANSITIONS

    name = fields.Char(
        string="Flow number",
        index="btree_not_null",
        help="numeroFluxDepot, given by the portal at the deposit.",
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    environment = fields.Selection(ENVIRONMENTS, required=True)
    state = fields.Selection(FLOW_STATES, default="prepared", required=True, index=True)
    transmission_ids = fields.One2many("chorus.pro.transmission", "flow_id")
    invoice_count = fields.Integer(compute="_compute_invoice_count")

    file_name = fields.Char()
    file_size = fields.Integer(string="Size (bytes)", aggregator=None)
    checksum = fields.Char(string="SHA-256", help="Of the deposited file.")

    tries = fields.Integer(aggregator=None)
    next_try_at = fields.Datetime()
    attempted_at = fields.Datetime(string="Posted on")
    deposited_at = fields.Datetime(string="Accepted on")
    error_code = fields.Char()
    detail = fields.Text(string="Technical detail")

    portal_state = fields.Char(string="State at the portal")
    portal_state_at = fields.Datetime(string="State since")
    portal_report = fields.Text(string="Report of the portal")
    checks = fields.Integer(string="Times asked", aggregator=None)
    checked_at = fields.Datetime(string="Last asked")
    next_check_at = fields.Datetime()

    _prepared_idx = models.Index(
        "(company_id, id) WHERE state IN ('prepared', 'sending')"
    )
    _check_idx = models.Index("(next_check_at) WHERE state IN ('deposited', 'unknown')")

    @api.depends("name", "file_name")
    def _compute_display_name(self):
        for flow in self:
            flow.display_name = flow.name or flow.file_name or str(flow.id)

    @api.depends("transmission_ids")
    def _compute_invoice_count(self):
        counts = dict(
            self.env["chorus.pro.transmission"]._read_group(
                [("flow_id", "in", self.ids)], ["flow_id"], ["move_id:count_distinct"]
            )
        )
        for flow in self:
            flow.invoice_count = counts.get(flow, 0)

    # === ACTIONS === #

    def action_refresh(self):
        """Ask the portal now what became of the deposits.

        Those of another environment are left out, unless there are no others.
        """
        self.check_access("read")
        self.transmission_ids.move_id._chorus_pro_authorize()
        here = self.filtered("is_here") or self
        here.sudo()._check_now()

    def action_open_invoices(self):
        """Open the invoices of this deposit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("chorus_pro_transmission_ids.flow_id", "=", self.id)],
            "name": self.env._("Invoices of the deposit"),
        }

    # === BUSINESS METHODS === #

    @api.model
    def _wake_follow(self, at=None):
        """Ask the following scheduled action to run, at once or `at` a moment."""
        self.env.ref(f"{MODULE}.ir_cron_follow")._trigger(at=at)

    def _explain(self):
        """Words for the flow's error code: what happened and what to do."""
        self.ensure_one()
        text = ERRORS.get(self.error_code)
        return self.env._(text) if text else (self.error_code or "")

    @api.model
    def _pack(self, transmissions):
        """The file to deposit for frozen transmissions; the caller closes it.

        One invoice travels as its PDF, several in a tar.gz with one file each and
        the same syntax (API.md 1.6 [T]).

        :return: Parcel
        """
        transmissions = transmissions.sorted("id")
        contents = transmissions._read_files()
        if len(transmissions) == 1:
            [(transmission, content)] = contents
            return pack_one(transmission.file_name, content)
        first, last = transmissions[0].id, transmissions[-1].id
        members = (
            (transmission._member_name(), content) for transmission, content in contents
        )
        return pack_archive(f"odoo-{first}-{last}.tar.gz", members)
