"""The harness's side of the Odoo processes."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from devenv.base import CHECKOUT
from devenv.environment import end

from .mutation_names import VARIABLE

PATIENCE = 60


class Died(Exception):
    """The process is gone and gave no answer."""


class Stuck(Exception):
    """The process gave no answer for a minute."""


class Actor:
    """One forked process of Odoo; it does one command at a time."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self._stream = channel.makefile("r")
        self.killed = False
        self.run = 0
        self.pid = self._read()["pid"]
        # A number may be given to another process, this handle may not.
        self._handle = os.pidfd_open(self.pid)

    def start(self, command: str, **arguments) -> None:
        """Give a command and do not wait for its answer."""
        line = json.dumps({"do": command, "with": arguments})
        # Whether it is dead shows when its answer is read.
        with contextlib.suppress(ConnectionError):
            self.channel.sendall(f"{line}\n".encode())

    def result(self):
        """The result of the command at work.

        :raise Died: it was killed meanwhile
        :raise Stuck: it does not answer
        """
        return self._read()["done"]

    def do(self, command: str, **arguments):
        """Give a command and wait for its result."""
        self.start(command, **arguments)
        return self.result()

    def is_at_work(self) -> bool:
        """Whether the result of its command is still to come."""
        return not select.select([self.channel], [], [], 0)[0]

    def kill(self) -> None:
        """End the process at once, wherever it is."""
        self.killed = True
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def close(self) -> None:
        """Kill it and let go of it."""
        self.kill()
        self._stream.close()
        self.channel.close()
        os.close(self._handle)

    def _read(self) -> dict:
        if not select.select([self.channel], [], [], PATIENCE)[0]:
            raise Stuck
        line = ""
        with contextlib.suppress(ConnectionError):
            line = self._stream.readline()
        if not line.endswith("\n"):
            raise Died
        return json.loads(line)


def wait_for_one(actors: list[Actor]) -> list[Actor]:
    """Those that are done with their command, or dead; at least one.

    :raise Stuck: none is
    """
    channels = {actor.channel: actor for actor in actors}
    ready = select.select(list(channels), [], [], PATIENCE)[0]
    if not ready:
        raise Stuck
    return [channels[channel] for channel in ready]


class Nursery:
    """The process that forks actors; see nursery.py."""

    def __init__(self, process: subprocess.Popen, listener: socket.socket, log) -> None:
        self._process = process
        self._listener = listener
        self.log = log

    def do(self, command: str, **arguments):
        """Execute a command in the nursery itself.

        :raise RuntimeError: it ended; shows the end of its log
        """
        self._process.stdin.write(f"{json.dumps({'do': command, 'with': arguments})}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"Odoo ended:\n{self.log.read_text()[-4000:]}")
        return json.loads(line)["done"]

    def fork(self) -> Actor:
        """A new actor, ready for commands."""
        self.do("fork")
        channel, _address = self._listener.accept()
        return Actor(channel)


@contextlib.contextmanager
def nursery(folder: Path, variables: dict, without: str = "") -> Iterator[Nursery]:
    """Start an Odoo process on the campaign's database.

    :param variables: how to reach the database
    :param without: name of the guard to take out, if any
    """
    paths = {"socket": folder / "socket", "clock": folder / "clock"}
    paths["answers"] = folder / "answers"
    paths["socket"].unlink(missing_ok=True)
    python_path = f"{CHECKOUT / 'dev'}:{os.environ['PYTHONPATH']}"
    environment = {
        **os.environ,
        **variables,
        "PYTHONPATH": python_path,
        "ODOO_DATA_DIR": str(folder / "data"),
        VARIABLE: without,
    }
    given = json.dumps({name: str(path) for name, path in paths.items()})
    command = [sys.executable, "-m", "campaign.nursery", "chaos", given]
    log = folder / "odoo.log"
    with socket.socket(socket.AF_UNIX) as listener, log.open("a") as output:
        listener.bind(str(paths["socket"]))
        listener.listen()
        listener.settimeout(PATIENCE)
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        )
        try:
            yield Nursery(process, listener, log)
        finally:
            end(process)
