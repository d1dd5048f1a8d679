"""Who has the invoice now, since when, what is usual there, until when by law."""

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..chorus_api import codes
from ..const import READERS
from .portal_values import paris_date

# Codes with which the entity's public accountant has the invoice (API.md 3.1 [O]).
AT_ACCOUNTANT = {"MANDATEE", "MISE_A_DISPOSITION_COMPTABLE", "COMPTABILISEE"}
WAITING_FOR_PAYMENT = ("filed", "available", "approved", "accounted")
# Who has it, by the summary of a status.
HOLDERS = {
    "filed": "portal",
    "available": "entity",
    "approved": "entity",
    "accounted": "accountant",
    "suspended": "us",
    "to_reroute": "us",
    "rejected": "us",
}


class AccountMove(models.Model):
    """The lines of the tab that spare people a call to the entity."""

    _inherit = "account.move"

    chorus_pro_whereabouts = fields.Text(
        compute="_compute_chorus_pro_whereabouts", groups=READERS
    )

    @api.depends(
        "chorus_pro_status",
        "chorus_pro_transmission_ids.status_ids.code",
        "chorus_pro_due_on",
        "chorus_pro_days_late",
        "chorus_pro_late_amount",
        "chorus_pro_paid_on",
        "commercial_partner_id.chorus_pro_payment_category",
    )
    @api.depends_context("lang")
    def _compute_chorus_pro_whereabouts(self):
        for move in self:
            lines = []
            if move.chorus_pro_transmission_id.portal_status:
                lines = [
                    move._chorus_pro_say_holder(),
                    move._chorus_pro_say_habit(),
                    move._chorus_pro_say_limit(),
                ]
            move.chorus_pro_whereabouts = "\n".join(filter(None, lines)) or False

    # === WHO HAS IT === #

    @api.model
    def _chorus_pro_holder(self, code):
        """Who has an invoice of that status: a value of HOLDERS, or empty."""
        if code in AT_ACCOUNTANT:
            return "accountant"
        known = codes.INVOICE_STATUSES.get(code)
        return HOLDERS.get(known and known.summary, "")

    def _chorus_pro_held_since(self, holder):
        """Day since which `holder` has it without a break, or None."""
        row, since = self.chorus_pro_transmission_id, None
        lines = row.status_ids.filtered("date")
        for line in lines.sorted(lambda s: (s.date, s.id), reverse=True):
            if self._chorus_pro_holder(line.code) != holder:
                break
            since = line.date
        since = since or row.portal_status_at
        return paris_date(since) if since else None

    def _chorus_pro_say_holder(self):
        """Who has it, and since when."""
        if self.chorus_pro_status == "released":
            return self._chorus_pro_say_released()
        code = self.chorus_pro_transmission_id.portal_status
        holder = self._chorus_pro_holder(code)
        since = self._chorus_pro_held_since(holder)
        if not (holder and since):
            return ""
        words = {
            "portal": self.env._("Chorus Pro has had it since %(date)s%(days)s."),
            "entity": self.env._("%(entity)s has had it since %(date)s%(days)s."),
            "accountant": self.env._(
                "The public accountant of %(entity)s has had it since %(date)s%(days)s."
            ),
            "us": self.env._("It has been waiting for you since %(date)s%(days)s."),
        }
        return words[holder] % {
            "entity": self.commercial_partner_id.display_name,
            "date": format_date(self.env, since),
            "days": self._chorus_pro_say_days(since),
        }

    def _chorus_pro_say_days(self, since):
        """How long that is, in brackets, from the second day on."""
        days = (paris_date(fields.Datetime.now()) - since).days
        if days < 2:
            return ""
        # The space stays here: translators lose one at the beginning.
        return " " + self.env._("(%(days)s days)", days=days)

    def _chorus_pro_say_released(self):
        """When payment was released, and whether the money is here."""
        paid, released = self.chorus_pro_paid_on, self.chorus_pro_released_on
        if not released:
            return ""
        if not paid:
            return self.env._(
                "Payment was released on %(date)s%(days)s. The money is not "
                "reconciled here yet.",
                date=format_date(self.env, released),
                days=self._chorus_pro_say_days(released),
            )
        return self.env._(
            "Payment was released on %(date)s; the money came on %(paid)s.",
            date=format_date(self.env, released),
            paid=format_date(self.env, paid),
        )

    def _chorus_pro_say_habit(self):
        """What is usual at this entity, while it is worth waiting for."""
        waits = self.chorus_pro_status in WAITING_FOR_PAYMENT
        return self.commercial_partner_id.chorus_pro_habit if waits else ""

    # === UNTIL WHEN === #

    def _chorus_pro_say_limit(self):
        """Until when it must be paid by law, and what the delay costs."""
        entity = self.commercial_partner_id
        if self.move_type != "out_invoice" or not self.chorus_pro_available_on:
            return ""
        if not entity.chorus_pro_payment_category:
            return self.env._(
                "Legal limit: not known, the category of %(entity)s is not set.",
                entity=entity.display_name,
            )
        if not self.chorus_pro_due_on:
            return self.env._("Legal limit: it does not run while you are asked.")
        if self.chorus_pro_days_late:
            return self._chorus_pro_say_late()
        return self.env._(
            "Legal limit: %(date)s (%(days)s days).",
            date=format_date(self.env, self.chorus_pro_due_on),
            days=entity.chorus_pro_payment_days,
        )

    def _chorus_pro_say_late(self):
        """Days late, interest and lump sum."""
        due = format_date(self.env, self.chorus_pro_due_on)
        late = (
            self.env._("Legal limit: %(date)s, one day late.", date=due)
            if self.chorus_pro_days_late == 1
            else self.env._(
                "Legal limit: %(date)s, %(days)s days late.",
                date=due,
                days=self.chorus_pro_days_late,
            )
        )
        if self.chorus_pro_rate_missing:
            owed = self.env._(
                "The interest is not known: the ECB rate of %(date)s is missing.",
                date=format_date(self.env, self.chorus_pro_rate_missing),
            )
            return f"{late} {owed}"
        currency = self.company_currency_id
        owed = self.env._(
            "Due to you: %(interest)s of interest and %(lump_sum)s of lump sum.",
            interest=format_amount(self.env, self.chorus_pro_late_interest, currency),
            lump_sum=format_amount(self.env, self.chorus_pro_lump_sum, currency),
        )
        return f"{late} {owed}"
