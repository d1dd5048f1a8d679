"""The test runs behind dev/test."""

import argparse
import os
import time

from .base import CHECKOUT, MODULE, run, scratch
from .coverage_gates import Coverage
from .databases import Databases
from .environment import Environment
from .odoo_log import Outcome, install_problem, run_logged
from .system import chromium, java

# Two connections of one test that wait for each other are no deadlock to PostgreSQL.
LOCK_TIMEOUT = "30s"
KEEP_LOGS = 24 * 3600
LONG = "chorus_long"
# Core's own checks of how an addon is written; they look at every addon on the path.
# Not L10nLinter: it takes all of Odoo for localisations when the path of the cache
# has "l10n_" in it; dev/lint looks at the tags instead.
CORE_CASES = (
    "TestTestHoles",
    "TestNaming",
    "TestIndex",
    "PotLinter",
    "TestConflictMarkers",
    "TestOnchangeDomains",
    "RoutesLinter",
    "TestLintOverrideSignatures",
    "ManifestLinter",
)


class Tests:
    """One call of dev/test."""

    def __init__(self, env: Environment, options: argparse.Namespace) -> None:
        self.env = env
        self.options = options
        self.databases = Databases(env)
        self.outcome = Outcome()
        self.coverage: Coverage | None = None
        self.logs = env.home / "log"
        self.prepare()

    def prepare(self) -> None:
        """Tell the tests where the tools are that they drive; forget old logs."""
        chromium()
        for path in self.logs.glob("*.log"):
            if path.stat().st_mtime < time.time() - KEEP_LOGS:
                path.unlink(missing_ok=True)
        judge = CHECKOUT / "dev" / "verapdf"
        java()
        run([judge, "--install"], "Setting up veraPDF", env=self.env.variables)
        options = f"{os.environ.get('PGOPTIONS', '')} -c lock_timeout={LOCK_TIMEOUT}"
        self.env.variables |= {
            "CHORUS_PRO_VERAPDF": str(judge),
            "PGOPTIONS": options.strip(),
        }

    def run(self) -> Outcome:
        """Run what the options ask for."""
        with scratch() as folder:
            if self.options.coverage:
                self.coverage = Coverage(self.env, folder)
            self.addon_tests()
            if self.options.all:
                self.core_checks()
                self.life_cycle()
            if self.coverage:
                self.coverage.report()
            if self.options.all:
                self.coverage.judge(self.outcome)
        return self.outcome

    def addon_tests(self) -> None:
        """The addon's own tests, on a copy of a prepared database."""
        tags = self.options.tags or f"/{MODULE}"
        if not self.options.all and not self.options.tags:
            tags += f",-{LONG}"
        with self.databases.temporary("test") as name:
            log = self.odoo("tests", "-d", name, "--test-tags", tags)
        self.outcome.read("tests", log[1], log[0])

    def core_checks(self) -> None:
        """Core's lint cases, in the database of the addon."""
        tags = ",".join(f"/test_lint:{case}" for case in CORE_CASES)
        with self.databases.temporary("lint") as name:
            status, log = self.odoo(
                "core_checks", "-d", name, "-i", "test_lint", "--test-tags", tags
            )
        self.outcome.read("core's lint cases", log, status)

    def life_cycle(self) -> None:
        """Install, uninstall and install again, without a complaint in the log."""
        steps = {
            "install": ["-i", MODULE, "--stop-after-init", "--no-http"],
            "uninstall": ["uninstall", MODULE],
            "reinstall": ["-i", MODULE, "--stop-after-init", "--no-http"],
        }
        with self.databases.temporary("cycle", addon=False) as name:
            for step, arguments in steps.items():
                command = ["-d", name, *arguments]
                if step == "uninstall":
                    command = ["module", "uninstall", "-d", name, MODULE]
                status, log = self.odoo(step, *command)
                self.outcome.check(step, install_problem(status, log))

    def odoo(self, name: str, *arguments: str) -> tuple:
        """Run Odoo and keep its log under `name`; returns exit code and records."""
        started = time.monotonic()
        command = (
            self.coverage.wrap(list(arguments))
            if self.coverage
            else self.env.odoo_command(*arguments)
        )
        path = self.logs / f"{name}-{os.getpid()}.log"
        result = run_logged(
            self.env,
            command,
            path,
            verbose=self.options.verbose,
            # Code of the database has relative names; it is no file of the checkout.
            cwd=self.env.home,
        )
        print(f"-- {name}: {time.monotonic() - started:.0f} s, log in {path}")
        return result


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line of dev/test."""
    parser = argparse.ArgumentParser(
        prog="dev/test",
        description="Run the addon's tests; the last line is 'N passed, N failed'.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--all", action="store_true", help="the long tests, core's checks, coverage too"
    )
    what.add_argument("--tags", metavar="TAGS", help="what Odoo's --test-tags takes")
    parser.add_argument(
        "--coverage", action="store_true", help="print what is not reached"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="the whole log")
    options = parser.parse_args(arguments)
    options.coverage = options.coverage or options.all
    return options
