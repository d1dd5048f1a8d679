"""Amounts and times of invoices at Chorus Pro, for graphs and pivot tables."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import PAYMENT_CATEGORIES, SUMMARIES
from .late_interest import AVAILABLE
from .portal_values import PARIS
from .status_order import order_by_life

FILED = "DEPOSEE"
PRECISION = (16, 1)


class ChorusProReport(models.Model):
    """One row for each invoice, read from the tables as they are.

    Times are in days. One that is not known is empty, so that averages leave it out:
    that is why they are no columns of the invoice. The days are those of the stored
    dates (see account_move_payment_delay.py); from deposit to available, which often
    takes minutes, is counted in fractions.
    """

    _name = "chorus.pro.report"
    _description = "Chorus Pro analysis"
    _auto = False
    _order = "invoice_date desc, id desc"

    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    name = fields.Char(string="Number", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    journal_id = fields.Many2one("account.journal", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Entity", readonly=True)
    category = fields.Selection(PAYMENT_CATEGORIES, readonly=True)
    move_type = fields.Selection(
        [("out_invoice", "Invoice"), ("out_refund", "Credit note")],
        string="Type",
        readonly=True,
    )
    status = fields.Selection(SUMMARIES, string="Chorus status", readonly=True)
    invoice_date = fields.Date(readonly=True)
    deposited_on = fields.Date(string="Deposited on", readonly=True)
    available_on = fields.Date(string="Available on", readonly=True)
    released_on = fields.Date(string="Payment released on", readonly=True)
    paid_on = fields.Date(string="Money received on", readonly=True)
    amount = fields.Monetary(string="Total with VAT", readonly=True)
    amount_untaxed = fields.Monetary(string="Total without VAT", readonly=True)
    open_amount = fields.Monetary(string="Open amount", readonly=True)
    deposit_to_available = fields.Float(
        string="Deposit to available",
        digits=PRECISION,
        aggregator="avg",
        readonly=True,
    )
    deposit_to_release = fields.Float(
        string="Deposit to release",
        digits=PRECISION,
        aggregator="avg",
        readonly=True,
    )
    available_to_release = fields.Float(
        string="Available to release",
        digits=PRECISION,
        aggregator="avg",
        readonly=True,
    )
    deposit_to_bank = fields.Float(
        string="Deposit to bank",
        digits=PRECISION,
        aggregator="avg",
        readonly=True,
    )
    available_to_bank = fields.Float(
        string="Available to bank",
        digits=PRECISION,
        aggregator="avg",
        readonly=True,
    )
    release_to_bank = fields.Float(
        string="Release to bank",
        digits=PRECISION,
        aggregator="avg",
        readonly=True,
    )

    _depends = {
        "account.move": [
            "amount_residual_signed",
            "amount_total_signed",
            "amount_untaxed_signed",
            "chorus_pro_paid_on",
            "chorus_pro_released_on",
            "chorus_pro_status",
            "commercial_partner_id",
            "company_id",
            "invoice_date",
            "journal_id",
            "move_type",
            "name",
        ],
        "chorus.pro.flow": ["deposited_at"],
        "chorus.pro.status": ["code", "date", "kind", "transmission_id"],
        "chorus.pro.transmission": ["environment", "flow_id", "move_id", "state"],
        "res.company": ["chorus_pro_environment", "currency_id"],
        "res.partner": ["chorus_pro_payment_category"],
    }

    # === ACTIONS === #

    def action_open_invoice(self):
        """Open the invoice of this row."""
        self.ensure_one()
        self.check_access("read")
        return self.move_id.get_formview_action()

    # === QUERY === #

    @api.model
    def _read_group_orderby(self, order, groupby_terms, query):
        """EXTENDS base: statuses in the order of an invoice's life, not by letter."""
        parent = super()._read_group_orderby
        return order_by_life(parent, "status", order, groupby_terms, query)

    @property
    def _table_query(self):
        """EXTENDS base: the query that stands for the table."""
        return SQL("%s %s", self._select(), self._from())

    @api.model
    def _select(self):
        return SQL(
            """
            SELECT move.id,
                   move.id AS move_id,
                   move.name,
                   move.company_id,
                   company.currency_id,
                   move.journal_id,
                   move.commercial_partner_id AS partner_id,
                   entity.chorus_pro_payment_category AS category,
                   move.move_type,
                   move.chorus_pro_status AS status,
                   move.invoice_date,
                   moment.deposited::date AS deposited_on,
                   moment.available::date AS available_on,
                   move.chorus_pro_released_on AS released_on,
                   move.chorus_pro_paid_on AS paid_on,
                   move.amount_total_signed AS amount,
                   move.amount_untaxed_signed AS amount_untaxed,
                   move.amount_residual_signed AS open_amount,
                   %s AS deposit_to_available,
                   %s AS deposit_to_release,
                   %s AS available_to_release,
                   %s AS deposit_to_bank,
                   %s AS available_to_bank,
                   %s AS release_to_bank
            """,
            self._days(
                SQL("EXTRACT(EPOCH FROM moment.available - moment.deposited) / 86400")
            ),
            self._days(SQL("move.chorus_pro_released_on - moment.deposited::date")),
            self._days(SQL("move.chorus_pro_released_on - moment.available::date")),
            self._days(SQL("move.chorus_pro_paid_on - moment.deposited::date")),
            self._days(SQL("move.chorus_pro_paid_on - moment.available::date")),
            self._days(SQL("move.chorus_pro_paid_on - move.chorus_pro_released_on")),
        )

    @api.model
    def _days(self, difference):
        """At least 0, as portal and bank do not share a clock; unknown stays so."""
        return SQL(
            "CASE WHEN %(days)s IS NOT NULL THEN GREATEST(0, %(days)s) END",
            days=difference,
        )

    @api.model
    def _from(self):
        return SQL(
            """
              FROM account_move AS move
              JOIN res_company AS company ON company.id = move.company_id
              JOIN res_partner AS entity ON entity.id = move.commercial_partner_id
              LEFT JOIN LATERAL (
                   SELECT row.id, flow.deposited_at
                     FROM chorus_pro_transmission AS row
                     LEFT JOIN chorus_pro_flow AS flow ON flow.id = row.flow_id
                    WHERE row.move_id = move.id
                      AND row.environment = company.chorus_pro_environment
                      AND row.state != 'cancelled'
                    ORDER BY row.id DESC
                    LIMIT 1
                   ) AS attempt ON TRUE
              LEFT JOIN LATERAL (
                   SELECT MIN(line.date) FILTER (WHERE line.code = %(filed)s)
                          AS filed_at,
                          MIN(line.date) FILTER (WHERE line.code = %(available)s)
                          AS available_at
                     FROM chorus_pro_status AS line
                    WHERE line.transmission_id = attempt.id
                      AND line.kind = 'status'
                   ) AS told ON TRUE
             CROSS JOIN LATERAL (
                   SELECT COALESCE(attempt.deposited_at, told.filed_at)
                          AT TIME ZONE 'UTC' AT TIME ZONE %(paris)s AS deposited,
                          told.available_at
                          AT TIME ZONE 'UTC' AT TIME ZONE %(paris)s AS available
                   ) AS moment
             WHERE move.chorus_pro_status IS NOT NULL
               AND move.move_type IN ('out_invoice', 'out_refund')
            """,
            filed=FILED,
            available=AVAILABLE,
            paris=PARIS.key,
        )
