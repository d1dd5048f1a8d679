"""From posted invoices to files: one run of the renderer for each company as it is."""

import logging
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from psycopg2 import Error as DatabaseError

from odoo.exceptions import UserError

from odoo.addons.l10n_fr_chorus_pro.factur_x import FacturXError

from .facts import unmet
from .machine import Renderer
from .results import PROFILES, Results
from .round_trip import differences

# One run of the renderer takes as many, as in production.
BATCH = 80
# What posting one broken scenario may raise; the others go on.
BUILD_ERRORS = (
    UserError,
    DatabaseError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
_logger = logging.getLogger(__name__)


class Printer:
    """Posts, renders and writes; every problem becomes a sentence of the results."""

    def __init__(self, studio, folder: Path, renderers: list[Renderer]) -> None:
        self.studio = studio
        self.env = studio.env
        self.folder = folder
        self.renderers = renderers
        self.results = Results()

    def print_all(self, scenarios) -> list[dict]:
        """Do the scenarios, company by company; a result for each and renderer."""

        def key(scenario):
            return scenario.seller, scenario.poor_fonts

        for renderer in self.renderers:
            self.results.open(renderer, scenarios)
        for (_seller, poor), group in groupby(sorted(scenarios, key=key), key):
            posted = {one: move for one in group if (move := self._post(one))}
            # The server that gives the style sheets must see the company's.
            self.env.cr.commit()
            free = {one: m for one, m in posted.items() if not self._held(one, m)}
            for renderer in self.renderers:
                wanted = {
                    one: move
                    for one, move in free.items()
                    if not renderer.only or one.name in renderer.only
                }
                with renderer.in_use(poor_fonts=poor):
                    self._print(renderer, wanted)
        return self.results.rows()

    def _post(self, scenario):
        """The posted invoice, None when it could not be made."""
        try:
            with self.env.cr.savepoint():
                return self.studio.build(scenario)
        except BUILD_ERRORS as error:
            _logger.info("scenario %s", scenario.name, exc_info=True)
            reason = f"not posted: {type(error).__name__}: {error}"
            self.results.tell_all(scenario, reason)
            return None

    def _held(self, scenario, move) -> bool:
        """Whether the pre-flight holds it back, which must be as promised."""
        found = move._chorus_pro_find_problems()
        blockers = [problem for problem in found if problem.level == "error"]
        wanted = scenario.refused.get(PROFILES[0])
        if wanted in {problem.code for problem in blockers}:
            told = " ".join(problem.message for problem in blockers)
            self.results.refuse_all(scenario, f"{wanted}: {told}")
            return True
        for problem in blockers:
            reason = f"held back: {problem.code}: {problem.message}"
            self.results.tell_all(scenario, reason)
        return False

    # === FILES === #

    def _print(self, renderer: Renderer, posted: dict) -> None:
        moves = self.env["account.move"].union(*posted.values())
        pdfs, failures = {}, {}
        started = time.monotonic()
        for number in range(0, len(moves), BATCH):
            batch = moves[number : number + BATCH]
            report = self.env["ir.actions.report"]
            pdfs |= report._chorus_pro_render(batch, failures)
        if moves:
            seconds = time.monotonic() - started
            _logger.info("%s invoices rendered in %.1f s", len(moves), seconds)
        for scenario, move in posted.items():
            row = self.results.row(renderer, scenario)
            if move.id in pdfs:
                self._write(row, scenario, move, pdfs[move.id])
            else:
                row.tell(f"not rendered: {failures.get(move.id)}")

    def _write(self, row, scenario, move, pdf: bytes) -> None:
        row.total = f"{move.amount_total:.2f} {move.currency_id.name}"
        for profile in PROFILES:
            try:
                document = move._chorus_pro_make_document(pdf, profile)
            except FacturXError as error:
                self._take_error(row, scenario, profile, error)
                continue
            if wanted := scenario.refused.get(profile):
                row.tell(f"{profile}: made in spite of {wanted}")
            stem = row.stem(profile)
            (self.folder / f"{stem}.pdf").write_bytes(document.content)
            (self.folder / f"{stem}.xml").write_bytes(document.xml)
            row.files[profile] = stem
            for problem in self._compare(scenario, move, document, profile):
                row.tell(f"{profile}: {problem}")

    def _take_error(self, row, scenario, profile: str, error: FacturXError) -> None:
        codes = {error.code, *(getattr(one, "code", "") for one in error.findings)}
        details = [str(finding) for finding in error.findings] or [error.detail]
        if scenario.refused.get(profile) in codes:
            row.refused[profile] = f"{error.code}: {' '.join(details)}"
            return
        for detail in details:
            row.tell(f"{profile}: not made: {error.code}: {detail}")

    def _compare(self, scenario, move, document, profile: str) -> Iterator[str]:
        yield from differences(move, document.xml, profile)
        if profile == "chorus":
            yield from unmet(scenario.facts, document.xml)
