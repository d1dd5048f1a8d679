"""A French company in Demo, a public entity, and the scheduled actions by hand."""

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.l10n_fr_chorus_pro import factur_x
from odoo.addons.l10n_fr_chorus_pro.tests.french_company import FrenchCompanyCommon
from odoo.addons.l10n_fr_chorus_pro.tests.portal_common import (
    SUPPLIER_SIRET,
    PortalCommon,
)

IBAN = "FR7630006000011234567890189"


class ChorusProCommon(PortalCommon, FrenchCompanyCommon):
    """A company that may bill, its entity and its clerk, at the portal of a test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(factur_x.stop_schematron)
        cls.company = cls.env.company
        cls.company.partner_id.write(
            {
                "company_registry": SUPPLIER_SIRET,
                "vat": "FR23334175221",
                "street": "1 rue de la Fiction",
                "zip": "75001",
                "city": "Paris",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        # Nobody waits for his turn in a test, but in those about it.
        cls.company.chorus_pro_calls_second = 0
        cls.bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": IBAN,
                "partner_id": cls.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        cls.entity = cls.make_entity("21990002400015", "Commune de Valbrune", "none")
        cls.tax_20 = cls.env["account.chart.template"].ref("tva_normale")
        cls.clerk = new_test_user(
            cls.env,
            "chorus_clerk",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
        )

    @classmethod
    def make_entity(cls, siret, name, requirement="none", **values):
        """A public entity whose requirement is known."""
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "company_registry": siret,
                "country_id": cls.env.ref("base.fr").id,
                "street": "1 place de la Fiction",
                "zip": "99210",
                "city": "Valbrune",
                "chorus_pro_is_public": True,
                "chorus_pro_requirement": requirement,
                **values,
            }
        )

    # === DATA === #

    def make_invoice(self, partner=None, post=True, move_type="out_invoice", **values):
        """A posted invoice of one line at 20 %."""
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or self.entity).id,
                "invoice_date": fields.Date.today(),
                "partner_bank_id": self.bank.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Ramettes de papier",
                            "quantity": 3,
                            "price_unit": 40.0,
                            "tax_ids": [Command.set(self.tax_20.ids)],
                        }
                    )
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def send(self, *moves):
        """Queue invoices and run the sending scheduled action."""
        queued = self.env["account.move"].union(*moves)._chorus_pro_enqueue()
        self.run_send()
        return queued.chorus_pro_transmission_id

    def integrate(self, *moves):
        """Send invoices and let the portal check them."""
        rows = self.send(*moves)
        self.advance(60)
        self.run_follow()
        return rows
