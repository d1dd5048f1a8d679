"""Inside Odoo: what a forked process does for the harness, command by command."""

import json
import os
import socket
from importlib import import_module

from odoo import sql_db

from odoo.addons.base.models.ir_cron import IrCron

from .people import People

DEPOSITS = "odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_flow_deposit"


class Sender(People):
    """One process of Odoo: a scheduler's worker, or a user's.

    :param facts: what `company.set_up` returned
    :param answers: file that keeps the flow numbers that the portal answered
    """

    def __init__(self, registry, points, facts: dict, answers: str) -> None:
        self.registry = registry
        self.points = points
        self.facts = facts
        self.run = 0
        points.answers = lambda number: self._note_answer(answers, number)

    def _note_answer(self, path: str, number: str) -> None:
        line = json.dumps({"pid": os.getpid(), "run": self.run, "flow": number})
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(handle, f"{line}\n".encode())
        finally:
            os.close(handle)

    def do_run(self, number: int, orders: list, per_flow: int) -> None:
        """Run every scheduled action that is due, as Odoo's own worker does."""
        self.run = number
        deposits = import_module(DEPOSITS)
        if not hasattr(deposits, "FLOW_INVOICES"):
            raise AttributeError("the engine has no FLOW_INVOICES any more")
        deposits.FLOW_INVOICES = per_flow
        self.points.arm(*orders)
        IrCron._process_jobs(self.registry.db_name)


def serve(registry, points, facts: dict, paths: dict) -> None:
    """Answer the harness until it goes away."""
    sql_db.close_all()
    sender = Sender(registry, points, facts, paths["answers"])
    with socket.socket(socket.AF_UNIX) as channel:
        channel.connect(paths["socket"])
        stream = channel.makefile("rw")
        _say(stream, pid=os.getpid())
        for line in stream:
            command = json.loads(line)
            work = getattr(sender, f"do_{command['do']}")
            _say(stream, done=work(**command["with"]))


def _say(stream, **facts) -> None:
    stream.write(f"{json.dumps(facts)}\n")
    stream.flush()
