"""The simulator in a process of its own, and its ledger, read by the harness only."""

import contextlib
import gzip
import io
import json
import re
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from devenv.base import CHECKOUT
from devenv.environment import end

TIMEOUT = 30
# The canned documents show their number in clear; see `company.document`.
NUMBER = re.compile(rb"<ram:ID>(CH\d{5}-\d{3})</ram:ID>")


class Portal:
    """The control API of the simulator, and the file that it keeps."""

    def __init__(self, facts: dict, state: Path) -> None:
        self.facts = facts
        self.state = state
        # Never by way of a proxy: it is a process of this machine.
        self._opener = build_opener(ProxyHandler({}))

    def control(self, path: str, method: str = "POST", **body) -> dict:
        """Call `/_sim/path`; returns its JSON.

        :raise RuntimeError: with the simulator's own words when it refuses
        """
        request = Request(
            f"{self.facts['url']}/_sim/{path}",
            data=json.dumps(body).encode() if method == "POST" else None,
            headers={"Content-Type": "application/json"},
            method=method,
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return json.load(answer)
        except HTTPError as error:
            words = f"simulator: {error.url}: {error.read().decode()}"
            raise RuntimeError(words) from error

    def forget(self) -> None:
        """Begin anew: no faults, nothing filed, today's date; numbers go on."""
        self.control("ledger", "DELETE")
        self.control("faults", "DELETE")
        self.control("clock", reset=True)
        self.control("settings", latency={"unknown": 0})

    def ledger(self) -> dict:
        """What the portal holds, each deposit with the `numbers` of its invoices."""
        ledger = self.control("ledger", "GET")
        with contextlib.closing(sqlite3.connect(self.state, timeout=TIMEOUT)) as db:
            contents = dict(db.execute("SELECT number, content FROM flux"))
        for deposit in ledger["deposits"]:
            deposit["numbers"] = numbers(contents[deposit["number"]])
        return ledger


def numbers(content: bytes) -> list[str]:
    """Numbers of the invoices in a deposited file, whatever their names."""
    found = []
    for file in _files(content):
        found += {match.decode() for match in NUMBER.findall(file)}
    return found


def _files(content: bytes) -> Iterator[bytes]:
    if content[:2] != b"\x1f\x8b":
        yield content
        return
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content))) as archive:
        for member in archive.getmembers():
            yield archive.extractfile(member).read()


@contextlib.contextmanager
def portal(folder: Path) -> Iterator[Portal]:
    """Serve a new portal over HTTP until the block is left."""
    state = folder / "portal.sqlite"
    command = [sys.executable, "-m", "simulator", "--json", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--state", str(state)],
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Portal(json.loads(process.stdout.readline()), state)
    finally:
        end(process)
