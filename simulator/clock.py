"""The simulator's clock and the three date styles of the wire.

A moment is a float: seconds since the epoch, UTC. The clock is the machine's
plus an offset kept in the state file, so that every process sees the same time.
"""

import json
import time
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now(db):
    """Return the simulator's time for an open connection."""
    row = db.execute("SELECT value FROM meta WHERE key = 'clock'").fetchone()
    clock = json.loads(row[0])
    if clock["frozen"] is not None:
        return clock["frozen"] + clock["offset"]
    return time.time() + clock["offset"]


def change(db, body):
    """Advance, freeze or reset the clock; ``body`` as for ``POST /_sim/clock``.

    ``{"advance": seconds}``, ``{"freeze": true|false}``, ``{"reset": true}``.
    """
    row = db.execute("SELECT value FROM meta WHERE key = 'clock'").fetchone()
    clock = json.loads(row[0])
    if body.get("reset"):
        clock = {"offset": 0.0, "frozen": None}
    if "freeze" in body:
        clock = _freeze(clock, bool(body["freeze"]))
    clock["offset"] += float(body.get("advance", 0))
    db.execute("UPDATE meta SET value = ? WHERE key = 'clock'", (json.dumps(clock),))


def _freeze(clock, frozen):
    """Stop or restart the clock without a jump."""
    if frozen == (clock["frozen"] is not None):
        return clock
    if frozen:
        return {"offset": clock["offset"], "frozen": time.time()}
    gone = time.time() - clock["frozen"]
    return {"offset": clock["offset"] - gone, "frozen": None}


def paris(moment):
    """Return the aware Paris datetime of a moment."""
    return datetime.fromtimestamp(moment, timezone.utc).astimezone(PARIS)


def day(moment):
    """``YYYY-MM-DD`` in Paris [T]."""
    return paris(moment).strftime("%Y-%m-%d")


def minute(moment):
    """``YYYY-MM-DD HH:MM`` in Paris [T]."""
    return paris(moment).strftime("%Y-%m-%d %H:%M")


def iso(moment):
    """ISO 8601 with milliseconds and offset [T]."""
    return paris(moment).isoformat(timespec="milliseconds")


def parse(text, *, end=False):
    """Return the moment of a date criterion in any of the three styles.

    A time without offset is Paris [I]; a bare date means its first instant, or
    with ``end`` its last one. Raises ValueError on anything else.
    """
    text = str(text).strip()
    value = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if value.tzinfo is None:
        value = value.replace(tzinfo=PARIS)
    if end and len(text) == len("2026-01-31"):
        value += timedelta(days=1)
        return value.timestamp() - 0.001
    return value.timestamp()
