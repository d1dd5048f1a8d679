"""What people are asked goes with the invoices when somebody else looks after them."""

from functools import partial

from odoo import api, models
from odoo.fields import Domain

from ..const_asks import INVOICE_KINDS

PERSON = "chorus_pro_person_id"


class AccountMove(models.Model):
    """Open activities follow a change of the person responsible."""

    _inherit = "account.move"

    @api.model
    def _chorus_pro_hand_over(self, domain, change):
        """Make a change of the person responsible and hand over what is open.

        An activity that somebody else was given stays there.

        :param domain: invoices that the change is about
        :param change: makes the change
        :return: what `change` returns
        """
        asks = self.env["chorus.pro.ask"]
        types = [asks._type(kind) for kind in INVOICE_KINDS]
        open_ones = self.env["mail.activity"].sudo()
        open_ones = open_ones.search(
            [
                ("res_model", "=", self._name),
                ("activity_type_id", "in", types),
                ("automated", "=", True),
            ]
        )
        moves = self.sudo().search(
            Domain(domain) & Domain("id", "in", open_ones.mapped("res_id"))
        )
        before = moves._chorus_pro_people()
        result = change()
        after = moves._chorus_pro_people()
        for (old, new), theirs in moves.grouped(
            lambda move: (before[move], after[move])
        ).items():
            if old != new:
                open_ones.filtered(
                    lambda a, ids=set(theirs.ids), user=old: (
                        a.res_id in ids and a.user_id == user
                    )
                    # The list of activities tells of many at once: no mail for each.
                ).with_context(mail_activity_quick_update=True).user_id = new
        return result


class ResPartner(models.Model):
    """The entity's person, in the company at work."""

    _inherit = "res.partner"

    def write(self, vals):
        """EXTENDS base: activities go to the entity's new person."""
        save = partial(super().write, vals)
        if PERSON not in vals:
            return save()
        concerned = [
            ("commercial_partner_id", "in", self.ids),
            ("company_id", "=", self.env.company.id),
        ]
        return self.env["account.move"]._chorus_pro_hand_over(concerned, save)


class ResCompany(models.Model):
    """The company's person."""

    _inherit = "res.company"

    def write(self, vals):
        """EXTENDS base: activities go to the company's new person."""
        save = partial(super().write, vals)
        if PERSON not in vals:
            return save()
        concerned = [("company_id", "in", self.ids)]
        return self.env["account.move"]._chorus_pro_hand_over(concerned, save)
