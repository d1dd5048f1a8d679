"""Deposits of another program: followed here, never sent again by Odoo itself."""

from odoo import fields, models

from .portal_values import LOST_AFTER


class ChorusProFlow(models.Model):
    """A deposit that the OCA modules made: Odoo has its number, not its file.

    What would make our own deposits go again makes these a question to a person.
    """

    _inherit = "chorus.pro.flow"

    taken_over = fields.Boolean(
        readonly=True, help="Deposited by the OCA modules, before Odoo 19."
    )

    def _wait_for_report(self):
        """EXTENDS l10n_fr_chorus_pro: look for the invoices of an old flow number."""
        old = self.taken_over and fields.Datetime.now() - self.deposited_at > LOST_AFTER
        if not old:
            super()._wait_for_report()
            return
        self._doubt(
            self.env._(
                "Chorus Pro does not know the flow %(flow)s, under which it was sent "
                "before Odoo 19.",
                flow=self.name,
            )
        )

    def _follow_report(self, event, report, items):
        """EXTENDS l10n_fr_chorus_pro: an incident does not send the invoices again."""
        if event == "incident" and self.taken_over:
            self._doubt(self._incident_words())
            return
        super()._follow_report(event, report, items)

    def _incident_words(self):
        """What a person is told of a deposit that the portal did not process."""
        return self.env._(
            "Incident at the portal: the flow %(flow)s, sent before Odoo 19, was not "
            "processed. Look at the portal before you deposit it again.",
            flow=self.name,
        )

    def _doubt(self, reason):
        """Search the invoices of this deposit by number; a person decides.

        :param str reason: why the flow number does not tell what became of them
        """
        self._apply("miss", next_check_at=fields.Datetime.now())
        waiting = self.transmission_ids.filtered(lambda t: t.state == "deposited")
        waiting._apply("miss", error_code="missing", error=reason)
        self._wake_follow()
