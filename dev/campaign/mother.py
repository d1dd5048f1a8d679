"""Inside Odoo: sets up, and forks senders on demand.

As in Odoo's own prefork server, the registry is loaded once and the workers are forked
from it, so that one that was killed is replaced at once. It reads commands from its
standard input, one JSON object a line, and answers one line each; `fork` lets a sender
connect to the harness (`senders.py`).
"""

import gc
import json
import logging
import os
import signal
import sys
from pathlib import Path

from devenv.odoo_clock import set_client_clock, set_clock

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client

from . import company, mutations, senders
from .clockwork import Clockwork
from .points import Points

_logger = logging.getLogger(__name__)

# Seconds to connect and between received bytes: the portal is on this machine.
TIMEOUTS = (0.6, 0.6)


class Nursery:
    """The mother of all senders."""

    def __init__(self, database: str, paths: dict) -> None:
        self.paths = paths
        self.registry = Registry(database)
        self.points = Points()
        self.facts: dict = {}

    def do_set_up(self, portal: dict, count: int) -> dict:
        """Make company and invoices once in a database."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return company.set_up(env, portal, count)

    def do_begin(self, facts: dict) -> None:
        """Change the engine of this process into that of the campaign."""
        self.facts = facts
        clock = Clockwork(Path(self.paths["clock"]))
        set_clock(clock)
        set_client_clock(clock)
        company.can_documents(self.registry, facts["template"])
        Client.__init__.__kwdefaults__["timeout"] = TIMEOUTS
        mutations.apply(self.registry)
        self.points.install(self.registry)
        sql_db.close_all()
        # Senders share what is there; looking through it costs them a tenth of a run.
        gc.freeze()

    def do_fork(self) -> None:
        """A new sender, which connects to the harness by itself."""
        if os.fork():
            return
        status = 1
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        try:
            senders.serve(self.registry, self.points, self.facts, self.paths)
            status = 0
        except BaseException:
            _logger.exception("A sender ended")
        finally:
            os._exit(status)


def work(database: str, paths: str) -> None:
    """Read and execute commands until the end of the input."""
    nursery = Nursery(database, json.loads(paths))
    for line in sys.stdin:
        command = json.loads(line)
        execute = getattr(nursery, f"do_{command['do']}")
        done = execute(**command.get("with", {}))
        print(json.dumps({"done": done}), flush=True)
