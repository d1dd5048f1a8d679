"""What the status of an invoice asks of a person, and when that is done."""

from datetime import timedelta

from odoo import api, fields, models

from ..const_asks import INVOICE_KINDS, STATUS_KINDS
from .account_move_act import AT_PORTAL
from .account_move_overview import SETTLED

# What was so before, and was found only now, is history: it is listed, nobody is asked.
NEWS = timedelta(days=90)
LONG_AGO = fields.Datetime.to_datetime("1970-01-01")


class AccountMove(models.Model):
    """One activity while an invoice waits for us; none once it does not."""

    _inherit = "account.move"

    def _chorus_pro_settle_asks(self):
        """Ask about those of these that wait for us; close what is done.

        Costs the same number of statements however many they are.
        """
        moves, asks = self.sudo(), self.env["chorus.pro.ask"]
        known = asks.with_context(active_test=False)._open(moves, *STATUS_KINDS)
        wanted = {move.id: move._chorus_pro_asked_kind() for move in moves}
        done = known.filtered(
            lambda a: a.active and asks._kind_of(a) != wanted[a.res_id]
        )
        done.unlink()
        told = {
            (a.res_id, asks._kind_of(a)): None if a.active else a.write_date
            for a in known - done
        }
        for kind in STATUS_KINDS:
            new = moves.filtered(
                lambda m, k=kind: (
                    wanted[m.id] == k
                    and m._chorus_pro_is_news(told.get((m.id, k), LONG_AGO))
                )
            )
            reasons = {m: {"reason": m._chorus_pro_asked_reason()} for m in new}
            asks._ask(kind, new._chorus_pro_people(), reasons)

    def _chorus_pro_asked_kind(self):
        """What this invoice asks of a person: a kind, or nothing."""
        kind = self.chorus_pro_status
        is_ours = (
            self.state == "posted"
            and self.chorus_pro_needs_us
            and self.payment_state not in SETTLED
        )
        return kind if is_ours and kind in STATUS_KINDS else False

    def _chorus_pro_is_news(self, told_at):
        """Whether a person is to be told of this status, which is no old one.

        :param told_at: when an activity of this kind was marked as done, None while it
            is open: who is done with it is not asked again about the same
        """
        if not told_at:
            return False
        row = self.chorus_pro_transmission_id
        is_portals = row.state in AT_PORTAL and row.portal_status_at
        since = row.portal_status_at if is_portals else row.state_since
        return since > max(told_at, fields.Datetime.now() - NEWS)

    def _chorus_pro_asked_reason(self):
        """The words of Chorus Pro or of the recipient, if there are any."""
        row = self.chorus_pro_transmission_id
        reasons = (row._told_reason(), row.portal_comment)
        return "\n".join(dict.fromkeys(filter(None, reasons)))

    # === WHAT ENDS WITHOUT AN EVENT === #

    def _chorus_pro_holds(self, kind):
        """Whether what a person was asked about this invoice is still so."""
        if kind in STATUS_KINDS:
            return self._chorus_pro_asked_kind() == kind
        if kind == "lost":
            return self.chorus_pro_status == "unknown"
        if kind == "late":
            return self.chorus_pro_transmission_id.flow_id.is_late
        states = self._chorus_pro_requests().mapped("state")
        return "unknown" in states

    @api.model
    def _chorus_pro_tidy_asks(self):
        """Close what nobody has to do any more: paid, cancelled, elsewhere."""
        asks = self.env["chorus.pro.ask"]
        types = [asks._type(kind) for kind in INVOICE_KINDS]
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("activity_type_id", "in", types),
                    ("automated", "=", True),
                ]
            )
        )
        moves = self.sudo().browse(activities.mapped("res_id"))
        by_id = {move.id: move for move in moves}
        activities.filtered(
            lambda a: not by_id[a.res_id]._chorus_pro_holds(asks._kind_of(a))
        ).unlink()

    # === EVENTS === #

    def write(self, vals):
        """EXTENDS account: an invoice that is being corrected asks nothing of anybody;
        posted again without being sent, it does.
        """
        result = super().write(vals)
        if "state" in vals:
            asking = self.sudo().filtered(lambda m: m.chorus_pro_status in STATUS_KINDS)
            if asking:
                asking._chorus_pro_settle_asks()
        return result

    def _chorus_pro_enqueue(self, forced=False):
        """EXTENDS: what is sent again is no question any more."""
        queued = super()._chorus_pro_enqueue(forced=forced)
        if queued:
            self.env["chorus.pro.ask"]._close(queued, *STATUS_KINDS)
        return queued

    def _chorus_pro_ask(self, kind, values=None, files=None):
        """EXTENDS: a refusal that was handled asks nothing of anybody."""
        asked = super()._chorus_pro_ask(kind, values=values, files=files)
        if kind == "rejection":
            asked._chorus_pro_settle_asks()
        return asked

    @api.model
    def _cron_chorus_pro_late(self):
        """EXTENDS: once a day, also what ends without an event."""
        result = super()._cron_chorus_pro_late()
        self._chorus_pro_tidy_asks()
        self.env["res.partner"]._chorus_pro_tidy_asks()
        return result
