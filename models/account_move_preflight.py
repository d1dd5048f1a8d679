"""Everything Chorus Pro would refuse, found before the invoice leaves."""

import re
from dataclasses import dataclass

from odoo import api, models

from ..const import MODULE
from ..const_documents import ISSUES, TERMS
from ..factur_x import check_attachments, check_terms
from .account_move_preflight_places import FIELDS, RULES, SUPPLIER_TERMS

# With one of these there is no document to judge.
NO_DOCUMENT = {"kind", "not_posted", "no_lines", "elsewhere", "refused_by_recipient"}
# Issues of the document that were told before, with the record where to fix them.
TOLD_BEFORE = {
    ("siret_missing", "BT-30"): "company_siret",
    ("siret_format", "BT-30"): "company_siret",
    ("siret_missing", "BT-47"): "entity_siret",
    ("siret_format", "BT-47"): "entity_siret",
}
# Business terms of a line (BG-25): its number helps to find it.
LINE_TERM = re.compile(r"BT-1(2[6-9]|[345]\d|6[01])(-\d+)?|BG-2[5-9]|BG-3[0-2]")
# Methods of the invoice that solve an issue of the document.
FIXES = {"preceding_several": "action_chorus_pro_split"}
# Server actions of these methods, for links beside problems.
LINKS = {
    "action_chorus_pro_split": f"{MODULE}.action_chorus_pro_split",
    "action_chorus_pro_check": f"{MODULE}.action_chorus_pro_check",
}


@dataclass(frozen=True)
class Problem:
    """One thing that stops an invoice ("error") or deserves a look ("warning").

    `record` and `field` say where it is fixed, `method` names an action of the invoice
    that does it; `code` is stable, for tests and filters; `message` is in the user's
    language. `rule` is where the demand comes from: the official rule, with which the
    message ends, or the place of API.md with its mark.
    """

    code: str
    level: str
    message: str
    record: models.BaseModel
    field: str = ""
    rule: str = ""
    method: str = ""


