"""`python -m benches.worker DATABASE`: one Odoo process that carries out commands.

Each line of the standard input is a JSON list [command, arguments]; each is answered
by one line of JSON. Subjects add commands by a module of their own (`do_load`).
"""

import importlib
import json
import sys
import threading
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

from .meter import Meter


class Office:
    """What commands work with: environments of one database, and a meter."""

    def __init__(self, database: str) -> None:
        self.registry = Registry(database)
        self.meter = Meter()
        self.commands = {"load": self.load, "figures": self.meter.figures}

    @contextmanager
    def environment(self, **context):
        """An environment of the superuser on a cursor of its own, then committed."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, context)

    def load(self, module: str) -> str:
        """Add the commands of a module: its functions `do_<command>(office, …)`."""
        found = vars(importlib.import_module(f"benches.{module}"))
        for name, function in found.items():
            if name.startswith("do_"):
                self.commands[name.removeprefix("do_")] = _bound(function, self)
        return module


def _bound(function, office: Office):
    return lambda **arguments: function(office, **arguments)


def main(database: str) -> None:
    """Carry out commands until the input ends."""
    answers = sys.stdout
    # Nothing else may answer.
    sys.stdout = sys.stderr
    config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    server.start(preload=[], stop=True)
    threading.current_thread().dbname = database
    office = Office(database)
    print(json.dumps("ready"), file=answers, flush=True)
    for line in sys.stdin:
        name, arguments = json.loads(line)
        result = office.commands[name](**arguments)
        print(json.dumps(result), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
