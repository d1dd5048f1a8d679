"""dev/factur-x: the catalogue of invoices as files, and the verdicts on them."""

import argparse
import contextlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .base import CHECKOUT, SetupError, run, say
from .cen import cen_sheet
from .databases import Databases
from .environment import Environment, end
from .factur_x_table import print_table, title, write_index
from .judging import DEV, Verdict, judge_pdfs
from .odoo_log import complaints, log_of_run
from .renderer import unpatched_renderer
from .server import odoo_server
from .system import fonts, java

# Enough to see that the other renderer's PDFs pass, too: one plain page, many pages,
# fonts of all kinds, links, pictures.
UNPATCHED = ("invoice", "accents", "emoji-and-arabic", "hyperlink", "layout-bubble")
TABLE = "catalogue.json"


class Files:
    """One call: a database and Odoo for the style sheets, each of our own."""

    def __init__(self, env: Environment, options: argparse.Namespace) -> None:
        self.env = env
        self.options = options
        self.folder: Path = options.out
        self.problems: list[str] = []
        self.rows: list[dict] = []

    def run(self) -> list[str]:
        """Write, judge if asked for, tell; returns every problem."""
        started = time.monotonic()
        if self.options.again:
            self.rows = self._former()
        else:
            fonts()
            self._expect_known()
            self._empty()
            with self._odoo() as (database, url):
                self.rows = self._write(database, url)
        print_table(self.rows)
        self._take_problems()
        if self.options.check:
            self._judge()
        write_index(self.folder / "index.md", self.rows, self.problems)
        for problem in self.problems:
            print(f"FAILED {problem}")
        self._finish(round(time.monotonic() - started, 1))
        return self.problems

    def _finish(self, seconds: float) -> None:
        counts = {
            "scenarios": len({row["name"] for row in self.rows}),
            "files": sum(len(row["files"]) for row in self.rows),
            "refused_as_promised": sum(len(row["refused"]) for row in self.rows),
            "findings": len(self.problems),
            "judged": self.options.check,
            "seconds": seconds,
        }
        print(json.dumps({"ok": not self.problems, **counts}), flush=True)

    def _former(self) -> list[dict]:
        """What a former run wrote into the folder.

        :raises SetupError: when there was none
        """
        try:
            return json.loads((self.folder / TABLE).read_text())
        except (OSError, ValueError) as error:
            raise SetupError(f"{self.folder} is no former OUT: {error}") from None

    def _expect_known(self) -> None:
        """Say at once that a scenario does not exist.

        :raises SetupError: with the names that do
        """
        if not self.options.only:
            return
        known = scenarios(self.env)
        if unknown := sorted(set(self.options.only) - set(known)):
            names = ", ".join(known)
            raise SetupError(f"Unknown: {', '.join(unknown)}. There are: {names}")

    def _empty(self) -> None:
        """See to a folder of ours that can be written to.

        :raises SetupError: when it cannot or when it holds other files
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._clear()
            (self.folder / TABLE).write_text("[]")
        except OSError as error:
            raise SetupError(
                f"Nothing can be written to {self.folder}: {error}"
            ) from None

    def _clear(self) -> None:
        """Forget the files of a former run, of which nothing may be judged again."""
        present = {path.name for path in self.folder.iterdir()}
        if present and TABLE not in present:
            raise SetupError(f"{self.folder} holds other files: name an empty folder.")
        for path in self.folder.iterdir():
            if path.suffix in (".pdf", ".xml", ".md", ".json") and path.is_file():
                path.unlink()

    # === WRITING === #

    @contextlib.contextmanager
    def _odoo(self) -> Iterator[tuple[str, str]]:
        """A database that is gone afterwards and the server of its style sheets."""
        log = self._log("factur_x_server")
        with Databases(self.env).temporary("factur_x") as name:
            options = ("--no-database-list", "--max-cron-threads", "0")
            with odoo_server(self.env, name, log, *options) as url:
                yield name, url
        self._read_log("Odoo's server", log, 0)

    def _write(self, database: str, url: str) -> list[dict]:
        """Post and render in a process of Odoo; a row a scenario and renderer."""
        log = self._log("factur_x")
        command = [self.env.python, "-m", "catalogue", "--database", database]
        command += ["--web", url, "--result", self.folder.resolve(), "--table", TABLE]
        command += ["--renderers", json.dumps(self._renderers())]
        command += ["--only", *self.options.only]
        say("posting and rendering the scenarios …")
        with log.open("w") as kept:
            process = self.env.start([str(c) for c in command], cwd=DEV, stderr=kept)
            try:
                status = process.wait()
            finally:
                end(process)
        if status:
            lines = log.read_text(errors="replace").strip().splitlines()
            reason = lines[-1] if lines else "it said nothing"
            raise SetupError(f"The catalogue was not written: {reason} (log: {log})")
        self._read_log("the catalogue", log, status)
        return json.loads((self.folder / TABLE).read_text())

    def _renderers(self) -> list[dict]:
        """The wkhtmltopdf asked for; to judge, Debian's beside it for a few."""
        usual = {"mark": "", "path": "", "only": []}
        if self.options.renderer == "unpatched":
            return [{**usual, "mark": "unpatched", "path": str(unpatched_renderer())}]
        if not self.options.check:
            return [usual]
        path = str(unpatched_renderer())
        return [usual, {"mark": "unpatched", "path": path, "only": UNPATCHED}]

    def _log(self, name: str) -> Path:
        return log_of_run(self.env.home, name)

    def _read_log(self, who: str, log: Path, status: int) -> None:
        """A warning about the addon is a finding."""
        self.problems += complaints(who, log, status)

    def _take_problems(self) -> None:
        """What the scenarios tell."""
        for row in self.rows:
            self.problems += [f"{title(row)}: {told}" for told in row["problems"]]

    # === JUDGING === #

    def _judge(self) -> None:
        """Every tool on every file; a tool that cannot run is a problem, too."""
        java()
        files = [
            (profile, self.folder / f"{stem}.pdf", not row["mark"])
            for row in self.rows
            for profile, stem in row["files"].items()
        ]
        say(f"judging {len(files)} files …")
        verdict = Verdict()
        paths = [path for _profile, path, _read in files]
        with ThreadPoolExecutor() as pool:
            other = pool.submit(judge_pdfs, self.env, paths, verdict)
            self._judge_xml(files, verdict)
            other.result()
        for name in ("pdfs_judged", "xml_judged", "containers_judged"):
            verdict.require(name, len(files))
        print(json.dumps(verdict.figures))
        self.problems += verdict.problems
        if not files:
            self.problems.append("there is no file to judge")

    def _judge_xml(self, files: list[tuple[str, Path, bool]], verdict: Verdict) -> None:
        """Ask catalogue.judge, in a process without Odoo.

        :param files: profile, PDF, and whether its letters can be read: the unpatched
            wkhtmltopdf draws those of web fonts as outlines
        """
        listed = self.folder / "files.json"
        rows = [(profile, str(path.resolve()), read) for profile, path, read in files]
        listed.write_text(json.dumps(rows))
        command = [self.env.python, "-m", "catalogue.judge", listed.resolve()]
        told = run(
            [*command, cen_sheet(self.env)],
            "Judging the XML",
            cwd=DEV,
            env={
                **self.env.variables,
                "PYTHONPATH": f"{CHECKOUT}:{self.env.variables['PYTHONPATH']}",
            },
        )
        listed.unlink()
        found = json.loads(told.splitlines()[-1])
        verdict.problems += found.pop("problems")
        verdict.figures |= found


