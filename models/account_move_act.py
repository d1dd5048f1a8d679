"""What an officer may do about an invoice that waits for us at the portal."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..chorus_api import codes
from ..const import READERS
from .chorus_pro_request import LIVE, is_allowed

_logger = logging.getLogger(__name__)

ACTIONS = [
    ("reroute", "Re-route"),
    ("complete", "Complete"),
    ("validator", "Correct the validator"),
    ("reissue", "Reissue"),
    ("rejection", "Mark as handled"),
]
AT_PORTAL = ("integrated", "elsewhere")


class AccountMove(models.Model):
    """Buttons and dialogs only queue a request; the scheduled action acts."""

    _inherit = "account.move"

    chorus_pro_request_ids = fields.One2many(
        "chorus.pro.request", "move_id", groups=READERS
    )
    chorus_pro_action = fields.Selection(
        ACTIONS,
        string="To do at Chorus Pro",
        compute="_compute_chorus_pro_action",
        groups=READERS,
        help="What the portal waits for, as far as nobody has asked for it yet.",
    )
    chorus_pro_request_story = fields.Text(
        compute="_compute_chorus_pro_action", groups=READERS
    )

    @api.depends(
        "chorus_pro_transmission_ids.state",
        "chorus_pro_transmission_ids.portal_status",
        "chorus_pro_request_ids.state",
        "chorus_pro_replaced",
        "chorus_pro_status",
    )
    @api.depends_context("lang")
    def _compute_chorus_pro_action(self):
        for move in self:
            move.chorus_pro_action = move._chorus_pro_next_action()
            requests = move._chorus_pro_requests().sorted("id")
            stories = [story for r in requests if (story := r._story())]
            last = requests[-1:]
            if last.state == "refused" and move.chorus_pro_action:
                stories.append(last.error)
            move.chorus_pro_request_story = "\n".join(stories)

    # === ACTIONS === #

    def action_chorus_pro_reroute(self):
        """Open the dialog that sends invoices to their right recipient."""
        return self._chorus_pro_open_dialog("reroute")

    def action_chorus_pro_complete(self):
        """Open the dialog that adds files and a word to invoices."""
        dialog = self._chorus_pro_open_dialog("complete")
        for company in self.company_id:
            company._chorus_pro_read_piece_types()
        return dialog

    def action_chorus_pro_validator(self):
        """Open the dialog that names another validator."""
        return self._chorus_pro_open_dialog("validator")

    def _chorus_pro_open_dialog(self, kind):
        """Open the dialog of a kind for those of these invoices that wait for it.

        :raise UserError: none does
        """
        self._chorus_pro_authorize(officer=True)
        waiting = self.filtered(lambda m: m.sudo()._chorus_pro_may_ask(kind))
        if not waiting:
            raise UserError(
                self.env._("Chorus Pro does not wait for this, or it was asked before.")
            )
        wizard = self.env[f"chorus.pro.{kind}"]._open_for(waiting)
        return {
            "type": "ir.actions.act_window",
            "name": dict(
                self._fields["chorus_pro_action"]._description_selection(self.env)
            )[kind],
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    # === WHAT THE PORTAL WAITS FOR === #

    def _chorus_pro_requests(self):
        """What was asked about the current attempt of this invoice."""
        row = self.chorus_pro_transmission_id
        return self.chorus_pro_request_ids.filtered(
            lambda request: request.transmission_id == row
        )

    def _chorus_pro_may_ask(self, kind):
        """Whether a request of a kind makes sense now, as far as Odoo knows."""
        row = self.chorus_pro_transmission_id
        return (
            row.state in AT_PORTAL
            and bool(row.portal_id)
            and is_allowed(kind, row.portal_status)
            and not self._chorus_pro_requests().filtered(
                lambda r: r.kind == kind and r.state in LIVE
            )
        )

    def _chorus_pro_next_action(self):
        """The one thing that the portal waits for, of ACTIONS, or False."""
        row = self.chorus_pro_transmission_id
        known = codes.INVOICE_STATUSES.get(row.portal_status)
        action = known.action if known else "none"
        if action == "reissue" and not self._chorus_pro_may_reissue():
            # A credit note, or replaced: all that is left is to say so.
            is_told = self._chorus_pro_requests().filtered(lambda r: r.state == "done")
            action = "none" if is_told else "rejection"
        if action == "reissue":
            return action
        return action if self._chorus_pro_may_ask(action) else False

    # === ASKING === #

    def _chorus_pro_ask(self, kind, values=None, files=None):
        """Queue a request for each invoice that may have one; nothing leaves here.

        Invoices that another transaction holds, or that went on meanwhile, are left
        alone: the caller reports them.

        :param dict values: further fields of chorus.pro.request, the same for all, or
            a function of the invoice that gives them
        :param files: ir.attachment, copied for each request
        :return: the invoices for which it was asked
        """
        self.sudo().company_id._chorus_pro_stay()
        moves = self.sudo().try_lock_for_update(allow_referencing=True)
        moves.invalidate_recordset()
        ready = moves.filtered(lambda m: m._chorus_pro_may_ask(kind))
        requests = self.env["chorus.pro.request"].sudo()
        for move in ready:
            own = values(move) if callable(values) else values or {}
            request = requests.create(
                {
                    "transmission_id": move.chorus_pro_transmission_id.id,
                    "environment": move.company_id.chorus_pro_environment,
                    "kind": kind,
                    "user_id": self.env.uid,
                    **own,
                }
            )
            if files:
                request._keep_files(files)
        if ready:
            requests._wake()
        return ready

    def _chorus_pro_told(self, asked):
        """A notification of what was asked, and what was left."""
        message = self.env._("It is on its way to Chorus Pro.")
        if len(self) > 1:
            message = self.env._(
                "%(asked)s of %(count)s invoices are on their way to Chorus Pro.",
                asked=len(asked),
                count=len(self),
            )
        if not asked:
            message = self.env._("Somebody else is changing the invoice. Try again.")
        notice = self._chorus_pro_notify(message)
        notice["params"]["type"] = "success" if asked else "warning"
        notice["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return notice

    def _chorus_pro_reroute(self, recipient, routing, comment=""):
        """Ask the portal to send these invoices elsewhere, for an officer.

        :param recipient: res.partner, empty for each invoice's own customer
        :param dict routing: service, engagement, contract; an empty one stays
        :return: notification
        :raise UserError: the portal would refuse it; says why
        """
        self._chorus_pro_authorize(officer=True)
        problems = [
            problem
            for move in self
            for problem in move._chorus_pro_check_routing(recipient, routing, comment)
        ]
        self._chorus_pro_stop(problems)

        def values(move):
            to = recipient or move.commercial_partner_id
            return {
                **routing,
                "comment": comment,
                "recipient_id": to.commercial_partner_id.id,
                "recipient_siret": to._chorus_pro_siret(),
                "service": routing["service"]
                or (not recipient and move.buyer_reference),
            }

        return self._chorus_pro_told(self._chorus_pro_ask("reroute", values))

    def _chorus_pro_complete(self, files, comment="", kind=None):
        """Ask the portal to add files and a word to these invoices, for an officer.

        :param files: ir.attachment that the user may read
        :param kind: chorus.pro.piece.type of the files
        :return: notification
        :raise UserError: the portal would refuse it; says why
        """
        self._chorus_pro_authorize(officer=True)
        files.check_access("read")
        self._chorus_pro_stop(self._chorus_pro_check_files(files, comment))
        values = {"comment": comment, "piece_type": kind.code if kind else False}
        asked = self._chorus_pro_ask("complete", values, files)
        return self._chorus_pro_told(asked)

    def _chorus_pro_validate_by(self, validator):
        """Ask the portal to name another validator of these invoices, for an officer.

        :raise UserError: it has no SIRET
        """
        self._chorus_pro_authorize(officer=True)
        siret = validator._chorus_pro_siret()
        if not siret:
            raise UserError(validator._chorus_pro_name_identifier())
        values = {
            "recipient_id": validator.commercial_partner_id.id,
            "recipient_siret": siret,
        }
        return self._chorus_pro_told(self._chorus_pro_ask("validator", values))

    def _chorus_pro_stop(self, problems):
        """Stop with the reasons, each once."""
        if reasons := "\n".join(dict.fromkeys(problems)):
            raise UserError(reasons)
