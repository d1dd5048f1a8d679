"""The three state machines: their tables and their only writer."""

import logging

from psycopg2 import errors as pg_errors

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

COLLISIONS = (
    pg_errors.SerializationFailure,
    pg_errors.DeadlockDetected,
    pg_errors.UniqueViolation,
)
COLLISION_TRIES = 5

TRANSMISSION_STATES = [
    ("to_send", "To send"),
    ("sending", "Sending"),
    ("unknown", "Outcome unknown"),
    ("failed", "Could not be sent"),
    ("deposited", "Deposited"),
    ("integrated", "Integrated"),
    ("rejected", "Rejected"),
    ("elsewhere", "Filed outside Odoo"),
    ("cancelled", "Cancelled"),
]

TRANSMISSION_TRANSITIONS = {
    ("to_send", "claim"): "sending",
    ("to_send", "fail"): "failed",
    ("to_send", "cancel"): "cancelled",
    ("sending", "deposit"): "deposited",
    ("sending", "release"): "to_send",
    ("sending", "refuse"): "failed",
    ("sending", "lose"): "unknown",
    ("unknown", "find"): "deposited",
    ("unknown", "cancel"): "cancelled",
    ("deposited", "integrate"): "integrated",
    ("deposited", "reject"): "rejected",
    ("deposited", "incident"): "to_send",
    ("deposited", "miss"): "unknown",
    ("failed", "redo"): "to_send",
    ("failed", "cancel"): "cancelled",
    ("elsewhere", "cancel"): "cancelled",
}

FLOW_STATES = [
    ("prepared", "Prepared"),
    ("sending", "Sending"),
    ("unknown", "Outcome unknown"),
    ("refused", "Refused at deposit"),
    ("deposited", "Deposited, being checked"),
    ("integrated", "Wholly integrated"),
    ("partial", "Partly integrated"),
    ("rejected", "Wholly rejected"),
    ("incident", "Incident at the portal"),
]

FLOW_TRANSITIONS = {
    ("prepared", "claim"): "sending",
    ("sending", "deposit"): "deposited",
    ("sending", "release"): "prepared",
    ("sending", "refuse"): "refused",
    ("sending", "lose"): "unknown",
    ("unknown", "find"): "deposited",
    ("deposited", "integrate"): "integrated",
    ("deposited", "partial"): "partial",
    ("deposited", "reject"): "rejected",
    ("deposited", "incident"): "incident",
    ("deposited", "miss"): "unknown",
}

REQUEST_STATES = [
    ("prepared", "To be sent"),
    ("sending", "Sending"),
    ("unknown", "Outcome unknown"),
    ("refused", "Refused"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]

REQUEST_TRANSITIONS = {
    ("prepared", "claim"): "sending",
    ("prepared", "refuse"): "refused",
    ("prepared", "cancel"): "cancelled",
    ("sending", "finish"): "done",
    ("sending", "release"): "prepared",
    ("sending", "refuse"): "refused",
    ("sending", "lose"): "unknown",
    ("unknown", "find"): "done",
    ("unknown", "miss"): "refused",
    ("unknown", "cancel"): "cancelled",
}


class ChorusProStateMixin(models.AbstractModel):
    """A record whose `state` moves only along a table, by one method.

    `_transitions` maps (state, event) to the next state. An event that the table
    does not know changes nothing, so a repeated or late answer is harmless.
    """

    _name = "chorus.pro.state.mixin"
    _description = "Chorus Pro state machine"
    _transitions = {}

    state_since = fields.Datetime(
        readonly=True, default=fields.Datetime.now, string="Since"
    )
    is_here = fields.Boolean(
        string="In the current environment",
        compute="_compute_is_here",
        help="Its company works in the environment in which this was sent.",
    )

    @api.depends("environment", "company_id.chorus_pro_environment")
    def _compute_is_here(self):
        for record in self:
            current = record.sudo().company_id.chorus_pro_environment
            record.is_here = record.environment == current

    def _check_here(self):
        """Stop a person's decision about what was sent in another environment.

        The portal at hand knows nothing of it, so its answer would be taken for
        "nothing arrived".

        :raise UserError: the company has left the environment of a record
        """
        for record in self.filtered(lambda r: not r.is_here):
            company = record.sudo().company_id
            name = company._chorus_pro_environment_name
            raise UserError(
                self.env._(
                    "%(name)s was sent in the environment %(there)s, and %(company)s "
                    "works in %(here)s now. Go back to %(there)s in the settings "
                    "first.",
                    name=record.display_name,
                    there=name(record.environment),
                    company=company.name,
                    here=name(company.chorus_pro_environment),
                )
            )

    def _apply(self, event, **values):
        """Move the records along `event`, the only writer of `state`.

        :param str event: an event of the model's table
        :param values: further fields, written with the state
        :return: the records that moved
        """
        moved = self.browse()
        for state, records in self.grouped("state").items():
            target = self._transitions.get((state, event))
            if target is None:
                _logger.info("%s: %r ignored in state %r", records, event, state)
                continue
            records.write(
                {"state": target, "state_since": fields.Datetime.now(), **values}
            )
            # A new row may follow at once, and the index of live rows must know.
            records.flush_recordset(["state"])
            moved |= records
        return moved

    def _repeat(self, work, *args):
        """Run `work` in this transaction, again when another one was faster.

        PostgreSQL runs repeatable-read here and nothing replays a scheduled action.
        Only for work without state-changing HTTP: a collision rolls back.

        :return: what `work` returns, or None after too many collisions
        """
        for _attempt in range(COLLISION_TRIES):
            done, result = self._try(work, *args)
            if done:
                return result
        return None

    def _try(self, work, *args):
        """Run `work` once; a collision rolls back. Returns (done, result)."""
        try:
            result = work(*args)
            self.env.flush_all()
        except COLLISIONS as error:
            _logger.info("%s is repeated: %s", work.__name__, error)
            self._roll_back()
            return False, None
        return True, result

    def _roll_back(self):
        """Give up what the engine did since its last commit: one record must not stop
        the others.
        """
        self.env.cr.rollback()
