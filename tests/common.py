"""A French company in Demo, a public entity, and the scheduled actions by hand."""

import os
import tempfile
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.l10n_fr_chorus_pro import factur_x
from odoo.addons.l10n_fr_chorus_pro.models import res_company
from odoo.addons.l10n_fr_chorus_pro.simulator import create_app
from odoo.addons.l10n_fr_chorus_pro.tests.factur_x_common import make_pdf
from odoo.addons.l10n_fr_chorus_pro.tests.french_company import FrenchCompanyCommon

SUPPLIER_SIRET = "99999999800019"
IBAN = "FR7630006000011234567890189"


class ChorusProCommon(FrenchCompanyCommon):
    """Odoo against the real simulator, called in-process; only rendering is canned.

    The portal's ledger is a file of each test's own. Its clock is moved with
    `advance`; Odoo's own waiting times are ended with `make_due`.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(factur_x.stop_schematron)
        cls.company = cls.env.company
        cls.company.partner_id.write(
            {
                "company_registry": SUPPLIER_SIRET,
                "vat": "FR23334175221",
                "street": "1 rue de la Fiction",
                "zip": "75001",
                "city": "Paris",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        # Nobody waits for his turn in a test, but in those about it.
        cls.company.chorus_pro_calls_second = 0
        cls.bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": IBAN,
                "partner_id": cls.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        cls.entity = cls.make_entity("21990002400015", "Commune de Valbrune", "none")
        cls.tax_20 = cls.env["account.chart.template"].ref("tva_normale")
        cls.clerk = new_test_user(
            cls.env,
            "chorus_clerk",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
        )

    @classmethod
    def make_entity(cls, siret, name, requirement="none", **values):
        """A public entity whose requirement is known."""
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "company_registry": siret,
                "country_id": cls.env.ref("base.fr").id,
                "street": "1 place de la Fiction",
                "zip": "99210",
                "city": "Valbrune",
                "chorus_pro_is_public": True,
                "chorus_pro_requirement": requirement,
                **values,
            }
        )

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.portal_file = os.path.join(folder.name, "portal.sqlite")
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

    def _render(self, moves, failures=None):
        """The canned renderer; `rendered` keeps the numbers of each batch."""
        self.rendered.append(moves.mapped("name"))
        return {move.id: make_pdf(move.name) for move in moves}

    # === DATA === #

    def make_invoice(self, partner=None, post=True, move_type="out_invoice", **values):
        """A posted invoice of one line at 20 %."""
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or self.entity).id,
                "invoice_date": fields.Date.today(),
                "partner_bank_id": self.bank.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Ramettes de papier",
                            "quantity": 3,
                            "price_unit": 40.0,
                            "tax_ids": [Command.set(self.tax_20.ids)],
                        }
                    )
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def send(self, *moves):
        """Queue invoices and run the sending scheduled action."""
        queued = self.env["account.move"].union(*moves)._chorus_pro_enqueue()
        self.run_send()
        return queued.chorus_pro_transmission_id

    def integrate(self, *moves):
        """Send invoices and let the portal check them."""
        rows = self.send(*moves)
        self.advance(60)
        self.run_follow()
        return rows

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
