"""One clock for all processes of Odoo: the machine's plus an offset that is shared."""

import mmap
import struct
from pathlib import Path

SIZE = struct.calcsize("d")


class Clockwork:
    """Seconds ahead of the machine's clock, in a file that every process maps."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(SIZE))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), SIZE)

    @property
    def offset(self) -> float:
        """How many seconds the clock is ahead."""
        return struct.unpack("d", self._memory[:SIZE])[0]

    @offset.setter
    def offset(self, seconds: float) -> None:
        self._memory[:SIZE] = struct.pack("d", seconds)
