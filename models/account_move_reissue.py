"""An invoice that the recipient refused: credit note, corrected invoice, in one click.

Its number is used up at the portal: a rejected invoice is issued again under a new one
(API.md 4.6 [O]). The credit note only cancels what the recipient never accepted, so it
stays in the books and is not sent.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..chorus_api import codes
from ..const import READERS
from .account_move_act import AT_PORTAL

# What the new invoice takes over, beside what core copies.
KEPT_FIELDS = (
    "chorus_pro_framework",
    "chorus_pro_document_type",
    "chorus_pro_delivery_note",
    "chorus_pro_period_start",
    "chorus_pro_period_end",
    "chorus_pro_attachment_ids",
)


class AccountMove(models.Model):
    """The refused invoice, its credit note and its successor know each other."""

    _inherit = "account.move"

    chorus_pro_internal = fields.Boolean(
        string="Not sent to Chorus Pro",
        copy=False,
        readonly=True,
        groups=READERS,
        help="It cancels an invoice that the recipient refused: it is not sent.",
    )
    chorus_pro_reissue_of_id = fields.Many2one(
        "account.move",
        string="Replaces",
        copy=False,
        readonly=True,
        index="btree_not_null",
        groups=READERS,
        help="The refused invoice that this one replaces under a new number.",
    )
    chorus_pro_reissue_ids = fields.One2many(
        "account.move",
        "chorus_pro_reissue_of_id",
        string="Replaced by",
        groups=READERS,
    )
    chorus_pro_replaced = fields.Boolean(
        compute="_compute_chorus_pro_replaced", groups=READERS
    )

    @api.depends("chorus_pro_reissue_ids.state")
    def _compute_chorus_pro_replaced(self):
        for move in self:
            successors = move.sudo().chorus_pro_reissue_ids
            move.chorus_pro_replaced = any(m.state != "cancel" for m in successors)

    @api.depends("chorus_pro_replaced")
    def _compute_chorus_pro_story(self):
        """EXTENDS l10n_fr_chorus_pro: a further reason to tell it anew."""
        return super()._compute_chorus_pro_story()

    @api.depends("chorus_pro_replaced")
    def _compute_chorus_pro_whereabouts(self):
        """EXTENDS l10n_fr_chorus_pro: a further reason to tell it anew."""
        return super()._compute_chorus_pro_whereabouts()

    def _chorus_pro_tell(self, pause):
        """EXTENDS l10n_fr_chorus_pro: nothing is left to do for what was replaced."""
        if not self.chorus_pro_replaced:
            return super()._chorus_pro_tell(pause)
        return self.env._(
            "The recipient refused it. It was cancelled by a credit note, and "
            "%(successor)s replaces it.",
            successor=", ".join(self.chorus_pro_reissue_ids.mapped("display_name")),
        )

    def _chorus_pro_say_holder(self):
        """EXTENDS l10n_fr_chorus_pro: nobody has to act on what was replaced."""
        return "" if self.chorus_pro_replaced else super()._chorus_pro_say_holder()

    @api.depends("chorus_pro_internal")
    def _compute_chorus_pro_status(self):
        """EXTENDS l10n_fr_chorus_pro: what is not sent is not "to send" either."""
        return super()._compute_chorus_pro_status()

    def _chorus_pro_summary(self):
        """EXTENDS l10n_fr_chorus_pro: an internal credit note has no life there."""
        summary = super()._chorus_pro_summary()
        is_out = self.chorus_pro_internal and not self.chorus_pro_transmission_id
        return False if is_out else summary

    def _chorus_pro_check_kind(self):
        """EXTENDS l10n_fr_chorus_pro: an internal credit note is never sent."""
        if self.chorus_pro_internal:
            yield self._chorus_pro_problem(
                "internal",
                self.env._(
                    "It cancels an invoice that the recipient refused: it is not sent."
                ),
            )
            return
        yield from super()._chorus_pro_check_kind()

    # === ACTION === #

    def action_chorus_pro_reissue(self):
        """Cancel a refused invoice and make its corrected successor, in one click.

        The credit note is posted and stays inside; the successor is a draft that gets
        a new number; the portal is told that the rejection was handled.

        :raise UserError: the recipient did not refuse it, or it was replaced already
        :return: action that opens the successor
        """
        self.ensure_one()
        self._chorus_pro_authorize(officer=True)
        locked = self.sudo().try_lock_for_update(allow_referencing=True)
        locked.invalidate_recordset()
        if not locked or not locked._chorus_pro_may_reissue():
            raise UserError(
                self.env._(
                    "Only an invoice that the recipient refused is replaced, and once."
                )
            )
        credit, successor = self._chorus_pro_make_successor()
        self._chorus_pro_link_successor(credit, successor)
        self._chorus_pro_ask("rejection")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": successor.id,
            "view_mode": "form",
        }

    def action_chorus_pro_handle_rejection(self):
        """Tell the portal that a rejection was handled, where nothing is to replace.

        :raise UserError: it is not rejected, or the portal was told already
        """
        self._chorus_pro_authorize(officer=True)
        asked = self._chorus_pro_ask("rejection")
        if not asked:
            raise UserError(
                self.env._("Chorus Pro does not wait for this, or it was asked before.")
            )
        return self._chorus_pro_notify(self.env._("It is on its way to Chorus Pro."))

    # === BUSINESS METHODS === #

    def _chorus_pro_may_reissue(self):
        """Whether the recipient refused this invoice and nothing replaces it yet."""
        row = self.chorus_pro_transmission_id
        known = codes.INVOICE_STATUSES.get(row.portal_status)
        return (
            row.state in AT_PORTAL
            and bool(known)
            and known.action == "reissue"
            and self.move_type == "out_invoice"
            and self.state == "posted"
            and not self.chorus_pro_replaced
        )

    def _chorus_pro_refusal(self):
        """The recipient's words, or those for its status."""
        row = self.sudo().chorus_pro_transmission_id
        label = self.env["chorus.pro.status"]._label(row.portal_status or "-")
        return row.portal_comment or label

    def _chorus_pro_make_successor(self):
        """The credit note that cancels this invoice, and its successor as a draft.

        One that a person made before is taken as it is.

        :return: (account.move, account.move)
        """
        if self.payment_state == "reversed":
            credit = self.reversal_move_ids.filtered(lambda m: m.state == "posted")
            return credit, self.with_context(include_business_fields=True).copy()
        before = self.reversal_move_ids
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.ids)
            .create(
                {
                    "reason": self._chorus_pro_refusal(),
                    "journal_id": self.journal_id.id,
                }
            )
        )
        wizard.modify_moves()
        return self.reversal_move_ids - before, wizard.new_move_ids

    def _chorus_pro_link_successor(self, credit, successor):
        """Let the three know each other, and say so on each."""
        refused = self.sudo()
        inside = credit.sudo().filtered(lambda m: not m.chorus_pro_transmission_ids)
        inside.chorus_pro_internal = True
        successor.sudo().write(
            {
                "chorus_pro_reissue_of_id": self.id,
                **{
                    name: refused._fields[name].convert_to_write(refused[name], refused)
                    for name in KEPT_FIELDS
                },
            }
        )
        reason = self._chorus_pro_refusal()
        told = {
            self: self.env._("Chorus Pro: replaced after the refusal. %s", reason),
            inside: self.env._(
                "Chorus Pro: it cancels %(invoice)s, which the recipient refused, and "
                "is not sent.",
                invoice=self.name,
            ),
            successor: self.env._(
                "Chorus Pro: it replaces %(invoice)s, which the recipient refused. "
                "Correct it, then confirm it: it gets a new number. %(reason)s",
                invoice=self.name,
                reason=reason,
            ),
        }
        for moves, text in told.items():
            moves._message_log_batch(bodies=dict.fromkeys(moves.ids, text))
