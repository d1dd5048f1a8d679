"""Seller, buyer, payee and payment of an invoice as EN 16931 business terms."""

from odoo import models
from odoo.tools import html2plaintext

CREDIT_TRANSFER = "30"


class AccountMove(models.Model):
    """Who bills whom, where it goes, and how it is paid."""

    _inherit = "account.move"

    def _chorus_pro_supplier(self):
        """The partner whose SIRET and address the invoice bears: an establishment."""
        self.ensure_one()
        establishment = self.journal_id.chorus_pro_establishment_id
        return establishment or self.company_id.partner_id

    def _chorus_pro_party_terms(self):
        supplier, buyer = self._chorus_pro_supplier(), self.commercial_partner_id
        shipping = self.partner_shipping_id or buyer
        return {
            "BG-4": {
                **self._chorus_pro_address_terms(supplier),
                **self._chorus_pro_identifier_terms(supplier),
                **self._chorus_pro_vat_number_terms(self.company_id.partner_id),
                "name": self.company_id.name,
            },
            "BG-7": {
                **self._chorus_pro_address_terms(buyer),
                **self._chorus_pro_identifier_terms(buyer),
                **self._chorus_pro_vat_number_terms(buyer),
                "name": buyer.name,
            },
            "BG-10": self._chorus_pro_payee_terms(),
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
        identifier = partner._chorus_pro_identifier()
        return {
            "legal_identifier": identifier.value,
            "legal_identifier_schemeid": identifier.scheme,
        }

    def _chorus_pro_vat_number_terms(self, partner):
        # Odoo keeps "/" for a partner that has no VAT number.
        vat = "" if partner.vat == "/" else "".join((partner.vat or "").split())
        return {"vat_identifier": vat}

    # === PAYMENT === #

    def _chorus_pro_payee_terms(self):
        """The factor, when another than the seller is to be paid (BG-10)."""
        payee = self.sudo().chorus_pro_payee_bank_id.partner_id.commercial_partner_id
        if not payee or self.move_type != "out_invoice":
            return {}
        return {
            "name": payee.name,
            **(
                self._chorus_pro_identifier_terms(payee)
                if payee._chorus_pro_siret()
                else {}
            ),
        }

    def _chorus_pro_payment_terms(self):
        term = self.invoice_payment_term_id
        terms = {
            "BT-9": self.invoice_date_due,
            "BT-20": html2plaintext(term.note or "").strip() or term.name,
        }
        if self.move_type == "out_invoice":  # a credit note names no payment means
            bank = self.sudo().chorus_pro_payee_bank_id or self.partner_bank_id
            method = self.preferred_payment_method_line_id
            terms["BT-81"] = method.chorus_pro_payment_means or CREDIT_TRANSFER
            terms["BT-83"] = self.payment_reference
            terms["BT-84"] = bank.sanitized_acc_number
            terms["BT-86"] = bank.bank_bic
        return terms
