"""The virtual environment: Odoo's requirements, the addon's, the tools of dev/."""

import hashlib
import sys
from pathlib import Path

from .base import CHECKOUT, SetupError, cache_root, once, run, say
from .system import install

REQUIREMENTS = CHECKOUT / "dev" / "requirements.txt"


def venv() -> Path:
    """Folder of the environment, made on demand, one per set of requirements."""
    version = sys.version_info[:2]
    if not (3, 10) <= version <= (3, 13):
        raise SetupError(
            "Odoo 19 needs Python 3.10 to 3.13, this is "
            f"{version[0]}.{version[1]} ({sys.executable})."
        )
    key = hashlib.sha256(
        f"{sys.base_prefix}{version}".encode() + REQUIREMENTS.read_bytes()
    )
    target = cache_root() / "venv" / key.hexdigest()[:12]
    once(target, lambda: _make(target))
    return target


def _make(target: Path) -> None:
    say("making the virtual environment (once, about half a minute) …")
    try:
        run([sys.executable, "-m", "venv", target], "Making the virtual environment")
    except SetupError:
        install("python3-venv", "Python's module venv")
        run([sys.executable, "-m", "venv", target], "Making the virtual environment")
    run(
        [target / "bin/pip", "install", "-q", "-r", REQUIREMENTS],
        "Installing Python packages",
    )
    # Odoo looks for the plain name; this one has the Qt patches (headers, footers).
    (target / "bin/wkhtmltopdf").symlink_to("wkhtmltopdf-pack")
