"""The set-up in a real browser: from the first page to a tested connection."""

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.tests.setup_common import SetupCommon
from odoo.addons.l10n_fr_chorus_pro.tests.tour_common import TourCase

SETUP = "/odoo/action-l10n_fr_chorus_pro.chorus_pro_setup_action"


class SetupTourCase(SetupCommon, TourCase):
    """An administrator, against the simulator."""


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSetupTour(SetupTourCase):
    """The way through."""

    def test_set_up(self):
        self.start_tour(SETUP, "chorus_pro_setup", login=self.admin.login)
        self.assertTrue(self.gate().checked_at)
        self.assertEqual(self.company.chorus_pro_environment, "demo")


@tagged("chorus_long", "post_install_l10n", "post_install", "-at_install")
class TestSetupTourLong(SetupTourCase):
    """Moving to Production, and a step that fails."""

    def test_move(self):
        self.move._chorus_pro_enqueue()
        self.start_tour(SETUP, "chorus_pro_move", login=self.admin.login)
        self.env.invalidate_all()
        self.assertEqual(self.company.chorus_pro_environment, "production")
        self.assertEqual(self.attempts(), ["cancelled"])

    def test_what_fails(self):
        self.fault("forbidden_403", "factures/rechercher/fournisseur")
        self.start_tour(SETUP, "chorus_pro_connection", login=self.admin.login)
