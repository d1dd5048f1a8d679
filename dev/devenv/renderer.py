"""The other wkhtmltopdf: Debian's, without the patches of Qt, in the cache."""

import shutil
import stat
from pathlib import Path

from .base import SetupError, cache_root, locked, once, run, say
from .system import is_root, refresh_lists

PACKAGE = "wkhtmltopdf"
# Found beside the system's own libraries; no display is needed.
WRAPPER = """#!/bin/sh
export LD_LIBRARY_PATH="{libraries}"
export QT_PLUGIN_PATH="{plugins}"
export QT_QPA_PLATFORM=offscreen
exec "{root}/usr/bin/wkhtmltopdf" "$@"
"""


def unpatched_renderer() -> Path:
    """Folder with the program, to put first in PATH.

    Debian's package and those of its libraries that the system lacks are unpacked in
    the cache: nothing of the system changes.

    :raises SetupError: without apt, or when the download fails
    """
    target = cache_root() / "wkhtmltopdf-debian"
    once(target, lambda: _unpack(target))
    return target / "bin"


def _unpack(target: Path) -> None:
    if not shutil.which("apt-get"):
        raise SetupError("The unpatched wkhtmltopdf is Debian's; there is no apt-get.")
    say("downloading Debian's wkhtmltopdf and its libraries (once) …")
    archives = target / "archives"
    (archives / "partial").mkdir(parents=True)
    options = [f"Dir::Cache::archives={archives}", "Debug::NoLocking=1"]
    if is_root():
        options.append("APT::Sandbox::User=root")
    command = ["apt-get", "install", "-q", "-y", "--no-install-recommends"]
    command += [part for option in options for part in ("-o", option)]
    # Without --reinstall a system that has it would give nothing.
    command += ["--reinstall", "--download-only", PACKAGE]
    with locked("apt"):
        if is_root():
            refresh_lists()
        run(command, f"Downloading {PACKAGE}")
    root = target / "root"
    for archive in sorted(archives.glob("*.deb")):
        run(["dpkg", "-x", archive, root], f"Unpacking {archive.name}")
    shutil.rmtree(archives)
    _write_wrapper(target, root)


def _write_wrapper(target: Path, root: Path) -> None:
    libraries = sorted(root.glob("usr/lib/*-linux-gnu*"))
    plugins = [folder / "qt5" / "plugins" for folder in libraries]
    wrapper = target / "bin" / PACKAGE
    wrapper.parent.mkdir()
    wrapper.write_text(
        WRAPPER.format(
            root=root,
            libraries=":".join(map(str, libraries)),
            plugins=":".join(map(str, plugins)),
        )
    )
    wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    run([wrapper, "--version"], "Trying Debian's wkhtmltopdf")
