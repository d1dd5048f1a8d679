"""Importing and searching the directory, in a real browser."""

from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon
from odoo.addons.l10n_fr_chorus_pro.tests.tour_common import TourCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRecipientTour(ChorusProCommon, TourCase):
    """A manager at 1366x768, against the simulator."""

    def test_import_and_search(self):
        """Half 1 asks, the scheduled action works, half 2 finds an entity."""
        manager = new_test_user(
            self.env,
            "recipient_manager",
            groups="account.group_account_manager",
            company_id=self.company.id,
        )
        url = "/odoo/chorus-pro-directory-imports"
        self.start_tour(url, "chorus_pro_directory_ask", login=manager.login)
        asked = self.env["chorus.pro.recipient.import"].search([])
        self.assertEqual(asked.state, "waiting")

        self._run("ir_cron_recipients")
        self.assertEqual(asked.state, "done")
        self.start_tour(
            f"{url}/{asked.id}", "chorus_pro_directory_search", login=manager.login
        )
