"""Life after the deposit: integrated, rejected, and the recipient's statuses."""

import logging
import time
from datetime import timedelta, timezone

from odoo import api, fields, models

from ..chorus_api import ChorusError, codes
from ..const import MODULE
from ..const_documents import FILE_ERRORS
from .portal_values import (
    concerns_company,
    history_order,
    is_same_amount,
    naive_utc,
    shortened,
)

_logger = logging.getLogger(__name__)

# Minutes to wait after each incident of the portal before the file goes again.
INCIDENT_MINUTES = (1, 5, 20, 60, 240)
LOST_ACTIVITY = f"{MODULE}.mail_activity_lost"
# Changes are read again for this long, since clocks differ.
OVERLAP = timedelta(hours=1)


class ChorusProTransmission(models.Model):
    """The part of a transmission's life that the portal decides."""

    _inherit = "chorus.pro.transmission"

    # === THE PORTAL'S VERDICT ON A DEPOSIT === #

    def _named_errors(self, report):
        """What a report says of these invoices: {number: text}.

        The portal names an invoice that it refuses, and the member of an archive
        that it cannot even read.
        """
        errors = {}
        for transmission in self:
            member = transmission._member_name()
            texts = [e.label or "" for e in report.technical_errors]
            named = [text for text in texts if member in text]
            if named:
                errors[transmission.number] = shortened(named)
        for error in report.invoice_errors:
            errors[error.number] = "\n".join(error.messages)
        return errors

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

    def _ask_person(self):
        """One activity on each invoice whose outcome stays unknown."""
        for move in self.move_id:
            if not move.activity_search([LOST_ACTIVITY]):
                move.activity_schedule(
                    LOST_ACTIVITY,
                    summary=self.env._("Chorus Pro: did this invoice arrive?"),
                    note=self.env._(
                        "Look for it at the portal, then enter its flow number or "
                        "deposit it again."
                    ),
                    user_id=(move.invoice_user_id or move.create_uid).id,
                )

    def _apply(self, event, **values):
        """EXTENDS chorus.pro.state.mixin: what is known is no question any more."""
        asked = self.filtered(lambda t: t.state == "unknown")
        moved = super()._apply(event, **values)
        (asked & moved).move_id.activity_unlink([LOST_ACTIVITY])
        return moved

    # === STATUSES === #

    @api.model
    def _follow_changes(self, company, client, end):
        """Read what changed at the portal since the last look, in one paged search.

        :param float end: monotonic time after which the next run goes on; what was
            taken until then is no news to it
        """
        open_rows = self._open_rows(company)
        if not open_rows:
            return
        gate, started = company._chorus_pro_gate(), fields.Datetime.now()
        since = gate._read_alone("followed_until") or min(
            open_rows.mapped("state_since")
        )
        for supplier, rows in open_rows._by_supplier().items():
            changed = client.rechercher_fournisseur(
                supplier_id=company._chorus_pro_own_id(client, supplier),
                changed_since=(since - OVERLAP).replace(tzinfo=timezone.utc),
            )
            by_number = {row.number: row for row in rows}
            for item in changed:
                row = by_number.get(item.number)
                if row and row._has_news(item):
                    self._repeat(row._take_status, item)
                    self.env["ir.cron"]._commit_progress(1)
        gate._write_alone(followed_until=started)
        for row in open_rows.filtered("history_due"):
            if time.monotonic() > end:
                self.env["chorus.pro.flow"]._wake_follow()
                return
            self._repeat(row._read_due_history, client)
            self.env["ir.cron"]._commit_progress(1)

    def _by_supplier(self):
        """{supplier whose SIRET the invoices bear: rows}."""
        return self.grouped(lambda row: row.move_id._chorus_pro_supplier())

    def _own_id(self, client):
        """Identifier at the portal of the supplier that this invoice names."""
        self.ensure_one()
        supplier = self.move_id._chorus_pro_supplier()
        return self.company_id._chorus_pro_own_id(client, supplier)

    @api.model
    def _open_rows(self, company):
        """Rows of `company` whose status may still change, or whose history is due."""
        final = [code for code, s in codes.INVOICE_STATUSES.items() if s.final]
        return self.search(
            [
                ("company_id", "=", company.id),
                ("environment", "=", company.chorus_pro_environment),
                ("state", "in", ("integrated", "elsewhere")),
                "|",
                ("state", "=", "integrated"),
                ("portal_id", "!=", False),
                "|",
                ("history_due", "=", True),
                ("portal_status", "not in", final),
            ]
        )

    def _is_final(self):
        """Whether the portal's status will not change any more."""
        known = codes.INVOICE_STATUSES.get(self.portal_status)
        return bool(known and known.final)

    def _has_news(self, item):
        """Whether `item` says something that this row does not know yet."""
        if not self.portal_id:
            return bool(item.portal_id)
        known = (self.portal_id, self.portal_status, self.portal_status_at)
        since = naive_utc(item.status_at) or self.portal_status_at
        return item.portal_id == self.portal_id and known != (
            item.portal_id,
            item.status,
            since,
        )

    def _take_status(self, item):
        """Keep the portal's current status of this invoice and tell the chatter."""
        self.ensure_one()
        before = self.portal_status
        self.write(
            {
                "history_due": self.history_due or item.status != before,
                "portal_id": item.portal_id or self.portal_id,
                "portal_status": item.status or before,
                "portal_status_at": naive_utc(item.status_at) or fields.Datetime.now(),
                "portal_comment": item.comment or False,
            }
        )
        # Two that follow the same invoice collide here, before its history.
        self.flush_recordset()
        if item.status and item.status != before:
            label = self.env["chorus.pro.status"]._label(item.status)
            line = self.env._("Chorus Pro: %(status)s.", status=label)
            self._tell(" ".join(filter(None, (line, item.comment))))

    def _read_due_history(self, client):
        """Read the history behind a changed status.

        One that the portal refuses is read at the next change.
        """
        if not self.portal_id:
            return
        try:
            self._read_history(client)
        except ChorusError as error:
            if concerns_company(error):
                raise
            _logger.info("History of %s cannot be read: %s", self.number, error.code)
            self.history_due = False

    def _read_history(self, client):
        """Add the lines of the portal's history that are not here yet."""
        self.ensure_one()
        history = client.consulter_historique(self.portal_id)
        self.history_due = False
        entries = {
            entry.ref or f"{entry.code} {entry.at}": entry
            for entry in sorted(history.entries, key=history_order)
        }
        known = set(self.status_ids.mapped("portal_ref"))
        self.env["chorus.pro.status"].create(
            [
                {
                    "transmission_id": self.id,
                    "portal_ref": ref,
                    "code": entry.code or "-",
                    "date": naive_utc(entry.at),
                    "comment": entry.comment or False,
                    "person": entry.person or False,
                }
                for ref, entry in entries.items()
                if ref not in known
            ]
        )

    def _refresh(self, client):
        """Read the current status and history of one invoice, for a person.

        :raise ChorusError: the portal did not answer
        """
        self.ensure_one()
        found = client.rechercher_fournisseur(
            supplier_id=self._own_id(client), invoice_number=self.number
        )
        items = [i for i in found if self.portal_id in (False, i.portal_id)]
        if len(items) == 1:
            self._take_status(items[0])
            self._read_history(client)
