"""Sending: claim, deposit, commit the answer, let the invoices follow.

Each step is a transaction of its own (DESIGN invariant 1):

1. `_group`: frozen transmissions join a prepared flow.
2. `_claim`: the first statement locks one prepared flow; it becomes `sending`.
3. `_deposit`: the row is locked again and read again, the POST leaves while the lock
   is held, and the answer is committed alone.
4. `_follow_answer` (chorus_pro_flow_answer.py): the invoices follow.
"""

import logging
from datetime import timedelta

from psycopg2 import Error as PostgresError

from odoo import api, fields, models
from odoo.tools import SQL

from ..chorus_api import ChorusError, codes
from .chorus_pro_gate_breaker import LONGEST_PAUSE
from .portal_values import concerns_company

_logger = logging.getLogger(__name__)

FLOW_INVOICES = 100
FLOW_BYTES = codes.LIMITS["archive_bytes"]
# What tar and gzip add to files that do not shrink, for each file and for the end.
MEMBER_OVERHEAD = 1536
ARCHIVE_OVERHEAD = 20480
# Frozen invoices wait at most so long for others to fill their deposit.
HOLD = timedelta(minutes=1)


class ChorusProFlow(models.Model):
    """The sending half of a deposit's life."""

    _inherit = "chorus.pro.flow"

    def _deposit_next(self, gate, client):
        """Group, claim and deposit one flow of the gate's company.

        :return: number of invoices that were dealt with, 0 when nothing may leave now
        """
        if self._repeat(self._group, gate):
            self._commit()
        parcels = {}
        try:
            flow = self._repeat(self._claim, gate, parcels)
            self._commit()
            return flow._deposit(client, gate, parcels[flow]) if flow else 0
        finally:
            for parcel in parcels.values():
                parcel.close()

    # === GROUP === #

    def _group(self, gate):
        """Join frozen transmissions of the gate's company in one new flow.

        The gate names the environment: the company's own may change at any time, and
        the client at hand speaks with one environment only.

        :return: the prepared flow, empty when nothing waits, or when what waits fills
            no deposit and others are about to join it
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.id, t.file_size, t.number, t.write_date
                  FROM chorus_pro_transmission t
                  JOIN chorus_pro_gate g ON g.company_id = t.company_id
                   AND g.environment = t.environment
                 WHERE t.state = 'to_send' AND t.checksum IS NOT NULL
                   AND g.id = %s
                   AND (t.next_try_at IS NULL OR t.next_try_at <= %s)
                   AND NOT EXISTS (
                       SELECT 1 FROM chorus_pro_flow f
                        WHERE f.id = t.flow_id AND f.state IN ('prepared', 'sending'))
                 ORDER BY t.id LIMIT %s
                   FOR NO KEY UPDATE OF t SKIP LOCKED
                """,
                gate.id,
                fields.Datetime.now(),
                FLOW_INVOICES,
            )
        )
        fitting = self._fit(rows)
        is_full = len(fitting) == FLOW_INVOICES or len(fitting) < len(rows)
        if not rows or not (is_full or self._has_waited(gate, rows)):
            return self.browse()
        flow = self.create(
            {"company_id": gate.company_id.id, "environment": gate.environment}
        )
        self.env["chorus.pro.transmission"].browse(fitting).flow_id = flow
        return flow

    @api.model
    def _has_waited(self, gate, rows):
        """Whether `rows` leave without waiting for what is being frozen."""
        oldest = min(date for *_facts, date in rows)
        if oldest < fields.Datetime.now() - HOLD:
            return True
        return not self.env["chorus.pro.transmission"]._count_unfrozen(gate)

    @api.model
    def _fit(self, rows):
        """The first of `rows` (see `_group`) that fit in one archive; at least
        one, and never two of one number: the portal's report names invoices by it.
        """
        ids, numbers, size = [], set(), ARCHIVE_OVERHEAD
        for transmission_id, file_size, number, _date in rows:
            if number in numbers:
                continue
            size += file_size + file_size // 1000 + MEMBER_OVERHEAD
            if ids and size > FLOW_BYTES:
                break
            ids.append(transmission_id)
            numbers.add(number)
        return ids

    # === CLAIM === #

    def _claim(self, gate, parcels=None):
        """Take one prepared flow for this worker and write what is about to leave.

        :param dict parcels: receives {flow: Parcel}, for the caller to close
        :return: the flow in state `sending`, empty when none may go
        """
        after = (-1, -1)
        while flow := self._lock_prepared(gate, after):
            after = (flow.tries, flow.id)
            try:
                parcel = flow._prepare_to_leave()
            except PostgresError:
                raise
            except Exception as error:
                self._roll_back()
                _logger.exception("Deposit %s cannot be prepared", flow.id)
                flow._set_aside(error)
                continue
            if parcel:
                if parcels is None:
                    parcel.close()
                else:
                    parcels[flow] = parcel
                break
        return flow

    @api.model
    def _lock_prepared(self, gate, after):
        """Lock the next prepared flow; what has failed before comes later.

        :param after: (tries, id) of the flow that was looked at in vain
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT f.id FROM chorus_pro_flow f
                  JOIN chorus_pro_gate g ON g.company_id = f.company_id
                   AND g.environment = f.environment
                 WHERE f.state = 'prepared' AND g.id = %s
                   AND (COALESCE(f.tries, 0), f.id) > %s
                   AND (f.next_try_at IS NULL OR f.next_try_at <= %s)
                 ORDER BY COALESCE(f.tries, 0), f.id LIMIT 1
                   FOR NO KEY UPDATE OF f SKIP LOCKED
                """,
                gate.id,
                after,
                fields.Datetime.now(),
            )
        )
        flow = self.browse([flow_id for (flow_id,) in rows])
        flow.invalidate_recordset()
        return flow

    def _queued_invoices(self):
        """The invoices of this flow that wait, locked."""
        queued = self.transmission_ids.filtered(lambda t: t.state == "to_send")
        return queued.try_lock_for_update(allow_referencing=True)

    def _prepare_to_leave(self):
        """Write what is about to leave, before it does.

        :return: Parcel, or None when nothing of this flow may leave now
        """
        waiting = self._queued_invoices()._without_damage()
        if not waiting:
            self._drop_when_taken_back()
            return None
        waiting._apply("claim")
        parcel = self._pack(waiting)
        self._apply(
            "claim",
            file_name=parcel.name,
            file_size=parcel.size,
            checksum=parcel.checksum,
            tries=self.tries + 1,
            attempted_at=fields.Datetime.now(),
        )
        return parcel

    def _set_aside(self, error):
        """A fault of ours in this flow: it comes back later and stops no other."""
        wait = min(timedelta(minutes=2) * 2 ** min(self.tries, 7), LONGEST_PAUSE)
        self.write(
            {
                "tries": self.tries + 1,
                "next_try_at": fields.Datetime.now() + wait,
                "error_code": "internal",
                "detail": repr(error),
            }
        )
        self.transmission_ids.write(
            {"error_code": "internal", "error": self._explain(), "detail": repr(error)}
        )
        self._commit()

    def _drop_when_taken_back(self):
        """Forget a prepared flow whose invoices were all taken back.

        One that somebody holds, or that has to follow an earlier answer, waits.
        """
        if all(t.state not in ("to_send", "sending") for t in self.transmission_ids):
            self.unlink()

    # === DEPOSIT === #

    def _deposit(self, client, gate, parcel=None):
        """The one POST of this flow, under its row lock; then the invoices follow.

        :param Parcel parcel: what was packed when the flow was claimed
        :return: number of invoices that were dealt with
        """
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM chorus_pro_flow WHERE id = %s AND state = 'sending'
                   FOR NO KEY UPDATE SKIP LOCKED
                """,
                self.id,
            )
        )
        if not rows:
            return 0
        self.invalidate_recordset()
        sending = self.transmission_ids.filtered(lambda t: t.state == "sending")
        parcel = parcel or self._pack(sending)
        pause = None
        try:
            deposit = client.deposer_flux(parcel.name, parcel.file)
        except ChorusError as error:
            pause = self._note_failure(error, gate)
        else:
            self._note_deposit(deposit)
        self._commit()
        if pause:
            gate._pause(*pause)
        if self.state == "deposited":
            gate._note_success(deposited=True)
        self._repeat(self._follow_answer)
        self._commit(len(sending))
        return len(sending)

    def _note_deposit(self, deposit):
        """Write the portal's acceptance."""
        now = fields.Datetime.now()
        self._apply(
            "deposit",
            name=deposit.number,
            deposited_at=now,
            error_code=False,
            detail=False,
            next_try_at=False,
            next_check_at=now + timedelta(minutes=1),
        )

    def _note_failure(self, error, gate):
        """Write a refusal or a lost answer; only what cannot have arrived goes again.

        :param ChorusError error: its `outcome` decides
        :return: how to pause the gate, or None; once the answer is committed, since a
            pause tells people, and nothing about that may lose the answer
        """
        _logger.info("Deposit %s: %s (%s)", self.id, error.code, error.outcome)
        values = {"error_code": error.code, "detail": error.label or error.detail}
        if error.outcome == "unknown":
            now = fields.Datetime.now()
            self._apply("lose", next_check_at=now + timedelta(minutes=1), **values)
            # A portal that loses answers would lose those of the whole queue.
            return (error,)
        if concerns_company(error):
            until = gate._reckon_pause(error)
            self._apply("release", next_try_at=until, **values)
            return error, until
        self._apply("refuse", **values)
        return None
