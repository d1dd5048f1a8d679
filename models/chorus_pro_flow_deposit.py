"""Sending: claim, deposit, commit the answer, let the invoices follow.

Each step is a transaction of its own (DESIGN invariant 1):

1. `_group`: frozen transmissions join a prepared flow.
2. `_claim`: the first statement locks one prepared flow; it becomes `sending`.
3. `_deposit`: the row is locked again and read again, the POST leaves while the lock
   is held, and the answer is committed alone.
4. `_follow_answer` (chorus_pro_flow_answer.py): the invoices follow.
"""

import hashlib
import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..chorus_api import ChorusError, codes
from .chorus_pro_state import COLLISIONS
from .portal_values import concerns_company

_logger = logging.getLogger(__name__)

FLOW_INVOICES = 100
FLOW_BYTES = codes.LIMITS["archive_bytes"]
# What tar and gzip add to files that do not shrink, for each file and for the end.
MEMBER_OVERHEAD = 1536
ARCHIVE_OVERHEAD = 20480
RUN_SECONDS = 8


class ChorusProFlow(models.Model):
    """The sending half of a deposit's life."""

    _inherit = "chorus.pro.flow"

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_send(self):
        """Queue, freeze and deposit what may go, for at most some seconds."""
        end = time.monotonic() + RUN_SECONDS
        self._sweep()
        self.env["account.move"]._chorus_pro_queue_automatically(end)
        self._commit(remaining=self._count_ready())
        for company in self._companies_to_serve():
            company = company._chorus_pro_speak()
            self.with_env(company.env)._serve_alone(company, end)
        self._commit(remaining=self._count_ready())
        self._wake_for_retries()

    @api.model
    def _commit(self, processed=0, remaining=None):
        """The one commit of the engine; also tells the scheduler what is left."""
        self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    # === STEPS === #

    @api.model
    def _serve_alone(self, company, end):
        """Serve one company; a fault of ours makes it wait and stops no other."""
        try:
            self._serve(company, end)
        except COLLISIONS as error:
            self._roll_back()
            _logger.info("Sending for %s goes on later: %s", company.name, error)
        except Exception as error:
            self._roll_back()
            _logger.exception("Sending stopped for %s", company.name)
            fault = ChorusError("internal", service="send", detail=repr(error))
            company._chorus_pro_gate()._pause(fault)

    @api.model
    def _serve(self, company, end):
        """Freeze and deposit for one company until nothing is left or time is over."""
        Transmission = self.env["chorus.pro.transmission"]
        while time.monotonic() < end and Transmission._freeze_due(company):
            pass
        gate = company._chorus_pro_gate()
        # The gate may be younger than what this transaction sees.
        self._commit()
        try:
            with company._chorus_pro_client() as client:
                self._deposit_all(gate, client, end)
        except ChorusError as error:
            gate._pause(error)

    def _deposit_all(self, gate, client, end):
        """Deposit flow by flow; stops at a pause of the gate."""
        while self._repeat(self._group, gate):
            self._commit()
        self._commit()
        while time.monotonic() < end and not gate._is_paused():
            flow = self._repeat(self._claim, gate)
            self._commit()
            if not flow:
                break
            flow._deposit(client, gate)

    def _group(self, gate):
        """Join frozen transmissions of the gate's company in one new flow.

        The gate names the environment: the company's own may change at any time, and
        the client at hand speaks with one environment only.

        :return: the prepared flow, empty when nothing waits
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.id, t.file_size FROM chorus_pro_transmission t
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
        if not rows:
            return self.browse()
        flow = self.create(
            {"company_id": gate.company_id.id, "environment": gate.environment}
        )
        fitting = self._fit(rows)
        self.env["chorus.pro.transmission"].browse(fitting).flow_id = flow
        return flow

    @api.model
    def _fit(self, rows):
        """The first of `rows`, (id, bytes), that fit in one archive; at least one."""
        ids, size = [], ARCHIVE_OVERHEAD
        for transmission_id, file_size in rows:
            size += file_size + file_size // 1000 + MEMBER_OVERHEAD
            if ids and size > FLOW_BYTES:
                break
            ids.append(transmission_id)
        return ids

    def _claim(self, gate, after=0):
        """Take one prepared flow for this worker and write what is about to leave.

        :param int after: id of a flow that was looked at in vain
        :return: the flow in state `sending`, empty when none may go
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT f.id FROM chorus_pro_flow f
                  JOIN chorus_pro_gate g ON g.company_id = f.company_id
                   AND g.environment = f.environment
                 WHERE f.state = 'prepared' AND g.id = %s AND f.id > %s
                   AND (f.next_try_at IS NULL OR f.next_try_at <= %s)
                 ORDER BY f.id LIMIT 1
                   FOR NO KEY UPDATE OF f SKIP LOCKED
                """,
                gate.id,
                after,
                fields.Datetime.now(),
            )
        )
        flow = self.browse([flow_id for (flow_id,) in rows])
        if not flow:
            return flow
        flow.invalidate_recordset()
        queued = flow.transmission_ids.filtered(lambda t: t.state == "to_send")
        waiting = queued.try_lock_for_update(allow_referencing=True)._without_damage()
        if not waiting:
            flow._drop_when_taken_back()
            return self._claim(gate, flow.id)
        flow._prepare_to_leave(waiting)
        return flow

    def _prepare_to_leave(self, transmissions):
        """Write what is about to leave, before it does."""
        transmissions._apply("claim")
        name, content = self._payload(transmissions)
        self._apply(
            "claim",
            file_name=name,
            file_size=len(content),
            checksum=hashlib.sha256(content).hexdigest(),
            tries=self.tries + 1,
            attempted_at=fields.Datetime.now(),
        )

    def _drop_when_taken_back(self):
        """Forget a prepared flow whose invoices were all taken back.

        One that somebody holds, or that has to follow an earlier answer, waits.
        """
        if all(t.state not in ("to_send", "sending") for t in self.transmission_ids):
            self.unlink()

    def _deposit(self, client, gate):
        """The one POST of this flow, under its row lock; then the invoices follow."""
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
            return
        self.invalidate_recordset()
        sending = self.transmission_ids.filtered(lambda t: t.state == "sending")
        name, content = self._payload(sending)
        try:
            deposit = client.deposer_flux(name, content)
        except ChorusError as error:
            self._note_failure(error, gate)
        else:
            self._note_deposit(deposit)
        self._commit()
        if self.state == "deposited":
            gate._note_success()
        self._repeat(self._follow_answer)
        self._commit(len(sending))

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
        """
        _logger.info("Deposit %s: %s (%s)", self.id, error.code, error.outcome)
        values = {
            "error_code": error.code,
            "detail": error.label or error.detail,
        }
        if error.outcome == "unknown":
            # A portal that loses answers would lose those of the whole queue.
            gate._pause(error)
            now = fields.Datetime.now()
            self._apply("lose", next_check_at=now + timedelta(minutes=1), **values)
        elif concerns_company(error):
            self._apply("release", next_try_at=gate._pause(error), **values)
        else:
            self._apply("refuse", **values)
