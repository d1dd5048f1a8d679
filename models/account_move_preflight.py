"""Everything Chorus Pro would refuse, found before the invoice leaves."""

from dataclasses import dataclass

from odoo import api, models

from ..const import ISSUES, TERMS
from ..factur_x import check_attachments, check_terms
from .res_partner import PUBLIC_TO_PUBLIC_SERVICE

LOCKED_STATES = ("to_send", "sending", "unknown", "deposited", "integrated")


@dataclass(frozen=True)
class Problem:
    """One thing that stops an invoice ("error") or deserves a look ("warning").

    `record` and `field` say where it is fixed; `code` is stable, for tests and
    filters; `message` is in the user's language.
    """

    code: str
    level: str
    message: str
    record: models.BaseModel
    field: str = ""


class AccountMove(models.Model):
    """The one place that computes what stops an invoice; it calls no network."""

    _inherit = "account.move"

    @api.depends(
        "state",
        "chorus_pro_status",
        "commercial_partner_id.chorus_pro_is_public",
        "commercial_partner_id.chorus_pro_requirement",
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
        if problem.record == self:
            return {}
        return {
            "action_text": self.env._("Open %s", problem.record.display_name),
            "action": problem.record._get_records_action() if problem.record else False,
        }

    # === CHECKS === #

    def _chorus_pro_find_problems(self):
        """All problems of one invoice, blockers first.

        :return: list of Problem
        """
        self.ensure_one()
        problems = [
            *self._chorus_pro_check_kind(),
            *self._chorus_pro_check_company(),
            *self._chorus_pro_check_entity(),
        ]
        stopped = {p.code for p in problems if p.level == "error"} - {"on_its_way"}
        if not stopped:
            problems += self._chorus_pro_check_document()
        return sorted(problems, key=lambda p: p.level != "error")

    def _chorus_pro_blockers(self):
        """What stops a queued invoice from being frozen, now."""
        return [
            problem
            for problem in self._chorus_pro_find_problems()
            if problem.level == "error" and problem.code != "on_its_way"
        ]

    def _chorus_pro_check_kind(self):
        """Is it an invoice that may go at all, and not already on its way?"""
        if self.move_type not in ("out_invoice", "out_refund"):
            yield self._chorus_pro_problem(
                "kind",
                self.env._("Only customer invoices and credit notes can be sent."),
            )
            return
        if self.state != "posted":
            yield self._chorus_pro_problem(
                "not_posted", self.env._("The invoice is not posted. Confirm it first.")
            )
        yield from self._chorus_pro_check_attempt()
        if self.currency_id != self.company_id.currency_id:
            yield self._chorus_pro_problem(
                "currency",
                self.env._(
                    "Invoices in %(currency)s cannot be sent yet: only euros.",
                    currency=self.currency_id.name,
                ),
            )
        if not self.invoice_line_ids.filtered(lambda li: li.display_type == "product"):
            yield self._chorus_pro_problem(
                "no_lines", self.env._("The invoice has no line.")
            )

    def _chorus_pro_check_attempt(self):
        """Has an attempt already brought it there, or is one on its way?"""
        state = self.chorus_pro_transmission_id.state
        if state == "integrated" and self.chorus_pro_status == "rejected":
            # A number that was filed is used up: API.md 4.6 [O].
            yield self._chorus_pro_problem(
                "refused_by_recipient",
                self.env._(
                    "The recipient refused it. Correct it with a credit note and a "
                    "new invoice: this number cannot be sent again."
                ),
            )
        elif state in LOCKED_STATES:
            yield self._chorus_pro_problem(
                "on_its_way", self.env._("It is already on its way to Chorus Pro.")
            )
        if self.chorus_pro_status == "elsewhere":
            yield self._chorus_pro_problem(
                "elsewhere", self.env._("It is marked as sent elsewhere.")
            )

    def _chorus_pro_check_company(self):
        """Can the company send?"""
        company = self.company_id
        if not company._chorus_pro_is_configured():
            yield self._chorus_pro_problem(
                "not_configured",
                self.env._(
                    "Chorus Pro is not set up for %(company)s.", company=company.name
                ),
                company,
            )
        if not company._chorus_pro_siret():
            yield self._chorus_pro_problem(
                "company_siret",
                self.env._(
                    "%(company)s has no SIRET of 14 digits.", company=company.name
                ),
                company.partner_id,
                "company_registry",
            )

    def _chorus_pro_check_entity(self):
        """Does the entity take it, and has the invoice what the entity demands?"""
        entity = self.commercial_partner_id
        if not entity.chorus_pro_is_public:
            yield self._chorus_pro_problem(
                "not_public",
                self.env._(
                    "%(partner)s is not marked as a public entity.",
                    partner=entity.display_name,
                ),
                entity,
                "chorus_pro_is_public",
            )
        if not entity._chorus_pro_siret():
            yield self._chorus_pro_problem(
                "entity_siret",
                self.env._(
                    "%(partner)s has no SIRET of 14 digits.",
                    partner=entity.display_name,
                ),
                entity,
                "company_registry",
            )
        yield from self._chorus_pro_check_requirement()
        yield from self._chorus_pro_check_service()

    def _chorus_pro_check_requirement(self):
        """Service and engagement, as the entity's directory entry demands."""
        entity = self.commercial_partner_id
        requirement = entity._chorus_pro_known_requirement(
            self.company_id.chorus_pro_environment
        )
        service, engagement = self.buyer_reference, self.purchase_order_reference
        if requirement == "unknown":
            yield self._chorus_pro_problem(
                "requirement_unknown",
                self.env._(
                    "It is not yet known what %(partner)s requires. "
                    "Read it from the portal.",
                    partner=entity.display_name,
                ),
                entity,
                level="warning",
            )
        if requirement in ("service", "both") and not service:
            yield self._chorus_pro_problem(
                "service_missing",
                self.env._("Service missing: the entity requires it."),
                field="buyer_reference",
            )
        if requirement in ("engagement", "both") and not engagement:
            yield self._chorus_pro_problem(
                "engagement_missing",
                self.env._("Engagement number missing: the entity requires it."),
                field="purchase_order_reference",
            )
        if requirement == "either" and not (service or engagement):
            yield self._chorus_pro_problem(
                "either_missing",
                self.env._(
                    "Service or engagement number missing: the entity requires one."
                ),
                field="purchase_order_reference",
            )

    def _chorus_pro_check_service(self):
        """Is the service one that the entity still has?"""
        code = self.buyer_reference
        if not code:
            return
        if code == PUBLIC_TO_PUBLIC_SERVICE:
            yield self._chorus_pro_problem(
                "service_public_to_public",
                self.env._(
                    "The service %(code)s is reserved for invoices between public "
                    "bodies. Choose another.",
                    code=code,
                ),
                field="buyer_reference",
            )
            return
        entity = self.commercial_partner_id
        known = entity.with_context(active_test=False).chorus_pro_service_ids
        service = known.filtered(lambda s: s.code == code)
        if known and not service:
            yield self._chorus_pro_problem(
                "service_unknown",
                self.env._(
                    "The service %(code)s is not in the entity's directory.", code=code
                ),
                field="buyer_reference",
                level="warning",
            )
        elif service and not service._is_open():
            yield self._chorus_pro_problem(
                "service_closed",
                self.env._("The service %(code)s is closed.", code=code),
                field="buyer_reference",
            )
        if service.engagement_required and not self.purchase_order_reference:
            yield self._chorus_pro_problem(
                "service_engagement_missing",
                self.env._(
                    "Engagement number missing: the service %(code)s requires it.",
                    code=code,
                ),
                field="purchase_order_reference",
            )

    def _chorus_pro_check_document(self):
        """What the document rules of factur_x say of terms and attachments."""
        issues = [
            *check_terms(self._chorus_pro_terms()),
            *check_attachments(self._chorus_pro_attachments()),
        ]
        for issue in issues:
            words, term = ISSUES.get(issue.code), TERMS.get(issue.term)
            values = {
                "value": issue.value,
                "limit": issue.limit,
                "term": self.env._(term) if term else issue.term,
            }
            message = self.env._(words) % values if words else issue.code
            yield self._chorus_pro_problem(issue.code, message, level=issue.level)

    def _chorus_pro_problem(self, code, message, record=None, field="", level="error"):
        """A Problem to fix on `record`, by default on the invoice itself."""
        return Problem(code, level, message, self if record is None else record, field)
