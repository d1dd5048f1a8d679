"""What a person and the scheduler do with an older version, each step committed.

Used by upgrade_stage.py, in a process that has that version on its addons path.
"""

import contextlib
from datetime import timedelta
from importlib import import_module
from unittest.mock import patch

from werkzeug.test import Client

from odoo import SUPERUSER_ID, Command, api, fields

MODULE = "l10n_fr_chorus_pro"
# Entities of the simulator's directory.
VILLAGE, HOSPITAL = "21990002400015", "26990003100015"
UNIVERSITY, STATE = "19990008500010", "11000201100044"
DEPOSIT = "factures/deposer/flux"


def code(name):
    """A module of the older version; the addons path is known only after the start."""
    return import_module(f"odoo.addons.{MODULE}.{name}")


class KilledError(BaseException):
    """The worker dies here; what it had committed stays."""


class Hands:
    """Bills, sends and follows; `moves` keeps the invoices by a key for each.

    :ivar company: the company that works in Demo
    :ivar entities: customers by SIRET
    """

    def __init__(self, env):
        self.env = env
        self.moves, self.entities = {}, {}
        # Made from the chart of accounts of France beforehand, for all tests.
        self.company, self.other = env["res.company"].search(
            [("name", "=like", "Prepared for tests %")], order="id", limit=2
        )

    # === STEPS === #

    def commit(self):
        """End what would be one request; the next one finds empty caches."""
        self.env.cr.commit()
        self.env.invalidate_all()

    def bill(self, *keys, siret=VILLAGE, company=None, **values):
        """Post one invoice for each key; returns all."""
        company = company or self.company
        env = self.env["account.move"].with_company(company)
        chart = env.env["account.chart.template"]
        line = {
            "name": "Ramettes de papier",
            "quantity": 3,
            "price_unit": 40.0,
            "tax_ids": [Command.set(chart.ref("tva_normale").ids)],
        }
        for key in keys:
            self.moves[key] = env.create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.entities[siret].id,
                    "invoice_date": fields.Date.today(),
                    "partner_bank_id": company.partner_id.bank_ids.id,
                    "invoice_line_ids": [Command.create(line)],
                    **values,
                }
            )
            self.moves[key].action_post()
        return self.named(*keys)

    def named(self, *keys):
        """The invoices of some keys."""
        return self.env["account.move"].union(*(self.moves[key] for key in keys))

    def send(self, *keys):
        """Queue invoices and run the sending action once; returns their attempts."""
        queued = self.named(*keys)._chorus_pro_enqueue()
        if len(queued) != len(keys):
            blockers = [m._chorus_pro_blockers() for m in self.named(*keys) - queued]
            raise RuntimeError(f"not queued: {blockers}")
        self.run("_cron_send")
        return self.named(*keys).chorus_pro_transmission_id

    def integrate(self, *keys):
        """Send invoices and let the portal check them."""
        self.send(*keys)
        self.follow()

    def follow(self):
        """Let the portal work, then read what became of everything."""
        self.control("clock", advance=60)
        flows = self.env["chorus.pro.flow"].search([("next_check_at", "!=", False)])
        flows.next_check_at = fields.Datetime.now() - timedelta(seconds=1)
        self.run("_cron_follow")

    def run(self, action):
        """Run a scheduled action on a cursor of its own, as a worker does."""
        self.commit()
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            with contextlib.suppress(KilledError):
                getattr(env["chorus.pro.flow"], action)()
        self.commit()

    def end_pause(self):
        """Let the pause after a failure be over."""
        self.company._chorus_pro_gate()._resume()
        self.commit()

    # === PORTAL === #

    def control(self, path, **body):
        """Call the control API of the embedded simulator."""
        portal = Client(self.company._chorus_pro_demo_app())
        answer = portal.open(
            f"/_sim/{path}", method="POST" if body else "GET", json=body or None
        )
        if answer.status_code != 200:
            raise RuntimeError(answer.text)
        return answer.json

    def fault(self, name):
        """Let the next deposit meet a fault."""
        self.control("faults", name=name, service=DEPOSIT, times=1)

    # === ACCIDENTS === #

    @contextlib.contextmanager
    def answers(self, reason):
        """The portal refuses every deposit."""
        client = code("chorus_api")
        error = client.ChorusError(reason, service="flux")
        with patch.object(client.Client, "deposer_flux", side_effect=error):
            yield

    @contextlib.contextmanager
    def dying_after_the_deposit(self):
        """The worker is killed when it has the portal's answer in its hands."""
        flows = self.env.registry["chorus.pro.flow"]
        with patch.object(flows, "_note_deposit", side_effect=KilledError):
            yield
