"""From the first version to this one: installed, filled with data, upgraded, compared.

The older code is taken from the repository's history, so none of it is kept here.
"""

import copy
import shutil
import subprocess
from pathlib import Path

from .base import CHECKOUT, MODULE, run, scratch
from .environment import Environment
from .odoo_log import Outcome, Record, install_problem, run_logged

# The last commit of 2026-11-23 before anything was built upon the main job: the first
# version that does it from end to end, 19.0.1.0.0.
FIRST = "b256baab4d9babca807bede516b51a91352bc346"
STAGE = CHECKOUT / "tests" / "processes" / "upgrade_stage.py"
# Tests that need a database that was upgraded, and the facts from before.
AFTER_UPGRADE = "chorus_upgrade"
FACTS = "CHORUS_PRO_UPGRADE"
ALONE = ("--stop-after-init", "--no-http")
# Columns, indexes and constraints; the order of columns tells nothing.
SCHEMA = """
SELECT format('column %s.%s %s %s %s', table_name, column_name, udt_name, is_nullable,
              column_default)
  FROM information_schema.columns WHERE table_schema = 'public'
 UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
 UNION ALL SELECT format('constraint %s %s %s', conrelid::regclass, conname,
                         pg_get_constraintdef(oid))
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""


def upgrade(tests) -> Outcome:
    """Data of the first version, then this code: nothing is lost, all goes on.

    :param tests: the call of dev/test, for its databases and logs
    """
    outcome = Outcome()
    with scratch() as folder:
        if reason := unpack(FIRST, folder / "addons" / MODULE):
            print(f"-- upgrade: skipped, {reason}")
            outcome.skipped += 1
            return outcome
        older, facts = with_addons(tests.env, folder / "addons"), folder / "facts.json"
        with tests.databases.temporary("upgrade", addon=False) as database:
            # Without its data the upgrade of the first version would say nothing.
            if fill(tests, outcome, older, database, facts):
                take_over(tests, outcome, database, facts)
    return outcome


def unpack(commit: str, target: Path) -> str:
    """Put the addon as of a commit into a folder.

    :return: why that is not possible, empty when it is done
    """
    if not shutil.which("git"):
        return "git is not installed"
    git = ("git", "-C", str(CHECKOUT))
    known = subprocess.run(
        [*git, "cat-file", "-e", f"{commit}^{{commit}}"],
        check=False,
        capture_output=True,
        text=True,
    )
    if known.returncode:
        said = known.stderr.strip()
        return f"the history does not reach back to {commit[:7]} (git: {said})"
    target.mkdir(parents=True)
    archive = target.with_suffix(".zip")
    run([*git, "archive", "-o", archive, commit], "Reading the first version")
    shutil.unpack_archive(archive, target)
    return ""


def with_addons(env: Environment, folder: Path) -> Environment:
    """The same environment with the addon of `folder` instead of the checkout's."""
    other = copy.copy(env)
    path = ",".join(str(part) for part in (*env.odoo.addons, folder))
    other.variables = {**env.variables, "ODOO_ADDONS_PATH": path}
    return other


def fill(
    tests, outcome: Outcome, older: Environment, database: str, facts: Path
) -> bool:
    """Install the first version and let it make its data; whether that worked."""
    install = ("-d", database, "-i", MODULE, *ALONE)
    status, log = tests.odoo("upgrade_first", *install, env=older, has_ours=False)
    problem = install_problem(status, log)
    if not problem:
        command = [older.python, STAGE, database, facts]
        path = tests.logs / f"upgrade_stage-{database}.log"
        status, _log = run_logged(
            older, [str(part) for part in command], path, cwd=tests.env.home
        )
        problem = f"the first version made no data, see {path}" if status else None
    outcome.check("upgrade: data of the first version", problem)
    return not problem


def take_over(tests, outcome: Outcome, database: str, facts: Path) -> None:
    """Upgrade, then look at the schema, the log and the data."""
    status, log = tests.odoo("upgrade", "-d", database, "-u", MODULE, *ALONE)
    outcome.check("upgrade", install_problem(status, log) or complaints(log))
    outcome.check("upgrade: schema", differences(tests.databases, database))
    env = copy.copy(tests.env)
    env.variables = {**env.variables, FACTS: str(facts)}
    name, tags = "upgrade_tests", f"{AFTER_UPGRADE}/{MODULE}"
    status, log = tests.odoo(name, "-d", database, "--test-tags", tags, env=env)
    outcome.read(name, log, status)


def complaints(log: list[Record]) -> str | None:
    """Every warning of the upgrade, whoever gives it."""
    return "\n".join(str(record) for record in log if record.bad) or None


def differences(databases, upgraded: str) -> str | None:
    """What the schema has or lacks beside that of a new installation."""
    with databases.temporary("upgrade_schema") as name:
        new = set(databases.query(SCHEMA, name).splitlines())
    old = set(databases.query(SCHEMA, upgraded).splitlines())
    lines = [f"too much: {line}" for line in sorted(old - new)]
    lines += [f"missing: {line}" for line in sorted(new - old)]
    return "\n".join(lines) or None