def scenarios(env: Environment) -> dict[str, str]:
    """Name and title of every scenario."""
    command = [env.python, "-m", "catalogue", "--names"]
    told = run(command, "Listing the scenarios", cwd=DEV, env=env.variables)
    return json.loads(told.splitlines()[-1])


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line of dev/factur-x."""
    parser = argparse.ArgumentParser(
        prog="dev/factur-x",
        description="Post every kind of invoice in an Odoo of its own and write its "
        "Factur-X in both profiles; --check judges all of them.",
    )
    parser.add_argument(
        "out", nargs="?", type=Path, help="empty folder, or a former OUT"
    )
    parser.add_argument(
        "--check", action="store_true", help="judge; exit 1 on any finding"
    )
    parser.add_argument(
        "--again", action="store_true", help="judge what a former run wrote to OUT"
    )
    parser.add_argument("--list", action="store_true", help="name the scenarios only")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument(
        "--renderer",
        choices=("patched", "unpatched"),
        default="patched",
        help="wkhtmltopdf with the patched Qt (default) or Debian's",
    )
    parser.add_argument(
        "--golden",
        action="store_true",
        help="instead: rewrite tests/golden and print what changed",
    )
    options = parser.parse_args(arguments)
    if bool(options.out) == (options.golden or options.list):
        parser.error("name the folder OUT, or --golden, or --list")
    options.check = options.check or options.again
    return options
