"""What becomes of an invoice whose file was not made, in words of the invoice."""

from datetime import timedelta

from odoo import fields, models

from ..const_documents import FILE_ERRORS
from ..factur_x import Issue

# The check itself could not run: the invoice is not to blame, it waits.
UNCHECKED = ("schematron_unavailable", "schematron_failed")
RECHECK = timedelta(minutes=15)
MAX_FINDINGS = 10


class ChorusProTransmission(models.Model):
    """Reasons of FacturXError: a rule that is broken, or a check that did not run."""

    _inherit = "chorus.pro.transmission"

    def _stop_document(self, error):
        """Fail for what the invoice breaks; wait for a check that could not run.

        :param FacturXError error: why there is no file
        """
        self.ensure_one()
        words = self._put_file_error(error)
        if error.code in UNCHECKED:
            self.write(
                {
                    "error_code": error.code,
                    "error": words,
                    "detail": error.detail,
                    "render_until": False,
                    "render_tries": 0,
                    "next_try_at": fields.Datetime.now() + RECHECK,
                }
            )
            return
        self._fail(error.code, words, error.detail)

    def _put_file_error(self, error):
        """Words for an error: in general, then each finding as a line of its own."""
        general = self.env._(FILE_ERRORS.get(error.code, FILE_ERRORS["document"]))
        move = self.move_id
        lines = [
            move._chorus_pro_put_issue(finding)
            if isinstance(finding, Issue)
            else move._chorus_pro_put_finding(finding)
            for finding in error.findings[:MAX_FINDINGS]
        ]
        return "\n".join([general, *dict.fromkeys(lines)])
