"""Branch coverage of the addon: measured over all runs of Odoo, judged by folder."""

from pathlib import Path

from .base import CHECKOUT, run
from .environment import Environment
from .odoo_log import Outcome

OVERALL = 95
COMPLETE_PERCENT = 100
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

    def report(self) -> None:
        """Put the data of all processes together and print what was not reached."""
        self._tool("combine", "-q")
        print(self._tool("report"))

    def judge(self, outcome: Outcome) -> None:
        """Count one check for each limit; only the full set of tests can hold them."""
        self._limit(outcome, "all", OVERALL, [])
        for name, pattern in COMPLETE.items():
            if any(CHECKOUT.glob(pattern)):
                include = [f"--include={CHECKOUT / pattern}"]
                self._limit(outcome, name, COMPLETE_PERCENT, include)

    def _limit(
        self, outcome: Outcome, name: str, limit: int, options: list[str]
    ) -> None:
        """Count one check: the percentage of lines and branches is high enough."""
        percent = float(self._tool("report", "--format=total", *options))
        print(f"coverage of {name}: {percent} % (at least {limit} %)")
        problem = None if percent >= limit else f"{percent} %, {limit} % are needed"
        outcome.check(f"coverage of {name}", problem)

    def _tool(self, *arguments: str) -> str:
        command = [self.env.python, "-m", "coverage", arguments[0], self.settings]
        return run(
            [*command, *arguments[1:]], "Coverage", cwd=CHECKOUT, env=self.env.variables
        )
