"""Engagement numbers of the State, asked for before the file is frozen.

Nothing is locked while the portal is asked. A portal that does not answer stops
nothing for good: the number may be right, and the portal itself judges it when the
invoice is filed. So the invoice goes with what is known, and its chatter says that
the number was not checked. The question rests for a while then: each may take a
minute to fail.
"""

import logging
from datetime import timedelta

from odoo import fields, models

from ..chorus_api import ChorusError
from ..const import ERRORS

_logger = logging.getLogger(__name__)

REST = timedelta(minutes=15)
# Our own pace, not the portal: the invoice waits for its turn.
OUR_PACE = "throttled"


class ChorusProTransmission(models.Model):
    """The step between rendering and freezing."""

    _inherit = "chorus.pro.transmission"

    def _check_commitments(self, company, client):
        """Ask for the engagement numbers of these rows, each once, and keep answers.

        :param client: an open chorus_api client of `company`
        :return: the rows that may be frozen now
        """
        questions = self._commitments_due()
        if not questions:
            return self
        gate = company._chorus_pro_gate()
        code = self._resting_code(gate)
        try:
            while questions and not code:
                key, supplier = next(iter(questions.items()))
                self.env["account.move"]._chorus_pro_ask_commitment(
                    client, key, supplier
                )
                del questions[key]
        except ChorusError as error:
            _logger.info("%s: engagement numbers are not checked: %s", company, error)
            code = error.code
            if code != OUR_PACE:
                after = fields.Datetime.now() + REST
                gate._write_alone(commitments_after=after, commitments_code=code)
        unasked = self.filtered(
            lambda row: row.move_id._chorus_pro_commitment_key() in questions
        )
        if code == OUR_PACE:
            return self - unasked
        unasked._tell_unchecked(code)
        return self

    def _commitments_due(self):
        """{key: supplier} of the numbers without a fresh answer."""
        moves = self.move_id.filtered(lambda move: move.state == "posted")
        suppliers = moves._chorus_pro_suppliers_by_key()
        known = self.env["chorus.pro.commitment"]._by_key(suppliers)
        return {
            key: supplier
            for key, supplier in suppliers.items()
            if key not in known or not known[key]._is_fresh()
        }

    def _resting_code(self, gate):
        """Why nothing is asked just now: a code of ERRORS; empty when it is."""
        with gate._alone() as now:
            after = now.commitments_after
            return (
                now.commitments_code if after and after > fields.Datetime.now() else ""
            )

    def _tell_unchecked(self, code):
        """Say on the invoices that they go without the check."""
        words = ERRORS.get(code)
        self._tell(
            self.env._(
                "Chorus Pro: the engagement number could not be checked before "
                "sending. %(reason)s",
                reason=self.env._(words) if words else code,
            )
        )
