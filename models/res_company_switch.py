"""A move to another environment and what is asked for at the same moment.

The summary of an invoice is stored, and what it says of the other environment may be
the same: nothing of it is written then, and two transactions that know nothing of each
other would both be kept.
"""

from odoo import models
from odoo.tools import SQL


class ResCompany(models.Model):
    """One of the two collides with the other, and Odoo repeats it."""

    _inherit = "res.company"

    def write(self, vals):
        """Hold the companies that move, and their invoices, before all else."""
        if "chorus_pro_environment" in vals:
            target = vals["chorus_pro_environment"]
            moved = self.filtered(lambda c: c.chorus_pro_environment != target)
            moved._chorus_pro_hold_invoices()
        return super().write(vals)

    def _chorus_pro_stay(self):
        """Keep the companies in their environment until this transaction ends.

        Collides with a move that this transaction does not see yet. To be called
        before invoices are locked, as the move does, and never before HTTP.
        """
        if self:
            statement = SQL(
                "SELECT 1 FROM res_company WHERE id IN %s ORDER BY id FOR SHARE",
                tuple(self.ids),
            )
            self.env.cr.execute(statement, log_exceptions=False)

    def _chorus_pro_hold_invoices(self):
        """Collide with who has queued or declared an invoice in the meantime.

        Their lock of the company is gone by then, and this transaction, which may be
        older, does not see their attempts; but they have written the invoice.
        """
        if not self:
            return
        for statement in (
            SQL(
                """
                SELECT 1 FROM res_company WHERE id IN %s
                 ORDER BY id FOR NO KEY UPDATE
                """,
                tuple(self.ids),
            ),
            SQL(
                """
                SELECT 1 FROM account_move
                 WHERE company_id IN %s AND move_type IN ('out_invoice', 'out_refund')
                   AND (chorus_pro_status IS NOT NULL OR state = 'draft')
                 ORDER BY id FOR NO KEY UPDATE
                """,
                tuple(self.ids),
            ),
        ):
            self.env.cr.execute(statement, log_exceptions=False)
