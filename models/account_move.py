"""What an invoice shows of its life at Chorus Pro."""

from odoo import api, fields, models
from odoo.tools import format_date

from ..chorus_api import codes
from ..const import (
    ACTION_STORIES,
    FRAMEWORKS,
    READERS,
    STAGES,
    STORIES,
    SUMMARIES,
)

# Summary of a transmission's state; None: the portal's own status decides.
STATE_SUMMARIES = {
    "to_send": "queued",
    "sending": "queued",
    "unknown": "unknown",
    "failed": "error",
    "deposited": "sent",
    "integrated": None,
    "rejected": "rejected",
    "elsewhere": None,
}
STATUS_FALLBACKS = {"integrated": "filed", "elsewhere": "elsewhere"}
# While it stands so, a pause of the company's queue explains the wait.
WAITING = ("queued", "sent", "unknown")
# Until these the invoice can still be corrected for its next attempt.
EDITABLE = (False, "to_send", "queued", "error", "rejected")
# States of an attempt about which the portal can be asked.
REFRESHABLE = ("deposited", "unknown", "integrated", "elsewhere")


class AccountMove(models.Model):
    """Customer invoices of public entities.

    The engagement number, the service and the contract are core's three fields; what
    is added here is hidden from portal users, who can read invoices they follow.
    """

    _inherit = "account.move"

    chorus_pro_framework = fields.Selection(
        FRAMEWORKS,
        string="Billing framework",
        default="A1",
        groups=READERS,
        copy=False,
        help="Cadre de facturation (BT-23): who files the invoice, and why.",
    )
    chorus_pro_attachment_ids = fields.Many2many(
        "ir.attachment",
        "account_move_chorus_pro_attachment_rel",
        string="Files to add",
        groups=READERS,
        copy=False,
        help="Embedded in the Factur-X file that is sent.",
    )
    chorus_pro_transmission_ids = fields.One2many(
        "chorus.pro.transmission", "move_id", groups=READERS
    )
    chorus_pro_transmission_id = fields.Many2one(
        "chorus.pro.transmission",
        string="Current attempt",
        compute="_compute_chorus_pro_transmission_id",
        groups=READERS,
    )
    chorus_pro_status_ids = fields.One2many(
        "chorus.pro.status",
        compute="_compute_chorus_pro_status_ids",
        groups=READERS,
    )
    chorus_pro_status = fields.Selection(
        SUMMARIES,
        string="Chorus status",
        compute="_compute_chorus_pro_status",
        store=True,
        index="btree_not_null",
        groups=READERS,
        copy=False,
        group_expand="_chorus_pro_order_statuses",
    )
    chorus_pro_posted_at = fields.Datetime(groups=READERS, copy=False, readonly=True)
    chorus_pro_siret = fields.Char(
        related="commercial_partner_id.company_registry",
        string="Entity SIRET",
        groups=READERS,
    )
    chorus_pro_requirement = fields.Selection(
        related="commercial_partner_id.chorus_pro_requirement",
        string="The entity requires",
        groups=READERS,
    )
    chorus_pro_is_public = fields.Boolean(
        related="commercial_partner_id.chorus_pro_is_public", groups=READERS
    )
    chorus_pro_environment = fields.Selection(
        related="company_id.chorus_pro_environment", groups=READERS
    )
    chorus_pro_stage = fields.Selection(
        STAGES, compute="_compute_chorus_pro_story", groups=READERS
    )
    chorus_pro_story = fields.Text(compute="_compute_chorus_pro_story", groups=READERS)
    chorus_pro_problems = fields.Json(
        compute="_compute_chorus_pro_problems", groups=READERS
    )
    chorus_pro_can_send = fields.Boolean(
        compute="_compute_chorus_pro_problems", groups=READERS
    )
    chorus_pro_can_check = fields.Boolean(
        compute="_compute_chorus_pro_problems", groups=READERS
    )
    chorus_pro_editable = fields.Boolean(
        compute="_compute_chorus_pro_editable", groups=READERS
    )
    chorus_pro_can_refresh = fields.Boolean(
        compute="_compute_chorus_pro_editable", groups=READERS
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "chorus_pro_transmission_ids.state",
        "chorus_pro_transmission_ids.environment",
        "company_id.chorus_pro_environment",
    )
    def _compute_chorus_pro_transmission_id(self):
        for move in self:
            rows = move._chorus_pro_rows()
            current = rows.filtered(lambda row: row.state != "cancelled")[-1:]
            move.chorus_pro_transmission_id = current

    @api.depends(
        "chorus_pro_transmission_ids.history_ids",
        "chorus_pro_transmission_ids.environment",
        "company_id.chorus_pro_environment",
    )
    def _compute_chorus_pro_status_ids(self):
        for move in self:
            move.chorus_pro_status_ids = move._chorus_pro_rows().history_ids.sorted(
                lambda status: (status.date or status.create_date, status.id),
                reverse=True,
            )

    @api.depends(
        "state",
        "move_type",
        "commercial_partner_id.chorus_pro_is_public",
        "chorus_pro_transmission_ids.state",
        "chorus_pro_transmission_ids.portal_status",
    )
    def _compute_chorus_pro_status(self):
        # The company's environment and country are no dependencies: a change would
        # recompute every move of the company; res.company does those concerned.
        for move in self:
            move.chorus_pro_status = move._chorus_pro_summary()
        public = self.filtered("chorus_pro_status")
        attempts = public.chorus_pro_transmission_id
        self.env["chorus.pro.screen"]._changed(public, attempts, attempts.flow_id)

    @api.depends(
        "chorus_pro_status",
        "chorus_pro_transmission_ids.error",
        "chorus_pro_transmission_ids.portal_comment",
        "chorus_pro_transmission_ids.portal_status_at",
        "chorus_pro_transmission_ids.last_known_at",
        "chorus_pro_transmission_ids.state_since",
    )
    @api.depends_context("lang")
    def _compute_chorus_pro_story(self):
        stages = [code for code, _label in STAGES]
        waiting = self.filtered(lambda m: m.chorus_pro_status in WAITING)
        pauses = {
            company: company._chorus_pro_pause_reason()
            for company in waiting.company_id
        }
        for move in self:
            summary = move.chorus_pro_status
            pause = pauses.get(move.company_id) if move in waiting else ""
            move.chorus_pro_stage = summary if summary in stages else False
            move.chorus_pro_story = move._chorus_pro_tell(pause) if summary else False

    @api.depends(
        "chorus_pro_status",
        "chorus_pro_transmission_ids.checksum",
        "chorus_pro_transmission_ids.portal_status",
        "chorus_pro_transmission_ids.state",
    )
    def _compute_chorus_pro_editable(self):
        for move in self:
            current = move.chorus_pro_transmission_id
            move.chorus_pro_editable = (
                move.chorus_pro_status in EDITABLE and not current._is_frozen()
            )
            move.chorus_pro_can_refresh = current.state in REFRESHABLE and not (
                current.state == "integrated" and current._is_final()
            )

    # === BUSINESS METHODS === #

    def _chorus_pro_rows(self):
        """All attempts in the company's current environment, oldest first."""
        self.ensure_one()
        environment = self.company_id.chorus_pro_environment
        rows = self.chorus_pro_transmission_ids
        return rows.filtered(lambda row: row.environment == environment).sorted("id")

    @api.model
    def _chorus_pro_order_statuses(self, statuses, domain):
        """Columns of the kanban: those in use, in the order of an invoice's life."""
        return [code for code, _label in SUMMARIES if code in statuses]

    def _chorus_pro_summary(self):
        """The one word for lists and filters: where the invoice stands.

        Looks at the company's current environment only.
        """
        self.ensure_one()
        current = self.chorus_pro_transmission_id
        if current:
            summary = STATE_SUMMARIES[current.state]
            known = codes.INVOICE_STATUSES.get(current.portal_status)
            return (
                summary or (known and known.summary) or STATUS_FALLBACKS[current.state]
            )
        may_go = self.state == "posted" and self._chorus_pro_wants_defaults()
        return "to_send" if may_go else False

    def _chorus_pro_tell(self, pause):
        """The sentence of the tab: since when, what it means, what to do.

        :param str pause: why the company's queue waits, if it does
        """
        self.ensure_one()
        current = self.chorus_pro_transmission_id
        since = current.portal_status_at or current.state_since
        known = codes.INVOICE_STATUSES.get(current.portal_status)
        story = ACTION_STORIES.get(known.action) if known else None
        text = self.env._(story or STORIES[self.chorus_pro_status])
        if since:
            text = self.env._(
                "%(story)s Status since %(date)s.",
                story=text,
                date=format_date(self.env, since),
            )
        last_word = current._last_word()
        reasons = (current._told_reason(), current.portal_comment, last_word, pause)
        return "\n".join([text, *dict.fromkeys(filter(None, reasons))])

    def _post(self, soft=True):
        """EXTENDS account: date the posting, and wake what sends by itself."""
        posted = super()._post(soft)
        invoices = posted.sudo().filtered(lambda m: m.is_sale_document())
        invoices.chorus_pro_posted_at = fields.Datetime.now()
        if any(
            move.company_id.chorus_pro_auto_send and move.chorus_pro_is_public
            for move in invoices
        ):
            self.env["chorus.pro.transmission"].sudo()._wake()
        return posted
