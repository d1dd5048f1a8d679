"""Deposits that the portal checks for more than a day: asked daily, with a warning."""

from collections import defaultdict

from odoo import api, fields, models

from .chorus_pro_flow_follow import CHECK_MINUTES, HOURLY_CHECKS

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
        people = self.transmission_ids.move_id.sorted("id")._chorus_pro_people()
        theirs = defaultdict(list)
        for move, person in people.items():
            theirs[person].append(move)
        first = {moves[0]: person for person, moves in theirs.items()}
        words = {
            move: {"flow": self.name, "count": len(theirs[person])}
            for move, person in first.items()
        }
        self.env["chorus.pro.ask"]._ask("late", first, words)

    def _apply(self, event, **values):
        """EXTENDS chorus.pro.state.mixin: a deposit that is settled is late no more."""
        late = self.filtered("is_late")
        moved = super()._apply(event, **values)
        settled = (late & moved).transmission_ids.move_id
        self.env["chorus.pro.ask"]._close(settled, "late")
        return moved
