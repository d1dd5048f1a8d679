"""dev/demo: the story played against a database of its own, judged, then served."""

import argparse
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from .base import SetupError, say, scratch
from .databases import Databases
from .environment import Environment, end
from .judging import DEV, Verdict, judge
from .odoo_log import complaints, log_of_run
from .portal import portal
from .postgres import free_port
from .server import odoo_server
from .system import java

STATE_FILE = "chorus_pro_demo.sqlite"
PEOPLE = (("admin", "administrator"), ("claire", "invoicing"), ("marc", "accounting"))


class Demo:
    """One run: a database, the simulator, Odoo, each a process of our own."""

    # The package that plays, in a process of Odoo's own.
    player = "story"

    def __init__(self, env: Environment, lang: str) -> None:
        self.env = env
        self.lang = lang
        self.port = free_port()
        self.databases = Databases(env)
        self.verdict = Verdict()

    def run(self, *, serve: bool) -> Verdict:
        """Play, judge, and serve if asked for."""
        started = time.monotonic()
        java()
        with (
            self.databases.temporary("demo") as name,
            scratch() as folder,
            portal(self.env, self._state(name)) as (process, facts),
        ):
            # The PDFs take their style sheets from it; the story is the scheduler.
            with self.odoo(name, "--max-cron-threads", "0") as web:
                self.play(name, web, facts["url"], folder)
            self.judge(folder)
            self.finish(started)
            if serve:
                self.serve(name, process, facts["console"])
        return self.verdict

    def finish(self, started: float) -> None:
        """Say what was wrong and print the last line."""
        for problem in self.verdict.problems:
            print(f"FAILED {problem}")
        self.verdict.figures["seconds"] = round(time.monotonic() - started, 1)
        print(json.dumps({"ok": not self.verdict.problems, **self.verdict.figures}))
        sys.stdout.flush()

    # === PROCESSES === #

    @contextlib.contextmanager
    def odoo(self, name: str, *options: str) -> Iterator[str]:
        """Serve Odoo on our port; its log must not complain about the addon."""
        log = self._log("demo_server")
        options = ("--no-database-list", *options)
        with odoo_server(self.env, name, log, *options, port=self.port) as url:
            yield url
        self._read_log("Odoo's server", log, 0)

    def _state(self, name: str) -> Path:
        """Where Odoo keeps the portal of the Demo environment."""
        return self.databases.files(name) / STATE_FILE

    def _log(self, name: str) -> Path:
        return log_of_run(self.env.home, name)

    def _read_log(self, who: str, log: Path, status: int) -> None:
        """Take what a log complains about into the verdict."""
        self.verdict.problems += complaints(who, log, status)

    # === STEPS === #

    def play(self, name: str, web: str, url: str, folder: Path) -> None:
        """Run the story and print its table."""
        log = self._log(f"demo_{self.player}")
        options = {
            "--database": name,
            "--portal": url,
            "--state": self._state(name),
            "--web": web,
            "--lang": self.lang,
            "--result": folder,
            **self.options(),
        }
        command = [self.env.python, "-m", self.player]
        command += [part for option in options.items() for part in option]
        with log.open("w") as kept:
            process = self.env.start([str(c) for c in command], cwd=DEV, stderr=kept)
            try:
                status = process.wait()
            finally:
                end(process)
        if status:
            words = f"The {self.player} failed: {_last_line(log)} (log: {log})"
            raise SetupError(words)
        self._read_log(f"the {self.player}", log, status)
        self.tell(json.loads((folder / "result.json").read_text()))

    def options(self) -> dict:
        """Further options of the package that plays."""
        return {}

    def judge(self, folder: Path) -> None:
        """Judge every file that was made."""
        say("judging every file …")
        judge(self.env, folder, self.verdict)

    def tell(self, result: dict) -> None:
        """Print the story's table and take over its counts and problems."""
        print(f"\n{result['table']}\n")
        for number, reasons in result["blocked"].items():
            print(f"held back before sending: {number}: {' '.join(reasons)}")
        for reason in result["reasons"]:
            print(f"told by the portal: {reason}")
        self.verdict.figures |= result["figures"]
        self.verdict.problems += result["problems"]
        if not result["problems"]:
            print("every figure of Odoo agrees with the ledger of the simulator")

    def serve(self, name: str, process: subprocess.Popen, console: str) -> None:
        """Keep Odoo, its scheduled actions and the portal running until Ctrl-C."""
        known = len(self.verdict.problems)
        with self.odoo(name) as web:
            print(f"\nOdoo: {web}/odoo")
            for login, role in PEOPLE:
                print(f"  login {login:<8} password {login:<8} ({role})")
            print(f"Recipients at the portal: {console}")
            print("  (what they do there shows in Odoo within a minute)")
            print("Ctrl-C ends it; the database is dropped.", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                process.wait()
        for problem in self.verdict.problems[known:]:
            print(f"FAILED {problem}", flush=True)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line of dev/demo."""
    parser = argparse.ArgumentParser(
        prog="dev/demo",
        description="Bill fictitious public bodies through the embedded Chorus Pro "
        "simulator, judge every file, then serve Odoo until Ctrl-C.",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="do not serve: exit 0 or 1, the last line is one JSON object",
    )
    parser.add_argument(
        "--lang",
        default="en_US",
        choices=("en_US", "fr_FR"),
        help="language of the screens (documents are in French)",
    )
    year = parser.add_argument_group("a whole year instead of the main job")
    year.add_argument(
        "--year",
        action="store_true",
        help="play a year of invoices, their statuses, acts and payments",
    )
    year.add_argument("--invoices", type=int, default=2000, metavar="N")
    year.add_argument("--entities", type=int, default=40, metavar="N")
    year.add_argument("--seed", default="1", help="any word; decides what happens")
    return parser.parse_args(arguments)
