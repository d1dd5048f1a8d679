"""The week at Chorus Pro, by e-mail to those who asked for it.

Odoo's own digest (addon `digest`, which comes with Invoicing) does not do: its mail is
for the one company that its reader works in by default, not for each; it goes out with
nothing but zeros; it has a number for each line but neither a list of invoices nor
links; and it goes out less often, by itself, to who did not log in.
"""

import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, format_amount, format_date

from ..const import READERS
from .portal_values import paris_date

_logger = logging.getLogger(__name__)

WEEK = timedelta(days=7)
# Invoices that wait for a person and are named, the oldest first.
NAMED = 5
DOCTYPE = Markup("<!DOCTYPE html>")
TEMPLATE = "l10n_fr_chorus_pro.chorus_pro_digest_mail"


class ResCompany(models.Model):
    """Who reads of the company's week."""

    _inherit = "res.company"

    chorus_pro_digest_user_ids = fields.Many2many(
        "res.users",
        "chorus_pro_digest_user_rel",
        string="Weekly e-mail to",
        groups="base.group_system",
        domain="[('share', '=', False)]",
    )
    chorus_pro_digest_week = fields.Char(
        groups="base.group_system",
        copy=False,
        readonly=True,
        help="The week, by ISO 8601, of which the mail went out last.",
    )


class ResConfigSettings(models.TransientModel):
    """The same, in the settings."""

    _inherit = "res.config.settings"

    chorus_pro_digest_user_ids = fields.Many2many(
        related="company_id.chorus_pro_digest_user_ids", readonly=False
    )


