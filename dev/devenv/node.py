"""prettier, eslint and axe-core, installed into the cache by npm."""

import hashlib
import shutil
from pathlib import Path

from .base import CHECKOUT, cache_root, once, run, say
from .system import npm

MANIFESTS = ("package.json", "package-lock.json")


def node_modules() -> Path:
    """Folder of the installed packages, made on demand, one per lock file."""
    source = CHECKOUT / "dev"
    key = hashlib.sha256(b"".join((source / name).read_bytes() for name in MANIFESTS))
    target = cache_root() / "node" / key.hexdigest()[:12]

    def make() -> None:
        say("installing prettier, eslint and axe-core (once) …")
        for name in MANIFESTS:
            shutil.copy(source / name, target)
        run(
            [npm(), "ci", "--no-audit", "--no-fund"],
            "Installing packages of Node.js",
            cwd=target,
        )

    once(target, make)
    return target / "node_modules"
