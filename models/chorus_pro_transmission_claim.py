"""Which lane makes which files: claims with an end, and no lock while rendering.

A claim is a date in the row. The lane that has it renders for some seconds; when the
lane dies, the claim ends by itself and another lane takes the invoice, with fewer
others at a time, until it is alone: what kills a lane again and again must be it.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const_documents import FILE_ERRORS

# Invoices in one run of the renderer, by the number of times they were claimed in
# vain; measured by dev/bench send: each costs more in larger runs.
RENDER_BATCHES = (20, 5, 1, 1)
# Longer than Odoo lets a scheduled action live.
CLAIM_TIME = timedelta(minutes=5)
# An invoice that somebody holds is looked at again after this.
HELD_TIME = timedelta(seconds=30)


class ChorusProTransmission(models.Model):
    """The queue of the invoices that wait for their file."""

    _inherit = "chorus.pro.transmission"

    render_until = fields.Datetime(help="Until then a lane makes the file.")
    render_tries = fields.Integer(
        aggregator=None, help="Times that a lane took it to make the file."
    )

    @api.model
    def _take_unfrozen(self, company):
        """Claim the next invoices of `company` for this lane.

        The first statement of a transaction that the caller commits.

        :return: the claimed rows; one that no lane survived fails instead
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.id, COALESCE(t.render_tries, 0) FROM chorus_pro_transmission t
                 WHERE t.state = 'to_send' AND t.checksum IS NULL
                   AND t.company_id = %(company)s
                   AND t.environment = %(environment)s
                   AND (t.render_until IS NULL OR t.render_until <= %(now)s)
                   AND (t.next_try_at IS NULL OR t.next_try_at <= %(now)s)
                 ORDER BY COALESCE(t.render_tries, 0), t.id LIMIT %(limit)s
                   FOR NO KEY UPDATE SKIP LOCKED
                """,
                company=company.id,
                environment=company.chorus_pro_environment,
                now=fields.Datetime.now(),
                limit=max(RENDER_BATCHES),
            )
        )
        if not rows:
            return self.browse()
        tries = rows[0][1]
        alike = self.browse([row_id for row_id, other in rows if other == tries])
        if tries >= len(RENDER_BATCHES):
            alike._fail("render", self.env._(FILE_ERRORS["render"]))
            return self.browse()
        claimed = alike[: RENDER_BATCHES[tries]]
        claimed.write(
            {
                "render_until": fields.Datetime.now() + CLAIM_TIME,
                "render_tries": tries + 1,
            }
        )
        return claimed

    def _give_back(self, wait):
        """End the claims on what was not frozen, since somebody holds it.

        :param timedelta wait: the time until a lane takes them again
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.id FROM chorus_pro_transmission t
                 WHERE t.id IN %s AND t.render_until IS NOT NULL
                   AND t.state = 'to_send' AND t.checksum IS NULL
                   FOR NO KEY UPDATE SKIP LOCKED
                """,
                tuple(self.ids),
            )
        )
        left = self.browse([row_id for (row_id,) in rows])
        left.write({"render_until": fields.Datetime.now() + wait, "render_tries": 0})

    @api.model
    def _count_unclaimed(self, company):
        """Whether further invoices of `company` wait for a lane to make their file."""
        return self.search_count(
            [
                ("company_id", "=", company.id),
                ("environment", "=", company.chorus_pro_environment),
                ("state", "=", "to_send"),
                ("checksum", "=", False),
                ("render_until", "=", False),
            ],
            limit=1,
        )

    @api.model
    def _count_unfrozen(self, gate):
        """Number of invoices of the gate's company that still get their file.

        Also those that another lane has just claimed: they will fill a deposit.
        """
        return self.search_count(
            [
                ("company_id", "=", gate.company_id.id),
                ("environment", "=", gate.environment),
                ("state", "=", "to_send"),
                ("checksum", "=", False),
            ],
            limit=1,
        )
