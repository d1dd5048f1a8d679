"""After a deposit: the invoices follow its answer, and dead workers are noticed.

The answer is committed on the flow, first and alone; what is here comes in a second
transaction and may be repeated. A worker that dies leaves a `sending` row that anyone
can lock: `_sweep` turns it into `unknown`, which is searched at the portal and never
sent again on a guess.
"""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# A row younger than this may be between its commit and its lock.
SWEEP_AFTER = timedelta(minutes=2)
FOLLOW_EVENTS = {
    "deposited": "deposit",
    "prepared": "release",
    "refused": "refuse",
    "unknown": "lose",
}


class ChorusProFlow(models.Model):
    """The second step of a deposit: repeatable, without any call of the portal."""

    _inherit = "chorus.pro.flow"

    def _follow_answer(self):
        """Let the transmissions follow the committed outcome of their flow.

        Who finds another worker at it leaves it to that one, and to the next sweep.
        """
        for flow in self.try_lock_for_update(allow_referencing=True):
            event = FOLLOW_EVENTS.get(flow.state)
            rows = flow.transmission_ids.filtered(lambda t: t.state == "sending")
            if not event or not rows:
                continue
            # A queue that waits for the portal for hours says so once.
            news = rows.filtered(
                lambda t, code=flow.error_code: not code or t.error_code != code
            )
            rows._apply(
                event,
                error_code=flow.error_code,
                error=flow._explain() or False,
                detail=flow.detail,
            )
            news._tell(flow._answer_line(event))
            if event in ("deposit", "lose"):
                flow._wake_follow(at=flow.next_check_at)

    def _answer_line(self, event):
        """The chatter line for what became of a deposit."""
        if event == "deposit":
            return self.env._("Chorus Pro: sent, flow %(flow)s.", flow=self.name)
        lines = {
            "release": self.env._("Chorus Pro: not sent yet."),
            "refuse": self.env._("Chorus Pro: refused at deposit."),
            "lose": self.env._("Chorus Pro: outcome unknown."),
        }
        return f"{lines[event]} {self._explain()}"

    @api.model
    def _sweep(self):
        """Find what a dead worker left behind."""
        self._repeat(self._lose_dead)
        self._commit()
        unfinished = self.search(
            [
                ("transmission_ids.state", "=", "sending"),
                ("state", "in", tuple(FOLLOW_EVENTS)),
            ]
        )
        for flow in unfinished:
            company = flow.company_id._chorus_pro_speak()
            flow.with_env(company.env)._follow_alone()

    def _follow_alone(self):
        """Let the invoices of one deposit follow; a fault of ours stops no other.

        It is met again by every run, as long as it lasts.
        """
        try:
            self._repeat(self._follow_answer)
        except Exception:
            self._roll_back()
            _logger.exception("The invoices of %s cannot follow", self)
        self._commit()

    @api.model
    def _lose_dead(self):
        """Nobody holds them any more: their outcome is unknown."""
        dead = self.env.execute_query(
            SQL(
                """
                SELECT id FROM chorus_pro_flow
                 WHERE state = 'sending' AND attempted_at < %s
                   FOR NO KEY UPDATE SKIP LOCKED
                """,
                fields.Datetime.now() - SWEEP_AFTER,
            )
        )
        self.browse([flow_id for (flow_id,) in dead])._apply(
            "lose", error_code="interrupted", next_check_at=fields.Datetime.now()
        )
