"""Invoices that are queued by themselves after they were posted."""

import logging
import time

from odoo import api, models

_logger = logging.getLogger(__name__)

QUEUE_LIMIT = 500


class AccountMove(models.Model):
    """What "send automatically" does, company by company."""

    _inherit = "account.move"

    @api.model
    def _chorus_pro_queue_automatically(self, end):
        """Queue invoices posted since "send automatically" was switched on.

        What a blocker stops stays visible in "To send" and is looked at again.

        :param float end: monotonic time after which the next run goes on
        """
        companies = self.env["res.company"].search(
            [
                ("chorus_pro_auto_send", "=", True),
                ("chorus_pro_auto_send_since", "!=", False),
            ]
        )
        for company in companies:
            try:
                speaking = self.with_env(company._chorus_pro_speak().env)
                speaking._chorus_pro_queue_posted(company, end)
            except Exception:
                self.env["chorus.pro.flow"]._roll_back()
                _logger.exception("Queueing by itself stopped for %s", company.name)

    @api.model
    def _chorus_pro_queue_posted(self, company, end):
        """Queue what `company` posted since then, page by page."""
        last_id = 0
        while time.monotonic() < end and (
            moves := self.search(
                [
                    ("id", ">", last_id),
                    ("company_id", "=", company.id),
                    ("chorus_pro_status", "=", "to_send"),
                    ("chorus_pro_posted_at", ">", company.chorus_pro_auto_send_since),
                ],
                order="id",
                limit=QUEUE_LIMIT,
            )
        ):
            last_id = moves[-1].id
            self.env["ir.cron"]._commit_progress()
            moves._chorus_pro_enqueue_alone(company, end)

    def _chorus_pro_enqueue_alone(self, company, end):
        """Queue these; when that fails, each half alone: one stops no other.

        :param float end: monotonic time after which no further half is tried
        """
        flows = self.env["chorus.pro.flow"]
        try:
            flows._repeat(self._chorus_pro_enqueue_posted, company)
            flows._commit()
            return
        except Exception:
            flows._roll_back()
            if len(self) == 1:
                _logger.exception("Cannot be queued by itself: %s", self)
                return
        middle = len(self) // 2
        for ids in (self.ids[:middle], self.ids[middle:]):
            if time.monotonic() < end:
                # Not a slice: what is computed for one is computed for its like.
                self.browse(ids)._chorus_pro_enqueue_alone(company, end)

    def _chorus_pro_enqueue_posted(self, company):
        """Queue those posted since `company` began to send by itself.

        Looked at again: a move to another environment begins anew, and what was
        found before is not to be sent there.
        """
        company._chorus_pro_stay()
        since = company.chorus_pro_auto_send and company.chorus_pro_auto_send_since
        if not since:
            return self.browse()
        moves = self.filtered(lambda move: move.chorus_pro_posted_at > since)
        return moves._chorus_pro_enqueue()
