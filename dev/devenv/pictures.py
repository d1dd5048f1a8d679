"""dev/screenshots: the demo, and a browser that looks at every screen of it."""

import argparse
import subprocess
from pathlib import Path

from .base import CHECKOUT
from .demo import Demo
from .environment import Environment
from .judging import DEV
from .node import node_modules
from .system import chromium

# Where the pictures of the documents are.
SHOWN = CHECKOUT / "static" / "description"


class Pictures(Demo):
    """One run: the story, then the pictures instead of the wait for Ctrl-C."""

    def __init__(self, env: Environment, options: argparse.Namespace) -> None:
        # Both languages are there then; each screen chooses its own.
        super().__init__(env, "fr_FR")
        self.asked = options
        self.status = 1

    def take(self) -> int:
        """Take the pictures; the exit code of the command."""
        if self.asked.list:
            return self.look("--list")
        self.run(serve=True)
        return self.status or bool(self.verdict.problems)

    def serve(self, name: str, process: subprocess.Popen, console: str) -> None:
        """OVERRIDE: look at the screens while Odoo and the portal run."""
        with self.odoo(name) as web:
            portal = console.removesuffix("/console")
            self.status = self.look("--url", web, "--portal", portal)
            if not self.asked.check:
                self.status = 0

    def look(self, *arguments: str) -> int:
        """Run `python -m screens`; its exit code."""
        chosen = []
        for name in ("only", "forms"):
            if asked := getattr(self.asked, name):
                chosen += [f"--{name}", *asked]
        if self.asked.refresh:
            chosen += ["--refresh", str(SHOWN)]
        axe = node_modules() / "axe-core" / "axe.min.js"
        command = [str(self.env.python), "-m", "screens", *arguments, *chosen]
        command += ["--out", str(self.asked.out.resolve()), "--axe", str(axe)]
        return self.env.run([*command, "--browser", chromium()], cwd=DEV)


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line of dev/screenshots."""
    parser = argparse.ArgumentParser(
        prog="dev/screenshots",
        description="Play the demo, take pictures of every screen in both languages, "
        "as wide as a laptop, as a phone, and darkened; have axe-core judge them.",
    )
    parser.add_argument("out", type=Path, help="folder for pictures and report.json")
    parser.add_argument(
        "--check",
        action="store_true",
        help="exit 1 when a screen does not come or has a serious or critical finding",
    )
    parser.add_argument(
        "--refresh", action="store_true", help="renew the pictures of the documents"
    )
    parser.add_argument("--only", nargs="+", default=[], help="names of screens")
    parser.add_argument(
        "--forms", nargs="+", default=[], help="of desktop, phone, dark"
    )
    parser.add_argument("--list", action="store_true", help="name every screen")
    return parser.parse_args(arguments)
