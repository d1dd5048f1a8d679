"""Problems are told when an invoice is posted, or stop it, as the company wants."""

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..const import POSTING_CHECKS

# They concern sending, not the invoice that is being posted.
NOT_OF_POSTING = {"not_configured", "on_its_way", "elsewhere", "refused_by_recipient"}


class ResCompany(models.Model):
    """What happens with problems at posting is the company's choice."""

    _inherit = "res.company"

    chorus_pro_posting_check = fields.Selection(
        POSTING_CHECKS,
        string="Problems at posting",
        default="warn",
        required=True,
        help="What happens when an invoice to a public entity is confirmed that Chorus "
        "Pro would refuse. What Odoo confirms by itself is never stopped.",
    )


class ResConfigSettings(models.TransientModel):
    """The choice, for administrators."""

    _inherit = "res.config.settings"

    chorus_pro_posting_check = fields.Selection(
        related="company_id.chorus_pro_posting_check", readonly=False
    )


class AccountMove(models.Model):
    """The check runs on what has just been posted, number and all, in its transaction.

    No network: engagement numbers are judged by the last answer.
    """

    _inherit = "account.move"

    def _post(self, soft=True):
        """EXTENDS account: tell, or refuse, what Chorus Pro would refuse."""
        posted = super()._post(soft)
        found = posted._chorus_pro_problems_at_posting()
        refused = {
            move: problems
            for move, problems in found.items()
            if move.company_id.chorus_pro_posting_check == "block"
            and self._chorus_pro_is_posted_by_person()
        }
        if refused:
            raise UserError(self._chorus_pro_put_refusal(refused))
        self._chorus_pro_tell_problems(found)
        return posted

    def _chorus_pro_is_posted_by_person(self):
        """Whether somebody is there who can correct the invoice now.

        Scheduled actions (recurring invoices, subscriptions) and what runs with all
        rights for somebody else (a payment in the shop) are never stopped.
        """
        return not self.env.su and "cron_id" not in self.env.context

    def _chorus_pro_problems_at_posting(self):
        """{invoice: [Problem]}: blockers of the invoices to public entities."""
        concerned = self.sudo().filtered(
            lambda m: (
                m._chorus_pro_wants_defaults()
                and m.company_id.chorus_pro_posting_check != "none"
            )
        )
        found = {
            move: [
                p for p in move._chorus_pro_blockers() if p.code not in NOT_OF_POSTING
            ]
            for move in concerned
        }
        return {move: problems for move, problems in found.items() if problems}

    def _chorus_pro_put_refusal(self, found):
        """Words for the invoices that are not posted; their numbers are taken back."""
        parts = [self.env._("Chorus Pro would refuse this. Correct it, then confirm.")]
        for move, problems in found.items():
            amount = formatLang(
                self.env, move.amount_total, currency_obj=move.currency_id
            )
            name = f"{move.partner_id.display_name}, {amount}"
            lines = "\n".join(f"- {problem.message}" for problem in problems)
            parts.append(f"{name}\n{lines}")
        return "\n\n".join(parts)

    def _chorus_pro_tell_problems(self, found):
        """Log them on the invoices; a person who posts is told at once, too."""
        if not found:
            return
        intro = self.env._("Chorus Pro would refuse this invoice:")
        moves = self.browse().sudo().union(*found)
        moves._message_log_batch(
            bodies={
                move.id: Markup("%s<ul>%s</ul>")
                % (
                    intro,
                    Markup("").join(
                        Markup("<li>%s</li>") % p.message for p in problems
                    ),
                )
                for move, problems in found.items()
            }
        )
        if self._chorus_pro_is_posted_by_person():
            self.env.user._bus_send(
                "simple_notification",
                {
                    "type": "warning",
                    "title": self.env._("Chorus Pro"),
                    "message": self._chorus_pro_put_warning(found),
                },
            )

    def _chorus_pro_put_warning(self, found):
        """The notification: the reason for one invoice, the count of several."""
        if len(found) > 1:
            return self.env._(
                "%s of the confirmed invoices would be refused. Each says why in its "
                "tab Chorus Pro.",
                len(found),
            )
        [(move, problems)] = found.items()
        return self.env._(
            "%(invoice)s is confirmed, but would be refused: %(reason)s",
            invoice=move.name,
            reason=problems[0].message,
        )
