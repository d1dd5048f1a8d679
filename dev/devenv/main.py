"""How every command of dev/ starts and ends."""

import signal
import sys
from collections.abc import Callable

from .base import SetupError


def command(function: Callable[[list[str]], int]) -> None:
    """Run `function` with the arguments and leave with the number it returns."""
    # A plain SIGTERM would skip every clean-up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        status = function(sys.argv[1:])
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        status = 2
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)
