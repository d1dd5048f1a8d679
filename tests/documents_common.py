"""A French company that invoices a town hall, and the gates that judge its files."""

from datetime import date

import facturx

from odoo import Command

from odoo.addons.l10n_fr_chorus_pro import factur_x

from .factur_x_common import IBAN
from .french_company import FrenchCompanyCommon


class DocumentCommon(FrenchCompanyCommon):
    """Posted invoices of every kind, one line of code each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(factur_x.stop_schematron)
        cls.company = cls.env.company
        france = cls.env.ref("base.fr").id
        cls.company.partner_id.write(
            {
                "company_registry": "123 456 782 00010",
                "vat": "FR23334175221",
                "street": "1 rue de la Fiction",
                "zip": "75001",
                "city": "Paris",
                "country_id": france,
            }
        )
        cls.bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": IBAN,
                "partner_id": cls.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        cls.entity = cls.env["res.partner"].create(
            {
                "name": "Mairie de Saint-Étienne-du-Bœuf & C°",
                "is_company": True,
                "company_registry": "21990002400015",
                "country_id": france,
                "street": "1 place de la Mairie",
                "zip": "42000",
                "city": "Saint-Étienne",
            }
        )

    @classmethod
    def get_tax(cls, name, **values):
        """A tax of the French chart, by its template name."""
        tax = cls.env["account.chart.template"].ref(name)
        tax.write({"active": True, **values})
        return tax

    def make_line(self, price, tax="tva_normale", quantity=1, **values):
        """Creation command of one invoice line; ``tax`` may be a record."""
        taxes = self.get_tax(tax) if isinstance(tax, str) else tax
        return Command.create(
            {
                "name": "Fourniture",
                "quantity": quantity,
                "price_unit": price,
                "tax_ids": [Command.set(taxes.ids)],
                **values,
            }
        )

    def make_move(self, *lines, post=True, **values):
        """A posted invoice of the given lines."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.entity.id,
                "invoice_date": date(2026, 11, 2),
                "partner_bank_id": self.bank.id,
                "invoice_line_ids": list(lines) or [self.make_line(100)],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def get_terms(self, move):
        """Terms of ``move``, in which no rule finds an error."""
        terms = move._chorus_pro_terms()
        errors = [i for i in factur_x.check_terms(terms) if i.level == "error"]
        self.assertEqual(errors, [])
        return terms

    def get_codes(self, move):
        """``{(code, term)}`` of what the rules find in the terms of ``move``."""
        issues = factur_x.check_terms(move._chorus_pro_terms())
        return {(issue.code, issue.term) for issue in issues}

    def assertValidXml(self, move):
        """The XML of ``move`` passes schema and schematron; it is returned parsed."""
        xml = factur_x.make_xml(self.get_terms(move))
        findings = factur_x.check_schematron(xml)
        self.assertEqual(findings, [])
        return facturx.parse_ubl_cii_xml(xml)
