"""The embedded portal of one test, and the scheduled actions by hand."""

import os
import tempfile
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from odoo.addons.l10n_fr_chorus_pro.models import res_company
from odoo.addons.l10n_fr_chorus_pro.simulator import create_app
from odoo.addons.l10n_fr_chorus_pro.tests.factur_x_common import make_pdf

SUPPLIER_SIRET = "99999999800019"


class PortalCommon:
    """Odoo against the real simulator, called in-process; only rendering is canned.

    Goes before a test case with a database. The portal's ledger is a file of each
    test's own. Its clock is moved with `advance`; Odoo's own waiting times are ended
    with `make_due`.
    """

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.portal_file = os.path.join(folder.name, "portal.sqlite")
        self.fill_ledger()
        self.portal = create_app(self.portal_file)
        self.patch(
            type(self.env["res.company"]),
            "_chorus_pro_demo_path",
            lambda company: self.portal_file,
        )
        self.addCleanup(res_company._simulator.cache_clear)
        self.rendered = []
        rendering = patch.object(
            type(self.env["ir.actions.report"]), "_chorus_pro_render", self._render
        )
        rendering.start()
        self.addCleanup(rendering.stop)

    def fill_ledger(self):
        """Nothing was filed before the test."""

    def _render(self, moves, failures=None):
        """The canned renderer; `rendered` keeps the numbers of each batch."""
        self.rendered.append(moves.mapped("name"))
        return {move.id: make_pdf(move.name) for move in moves}

    # === TIME === #

    def run_send(self):
        """Run the sending scheduled action once, as the scheduler does."""
        self._run("ir_cron_send_1")

    def run_follow(self):
        """Let every waiting time end and run the following scheduled action."""
        self.make_due()
        self._run("ir_cron_follow")

    def _run(self, name):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            cron = self.env.ref(f"l10n_fr_chorus_pro.{name}")
            cron.sudo().method_direct_trigger()

    def make_due(self):
        """End the waiting times of deposits that are to be asked about."""
        past = fields.Datetime.now() - timedelta(seconds=1)
        flows = self.env["chorus.pro.flow"].sudo()
        flows = flows.search([("next_check_at", "!=", False)])
        flows.next_check_at = past

    def advance(self, seconds):
        """Move the portal's clock."""
        self.control("clock", {"advance": seconds})

    # === PORTAL === #

    def control(self, path, body=None, method="POST"):
        """Call the simulator's control API; returns its JSON."""
        from werkzeug.test import Client

        answer = Client(self.portal).open(f"/_sim/{path}", method=method, json=body)
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json

    def fault(self, name, service="factures/deposer/flux", times=1):
        """Switch a fault of the portal on."""
        self.control("faults", {"name": name, "service": service, "times": times})

    def act(self, move, status, comment="", supplier=SUPPLIER_SIRET):
        """Let the recipient act on an invoice."""
        self.control(
            "act",
            {
                "invoice": move.name,
                "supplier": supplier,
                "status": status,
                "comment": comment,
            },
        )

    def ledger(self):
        """What the portal holds."""
        return self.control("ledger", method="GET")

    @contextmanager
    def portal_session(self):
        """Let actions outside scheduled actions talk to the portal."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            yield
