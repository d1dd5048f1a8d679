"""What becomes of invoices is told to who has to do something about it."""

from odoo import api, models

# Events after which an invoice waits for us, or does so no more.
ASKING = ("fail", "refuse", "reject", "redo", "cancel")


class ChorusProTransmission(models.Model):
    """Activities follow the state of an attempt and the portal's status."""

    _inherit = "chorus.pro.transmission"

    def _apply(self, event, **values):
        """EXTENDS chorus.pro.state.mixin: ask a person, or close what was asked."""
        was_lost = self.filtered(lambda t: t.state == "unknown")
        moved = super()._apply(event, **values)
        self.env["chorus.pro.ask"]._close((was_lost & moved).move_id, "lost")
        if moved and event in ASKING:
            moved.move_id._chorus_pro_settle_asks()
        return moved

    @api.model
    def _take_statuses(self, news, note=""):
        """EXTENDS: the portal's status may ask something of a person."""
        result = super()._take_statuses(news, note=note)
        self.browse([row.id for row in news]).move_id._chorus_pro_settle_asks()
        return result

    def _ask_person(self):
        """One activity on each invoice whose outcome stays unknown."""
        self.env["chorus.pro.ask"]._ask("lost", self.move_id._chorus_pro_people())
