"""One thing that an officer asks of the portal about an invoice that it holds."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..chorus_api import codes
from ..const import ENVIRONMENTS, ERRORS, MODULE
from ..const_requests import REFUSALS, REQUEST_KINDS, WAITING
from .chorus_pro_state import REQUEST_STATES, REQUEST_TRANSITIONS

LIVE = ("prepared", "sending", "unknown")


def is_allowed(kind, code):
    """Whether the portal takes a request of a kind in an invoice status."""
    known = codes.INVOICE_STATUSES.get(code)
    if kind == "rejection":
        return code == "REJETEE"
    return bool(known) and kind != "none" and known.action == kind


class ChorusProRequest(models.Model):
    """A state-changing call, written before it leaves and never repeated on a guess.

    A done re-routing is the record of it: recipient, service, engagement, when, by
    whom. Rows are read-only to every user by access rights: only the methods of this
    addon write them, as superuser.
    """

    _name = "chorus.pro.request"
    _description = "Chorus Pro request"
    _inherit = ["chorus.pro.state.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _transitions = REQUEST_TRANSITIONS

    transmission_id = fields.Many2one(
        "chorus.pro.transmission", required=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(
        related="transmission_id.move_id", store=True, index=True, string="Invoice"
    )
    company_id = fields.Many2one(
        related="transmission_id.company_id", store=True, index=True
    )
    environment = fields.Selection(ENVIRONMENTS, required=True)
    number = fields.Char(related="transmission_id.number", string="Invoice number")
    kind = fields.Selection(REQUEST_KINDS, required=True)
    state = fields.Selection(
        REQUEST_STATES, default="prepared", required=True, index=True
    )
    user_id = fields.Many2one("res.users", string="Asked by", required=True)

    recipient_id = fields.Many2one("res.partner")
    recipient_siret = fields.Char(string="SIRET")
    service = fields.Char()
    engagement = fields.Char(string="Engagement number")
    contract = fields.Char(string="Contract number")
    comment = fields.Text()
    attachment_ids = fields.Many2many(
        "ir.attachment", "chorus_pro_request_attachment_rel", string="Files"
    )
    piece_type = fields.Char(help="Code of the portal for the kind of the files.")

    pieces = fields.Json(help="Identifiers at the portal of what was uploaded.")
    mark = fields.Json(help="The portal's history when this left, by its identifiers.")
    followed = fields.Boolean(help="The invoice was told what became of this.")
    tries = fields.Integer(aggregator=None)
    next_try_at = fields.Datetime()
    attempted_at = fields.Datetime(string="Sent on")
    done_at = fields.Datetime(string="Done on")
    checks = fields.Integer(string="Times asked", aggregator=None)
    next_check_at = fields.Datetime()
    error_code = fields.Char()
    error = fields.Text(string="Reason")
    detail = fields.Text(string="Technical detail")

    _live_unique = models.UniqueIndex(
        "(move_id, environment, kind)"
        " WHERE state IN ('prepared', 'sending', 'unknown')",
        "This was already asked of Chorus Pro for this invoice.",
    )
    _due_idx = models.Index("(company_id, id) WHERE state = 'prepared'")

    @api.depends("number", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for request in self:
            request.display_name = f"{request._name_kind()} {request.number}"

    # === ACTIONS === #

    def action_look_again(self):
        """Look at the portal now whether a lost request was carried out."""
        self.move_id._chorus_pro_authorize(officer=True)
        lost = self.sudo().filtered(lambda r: r.state == "unknown")
        lost._check_here()
        for request in lost:
            request.move_id._chorus_pro_with_client(request._look)

    def action_give_up(self):
        """Give a lost request up, on a person's decision: it may be asked again."""
        self._give_up("unknown")

    def action_cancel(self):
        """Take a request back that did not leave yet."""
        self._give_up("prepared")

    def _give_up(self, state):
        """Cancel requests of an officer's invoices that stand in `state`."""
        self.move_id._chorus_pro_authorize(officer=True)
        locked = self.sudo().try_lock_for_update(allow_referencing=True)
        locked.invalidate_recordset()
        given_up = locked.filtered(lambda r: r.state == state)._apply("cancel")
        if len(given_up) < len(self):
            raise UserError(
                self.env._("It is being sent just now, or it is over already.")
            )
        for request in given_up:
            request.move_id._message_log(
                body=self.env._(
                    "Chorus Pro: %(what)s was given up by %(user)s.",
                    what=request._name_kind(),
                    user=self.env.user.name,
                )
            )

    # === BUSINESS METHODS === #

    @api.model
    def _wake(self, at=None):
        """Ask the scheduled action to act as soon as this commits, or `at` a moment."""
        self.env.ref(f"{MODULE}.ir_cron_act")._trigger(at=at)

    def _apply(self, event, **values):
        """EXTENDS chorus.pro.state.mixin: what is known is no question any more."""
        asked = self.filtered(lambda r: r.state == "unknown")
        moved = super()._apply(event, **values)
        self.env["chorus.pro.ask"]._close((asked & moved).move_id, "asked")
        return moved

    def _name_kind(self):
        """Words for what is asked."""
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _story(self):
        """Where a living request stands, in a sentence; empty when it is over."""
        if self.state not in WAITING:
            return ""
        words = self.env._(WAITING[self.state])
        return words % {"what": self._name_kind()}

    def _explain(self, error):
        """Words for a refusal: what happened and what to do.

        :param ChorusError error: of the call
        """
        meaning = codes.REFUSALS.get(error.label)
        stood = self.kind, self.transmission_id.portal_status
        if meaning == "wrong_status" and stood == ("complete", "A_COMPLETER"):
            meaning = "to_complete"
        words = REFUSALS.get(meaning) or ERRORS.get(error.code)
        text = self.env._(words) if words else error.code
        return f"{text} ({error.label})" if error.label else text

    def _status_label(self, code):
        """Words for a status of the portal."""
        return self.env["chorus.pro.status"]._label(code or "-")

    def _keep_files(self, files):
        """Keep own copies of `files`: what was sent is what is kept."""
        copies = [
            {
                "name": file.name,
                "raw": file.raw,
                "mimetype": file.mimetype,
                "res_model": self._name,
                "res_id": self.id,
            }
            for file in files.sudo()
        ]
        self.attachment_ids = self.env["ir.attachment"].create(copies)
