"""A worker in a process of its own, which can be stopped or killed at any point.

`python engine_worker.py DATABASE PDF` reads commands from its standard input, one JSON
object a line (`{"do": name, "with": {…}}`), and answers one line for each: `{"done":
result}`, or `{"at": point}` when it stands still at a point where it was told to wait;
any further line lets it go on.
"""

import contextlib
import json
import sys
import threading
import time
from datetime import timedelta
from functools import partial
from importlib import import_module

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.service.model import retrying
from odoo.tools import config

IBAN = "FR7630006000011234567890189"
SUPPLIER, ENTITY = "99999999800019", "21990002400015"
# Where a worker may be told to wait: (model, method, before or after it).
POINTS = {
    "claimed": ("chorus.pro.flow", "_deposit", "before"),
    "answered": ("chorus.pro.flow", "_note_deposit", "before"),
    "committed": ("chorus.pro.flow", "_follow_answer", "before"),
    "followed": ("chorus.pro.flow", "_follow_answer", "after"),
    "asked": ("chorus.pro.ask", "_ask", "after"),
    "queueing": ("chorus.pro.transmission", "_prepare", "before"),
    "rendered": ("chorus.pro.transmission", "_render", "after"),
    "reset": ("account.move", "button_draft", "after"),
    "declaring": ("chorus.pro.transmission", "_tell", "after"),
    "switched": ("res.company", "_chorus_pro_recompute_summary", "after"),
    "request_claimed": ("chorus.pro.request", "_act", "before"),
    "request_answered": ("chorus.pro.request", "_note_done", "before"),
    "request_committed": ("chorus.pro.request", "_settle", "before"),
}


def engine(name):
    """A module of the engine; the addons path is known only after the start."""
    return import_module(f"odoo.addons.l10n_fr_chorus_pro.models.{name}")


def say(**facts):
    """Answer a line."""
    print(json.dumps(facts), flush=True)  # noqa: T201


def stand_still(point):
    """Wait at a point until told to go on."""
    say(at=point)
    sys.stdin.readline()


