"""What came of each scenario, for each renderer that took it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from .machine import Renderer

PROFILES = ("chorus", "ctc-fr")


@dataclass
class Row:
    """The result of one scenario, as dev/factur-x reads it.

    :ivar dict files: `{profile: stem}` of the PDF and XML that were written
    :ivar dict refused: `{profile: reason}` where it was held back as promised
    :ivar list problems: sentences; none is the only good result
    """

    name: str
    title: str
    mark: str
    total: str = ""
    files: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def tell(self, problem: str) -> None:
        """Note a problem."""
        self.problems.append(problem)

    def stem(self, profile: str) -> str:
        """Name of its files, without ending."""
        return ".".join(filter(None, (self.name, profile, self.mark)))

    def close(self) -> None:
        """A profile of which nothing is known is a problem, too."""
        for profile in PROFILES:
            if not self.problems and profile not in self.files | self.refused:
                self.tell(f"{profile}: there is no file")


class Results:
    """All rows, by scenario and renderer."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Row] = {}

    def open(self, renderer: Renderer, scenarios: Iterable) -> None:
        """Make the rows of one renderer, in the catalogue's order."""
        for one in scenarios:
            if not renderer.only or one.name in renderer.only:
                row = Row(one.name, one.title, renderer.mark)
                self._rows[one.name, renderer.mark] = row

    def row(self, renderer: Renderer, scenario) -> Row:
        """The row of a scenario with one renderer."""
        return self._rows[scenario.name, renderer.mark]

    def tell_all(self, scenario, problem: str) -> None:
        """Note a problem that has nothing to do with rendering."""
        for row in self._of(scenario):
            row.tell(problem)

    def refuse_all(self, scenario, reason: str) -> None:
        """Note that nothing was rendered, as promised."""
        for row in self._of(scenario):
            row.refused |= dict.fromkeys(PROFILES, reason)

    def _of(self, scenario) -> list[Row]:
        return [row for row in self._rows.values() if row.name == scenario.name]

    def rows(self) -> list[dict]:
        """Every row, complete, as plain data."""
        for row in self._rows.values():
            row.close()
        return [asdict(row) for row in self._rows.values()]
