"""Inside Odoo: what a forked process does for the harness, command by command."""

import contextlib
import json
import logging
import os
import socket
from collections.abc import Iterator
from importlib import import_module

from odoo import sql_db

from odoo.addons.base.models.ir_cron import IrCron

from .people import People

# What the scheduler says of a pass that broke, and how often it may in one run.
GIVEN_UP = "Exception in cron:"
POLLS = 10
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
        for _poll in range(POLLS):
            with _cut_off() as cut_off:
                IrCron._process_jobs(self.registry.db_name)
            if not cut_off:
                break


@contextlib.contextmanager
def _cut_off() -> Iterator[list]:
    """Collects the passes that Odoo gave up, as it does on a connection that died.

    The scheduler then looks again within a minute, on the next connection of its pool;
    the clock of a round goes on by hours between two runs.
    """
    given_up = []

    def note(record: logging.LogRecord) -> bool:
        if record.msg == GIVEN_UP:
            given_up.append(record)
        return True

    logger = logging.getLogger(IrCron.__module__)
    logger.addFilter(note)
    try:
        yield given_up
    finally:
        logger.removeFilter(note)


def serve(registry, points, facts: dict, paths: dict) -> None:
    """Answer the harness until it goes away."""
    sql_db.close_all()
    # The mother's connections bear her number; see `Cluster.waits`.
    registry._db = sql_db.db_connect(registry.db_name)
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
