"""The figures of a sales journal on its card of the accounting dashboard."""

from odoo import models

from ..const import READERS


class AccountJournal(models.Model):
    """The overview's figures again, for the invoices of one journal."""

    _inherit = "account.journal"

    def _get_journal_dashboard_data_batched(self):
        """EXTENDS account: what Chorus Pro says, where a company uses it."""
        dashboard_data = super()._get_journal_dashboard_data_batched()
        if self.env.user.has_groups(READERS):
            self._chorus_pro_fill_dashboard(dashboard_data)
        return dashboard_data

    def _chorus_pro_fill_dashboard(self, dashboard_data):
        """Add `chorus_pro` to the data of sales journals of companies that use it."""
        Move = self.env["account.move"]
        sales = self.filtered(lambda journal: journal.type == "sale")
        concerned = [
            ("journal_id", "in", sales.ids),
            ("chorus_pro_status", "!=", False),
        ]
        used = Move._read_group(concerned, ["journal_id"]) if sales else []
        journals = self.browse([journal.id for [journal] in used])
        if not journals:
            return
        for journal, cards in Move._chorus_pro_figures(journals, "journal_id").items():
            dashboard_data[journal.id]["chorus_pro"] = cards

    def action_chorus_pro_open_card(self):
        """Open the invoices of the card that was clicked."""
        self.ensure_one()
        self.check_access("read")
        return self.env["account.move"]._chorus_pro_open_card(self, "journal_id")
