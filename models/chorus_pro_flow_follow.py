"""Following: what became of deposits, lost answers and integrated invoices.

Only reading calls go out here; each answer is stored in a transaction of its own and
the whole may be repeated.
"""

import logging
import time
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..chorus_api import ChorusError, codes
from .chorus_pro_state import COLLISIONS
from .portal_values import LOST_AFTER, concerns_company, naive_utc, shortened

_logger = logging.getLogger(__name__)

# Minutes after the deposit, then hourly for a day, then daily (API.md B [inferred]).
CHECK_MINUTES = (1, 2, 5, 15, 60)
HOURLY_CHECKS = 24
REPORT_EVENTS = {
    "integrated": "integrate",
    "partial": "partial",
    "rejected": "reject",
}
FLOWS_PER_RUN = 50
RUN_SECONDS = 8


class ChorusProFlow(models.Model):
    """The second half of a deposit's life: checked, found, integrated."""

    _inherit = "chorus.pro.flow"

    @api.model
    def _cron_follow(self):
        """Ask what became of deposits and invoices, company by company."""
        for company in self._companies_to_follow():
            company = company._chorus_pro_speak()
            self.with_env(company.env)._follow_company_alone(company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _companies_to_follow(self):
        """Companies with something at the portal of their current environment.

        One that has been there may also have typed invoices into the portal.
        """
        groups = self.env["chorus.pro.transmission"]._read_group(
            [("state", "in", ("deposited", "unknown", "integrated", "elsewhere"))],
            ["company_id", "environment"],
        )
        gates = self.env["chorus.pro.gate"].search([("structure_id", "!=", False)])
        groups += [(gate.company_id, gate.environment) for gate in gates]
        return self.env["res.company"].union(
            *(
                company
                for company, environment in groups
                if company.chorus_pro_environment == environment
            )
        )

    def _follow_company_alone(self, company):
        """Follow one company; a fault of ours stops no other, and is tried again."""
        try:
            self._follow_company(company)
        except COLLISIONS as error:
            self._roll_back()
            _logger.info("Following %s is repeated later: %s", company.name, error)
        except Exception:
            self._roll_back()
            _logger.exception("Following stopped for %s", company.name)

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
                if concerns_company(error):
                    gate._pause(error)
                else:
                    _logger.info("Not followed, %s: %s", company.name, error)
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
            flow._check_apart(client)
            self.env["ir.cron"]._commit_progress(1)
        if not gate._is_left():
            self.env["chorus.pro.transmission"]._follow_changes(gate, client, end)

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
        waiting = [*self._open_domain(company), ("next_check_at", "!=", False)]
        first = self.search(waiting, order="next_check_at", limit=1)
        if first:
            soonest = fields.Datetime.now() + timedelta(minutes=1)
            moments = (soonest, first.next_check_at, paused_until)
            self._wake_follow(at=max(filter(None, moments)))

    def _check_apart(self, client):
        """Ask about this deposit; a fault of ours makes it wait and stops no other."""
        try:
            self._repeat(self._check_alone, client)
        except (ChorusError, OperationalError):
            # They concern the company, or the whole transaction.
            raise
        except Exception:
            self._roll_back()
            _logger.exception("Deposit %s cannot be followed", self.id)
            self._schedule_check()

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

        :raise UserError: the portal did not answer, or a deposit is of another
            environment; says what to do
        """
        for company, flows in self.grouped("company_id").items():
            flows._check_company_now(company)

    def _check_company_now(self, company):
        """Ask about deposits of one company; see `_check_now`."""
        self._check_here()
        try:
            with company._chorus_pro_client() as client:
                for flow in self:
                    flow._check(client)
        except ChorusError as error:
            raise UserError(company._chorus_pro_explain(error)) from error

    def _check(self, client):
        """Ask about this deposit, in the way its state demands."""
        self.ensure_one()
        # A worker may have died between the answer and what follows from it.
        self._follow_answer()
        if self.state == "deposited":
            self._read_report(client)
        else:
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
            self._wait_for_report()
            return
        state = codes.FLOW_STATES.get(report.state)
        event = state.event if state else "pending"
        items = self._find_items(client, event)
        self._schedule_check()
        self.write(
            {
                "portal_state": report.state,
                "portal_state_at": naive_utc(report.state_at),
                "portal_report": self._report_text(report),
            }
        )
        self._follow_report(event, report, items)

    def _wait_for_report(self):
        """Right after the deposit the portal may not know its own flow yet."""
        self._schedule_check()

    def _search_flow(self, client, number):
        """Yield what the portal holds of a flow, for each of its suppliers."""
        for supplier in self.transmission_ids._by_supplier():
            yield from client.rechercher_fournisseur(
                supplier_id=self.company_id._chorus_pro_own_id(client, supplier),
                flow_number=number,
            )

    def _find_items(self, client, event):
        """What the portal holds of this deposit: {number: chorus_api.InvoiceItem}.

        An invoice that a person deposited again may be there from its first attempt:
        the portal then refuses the second, and is asked by number.
        """
        items = {}
        if event not in ("integrated", "partial", "rejected"):
            return items
        if event != "rejected":
            found = self._search_flow(client, self.name)
            items = {item.number: item for item in found}
        for transmission in self.transmission_ids.filtered("forced"):
            if transmission.number not in items:
                found = client.rechercher_fournisseur(
                    supplier_id=transmission._own_id(client),
                    invoice_number=transmission.number,
                )
                same = [i for i in found if transmission._is_same_invoice(i)]
                items.update({item.number: item for item in same})
        return items

    def _report_text(self, report):
        """The portal's own words about a deposit, a line each."""
        lines = [
            " ".join(filter(None, (e.code, e.label, e.nature and f"({e.nature})")))
            for e in report.technical_errors
        ]
        for error in report.invoice_errors:
            number = error.number or "?"
            lines += [f"{number}: {message}" for message in error.messages]
        return shortened(lines)

    def _follow_report(self, event, report, items):
        """Move the flow and each of its transmissions along the report.

        The portal's word on a flow is not taken for an invoice that it neither holds
        nor names: that one is asked about again.
        """
        waiting = self.transmission_ids.filtered(lambda t: t.state == "deposited")
        errors = waiting._named_errors(report)
        if event == "incident":
            self._apply("incident", next_check_at=False)
            waiting._note_incident(self.name)
            return
        if event not in REPORT_EVENTS:
            return
        waiting.filtered(lambda t: t.number in items)._integrate(items)
        fallback = ""
        if event == "rejected":
            fallback = self.portal_report or report.state
        waiting._reject(errors, fallback)
        missing = waiting.filtered(lambda t: t.state == "deposited")
        if missing and fields.Datetime.now() - self.deposited_at > LOST_AFTER:
            missing._miss()
        if all(t.state != "deposited" for t in waiting):
            self._apply(REPORT_EVENTS[event], next_check_at=False)
