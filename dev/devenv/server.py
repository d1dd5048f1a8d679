"""Run Odoo's web server for a while, and scripts in its shell."""

import contextlib
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from .base import SetupError
from .environment import Environment, end
from .odoo_log import run_logged
from .postgres import free_port

START_SECONDS = 120


@contextlib.contextmanager
def odoo_server(
    env: Environment, database: str, log: Path, *options: str, port: int | None = None
) -> Iterator[str]:
    """Serve one database on 127.0.0.1 until the block is left.

    :param log: file that takes the server's log.
    :param port: a port of one's own choice; else a free one.
    :return: the URL, once the server answers.
    :raises SetupError: when it does not start.
    """
    port = port or free_port()
    command = env.odoo_command(
        *("-d", database, "--http-port", str(port)),
        *("--db-filter", f"^{database}$", *options),
    )
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = env.start(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _await(process, url, log)
            yield url
        finally:
            end(process)


def _await(process: subprocess.Popen, url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{url}/web/health", timeout=5).close()
            return
        time.sleep(0.1)
    raise SetupError(f"Odoo did not start; its log is {log}.")


def odoo_shell(
    env: Environment, database: str, script: str, log: Path
) -> tuple[int, str]:
    """Carry out a Python script in `odoo shell`, where `env` is Odoo's environment.

    The script commits by itself what is to be kept.

    :return: the exit code and everything that was printed, Odoo's log included.
    """
    command = env.odoo_command("shell", "-d", database, "--no-http")
    status, _records = run_logged(env, command, log, script=script)
    return status, log.read_text()
