"""What all workers of one company share to talk to one environment of the portal."""

import logging
from contextlib import contextmanager
from datetime import timezone

from odoo import api, fields, models
from odoo.tools import SQL

from ..chorus_api import Token
from ..const import ENVIRONMENTS
from .chorus_pro_state import COLLISION_TRIES, COLLISIONS

_logger = logging.getLogger(__name__)


class ChorusProGate(models.Model):
    """One row per company and environment: access token, pause, own identifier.

    It is read and written on a short cursor of its own, so that no worker waits for
    another and no rollback loses a fresh token.
    """

    _name = "chorus.pro.gate"
    _description = "Chorus Pro gate"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade"
    )
    environment = fields.Selection(ENVIRONMENTS, required=True)
    token = fields.Char(groups="base.group_system", copy=False)
    token_expires_at = fields.Datetime(groups="base.group_system", copy=False)
    structure_id = fields.Char(
        string="Own identifier", help="idStructureCPP of the company at the portal."
    )
    establishments = fields.Json(
        help="Identifiers of the company and of its establishments, by SIRET."
    )
    followed_until = fields.Datetime(help="Changes up to then were read.")
    commitments_after = fields.Datetime(
        help="Engagement numbers are not asked for before, since that failed."
    )
    commitments_code = fields.Char(help="Why it failed: a code of chorus_api.errors.")
    _company_environment_unique = models.Constraint(
        "UNIQUE (company_id, environment)",
        "There is one gate per company and environment.",
    )

    @api.model
    def _for(self, company):
        """The id of the gate of `company` in its current environment.

        The row is made on a short cursor when it is missing, so two workers that
        meet for the first time do not collide.
        """
        environment = company.sudo().chorus_pro_environment

        def find(gates):
            domain = [
                ("company_id", "=", company.id),
                ("environment", "=", environment),
            ]
            return gates.search(domain).id or gates._insert(company, environment)

        return self._repeat_alone(find)

    @api.model
    def _insert(self, company, environment):
        """Make a row and return its id; collides when another made it meanwhile."""
        insert = SQL(
            """
            INSERT INTO chorus_pro_gate (company_id, environment) VALUES (%s, %s)
            ON CONFLICT (company_id, environment)
            DO UPDATE SET environment = EXCLUDED.environment
            RETURNING id
            """,
            company.id,
            environment,
        )
        self.env.cr.execute(insert, log_exceptions=False)
        return self.env.cr.fetchone()[0]

    @contextmanager
    def _alone(self):
        """Give the same gates as superuser on a cursor of their own."""
        with self.env.registry.cursor() as cr:
            yield self.with_env(api.Environment(cr, api.SUPERUSER_ID, {}))

    def _repeat_alone(self, work):
        """Run `work(gates)` on a short cursor, again when another was faster.

        :return: what `work` returns
        """
        for _attempt in range(COLLISION_TRIES - 1):
            try:
                with self._alone() as gates:
                    return work(gates)
            except COLLISIONS as error:
                _logger.info("A change of %s is repeated: %s", self, error)
        with self._alone() as gates:
            return work(gates)

    def _change_alone(self, change):
        """Commit what `change(gate)` does at once, whatever the caller does later."""
        lock = SQL(
            "SELECT 1 FROM chorus_pro_gate WHERE id = %s FOR NO KEY UPDATE", self.id
        )

        def work(gate):
            gate.env.cr.execute(lock, log_exceptions=False)
            return change(gate)

        result = self._repeat_alone(work)
        self.invalidate_recordset()
        return result

    def _write_alone(self, **values):
        """Write `values` and commit them at once."""
        self._change_alone(lambda gate: gate.write(values))

    def _read_alone(self, name):
        """The value of field `name` now, not as of the caller's transaction.

        The caller's snapshot may be older than the row itself.
        """
        with self._alone() as gates:
            return gates[name]

    def _is_left(self):
        """Whether the company works in another environment by now."""
        return self.company_id.chorus_pro_environment != self.environment


class GateTokenStore:
    """The token store of chorus_api, kept in a gate and shared by all workers."""

    def __init__(self, gate):
        self._gate = gate

    def load(self):
        """:return: the shared token, or None"""
        with self._gate._alone() as gate:
            if not gate.token:
                return None
            return Token(gate.token, gate.token_expires_at.replace(tzinfo=timezone.utc))

    def save(self, token):
        """Keep `token` for all; None forgets it."""
        self._gate._write_alone(
            token=token.value if token else False,
            token_expires_at=token.expires_at.replace(tzinfo=None) if token else False,
        )
