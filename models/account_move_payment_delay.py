"""When an invoice must be paid by law, when it was released, when the money came."""

from collections import defaultdict
from datetime import timedelta, timezone
from decimal import Decimal

from odoo import api, fields, models

from ..const import READERS
from .late_interest import (
    LIMIT_DAYS,
    LUMP_SUM,
    RELEASED,
    Limit,
    Step,
    late_claim,
    payment_limit,
)
from .portal_values import PARIS, paris_date

PERCENT = (16, 2)


class AccountMove(models.Model):
    """Payment limit, delay and late interest; the rules are in late_interest.py.

    Two dates are kept: the release of the payment at the portal and the day on which
    the money came, as it was reconciled here. What is open grows every day: a
    scheduled action brings the stored amounts up to date.
    """

    _inherit = "account.move"

    chorus_pro_available_on = fields.Date(
        string="Available on",
        compute="_compute_chorus_pro_limit",
        store=True,
        groups=READERS,
        help="Day on which the portal first made the invoice available to the entity.",
    )
    chorus_pro_due_on = fields.Date(
        string="Legal limit",
        compute="_compute_chorus_pro_limit",
        store=True,
        index="btree_not_null",
        groups=READERS,
        help="Last day on which payment is in time: code de la commande publique, "
        "art. R2192-10 and following. Empty until the entity has the invoice and its "
        "category is set, and while a suspension lasts.",
    )
    chorus_pro_released_on = fields.Date(
        string="Payment released on",
        compute="_compute_chorus_pro_limit",
        store=True,
        index="btree_not_null",
        groups=READERS,
        help="Day on which the portal says that the payment was released.",
    )
    chorus_pro_release_days = fields.Integer(
        string="Days to release",
        compute="_compute_chorus_pro_limit",
        store=True,
        aggregator=None,
        groups=READERS,
        help="From available to payment released.",
    )
    chorus_pro_paid_on = fields.Date(
        string="Money received on",
        compute="_compute_chorus_pro_claim",
        store=True,
        groups=READERS,
        help="Date of the last payment that was reconciled with the invoice.",
    )
    chorus_pro_bank_days = fields.Integer(
        string="Days to the bank",
        compute="_compute_chorus_pro_claim",
        store=True,
        aggregator=None,
        groups=READERS,
        help="From available to money received.",
    )
    chorus_pro_days_late = fields.Integer(
        string="Days late",
        compute="_compute_chorus_pro_claim",
        store=True,
        aggregator="avg",
        groups=READERS,
        help="Days between the legal limit and the payment release, or the payment "
        "where no release is known; until today while neither has come.",
    )
    chorus_pro_late_rate = fields.Float(
        string="Late rate (%)",
        digits=PERCENT,
        compute="_compute_chorus_pro_claim",
        store=True,
        aggregator=None,
        groups=READERS,
        help="Rate of the European Central Bank in the half-year in which the interest "
        "began, plus eight points.",
    )
    chorus_pro_late_interest = fields.Monetary(
        string="Late interest",
        compute="_compute_chorus_pro_claim",
        store=True,
        currency_field="company_currency_id",
        groups=READERS,
    )
    chorus_pro_lump_sum = fields.Monetary(
        string="Lump sum",
        compute="_compute_chorus_pro_claim",
        store=True,
        currency_field="company_currency_id",
        groups=READERS,
        help="Recovery costs: code de la commande publique, art. D2192-35.",
    )
    chorus_pro_late_amount = fields.Monetary(
        string="Interest and lump sum",
        compute="_compute_chorus_pro_claim",
        store=True,
        currency_field="company_currency_id",
        groups=READERS,
    )
    chorus_pro_rate_missing = fields.Date(
        string="Rate missing for the half-year from",
        compute="_compute_chorus_pro_claim",
        store=True,
        groups=READERS,
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "chorus_pro_status",
        "chorus_pro_transmission_ids.status_ids.code",
        "chorus_pro_transmission_ids.status_ids.date",
        "commercial_partner_id.chorus_pro_payment_category",
        "delivery_date",
        "chorus_pro_period_end",
    )
    def _compute_chorus_pro_limit(self):
        # Read for all at once: what follows looks at each invoice's own attempt.
        self.chorus_pro_transmission_ids.status_ids.fetch(["code", "date"])
        for move in self:
            steps, limit = move._chorus_pro_steps(), move._chorus_pro_limit()
            released = min(
                (step.at.date() for step in steps if step.code == RELEASED),
                default=None,
            )
            both = limit.available and released
            move.chorus_pro_available_on = limit.available
            move.chorus_pro_due_on = limit.due
            move.chorus_pro_released_on = released
            move.chorus_pro_release_days = (
                max(0, (released - limit.available).days) if both else 0
            )

    @api.depends(
        "chorus_pro_due_on",
        "chorus_pro_released_on",
        "amount_total_signed",
        "amount_residual",
        "payment_state",
        "state",
    )
    def _compute_chorus_pro_claim(self):
        followed = self.filtered("chorus_pro_available_on")
        paid = followed._chorus_pro_payments()
        rates = self.env["chorus.pro.ecb.rate"]._known_rates() if followed else {}
        today = paris_date(fields.Datetime.now())
        for move in self:
            payments = paid.get(move, [])
            claim = move._chorus_pro_claim(payments, rates, today)
            paid_on = move._chorus_pro_paid_day(payments)
            move.chorus_pro_paid_on = paid_on
            move.chorus_pro_bank_days = (
                max(0, (paid_on - move.chorus_pro_available_on).days) if paid_on else 0
            )
            move.chorus_pro_days_late = claim.days_late if claim else 0
            move.chorus_pro_late_rate = (claim and claim.rate) or 0
            move.chorus_pro_late_interest = (claim and claim.interest) or 0
            move.chorus_pro_lump_sum = claim.lump_sum if claim else 0
            move.chorus_pro_late_amount = claim.total if claim else 0
            move.chorus_pro_rate_missing = claim.missing if claim else False

    # === BUSINESS METHODS === #

    def _chorus_pro_steps(self):
        """The portal's history of the current attempt, as late_interest.py takes it."""
        self.ensure_one()
        lines = self.chorus_pro_transmission_id.status_ids
        return [
            Step(line.code, self._chorus_pro_paris(line.date))
            for line in lines.sorted("id")
            if line.date
        ]

    @api.model
    def _chorus_pro_paris(self, moment):
        """A naive UTC moment as a local one of Paris."""
        local = moment.replace(tzinfo=timezone.utc).astimezone(PARIS)
        return local.replace(tzinfo=None)

    def _chorus_pro_limit(self):
        """The legal limit of this invoice, see `payment_limit`.

        Nothing runs for a credit note, nor for what the recipient refused: it was no
        request for payment in order [I].
        """
        self.ensure_one()
        category = self.commercial_partner_id.chorus_pro_payment_category
        steps = self._chorus_pro_steps()
        if self.move_type != "out_invoice" or self.chorus_pro_status == "rejected":
            return Limit()
        # The day on which it became available does not depend on the category.
        limit = payment_limit(
            steps, LIMIT_DAYS.get(category, 0), self._chorus_pro_performed()
        )
        return limit if category else Limit(limit.available, limit.start)

    def _chorus_pro_performed(self):
        """Day on which the performance ended, as far as the invoice tells it.

        Delivery date, or end of the invoiced period, the later of the two
        (art. R2192-13; that they show the performance is our reading [I]).
        """
        days = (self.delivery_date, self.chorus_pro_period_end)
        return max(filter(None, days), default=None)

    def _chorus_pro_claim(self, payments, rates, today):
        """Late interest of this invoice, or None when there is no limit.

        :param payments: (day, amount), see `_chorus_pro_payments`
        """
        self.ensure_one()
        if not self.chorus_pro_due_on or self.state != "posted":
            return None
        principal = Decimal(str(round(self.amount_total_signed, 2)))
        credited = sum(amount for day, amount in payments if not day)
        return late_claim(
            self.chorus_pro_due_on,
            principal - credited,
            [(day, amount) for day, amount in payments if day],
            rates,
            until=self.chorus_pro_released_on or today,
            lump_sum=self._chorus_pro_lump_sum(),
        )

    def _chorus_pro_lump_sum(self):
        """The lump sum in the company's currency, as on the day it became due [I]."""
        company, currency = self.company_id, self.company_id.currency_id
        if currency.name == "EUR":
            return LUMP_SUM
        euro, day = self.env.ref("base.EUR"), self.chorus_pro_due_on + timedelta(days=1)
        return Decimal(str(euro._convert(float(LUMP_SUM), currency, company, day)))

    def _chorus_pro_paid_day(self, payments):
        """Day of the last payment of what is paid in full, or False."""
        self.ensure_one()
        days = [day for day, _amount in payments if day]
        return max(days) if days and not self.amount_residual else False

    def _chorus_pro_payments(self):
        """What was reconciled with these invoices, in the company's currency.

        A credit note is no payment: what it takes off was never owed [I]; its day is
        False.

        :return: {move: [(day or False, Decimal)]}
        """
        payments = defaultdict(list)
        partials = self.env["account.partial.reconcile"].sudo()
        found = partials.search([("debit_move_id.move_id", "in", self.ids)])
        for partial in found:
            line = partial.credit_move_id
            refund = line.move_id.move_type == "out_refund"
            payments[partial.debit_move_id.move_id].append(
                (
                    False if refund else line.date,
                    Decimal(str(round(partial.amount, 2))),
                )
            )
        return payments
