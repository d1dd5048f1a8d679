"""What axe-core finds on a screen, and whose it is: ours, or of Odoo itself.

Most of a screen is drawn by Odoo: its lists, fields, dialogs. A finding counts as ours
unless a screen of Odoo without this addon has the same one (rule and kind of element),
or it lies in a part that our views do not write, or it is the contrast of colours that
Odoo's palette chose. All are kept in the report, each side apart.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from .browser import Page

# Findings of these weights fail the check.
GRAVE = ("serious", "critical")
# Drawn by Odoo's components around what a view says.
CORE_PARTS = (
    ".o_main_navbar, .o_control_panel, .o_searchview, .o_search_panel, .modal-header,"
    " .o-mail-Chatter, .o-mail-Message, .o_list_button, .o_list_table th, .o_tag,"
    " .o_breadcrumb, .o_search_bar_menu, .o_progressbar, .o_pivot,"
    " .o-mail-ActivityButton, .o_notification_manager"
)
# Elements that Odoo makes for a view, whose role a view cannot choose.
CORE_ELEMENTS = (
    "main, .o_kanban_record, .o-main-components-container, button.position-absolute.z-1"
)
# Classes of Bootstrap and of Odoo whose colours Odoo's style sheets choose.
PALETTE = (
    "[class*=text-bg-], .text-muted, .o_data_row.text-muted td,"
    " .o_form_label_readonly, .o_field_actionable_errors a"
)
RUN = """
(async () => {
    const result = await axe.run(document, {resultTypes: ["violations"]});
    return result.violations.flatMap((rule) => rule.nodes.map((node) => {
        const element = document.querySelector(node.target.at(-1));
        const core = element && (element.closest(%(parts)s)
            || element.matches(%(elements)s)
            || (rule.id === "color-contrast" && element.closest(%(palette)s)));
        return {
            rule: rule.id, impact: node.impact || rule.impact, help: rule.help,
            target: node.target.flat().join(" "), html: node.html.slice(0, 300),
            tag: element ? element.tagName.toLowerCase() : "",
            classes: element ? [...element.classList].sort() : [],
            core: Boolean(core),
            why: [...node.any, ...node.all].map((one) => one.message).join(" "),
        };
    }));
})()
""" % {
    "parts": json.dumps(CORE_PARTS),
    "elements": json.dumps(CORE_ELEMENTS),
    "palette": json.dumps(PALETTE),
}


@dataclass(frozen=True)
class Finding:
    """One element that breaks one rule."""

    rule: str
    impact: str
    help: str
    target: str
    html: str
    kind: tuple
    why: str
    core: bool

    @property
    def grave(self) -> bool:
        """Whether it fails the check."""
        return self.impact in GRAVE

    def __str__(self) -> str:
        return (
            f"{self.impact} {self.rule}: {self.help}\n    {self.html}\n    {self.why}"
        )


class Auditor:
    """Runs axe-core on pages and knows what Odoo's own screens have."""

    def __init__(self, script: Path) -> None:
        self.script = script.read_text(encoding="utf-8")
        self.core: set[tuple] = set()

    def look(self, page: Page) -> list[Finding]:
        """Everything that is found on the page as it is."""
        page.run(f"{self.script}; true")
        return [_finding(found) for found in page.run(RUN)]

    def learn(self, page: Page) -> list[Finding]:
        """Take what is found on a screen without our addon for Odoo's own."""
        found = self.look(page)
        self.core |= {finding.kind for finding in found}
        return found

    def split(self, findings: list[Finding]) -> tuple[list[Finding], list[Finding]]:
        """Ours and Odoo's."""
        core = [one for one in findings if one.core or one.kind in self.core]
        return [one for one in findings if one not in core], core


def _finding(found: dict) -> Finding:
    """Elements with the same tag and classes of Odoo's are of one kind."""
    kept = [name for name in found["classes"] if not name.startswith("o_field_chorus")]
    return Finding(
        **{name: found[name] for name in ("rule", "impact", "help", "target", "html")},
        kind=(found["rule"], found["tag"], tuple(kept)),
        why=found["why"],
        core=found["core"],
    )


def as_json(findings: list[Finding]) -> list[dict]:
    """The findings for the report."""
    return json.loads(json.dumps([vars(finding) for finding in findings]))
