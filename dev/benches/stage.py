"""The stage of a bench: a database, Odoo's web server, the portal, the workers.

Each is a process of its own, as in real life; nothing of it outlives the bench.
"""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devenv.base import CHECKOUT, SetupError, say, scratch
from devenv.databases import Databases
from devenv.environment import Environment, end
from devenv.portal import portal
from devenv.server import odoo_server

DEV = CHECKOUT / "dev"
# Nothing is judged while we measure: the portal is a machine of its own.
SLOW_PORTAL = dict.fromkeys(
    ("received", "exchanged", "waiting", "running", "finished"), 10**7
)


class Worker:
    """One Odoo process that carries out commands; see worker.py."""

    def __init__(self, env: Environment, database: str, log: Path) -> None:
        self.log = log
        with log.open("w") as errors:
            self.process = env.start(
                [str(env.python), "-m", "benches.worker", database],
                cwd=DEV,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def start(self, command: str, **arguments) -> None:
        """Give a command and do not wait for its answer."""
        self.process.stdin.write(f"{json.dumps([command, arguments])}\n")
        self.process.stdin.flush()

    def result(self):
        """What the command at work returns.

        :raises SetupError: when the worker is gone
        """
        line = self.process.stdout.readline()
        if not line:
            raise SetupError(f"A worker ended; its log is {self.log}.")
        return json.loads(line)

    def do(self, command: str, **arguments):
        """Give a command and wait for what it returns."""
        self.start(command, **arguments)
        return self.result()


@dataclass
class Stage:
    """What a bench works with."""

    env: Environment
    database: str
    portal: dict
    web: str
    folder: Path
    state: Path

    def hire(self, count: int = 1) -> list[Worker]:
        """New workers, ready for commands."""
        made = len(self.env.started)
        workers = [
            Worker(self.env, self.database, self.folder / f"worker{made + index}.log")
            for index in range(count)
        ]
        for worker in workers:
            worker.result()
        return workers


def dismiss(workers: list[Worker]) -> None:
    """End the processes of workers."""
    for worker in workers:
        end(worker.process)


@contextlib.contextmanager
def staged(env: Environment, purpose: str) -> Iterator[Stage]:
    """A fresh database with the addon, Odoo's web server and the portal."""
    databases = Databases(env)
    with databases.temporary(f"bench_{purpose}") as name, scratch() as folder:
        state = folder / "portal.sqlite"
        with (
            portal(env, state, "--auto-suppliers") as (_process, facts),
            # The renderer takes its style sheets from it.
            odoo_server(
                env, name, folder / "web.log", "--max-cron-threads", "0"
            ) as web,
        ):
            say(f"measuring in the database {name} …")
            yield Stage(env, name, facts, web, folder, state)


def machine() -> dict:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 2**30, 1),
        "load_before": round(os.getloadavg()[0], 2),
    }
