"""The test runs behind dev/test."""

import argparse
import copy
import os
import subprocess
import time
from functools import partial

from .base import CHECKOUT, MODULE, run, scratch
from .cores import Job, together
from .coverage_gates import Coverage
from .databases import Databases
from .environment import Environment, end
from .neighbours import NEIGHBOURS, phone_numbers
from .odoo_log import Outcome, install_problem, run_logged
from .portal import live_variables, portal
from .queue_job import queue_job
from .system import chromium, java
from .test_halves import CAMPAIGN, halves
from .upgrade import upgrade

# Two connections of one test that wait for each other are no deadlock to PostgreSQL.
LOCK_TIMEOUT = "30s"
KEEP_LOGS = 24 * 3600
LONG = "chorus_long"
# Of what `dev/demo --year` plays, as a test.
SMALL_YEAR = ("--invoices", "60", "--entities", "6")
# Of what `dev/screenshots` looks at, as a test: lists, forms, dialogs, settings.
SOME_SCREENS = ("invoices", "invoice-ready", "send", "complete", "find", "settings")
# Tests that need a portal behind a socket.
LIVE = "external"
# Tests that need OCA's queue_job in the database.
WITH_JOBS = "chorus_jobs"
# Tests that need the addons of Odoo that ours lives beside.
WITH_NEIGHBOURS = "chorus_neighbours"
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
        """Run what the options ask for, one process of Odoo for each core."""
        with scratch() as folder:
            if self.options.coverage:
                self.coverage = Coverage(self.env, folder)
            total = Outcome()
            for outcome in together(self.env, self.jobs(), self.in_between()):
                total.add(outcome)
            if self.coverage:
                self.coverage.report()
            if self.options.all:
                self.coverage.judge(total)
        return total

    def jobs(self) -> list[Job]:
        """What is to be done, the longest first."""
        if self.options.jobs:
            return [self.with_queue_job]
        if self.options.neighbours:
            return self.neighbours()
        if self.options.upgrade:
            return [partial(upgrade, self)]
        if self.options.tags:
            return [lambda: self.tests("tests", self.options.tags)]
        without = "" if self.options.all else f",-{LONG}"
        found: list[Job] = [
            partial(self.tests, f"tests_{number}", f"{tags}{without}")
            for number, tags in enumerate(halves(), 1)
        ]
        if self.options.all:
            cases = ",".join(f"/test_lint:{case}" for case in CORE_CASES)
            core = partial(self.tests, "core_checks", cases, "-i", "test_lint")
            found += [
                self.year,
                self.screens,
                self.catalogue,
                core,
                self.life_cycle,
                partial(upgrade, self),
                self.with_queue_job,
                self.live,
            ]
            found += self.neighbours()
        return found

    def in_between(self) -> list[Job]:
        """What leaves the cores mostly to the others."""
        if self.options.all:
            tags = f"/{MODULE}:{CAMPAIGN}"
            return [partial(self.tests, "campaign", tags)]
        return []

    def tests(self, name: str, tags: str, *options: str) -> Outcome:
        """The tests that the tags choose, on a copy of a prepared database."""
        outcome = Outcome()
        with self.databases.temporary(name) as database:
            status, log = self.odoo(name, "-d", database, *options, "--test-tags", tags)
        outcome.read(name, log, status)
        return outcome

    def live(self) -> Outcome:
        """The tests for the sandbox, as they are, against a simulator over HTTP."""
        outcome, name = Outcome(), "live"
        with (
            scratch() as folder,
            portal(self.env, folder / "portal.sqlite") as (_process, facts),
            self.databases.temporary(name) as database,
        ):
            env = copy.copy(self.env)
            env.variables = {**env.variables, **live_variables(facts)}
            options = ("-d", database, "--test-tags", f"{LIVE}/{MODULE}")
            status, log = self.odoo(name, *options, env=env)
        outcome.read(name, log, status)
        return outcome

    def with_queue_job(self) -> Outcome:
        """The tests of sending by jobs, with OCA's addon beside ours."""
        outcome, name = Outcome(), "with_queue_job"
        env = copy.copy(self.env)
        env.variables = {**env.variables, **queue_job(env)}
        tags = f"{WITH_JOBS}/{MODULE}"
        with self.databases.temporary(name) as database:
            install = ["-i", "queue_job", "--stop-after-init", "--no-http"]
            status, log = self.odoo("install_jobs", "-d", database, *install, env=env)
            outcome.check("queue_job", install_problem(status, log))
            options = ("-d", database, "--test-tags", tags)
            status, log = self.odoo(name, *options, env=env)
        outcome.read(name, log, status)
        return outcome

    def neighbours(self) -> list[Job]:
        """Beside sale, Peppol and letters, installed before ours and after it."""
        return [partial(self.beside, order) for order in ("before", "after")]

    def beside(self, order: str) -> Outcome:
        """The tests that need the neighbours, which came `before` ours or `after`."""
        outcome, name = Outcome(), f"neighbours_{order}"
        env = copy.copy(self.env)
        env.variables = {**env.variables, **phone_numbers(env)}
        tags = f"{WITH_NEIGHBOURS}/{MODULE}"
        end = ["--stop-after-init", "--no-http"]
        with self.databases.temporary(name, addon=order == "after") as database:
            install = ["-d", database, "-i", NEIGHBOURS, *end]
            has_ours = order == "after"
            status, log = self.odoo(
                f"install_{name}", *install, env=env, has_ours=has_ours
            )
            outcome.check(name, install_problem(status, log))
            ours = ("-i", MODULE) if order == "before" else ()
            options = ("-d", database, *ours, "--test-tags", tags)
            status, log = self.odoo(name, *options, env=env)
        outcome.read(name, log, status)
        return outcome

    def life_cycle(self) -> Outcome:
        """Install, uninstall and install again, without a complaint in the log."""
        outcome = Outcome()
        with self.databases.temporary("cycle", addon=False) as name:
            install = ["-d", name, "-i", MODULE, "--stop-after-init", "--no-http"]
            steps = {
                "install": install,
                "uninstall": ["module", "uninstall", "-d", name, MODULE],
                "reinstall": install,
            }
            for step, command in steps.items():
                status, log = self.odoo(step, *command)
                outcome.check(step, install_problem(status, log))
        return outcome

    def catalogue(self) -> Outcome:
        """Every kind of invoice as a file, judged: `dev/factur-x OUT --check`."""
        with scratch() as folder:
            return self.script("factur-x", folder, "--check")

    def year(self) -> Outcome:
        """A small year of invoices, compared with the portal: `dev/demo --year`."""
        return self.script("demo", "--year", "--check", *SMALL_YEAR)

    def screens(self) -> Outcome:
        """The main job of the demo, and some of its screens: `dev/screenshots`."""
        some = ("--forms", "desktop", "--only", *SOME_SCREENS)
        with scratch() as folder:
            return self.script("screenshots", folder, "--check", *some)

    def script(self, name: str, *arguments) -> Outcome:
        """One of the programs beside dev/test, which says what FAILED."""
        outcome = Outcome()
        started = time.monotonic()
        path = self.logs / f"{name}-{os.getpid()}.log"
        with path.open("w") as output:
            process = self.env.start(
                [str(part) for part in (CHECKOUT / "dev" / name, *arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                status = process.wait()
            finally:
                end(process)
        findings = [
            line for line in path.read_text().splitlines() if line.startswith("FAILED")
        ]
        problem = "\n".join(findings) or f"exit code {status}"
        outcome.check(name, problem if status else None)
        print(f"-- {name}: {time.monotonic() - started:.0f} s, log in {path}")
        return outcome

    def odoo(
        self,
        name: str,
        *arguments: str,
        env: Environment | None = None,
        has_ours: bool = True,
    ) -> tuple:
        """Run Odoo and keep its log under `name`; returns exit code and records.

        Without our addon (`has_ours`) there is no coverage to measure.
        """
        started = time.monotonic()
        command = (
            self.coverage.wrap(list(arguments))
            if self.coverage and has_ours
            else self.env.odoo_command(*arguments)
        )
        path = self.logs / f"{name}-{os.getpid()}.log"
        result = run_logged(
            env or self.env,
            command,
            path,
            verbose=self.options.verbose,
            # Code of the database has relative names; it is no file of the checkout.
            cwd=self.env.home,
        )
        print(f"-- {name}: {time.monotonic() - started:.0f} s, log in {path}")
        return result
