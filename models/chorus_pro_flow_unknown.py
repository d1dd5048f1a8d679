"""Lost answers: searched at the portal, never sent again on a guess."""

from odoo import fields, models
from odoo.exceptions import UserError

from .portal_values import LOST_AFTER, paris_date


class ChorusProFlow(models.Model):
    """A deposit whose outcome is unknown, until it is found or a person decides."""

    _inherit = "chorus.pro.flow"

    def _look_for_lost(self, client):
        """Search the invoices of a lost deposit; one that is found settles the flow.

        Also those that a settled deposit should hold and that the portal did not show.
        """
        lost = self.transmission_ids.filtered(lambda t: t.state == "unknown")
        if not lost:
            return
        posted = paris_date(self.attempted_at)
        for transmission in lost:
            if transmission.state != "unknown":
                continue
            found = client.rechercher_fournisseur(
                supplier_id=transmission._own_id(client),
                invoice_number=transmission.number,
                deposited_from=posted,
            )
            same = [i for i in found if transmission._is_same_invoice(i)]
            if len(same) == 1 and same[0].flow_number:
                self._settle_found(transmission, same[0])
        if self.state != "unknown":
            return
        self._schedule_check()
        if fields.Datetime.now() - self.attempted_at > LOST_AFTER:
            lost.filtered(lambda t: t.state == "unknown")._ask_person()

    def _settle_found(self, transmission, item):
        """An invoice of this lost deposit is at the portal, in the flow of `item`.

        That is this deposit, unless we know the flow already, or this deposit has its
        own: then this invoice had arrived by an earlier attempt or by a person at the
        portal, and nothing is said of the others.
        """
        if self.state != "unknown" or self._same_name(item.flow_number):
            transmission._apply("find", error_code=False, error=False, detail=False)
            transmission._integrate({item.number: item})
        else:
            self._settle(item.flow_number)

    def _settle_by_person(self, flow_number, client):
        """Go on under a flow number that a person found at the portal.

        :raise UserError: the portal does not know it, it holds none of the invoices,
            it is an earlier deposit, this deposit has its number already, or it is of
            another environment
        """
        self._check_here()
        if self.state != "unknown":
            raise UserError(
                self.env._(
                    "This deposit is the flow %(flow)s. Look again, or deposit again.",
                    flow=self.name,
                )
            )
        self._check_flow_number(flow_number, client)
        self._settle(flow_number)

    def _check_flow_number(self, flow_number, client):
        """Whether the portal's flow of that number may be this deposit.

        :raise UserError: it knows none, it holds other invoices, or it is another one
        """
        report = client.consulter_cr_detaille(flow_number)
        if not report.known:
            raise UserError(
                self.env._(
                    "Chorus Pro knows no flow %(flow)s. Check the number.",
                    flow=flow_number,
                )
            )
        held = {item.number for item in self._search_flow(client, flow_number)}
        held |= {error.number for error in report.invoice_errors}
        if held and not held & set(self.transmission_ids.mapped("number")):
            raise UserError(
                self.env._(
                    "The flow %(flow)s holds other invoices. Check the number.",
                    flow=flow_number,
                )
            )
        # Its answer was about that deposit: it would be taken for the answer to this.
        if self._same_name(flow_number) - self:
            raise UserError(
                self.env._(
                    "The flow %(flow)s is another deposit, of which Odoo knows what "
                    "became. Check the number.",
                    flow=flow_number,
                )
            )

    def _same_name(self, flow_number):
        """Deposits of this company and environment under a flow number."""
        return self.search(
            [
                ("name", "=", flow_number),
                ("company_id", "=", self.company_id.id),
                ("environment", "=", self.environment),
            ]
        )

    def _settle(self, flow_number):
        """The portal has the deposit under `flow_number`: go on as deposited.

        A deposit whose outcome is known by now says nothing of what it lacks.
        """
        settled = self._apply(
            "find",
            name=flow_number,
            deposited_at=self.attempted_at,
            checks=0,
            next_check_at=fields.Datetime.now(),
            error_code=False,
            detail=False,
        )
        if not settled:
            return
        found = self.transmission_ids._apply(
            "find", error_code=False, error=False, detail=False
        )
        found._tell(
            self.env._(
                "Chorus Pro: found at the portal, flow %(flow)s.", flow=flow_number
            )
        )
        (self.transmission_ids - found)._take_second_back()._tell(
            self.env._(
                "Chorus Pro: the first deposit was found at the portal, flow %(flow)s. "
                "The second one was taken back before it left.",
                flow=flow_number,
            )
        )
        self._wake_follow()
