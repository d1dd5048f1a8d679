"""Who is paid: a factor gets invoices to public entities of its own company only."""

from odoo import Command
from odoo.tests import Form, tagged

from .documents_common import DocumentCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDocumentFactor(DocumentCommon):
    """A company whose settings name a factor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entity.chorus_pro_is_public = True
        cls.private = cls.env["res.partner"].create(
            {"name": "Garage du Pont", "is_company": True}
        )
        cls.factor_bank = cls.make_factor("FR7610107001011234567890129")
        cls.company.chorus_pro_payee_bank_id = cls.factor_bank

    @classmethod
    def make_factor(cls, iban):
        """The account of a factor."""
        factor = {"name": "Affacturage Fictif SA", "is_company": True}
        return cls.env["res.partner.bank"].create(
            {
                "acc_number": iban,
                "partner_id": cls.env["res.partner"].create(factor).id,
                "allow_out_payment": True,
            }
        )

    def make_draft(self, partner=None, **values):
        """A draft whose account nobody chose."""
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.entity).id,
                "invoice_line_ids": [self.make_line(100)],
                **values,
            }
        )

    def paid(self, move):
        """(factor's account, account that is printed)."""
        return move.chorus_pro_payee_bank_id, move.partner_bank_id

    def test_private_customers_pay_the_company(self):
        none = self.env["res.partner.bank"]
        move = self.make_draft(self.private)
        self.assertEqual(self.paid(move), (none, self.bank))
        move.action_post()
        self.assertEqual(self.paid(move), (none, self.bank))

    def test_customer_that_is_changed(self):
        none = self.env["res.partner.bank"]
        moves = self.env["account.move"].with_context(default_move_type="out_invoice")
        with Form(moves) as form:
            form.partner_id = self.entity
            self.assertEqual(form.chorus_pro_payee_bank_id, self.factor_bank)
            form.partner_id = self.private
        move = form.record
        self.assertEqual(self.paid(move), (none, self.bank))
        move.partner_id = self.entity
        self.assertEqual(self.paid(move), (self.factor_bank, self.factor_bank))

    def test_customer_that_turns_out_to_be_public(self):
        draft, posted = self.make_draft(self.private), self.make_draft(self.private)
        posted.action_post()
        self.private.chorus_pro_is_public = True
        self.assertEqual(self.paid(draft), (self.factor_bank, self.factor_bank))
        self.assertEqual(posted.partner_bank_id, self.bank, "it was sent like that")

    def test_choice_of_a_person_stays(self):
        none = self.env["res.partner.bank"]
        move = self.make_draft(chorus_pro_payee_bank_id=False)
        self.entity.chorus_pro_is_public = True
        self.assertEqual(self.paid(move), (none, self.bank))
        move.action_post()
        self.assertEqual(self.paid(move), (none, self.bank))
        self.assertEqual(self.paid(move.copy()), (none, self.bank))

    def test_each_company_has_its_own_factor(self):
        other = self.setup_other_company()
        journal = other["default_journal_sale"]
        values = {"journal_id": journal.id, "invoice_line_ids": [Command.clear()]}
        self.assertNotEqual(self.env.company, journal.company_id)
        move = self.make_draft(**values)
        self.assertEqual(move.company_id, journal.company_id)
        self.assertFalse(move.chorus_pro_payee_bank_id)
        its_own = self.make_factor("FR7630004000031234567890143")
        journal.company_id.chorus_pro_payee_bank_id = its_own
        self.assertEqual(self.paid(self.make_draft(**values)), (its_own, its_own))

    def test_vendor_bills_name_no_factor(self):
        bill = self.make_draft(move_type="in_invoice")
        self.assertFalse(bill.chorus_pro_payee_bank_id)

    # === NO FACTOR === #

    def test_parent_company_is_no_factor(self):
        """A branch may be paid on the bank journal of its parent."""
        values = {"name": "Agence", "parent_id": self.company.id}
        branch = self.env["res.company"].create(values)
        self.env.cr.precommit.run()  # core gives it the parent's chart of accounts
        journal = self.company_data["default_journal_bank"]
        journal.bank_account_id = self.bank
        move = self.make_move(company_id=branch.id, post=False)
        move.preferred_payment_method_line_id = journal.inbound_payment_method_line_ids
        self.assertNotPaidToFactor(move, self.bank)

    def test_establishment_is_no_factor(self):
        move = self.make_move(partner_bank_id=self.factor_bank.id, post=False)
        move.journal_id.chorus_pro_establishment_id = self.factor_bank.partner_id
        self.assertNotPaidToFactor(move, self.factor_bank)

    def assertNotPaidToFactor(self, move, bank):
        """The account is told, and that it is a factor's is not."""
        self.assertEqual(move.partner_bank_id, bank)
        self.assertEqual(move._chorus_pro_terms()["BG-10"], {})
        codes = [note.get("BT-21") for note in move._chorus_pro_terms()["BG-1"]]
        self.assertNotIn("ACC", codes)
