"""Odoo 19 itself, unpacked from Debian's unstable suite into the cache.

A private apt state is used: the machine's own Debian source with other suites,
own lists and archives. Nothing of the system changes, signatures are checked.
"""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from .base import SetupError, cache_root, once, run, say

# The version that this checkout was tried with.
ODOO_VERSION = "19.0.0+dfsg-1"
# Odoo's tree has links into these. The font of icons is taken from Debian 12:
# the newer package lacks the 4.7 files that Odoo's style sheets name.
LINKED = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-glyphicons-halflings",
    "fonts-ocr-b",
)
FROM_DEBIAN_12 = "fonts-font-awesome/bookworm"
PACKAGES = Path("usr/lib/python3/dist-packages")
# Debian strips it, and every page of the browser then fails to load its scripts.
STRIPPED = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooTree:
    """An Odoo to run: where Python finds it, its addons folders, its version."""

    path: Path
    addons: tuple[Path, ...]
    version: str


def odoo_tree() -> OdooTree:
    """The Odoo that `ODOO_HOME` names, else the one of the cache, made on demand."""
    if home := os.environ.get("ODOO_HOME"):
        return _own_tree(Path(home).expanduser().resolve())
    target = cache_root() / "odoo" / ODOO_VERSION
    once(target, lambda: _unpack(target))
    path = target / PACKAGES
    return OdooTree(
        path, (path / "odoo/addons",), (target / "VERSION").read_text().strip()
    )


def _own_tree(home: Path) -> OdooTree:
    """Check the tree that the person named: sources or an unpacked package."""
    release = home / "odoo" / "release.py"
    found = re.search(
        r"version_info\s*=\s*\((\d+),\s*(\d+)",
        release.read_text() if release.exists() else "",
    )
    if not found:
        raise SetupError(
            f"ODOO_HOME={home} is not an Odoo: there is no odoo/release.py in it."
        )
    if found[1] != "19":
        raise SetupError(f"ODOO_HOME={home} is Odoo {found[1]}.{found[2]}, not 19.0.")
    addons = [home / "addons", home / "odoo" / "addons"]
    return OdooTree(home, tuple(a for a in addons if a.is_dir()), f"own:{home}")


def _unpack(target: Path) -> None:
    say(f"unpacking Odoo {ODOO_VERSION} (once, about 1.2 GB) …")
    archives = target / "archives"
    apt = _private_apt(archives)
    run(["apt-get", *apt, "update", "-q"], "Reading Debian's package lists")
    version = _choose_version(apt)
    wanted = [f"odoo-19={version}", *(f"{name}/sid" for name in LINKED)]
    run(
        ["apt-get", *apt, "download", *wanted, FROM_DEBIAN_12],
        "Downloading Odoo and its fonts",
        cwd=archives,
    )
    for archive in sorted(archives.glob("*.deb")):
        run(["dpkg", "-x", archive, target], f"Unpacking {archive.name}")
    shutil.rmtree(archives)
    _repair(target / PACKAGES)
    (target / "VERSION").write_text(f"{version}\n")


def _repair(packages: Path) -> None:
    """Undo what the Debian package does that breaks a plain use of the tree."""
    # A second, incomplete copy of the addons (Python files only): Odoo would take it.
    for name in ("addons", "doc", "setup"):
        shutil.rmtree(packages / name)
    stripped = packages / STRIPPED
    stripped.parent.mkdir(parents=True, exist_ok=True)
    stripped.touch()


def _private_apt(folder: Path) -> list[str]:
    """Options of apt for a state of its own in `folder`."""
    for name in ("state/lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    source = folder / "debian.sources"
    source.write_text(_debian_source())
    options = {
        "Dir::State": folder / "state",
        "Dir::State::status": "/dev/null",
        "Dir::Cache": folder / "cache",
        "Dir::Etc::sourcelist": source,
        "Dir::Etc::sourceparts": "/dev/null",
        # The unprivileged user of apt cannot enter a home folder.
        "APT::Sandbox::User": "root",
    }
    return [part for key, value in options.items() for part in ("-o", f"{key}={value}")]


def _debian_source() -> str:
    """The machine's own Debian source (deb822), for the suites that are needed."""
    if not shutil.which("apt-get"):
        raise SetupError(
            "Odoo is taken from Debian's archive and there is no apt-get here: "
            "set ODOO_HOME to the folder of an Odoo 19.0."
        )
    for path in sorted(Path("/etc/apt/sources.list.d").glob("*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            fields = dict(re.findall(r"(?m)^([\w-]+):[ \t]*(.+)$", stanza))
            uris = fields.get("URIs", "")
            if re.search(r"/debian/?(\s|$)", uris) and "deb" in fields["Types"].split():
                fields |= {"Types": "deb", "Suites": "sid bookworm"}
                fields["Components"] = "main"
                return "".join(f"{key}: {value}\n" for key, value in fields.items())
    raise SetupError(
        "No Debian source was found in /etc/apt/sources.list.d/*.sources: "
        "set ODOO_HOME to the folder of an Odoo 19.0."
    )


def _choose_version(apt: list[str]) -> str:
    """The recorded version, else the newest 19.0 (said aloud).

    :raises SetupError: when the archive has no Odoo 19.0 at all.
    """
    lines = run(["apt-cache", *apt, "madison", "odoo-19"], "Looking for Odoo")
    offered = [
        version
        for line in lines.splitlines()
        if line.count("|") == 2 and (version := line.split("|")[1].strip())
    ]
    if ODOO_VERSION in offered:
        return ODOO_VERSION
    newest = next((version for version in offered if version.startswith("19.0")), None)
    if not newest:
        raise SetupError(
            "Debian's unstable suite has no Odoo 19.0 any more: "
            "set ODOO_HOME to the folder of an Odoo 19.0."
        )
    say(f"Odoo {ODOO_VERSION} is gone from Debian's archive; taking {newest}.")
    return newest
