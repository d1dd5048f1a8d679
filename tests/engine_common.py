"""What the tests of the sending engine share: crashes, broken answers, old rows."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.tests import new_test_user
from odoo.tools import html2plaintext

from odoo.addons.l10n_fr_chorus_pro import simulator
from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client
from odoo.addons.l10n_fr_chorus_pro.const import ERRORS
from odoo.addons.l10n_fr_chorus_pro.const_documents import FILE_ERRORS
from odoo.addons.l10n_fr_chorus_pro.models import chorus_pro_gate_breaker
from odoo.addons.l10n_fr_chorus_pro.simulator import server
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

DEPOSIT = "factures/v1/deposer/flux"


class KilledError(BaseException):
    """The worker dies here: nothing catches it, nothing uncommitted survives."""


class EngineCommon(ChorusProCommon):
    """One invoice that may go, and the means to break things around it.

    `SPARE` invoices are made once for all tests of a class, which is faster.
    """

    SPARE = 3

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make = ChorusProCommon.make_invoice
        drafts = [make(cls, post=False) for _index in range(cls.SPARE)]
        cls.prepared = cls.env["account.move"].union(*drafts)
        cls.prepared.action_post()

    @classmethod
    def make_officer(cls):
        """A user who decides about lost answers."""
        return new_test_user(
            cls.env,
            "chorus_officer",
            groups="account.group_account_invoice,"
            "l10n_fr_chorus_pro.group_chorus_pro_officer",
            company_id=cls.company.id,
        )

    def setUp(self):
        super().setUp()
        self.spare = list(self.prepared)
        self.patch(chorus_pro_gate_breaker, "jitter", lambda: 1)
        self.move = self.make_invoice()

    def make_invoice(self, partner=None, **values):
        """A posted invoice of one line at 20 %, made before where there is one."""
        if partner or values or not self.spare:
            return super().make_invoice(partner, **values)
        return self.spare.pop(0)

    # === ROWS === #

    @property
    def row(self):
        """The current attempt of the invoice, with all rights."""
        return self.move.sudo().chorus_pro_transmission_id

    @property
    def flow(self):
        """The deposit of the current attempt."""
        return self.row.flow_id

    def gate(self, company=None):
        """The gate of a company in its current environment, if it was made."""
        company = company or self.company
        gates = self.env["chorus.pro.gate"].sudo()
        return gates.search(
            [
                ("company_id", "=", company.id),
                ("environment", "=", company.chorus_pro_environment),
            ]
        )

    def attempts(self, move=None):
        """States of all attempts of an invoice, oldest first."""
        rows = (move or self.move).sudo().chorus_pro_transmission_ids
        return rows.sorted("id").mapped("state")

    def chatter(self, move=None):
        """Chorus Pro's lines in the chatter of an invoice, oldest first, as text."""
        lines = (move or self.move).message_ids.sorted("id").mapped("body")
        texts = [html2plaintext(body).strip() for body in lines]
        return [text for text in texts if text.startswith("Chorus Pro:")]

    def posts(self, move=None):
        """How often the portal accepted a deposit of any invoice."""
        return len(self.ledger()["deposits"])

    def filed(self, move=None):
        """What the portal holds under the number of an invoice."""
        number = (move or self.move).name
        return [i for i in self.ledger()["invoices"] if i["number"] == number]

    def words(self, code):
        """What people read for an error code."""
        return str({**ERRORS, **FILE_ERRORS}[code])

    # === ACCIDENTS === #

    def intercept(self, before=None, after=None, service=DEPOSIT):
        """Call `before` and `after` around the portal's work for a service."""
        portal = self.portal

        def app(environ, start_response):
            ours = environ["PATH_INFO"].endswith(service)
            if ours and before:
                before()
            answer = portal(environ, start_response)
            if ours and after:
                after()
            return answer

        self.patch(
            type(self.env["res.company"]), "_chorus_pro_demo_app", lambda company: app
        )

    @contextmanager
    def answers(self, code, verb="deposer_flux", **values):
        """Every call of a verb of the client fails with `code`."""
        error = ChorusError(code, service=verb, **values)
        with patch.object(Client, verb, side_effect=error) as calls:
            yield calls

    @contextmanager
    def searched_numbers(self):
        """Collect the invoice numbers that are searched at the portal."""
        search, numbers = Client.rechercher_fournisseur, []

        def spy(client, **criteria):
            if criteria.get("invoice_number"):
                numbers.append(criteria["invoice_number"])
            return search(client, **criteria)

        with patch.object(Client, "rechercher_fournisseur", spy):
            yield numbers

    def die(self, *_args, **_values):
        """Kill the worker that comes along."""
        raise KilledError

    @contextmanager
    def killed(self):
        """The worker dies in this block; what it had committed stays.

        Not `assertRaises`, which rolls everything back.
        """
        try:
            yield
        except KilledError:
            return
        self.fail("the worker was not killed")

    @contextmanager
    def killed_in(self, model, method):
        """The worker dies when it comes to a method of a model."""
        with patch.object(type(self.env[model]), method, self.die), self.killed():
            yield

    def lose(self, fault="timeout_after"):
        """Send the invoice; the answer of the portal is lost, and the pause over."""
        self.fault(fault)
        self.send(self.move)
        self.assertEqual((self.row.state, self.flow.state), ("unknown", "unknown"))
        self.end_pause()

    def file_by_hand(self, *moves, **values):
        """Somebody types invoices into the portal, with another amount or `values`."""
        for move in moves:
            self.control(
                "invoices",
                {
                    "number": move.name,
                    "supplier": self.company.company_registry,
                    "recipient": move.commercial_partner_id.company_registry,
                    "amount_total": 7,
                    **values,
                },
            )

    # === TIME === #

    def age(self, flow, **ago):
        """Make the attempt of a deposit older."""
        flow.attempted_at = fields.Datetime.now() - timedelta(**ago)

    def end_pause(self, company=None):
        """Let the pause of a company's queue and its waiting times end."""
        past = fields.Datetime.now() - timedelta(seconds=1)
        self.gate(company).paused_until = past
        for model in ("chorus.pro.flow", "chorus.pro.transmission"):
            records = self.env[model].sudo()
            records.search([("next_try_at", "!=", False)]).next_try_at = past

    # === ENVIRONMENTS === #

    def send_by_worker(self, *moves):
        """Queue invoices and send them by a worker that may be killed.

        Core's scheduler, even when killed, commits what its job has left.
        """
        self.env["account.move"].union(*moves)._chorus_pro_enqueue()
        with self.worker() as env:
            env["chorus.pro.flow"]._cron_send()

    @contextmanager
    def worker(self):
        """An environment of a worker, on a cursor of its own that may commit."""
        with self.portal_session(), self.env.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            yield env

    def serve_portal(self):
        """Serve this test's portal on the loopback interface; returns its URL."""
        httpd = server.make(self.portal, 0)
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(thread.join, 10)
        self.addCleanup(httpd.server_close)
        self.addCleanup(httpd.shutdown)
        return f"http://{server.HOST}:{httpd.server_port}"

    def go_to(self, environment, url=None, company=None, **credentials):
        """Let a company work in another environment, served at `url`."""
        params = self.env["ir.config_parameter"].sudo()
        if url:
            prefix = f"l10n_fr_chorus_pro.{environment}"
            params.set_param(f"{prefix}_token_url", f"{url}/api/oauth/token")
            params.set_param(f"{prefix}_api_url", url)
        secrets = {**simulator.CREDENTIALS, **credentials}
        with self.portal_session():
            (company or self.company).sudo().write(
                {
                    "chorus_pro_environment": environment,
                    **{f"chorus_pro_{name}": text for name, text in secrets.items()},
                }
            )
