"""Life after the deposit: integrated, rejected, sent again, or not to be found."""

from collections import defaultdict
from datetime import timedelta

from odoo import fields, models

from ..const_documents import FILE_ERRORS
from .portal_values import is_same_amount, shortened

# Minutes to wait after each incident of the portal before the file goes again.
INCIDENT_MINUTES = (1, 5, 20, 60, 240)


class ChorusProTransmission(models.Model):
    """The part of a transmission's life that the portal decides."""

    _inherit = "chorus.pro.transmission"

    # === THE PORTAL'S VERDICT ON A DEPOSIT === #

    def _named_errors(self, report):
        """What a report says of these invoices: {number: text}.

        The portal names an invoice that it refuses, and the member of an archive
        that it cannot even read: by the attempt that left, which may be given up.
        """
        found = defaultdict(list)
        numbers = set(self.mapped("number"))
        texts = [error.label or "" for error in report.technical_errors]
        for row in self.flow_id.transmission_ids:
            if row.number in numbers:
                member = row._member_name()
                found[row.number] += [text for text in texts if member in text]
        for error in report.invoice_errors:
            found[error.number] += error.messages or (report.state or "",)
        self._name_the_nameless(found)
        return {
            number: shortened(dict.fromkeys(filter(None, texts)))
            for number, texts in found.items()
        }

    def _name_the_nameless(self, found):
        """An error without a number is about the one invoice of its deposit."""
        texts = found.pop(None, [])
        if len(self.flow_id.transmission_ids) == 1:
            found[self.number] += texts

    def _note_incident(self, flow_number):
        """The portal dropped these: the same file goes again, later each time.

        After several incidents a person decides.
        """
        for transmission in self._apply("incident", error_code="incident"):
            count = transmission.incidents + 1
            transmission.incidents = count
            if count > len(INCIDENT_MINUTES):
                words = FILE_ERRORS["incident"]
                transmission._fail("incident", self.env._(words), flow_number)
                continue
            wait = timedelta(minutes=INCIDENT_MINUTES[count - 1])
            transmission.next_try_at = fields.Datetime.now() + wait
            transmission._tell(
                self.env._(
                    "Chorus Pro: incident at the portal, flow %(flow)s was not "
                    "processed. The same file is sent again.",
                    flow=flow_number,
                )
            )
        self._wake()

    def _miss(self):
        """The portal says that it has the deposit, but does not show these."""
        reason = self.env._(
            "Chorus Pro integrated the deposit but does not show this invoice."
        )
        self._apply("miss", error_code="missing", error=reason)._ask_person()

    def _integrate(self, items):
        """The portal has these invoices.

        :param dict items: {number: chorus_api.InvoiceItem}, all of theirs
        """
        for transmission in self:
            moved = transmission._apply("integrate", error_code=False, error=False)
            if moved:
                moved._take_status(items[transmission.number])

    def _reject(self, errors, fallback):
        """The portal refused those of these invoices that it names.

        Nothing was created there, so the same number may be sent again once the cause
        is gone (API.md 4.6 [T]).

        :param dict errors: {number: text of the portal}
        :param str fallback: reason for those that are not named; empty leaves them
        """
        for transmission in self.filtered(lambda t: t.state == "deposited"):
            reason = errors.get(transmission.number) or fallback
            if reason and transmission._apply(
                "reject", error_code="rejected", error=reason
            ):
                transmission._tell(
                    self.env._("Chorus Pro: rejected. %(reason)s", reason=reason)
                )

    def _is_same_invoice(self, item):
        """Whether an invoice found at the portal is this one.

        The number alone is not enough: recipient and amount must agree.
        """
        self.ensure_one()
        move = self.move_id
        return (
            item.number == self.number
            and item.recipient_siret
            in (None, "", move.commercial_partner_id._chorus_pro_siret())
            and is_same_amount(item, move.amount_total, move.currency_id)
        )
