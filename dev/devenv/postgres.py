"""PostgreSQL: the server that the environment names, else a private one.

The private cluster belongs to the cache and is shared by every checkout that uses
the cache. It listens on 127.0.0.1 only, with a password. Whoever needs it starts
it; the last one to leave stops it.
"""

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from .base import SetupError, cache_root, locked, once, run, say
from .system import install, is_root

OLDEST = 13
ROLE = "chorus"
# A cluster of throw-away databases: speed is worth more than surviving a power cut.
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
jit = off
timezone = 'UTC'
"""


@contextlib.contextmanager
def server() -> Iterator[dict[str, str]]:
    """Make a server available; yields the variables that libpq needs to reach it."""
    if any(os.environ.get(name) for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE")):
        bindir = _bindir("psql", "postgresql-client")
        yield {"CHORUS_PRO_PG_BIN": str(bindir)}
        return
    cluster = Cluster()
    with (cache_root() / "postgres" / "users").open("w") as users:
        with locked("postgres"):
            fcntl.flock(users, fcntl.LOCK_SH)
            cluster.start()
        try:
            yield cluster.variables()
        finally:
            _leave(cluster, users)


def _leave(cluster: "Cluster", users) -> None:
    """Stop the cluster when nobody else of this cache uses it."""
    with locked("postgres"):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        cluster.stop()


def _bindir(program: str, package: str) -> Path:
    """Folder of PostgreSQL's programs, installed when they are missing."""
    for _attempt in range(2):
        folders = sorted(
            Path("/usr/lib/postgresql").glob("*/bin"),
            key=lambda folder: int(folder.parent.name),
            reverse=True,
        )
        folders += [Path(f) for f in os.environ.get("PATH", "").split(":") if f]
        for folder in folders:
            if (folder / program).exists() and _major(folder / program) >= OLDEST:
                return folder
        install(package, f"PostgreSQL {OLDEST} or newer")
    raise SetupError(f"PostgreSQL was installed but {program} was not found.")


def _major(program: Path) -> int:
    found = re.search(r"\) (\d+)", run([program, "--version"], "Asking PostgreSQL"))
    return int(found[1]) if found else 0


class Cluster:
    """The private cluster of this cache."""

    def __init__(self) -> None:
        self.bindir = _bindir("initdb", "postgresql")
        self.home = cache_root() / "postgres"
        self.home.mkdir(exist_ok=True)
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if is_root() else None
        self.passwords = self.home / "passwords"
        major = _major(self.bindir / "initdb")
        once(self.home / f"made-{major}", lambda: self._make(major))
        self.data = Path((self.home / f"made-{major}" / "data").readlink())

    def variables(self) -> dict[str, str]:
        """What libpq and Odoo need; the password stays in a file."""
        return {
            "PGHOST": "127.0.0.1",
            "PGPORT": self._postmaster()[3],
            "PGUSER": ROLE,
            "PGPASSFILE": str(self.passwords),
            "CHORUS_PRO_PG_BIN": str(self.bindir),
        }

    def start(self) -> None:
        """Start the server unless it runs; call it under the lock."""
        if self._runs():
            return
        with contextlib.suppress(FileNotFoundError):
            (self.data / "log").unlink()
        try:
            self._control("start", "-l", self.data / "log", "-o", f"-p {free_port()}")
        except SetupError as error:
            log = self.data / "log"
            text = log.read_text()[-2000:] if log.exists() else ""
            raise SetupError(f"{error}\n{text}") from error

    def stop(self) -> None:
        """Stop the server if it runs; call it under the lock."""
        if self._runs():
            self._control("stop", "-m", "fast")

    def _make(self, major: int) -> None:
        folder = self._data_folder(major)
        say(f"making a private PostgreSQL {major} cluster in {folder} …")
        password = secrets.token_urlsafe(18)
        first = folder / "first-password"
        first.write_text(password)
        self._own(folder, first)
        run(
            [
                self.bindir / "initdb",
                *("-D", folder / "data"),
                *("-U", ROLE, "-A", "scram-sha-256", f"--pwfile={first}"),
                *("-E", "UTF8", "--locale=C.UTF-8", "-N"),
            ],
            "Making the PostgreSQL cluster",
            cwd=Path("/"),
            as_user=self.user,
        )
        first.unlink()
        with (folder / "data" / "postgresql.conf").open("a") as handle:
            handle.write(SETTINGS)
        self.passwords.touch(mode=0o600)
        self.passwords.write_text(f"127.0.0.1:*:*:{ROLE}:{password}\n")
        (self.home / f"made-{major}" / "data").symlink_to(folder / "data")

    def _data_folder(self, major: int) -> Path:
        """A new folder for the data that the server's user can enter."""
        inside = self.home / f"cluster-{major}"
        shutil.rmtree(inside, ignore_errors=True)
        inside.mkdir(mode=0o700)
        if not self.user or self._enters(inside):
            return inside
        # The cache lies in a closed folder, such as the home of root.
        inside.rmdir()
        name = re.sub(r"\W+", "-", str(cache_root())).strip("-")
        outside = Path("/var/lib/postgresql") / f"{name}-{major}"
        shutil.rmtree(outside, ignore_errors=True)
        outside.mkdir(mode=0o700, parents=True)
        return outside

    def _own(self, *paths: Path) -> None:
        for path in paths:
            if self.user:
                shutil.chown(path, self.user)

    def _enters(self, folder: Path) -> bool:
        self._own(folder)
        try:
            run(["test", "-w", folder], "Entering the folder", as_user=self.user)
        except SetupError:
            return False
        return True

    def _runs(self) -> bool:
        try:
            self._control("status")
        except SetupError:
            return False
        return True

    def _control(self, *arguments: str | Path) -> None:
        run(
            [self.bindir / "pg_ctl", "-D", self.data, "-w", "-s", *arguments],
            f"PostgreSQL: {arguments[0]}",
            cwd=Path("/"),
            as_user=self.user,
        )

    def _postmaster(self) -> list[str]:
        """Lines of the server's own note: pid, folder, start, port …"""
        return (self.data / "postmaster.pid").read_text().splitlines()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
