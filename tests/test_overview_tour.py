"""The overview and the journal's card in a real browser."""

from odoo.tests import tagged

from .common import ChorusProCommon
from .tour_common import TourCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOverviewTour(ChorusProCommon, TourCase):
    """The clerk looks at what is to do, at 1366x768."""

    def test_overview(self):
        """Cards tell the figures; a click opens their invoices."""
        suspended = self.make_invoice(ref="To complete")
        self.integrate(suspended)
        self.make_invoice(ref="To send")
        self.act(suspended, "SUSPENDUE", "Bon de livraison")
        self.run_follow()
        self.start_tour(
            "/odoo/chorus-pro", "chorus_pro_overview", login=self.clerk.login
        )

    def test_nothing_yet(self):
        """Without any invoice the overview says how to begin."""
        self.start_tour(
            "/odoo/chorus-pro", "chorus_pro_overview_empty", login=self.clerk.login
        )
