"""The linters behind dev/lint, each pinned and installed in the cache."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .base import CHECKOUT, MODULE, cache_root, run, scratch
from .house_rules import problems
from .node import node_modules
from .odoo_tree import odoo_tree
from .venv import venv

PRETTIER = {".xml", ".js", ".cjs", ".mjs", ".json", ".md", ".yml", ".yaml", ".scss"}
CORE_PLUGINS = (
    "_odoo_checker_sql_injection,_odoo_checker_gettext,_odoo_checker_unlink_override"
)
# Not gettext-variable: terms of tables are lazy and rendered by env._(TABLE[key]).
CORE_MESSAGES = (
    "sql-injection,missing-gettext,gettext-placeholders,gettext-repr,"
    "raise-unlink-override"
)
# What a method of a model must do does not hold there.
PLAIN = ("chorus_api", "factur_x", "simulator", "tests")
# Our models are spread over files on purpose: a file has at most 300 lines.
NOT_ODOO_RULES = "--disable=consider-merging-classes-inherited"


@dataclass
class Linter:
    """The tools, the files, and what was found so far."""

    fix: bool
    files: list[Path]
    variables: dict[str, str]
    failed: list[str]

    def report(self, name: str, found: str | None) -> None:
        """Print the result of one tool; None is a success."""
        print(f"{'ok  ' if found is None else 'FAIL'} {name}", flush=True)
        if found is not None:
            print(found, flush=True)
            self.failed.append(name)

    def tool(self, name: str, command: Iterable[str | Path], **options) -> None:
        """Run one tool in the checkout; anything but exit code 0 is a finding."""
        variables = {**self.variables, **options.pop("variables", {})}
        done = subprocess.run(
            [str(part) for part in command],
            check=False,
            cwd=options.pop("cwd", CHECKOUT),
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.report(name, done.stdout if done.returncode else None)

    def ending(self, *suffixes: str) -> list[Path]:
        """The files with one of these endings."""
        return [path for path in self.files if path.suffix in suffixes]


def lint(*, fix: bool) -> list[str]:
    """Run every linter; returns the names of those that found something."""
    listed = run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        "Listing the files of the checkout",
        cwd=CHECKOUT,
    )
    files = [Path(name) for name in listed.split("\0") if name]
    prefix = venv() / "bin"
    variables = {
        **os.environ,
        "PATH": f"{prefix}:{node_modules() / '.bin'}:{os.environ['PATH']}",
        "NODE_PATH": str(node_modules()),
        "NO_COLOR": "1",
        "RUFF_CACHE_DIR": str(cache_root() / "ruff"),
        "PYLINTHOME": str(cache_root() / "pylint"),
    }
    present = [path for path in files if (CHECKOUT / path).is_file()]
    linter = Linter(fix, present, variables, [])
    for check in CHECKS:
        check(linter)
    return linter.failed


def ruff(linter: Linter) -> None:
    """Errors, complexity, order of imports; then the format."""
    linter.tool("ruff check", ["ruff", "check", *["--fix"] * linter.fix, "."])
    linter.tool("ruff format", ["ruff", "format", *["--diff"] * (not linter.fix), "."])


def house(linter: Linter) -> None:
    """Our own rules."""
    found = problems(CHECKOUT, linter.files)
    linter.report("house rules", "\n".join(found) or None)


def prettier(linter: Linter) -> None:
    """Format of everything that is not Python."""
    mode = "--write" if linter.fix else "--check"
    command = ["prettier", mode, "--log-level=warn", "--ignore-path=.prettierignore"]
    linter.tool("prettier", [*command, *linter.ending(*PRETTIER)])


def eslint(linter: Linter) -> None:
    """Errors in JavaScript."""
    files = linter.ending(".js", ".cjs", ".mjs")
    options = ["--fix"] * linter.fix
    linter.tool("eslint", ["eslint", "--max-warnings=0", *options, *files])


def pylint(linter: Linter) -> None:
    """The checks of pylint-odoo, then those of Odoo's own test_lint."""
    with copy_of_addon(linter) as folder:
        plain = ",".join(("dev", *PLAIN))
        tool = ["pylint", "-j1", "--score=n", f"--rcfile={CHECKOUT / '.pylintrc'}"]
        linter.tool(
            "pylint-odoo",
            [*tool, NOT_ODOO_RULES, f"--ignore={plain}", MODULE],
            cwd=folder,
        )
        tool += ["--disable=odoolint", "--enable=external-request-timeout,print-used"]
        folders = [f"{MODULE}/{name}" for name in PLAIN]
        linter.tool("pylint of plain Python", [*tool, *folders], cwd=folder)
        tool = ["pylint", "-j1", "--score=n", "--rcfile=/dev/null", "--disable=all"]
        tool += [f"--enable={CORE_MESSAGES}", f"--load-plugins={CORE_PLUGINS}"]
        path = odoo_tree().path / "odoo" / "addons" / "test_lint" / "tests"
        linter.tool(
            "odoo's checkers",
            [*tool, "--ignore=dev", MODULE],
            cwd=folder,
            variables={"PYTHONPATH": str(path)},
        )


def oca(linter: Linter) -> None:
    """The OCA's checks of XML, CSV, PO, access rights and the manifest."""
    with copy_of_addon(linter) as folder:
        command = ["oca-checks-odoo-module", "--disable=prefer-readme-rst", MODULE]
        linter.tool("OCA checks", command, cwd=folder)
        if terms := linter.ending(".po", ".pot"):
            # Its form leaves a term empty that is the same in French; ours may not be.
            command = ["oca-checks-po", "--disable=po-pretty-format"]
            command += [f"{MODULE}/{path}" for path in terms]
            linter.tool("OCA checks of terms", command, cwd=folder)


@contextlib.contextmanager
def copy_of_addon(linter: Linter) -> Iterator[Path]:
    """A folder with a copy of the addon under its technical name.

    The checkout may have any name; and the OCA's checks skip a manifest at the top
    of a git work tree without a word.
    """
    with scratch() as folder:
        for path in linter.files:
            target = folder / MODULE / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / path, target)
        run(["git", "init", "-q", folder], "Making a repository for the OCA's checks")
        yield folder


CHECKS: tuple[Callable[[Linter], None], ...] = (
    ruff,
    prettier,
    house,
    eslint,
    pylint,
    oca,
)
