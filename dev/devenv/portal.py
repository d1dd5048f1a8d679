"""The simulator of the portal, served on 127.0.0.1 for other processes."""

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from .base import CHECKOUT, SetupError
from .environment import Environment, end

# What the simulator's ledger has for a supplier of its technical account.
SUPPLIER = "99999999800019"
PREFIX = "CHORUS_PRO_LIVE_"


@contextlib.contextmanager
def portal(
    env: Environment, state: Path, *options: str
) -> Iterator[tuple[subprocess.Popen, dict]]:
    """Serve the ledger in the file `state` until the block is left.

    :param options: further ones of the simulator
    :return: the process and what it says of itself: addresses and credentials.
    :raises SetupError: when it does not start.
    """
    state.parent.mkdir(parents=True, exist_ok=True)
    command = [env.python, "-m", "simulator", "--json", *options]
    process = env.start(
        [str(part) for part in (*command, "--port", 0, "--state", state)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        if not line:
            raise SetupError("The simulator did not start.")
        yield process, json.loads(line)
    finally:
        end(process)


def live_variables(facts: dict) -> dict[str, str]:
    """Variables that send the live tests to a simulator instead of the sandbox.

    :param facts: what :func:`portal` gave.
    """
    values = {
        "TOKEN_URL": facts["token_url"],
        "API_URL": facts["url"],
        "CLIENT_ID": facts["client_id"],
        "CLIENT_SECRET": facts["client_secret"],
        "LOGIN": facts["login"],
        "PASSWORD": facts["password"],
        "SUPPLIER_SIRET": SUPPLIER,
        "RECIPIENT_SIRET": "",
        "SERVICE": "",
        "ENGAGEMENT": "",
        "WAIT": "120",
    }
    return {PREFIX + name: value for name, value in values.items()}
