"""The set-up in a real browser: from the first page to a tested connection."""

from contextlib import nullcontext

from odoo.tests import HttpCase, tagged

from odoo.addons.l10n_fr_chorus_pro.tests.setup_common import SetupCommon

SETUP = "/odoo/action-l10n_fr_chorus_pro.chorus_pro_setup_action"


class SetupTourCase(SetupCommon, HttpCase):
    """An administrator, against the simulator."""

    browser_size = "1366x768"

    def enter_registry_test_mode(self):
        """Browser tests are in that mode from the start, and warn when asked."""
        return nullcontext()


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
