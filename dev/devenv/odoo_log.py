"""Odoo's log, read record by record, and what it says about us and the tests."""

import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from .base import MODULE, SetupError, say
from .environment import Environment, end

HEAD = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ "
    r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) \S+ (?P<logger>[\w.]+): (?P<text>.*)"
)
RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading")
OURS = re.compile(rf"{MODULE}|chorus[._]pro")
# A test that waits for itself would else hold CI until its own limit.
STALLED_SECONDS = 300
BAD = ("WARNING", "ERROR", "CRITICAL")


@dataclass
class Record:
    """One record of the log with the lines that follow it (tracebacks)."""

    level: str
    logger: str
    text: str

    @property
    def bad(self) -> bool:
        """Whether it is a warning or worse."""
        return self.level in BAD

    @property
    def ours(self) -> bool:
        """Whether it is a warning or worse that this addon has to do with."""
        return self.bad and bool(OURS.search(f"{self.logger} {self.text}"))

    @property
    def unexpected(self) -> bool:
        """Whether it concerns us and is not the report of a failed test."""
        test_report = self.text.startswith(("FAIL: ", "ERROR: "))
        return self.ours and not test_report and not RESULT.search(self.text)

    def __str__(self) -> str:
        return f"{self.level} {self.logger}: {self.text}"


def records(lines: Iterable[str]) -> Iterator[Record]:
    """Put the lines of a log together into records."""
    current = None
    for line in lines:
        if found := HEAD.match(line):
            if current:
                yield current
            current = Record(**found.groupdict())
        elif current:
            current.text += f"\n{line.rstrip()}"
    if current:
        yield current


@dataclass
class Outcome:
    """Counts of tests and checks, and why something failed."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: list[str] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Take in the counts of another run."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.reasons += other.reasons

    def check(self, name: str, problem: str | None) -> None:
        """Count one check of our own; `problem` is None when it is fine."""
        if problem:
            self.failed += 1
            self.reasons.append(f"{name}: {problem}")
        else:
            self.passed += 1

    def read(self, name: str, log: list[Record], status: int) -> None:
        """Count the tests of one run of Odoo.

        A run without a test, one that ended badly and one that logged a warning of
        ours counts as a failure even if Odoo calls it a success.
        """
        results = [found for record in log if (found := RESULT.search(record.text))]
        failed = sum(int(found[1]) + int(found[2]) for found in results)
        ran = sum(int(found[3]) for found in results)
        skips = [record.text for record in log if record.text.startswith("skipped ")]
        skipped = len(skips)
        self.passed += max(ran - failed - skipped, 0)
        self.skipped += skipped
        self.failed += failed
        if failed:
            self.reasons.append(f"{name}: {failed} of {ran} tests failed")
        if not ran:
            self.check(name, "\n".join(["no test ran", *skips]))
        elif status and not failed:
            self.check(name, f"Odoo ended with exit code {status}")
        if complaints := [str(record) for record in log if record.unexpected]:
            self.check(name, "logged what nobody expects:\n" + "\n".join(complaints))

    def __str__(self) -> str:
        line = f"{self.passed} passed, {self.failed} failed"
        return f"{line}, {self.skipped} skipped" if self.skipped else line


def run_logged(
    env: Environment,
    command: list[str],
    path: Path,
    *,
    verbose: bool = False,
    script: str = "",
    cwd: Path | None = None,
) -> tuple[int, list[Record]]:
    """Run Odoo, keep its log in `path`, show what is wrong as it comes.

    :param script: what `odoo shell` shall carry out.
    :return: the exit code and all records.
    """
    found: list[Record] = []
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as kept, tempfile.TemporaryFile("w+") as given:
        given.write(script)
        given.seek(0)
        process = env.start(
            command,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=cwd,
        )
        try:
            for record in records(_kept(process, kept)):
                found.append(record)
                if verbose or record.bad:
                    print(record, flush=True)
            return process.wait(), found
        finally:
            end(process)


def _kept(process: subprocess.Popen, kept: TextIO) -> Iterator[str]:
    """Lines of a process, kept in a file; a process that hangs is ended."""
    last = time.monotonic()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(5):
            if time.monotonic() > last + STALLED_SECONDS:
                say(f"nothing came for {STALLED_SECONDS} s: ending Odoo")
                end(process)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        for line in process.stdout:
            last = time.monotonic()
            kept.write(line)
            kept.flush()
            yield line
    finally:
        over.set()
        watcher.join()


def install_problem(status: int, log: Iterable[Record]) -> str | None:
    """What is wrong with a run of Odoo that only installs or removes, if anything."""
    bad = [str(record) for record in log if record.ours or record.level == "CRITICAL"]
    if status and not bad:
        return f"Odoo ended with exit code {status}"
    return "\n".join(bad) or None


def expect_success(doing: str, status: int, log: Iterable[Record]) -> None:
    """Stop when a run of Odoo that prepares something went wrong.

    :raises SetupError: with the records that tell why.
    """
    if problem := install_problem(status, log):
        raise SetupError(f"{doing} failed:\n{problem}")


def log_of_run(home: Path, name: str) -> Path:
    """A log of this run alone; it stays when it tells of a problem."""
    folder = home / "log"
    folder.mkdir(exist_ok=True)
    return folder / f"{name}_{os.getpid()}.log"


def complaints(who: str, log: Path, status: int) -> list[str]:
    """What a log of the addon complains about; a clean one is removed."""
    with log.open(errors="replace") as lines:
        problem = install_problem(status, records(lines))
    if problem:
        return [f"{who}: {problem} (log: {log})"]
    log.unlink()
    return []
