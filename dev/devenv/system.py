"""The few packages that the system itself must have."""

import functools
import os
import shutil

from .base import SetupError, locked, run, say


@functools.cache
def is_root() -> bool:
    """Whether packages can be installed without asking anybody."""
    return os.geteuid() == 0


@functools.cache
def refresh_lists() -> None:
    """Read the package lists again, once; they may be absent or old."""
    run(["apt-get", "update", "-q"], "Refreshing the system's package lists")


def install(package: str, purpose: str) -> None:
    """Install a Debian package, or say in one sentence what to install.

    :raises SetupError: without root or apt, or when the installation fails.
    """
    if not is_root() or not shutil.which("apt-get"):
        raise SetupError(
            f"{purpose} is missing and installing it needs root: "
            f"install the package '{package}' "
            f"(Debian, Ubuntu: sudo apt-get install {package}), then try again."
        )
    with locked("apt"):
        say(f"installing {package} with apt-get …")
        refresh_lists()
        run(
            [
                *("apt-get", "install", "-q", "-y", "--no-install-recommends"),
                *("-o", "DPkg::Lock::Timeout=300", package),
            ],
            f"Installing {package}",
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )


def chromium() -> str:
    """Path of the browser for the tours, installed when it is missing."""
    names = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
    for _attempt in range(2):
        for name in names:
            if found := shutil.which(name):
                return found
        install("chromium", "Chromium (for the tests in a browser)")
    raise SetupError("Chromium was installed but is not in PATH.")


def npm() -> str:
    """Path of npm, installed with Node.js when it is missing."""
    if not shutil.which("npm"):
        install("npm", "Node.js with npm (for prettier and eslint)")
    return shutil.which("npm") or "npm"


# A character, the package with a font that shows it in PDFs of wkhtmltopdf: outlines in
# one colour, since its Qt knows no colour fonts.
SHOWN = {
    "0041": ("fonts-dejavu-core", "A font of Latin letters (for the PDFs)"),
    "0641": ("fonts-dejavu-core", "A font of Arabic letters (for the PDFs)"),
    "1F4E6": ("fonts-symbola", "A font of emoji (for the PDFs)"),
}


def fonts() -> None:
    """See to fonts for what the scenarios print: Latin, Arabic, emoji."""
    if not shutil.which("fc-list"):
        install("fontconfig", "fc-list (to look for fonts)")
    for code, (package, purpose) in SHOWN.items():
        if not run(["fc-list", f":charset={code}:fontformat=TrueType"], "Font search"):
            install(package, purpose)


def java() -> None:
    """See to a Java development kit, for veraPDF."""
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("javac", path=f"{home}/bin" if home else None):
        install("default-jdk-headless", "A Java development kit (for veraPDF)")
