"""Databases made, copied and dropped; prepared ones to copy from.

Two levels are kept in the cluster: `chorus_base_…` has Odoo with the addons that
the manifest depends on, `chorus_addon_…` has the addon too, as it is in this
checkout now.
"""

import ast
import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from .base import (
    CHECKOUT,
    MODULE,
    checkout_id,
    checkouts_gone,
    locked,
    run,
    say,
    tree_hash,
)
from .environment import Environment
from .odoo_log import expect_success, run_logged

# Folders that leave no trace in a database when the addon is installed.
NOT_INSTALLED = {"dev", "tests", "simulator", "readme", "node_modules", "__pycache__"}
# Every tour would else spend 20 seconds on it.
MAKE_ASSETS = "env['ir.qweb']._pregenerate_assets_bundles()"
# Every test class would else load the French chart of accounts, for 8 seconds: see
# tests/french_company.py.
MAKE_COMPANIES = """
# A new company would bring the addons of its country, as in no test.
type(env["res.company"]).install_l10n_modules = lambda companies: False
france = env.ref("base.fr")
for number in (1, 2):
    company = env["res.company"].create(
        {
            "name": f"Prepared for tests {number}",
            "country_id": france.id,
            "currency_id": france.currency_id.id,
        }
    )
    env["account.chart.template"].try_loading("fr", company, install_demo=False)
"""
PREPARE = f"{MAKE_ASSETS}\n{MAKE_COMPANIES}\nenv.cr.commit()"
SOURCES = {".py", ".xml", ".csv", ".sql", ".js", ".scss", ".css", ".po", ".html"}


class Databases:
    """The databases of one environment."""

    def __init__(self, env: Environment) -> None:
        self.env = env

    def query(self, sql: str, database: str = "postgres") -> str:
        """What a statement answers, as bare text."""
        return self._call("psql", "-X", "-A", "-t", "-q", "-c", sql, database).strip()

    def exists(self, name: str) -> bool:
        """Whether the server has a database of that name."""
        return bool(self.query(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def copy(self, source: str, name: str) -> None:
        """Make the database `name` and its files from the database `source`."""
        self._call("createdb", "-T", source, name)
        shutil.rmtree(self.files(name), ignore_errors=True)
        if self.files(source).exists():
            # Odoo never changes a file of the store in place: links are enough.
            shutil.copytree(self.files(source), self.files(name), copy_function=os.link)

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
        with locked(f"databases-{checkout_id()}"):
            self.copy(self.with_addon() if addon else self.with_depends(), name)
        try:
            yield name
        finally:
            self.drop(name)

    def with_depends(self) -> str:
        """Name of the prepared database with the manifest's `depends`."""
        manifest = ast.literal_eval((CHECKOUT / "__manifest__.py").read_text())
        depends = ",".join(manifest["depends"])
        contents = f"{self.env.odoo.version} {depends} {PREPARE}"
        key = hashlib.sha256(contents.encode()).hexdigest()
        name = f"chorus_base_{key[:10]}"
        # Other checkouts of the cache take the same one.
        with locked(name):
            if not self.exists(name):
                say(f"preparing a database with {depends} (once) …")
                self._prepare(name, None, ["-i", depends])
        return name

    def with_addon(self) -> str:
        """Name of the prepared database with the addon as it is now."""
        base = self.with_depends()
        stem = f"chorus_addon_{checkout_id()}_"
        key = hashlib.sha256(f"{base} {tree_hash(sources())}".encode()).hexdigest()
        name = f"{stem}{key[:10]}"
        if not self.exists(name):
            say("preparing a database with the addon (after each change of it) …")
            self._forget(stem)
            for folder in checkouts_gone():
                self._forget(f"chorus_addon_{folder.name}_")
                shutil.rmtree(folder, ignore_errors=True)
            self._prepare(name, base, ["-i", MODULE])
        return name

    def _prepare(self, name: str, source: str | None, options: Sequence[str]) -> None:
        """Make it under another name first: a name that exists is a whole one."""
        building = f"{name}_new"
        self.drop(building)
        if source:
            self.copy(source, building)
        self._odoo(name, "-d", building, *options, "--stop-after-init", "--no-http")
        if not source:
            self._odoo(name, "shell", "-d", building, "--no-http", script=PREPARE)
        shutil.rmtree(self.files(name), ignore_errors=True)
        if self.files(building).exists():
            self.files(building).rename(self.files(name))
        self.query(f'ALTER DATABASE "{building}" RENAME TO "{name}"')

    def _odoo(self, name: str, *arguments: str, script: str = "") -> None:
        """Run Odoo, which must succeed without a complaint about the addon."""
        log = run_logged(
            self.env,
            self.env.odoo_command(*arguments),
            self.env.home / "log" / f"{name}.log",
            script=script,
        )
        expect_success(f"Preparing a database (odoo {' '.join(arguments)})", *log)

    def _forget(self, stem: str) -> None:
        """Drop the former prepared databases of that stem."""
        like = stem.replace("_", r"\_")
        for name in self.query(
            f"SELECT datname FROM pg_database WHERE datname LIKE '{like}%'"
        ).split():
            self.drop(name)

    def _call(self, *command: str) -> str:
        return run(command, f"PostgreSQL: {command[0]}", env=self.env.variables)


def sources() -> list[Path]:
    """Files of the addon that decide what its installation leaves in a database."""
    found = []
    for folder, folders, files in os.walk(CHECKOUT):
        folders[:] = [
            name
            for name in folders
            if name not in NOT_INSTALLED and not name.startswith(".")
        ]
        found += [Path(folder) / name for name in files if Path(name).suffix in SOURCES]
    return found
