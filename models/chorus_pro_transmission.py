"""One customer invoice on its way to Chorus Pro: the outbox row."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import ENVIRONMENTS
from .chorus_pro_state import TRANSMISSION_STATES, TRANSMISSION_TRANSITIONS


class ChorusProTransmission(models.Model):
    """One attempt to bring one invoice to the portal, with its frozen file.

    A technical retry stays in the row; a new row is made only after a rejection or
    when a person asks for it. At most one row of a move and environment is live
    (neither rejected nor cancelled). Rows are read-only to every user by access
    rights: only the methods of this addon write them, as superuser.
    """

    _name = "chorus.pro.transmission"
    _description = "Chorus Pro transmission"
    _inherit = ["chorus.pro.state.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _transitions = TRANSMISSION_TRANSITIONS

    move_id = fields.Many2one(
        "account.move", string="Invoice", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", related="move_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        "res.partner", related="move_id.commercial_partner_id", string="Entity"
    )
    environment = fields.Selection(ENVIRONMENTS, required=True)
    number = fields.Char(
        string="Invoice number",
        required=True,
        index=True,
        help="Number of the invoice (BT-1) as it was asked to be sent.",
    )
    attempt = fields.Integer(default=1, aggregator=None)
    state = fields.Selection(
        TRANSMISSION_STATES, default="to_send", required=True, index=True
    )
    flow_id = fields.Many2one(
        "chorus.pro.flow", string="Deposit", index="btree_not_null"
    )
    flow_number = fields.Char(related="flow_id.name", string="Flow number")
    deposited_at = fields.Datetime(related="flow_id.deposited_at")
    forced = fields.Boolean(
        string="Deposited again by a person",
        help="A person asked for it although an earlier attempt may have arrived.",
    )

    file = fields.Binary(string="Factur-X file", attachment=True)
    file_name = fields.Char()
    file_size = fields.Integer(string="Size (bytes)", aggregator=None)
    checksum = fields.Char(string="SHA-256", help="Of the frozen file, hexadecimal.")

    incidents = fields.Integer(aggregator=None)
    next_try_at = fields.Datetime()
    error_code = fields.Char()
    error = fields.Text(string="Reason")
    detail = fields.Text(string="Technical detail")

    portal_id = fields.Char(string="Identifier at the portal", index="btree_not_null")
    portal_status = fields.Char(string="Status code at the portal")
    portal_status_at = fields.Datetime(string="Status since")
    portal_comment = fields.Text(string="Comment of the recipient")
    history_due = fields.Boolean(
        help="The status changed and the portal's history was not read since."
    )
    status_ids = fields.One2many(
        "chorus.pro.status", "transmission_id", domain=[("kind", "=", "status")]
    )

    _live_unique = models.UniqueIndex(
        "(move_id, environment) WHERE state NOT IN ('rejected', 'cancelled')",
        "This invoice is already on its way to Chorus Pro.",
    )
    _pending_idx = models.Index(
        "(company_id, id) WHERE state IN ('to_send', 'sending', 'unknown')"
    )

    @api.depends("number", "attempt")
    def _compute_display_name(self):
        for transmission in self:
            transmission.display_name = f"{transmission.number} #{transmission.attempt}"

    # === ACTIONS === #

    def action_download(self):
        """Download the file as it was, or will be, deposited."""
        self.ensure_one()
        self.check_access("read")
        if not self.checksum:
            raise UserError(self.env._("The file of this attempt was not made yet."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/"
            f"{self.file_name}?download=true",
            "target": "download",
        }

    def action_look_again(self):
        """Search the portal now for an invoice whose answer was lost."""
        self.move_id._chorus_pro_authorize(officer=True)
        self.sudo().flow_id._check_now()

    def action_enter_flow_number(self):
        """Open the dialog where the officer types the flow number of the portal."""
        self.ensure_one()
        self.move_id._chorus_pro_authorize(officer=True)
        self._check_here()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Enter the flow number"),
            "res_model": "chorus.pro.flow.number",
            "view_mode": "form",
            "target": "new",
            "context": {"default_flow_id": self.sudo().flow_id.id},
        }

    def action_deposit_again(self):
        """Give a lost attempt up and queue a new one, on a person's decision.

        The portal has no idempotency key (API.md 4.6 [I]): if the first deposit did
        arrive, the second is refused as a duplicate or, at worst, filed twice.
        """
        self.ensure_one()
        self.move_id._chorus_pro_authorize(officer=True)
        lost = self.sudo()
        lost._check_here()
        if lost.state != "unknown":
            raise UserError(
                self.env._("Only an attempt whose outcome is unknown is given up.")
            )
        lost._apply("cancel")
        move = lost.move_id
        move._message_log(
            body=self.env._(
                "Chorus Pro: attempt %(attempt)s was given up and the invoice is "
                "deposited again, on a decision of %(user)s.",
                attempt=lost.attempt,
                user=self.env.user.name,
            )
        )
        if not move._chorus_pro_enqueue(forced=True):
            reasons = [problem.message for problem in move._chorus_pro_blockers()]
            raise UserError(
                "\n".join(reasons)
                or self.env._("Somebody else is changing the invoice. Try again.")
            )

    # === BUSINESS METHODS === #

    @api.model
    def _prepare(self, move, **values):
        """Values of a new row for `move`, in its company's current environment."""
        previous = move.chorus_pro_transmission_ids
        return {
            "move_id": move.id,
            "environment": move.company_id.chorus_pro_environment,
            "number": move.name,
            "attempt": max(previous.mapped("attempt"), default=0) + 1,
            **values,
        }

    @api.model
    def _wake(self):
        """Ask who sends to begin as soon as this commits."""
        self.env["chorus.pro.flow"]._wake_lanes()

    def _is_frozen(self):
        """Whether the invoice must keep saying what this row's file says."""
        return bool(self.checksum) and self.state not in ("rejected", "failed")

    def _cancel_queued(self):
        """Take back what did not leave; what the portal may hold stays."""
        queued = self.filtered(lambda row: row.state in ("to_send", "failed"))
        return queued._apply("cancel")

    def _tell(self, text):
        """Log `text` on the invoices, without notifying anyone.

        :param text: a plain sentence, the same for all
        """
        if self:
            self.move_id._message_log_batch(
                bodies=dict.fromkeys(self.move_id.ids, text)
            )
