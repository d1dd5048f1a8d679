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

    def _chorus_pro_party_terms(self, categories):
        """Parties of the invoice.

        :param set categories: its VAT categories; outside the scope of VAT nobody's
            VAT number may be told (EN 16931 BR-O-02)
        """
        numbered = categories != {"O"}
        supplier, buyer = self._chorus_pro_supplier(), self.commercial_partner_id
        shipping = self.partner_shipping_id or buyer
        return {
            "BG-4": {
                **self._chorus_pro_address_terms(supplier),
                **self._chorus_pro_identifier_terms(supplier),
                **(self._chorus_pro_seller_vat_terms(categories) if numbered else {}),
                "name": self.company_id.name,
            },
            "BG-7": {
                **self._chorus_pro_address_terms(buyer),
                **self._chorus_pro_identifier_terms(buyer),
                **({"vat_identifier": self._chorus_pro_vat(buyer)} if numbered else {}),
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

    def _chorus_pro_vat(self, partner):
        # Odoo keeps "/" for a partner that has no VAT number.
        return "" if partner.vat == "/" else "".join((partner.vat or "").split())

    def _chorus_pro_seller_vat_terms(self, categories):
        """VAT number of the company (BT-31); without one its SIREN stands for it.

        A company under the franchise of art. 293 B CGI has none, and EN 16931 (BR-E-02)
        wants a VAT or a tax registration number (BT-32). Whoever charges VAT has one.

        :param set categories: VAT categories of the invoice
        """
        partner = self.company_id.partner_id
        vat, identifier = (
            self._chorus_pro_vat(partner),
            partner._chorus_pro_identifier(),
        )
        is_siret = identifier.kind == "SIRET" and identifier.is_valid
        may = is_siret and not vat and categories <= {"E", "Z"}
        siren = identifier.value[:9] if may else ""
        return {"vat_identifier": vat, "tax_identifier": siren}

    # === PAYMENT === #

    def _chorus_pro_payee(self):
        """Who is to be paid instead of the company, by the account: a factor.

        The account alone decides, so that paper and file cannot differ; none on a
        credit note. A branch is paid on its own account, on one of the companies that
        it belongs to, or on that of the establishment that bills.
        """
        payee = self.partner_bank_id.partner_id.commercial_partner_id
        companies = self.sudo().company_id.parent_ids  # the company itself included
        establishment = self._chorus_pro_supplier().commercial_partner_id
        is_seller = payee in companies.partner_id | establishment
        is_invoice = self.move_type == "out_invoice"
        return payee if is_invoice and not is_seller else payee.browse()

    def _chorus_pro_payee_terms(self):
        """The factor (BG-10), with its number when it has one."""
        payee = self._chorus_pro_payee()
        if not payee:
            return {}
        numbered = payee._chorus_pro_siret()
        return {
            "name": payee.name,
            **(self._chorus_pro_identifier_terms(payee) if numbered else {}),
        }

    def _chorus_pro_payment_terms(self):
        term = self.invoice_payment_term_id
        terms = {
            "BT-9": self.invoice_date_due,
            "BT-20": html2plaintext(term.note or "").strip() or term.name,
        }
        if self.move_type == "out_invoice":  # a credit note names no payment means
            bank = self.partner_bank_id
            method = self.preferred_payment_method_line_id
            terms["BT-81"] = method.chorus_pro_payment_means or CREDIT_TRANSFER
            terms["BT-83"] = self.payment_reference
            terms["BT-84"] = bank.sanitized_acc_number
            terms["BT-86"] = bank.bank_bic
        return terms
