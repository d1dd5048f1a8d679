"""How a public entity pays: its legal limit, its habits, what it owes."""

from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import PAYMENT_CATEGORIES, READERS
from .late_interest import LIMIT_DAYS
from .portal_values import paris_date

# Averages look at so many months.
HABIT_MONTHS = 12
OPEN = [
    ("state", "=", "posted"),
    ("move_type", "in", ("out_invoice", "out_refund")),
    ("payment_state", "not in", ("paid", "in_payment", "reversed")),
]


class ResPartner(models.Model):
    """Payment of a public entity; the facts live on the commercial partner."""

    _inherit = "res.partner"

    chorus_pro_payment_category = fields.Selection(
        PAYMENT_CATEGORIES,
        string="Category",
        help="Decides how many days the entity has by law to pay: code de la commande "
        "publique, art. R2192-10 and R2192-11. Nobody guesses it: without it no legal "
        "limit and no late interest is computed.",
    )
    chorus_pro_payment_days = fields.Integer(
        string="Legal payment limit (days)",
        compute="_compute_chorus_pro_payment_days",
    )
    chorus_pro_release_days = fields.Float(
        string="Average days to release",
        digits=(16, 1),
        compute="_compute_chorus_pro_habit",
        groups=READERS,
    )
    chorus_pro_habit = fields.Char(
        string="Usual here",
        compute="_compute_chorus_pro_habit",
        groups=READERS,
        help="Averages of the last twelve months.",
    )
    chorus_pro_open_amount = fields.Monetary(
        string="Open amount",
        compute="_compute_chorus_pro_open_amount",
        currency_field="currency_id",
        groups=READERS,
        help="Invoices less credit notes that are not paid yet, with VAT.",
    )
    chorus_pro_late_count = fields.Integer(
        string="Late invoices",
        compute="_compute_chorus_pro_open_amount",
        groups=READERS,
    )

    # === COMPUTE METHODS === #

    @api.depends("commercial_partner_id.chorus_pro_payment_category")
    def _compute_chorus_pro_payment_days(self):
        for partner in self:
            category = partner.commercial_partner_id.chorus_pro_payment_category
            partner.chorus_pro_payment_days = LIMIT_DAYS.get(category, 0)

    @api.depends_context("lang", "allowed_company_ids")
    def _compute_chorus_pro_habit(self):
        released = self._chorus_pro_averages("released_on", "release_days")
        paid = self._chorus_pro_averages("paid_on", "bank_days")
        for partner in self:
            entity = partner.commercial_partner_id
            days, count = released.get(entity, (0, 0))
            partner.chorus_pro_release_days = days
            partner.chorus_pro_habit = (
                partner._chorus_pro_say_released(days, count)
                if count
                else partner._chorus_pro_say_paid(*paid.get(entity, (0, 0)))
            )

    @api.depends_context("allowed_company_ids")
    def _compute_chorus_pro_open_amount(self):
        entities = self.commercial_partner_id
        own = [("commercial_partner_id", "in", entities.ids)]
        Move = self.env["account.move"]
        owed = defaultdict(list)
        for entity, company, amount in Move._read_group(
            [*own, *OPEN],
            ["commercial_partner_id", "company_id"],
            ["amount_residual_signed:sum"],
        ):
            owed[entity].append((company.currency_id, amount))
        late = [*own, ("chorus_pro_days_late", ">", 0)]
        counts = dict(Move._read_group(late, ["commercial_partner_id"], ["__count"]))
        for partner in self:
            entity = partner.commercial_partner_id
            amounts = owed.get(entity, ())
            partner.chorus_pro_open_amount = partner._chorus_pro_add_up(amounts)
            partner.chorus_pro_late_count = counts.get(entity, 0)

    def _chorus_pro_add_up(self, amounts):
        """The sum in the partner's currency, at today's rates.

        :param amounts: (currency, amount) of each company
        """
        today, shown = paris_date(fields.Datetime.now()), self.currency_id
        return sum(
            currency._convert(amount, shown, self.env.company, today)
            for currency, amount in amounts
        )

    # === ACTIONS === #

    def action_chorus_pro_late(self):
        """Show the invoices that these entities paid late, or have not paid."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_chorus_pro.chorus_pro_late_action"
        )
        entities = self.commercial_partner_id
        action["domain"] = [
            ("commercial_partner_id", "in", entities.ids),
            ("chorus_pro_status", "!=", False),
        ]
        action["context"] = {"search_default_late": 1}
        return action

    def action_chorus_pro_print_claim(self):
        """Print the statement of claim of these entities.

        :raise UserError: none of their invoices was paid late
        :raise RedirectWarning: a rate is missing
        """
        moves = self.env["account.move"].search(
            [
                ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                ("chorus_pro_due_on", "<", paris_date(fields.Datetime.now())),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        if not moves:
            raise UserError(
                self.env._(
                    "No invoice of this entity is past its legal limit. Is the "
                    "category of the entity set?"
                )
            )
        return moves.action_chorus_pro_print_claim()

    # === BUSINESS METHODS === #

    def _chorus_pro_averages(self, day, days):
        """{entity: (average days, invoices)} of the last twelve months.

        :param str day: end of the field's name whose date falls into them
        :param str days: end of the name of the field that is averaged
        """
        today = paris_date(fields.Datetime.now())
        groups = self.env["account.move"]._read_group(
            [
                ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                ("chorus_pro_available_on", "!=", False),
                (f"chorus_pro_{day}", ">", today - relativedelta(months=HABIT_MONTHS)),
            ],
            ["commercial_partner_id"],
            [f"chorus_pro_{days}:avg", "__count"],
        )
        return {entity: (average, count) for entity, average, count in groups}

    def _chorus_pro_say_released(self, days, count):
        """Words for the habit of an entity whose releases are published."""
        if count == 1:
            return self.env._(
                "Released its only payment of the last 12 months after %(days)s days.",
                days=round(days),
            )
        return self.env._(
            "Releases payment in %(days)s days on average (%(count)s invoices in 12 "
            "months).",
            days=round(days),
            count=count,
        )

    def _chorus_pro_say_paid(self, days, count):
        """Words for the habit of an entity of which only the money is seen."""
        if not count:
            return False
        return self.env._(
            "Its money comes after %(days)s days on average (%(count)s invoices in 12 "
            "months); releases are not known.",
            days=round(days),
            count=count,
        )
