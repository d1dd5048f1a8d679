"""The period of what is made of an invoice: its credit note, its next occurrence."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import models

MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


class AccountMove(models.Model):
    """A duplicate says no period, since it is most often of another one."""

    _inherit = "account.move"

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """EXTENDS account: a credit note is of the period of its invoice."""
        reverses = super()._reverse_moves(default_values_list, cancel)
        for move in reverses.sudo().filtered(lambda m: m.is_sale_document()):
            period = move.reversed_entry_id._chorus_pro_period()
            if any(period.values()):
                move.write(period)
        return reverses

    def _get_fields_to_copy_recurring_entries(self, values):
        """EXTENDS account: the next occurrence is of the period that follows."""
        values = super()._get_fields_to_copy_recurring_entries(values)
        return {**values, **self.sudo()._chorus_pro_next_period()}

    def _chorus_pro_period(self):
        """{field: date} of the invoicing period."""
        names = ("chorus_pro_period_start", "chorus_pro_period_end")
        return {name: self[name] for name in names}

    def _chorus_pro_next_period(self):
        """The period after this one, where it is as long as the recurrence.

        Any other is left to who reads the draft, and dated lines tell theirs.

        :return: {field: date}, empty when nothing is known
        """
        start, end = self._chorus_pro_period().values()
        months = relativedelta(months=MONTHS[self.auto_post])
        dated = any(
            any(self._chorus_pro_line_period(line)) for line in self.invoice_line_ids
        )
        if dated or not (start and end) or start + months != end + timedelta(days=1):
            return {}
        following = end + timedelta(days=1)
        return {
            "chorus_pro_period_start": following,
            "chorus_pro_period_end": following + months - timedelta(days=1),
        }
