"""Chorus Pro as a way of sending: who is offered it, and for whom it is the default."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .send_common import KEY, SendCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSendMethod(SendCommon):
    # === OFFERED === #

    def test_offered_to_public_entities_only(self):
        self.assertIn(KEY, self.open_send().sending_method_checkboxes)
        private = self.open_send(self.make_invoice(self.private))
        self.assertNotIn(KEY, private.sending_method_checkboxes)
        self.assertEqual(self.ticked(private), {"email"})

    def test_not_offered_by_a_company_without_access(self):
        self.company.sudo().chorus_pro_environment = "qualification"
        self.assertFalse(self.sender._is_applicable_to_company(KEY, self.company))
        wizard = self.open_send()
        self.assertNotIn(KEY, wizard.sending_method_checkboxes)
        self.assertEqual(self.ticked(wizard), {"email"})

    def test_offered_by_a_company_with_access(self):
        self.go_to("qualification", "http://localhost")
        self.assertTrue(self.sender._is_applicable_to_company(KEY, self.company))
        label = self.open_send().sending_method_checkboxes[KEY]["label"]
        self.assertEqual(label, "by Chorus Pro (Qualification)")

    def test_production_needs_no_word(self):
        self.go_to("production", "http://localhost")
        label = self.open_send().sending_method_checkboxes[KEY]["label"]
        self.assertEqual(label, "by Chorus Pro")

    def test_a_foreign_company_in_demo_is_not_offered_it(self):
        self.company.country_id = self.env.ref("base.be")
        self.assertFalse(self.sender._is_applicable_to_company(KEY, self.company))
        self.go_to("qualification", "http://localhost")
        self.assertTrue(self.sender._is_applicable_to_company(KEY, self.company))

    def test_a_foreign_company_in_demo_is_told_nothing(self):
        self.company.country_id = self.env.ref("base.be")
        self.entity.chorus_pro_requirement = "engagement"
        draft = self.make_invoice(post=False)
        self.assertFalse([key for key in draft.alerts or {} if KEY in key])
        move = self.make_invoice(ref="EJ-1", chorus_pro_attachment_ids=False)
        self.assertFalse(move.chorus_pro_status)
        self.assertFalse(move.chorus_pro_can_send)
        self.assertFalse(move.purchase_order_reference)
        self.assertFalse(move._chorus_pro_problems_at_posting())
        self.assertEqual(move._chorus_pro_mentions(), {})
        self.assertFalse(move._chorus_pro_enqueue())
        self.choose_format(self.entity, "facturx")
        self.entity.chorus_pro_requirement = "none"
        wizard = self.open_send(self.make_invoice(), sending_methods=["email"])
        self.assertEqual(wizard.invoice_edi_format, "facturx")

    def test_country_and_environment_decide_about_invoices_that_are_there(self):
        self.company.country_id = self.env.ref("base.be")
        self.assertFalse(self.move.chorus_pro_status)
        self.go_to("qualification", "http://localhost")
        self.assertEqual(self.move.chorus_pro_status, "to_send")
        self.assertTrue(self.move._chorus_pro_mentions())
        self.company.chorus_pro_environment = "demo"
        self.assertFalse(self.move.chorus_pro_status)
        self.company.country_id = self.env.ref("base.re")
        self.assertEqual(self.move.chorus_pro_status, "to_send")

    def test_french_company_without_access_has_invoices_to_send(self):
        self.company.sudo().chorus_pro_environment = "qualification"
        self.assertEqual(self.make_invoice().chorus_pro_status, "to_send")

    def test_overseas_is_french(self):
        self.company.country_id = self.env.ref("base.re")
        self.assertTrue(self.sender._is_applicable_to_company(KEY, self.company))

    def test_other_methods_are_left_to_core(self):
        self.assertTrue(self.sender._is_applicable_to_company("email", self.company))
        self.assertTrue(self.sender._is_applicable_to_move("manual", self.move))

    def test_vendor_bills_and_receipts_are_none(self):
        receipt = self.make_invoice(move_type="out_receipt")
        self.assertFalse(self.sender._is_applicable_to_move(KEY, receipt))
        self.assertNotIn(KEY, self.open_send(receipt).sending_method_checkboxes)

    def test_locked_once_the_invoice_is_on_its_way(self):
        self.move._chorus_pro_enqueue()
        box = self.open_send().sending_method_checkboxes[KEY]
        self.assertEqual((box["checked"], box["readonly"]), (False, True))

    # === DEFAULT === #

    def test_default_for_public_entities(self):
        self.assertEqual(self.ticked(self.open_send()), {KEY})
        credit_note = self.make_invoice(move_type="out_refund")
        self.assertEqual(self.ticked(self.open_send(credit_note)), {KEY})

    def test_first_in_the_row(self):
        boxes = self.open_send().sending_method_checkboxes
        self.assertEqual(next(iter(boxes)), KEY)

    def test_another_method_that_a_person_chose_stays(self):
        for method in ("email", "manual"):
            with self.subTest(method):
                self.entity.with_company(self.company).invoice_sending_method = method
                self.assertEqual(
                    self.sender._get_default_sending_methods(self.move), {method}
                )
        wizard = self.open_send(sending_methods=["email"])
        self.assertIn(
            "takes invoices through Chorus Pro", self.levels(wizard)["info"][0]
        )

    def test_choice_of_chorus_pro(self):
        self.entity.with_company(self.company).invoice_sending_method = KEY
        self.assertEqual(self.ticked(self.open_send()), {KEY})

    def test_choice_of_another_company_says_nothing(self):
        other = self.env["res.company"].create({"name": "Autre"})
        self.entity.with_company(other).invoice_sending_method = "email"
        self.assertEqual(self.ticked(self.open_send()), {KEY})

    def test_default_of_the_whole_company_is_nobodys_choice(self):
        self.env["ir.default"].set(
            "res.partner",
            "invoice_sending_method",
            "manual",
            company_id=self.company.id,
        )
        self.assertEqual(
            self.entity.with_company(self.company).invoice_sending_method, "manual"
        )
        self.assertEqual(self.ticked(self.open_send()), {KEY})
        private = self.make_invoice(self.private)
        self.assertEqual(self.sender._get_default_sending_methods(private), {"manual"})

    def test_a_contact_goes_the_way_of_its_entity(self):
        contact = self.entity.create(
            {"name": "Comptabilité", "parent_id": self.entity.id}
        )
        move = self.make_invoice(contact)
        self.assertEqual(self.ticked(self.open_send(move)), {KEY})

    def test_entity_that_is_none_any_more_gets_mail(self):
        self.private.with_company(self.company).invoice_sending_method = KEY
        wizard = self.open_send(self.make_invoice(self.private))
        self.assertEqual(self.ticked(wizard), {"email"})

    def test_customers_form_offers_it_to_public_entities_only(self):
        entity = self.entity.with_company(self.company)
        private = self.private.with_company(self.company)
        self.assertIn(KEY, entity.chorus_pro_sending_methods)
        self.assertNotIn(KEY, private.chorus_pro_sending_methods)
        self.assertLessEqual(
            {"manual", "email"}, set(private.chorus_pro_sending_methods)
        )
        self.company.country_id = self.env.ref("base.be")
        entity.invalidate_recordset(["chorus_pro_sending_methods"])
        self.assertNotIn(KEY, entity.chorus_pro_sending_methods)

    # === FORMAT === #

    def choose_format(self, partner, name):
        """The format that a customer's form asks core for."""
        partner.with_company(self.company).invoice_edi_format = name

    def test_core_makes_no_factur_x_of_its_own(self):
        """Its checks want a phone and an e-mail of the company, among others."""
        self.company.write({"phone": False, "email": False})
        self.choose_format(self.entity, "facturx")
        wizard = self.open_send()
        self.assertFalse(wizard.invoice_edi_format)
        wizard.action_send_and_print()
        self.assertEqual(self.move.chorus_pro_status, "queued")

    def test_core_keeps_its_format_for_others(self):
        self.choose_format(self.private, "facturx")
        self.choose_format(self.entity, "facturx")
        wizard = self.open_send(self.make_invoice(self.private))
        self.assertEqual(wizard.invoice_edi_format, "facturx")
        self.entity.chorus_pro_requirement = "engagement"
        wizard = self.open_send(sending_methods=["email"])
        self.assertEqual(wizard.invoice_edi_format, "facturx")

    def test_other_formats_stay(self):
        self.choose_format(self.entity, "ubl_bis3")
        wizard = self.open_send(sending_methods=["email"])
        self.assertEqual(wizard.invoice_edi_format, "ubl_bis3")

    def test_both_files_are_announced(self):
        wizard = self.open_send(sending_methods=["email"])
        names = [file["name"] for file in wizard.mail_attachments_widget]
        self.assertEqual(
            names, [self.move._get_invoice_report_filename(), "factur-x.xml"]
        )

    # === ACCESS === #

    def test_only_who_may_act_sends(self):
        reader = new_test_user(
            self.env,
            "chorus_sender",
            groups="account.group_account_readonly",
            company_id=self.company.id,
        )
        wizard = self.open_send()
        with self.assertRaises(AccessError):
            wizard.with_user(reader).action_send_and_print()
        many = self.open_batch(self.move | self.make_invoice())
        with self.assertRaises(AccessError):
            many.with_user(reader).action_send_and_print()
        self.assertEqual(self.move.chorus_pro_status, "to_send")

    def test_rules_hold_without_the_dialog_too(self):
        private = self.make_invoice(self.private)
        with self.assertRaisesRegex(UserError, "not marked as a public entity"):
            self.sender._generate_and_send_invoices(private, sending_methods=[KEY])
        self.assertFalse(private.invoice_pdf_report_id)
        self.company.country_id = self.env.ref("base.be")
        with self.assertRaisesRegex(UserError, "is not set up"):
            self.sender._generate_and_send_invoices(self.move, sending_methods=[KEY])
