"""Branch coverage of the addon: measured over all runs of Odoo, judged by folder."""

from pathlib import Path

from .base import CHECKOUT, SetupError, run
from .environment import Environment
from .odoo_log import Outcome

OVERALL = 95
# Where a branch that no test takes could lose or double an invoice.
COMPLETE = {
    "chorus_api": "chorus_api/*",
    "factur_x": "factur_x/*",
    "state machines": "models/chorus_pro*state*.py",
}


class Coverage:
    """Coverage data of one call of dev/test, kept in `folder`."""

    def __init__(self, env: Environment, folder: Path) -> None:
        self.env = env
        env.variables["COVERAGE_FILE"] = str(folder / "data")
        self.settings = f"--rcfile={CHECKOUT / 'dev' / 'coverage.ini'}"

    def wrap(self, arguments: list[str]) -> list[str]:
        """The command that runs Odoo with these arguments and measures it."""
        python = str(self.env.python)
        tool = [python, "-m", "coverage", "run", self.settings, f"--source={CHECKOUT}"]
        return [*tool, "-m", "odoo", *arguments]

    def judge(self, outcome: Outcome) -> None:
        """Print the report and count one check for each limit."""
        self._tool("combine", "-q")
        print(self._tool("report"))
        outcome.check("coverage", self._below(OVERALL, []))
        for name, pattern in COMPLETE.items():
            if any(CHECKOUT.glob(pattern)):
                limits = [f"--include={CHECKOUT / pattern}"]
                outcome.check(f"coverage of {name}", self._below(100, limits))

    def _below(self, limit: int, options: list[str]) -> str | None:
        """Why a limit is not reached, None when it is."""
        try:
            self._tool("report", f"--fail-under={limit}", *options)
        except SetupError as error:
            return f"below {limit} % (branches count)\n{error}"
        return None

    def _tool(self, *arguments: str) -> str:
        command = [self.env.python, "-m", "coverage", arguments[0], self.settings]
        return run(
            [*command, *arguments[1:]], "Coverage", cwd=CHECKOUT, env=self.env.variables
        )
