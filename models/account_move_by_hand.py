"""Invoices that somebody typed into the portal are recognised by their number."""

from odoo import api, models

from .chorus_pro_transmission_changes import FOLLOWED
from .portal_values import is_same_amount

# Summaries of invoices that may have been filed outside Odoo.
UNSENT = ("to_send", "elsewhere", "error", "rejected")


class AccountMove(models.Model):
    """What the portal lists and we did not send."""

    _inherit = "account.move"

    @api.model
    def _chorus_pro_unsent_domain(self, company):
        """Posted invoices of `company` that we did not bring to the portal."""
        return [
            ("company_id", "=", company.id),
            ("state", "=", "posted"),
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("chorus_pro_status", "in", UNSENT),
        ]

    @api.model
    def _chorus_pro_suppliers_by_hand(self, company, gate):
        """Suppliers, known to the portal, with invoices that may be filed by hand."""
        known = gate._read_alone("establishments")
        if not known:
            return self.env["res.partner"]
        found = self._read_group(
            self._chorus_pro_unsent_domain(company), ["journal_id"]
        )
        suppliers = (
            journal.chorus_pro_establishment_id or company.partner_id
            for (journal,) in found
        )
        return self.env["res.partner"].union(
            *(one for one in suppliers if one._chorus_pro_siret() in known)
        )

    @api.model
    def _chorus_pro_recognise(self, gate, supplier, items):
        """Link invoices that the portal lists under the number of ours.

        None when the company has left the gate's environment: that its invoices are
        to be sent is said of the other one.

        :param gate: chorus.pro.gate of the portal that was asked
        :param items: chorus_api.InvoiceItems of `supplier` that no attempt of ours made
        """
        by_number = {item.number: item for item in items}
        if not by_number or gate._is_left():
            return
        moves = self.search(
            [
                *self._chorus_pro_unsent_domain(gate.company_id),
                ("name", "in", list(by_number)),
            ]
        ).filtered(
            lambda move: (
                move._chorus_pro_supplier() == supplier
                and move._chorus_pro_may_be_found()
                and move._chorus_pro_is(by_number[move.name])
            )
        )
        moves.company_id._chorus_pro_stay()
        locked = moves.try_lock_for_update(allow_referencing=True)
        locked.invalidate_recordset()
        found = locked.filtered(lambda move: move._chorus_pro_may_be_found())
        found._chorus_pro_link_by_hand(by_number)

    def _chorus_pro_is(self, item):
        """Whether an invoice of the portal is this one: recipient and amount agree.

        Both must be told: nobody looks at what is linked by itself.
        """
        return (
            bool(item.portal_id and item.recipient_siret)
            and item.amount_total is not None
            and item.recipient_siret == self.commercial_partner_id._chorus_pro_siret()
            and is_same_amount(item, self.amount_total, self.currency_id)
        )

    def _chorus_pro_link_by_hand(self, by_number):
        """Follow the invoices from now on as filed outside Odoo."""
        Transmission = self.env["chorus.pro.transmission"]
        declared = self.chorus_pro_transmission_id.filtered(
            lambda row: row.state in FOLLOWED
        )
        words = self.env._(
            "Chorus Pro: found at the portal, where it was filed outside Odoo."
        )
        declared._tell(words)
        rows = declared | (self - declared.move_id)._chorus_pro_declare(words)
        Transmission._take_statuses({row: by_number[row.number] for row in rows})
