"""A company at a real portal, set up from the environment's variables.

    CHORUS_PRO_LIVE_CLIENT_ID, _CLIENT_SECRET   the PISTE sandbox application
    CHORUS_PRO_LIVE_LOGIN, _PASSWORD            the technical account
    CHORUS_PRO_LIVE_SUPPLIER_SIRET              a supplier it is attached to
    CHORUS_PRO_LIVE_RECIPIENT_SIRET             optional: who is billed
    CHORUS_PRO_LIVE_SERVICE, _ENGAGEMENT        optional: what the recipient requires
    CHORUS_PRO_LIVE_TOKEN_URL, _API_URL         optional: another portal
    CHORUS_PRO_LIVE_WAIT                        optional: seconds to wait for a verdict

The first five are needed. Without another portal it is the State's test portal.
"""

import logging
import os
import time
import unittest
from urllib.parse import urlsplit

from odoo.addons.l10n_fr_chorus_pro.chorus_api import codes
from odoo.addons.l10n_fr_chorus_pro.models.res_company import SECRETS
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

_logger = logging.getLogger(__name__)

PREFIX = "CHORUS_PRO_LIVE_"
NEEDED = ("CLIENT_ID", "CLIENT_SECRET", "LOGIN", "PASSWORD", "SUPPLIER_SIRET")
# The AIFE's fictitious recipient that requires nothing [L].
RECIPIENT = "12345678200051"
WAIT = 900
PAUSE = 2
# A deposit there is a legal invoice.
FORBIDDEN = {urlsplit(url).hostname for url in codes.ENVIRONMENTS["production"]}


def given(name, default=""):
    """One of the variables above, without its prefix."""
    return os.environ.get(PREFIX + name) or default


def portal_urls():
    """Addresses of the token service and of the API.

    :raise ValueError: the production portal
    """
    token_url, api_url = codes.ENVIRONMENTS["qualification"]
    urls = given("TOKEN_URL", token_url), given("API_URL", api_url)
    if FORBIDDEN & {urlsplit(url).hostname for url in urls}:
        message = "The live tests never speak with the production portal."
        raise ValueError(message)
    return urls


class LiveCommon(ChorusProCommon):
    """The whole addon against a portal behind a socket; only rendering is canned.

    What is deposited stays at the portal; the database forgets it.
    """

    @classmethod
    def setUpClass(cls):
        missing = [PREFIX + name for name in NEEDED if not given(name)]
        if missing:
            raise unittest.SkipTest(f"no access to a portal: set {', '.join(missing)}")
        cls.urls = portal_urls()
        super().setUpClass()

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        """OVERRIDE: this one portal may be called, and nothing else."""
        hosts = {urlsplit(url).netloc for url in cls.urls}
        if urlsplit(request.url).netloc in hosts:
            return cls.send_for_real(session, request, **options)
        return super()._request_handler(session, request, **options)

    @staticmethod
    def send_for_real(session, request, **options):
        """The method that Odoo's test framework has put its guard before."""
        from odoo.tests.common import _super_send

        return _super_send(session, request, **options)

    def setUp(self):
        super().setUp()
        params = self.env["ir.config_parameter"].sudo()
        for name, url in zip(("token", "api"), self.urls, strict=True):
            params.set_param(f"l10n_fr_chorus_pro.qualification_{name}_url", url)
        self.company.partner_id.company_registry = given("SUPPLIER_SIRET")
        with self.portal_session():
            self.company.sudo().write(
                {"chorus_pro_environment": "qualification", **self.credentials()}
            )

    def credentials(self):
        """Values of the company's secret fields."""
        return {
            name: given(name.removeprefix("chorus_pro_").upper()) for name in SECRETS
        }

    def wait_for(self, what, check, act):
        """Repeat `act` until `check` gives something true, which is returned."""
        end = time.monotonic() + int(given("WAIT", WAIT))
        while not (found := check()):
            if time.monotonic() > end:
                self.fail(f"{what}: not within {given('WAIT', WAIT)} s")
            time.sleep(PAUSE)
            _logger.info("Waiting: %s", what)
            act()
        return found
