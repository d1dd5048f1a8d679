"""What the processes of Odoo have logged that no kill and no collision explains."""

import re
from pathlib import Path

OURS = "odoo.addons.l10n_fr_chorus_pro"
RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ ([A-Z]+) \S+ ([\w.]+): ", re.MULTILINE
)
# PostgreSQL's word to who was slower; the engine and Odoo's own requests repeat.
COLLISIONS = (
    "could not serialize access",
    "deadlock detected",
    "could not obtain lock",
    "chorus_pro_transmission_live_unique",
)
# What is seen where the server is restarted under the connections.
CUT_OFF = (
    "server closed the connection",
    "connection already closed",
    "cursor already closed",
    "connection to server",
    "terminating connection",
    "the database system is",
    "SSL connection has been closed",
    # The scheduler's word when three runs of an action have died in a row: both kills
    # and the restart.
    ") timed out",
)
LONGEST = 300


class Logbook:
    """The log of all senders, read round by round."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0

    def skip(self) -> None:
        """Forget what was logged until now."""
        self._read = self.path.stat().st_size

    def problems(self, *, crashed: bool) -> list[str]:
        """Errors since the last call, one line each.

        :param crashed: the database server was restarted meanwhile
        """
        with self.path.open(errors="replace") as file:
            file.seek(self._read)
            text = file.read()
            self._read = file.tell()
        starts = [*RECORD.finditer(text)]
        ends = [*(match.start() for match in starts[1:]), len(text)]
        records = [
            (*match.groups(), text[match.end() : end].strip())
            for match, end in zip(starts, ends, strict=True)
        ]
        return [
            f"log: {level} {logger}: {_shorten(record)}"
            for level, logger, record in records
            if _is_bad(level, logger, record)
            and not (logger == "odoo.sql_db" and _has(record, COLLISIONS))
            and not (crashed and _has(record, CUT_OFF))
        ]


def _shorten(record: str) -> str:
    """The first and the last line, which names the exception."""
    first, *rest = record.splitlines() or [""]
    return f"{first[:LONGEST]} … {rest[-1][:LONGEST]}" if rest else first[:LONGEST]


def _is_bad(level: str, logger: str, record: str) -> bool:
    """Whether a record is an error, or a traceback of ours at whatever level."""
    if level in ("ERROR", "CRITICAL"):
        return True
    return logger.startswith(OURS) and "Traceback (most recent call" in record


def _has(record: str, words: tuple[str, ...]) -> bool:
    return any(word in record for word in words)
