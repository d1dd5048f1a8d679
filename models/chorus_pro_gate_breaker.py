"""The circuit breaker: a company's queue waits, and goes on after a probe.

Closed: calls go out. Open: `paused_until` lies ahead, nobody calls. Half open: the
pause is over and `probe` is set; one worker asks the portal how it is, the others go on
waiting meanwhile.
"""

import logging
import random
from datetime import timedelta

from odoo import api, fields, models

from ..chorus_api import ChorusError

_logger = logging.getLogger(__name__)

# First waiting time after a failure, by error code; each further one is so many times
# longer. What the settings cause does not heal by itself: saving them ends the pause.
SETTINGS_PAUSE = (timedelta(hours=1), 4)
PAUSES = {
    "token_refused": SETTINGS_PAUSE,
    "account_refused": SETTINGS_PAUSE,
    "forbidden": SETTINGS_PAUSE,
    "not_found": SETTINGS_PAUSE,
    "not_configured": SETTINGS_PAUSE,
    "siret_unknown": SETTINGS_PAUSE,
    "rate_limited": (timedelta(minutes=2), 2),
}
DEFAULT_PAUSE = (timedelta(minutes=1), 2)
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_SETTINGS_PAUSE = timedelta(days=1)
# We wait by our own choice: nothing failed, and nothing has to be probed.
OWN_LIMITS = ("throttled", "daily_quota")
# A failure so long after the last pause is the first again.
FORGET_AFTER = timedelta(hours=6)
# So long the others wait for the worker that probes, should it die.
PROBE_TIME = timedelta(minutes=2)
# Pauses are longer by up to this share, so that companies do not come back together.
JITTER = 0.1
# A moment that was named, as midnight after the last call of a day, is not put off by
# hours for that.
LONGEST_DELAY = timedelta(minutes=5)
# What a probe may answer without being a sign that the portal is still away.
HARMLESS = {"forbidden", "not_found", "business", "bad_request", "not_json"}


def jitter():
    """By how much this pause is longer: at least 1."""
    return 1 + random.uniform(0, JITTER)  # noqa: S311 - no secret


class ChorusProGate(models.Model):
    """The pause of a company's queue in one environment."""

    _inherit = "chorus.pro.gate"

    paused_until = fields.Datetime()
    pause_code = fields.Char()
    pause_detail = fields.Text()
    failures = fields.Integer(help="Failures in a row, for the length of the pause.")
    probe = fields.Boolean(help="The portal is asked how it is before more is sent.")

    def _is_paused(self):
        """Whether the company's queue waits now."""
        until = self._read_alone("paused_until")
        return bool(until and until > fields.Datetime.now())

    def _reckon_pause(self, error):
        """When the queue may go on after `error`, for `_pause` later; writes nothing.

        :return: naive UTC
        """
        with self._alone() as gate:
            _failures, until = gate._next_pause(error)
            return max(filter(None, (until, gate.paused_until)))

    def _next_pause(self, error):
        """How many failures in a row `error` makes, and the end of its pause."""
        now, last = fields.Datetime.now(), self.paused_until
        failures = 0 if last and now - last > FORGET_AFTER else self.failures
        failures += error.code not in OWN_LIMITS
        return failures, now + self._length_of_pause(error, failures)

    def _pause(self, error, until=None):
        """Stop the company's queue for a while after `error`.

        :param ChorusError error: `retry_after` (seconds) is obeyed when given
        :param until: the moment from `_reckon_pause`, when somebody counts on it
        :return: the moment when it may go on, naive UTC
        """
        paused = []

        def pause(gate):
            failures, reckoned = gate._next_pause(error)
            end, last = until or reckoned, gate.paused_until
            # A late failure of another worker does not shorten a pause.
            if last and (last > end or last == until):
                return last
            paused[:] = [True]
            gate.write(
                {
                    "failures": failures,
                    "probe": gate.probe or error.code not in OWN_LIMITS,
                    "paused_until": end,
                    "pause_code": error.code,
                    "pause_detail": error.detail,
                }
            )
            return end

        end = self._change_alone(pause)
        if paused and PAUSES.get(error.code) == SETTINGS_PAUSE:
            # Each time: who died after the first pause has asked nobody.
            self._ask_administrator(error)
        return end

    @api.model
    def _length_of_pause(self, error, failures):
        """How long the queue waits after `error`, with so many failures in a row."""
        if error.retry_after is not None and error.retry_after > 0:
            named = timedelta(seconds=error.retry_after)
            return named + min(named * (jitter() - 1), LONGEST_DELAY)
        pause = PAUSES.get(error.code, DEFAULT_PAUSE)
        first, factor = pause
        longest = LONGEST_SETTINGS_PAUSE if pause == SETTINGS_PAUSE else LONGEST_PAUSE
        return min(first * factor ** min(max(failures - 1, 0), 8), longest) * jitter()

    # === HALF OPEN === #

    def _may_start(self, client):
        """Whether a worker may send now; after a failure one of them asks first.

        :param client: of the gate's company, for the probe
        """
        if not self._read_alone("probe"):
            return not self._is_paused()
        if not self._change_alone(lambda gate: gate._take_probe()):
            return False
        try:
            client.health_check()
        except ChorusError as error:
            if error.code not in HARMLESS:
                self._pause(error)
                return False
        # What failed before may fail again: only a success forgets the failures.
        self._write_alone(
            probe=False, paused_until=False, pause_code=False, pause_detail=False
        )
        return True

    def _take_probe(self):
        """Let the others wait while this worker probes; True when it may."""
        now = fields.Datetime.now()
        if not self.probe or (self.paused_until and self.paused_until > now):
            return False
        self.paused_until = now + PROBE_TIME
        return True

    def _note_success(self, deposited=False):
        """The portal answered: the next failure is the first again.

        A pause that another worker has noted meanwhile stays. While invoices wait
        only a deposit counts: a portal that reads well and loses deposits would else
        be given all of them, minute by minute.

        :param bool deposited: it took a deposit
        """
        if not self._read_alone("failures") or self._is_paused():
            return
        if deposited or not self._has_waiting():
            self._resume()

    def _has_waiting(self):
        """Whether an invoice of the company waits to be sent."""
        domain = [
            ("company_id", "=", self.company_id.id),
            ("environment", "=", self.environment),
            ("state", "=", "to_send"),
        ]
        return bool(self.env["chorus.pro.transmission"].search_count(domain, limit=1))

    def _resume(self, **values):
        """End a pause: the portal answered, or somebody changed the settings.

        :param values: further fields, written with it
        """
        # Before: who dies in between ends the pause again, and it is thanked again.
        self._thank_administrator()
        self._write_alone(
            failures=0,
            probe=False,
            paused_until=False,
            pause_code=False,
            pause_detail=False,
            **values,
        )

    # === PEOPLE === #

    def _ask_administrator(self, error):
        """One activity for who can correct the settings, on the company's contact."""

        def ask(gate):
            company = gate.company_id._chorus_pro_speak()
            company._chorus_pro_raise_activity(company._chorus_pro_explain(error))

        self._tell_aside(ask)

    def _thank_administrator(self):
        """What was asked of the administrator is done."""
        self._tell_aside(lambda gate: gate.company_id._chorus_pro_clear_activity())

    def _tell_aside(self, tell):
        """Commit what `tell(gate)` says to people, alone and one worker at a time.

        Who has waited for another begins a transaction of its own, which sees what
        that one has asked. An e-mail or a template that fails undoes and stops nothing.
        """
        try:
            self._change_alone(lambda gate: gate._repeat_alone(tell))
        except Exception:
            _logger.exception("The administrator was not told: %s", self)
