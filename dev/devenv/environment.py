"""One environment to run things in: Odoo, its Python, a database server."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from .base import CHECKOUT, MODULE, cache_root, checkout_root
from .odoo_tree import OdooTree, odoo_tree
from .postgres import free_port, server
from .venv import venv


class Environment:
    """What `dev/…` runs commands in; make it with :func:`environment`."""

    def __init__(self, odoo: OdooTree, prefix: Path, database: dict[str, str]) -> None:
        self.odoo = odoo
        self.python = prefix / "bin" / "python"
        self.home = checkout_root()
        self.started: list[subprocess.Popen] = []
        path = [prefix / "bin", database.get("CHORUS_PRO_PG_BIN"), os.environ["PATH"]]
        self.variables = {
            **os.environ,
            **database,
            "PATH": ":".join(str(part) for part in path if part),
            "PYTHONPATH": str(odoo.path),
            "CHORUS_PRO_CACHE": str(cache_root()),
            # Odoo reads its options from these, whatever the subcommand; what
            # stands in the command line wins.
            "ODOO_RC": str(self._empty_rc()),
            "ODOO_ADDONS_PATH": ",".join(str(f) for f in self._addons_path()),
            # Shared, as the cluster is: a database and its files go together.
            "ODOO_DATA_DIR": str(cache_root() / "data"),
            "ODOO_HTTP_INTERFACE": "127.0.0.1",
            "ODOO_SCREENSHOTS": str(self.home / "screenshots"),
        }

    def odoo_command(self, *arguments: str) -> list[str]:
        """The command line of Odoo, to run with :meth:`run`."""
        return [str(self.python), "-m", "odoo", *arguments]

    def start(self, command: Sequence[str], **options) -> subprocess.Popen:
        """Start a command in the environment, Odoo's HTTP on a free port."""
        variables = {
            "ODOO_HTTP_PORT": str(free_port()),
            "ODOO_GEVENT_PORT": str(free_port()),
            **self.variables,
        }
        process = subprocess.Popen(command, env=variables, **options)
        self.started.append(process)
        return process

    def end_all(self) -> None:
        """Stop every process that was started here and still runs."""
        for process in self.started:
            end(process)

    def run(self, command: Sequence[str], **options) -> int:
        """Run a command to its end; Ctrl-C is left to it."""
        process = self.start(command, **options)
        former = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            return process.wait()
        finally:
            signal.signal(signal.SIGINT, former)
            end(process)

    def _addons_path(self) -> list[Path]:
        """Odoo's addons and a folder with the checkout under the module's name."""
        folder = self.home / "addons"
        folder.mkdir(exist_ok=True)
        link = folder / MODULE
        if not link.is_symlink() or link.readlink() != CHECKOUT:
            link.unlink(missing_ok=True)
            link.symlink_to(CHECKOUT)
        return [*self.odoo.addons, folder]

    def _empty_rc(self) -> Path:
        """A configuration file of our own, so that nobody's ~/.odoorc is read."""
        path = self.home / "odoo.conf"
        if not path.exists():
            path.write_text("[options]\n")
        return path


def end(process: subprocess.Popen) -> None:
    """Stop a process that we started, if it still runs, and wait for it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def environment() -> Iterator[Environment]:
    """Set up what is missing and yield the environment, database server running."""
    odoo, prefix = odoo_tree(), venv()
    with server() as database:
        yield Environment(odoo, prefix, database)
