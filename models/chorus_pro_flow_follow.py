"""Following: what became of deposits, lost answers and integrated invoices.

Only reading calls go out here; each answer is stored in a transaction of its own and
the whole may be repeated.
"""

import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..chorus_api import ChorusError, codes
from .portal_values import concerns_company, naive_utc, paris_date

_logger = logging.getLogger(__name__)

# Minutes after the deposit, then hourly for a day, then daily (API.md B [inferred]).
CHECK_MINUTES = (1, 2, 5, 15, 60)
HOURLY_CHECKS = 24
FLOWS_PER_RUN = 50
RUN_SECONDS = 8
# After this a person decides about a lost answer.
LOST_AFTER = timedelta(hours=24)


class ChorusProFlow(models.Model):
    """The second half of a deposit's life: checked, found, integrated."""

    _inherit = "chorus.pro.flow"

    @api.model
    def _cron_follow(self):
        """Ask what became of deposits and invoices, company by company."""
        for company in self._companies_to_follow():
            company = company._chorus_pro_speak()
            self.with_env(company.env)._follow_company(company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _companies_to_follow(self):
        """Companies with something at the portal of their current environment."""
        groups = self.env["chorus.pro.transmission"]._read_group(
            [("state", "in", ("deposited", "unknown", "integrated", "elsewhere"))],
            ["company_id", "environment"],
        )
        return self.env["res.company"].union(
            *(
                company
                for company, environment in groups
                if company.chorus_pro_environment == environment
            )
        )

    def _follow_company(self, company):
        """Ask about one company, unless it waits, and say when to ask again."""
        gate = company._chorus_pro_gate()
        # The gate may be younger than what this transaction sees.
        self.env["ir.cron"]._commit_progress()
        if not gate._is_paused():
            try:
                with company._chorus_pro_client() as client:
                    self._follow_with(company, gate, client)
                gate._note_success()
            except ChorusError as error:
                gate._pause(error)
            except UserError as error:
                _logger.warning("Chorus Pro is not followed: %s", error)
        self._wake_for_checks(company, gate._read_alone("paused_until"))

    def _follow_with(self, company, gate, client):
        """Deposits that are due, then every invoice whose status changed.

        Stops when the company goes to another environment: the client at hand does
        not speak with it.
        """
        end = time.monotonic() + RUN_SECONDS
        due = self.search(
            [
                *self._open_domain(company),
                ("next_check_at", "<=", fields.Datetime.now()),
            ],
            order="next_check_at",
            limit=FLOWS_PER_RUN,
        )
        for flow in due:
            if time.monotonic() > end or gate._is_left():
                return
            self._repeat(flow._check_alone, client)
            self.env["ir.cron"]._commit_progress(1)
        if not gate._is_left():
            self.env["chorus.pro.transmission"]._follow_changes(company, client, end)

    @api.model
    def _open_domain(self, company):
        """Deposits of `company` about which the portal is still asked."""
        return [
            ("company_id", "=", company.id),
            ("environment", "=", company.chorus_pro_environment),
            ("state", "in", ("deposited", "unknown")),
            ("transmission_ids.state", "in", ("deposited", "unknown")),
        ]

    @api.model
    def _wake_for_checks(self, company, paused_until):
        """Ask to be run again when the next deposit of `company` is due."""
        first = self.search(self._open_domain(company), order="next_check_at", limit=1)
        if first:
            soonest = fields.Datetime.now() + timedelta(minutes=1)
            moments = (soonest, first.next_check_at, paused_until)
            self._wake_follow(at=max(filter(None, moments)))

    def _check_alone(self, client):
        """Ask about this deposit; a refusal that is about it stops no other."""
        try:
            self._check(client)
        except ChorusError as error:
            if concerns_company(error):
                raise
            _logger.info("Deposit %s cannot be read: %s", self.name, error.code)
            self._schedule_check()

    def _check_now(self):
        """Ask the portal now, for a person who waits.

        :raise UserError: the portal did not answer; says what to do
        """
        for company, flows in self.grouped("company_id").items():
            flows._check_company_now(company)

    def _check_company_now(self, company):
        """Ask about deposits of one company; see `_check_now`."""
        try:
            with company._chorus_pro_client() as client:
                for flow in self:
                    flow._check(client)
        except ChorusError as error:
            raise UserError(company._chorus_pro_explain(error)) from error

    def _check(self, client):
        """Ask about this deposit, in the way its state demands."""
        self.ensure_one()
        if self.state == "deposited":
            self._read_report(client)
        elif self.state == "unknown":
            self._look_for_lost(client)

    def _schedule_check(self):
        """Note that the portal was asked, and when to ask again."""
        now = fields.Datetime.now()
        checks = self.checks + 1
        if checks < len(CHECK_MINUTES):
            wait = timedelta(minutes=CHECK_MINUTES[checks])
        elif checks < len(CHECK_MINUTES) + HOURLY_CHECKS:
            wait = timedelta(hours=1)
        else:
            wait = timedelta(days=1)
        self.write({"checks": checks, "checked_at": now, "next_check_at": now + wait})

    # === DEPOSITED: THE REPORT OF THE PORTAL === #

    def _read_report(self, client):
        """Read `consulterCRDetaille` and let the invoices follow."""
        report = client.consulter_cr_detaille(self.name)
        if not report.known:
            # Right after the deposit the portal may not know its own flow yet.
            self._schedule_check()
            return
        items = {}
        state = codes.FLOW_STATES.get(report.state)
        event = state.event if state else "pending"
        if event in ("integrated", "partial"):
            own_id = self.company_id._chorus_pro_own_id(client)
            found = client.rechercher_fournisseur(
                supplier_id=own_id, flow_number=self.name
            )
            items = {item.number: item for item in found}
        self._schedule_check()
        self.write(
            {
                "portal_state": report.state,
                "portal_state_at": naive_utc(report.state_at),
                "portal_report": self._report_text(report),
            }
        )
        self._follow_report(event, report, items)

    def _report_text(self, report):
        """The portal's own words about a deposit, a line each."""
        lines = [
            " ".join(filter(None, (e.code, e.label))) for e in report.technical_errors
        ]
        for error in report.invoice_errors:
            lines += [f"{error.number}: {message}" for message in error.messages]
        return "\n".join(lines)

    def _follow_report(self, event, report, items):
        """Move the flow and each of its transmissions along the report."""
        waiting = self.transmission_ids.filtered(lambda t: t.state == "deposited")
        errors = waiting._named_errors(report)
        if event == "integrated":
            self._apply("integrate", next_check_at=False)
            waiting._integrate(items)
        elif event == "partial" and set(waiting.mapped("number")) <= {*items, *errors}:
            # An invoice that is neither found nor named: the report is asked again.
            self._apply("partial", next_check_at=False)
            waiting.filtered(lambda t: t.number not in errors)._integrate(items)
            waiting._reject(errors, "")
        elif event == "rejected":
            self._apply("reject", next_check_at=False)
            waiting._reject(errors, self.portal_report or report.state)
        elif event == "incident":
            self._apply("incident", next_check_at=False)
            again = waiting._apply("incident", error_code="incident")
            again._tell(
                self.env._(
                    "Chorus Pro: incident at the portal, flow %(flow)s was not "
                    "processed. The same file is sent again.",
                    flow=self.name,
                )
            )
            again._wake()

    # === UNKNOWN: SEARCH BEFORE ANYTHING ELSE === #

    def _look_for_lost(self, client):
        """Search the invoices of a lost deposit; one that is found settles the flow."""
        own_id = self.company_id._chorus_pro_own_id(client)
        posted = paris_date(self.attempted_at)
        lost = self.transmission_ids.filtered(lambda t: t.state == "unknown")
        for transmission in lost:
            found = client.rechercher_fournisseur(
                supplier_id=own_id,
                invoice_number=transmission.number,
                deposited_from=posted,
            )
            flows = {i.flow_number for i in found if transmission._is_same_invoice(i)}
            if len(flows) == 1 and all(flows):
                self._settle(flows.pop())
                return
        self._schedule_check()
        if fields.Datetime.now() - self.attempted_at > LOST_AFTER:
            lost._ask_person()

    def _settle(self, flow_number):
        """The portal has the deposit under `flow_number`: go on as deposited."""
        now = fields.Datetime.now()
        if not self._apply(
            "find",
            name=flow_number,
            deposited_at=self.attempted_at,
            checks=0,
            next_check_at=now,
            error_code=False,
            detail=False,
        ):
            return
        found = self.transmission_ids._apply(
            "find", error_code=False, error=False, detail=False
        )
        found._tell(
            self.env._(
                "Chorus Pro: found at the portal, flow %(flow)s.", flow=flow_number
            )
        )
        self._wake_follow()
