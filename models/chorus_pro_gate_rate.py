"""How often a company may call the portal: shared by all workers on all hosts.

Each call takes the next free slot in one statement on a short cursor, by the clock of
the database; the client then waits for its slot while nothing is held.
"""

from datetime import datetime, timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..chorus_api import ChorusError
from .portal_values import PARIS

# Seconds that a call may wait for its slot; a longer wait is a pause of the queue.
LONGEST_WAIT = 1.0


class ChorusProGate(models.Model):
    """The calls of a company: so many a second, so many a day (of Paris [I])."""

    _inherit = "chorus.pro.gate"

    next_slot = fields.Float(help="When the next call may leave, in epoch seconds.")
    calls_day = fields.Date(help="The day whose calls are counted.")
    calls_count = fields.Integer(help="Calls of that day.")

    def _admit(self, company, service):
        """Let the company call the portal once more.

        :param company: of this gate; the row may be younger than what the caller's
            transaction sees, so nothing is read of it here
        :return: seconds to wait before, at most about one
        :raise ChorusError: `throttled` when that takes too long, `daily_quota` when
            the calls of the day are used up; nothing has left then
        """
        company = company.sudo()
        rate, quota = company.chorus_pro_calls_second, company.chorus_pro_calls_day
        if rate <= 0 and quota <= 0:
            return 0
        today = datetime.now(PARIS).date()
        wait = self._repeat_alone(
            lambda gates: gates._take_slot(1 / rate if rate > 0 else 0, quota, today)
        )
        if wait is None:
            raise self._refusal(service, quota, today)
        return wait

    def _take_slot(self, interval, quota, today):
        """Take the next slot: seconds until it comes, None when there is none."""
        statement = SQL(
            """
            WITH clock AS (SELECT extract(epoch FROM clock_timestamp()) AS now)
            UPDATE chorus_pro_gate g
               SET next_slot = GREATEST(g.next_slot, clock.now) + %(interval)s,
                   calls_count = 1 + CASE WHEN g.calls_day = %(today)s
                                          THEN COALESCE(g.calls_count, 0) ELSE 0 END,
                   calls_day = %(today)s
              FROM clock
             WHERE g.id = %(gate)s
               AND COALESCE(g.next_slot, 0) <= clock.now + %(longest)s
               AND (%(quota)s <= 0 OR g.calls_day IS DISTINCT FROM %(today)s
                    OR COALESCE(g.calls_count, 0) < %(quota)s)
            RETURNING g.next_slot - %(interval)s - clock.now
            """,
            interval=interval,
            today=today,
            gate=self.id,
            longest=LONGEST_WAIT,
            quota=quota,
        )
        self.env.cr.execute(statement, log_exceptions=False)
        row = self.env.cr.fetchone()
        return max(float(row[0]), 0.0) if row else None

    def _refusal(self, service, quota, today):
        """Why there was no slot, and when there is one."""
        with self._alone() as gate:
            used_up = 0 < quota <= gate.calls_count and gate.calls_day == today
        if not used_up:
            return ChorusError("throttled", service=service, retry_after=2)
        tomorrow = datetime.combine(today + timedelta(days=1), datetime.min.time())
        # As a time stamp: two times of one zone are subtracted by the wall clock, which
        # is an hour off on the two days when it is changed.
        midnight = tomorrow.replace(tzinfo=PARIS).timestamp()
        seconds = int(midnight - datetime.now(PARIS).timestamp()) + 1
        return ChorusError("daily_quota", service=service, retry_after=seconds)
