"""Takes the pictures, has each screen judged, keeps what was noticed."""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .audit import Auditor, Finding, as_json
from .browser import BrowserError, Page
from .odoo import Odoo
from .screen import BOTH, Screen
from .table import CORE, SCREENS

# Widths and heights: the smallest laptop that counts, a phone.
SIZES = {"desktop": (1366, 768), "phone": (390, 844), "dark": (1366, 768)}
# What is cut off by three dots, or sticks out to the right, inside of our screens.
CUT = """
[...document.querySelectorAll(".o_action_manager *, .modal-body *")].filter((one) => {
    const style = getComputedStyle(one);
    return one.getClientRects().length && one.scrollWidth > one.clientWidth + 1
        && style.overflowX === "hidden" && style.textOverflow === "ellipsis"
        && !one.closest(".o_data_row, .o_searchview, .o_field_many2many_binary");
}).map((one) => one.textContent.trim().slice(0, 60)).filter(Boolean)
"""
WIDE = "document.scrollingElement.scrollWidth > innerWidth + 1"
TEXTS = """
[...document.querySelectorAll(".o_action_manager, .modal-content")].map((one) =>
    one.innerText.split("\\n").map((line) => line.trim())
        .filter((line) => /[A-Za-z]{3}/.test(line))).flat()
"""


@dataclass
class Gallery:
    """One run over the table."""

    page: Page
    odoo: Odoo
    auditor: Auditor | None
    folder: Path
    only: tuple[str, ...] = ()
    languages: tuple[str, ...] = BOTH
    forms: tuple[str, ...] = tuple(SIZES)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    texts: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def take(self) -> None:
        """Every screen, in each of its languages and forms."""
        if self.auditor:
            self.learn()
        for language in self.languages:
            self.odoo.speak(language)
            for form in self.forms:
                self.dress(form)
                for screen in self.chosen(language, form):
                    self.try_one(screen, language, form)
        self.compare_languages()
        self.write()

    def chosen(self, language: str, form: str) -> list[Screen]:
        """The screens of a round: laptops in both languages, all else in one."""
        second = BOTH.index(language) > 0
        return [
            screen
            for screen in SCREENS
            if language in screen.languages
            and form in screen.forms
            and (not self.only or screen.name in self.only)
            and (form == "desktop" or (form == "phone") == second or self.only)
        ]

    def dress(self, form: str) -> None:
        """Put the browser into a form."""
        self.page.size(*SIZES[form], phone=form == "phone")
        self.page.darken(form == "dark")

    def learn(self) -> None:
        """Look at screens of Odoo alone, on both sizes, to know what is its own."""
        self.odoo.speak(BOTH[0])
        for form in {"desktop", "phone"} & set(self.forms):
            self.dress(form)
            for address in CORE:
                name = f"core {address} {form}"
                print(f"[screens] {name} …", file=sys.stderr, flush=True)
                self.odoo.show(address)
                self.findings[name] = self.auditor.learn(self.page)

    # === ONE SCREEN === #

    def try_one(self, screen: Screen, language: str, form: str) -> None:
        """Take one picture; a screen that does not come is a problem."""
        name = f"{screen.name}.{language[:2]}.{form}"
        print(f"[screens] {name} …", file=sys.stderr, flush=True)
        try:
            self.reach(screen)
        except (BrowserError, TimeoutError) as error:
            self.problems.append(f"{name}: {error}")
        try:
            self.page.picture(self.folder / f"{name}.png")
            if form != "dark":
                self.judge(screen, language, name)
        except BrowserError as error:
            self.problems.append(f"{name}: {error}")

    def judge(self, screen: Screen, language: str, name: str) -> None:
        """Keep what is found on the screen that is shown."""
        if self.auditor:
            self.findings[name] = self.auditor.look(self.page)
        self.texts[screen.name, language] = set(self.page.run(TEXTS))
        self.notes += [f"{name}: cut off: {text}" for text in self.page.run(CUT)]
        if self.page.run(WIDE):
            self.notes.append(f"{name}: wider than the window")

    def reach(self, screen: Screen) -> None:
        """Go there and do what the table says."""
        address = screen.at
        if screen.record:
            found = self.odoo.newest(*map(_plain, screen.record))
            if not found:
                raise BrowserError(f"no record of {screen.record}")
            address = address.format(id=found)
        self.odoo.show(address)
        for verb, *arguments in screen.steps:
            getattr(self.odoo if hasattr(self.odoo, verb) else self.page, verb)(
                *arguments
            )
        if self.page.has(".o_error_dialog"):
            raise BrowserError("Odoo shows an error")

    # === WHAT CAME OUT === #

    def compare_languages(self) -> None:
        """Lines that are the same in both languages may be untranslated."""
        for name in sorted({name for name, _language in self.texts}):
            pair = [self.texts.get((name, language), set()) for language in BOTH]
            self.notes += [
                f"{name}: same in French: {x}" for x in sorted(pair[0] & pair[1])
            ]

    def split(self, found: list[Finding]) -> tuple[list[Finding], list[Finding]]:
        """Ours and Odoo's; nothing without axe-core."""
        return self.auditor.split(found) if self.auditor else ([], [])

    def grave(self) -> list[str]:
        """Findings of weight in our own part, each once."""
        found: dict[tuple, str] = {}
        for name, findings in self.findings.items():
            for one in self.split(findings)[0]:
                if one.grave:
                    found.setdefault((one.kind, one.html), f"{name}: {one}")
        return list(found.values())

    def write(self) -> None:
        """Keep everything beside the pictures."""
        split = {name: self.split(found) for name, found in self.findings.items()}
        report = {
            "problems": self.problems,
            "notes": self.notes,
            "ours": {
                name: as_json(ours) for name, (ours, _core) in split.items() if ours
            },
            "odoo": {
                name: as_json(core) for name, (_ours, core) in split.items() if core
            },
        }
        text = json.dumps(report, indent=1, ensure_ascii=False)
        (self.folder / "report.json").write_text(text, encoding="utf-8")


def _plain(part):
    return [list(one) for one in part] if isinstance(part, list) else part