class AccountMove(models.Model):
    """The one place that computes what stops an invoice; it calls no network."""

    _inherit = "account.move"

    @api.depends(
        "state",
        "chorus_pro_status",
        "commercial_partner_id.chorus_pro_is_public",
        "commercial_partner_id.chorus_pro_requirement",
        "commercial_partner_id.chorus_pro_directory_state",
        "commercial_partner_id.company_registry",
        "purchase_order_reference",
        "buyer_reference",
        "contract_reference",
        "chorus_pro_framework",
        "chorus_pro_attachment_ids",
        "partner_bank_id",
    )
    @api.depends_context("lang")
    def _compute_chorus_pro_problems(self):
        for move in self:
            waiting = move.chorus_pro_status in ("to_send", "error", "rejected")
            problems = move._chorus_pro_find_problems() if waiting else []
            blocked = any(p.level == "error" for p in problems)
            move.chorus_pro_can_send = waiting and not blocked
            move.chorus_pro_problems = move._chorus_pro_alerts(problems)
            move.chorus_pro_can_check = any(
                p.method == "action_chorus_pro_check" for p in problems
            )

    def _chorus_pro_alerts(self, problems):
        """Problems in the form of core's `actionable_errors` widget."""
        levels = {"error": "danger", "warning": "warning"}
        return {
            f"{index:02d}_{problem.code}": {
                "level": levels[problem.level],
                "message": problem.message,
                **self._chorus_pro_fix(problem),
            }
            for index, problem in enumerate(problems)
        } or False

    def _chorus_pro_fix(self, problem):
        """The link to the record to fix; none when it is the invoice on screen."""
        if problem.method:
            return {
                "action_text": self._chorus_pro_name_method(problem.method),
                "action": {
                    "type": "ir.actions.server",
                    # Not by env.ref, which asks each time whether it still exists.
                    "id": self.env["ir.model.data"]._xmlid_to_res_id(
                        LINKS[problem.method]
                    ),
                    "context": {"active_model": self._name, "active_ids": self.ids},
                },
            }
        if problem.record == self:
            return {}
        return {
            "action_text": self.env._("Open %s", problem.record.display_name),
            "action": problem.record._get_records_action() if problem.record else False,
        }

    @api.model
    def _chorus_pro_name_method(self, method):
        """The words of a link that solves a problem."""
        if method == "action_chorus_pro_split":
            return self.env._("Split it")
        return self.env._("Check now")

    # === CHECKS === #

    def _chorus_pro_find_problems(self):
        """All problems of one invoice, blockers first.

        :return: list of Problem
        """
        self.ensure_one()
        self._chorus_pro_read_ahead()
        problems = [
            *self._chorus_pro_check_kind(),
            *self._chorus_pro_check_company(),
            *self._chorus_pro_check_entity(),
        ]
        told = {problem.code for problem in problems}
        if not told & NO_DOCUMENT:
            problems += self._chorus_pro_check_document(told)
        return sorted(problems, key=lambda p: p.level != "error")

    def _chorus_pro_read_ahead(self):
        """Read at once, for all invoices that are judged together, what core's tax
        engine would else read line by line: it forgets which lines go together.
        """
        for line in self.line_ids:
            _known = line.tax_ids, line.tax_tag_ids

    def _chorus_pro_blockers(self):
        """What stops a queued invoice from being frozen, now."""
        return [
            problem
            for problem in self._chorus_pro_find_problems()
            if problem.level == "error" and problem.code != "on_its_way"
        ]

    def _chorus_pro_check_document(self, told):
        """What the document rules of factur_x say of terms and attachments.

        :param set told: codes of the problems that are known already
        """
        profile = self.company_id._chorus_pro_profile()
        strict = self.company_id._chorus_pro_is_strict()
        issues = [
            *check_terms(self._chorus_pro_terms(), profile, strict=strict),
            *check_attachments(self._chorus_pro_attachments()),
        ]
        for issue in issues:
            if TOLD_BEFORE.get((issue.code, issue.term)) in told:
                continue
            yield self._chorus_pro_problem(
                issue.code,
                self._chorus_pro_put_issue(issue),
                self._chorus_pro_place(issue.term),
                FIELDS.get(issue.term, ""),
                level=issue.level,
                rule=issue.rule,
                method=FIXES.get(issue.code, ""),
            )

    def _chorus_pro_place(self, term):
        """The record on which a business term is corrected."""
        return self._chorus_pro_supplier() if term in SUPPLIER_TERMS else self

    def _chorus_pro_put_issue(self, issue):
        """Words for an issue of the document: which line, what, by which rule."""
        words, term = ISSUES.get(issue.code), TERMS.get(issue.term)
        values = {
            "value": issue.value,
            "limit": issue.limit,
            "term": self.env._(term) if term else issue.term,
        }
        message = (self.env._(words) if words else issue.code) % values
        if issue.line and LINE_TERM.fullmatch(issue.term):
            message = self.env._(
                "Line %(line)s: %(message)s", line=issue.line, message=message
            )
        return f"{message} ({issue.rule})" if issue.rule else message

    def _chorus_pro_put_finding(self, finding):
        """Words for a finding of the official rules: which line, which term, its text.

        The publishers write in English or French only; the rest is the user's.
        """
        term = TERMS.get(finding.term)
        text = re.sub(r"^\[[^\]]*\][-\s]*", "", finding.text)
        message = f"{self.env._(term)}: {text}" if term else text
        if finding.line:
            message = self.env._(
                "Line %(line)s: %(message)s", line=finding.line, message=message
            )
        return f"{message} ({finding.rule})"

    def _chorus_pro_problem(
        self, code, message, record=None, field="", level="error", **more
    ):
        """A Problem to fix on `record`, by default on the invoice itself."""
        record = self if record is None else record
        more["rule"] = more.get("rule") or RULES.get(code, "")
        return Problem(code, level, message, record, field, **more)
