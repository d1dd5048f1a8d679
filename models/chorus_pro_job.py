"""The same steps as jobs, where OCA's queue_job is installed; it is never imported.

The first lane then hands the work out instead of doing it: one job for each invoice
that may go. A job serves the queue of its company like a lane does, so that invoices
still share renderings and deposits; the jobs of those that it took along find nothing
left to do.
"""

import logging
import time

from odoo import api, fields, models
from odoo.tools import SQL

from .chorus_pro_flow_answer import SWEEP_AFTER

_logger = logging.getLogger(__name__)

CHANNEL = "chorus_pro"
RUN_SECONDS = 8
# Jobs made by one run of the scheduled action; the next one makes more.
JOBS_PER_RUN = 500
# Seconds until a job that asks for it is tried again, by its tries; after a conflict in
# the database queue_job itself waits 5.
RETRIES = {1: 10, 5: 60, 10: 600}


class ChorusProTransmission(models.Model):
    """One job for one transmission; its key is the transmission's."""

    _inherit = "chorus.pro.transmission"

    @api.model
    def _uses_jobs(self):
        """Whether queue_job carries out the work of the lanes."""
        return "queue.job" in self.env

    def _job_key(self):
        """Two jobs of one transmission never wait at once."""
        return f"chorus_pro_send_{self.id}"

    def _job_send(self):
        """Send this invoice, and what waits beside it, as a job.

        A job that is started again, since its worker died, may find the invoice
        `sending`: whether it arrived is not known. It does then what the sweeper does.

        :return: what became of the invoice, for the list of jobs
        """
        flows = self.env["chorus.pro.flow"]
        if self.state == "sending":
            flows._sweep()
            self.invalidate_recordset()
            flows._wake_lanes(at=fields.Datetime.now() + SWEEP_AFTER)
        if self.state == "to_send":
            company = self.company_id._chorus_pro_speak()
            served = flows.with_env(company.env)
            done = served._serve_alone(company, time.monotonic() + RUN_SECONDS)
            self.invalidate_recordset()
            if self.state == "to_send" and done:
                flows._wake_lanes()
            flows._end_run(done)
        return self.state

    # === HANDING OUT === #

    @api.model
    def _hand_out_jobs(self):
        """Make a job for each invoice that may go and has none.

        Only one lane does this at a time: it is the scheduled action itself.

        :return: whether there may be more
        """
        self._prepare_jobs()
        ready = self.env.execute_query(
            SQL(
                "SELECT t.id %s ORDER BY t.id LIMIT %s",
                self.env["chorus.pro.flow"]._ready_clause(jobless=True),
                JOBS_PER_RUN,
            )
        )
        for row in self.browse([row_id for (row_id,) in ready]):
            row.with_delay(
                identity_key=row._job_key(), max_retries=0, description=row.number
            )._job_send()
        return len(ready) == JOBS_PER_RUN

    @api.model
    def _jobless_clause(self):
        """The condition that a transmission `t` has no job that waits or works."""
        if not self._uses_jobs():
            return SQL("TRUE")
        return SQL(
            """
            NOT EXISTS (
                SELECT 1 FROM queue_job j
                 WHERE j.identity_key = 'chorus_pro_send_' || t.id
                   AND j.state IN ('wait_dependencies', 'pending', 'enqueued',
                                   'started'))
            """
        )

    @api.model
    def _prepare_jobs(self):
        """Make the channel and the row of the job function, once."""
        functions = self.env["queue.job.function"].sudo()
        name = functions.job_function_name(self._name, "_job_send")
        if functions.search_count([("name", "=", name)], limit=1):
            return
        channels = self.env["queue.job.channel"].sudo()
        root = self.env.ref("queue_job.channel_root")
        values = {"name": CHANNEL, "parent_id": root.id}
        domain = [(key, "=", value) for key, value in values.items()]
        channel = channels.search(domain, limit=1) or channels.create(values)
        functions.create(
            {
                "model_id": self.env["ir.model"]._get_id(self._name),
                "method": "_job_send",
                "channel_id": channel.id,
                "allow_commit": True,
                "retry_pattern": RETRIES,
            }
        )
        _logger.info("Chorus Pro: jobs run in the channel %s", channel.complete_name)
