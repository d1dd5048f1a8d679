"""A PostgreSQL cluster of the campaign's own, which may be crashed at any moment."""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2

DATABASE = "chaos"
ROLE = "chorus"
# What is committed must survive a crash of the server, not one of the machine.
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{home}'
max_connections = 60
shared_buffers = 64MB
fsync = off
full_page_writes = off
synchronous_commit = on
wal_level = minimal
max_wal_senders = 0
autovacuum = off
jit = off
timezone = 'UTC'
log_lock_waits = on
log_line_prefix = '%m [%p] %a '
deadlock_timeout = 300ms
"""
# Somebody waits for what another process has locked; Odoo names itself by its number.
WAITED = re.compile(
    r'odoo-(\d+) CONTEXT: .* in relation "(chorus_pro_flow|chorus_pro_transmission)"'
)


class Cluster:
    """A server on a socket in a folder that only its user can enter."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home / "log"
        self._read = 0
        self.bindir = Path(os.environ["CHORUS_PRO_PG_BIN"])
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(home, self.user, self.user)
        home.chmod(0o700)

    @property
    def variables(self) -> dict[str, str]:
        """What libpq and Odoo need to reach it."""
        return {"PGHOST": str(self.home), "PGPORT": "5432", "PGUSER": ROLE}

    def make(self, source: str) -> None:
        """Make and start it with a copy of a database of the shared server.

        :param source: name of that database; it is only read
        """
        options = ["-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        self._call("initdb", "-D", self.home / "data", *options)
        with (self.home / "data" / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS.format(home=self.home))
        self._control("start")
        self._call("createdb", "-T", "template0", DATABASE)
        dump = [self.bindir / "pg_dump", "--no-owner", source]
        load = [self.bindir / "psql", "-q", "-X", "-d", DATABASE]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as reading:
            subprocess.run(
                load,
                env={**os.environ, **self.variables},
                stdin=reading.stdout,
                stdout=subprocess.DEVNULL,
                check=True,
            )
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def connect(self):
        """A connection of the harness, in autocommit mode."""
        connection = psycopg2.connect(
            dbname=DATABASE, host=str(self.home), port=5432, user=ROLE
        )
        connection.autocommit = True
        return connection

    def waits(self, users: set[int]) -> int:
        """How often somebody waited for a deposit, or a sender for an invoice.

        :param users: processes of people, who may wait for an invoice
        :return: how often since the last call
        """
        with self.log.open() as log:
            log.seek(self._read)
            found = WAITED.findall(log.read())
            self._read = log.tell()
        return sum(
            table == "chorus_pro_flow" or int(pid) not in users for pid, table in found
        )

    def crash(self) -> None:
        """Restart it without any farewell to its clients."""
        self._control("restart", "-m", "immediate")

    def stop(self) -> None:
        """End it, whoever is connected."""
        self._control("stop", "-m", "immediate")

    def _control(self, *arguments: str) -> None:
        log = self.home / "log"
        self._call(
            "pg_ctl", "-D", self.home / "data", "-w", "-s", "-l", log, *arguments
        )

    def _call(self, program: str, *arguments) -> None:
        subprocess.run(
            [self.bindir / program, *arguments],
            cwd="/",
            env={**os.environ, **self.variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
            **({"user": self.user, "group": self.user} if self.user else {}),
            **({"extra_groups": []} if self.user else {}),
        )


@contextlib.contextmanager
def cluster(source: str) -> Iterator[Cluster]:
    """A cluster with a copy of the database `source`, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="chaos-pg-", dir="/tmp") as folder:
        made = Cluster(Path(folder))
        try:
            made.make(source)
            yield made
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                made.stop()