class Worker:
    """Executes commands on one database."""

    def __init__(self, database, pdf):
        self.registry = Registry(database)
        reports = self.registry["ir.actions.report"]
        self.render_threads = set()

        def render(_report, moves, _failures=None):
            self.render_threads.add(threading.current_thread().name)
            return dict.fromkeys(moves.ids, pdf)

        reports._chorus_pro_render = render

    @contextlib.contextmanager
    def environment(self):
        """An environment on a cursor of its own, committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    # === SET UP === #

    def do_set_up(self):
        """A French company, a town hall, a tax: once in a database."""
        with self.environment() as env:
            france = env.ref("base.fr").id
            env.company.write({"country_id": france, "vat": "FR11999999998"})
            env.company.partner_id.write(
                {"company_registry": SUPPLIER, "street": "1 rue", "city": "Paris"}
            )
            env["account.chart.template"].try_loading("fr", env.company, False)
            env["res.partner.bank"].create(
                {
                    "acc_number": IBAN,
                    "partner_id": env.company.partner_id.id,
                    "allow_out_payment": True,
                }
            )
            env["res.partner"].create(
                {
                    "name": "Town hall",
                    "is_company": True,
                    "company_registry": ENTITY,
                    "country_id": france,
                    "chorus_pro_is_public": True,
                    "chorus_pro_requirement": "none",
                }
            )
            crons = env["ir.cron"].search([])
            crons.active = False

    def do_invoices(self, count):
        """Post invoices; returns their ids and numbers."""
        with self.environment() as env:
            entity = env["res.partner"].search([("company_registry", "=", ENTITY)])
            tax = env["account.chart.template"].ref("tva_normale")
            line = {"name": "x", "price_unit": 9, "tax_ids": [Command.set(tax.ids)]}
            moves = env["account.move"].create(
                [
                    {
                        "move_type": "out_invoice",
                        "partner_id": entity.id,
                        "invoice_date": "2026-11-02",
                        "partner_bank_id": env.company.partner_id.bank_ids[:1].id,
                        "invoice_line_ids": [Command.create(line)],
                    }
                ]
                * count
            )
            moves.action_post()
            return [[move.id, move.name] for move in moves]

    # === WAITING === #

    def do_wait_at(self, point):
        """Stand still at the next passage of a point."""
        model, name, when = POINTS[point]
        target = self.registry[model]
        method = getattr(target, name)

        def passing(records, *args, **kwargs):
            delattr(target, name)
            if when == "before":
                stand_still(point)
            result = method(records, *args, **kwargs)
            if when == "after":
                records.env.flush_all()
                stand_still(point)
            return result

        setattr(target, name, passing)

    def do_wait_at_the_portal(self):
        """Stand still when the portal has the next deposit and has not answered."""
        companies = self.registry["res.company"]
        make_app = companies._chorus_pro_demo_app

        def waiting_app(company):
            app = make_app(company)
            del companies._chorus_pro_demo_app

            def serve(environ, start_response):
                if environ["PATH_INFO"].endswith("deposer/flux"):
                    stand_still("portal")
                return app(environ, start_response)

            return serve

        companies._chorus_pro_demo_app = waiting_app

    # === WORK === #

    def do_batches(self, invoices):
        """Render so many invoices in one run."""
        engine("chorus_pro_transmission_claim").RENDER_BATCHES = (invoices, 1)

    def do_threads(self):
        """Names of the threads that have rendered so far."""
        return sorted(self.render_threads)

    def do_call(self, calls):
        """Call the portal so many times at the pace of the gate; when each left."""
        left = []
        with self.environment() as env:
            gate = env.company._chorus_pro_gate()
            for _call in range(calls):
                time.sleep(gate._admit(env.company, "a service"))
                left.append(time.time())
        return left

    def do_pace(self, second):
        """Allow so many calls a second."""
        with self.environment() as env:
            env.company.chorus_pro_calls_second = second

    def do_limit(self, invoices):
        """At most so many invoices in a deposit."""
        engine("chorus_pro_flow_deposit").FLOW_INVOICES = invoices

    def do_sweep_after(self, seconds):
        """Take what nobody holds for dead so long after it was claimed."""
        for name in ("chorus_pro_flow_answer", "chorus_pro_request_answer"):
            engine(name).SWEEP_AFTER = timedelta(seconds=seconds)

    def do_enqueue(self, ids):
        """A user queues invoices; returns how many of them."""
        with self.environment() as env:
            return len(env["account.move"].browse(ids)._chorus_pro_enqueue())

    def repeated(self, work):
        """What a person asks for: repeated by Odoo when another was faster."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return retrying(partial(work, env), env)

    def do_switch(self, environment):
        """The administrator goes to another environment."""

        def work(env):
            env.company.chorus_pro_environment = environment

        self.repeated(work)

    def do_ask_to_send(self, ids):
        """A user queues invoices over RPC; returns how many of them."""
        return self.repeated(
            lambda env: len(env["account.move"].browse(ids)._chorus_pro_enqueue())
        )

    def do_mark(self, ids):
        """A user says that invoices were filed outside Odoo."""

        def work(env):
            env["account.move"].browse(ids).action_chorus_pro_mark_elsewhere()

        self.repeated(work)

    def do_reset(self, ids):
        """A user resets invoices to draft; returns what stopped it."""
        try:
            with self.environment() as env:
                env["account.move"].browse(ids).button_draft()
        except UserError as error:
            return str(error)
        return ""

    def do_send(self):
        """One run of the sending scheduled action, as another lane of it."""
        with self.environment() as env:
            env["chorus.pro.flow"]._cron_send()

    def do_follow(self):
        """One run of the following scheduled action."""
        with self.environment() as env:
            env["chorus.pro.flow"]._cron_follow()

    def do_reroute(self, ids, engagement):
        """An officer corrects the engagement number of invoices; returns how many."""
        with self.environment() as env:
            moves = env["account.move"].browse(ids)
            values = {
                "recipient_siret": ENTITY,
                "engagement": engagement,
                "recipient_id": moves.commercial_partner_id.id,
            }
            return len(moves._chorus_pro_ask("reroute", values))

    def do_act(self):
        """One run of the scheduled action that acts."""
        with self.environment() as env:
            env["chorus.pro.request"]._cron_act()

    def do_save_settings(self, siret, password):
        """Save what the settings page shows side by side, after it stopped the queue.

        In one transaction, which nothing repeats.
        """
        with self.environment() as env:
            refusal = engine("chorus_pro_gate_breaker").ChorusError("account_refused")
            env.company._chorus_pro_gate()._pause(refusal)
        with self.environment() as env:
            values = {
                "chorus_pro_company_siret": siret,
                "chorus_pro_password": password,
            }
            env["res.config.settings"].create(values).execute()

    def do_ask_administrator(self):
        """What a pause of the queue asks for that people must end."""
        with self.environment() as env:
            refusal = engine("chorus_pro_gate_breaker").ChorusError("forbidden")
            env.company._chorus_pro_gate()._ask_administrator(refusal)

    def do_note_own_id(self, value):
        """Write the gate on its own cursor, then roll the caller's work back."""
        with self.environment() as env:
            gate = env.company._chorus_pro_gate()
            gate._write_alone(structure_id=value)
            env.cr.rollback()
            return gate._read_alone("structure_id")


def main(database, pdf):
    """Read and execute commands until the end of the input."""
    options = ["-d", database, "--no-http", "--log-level", "info"]
    config.parse_config(options, setup_logging=True)
    server.start(preload=[], stop=True)
    with open(pdf, "rb") as file:
        worker = Worker(database, file.read())
    say(done="ready")
    for line in iter(sys.stdin.readline, ""):
        command = json.loads(line)
        work = getattr(worker, f"do_{command['do']}")
        say(done=work(**command.get("with", {})))


if __name__ == "__main__":
    main(*sys.argv[1:])
