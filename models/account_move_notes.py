"""The mentions that French law wants on an invoice, printed and in the file."""

from odoo import models
from odoo.tools import html2plaintext

# Subject codes of notes (BT-21, list UNTDID 4451) as the French rule BR-FR-05 names
# them: lump sum for recovery costs, late payment, early payment.
RECOVERY, LATE_PAYMENT, EARLY_PAYMENT = "PMT", "PMD", "AAB"
# Factor assignment clause, same list.
ASSIGNMENT = "ACC"


class AccountMove(models.Model):
    """Legal mentions of an invoice to a public entity, in the customer's language.

    Each can be replaced by a text of the company. What is written here is printed on
    the invoice, so that paper and file say the same.
    """

    _inherit = "account.move"

    def _chorus_pro_mentions(self):
        """Mentions by subject code (BT-21).

        :return: {code: text}, none for what is no invoice to a public entity
        """
        self.ensure_one()
        if not self._chorus_pro_wants_defaults():
            return {}
        company = self.company_id.sudo()
        return {
            RECOVERY: company.chorus_pro_note_pmt
            or self.env._(
                "Fixed compensation for recovery costs in case of late payment: "
                "40 euros (code de la commande publique, art. D2192-35)."
            ),
            LATE_PAYMENT: company.chorus_pro_note_pmd
            or self.env._(
                "Late payment interest: refinancing rate of the European Central Bank "
                "plus eight points (code de la commande publique, art. R2192-31)."
            ),
            EARLY_PAYMENT: company.chorus_pro_note_aab or self._chorus_pro_discount(),
            **self._chorus_pro_assignment(),
        }

    def _chorus_pro_discount(self):
        """What early payment brings, as the payment terms say."""
        term = self.invoice_payment_term_id
        if not term.early_discount:
            return self.env._("No discount for early payment.")
        return self.env._(
            "Discount of %(percentage)s %% for payment within %(days)s days.",
            percentage=f"{term.discount_percentage:g}",
            days=term.discount_days,
        )

    def _chorus_pro_assignment(self):
        """The subrogation clause, when a factor is to be paid."""
        factor, bank = self._chorus_pro_payee(), self.partner_bank_id
        if not factor:
            return {}
        return {
            ASSIGNMENT: self.env._(
                "This claim is assigned to %(factor)s by subrogation. Only a payment "
                "to its account %(iban)s discharges the debt.",
                factor=factor.name,
                iban=bank.acc_number,
            )
        }

    def _chorus_pro_note_terms(self):
        """Notes of the invoice (BG-1): its own text, then the mentions."""
        text = html2plaintext(self.narration or "").strip()
        mentions = self._chorus_pro_mentions().items()
        return [
            *([{"BT-22": text}] if text else []),
            *({"BT-21": code, "BT-22": words} for code, words in mentions),
        ]
