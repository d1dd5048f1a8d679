"""What tours in a real browser share."""

from contextlib import nullcontext

from odoo.tests import HttpCase


class TourCase(HttpCase):
    """A browser as wide as an accountant's laptop; goes last among the bases."""

    browser_size = "1366x768"

    def enter_registry_test_mode(self):
        """Browser tests are in that mode from the start, and warn when asked."""
        return nullcontext()
