"""The portal's history of invoices whose status changed."""

import logging
import time
from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models

from ..chorus_api import ChorusError
from .portal_values import concerns_company, history_order, naive_utc

_logger = logging.getLogger(__name__)

# Histories are read one by one and kept together: so many at once.
TOGETHER = 50
# Lists of a history and the kind of line that they become.
KINDS = {"entries": "status", "events": "event", "actions": "action"}


class Standing(NamedTuple):
    """The current status of an invoice as its history tells it."""

    portal_id: str | None
    status: str | None
    status_at: datetime | None
    comment: str | None

    @classmethod
    def of(cls, history):
        """The line of the current status; without one, no moment and no comment."""
        lines = [line for line in history.entries if line.code == history.status]
        last = max(lines, key=history_order, default=None)
        return cls(
            history.portal_id,
            history.status,
            last and last.at,
            last and last.comment,
        )


class ChorusProTransmission(models.Model):
    """History lines: read when the status changed, each kept once."""

    _inherit = "chorus.pro.transmission"

    history_ids = fields.One2many(
        "chorus.pro.status",
        "transmission_id",
        string="Whole history",
        help="Statuses, further events and actions of users at the portal.",
    )

    _history_due_idx = models.Index("(company_id) WHERE history_due")

    # === READING === #

    @api.model
    def _read_due_histories(self, gate, client, end):
        """Read the histories behind changed statuses, one call for each.

        One that the portal refuses is read at the next change.

        :param float end: monotonic time after which the next run goes on
        """
        due = [
            ("company_id", "=", gate.company_id.id),
            ("environment", "=", gate.environment),
            ("history_due", "=", True),
            ("portal_id", "!=", False),
        ]
        while not gate._is_left() and (
            rows := self.search(due, limit=TOGETHER, order="id")
        ):
            told, failure = rows._ask_histories(client, end)
            self._take_alone(self._keep_histories, told)
            self.env["ir.cron"]._commit_progress(len(told))
            if failure:
                raise failure
            if time.monotonic() > end:
                self.env["chorus.pro.flow"]._wake_follow()
                return

    def _ask_histories(self, client, end):
        """Ask the portal for the history of each row, until time is over.

        :return: {row: History, or None when the portal refused it} and the error that
            stopped the company, if one did
        """
        told = {}
        for row in self:
            if time.monotonic() > end:
                break
            try:
                told[row] = client.consulter_historique(row.portal_id)
            except ChorusError as error:
                if concerns_company(error):
                    return told, error
                _logger.info("History of %s cannot be read: %s", row.number, error.code)
                told[row] = None
        # What follows shall see what others did in the meantime.
        self.env["ir.cron"]._commit_progress()
        return told, None

    def _read_history(self, client):
        """Add the lines of the portal's history that are not here yet.

        :raise ChorusError: the portal did not answer
        """
        self.ensure_one()
        self._keep_histories({self: client.consulter_historique(self.portal_id)})

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

    # === KEEPING === #

    @api.model
    def _keep_histories(self, told, note=""):
        """Keep the lines that are not here yet, and correct the current status.

        A history is younger than the search that made us read it, unless it lacks
        what the search told.

        :param dict told: {row: History or None}
        :param str note: a sentence for the chatter, beside a corrected status
        :return: the rows whose current status was another
        """
        rows = self.union(*told)
        known = {row: set(row.history_ids.mapped("portal_ref")) for row in rows}
        self.env["chorus.pro.status"].create(
            [
                values
                for row, history in told.items()
                if history
                for values in row._history_lines(history)
                if values["portal_ref"] not in known[row]
            ]
        )
        news = {
            row: Standing.of(history)
            for row, history in told.items()
            if history
            and history.status not in (None, row.portal_status)
            and row.portal_status in {entry.code for entry in history.entries}
        }
        self._take_statuses(news, note)
        rows.history_due = False
        return self.union(*news)

    def _history_lines(self, history):
        """Values of the lines of a history, each once, oldest first."""
        lines = {}
        for name, kind in KINDS.items():
            for entry in sorted(getattr(history, name), key=history_order):
                ref = entry.ref or f"{entry.code or entry.comment} {entry.at}"
                # Identifiers of the three lists may be the same.
                ref = ref if kind == "status" else f"{kind} {ref}"
                lines[ref] = {
                    "transmission_id": self.id,
                    "kind": kind,
                    "portal_ref": ref,
                    "code": entry.code or "-",
                    "date": naive_utc(entry.at),
                    "comment": entry.comment or False,
                    "person": entry.person or False,
                }
        return lines.values()
