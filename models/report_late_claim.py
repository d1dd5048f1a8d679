"""What the printed statement of late payment interest says."""

from odoo import api, models
from odoo.tools import format_amount, format_date

REPORT = "l10n_fr_chorus_pro.late_claim"


class ReportLateClaim(models.AbstractModel):
    """One page or more for each entity of the invoices, in French where it can be."""

    _name = f"report.{REPORT}"
    _description = "Chorus Pro statement of late payment interest"

    @api.model
    def _get_report_values(self, docids, data=None):
        """The claims of the invoices at hand, with their words.

        :raise UserError: none of them is late
        :raise RedirectWarning: a rate is missing
        """
        moves = self.env["account.move"].browse(docids or [])
        moves.check_access("read")
        claims = moves._chorus_pro_claims()
        return {
            "doc_ids": moves.ids,
            "doc_model": "account.move",
            "docs": moves,
            "pages": [
                (claim, self.with_context(lang=claim.lang)._words(claim))
                for claim in claims
            ],
        }

    @api.model
    def _words(self, claim):
        """Sentences of a claim by place, in the language of the environment."""
        return {
            "warning": self._say_test(claim),
            "date": self.env._("Date: %(date)s", date=format_date(self.env, claim.day)),
            "total": self.env._(
                "Total due: %(amount)s",
                amount=format_amount(self.env, claim.total, claim.currency),
            ),
            "intro": self.env._(
                "The invoices below were not paid within the legal limit. Interest and "
                "the lump sum for recovery costs are due by law, without any formality "
                "(art. L2192-12 and L2192-13)."
            ),
            "payment": self._say_payment(claim),
            "rules": self._rules(claim),
            "stretches": {
                late.move: self._say_stretches(late, claim.currency)
                for late in claim.invoices
            },
        }

    @api.model
    def _say_test(self, claim):
        """A warning outside Production: nobody is to be sent a test."""
        if claim.company.chorus_pro_environment == "production":
            return ""
        return self.env._("Test environment: this statement is no claim.")

    @api.model
    def _say_stretches(self, late, currency):
        """How the amount went down, where it was paid in parts."""
        if len(late.stretches) < 2:
            return []
        return [
            self.env._(
                "From %(start)s to %(end)s: %(amount)s, %(days)s days",
                start=format_date(self.env, part.start),
                end=format_date(self.env, part.end),
                amount=format_amount(self.env, float(part.amount), currency),
                days=part.days,
            )
            for part in late.stretches
        ]

    @api.model
    def _say_payment(self, claim):
        """Where, until when and without which tax it is to be paid."""
        lines = []
        if claim.bank:
            lines.append(
                self.env._(
                    "Please pay to the account %(account)s.",
                    account=claim.bank.acc_number,
                )
            )
        lines.append(
            self.env._(
                "Payment is due within 45 days of the payment of the principal "
                "(art. R2192-36). No VAT is due on these sums."
            )
        )
        if not all(late.settled for late in claim.invoices):
            lines.append(
                self.env._(
                    "Where an invoice is not paid, interest is counted until the date "
                    "of this statement and goes on running."
                )
            )
        return lines

    @api.model
    def _rules(self, claim):
        """How it is computed, with the articles."""
        return [
            self.env._(
                "Limit: 30 days; 50 days for public hospitals, 60 days for public "
                "companies (art. R2192-10 and R2192-11). It runs from the day on which "
                "Chorus Pro made the invoice available, or from the performance if "
                "that is later (art. R2192-12, R2192-13 and R2192-15). A suspension "
                "interrupts it once; the completion opens a new limit "
                "(art. R2192-27 to R2192-29)."
            ),
            self.env._(
                "Interest: unpaid amount with VAT, times days late, times rate / 365, "
                "from the day after the limit to the day of the payment, inclusive "
                "(art. R2192-32 and R2192-33)."
            ),
            *(
                self.env._(
                    "Rate for delays that began in the half-year from %(day)s: "
                    "%(rate)s %% (main refinancing operations of the European Central "
                    "Bank on that day) + 8 points = %(late)s %% (art. R2192-31).",
                    day=format_date(self.env, rate.first_day),
                    rate=self._say_number(rate.rate),
                    late=self._say_number(rate.late_rate),
                )
                for rate in claim.rates
            ),
            self._say_lump_sum(claim.currency),
            self.env._("All articles are those of the code de la commande publique."),
        ]

    @api.model
    def _say_lump_sum(self, currency):
        """Forty euros by law, and how they come into the books of another currency."""
        words = self.env._(
            "Lump sum for recovery costs: 40 euros for each invoice (art. D2192-35)."
        )
        if currency.name == "EUR":
            return words
        converted = self.env._(
            "It is converted into %(currency)s at the rate of the day after the limit.",
            currency=currency.name,
        )
        return f"{words} {converted}"

    @api.model
    def _say_number(self, number):
        """A percentage with two decimals, as the language writes it."""
        lang = self.env["res.lang"]._get_data(code=self.env.context.get("lang"))
        text = f"{number:.2f}"
        return text.replace(".", lang.decimal_point or ".") if lang else text
