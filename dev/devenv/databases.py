"""Databases made, copied and dropped; prepared ones to copy from.

Two levels are kept in the cluster: `…_base_…` has Odoo with the addons that the
manifest depends on, `…_addon_…` has the addon too, as it is in this checkout now.
"""

import ast
import contextlib
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from .base import CHECKOUT, MODULE, SetupError, cache_root, checkout_id, locked, run, say
from .base import tree_hash
from .environment import Environment

# What the installed state in a database depends on, all but these folders.
NOT_INSTALLED = {".ci", ".git", "dev", "readme", "tests", "node_modules", "__pycache__"}
SOURCES = {".py", ".xml", ".csv", ".sql", ".js", ".scss", ".po", ".css"}


class Databases:
    """The databases of one environment."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.mark = hashlib.sha256(str(cache_root()).encode()).hexdigest()[:6]

    def exists(self, name: str) -> bool:
        """Whether the server has a database of that name."""
        return bool(self.query(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def query(self, sql: str, database: str = "postgres") -> str:
        """What a statement answers, as bare text."""
        return self._call("psql", "-X", "-A", "-t", "-q", "-c", sql, database).strip()

    def copy(self, source: str, name: str) -> None:
        """Make the database `name` and its files from the database `source`."""
        self._call("createdb", "-T", source, name)
        if self.files(source).exists():
            # Odoo never changes a file of the store in place: links are enough.
            shutil.copytree(
                self.files(source), self.files(name), copy_function=os.link
            )

    def drop(self, name: str) -> None:
        """Drop a database and its files if they exist, connected or not."""
        self._call("dropdb", "--if-exists", "--force", name)
        shutil.rmtree(self.files(name), ignore_errors=True)

    def files(self, name: str) -> Path:
        """Folder of the database's attachments."""
        return Path(self.env.variables["ODOO_DATA_DIR"]) / "filestore" / name

    @contextlib.contextmanager
    def temporary(self, purpose: str, *, addon: bool = True) -> Iterator[str]:
        """A database that is gone afterwards, with or without the addon in it."""
        name = f"chorus_{purpose}_{checkout_id()}_{os.getpid()}"
        with locked(f"templates-{checkout_id()}"):
            self.copy(self.with_addon() if addon else self.with_depends(), name)
        try:
            yield name
        finally:
            self.drop(name)

    def with_depends(self) -> str:
        """Name of the prepared database with the manifest's `depends`."""
        depends = ",".join(_manifest()["depends"])
        key = hashlib.sha256(f"{self.env.odoo.version} {depends}".encode()).hexdigest()
        name = f"chorus_base_{self.mark}_{checkout_id()}_{key[:10]}"
        if not self.exists(name):
            say(f"preparing a database with {depends} (once) …")
            self._forget(f"chorus_base_{self.mark}_{checkout_id()}_")
            self._prepare(name, None, ["-i", depends])
        return name

    def with_addon(self) -> str:
        """Name of the prepared database with the addon as it is now."""
        base = self.with_depends()
        stem = f"chorus_addon_{self.mark}_{checkout_id()}_"
        key = hashlib.sha256(f"{base} {tree_hash(sources())}".encode()).hexdigest()
        name = f"{stem}{key[:10]}"
        if not self.exists(name):
            say("preparing a database with the addon (after each change of it) …")
            self._forget(stem)
            self._prepare(name, base, ["-i", MODULE])
        return name

    def _prepare(self, name: str, source: str | None, arguments: list[str]) -> None:
        """Make it under another name first: a name that exists is a whole one."""
        building = f"{name}_new"
        self.drop(building)
        if source:
            self.copy(source, building)
        log = self.env.home / f"{name}.log"
        with log.open("w") as output:
            status = self.env.run(
                self.env.odoo_command(
                    "-d", building, *arguments, "--stop-after-init", "--no-http"
                ),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        text = log.read_text()
        check_log(text, f"Preparing a database ({arguments[-1]})", status)
        self._call(
            "psql", "-X", "-q", "-c", f'ALTER DATABASE "{building}" RENAME TO "{name}"',
            "postgres",
        )
        if self.files(building).exists():
            shutil.rmtree(self.files(name), ignore_errors=True)
            self.files(building).rename(self.files(name))

    def _forget(self, stem: str) -> None:
        """Drop the former prepared databases of that stem."""
        found = self.query(
            f"SELECT datname FROM pg_database WHERE starts_with(datname, '{stem}')"
        )
        for name in found.split():
            self.drop(name)

    def _call(self, *command: str) -> str:
        return run(command, f"PostgreSQL: {command[0]}", env=self.env.variables)


