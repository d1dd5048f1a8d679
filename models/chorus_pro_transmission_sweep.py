"""The slow look at invoices without news, and the end of waiting for some.

That the portal lists every change by its moment is inferred [I], so each invoice
without news for a week is asked about once a week, a seventh of them a day. What this
finds is counted: it was missed by the list of changes.
"""

import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..chorus_api import codes
from ..const import MODULE
from .chorus_pro_transmission_changes import OVERLAP
from .chorus_pro_transmission_history import TOGETHER

_logger = logging.getLogger(__name__)

SILENT_AFTER = timedelta(days=7)
# The rest of a day's share is asked after so long.
PAUSE = timedelta(minutes=5)
# Days without news after which nothing more is expected of an entity that does not
# publish payments: the longest legal time to pay (public companies).
LAST_KNOWN_DAYS = 60
# Statuses in which nobody but the recipient has to act.
SETTLING = ("available", "approved", "accounted")


class ChorusProTransmission(models.Model):
    """Invoices of which the portal has been silent for long."""

    _inherit = "chorus.pro.transmission"

    asked_at = fields.Datetime(
        string="Asked about on", help="Last time that the slow look asked about it."
    )
    missed_at = fields.Datetime(
        string="Change found late",
        index="btree_not_null",
        help="When the slow look found a change that the portal's list of changes had "
        "not named.",
    )
    last_known_at = fields.Datetime(
        string="Last known since",
        help="From then on the portal was not asked any more: the entity does not "
        "publish payments.",
    )

    # === THE SLOW LOOK === #

    @api.model
    def _silent_domain(self, company):
        """Open rows of `company` without news for a week."""
        limit = fields.Datetime.now() - SILENT_AFTER
        return [
            *self._open_domain(company),
            ("portal_id", "!=", False),
            "|",
            ("portal_status_at", "<", limit),
            "&",
            ("portal_status_at", "=", False),
            ("state_since", "<", limit),
        ]

    @api.model
    def _sweep_silent(self, gate, client, end):
        """Ask for the history of the invoices whose turn it is.

        Stops when the company goes to another environment, which `client` does not
        know.

        :param float end: monotonic time after which a later run goes on
        """
        company, started = gate.company_id, fields.Datetime.now()
        if gate._is_left():
            return
        left = self._share_of_today(company, gate)
        while left > 0 and not gate._is_left():
            if time.monotonic() > end:
                self.env["chorus.pro.flow"]._wake_follow(at=started + PAUSE)
                return
            rows = self.search(
                [
                    *self._silent_domain(company),
                    "|",
                    ("asked_at", "=", False),
                    ("asked_at", "<", started.replace(hour=0, minute=0, second=0)),
                ],
                order="asked_at NULLS FIRST, id",
                limit=min(left, TOGETHER),
            )
            told, failure = rows._ask_histories(client, end)
            missed = self._keep_swept(told, started)
            left = gate._note_sweep(len(told), missed, done=not rows)
            if failure:
                raise failure

    @api.model
    def _share_of_today(self, company, gate):
        """How many invoices are still to be asked about today: a seventh in all."""
        today = fields.Date.today()
        if gate._read_alone("sweep_day") != today:
            self._stop_waiting(company)
            count = self.search_count(self._silent_domain(company))
            gate._write_alone(
                sweep_day=today, sweep_left=-(-count // SILENT_AFTER.days)
            )
            self.env["ir.cron"]._commit_progress()
        return gate._read_alone("sweep_left")

    @api.model
    def _keep_swept(self, told, started):
        """Keep what the slow look found; returns how many changes had been missed.

        A change of the last hour is none: the next list may still name it.
        """
        before = {row: row.portal_status for row in told}
        self._take_alone(self._keep_late, told)
        rows = self.union(*told)
        rows.asked_at = fields.Datetime.now()
        missed = rows.filtered(
            lambda row: (
                row.portal_status != before[row]
                and row.portal_status_at < started - OVERLAP
            )
        )
        missed.missed_at = fields.Datetime.now()
        self.env["ir.cron"]._commit_progress(len(told))
        return len(missed)

    @api.model
    def _keep_late(self, told):
        """Keep histories, and say how a change was found."""
        self._keep_histories(
            told,
            self.env._(
                "Found by the weekly look: the list of changes had not named it."
            ),
        )

    # === LAST KNOWN === #

    def _last_word(self):
        """Why nothing more is expected of the portal; empty while something is."""
        if not self.last_known_at:
            return ""
        return self.env._(
            "This is the last known status: the entity does not publish payments, so "
            "Odoo does not ask any more."
        )

    @api.model
    def _stop_waiting(self, company):
        """What an entity that does not publish payments last told is its last word.

        News that come by themselves are taken all the same.
        """
        settling = [
            code
            for code, status in codes.INVOICE_STATUSES.items()
            if status.summary in SETTLING and not status.final
        ]
        limit = fields.Datetime.now() - timedelta(days=self._last_known_days())
        rows = self.search(
            [
                *self._open_domain(company),
                ("portal_status", "in", settling),
                ("portal_status_at", "<", limit),
                ("move_id", "in", self._silent_payers(company)),
            ]
        )
        rows.last_known_at = fields.Datetime.now()

    @api.model
    def _last_known_days(self):
        """Days without news, `l10n_fr_chorus_pro.last_known_days` where it is set."""
        name = f"{MODULE}.last_known_days"
        value = self.env["ir.config_parameter"].sudo().get_param(name) or ""
        return int(value) if value.isdecimal() else LAST_KNOWN_DAYS

    @api.model
    def _silent_payers(self, company):
        """A query of the company's invoices of whose payment nobody will tell.

        The entity, or its service, does not publish payments (API.md 2.10 [O]).
        """
        self.env.flush_all()
        return SQL(
            """
            (SELECT m.id FROM account_move m
               JOIN res_partner p ON p.id = m.commercial_partner_id
              WHERE m.company_id = %s
                AND (p.chorus_pro_payment_silent
                     OR EXISTS (SELECT 1 FROM chorus_pro_service s
                                 WHERE s.partner_id = p.id
                                   AND s.code = m.buyer_reference
                                   AND NOT s.payment_reported)))
            """,
            company.id,
        )
