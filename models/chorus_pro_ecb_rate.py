"""The European Central Bank's rate of each half-year, which late interest rests on."""

from datetime import date, timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError, ValidationError
from odoo.tools import format_date

from .late_interest import half_year


class ChorusProEcbRate(models.Model):
    """Rate of the main refinancing operations on the first day of a half-year.

    Article R2192-31 of the code de la commande publique adds eight points to it. The
    rates that come with the addon say where they were read; a half-year that is not
    here is asked for, never guessed.
    """

    _name = "chorus.pro.ecb.rate"
    _description = "Chorus Pro ECB rate"
    _order = "first_day desc"
    _rec_name = "first_day"

    first_day = fields.Date(
        string="Half-year from",
        required=True,
        help="1 January or 1 July.",
    )
    rate = fields.Float(
        string="Main refinancing rate (%)",
        digits=(16, 2),
        required=True,
        help="Interest rate of the main refinancing operations of the European Central "
        "Bank that is in force on the first day of the half-year.",
    )
    effective_on = fields.Date(
        string="In force since", help="Day on which this rate took effect."
    )
    source = fields.Char(required=True, help="Where the rate was read.")
    late_rate = fields.Float(
        string="Late interest rate (%)",
        digits=(16, 2),
        compute="_compute_late_rate",
        help="Plus eight points: code de la commande publique, art. R2192-31.",
    )

    _first_day_unique = models.Constraint(
        "UNIQUE (first_day)", "The rate of this half-year is already there."
    )

    # === COMPUTE METHODS === #

    @api.depends("rate")
    def _compute_late_rate(self):
        for record in self:
            record.late_rate = record.rate + 8

    @api.constrains("first_day", "effective_on")
    def _check_days(self):
        """Rates are those of a first day, and were in force by then."""
        for record in self:
            first = record.first_day
            if first != half_year(first):
                raise ValidationError(
                    self.env._("A half-year begins on 1 January or on 1 July.")
                )
            if record.effective_on and record.effective_on > first:
                raise ValidationError(
                    self.env._(
                        "The rate must be the one that was in force on %(day)s.",
                        day=format_date(self.env, first),
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Claims that waited for the rate are computed."""
        records = super().create(vals_list)
        records._recompute_claims(set(records.mapped("first_day")))
        return records

    def write(self, vals):
        """Claims follow a corrected rate."""
        days = set(self.mapped("first_day"))
        result = super().write(vals)
        self._recompute_claims(days | set(self.mapped("first_day")))
        return result

    def unlink(self):
        """Claims wait for the rate again."""
        days = set(self.mapped("first_day"))
        result = super().unlink()
        self._recompute_claims(days)
        return result

    def _load_records_create(self, vals_list):
        """A half-year that somebody entered before the addon knew it stays as it is."""
        days = [fields.Date.to_date(vals["first_day"]) for vals in vals_list]
        known = {r.first_day: r for r in self.search([("first_day", "in", days)])}
        missing = [
            vals for vals, day in zip(vals_list, days, strict=True) if day not in known
        ]
        made = super()._load_records_create(missing) if missing else self.browse()
        known.update({record.first_day: record for record in made})
        return self.union(*(known[day] for day in days))

    # === BUSINESS METHODS === #

    @api.model
    def _known_rates(self):
        """{first day of a half-year: rate in percent, a Decimal}."""
        return {
            row["first_day"]: Decimal(str(round(row["rate"], 2)))
            for row in self.sudo().search_read([], ["first_day", "rate"])
        }

    @api.model
    def _recompute_claims(self, days):
        """Let the invoices whose interest began in these half-years follow."""
        Move = self.env["account.move"].sudo()
        for day in days:
            last = date(day.year, 6, 30) if day.month == 1 else date(day.year, 12, 31)
            # Interest begins on the day after the limit.
            moves = Move.search(
                [
                    ("chorus_pro_due_on", ">=", day - timedelta(days=1)),
                    ("chorus_pro_due_on", "<=", last - timedelta(days=1)),
                ]
            )
            moves._chorus_pro_schedule_claims()

    @api.model
    def _ask_for(self, day):
        """The warning that leads to the rate that is missing.

        :param date day: first day of the half-year
        :return: an exception to raise; who may not enter rates is told who may
        """
        moment = format_date(self.env, day)
        if not self.has_access("create"):
            return UserError(
                self.env._(
                    "The main refinancing rate of the European Central Bank on %(day)s "
                    "is missing. Late interest that began in that half-year cannot be "
                    "computed without it. Ask an administrator to enter it with its "
                    "source.",
                    day=moment,
                )
            )
        words = self.env._(
            "The main refinancing rate of the European Central Bank on %(day)s is "
            "missing. Late interest that began in that half-year cannot be computed "
            "without it. Enter it with its source.",
            day=moment,
        )
        action = self.env.ref("l10n_fr_chorus_pro.chorus_pro_ecb_rate_action")
        return RedirectWarning(words, action.id, self.env._("Enter the rate"))
