"""`python -m campaign.nursery DATABASE PATHS`: Odoo, started; the rest is mother.py."""

import signal
import sys
from importlib import import_module

from odoo.service import server
from odoo.tools import config


def main(database: str, paths: str) -> None:
    """Start Odoo; only then its addons can be imported."""
    # Senders die; nobody waits for them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    server.start(preload=[], stop=True)
    import_module("campaign.mother").work(database, paths)


if __name__ == "__main__":
    main(*sys.argv[1:])
