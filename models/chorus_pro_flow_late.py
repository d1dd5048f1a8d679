"""Deposits that the portal checks for more than a day: asked daily, with a warning."""

from odoo import api, fields, models

from ..const import MODULE
from .chorus_pro_flow_follow import CHECK_MINUTES, HOURLY_CHECKS

LATE_ACTIVITY = f"{MODULE}.mail_activity_late"
# Checks after which the portal is asked once a day.
LATE_FROM = len(CHECK_MINUTES) + HOURLY_CHECKS


class ChorusProFlow(models.Model):
    """The warning about a late deposit, and its end."""

    _inherit = "chorus.pro.flow"

    is_late = fields.Boolean(
        string="Checked for too long",
        compute="_compute_is_late",
        search="_search_is_late",
        help="Chorus Pro has not finished checking this deposit within a day.",
    )

    @api.depends("state", "checks")
    def _compute_is_late(self):
        for flow in self:
            flow.is_late = flow.state == "deposited" and flow.checks >= LATE_FROM

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "=", "deposited"), ("checks", ">=", LATE_FROM)]

    def _schedule_check(self):
        """EXTENDS: warn when the portal is asked once a day from now on."""
        result = super()._schedule_check()
        if self.state == "deposited" and self.checks == LATE_FROM:
            self._warn_late()
        return result

    def _warn_late(self):
        """One activity for each person with invoices in this deposit, on the first."""
        moves = self.transmission_ids.move_id.sorted("id")
        people = moves.grouped(lambda move: move.invoice_user_id or move.create_uid)
        for person, theirs in people.items():
            theirs[:1].activity_schedule(
                LATE_ACTIVITY,
                summary=self.env._("Chorus Pro: still checking after a day"),
                note=self.env._(
                    "Chorus Pro has not finished checking the deposit %(flow)s with "
                    "%(count)s of your invoices. Odoo goes on asking once a day. "
                    "Ask the support of Chorus Pro and name the flow number.",
                    flow=self.name,
                    count=len(theirs),
                ),
                user_id=person.id,
            )

    def _apply(self, event, **values):
        """EXTENDS chorus.pro.state.mixin: a deposit that is settled is late no more."""
        late = self.filtered("is_late")
        moved = super()._apply(event, **values)
        (late & moved).transmission_ids.move_id.activity_unlink([LATE_ACTIVITY])
        return moved
