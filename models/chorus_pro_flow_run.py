"""One run of a lane: what has to be frozen and deposited, company by company.

Lanes are scheduled actions with the same code, on any number of hosts. They share the
work by claims in the database and need not know of each other.
"""

import logging
import random
import time
from datetime import timedelta

from odoo import api, fields, models

from ..chorus_api import ChorusError
from .chorus_pro_render_ahead import RenderAhead
from .chorus_pro_state import COLLISIONS

_logger = logging.getLogger(__name__)

RUN_SECONDS = 8
# A run that could do nothing although something waits is not repeated at once.
NOTHING_DONE = timedelta(minutes=1)


class ChorusProFlow(models.Model):
    """The scheduled action that sends."""

    _inherit = "chorus.pro.flow"

    @api.model
    def _cron_send(self):
        """Queue, freeze and deposit what may go, for at most some seconds.

        A run of the renderer that began in time is brought to its end.
        """
        end = time.monotonic() + RUN_SECONDS
        self._sweep()
        # Half of the time at most: what is queued shall also leave.
        half = end - RUN_SECONDS / 2
        self.env["account.move"]._chorus_pro_queue_automatically(half)
        self._commit(remaining=self._count_ready())
        if self.env["chorus.pro.transmission"]._uses_jobs():
            self._hand_out()
        else:
            self._end_run(self._serve_all(end))

    @api.model
    def _hand_out(self):
        """Let jobs do the work; the first lane alone hands it out."""
        lane = self.env.context.get("cron_id")
        if lane in (None, self._lanes()[:1].id):
            more = self.env["chorus.pro.transmission"]._hand_out_jobs()
            self._commit(1, remaining=int(more))
            self._wake_for_retries()
        else:
            self._commit(remaining=0)

    @api.model
    def _commit(self, processed=0, remaining=None):
        """The one commit of the engine; also tells the scheduler what is left."""
        self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    @api.model
    def _serve_all(self, end):
        """Give each company that waits its share of the time.

        In no fixed order: one with a long queue shall not hold up the same others at
        every run, and lanes spread over the companies.

        :param float end: monotonic time
        :return: number of invoices and files that were dealt with
        """
        companies = list(self._companies_to_serve())
        random.shuffle(companies)
        done = 0
        for left, company in zip(range(len(companies), 0, -1), companies, strict=True):
            now = time.monotonic()
            company = company._chorus_pro_speak()
            flows = self.with_env(company.env)
            done += flows._serve_alone(company, now + (end - now) / left)
        return done

    @api.model
    def _serve_alone(self, company, end):
        """Serve one company; a fault of ours makes it wait and stops no other."""
        try:
            return self._serve(company, end)
        except COLLISIONS as error:
            self._roll_back()
            _logger.info("Sending for %s goes on later: %s", company.name, error)
        except Exception as error:
            self._roll_back()
            _logger.exception("Sending stopped for %s", company.name)
            fault = ChorusError("internal", service="send", detail=repr(error))
            company._chorus_pro_gate()._pause(fault)
        return 0

    @api.model
    def _serve(self, company, end):
        """Freeze and deposit for one company until nothing is left or time is over.

        Whole deposits go before further files are made, so that a long queue begins
        to arrive at once.
        """
        Transmission = self.env["chorus.pro.transmission"]
        gate = company._chorus_pro_gate()
        # The gate may be younger than what this transaction sees.
        self._commit()
        done = 0
        try:
            with (
                company._chorus_pro_client() as client,
                RenderAhead(company, end) as ahead,
            ):
                # The client may already be one of another environment.
                may_start = not gate._is_left() and gate._may_start(client)
                while may_start and time.monotonic() < end and not gate._is_paused():
                    if gate._is_left():
                        # What was rendered ahead is another client's: given back.
                        return done
                    step = self._deposit_next(gate, client)
                    step = step or Transmission._freeze_due(company, ahead, client)
                    if not step:
                        break
                    done += step
                while ahead.is_busy:
                    done += Transmission._freeze_due(company, ahead, client)
        except ChorusError as error:
            gate._pause(error)
        return done

    @api.model
    def _end_run(self, done):
        """Tell the scheduler what is left, and when to come back."""
        ready = self._count_ready()
        if ready and not done:
            # Somebody holds them, or another lane is faster: no reason to spin.
            self._wake_lanes(at=fields.Datetime.now() + NOTHING_DONE)
            ready = 0
        self._commit(remaining=ready)
        self._wake_for_retries()