class ChorusProDigest(models.AbstractModel):
    """One mail for each company, week and reader; none when there is nothing to say.

    Figures are those that the reader may see.
    """

    _name = "chorus.pro.digest"
    _description = "Weekly e-mail about Chorus Pro"

    @api.model
    def _cron_send(self):
        """Write the mails of all companies; Odoo's own queue sends them."""
        companies = self.env["res.company"].sudo()
        companies = companies.search([("chorus_pro_digest_user_ids", "!=", False)])
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            try:
                self._write_mails(company)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("No weekly mail for %s", company.id)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _write_mails(self, company):
        """The mails of one company, unless they were written this week."""
        today = paris_date(fields.Datetime.now())
        week = "{}-W{:02}".format(*today.isocalendar())
        mails = [
            mail
            for reader in self._readers(company)
            if (mail := self._for_reader(reader, company)._write_mail(company, today))
        ]
        if mails and self._claim_week(company, week):
            self.env["mail.mail"].sudo().create(mails)

    @api.model
    def _readers(self, company):
        """Who asked for the mail and may see the company's invoices."""
        works = self.env["chorus.pro.ask"]._works
        return company.chorus_pro_digest_user_ids.filtered(
            lambda user: (
                works(user, company)
                and user.email
                and any(user.has_group(group) for group in READERS.split(","))
            )
        )

    @api.model
    def _for_reader(self, reader, company):
        """This model with the eyes and in the language of a reader."""
        return self.with_user(reader).with_context(
            allowed_company_ids=company.ids, lang=reader.lang or self.env.lang
        )

    @api.model
    def _claim_week(self, company, week):
        """Note that the mails of `week` are written; False when they were before.

        Without the ORM: who saved the settings last is asked when they do not work.
        """
        claimed = self.env.execute_query(
            SQL(
                """
                UPDATE res_company SET chorus_pro_digest_week = %(week)s
                 WHERE id = %(company)s
                   AND chorus_pro_digest_week IS DISTINCT FROM %(week)s
                RETURNING id
                """,
                week=week,
                company=company.id,
            )
        )
        company.invalidate_recordset(["chorus_pro_digest_week"], flush=False)
        return bool(claimed)

    # === ONE MAIL === #

    @api.model
    def _write_mail(self, company, today):
        """Values of the mail for the environment's user; None with nothing to say."""
        figures = self._count(company, today)
        if not any(figure["count"] for figure in figures if figure["is_news"]):
            return None
        values = {
            "lang": self.env.lang,
            "company_name": company.name,
            "figures": figures,
            "to_do": self._name_oldest(company),
            "period": self.env._(
                "From %(first)s to %(last)s",
                first=format_date(self.env, today - WEEK + timedelta(days=1)),
                last=format_date(self.env, today),
            ),
            "base_url": self.get_base_url(),
            "company_id": company.id,
            "trial": self._put_trial(company),
        }
        sender = company.sudo().email_formatted or self.env.user.email_formatted
        return {
            "subject": self.env._(
                "Your week at Chorus Pro: %(company)s", company=company.name
            ),
            "body_html": DOCTYPE + self.env["ir.qweb"].sudo()._render(TEMPLATE, values),
            "email_from": sender,
            "email_to": self.env.user.email_formatted,
            "author_id": company.sudo().partner_id.id,
            "auto_delete": True,
            "headers": {"X-Auto-Response-Suppress": "OOF"},
        }

    @api.model
    def _put_trial(self, company):
        """That the figures are those of a trial, where they are."""
        environment = company.sudo().chorus_pro_environment
        if environment == "production":
            return ""
        field = company._fields["chorus_pro_environment"]
        names = dict(field._description_selection(self.env))
        return self.env._("A trial: %(environment)s", environment=names[environment])

    @api.model
    def _count(self, company, today):
        """The figures, in the order of the mail: each with its words.

        :return: list of dicts: count, label, note (empty or an amount), is_news
        """
        own = [("company_id", "=", company.id)]
        return [
            {**self._sum_up([*own, *domain], amount, company), **words}
            for words, domain, amount in self._lines(company, today)
        ]

    @api.model
    def _sum_up(self, domain, amount, company):
        """Count and, of the field `amount`, the sum in words of some invoices."""
        sums = ["__count", *([f"{amount}:sum"] if amount else ())]
        [(count, *total)] = self.env["account.move"]._read_group(
            domain, aggregates=sums
        )
        note = total and count and format_amount(self.env, *total, company.currency_id)
        return {"count": count, "note": note or ""}

    @api.model
    def _lines(self, company, today):
        """What is counted: (words, domain, field of an amount) of each line."""
        card = self.env["account.move"]._chorus_pro_card_domain
        rejected = [("chorus_pro_rejected_on", ">", today - WEEK)]
        released = [("chorus_pro_released_on", ">", today - WEEK)]
        late = [
            ("chorus_pro_days_late", ">", 0),
            ("chorus_pro_released_on", "=", False),
            ("chorus_pro_paid_on", "=", False),
        ]

        def line(label, domain, amount=None, is_news=True):
            return {"label": label, "is_news": is_news}, domain, amount

        return [
            line(self.env._("To do"), card("to_do")),
            line(self.env._("To send"), card("to_send")),
            line(self.env._("On their way"), card("on_their_way"), is_news=False),
            line(self.env._("Rejected this week"), rejected),
            line(
                self.env._("Payment released this week"),
                released,
                "amount_total_signed",
            ),
            line(
                self.env._("Not paid within the legal limit"),
                late,
                "amount_residual_signed",
            ),
        ]

    @api.model
    def _name_oldest(self, company):
        """The oldest invoices that wait for a person.

        :return: list of dicts: url, number, entity, amount, status, since
        """
        moves = self.env["account.move"]
        own = [("company_id", "=", company.id)]
        domain = [*own, *moves._chorus_pro_card_domain("to_do")]
        words = dict(
            moves._fields["chorus_pro_status"]._description_selection(self.env)
        )
        return [
            {
                "url": f"{self.get_base_url()}/mail/view?model=account.move"
                f"&res_id={move.id}",
                "number": move.name,
                "entity": move.commercial_partner_id.name,
                "amount": format_amount(self.env, move.amount_total, move.currency_id),
                "status": words[move.chorus_pro_status],
                "since": self._put_since(move),
            }
            for move in moves.search(domain, order="invoice_date, id", limit=NAMED)
        ]

    @api.model
    def _put_since(self, move):
        """Since when it waits, in the reader's way of writing a date."""
        row = move.chorus_pro_transmission_id
        since = row.portal_status_at or row.state_since
        day = since and format_date(self.env, paris_date(since))
        return self.env._("since %(date)s", date=day) if day else ""
