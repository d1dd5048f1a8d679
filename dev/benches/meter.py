"""Counting inside an Odoo process: statements, calls of the portal, time, memory."""

import resource
import time
from collections import Counter
from contextlib import contextmanager

from odoo import sql_db


class Meter:
    """Figures of one process since `reset`."""

    def __init__(self) -> None:
        self.seconds = Counter()
        self.calls = Counter()
        self.reset()

    def reset(self) -> None:
        """Count from here; the peak of the memory is the process's own."""
        self.seconds.clear()
        self.calls.clear()
        self._sql = sql_db.sql_counter
        self._started = time.monotonic()
        self._busy = self._cpu()

    def wrap(self, owner, name: str, stage: str) -> None:
        """Let a method count as one stage of the work."""
        method = getattr(owner, name)

        def measured(*args, **kwargs):
            with self.measure(stage):
                return method(*args, **kwargs)

        setattr(owner, name, measured)

    @contextmanager
    def measure(self, stage: str):
        """Add the time of the block to a stage."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[stage] += time.monotonic() - started
            self.calls[stage] += 1

    def figures(self) -> dict:
        """Everything that was counted, for JSON."""
        return {
            "sql": sql_db.sql_counter - self._sql,
            "seconds": dict(self.seconds),
            "calls": dict(self.calls),
            "elapsed": time.monotonic() - self._started,
            "cpu": self._cpu() - self._busy,
            "peak_rss_mb": _megabytes(resource.RUSAGE_SELF),
            "child_peak_rss_mb": _megabytes(resource.RUSAGE_CHILDREN),
        }

    @staticmethod
    def _cpu() -> float:
        return time.process_time()


def _megabytes(who: int) -> float:
    """Linux tells kibibytes."""
    return round(resource.getrusage(who).ru_maxrss / 1024, 1)
