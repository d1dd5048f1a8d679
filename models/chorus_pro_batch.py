"""What one click sent: who clicked is told once, when every invoice has an outcome.

Nothing here takes part in sending. A click writes one row and its list of invoices;
the end of a run of a lane asks, in one statement, which rows are over.
"""

import logging
from collections import Counter
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.tools import SQL, format_datetime

_logger = logging.getLogger(__name__)

# So long an invoice that waits for the portal counts as on its way: short pauses pass.
PATIENCE = timedelta(minutes=15)
# Nobody is told of what took longer: it is in the lists.
FORGOTTEN = timedelta(days=7)
# What became of an invoice, by its summary; all others are at the portal.
OUTCOMES = {
    "to_send": "failed",
    "error": "failed",
    "rejected": "failed",
    "queued": "waiting",
    "unknown": "waiting",
    False: "left",
}


class ChorusProBatch(models.Model):
    """Several invoices that one person sent at once."""

    _name = "chorus.pro.batch"
    _inherit = "chorus.pro.work"
    _description = "Invoices sent to Chorus Pro at once"
    _order = "id desc"

    user_id = fields.Many2one(string="Sent by")
    move_ids = fields.Many2many(
        "account.move", "chorus_pro_batch_move_rel", string="Invoices"
    )
    count = fields.Integer(string="Number", compute="_compute_counts")
    deposited = fields.Integer(compute="_compute_counts")
    failed = fields.Integer(string="Not sent", compute="_compute_counts")
    waiting = fields.Integer(compute="_compute_counts")
    progress = fields.Integer(compute="_compute_counts")

    _open_idx = models.Index("(id) WHERE ended_at IS NULL")

    @api.depends("user_id", "create_date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for batch in self:
            batch.display_name = self.env._(
                "Sent on %(moment)s by %(user)s",
                moment=format_datetime(
                    self.env, batch.create_date or False, dt_format="short"
                ),
                user=batch.user_id.name,
            )

    @api.depends("move_ids.chorus_pro_status")
    def _compute_counts(self):
        for batch in self:
            counts = batch._count_outcomes()
            batch.deposited = counts["deposited"]
            batch.failed = counts["failed"]
            batch.waiting = counts["waiting"]
            batch.count = counts.total()
            over = batch.count - batch.waiting
            batch.progress = 100 * over // batch.count if batch.count else 100

    def _count_outcomes(self):
        """Counter of what became of the invoices: deposited, failed, waiting, left."""
        return Counter(
            OUTCOMES.get(move.chorus_pro_status, "deposited") for move in self.move_ids
        )

    # === BEGINNING === #

    @api.model
    def _watch(self, moves):
        """Tell the user once all of `moves` have an outcome; one alone is not worth it.

        Costs two statements.

        :return: the batch, or none
        """
        batch = self.browse()
        if len(moves) > 1:
            values = {"user_id": self.env.uid, "move_ids": [Command.set(moves.ids)]}
            batch = self.sudo().create(values).with_env(self.env)
        return batch

    # === END === #

    @api.model
    def _end_all(self):
        """Tell the people whose invoices all have an outcome. One statement if none.

        Each is told by the transaction that ends the batch, hence once.
        """
        over = self.search([("id", "in", self._over())])
        for batch in over.try_lock_for_update():
            batch.ended_at = fields.Datetime.now()
            self.env["chorus.pro.screen"]._changed(batch)
            if batch.create_date > fields.Datetime.now() - FORGOTTEN:
                batch._tell()

    @api.model
    def _over(self):
        """Identifiers of batches of which nothing is on its way any more."""
        now = fields.Datetime.now()
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """
                SELECT b.id FROM chorus_pro_batch b
                 WHERE b.ended_at IS NULL AND NOT EXISTS (
                       SELECT FROM chorus_pro_batch_move_rel r
                         JOIN account_move m ON m.id = r.account_move_id
                         JOIN res_company c ON c.id = m.company_id
                         LEFT JOIN chorus_pro_transmission t ON t.move_id = m.id
                          AND t.environment = c.chorus_pro_environment
                          AND t.state IN ('to_send', 'sending')
                         LEFT JOIN chorus_pro_flow f ON f.id = t.flow_id
                          AND f.state = 'prepared'
                         LEFT JOIN chorus_pro_gate g ON g.company_id = m.company_id
                          AND g.environment = c.chorus_pro_environment
                        WHERE r.chorus_pro_batch_id = b.id
                          AND b.create_date > %(forgotten)s
                          AND CASE WHEN COALESCE(m.sending_data::text, 'null')
                                        NOT IN ('null', 'false')
                                   THEN TRUE
                                   ELSE t.id IS NOT NULL
                                    AND (b.create_date > %(patience)s
                                     OR COALESCE(GREATEST(t.next_try_at, f.next_try_at,
                                                          g.paused_until), %(now)s)
                                        <= %(now)s)
                              END)
                """,
                now=now,
                patience=now - PATIENCE,
                forgotten=now - FORGOTTEN,
            )
        )
        return [batch_id for (batch_id,) in found]

    # === WORDS === #

    def _outcome(self):
        """What became of the invoices, in a sentence for each outcome."""
        counts = self._count_outcomes()
        words = {
            "deposited": self.env._("Deposited: %(count)s.", count=counts["deposited"]),
            "failed": self.env._(
                "Not sent: %(count)s, the reason is on each.", count=counts["failed"]
            ),
            "waiting": self.env._(
                "Waiting for Chorus Pro: %(count)s, Odoo goes on by itself.",
                count=counts["waiting"],
            ),
            "left": self.env._("Taken back: %(count)s.", count=counts["left"]),
        }
        told = " ".join(text for key, text in words.items() if counts[key])
        return told, counts["deposited"] == counts.total()

    def _result(self):
        return self.env._("Sent to Chorus Pro"), self.move_ids

    def _url(self):
        """Where its form is, below the address of Odoo; empty for no batch."""
        return f"/odoo/chorus-pro-batches/{self.id}" if self else ""


class ChorusProFlow(models.Model):
    """The end of a run, and of the jobs that take its place."""

    _inherit = "chorus.pro.flow"

    @api.model
    def _end_run(self, done):
        """EXTENDS: tell those whose invoices have all gone; it stops no sending."""
        result = super()._end_run(done)
        try:
            self._repeat(self.env["chorus.pro.batch"]._end_all)
            self._commit()
        except Exception:
            self._roll_back()
            _logger.exception("Nobody is told of the end of a batch")
        return result
