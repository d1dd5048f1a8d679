"""A posted customer invoice as EN 16931 business terms.

The result is the dict that ``facturx.generate_xml`` takes (keys are business terms).
Amounts come from Odoo's own tax engine. Nothing raises here: what cannot be expressed
is told in the entry ``unsupported``, which ``factur_x.check_terms`` turns into issues.
"""

import re

from odoo import models
from odoo.tools import float_repr, html2plaintext

# Scheme of the SIRET in BT-30 and BT-47, as used in production elsewhere (API.md 4.1
# [T]). One place: change it here.
SIRET_SCHEME = "0002"
CREDIT_TRANSFER = "30"
ALREADY_PAID = "A2"
UNSUPPORTED_LINES = {
    "early_payment": "early_discount_unsupported",
    "cash_rounding": "rounding_unsupported",
    "non_deductible": "taxes_unsupported",
}


class AccountMove(models.Model):
    """The invoice, party by party and total by total, in EN 16931 terms."""

    _inherit = "account.move"

    def _chorus_pro_terms(self):
        """Return the EN 16931 business terms of this posted invoice or credit note.

        :return: dict as ``facturx.generate_xml`` takes it; empty values stand for terms
            that do not apply; ``unsupported`` lists what has no expression yet, as
            keyword arguments of ``factur_x.issues.make_issue``
        """
        self.ensure_one()
        move = self.with_context(lang=self.partner_id.lang or self.env.lang)
        base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
        lines = [line for line in base_lines if not line["special_type"]]
        return {
            **move._chorus_pro_header_terms(),
            **move._chorus_pro_party_terms(),
            **move._chorus_pro_payment_terms(),
            **move._chorus_pro_total_terms(lines),
            "BG-23": move._chorus_pro_vat_terms(lines),
            "BG-25": move._chorus_pro_line_terms(lines),
            "unsupported": [
                *move._chorus_pro_unsupported_taxes(lines),
                *(
                    {"code": UNSUPPORTED_LINES[line["special_type"]], "term": "BG-25"}
                    for line in base_lines
                    if line["special_type"]
                ),
            ],
        }

    # === HEADER === #

    def _chorus_pro_header_terms(self):
        is_refund = self.move_type == "out_refund"
        original = self.reversed_entry_id
        note = html2plaintext(self.narration or "").strip()
        return {
            "BT-1": self.name,
            "BT-2": self.invoice_date,
            "BT-3": "381" if is_refund else "380",
            "BT-5": self.currency_id.name,
            "BT-8": self._chorus_pro_vat_due(),
            "BT-10": self.buyer_reference,
            "BT-12": self.contract_reference,
            "BT-13": self.purchase_order_reference,
            "BT-23": self._chorus_pro_framework_code(),
            "BT-72": self.delivery_date,
            "BG-1": [{"BT-22": note}] if note else [],
            "BG-3": [{"BT-25": original.name, "BT-26": original.invoice_date}]
            if is_refund and original
            else [],
        }

    def _chorus_pro_framework_code(self):
        """Billing framework (BT-23), A1 unless the invoice says otherwise."""
        return self.chorus_pro_framework or "A1"

    def _chorus_pro_vat_due(self):
        """When VAT falls due (BT-8): on payment, on the invoice, or mixed: untold."""
        taxes = self.invoice_line_ids.tax_ids.flatten_taxes_hierarchy()
        moments = set(taxes.mapped("tax_exigibility"))
        if len(moments) == 1:
            return "payment" if moments == {"on_payment"} else "invoice"
        return False

    # === PARTIES === #

    def _chorus_pro_party_terms(self):
        seller, buyer = self.company_id.partner_id, self.commercial_partner_id
        shipping = self.partner_shipping_id or buyer
        return {
            "BG-4": {
                **self._chorus_pro_address_terms(seller),
                **self._chorus_pro_identifier_terms(seller),
                "name": self.company_id.name,
            },
            "BG-7": {
                **self._chorus_pro_address_terms(buyer),
                **self._chorus_pro_identifier_terms(buyer),
                "name": buyer.name,
            },
            "BG-13": {
                **self._chorus_pro_address_terms(shipping),
                "name": shipping.name or buyer.name,
            },
        }

    def _chorus_pro_address_terms(self, partner):
        return {
            "addr_l1": partner.street,
            "addr_l2": partner.street2,
            "postcode": partner.zip,
            "city": partner.city,
            "country_code": partner.country_id.code,
        }

    def _chorus_pro_identifier_terms(self, partner):
        # Spaces and dots that people type; anything else is told by the rules.
        siret = re.sub(r"[\s.]", "", partner.company_registry or "")
        # Odoo keeps "/" for a partner that has no VAT number.
        vat = "" if partner.vat == "/" else "".join((partner.vat or "").split())
        return {
            "legal_identifier": siret,
            "legal_identifier_schemeid": SIRET_SCHEME,
            "vat_identifier": vat,
        }

    # === PAYMENT AND TOTALS === #

    def _chorus_pro_payment_terms(self):
        term = self.invoice_payment_term_id
        terms = {
            "BT-9": self.invoice_date_due,
            "BT-20": html2plaintext(term.note or "").strip() or term.name,
        }
        if self.move_type == "out_invoice":  # a credit note names no payment means
            bank = self.partner_bank_id
            terms["BT-81"] = CREDIT_TRANSFER
            terms["BT-83"] = self.payment_reference
            terms["BT-84"] = bank.sanitized_acc_number
            terms["BT-86"] = bank.bank_bic
        return terms

    def _chorus_pro_money(self, amount):
        """An amount of this invoice as EN 16931 writes it, never a negative zero."""
        currency = self.currency_id
        return float_repr(currency.round(amount) + 0.0, currency.decimal_places)

    def _chorus_pro_total_terms(self, lines):
        amounts = [self._chorus_pro_line_amount(line) for line in lines]
        is_paid = self._chorus_pro_framework_code() == ALREADY_PAID
        total = self._chorus_pro_money(self.amount_total)
        return {
            "BT-106": self._chorus_pro_money(sum(amounts)),
            "BT-109": self._chorus_pro_money(self.amount_untaxed),
            "BT-110": self._chorus_pro_money(self.amount_tax),
            "BT-112": total,
            "BT-113": total if is_paid else False,
            "BT-115": "0.00" if is_paid else total,
        }
