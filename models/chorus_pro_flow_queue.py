"""What waits to be sent, company by company."""

from odoo import api, fields, models
from odoo.tools import SQL


class ChorusProFlow(models.Model):
    """Queries over the outbox; nothing is changed here."""

    _inherit = "chorus.pro.flow"

    @api.model
    def _ready_clause(self, jobless=False):
        """Rows that may go now: current environment, no pause, no waiting time.

        Neither those whose file another lane makes, nor the frozen ones that wait for
        them to fill their deposit.

        :param bool jobless: leave out those that have a job of queue_job
        """
        transmissions = self.env["chorus.pro.transmission"]
        return SQL(
            """
            FROM chorus_pro_transmission t
            JOIN res_company c ON c.id = t.company_id
             AND c.chorus_pro_environment = t.environment
            LEFT JOIN chorus_pro_flow f ON f.id = t.flow_id
            LEFT JOIN chorus_pro_gate g ON g.company_id = t.company_id
             AND g.environment = t.environment
            LEFT JOIN (
                SELECT DISTINCT company_id, environment
                  FROM chorus_pro_transmission
                 WHERE state = 'to_send' AND checksum IS NULL
                   AND render_until > %(now)s
            ) busy ON busy.company_id = t.company_id
                  AND busy.environment = t.environment
            WHERE t.state = 'to_send' AND %(jobless)s
              AND CASE
                  WHEN t.checksum IS NULL
                  THEN t.render_until IS NULL OR t.render_until <= %(now)s
                  ELSE busy.company_id IS NULL OR f.state = 'prepared'
                  END
              AND (g.paused_until IS NULL OR g.paused_until <= %(now)s)
              AND (t.next_try_at IS NULL OR t.next_try_at <= %(now)s)
              AND (f.id IS NULL OR f.state <> 'prepared'
                   OR f.next_try_at IS NULL OR f.next_try_at <= %(now)s)
            """,
            now=fields.Datetime.now(),
            jobless=transmissions._jobless_clause() if jobless else SQL("TRUE"),
        )

    @api.model
    def _count_ready(self):
        """Number of invoices that may go now."""
        [(count,)] = self.env.execute_query(
            SQL("SELECT count(*) %s", self._ready_clause())
        )
        return count

    @api.model
    def _companies_to_serve(self):
        """Companies that have something to send now."""
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT t.company_id %s", self._ready_clause())
        )
        return self.env["res.company"].browse([company for (company,) in rows])

    @api.model
    def _wake_for_retries(self):
        """Ask to be run when the earliest waiting time is over."""
        [(at,)] = self.env.execute_query(
            SQL(
                """
                SELECT min(GREATEST(t.next_try_at, f.next_try_at, g.paused_until,
                                    CASE WHEN t.checksum IS NULL
                                         THEN t.render_until END))
                  FROM chorus_pro_transmission t
                  JOIN res_company c ON c.id = t.company_id
                   AND c.chorus_pro_environment = t.environment
                  LEFT JOIN chorus_pro_flow f ON f.id = t.flow_id
                   AND f.state = 'prepared'
                  LEFT JOIN chorus_pro_gate g ON g.company_id = t.company_id
                   AND g.environment = t.environment
                 WHERE t.state = 'to_send'
                """
            )
        )
        if at and at > fields.Datetime.now():
            self._wake_lanes(at=at)
            self._commit()
