"""Acting: claim, call, commit the answer, let the invoice follow.

The same steps as for a deposit (DESIGN invariant 1), each a transaction of its own:

1. `_claim`: the first statement locks a prepared request; the portal's history is
   read and kept, so that a lost answer can be looked up later; it becomes `sending`.
2. `_act`: the row is locked and read again, the call leaves while the lock is held,
   and its answer is committed alone.
3. `_follow_answer` (chorus_pro_request_answer.py): the invoice follows.
"""

import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..chorus_api import ChorusError, Piece, actions
from ..const_requests import REFUSALS
from .chorus_pro_request import is_allowed
from .chorus_pro_state import COLLISIONS
from .portal_values import concerns_company

_logger = logging.getLogger(__name__)

RUN_SECONDS = 8
# Calls that change nothing of an invoice: they may be made again.
HARMLESS = (actions.AJOUTER_FICHIER, actions.TYPES_PJ)


class ChorusProRequest(models.Model):
    """The scheduled action that acts, and what it does with one request."""

    _inherit = "chorus.pro.request"

    @api.model
    def _cron_act(self):
        """Send what was asked and look for lost answers, for at most some seconds."""
        end = time.monotonic() + RUN_SECONDS
        self._sweep()
        for company in self._companies_to_act_for():
            company = company._chorus_pro_speak()
            self.with_env(company.env)._act_for_alone(company, end)
        self._end_run()

    @api.model
    def _commit(self, processed=0, remaining=None):
        """The one commit of this engine; also tells the scheduler what is left."""
        self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    @api.model
    def _companies_to_act_for(self):
        """Companies with something due in their current environment."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT r.company_id FROM chorus_pro_request r
                  JOIN res_company c ON c.id = r.company_id
                   AND c.chorus_pro_environment = r.environment
                 WHERE (r.state = 'prepared' AND COALESCE(r.next_try_at, %(now)s)
                        <= %(now)s)
                    OR (r.state = 'unknown' AND r.next_check_at <= %(now)s)
                """,
                now=fields.Datetime.now(),
            )
        )
        return self.env["res.company"].browse([company for (company,) in rows])

    @api.model
    def _act_for_alone(self, company, end):
        """Serve one company; a fault of ours makes it wait and stops no other."""
        try:
            self._act_for(company, end)
        except COLLISIONS as error:
            self._roll_back()
            _logger.info("Acting for %s goes on later: %s", company.name, error)
        except ChorusError as error:
            self._roll_back()
            company._chorus_pro_gate()._pause(error)
        except Exception as error:
            self._roll_back()
            _logger.exception("Acting stopped for %s", company.name)
            fault = ChorusError("internal", service="act", detail=repr(error))
            company._chorus_pro_gate()._pause(fault)

    @api.model
    def _act_for(self, company, end):
        """Act for one company until nothing is left or time is over.

        :raise ChorusError: the company's queue has to wait
        """
        gate = company._chorus_pro_gate()
        # The gate may be younger than what this transaction sees.
        self._commit()
        with company._chorus_pro_client() as client:
            # The client may already be one of another environment.
            may_act = not gate._is_left() and gate._may_start(client)
            while may_act and not gate._is_paused() and time.monotonic() < end:
                if not (self._act_next(gate, client) or self._look_next(gate, client)):
                    break

    @api.model
    def _act_next(self, gate, client):
        """Claim and carry out the next request of the gate's company.

        :return: whether there was one
        """
        request = self._repeat(self._claim, gate, client)
        self._commit()
        if not request:
            return False
        if request.state == "sending":
            request._act(gate, client)
        request._settle(client)
        return True

    # === CLAIM === #

    @api.model
    def _claim(self, gate, client):
        """Take one prepared request for this worker, with the portal's history.

        :return: the request: `sending`, or `refused` when its time is over; empty
            when none may go
        :raise ChorusError: the portal did not answer
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.id FROM chorus_pro_request r
                  JOIN chorus_pro_gate g ON g.company_id = r.company_id
                   AND g.environment = r.environment
                 WHERE r.state = 'prepared' AND g.id = %s
                   AND (r.next_try_at IS NULL OR r.next_try_at <= %s)
                 ORDER BY r.tries, r.id LIMIT 1
                   FOR NO KEY UPDATE OF r SKIP LOCKED
                """,
                gate.id,
                fields.Datetime.now(),
            )
        )
        request = self.browse([request_id for (request_id,) in rows])
        request.invalidate_recordset()
        if request:
            request._read_mark(client)
        return request

    def _read_mark(self, client):
        """Keep what the portal knows of the invoice now; give up what is too late."""
        try:
            history = client.consulter_historique(self.transmission_id.portal_id)
        except ChorusError as error:
            if error.outcome != "refused" or concerns_company(error):
                raise
            self._refuse(error.code, self._explain(error), error.detail)
            return
        if not is_allowed(self.kind, history.status):
            label = self._status_label(history.status)
            key = "moved_on"
            words = self.env._(REFUSALS[key])
            self._refuse(key, words % {"status": label})
            return
        self._apply(
            "claim",
            mark=[self._entry_key(entry) for entry in history.entries],
            tries=self.tries + 1,
            attempted_at=fields.Datetime.now(),
        )

    @api.model
    def _entry_key(self, entry):
        """What tells a line of the portal's history apart."""
        return entry.ref or f"{entry.code} {entry.at}"

    def _refuse(self, code, words, detail="", event="refuse"):
        """Note a definite no."""
        self._apply(
            event,
            error_code=code,
            error=words,
            detail=detail,
            followed=False,
            next_check_at=False,
        )

    # === ACT === #

    def _act(self, gate, client):
        """The one call of this request, under its row lock; the answer is committed."""
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM chorus_pro_request WHERE id = %s AND state = 'sending'
                   FOR NO KEY UPDATE SKIP LOCKED
                """,
                self.id,
            )
        )
        if not rows:
            return
        self.invalidate_recordset()
        pause = None
        try:
            getattr(self, f"_call_{self.kind}")(client)
        except ChorusError as error:
            pause = self._note_failure(error, gate)
        else:
            self._note_done()
        self._commit(1)
        if pause:
            gate._pause(*pause)
        if self.state == "done":
            gate._note_success()

    def _call_reroute(self, client):
        references = {
            "numeroBonCommande": self.engagement,
            "numeroMarche": self.contract,
        }
        client.recycler(
            self.transmission_id.portal_id,
            siret=self.recipient_siret,
            service=self.service or "",
            references={key: value for key, value in references.items() if value},
            comment=self.comment or "",
        )

    def _call_complete(self, client):
        uploaded, pieces = dict(self.pieces or {}), []
        for file in self.attachment_ids:
            key = str(file.id)
            if key not in uploaded:
                uploaded[key] = client.ajouter_fichier(file.name, file.raw)
                # Should a later call fail, this one need not be made again.
                self.pieces = dict(uploaded)
            pieces.append(Piece(uploaded[key], self.piece_type or "", file.name))
        portal_id = self.transmission_id.portal_id
        client.completer(portal_id, pieces, self.comment or "")

    def _call_validator(self, client):
        client.corriger_valideur(self.transmission_id.portal_id, self.recipient_siret)

    def _call_rejection(self, client):
        client.traiter_rejet(self.transmission_id.portal_id)

    def _note_done(self):
        """Write the portal's consent."""
        self._apply(
            "finish",
            done_at=fields.Datetime.now(),
            error_code=False,
            error=False,
            detail=False,
            next_try_at=False,
            followed=False,
        )

    def _note_failure(self, error, gate):
        """Write a refusal or a lost answer; only what changed nothing goes again.

        :param ChorusError error: its `outcome` and its `service` decide
        :return: how to pause the gate, or None; only once the answer is committed
        """
        _logger.info("%s: %s (%s)", self, error.code, error.outcome)
        detail = error.label or error.detail
        is_harmless = error.service in HARMLESS and error.outcome == "unknown"
        if is_harmless or concerns_company(error):
            until = gate._reckon_pause(error)
            self._apply(
                "release",
                next_try_at=until,
                error_code=error.code,
                error=self._explain(error),
                detail=detail,
            )
            return error, until
        if error.outcome == "unknown":
            self._apply(
                "lose",
                next_check_at=fields.Datetime.now() + timedelta(minutes=1),
                error_code=error.code,
                error=self._explain(error),
                detail=detail,
                followed=False,
            )
            return (error,)
        self._refuse(error.code, self._explain(error), detail)
        return None
