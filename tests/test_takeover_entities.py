"""Coming from the OCA modules: companies, entities, services, contacts, references."""

import logging

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.models import chorus_pro_takeover
from odoo.addons.l10n_fr_chorus_pro.tests.takeover_common import (
    PASSWORD,
    TakeoverCommon,
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTakeoverEntities(TakeoverCommon):
    """What is empty here is filled, what people set up stays."""

    def setUp(self):
        super().setUp()
        self.prepare()

    def service(self, partner=None, code="CPT-02", **values):
        """An old service."""
        values = {"name": "Comptabilité", "active": True, **values}
        partner_id = (partner or self.newcomer).id
        return self.old(
            "chorus_partner_service", partner_id=partner_id, code=code, **values
        )

    def contact(self, name="Service comptable"):
        """A contact of the newcomer."""
        return self.env["res.partner"].create(
            {"name": name, "parent_id": self.newcomer.id}
        )

    # === WHO IS PUBLIC === #

    def test_every_requirement_and_the_identifier(self):
        for old, new in (
            ("none", "none"),
            ("service", "service"),
            ("engagement", "engagement"),
            ("service_and_engagement", "both"),
            ("service_or_engagement", "either"),
            ("what is this", "unknown"),
        ):
            with self.subTest(old):
                partner = self.newcomer.copy({"chorus_pro_is_public": False})
                self.mark(partner, fr_chorus_required=old, fr_chorus_identifier=12345)
                self.take_over()
                self.assertTrue(partner.chorus_pro_is_public)
                self.assertEqual(partner.chorus_pro_requirement, new)
                self.assertEqual(partner.chorus_pro_structure_id, "12345")
                self.assertEqual(partner.chorus_pro_directory_environment, "production")
                self.assertFalse(partner.chorus_pro_synced_at)

    def test_another_siret_forgets_what_was_taken_over(self):
        self.mark(self.newcomer, fr_chorus_required="service", fr_chorus_identifier=7)
        self.take_over()
        self.newcomer.company_registry = "21990004000011"
        self.assertEqual(self.newcomer.chorus_pro_requirement, "unknown")
        self.assertFalse(self.newcomer.chorus_pro_structure_id)

    def test_each_mark_of_a_public_entity(self):
        contact = self.contact()
        [move] = self.make_invoice(self.newcomer)
        method = self.old("transmit_method", code="fr-chorus")
        flow_id = self.old_flow()
        service_id = self.service()
        self.env.cr.execute("DELETE FROM chorus_partner_service")
        for record, values in (
            (self.newcomer, {"fr_chorus_required": "none"}),
            (self.newcomer, {"fr_chorus_identifier": 8}),
            (contact, {"fr_chorus_service_id": service_id}),
            (move, {"transmit_method_id": method}),
            (move, {"chorus_flow_id": flow_id}),
            (move, {"chorus_identifier": 9}),
        ):
            with self.subTest(values):
                self.assertFalse(self.newcomer.chorus_pro_is_public)
                self.mark(record, **values)
                self.take_over()
                self.assertTrue(self.newcomer.chorus_pro_is_public)
                self.mark(record, **dict.fromkeys(values))
                self.takeover.search([]).unlink()
                self.newcomer.chorus_pro_is_public = False

    def test_a_sending_method_kept_for_each_company(self):
        old_methods = (
            "ALTER TABLE res_partner ADD customer_invoice_transmit_method_id {}".format
        )
        method = self.old("transmit_method", code="fr-chorus")
        other = self.old("transmit_method", code="mail")
        for kind, value, public in (
            ("jsonb", f'{{"1": {method}}}', True),
            ("jsonb", f'{{"1": {other}}}', False),
            ("integer", method, True),
            ("integer", other, False),
        ):
            with self.subTest(kind=kind, public=public):
                self.env.cr.execute(old_methods(kind))
                self.mark(self.newcomer, customer_invoice_transmit_method_id=value)
                self.take_over()
                self.assertEqual(self.newcomer.chorus_pro_is_public, public)
                self.takeover.search([]).unlink()
                self.newcomer.chorus_pro_is_public = False
                self.env.flush_all()
                self.env.cr.execute(
                    "ALTER TABLE res_partner DROP customer_invoice_transmit_method_id"
                )

    def test_a_sending_method_among_the_properties_of_17(self):
        self.env.cr.execute(
            "CREATE TABLE ir_property"
            " (name varchar, res_id varchar, value_reference varchar)"
        )
        method = self.old("transmit_method", code="fr-chorus")
        for partner, code in ((self.newcomer, method), (self.partner_a, method + 1)):
            self.env.cr.execute(
                "INSERT INTO ir_property VALUES"
                " ('customer_invoice_transmit_method_id', %s, %s)",
                (f"res.partner,{partner.id}", f"transmit.method,{code}"),
            )
        self.take_over()
        self.assertTrue(self.newcomer.chorus_pro_is_public)
        self.assertFalse(self.partner_a.chorus_pro_is_public)

    def test_the_sending_method_of_18(self):
        self.mark(
            self.newcomer,
            invoice_sending_method='{"1": "fr_chorus", "2": "email"}',
        )
        self.mark(self.partner_a, invoice_sending_method='{"1": "email"}')
        self.take_over()
        self.assertTrue(self.newcomer.chorus_pro_is_public)
        self.assertFalse(self.partner_a.chorus_pro_is_public)
        kept = self.stored(self.newcomer, "invoice_sending_method")
        self.assertEqual(kept["2"], "email")
        known = dict(
            self.env["res.partner"]
            ._fields["invoice_sending_method"]
            ._description_selection(self.env)
        )
        expected = "chorus_pro" if "chorus_pro" in known else None
        self.assertEqual(kept.get("1"), expected, "a method that Odoo 19 knows")
        self.assertEqual(
            self.stored(self.partner_a, "invoice_sending_method"), {"1": "email"}
        )

    def stored(self, record, column):
        """What lies in a column."""
        self.env.cr.execute(
            f"SELECT {column} FROM {record._table} WHERE id = %s", (record.id,)
        )
        return self.env.cr.fetchone()[0]

    def test_ourselves_and_others_are_not_public(self):
        own = self.company.partner_id
        self.mark(own, fr_chorus_identifier=99)
        self.take_over()
        self.assertFalse(own.chorus_pro_is_public)
        self.assertFalse(self.partner_a.chorus_pro_is_public)
        self.assertFalse(self.newcomer.chorus_pro_is_public)

    def test_what_was_set_up_here_stays(self):
        self.newcomer.write(
            {"chorus_pro_is_public": True, "chorus_pro_requirement": "both"}
        )
        self.mark(self.newcomer, fr_chorus_required="none", siret="1" * 14)
        told = self.take_over()
        self.assertEqual(self.newcomer.chorus_pro_requirement, "both")
        self.assertEqual(self.newcomer.company_registry, "21990003200018")
        self.assertEqual(self.outcome("entity", self.newcomer.id), "known")
        self.assertIn("Entities left as they were set up here: 1.", told)

    def test_a_mark_that_was_taken_away_afterwards_stays_away(self):
        self.mark(self.newcomer, fr_chorus_required="none")
        self.assertIn("Public entities: 1.", self.take_over())
        self.newcomer.chorus_pro_is_public = False
        self.assertEqual(self.take_over(), "")
        self.assertFalse(self.newcomer.chorus_pro_is_public)

    def test_a_missing_siret_is_filled(self):
        for siret, expected in (
            ("219 900 032 00018", "21990003200018"),
            ("219", False),
        ):
            partner = self.env["res.partner"].create({"name": "Commune"})
            self.mark(partner, siret=siret, fr_chorus_required="service")
            self.take_over()
            self.assertEqual(partner.company_registry, expected)
            self.assertEqual(partner.chorus_pro_requirement, "service")

    # === COMPANIES === #

    def test_the_login_without_the_password(self):
        self.mark(
            self.company,
            fr_chorus_api_login=" TECH_1@cpro.fr ",
            fr_chorus_api_password=PASSWORD,
        )
        with self.assertLogs(chorus_pro_takeover._logger, logging.INFO) as logs:
            told = self.take_over()
        company = self.company.sudo()
        self.assertEqual(company.chorus_pro_login, "TECH_1@cpro.fr")
        self.assertFalse(company.chorus_pro_password)
        self.assertEqual(company.chorus_pro_environment, "demo")
        self.assertIn("Enter its password", told)
        self.assertNotIn(PASSWORD, told + "".join(logs.output))
        self.assertNotIn("TECH_1", "".join(logs.output))
        company.chorus_pro_login = "TECH_2"
        self.take_over()
        self.assertEqual(company.chorus_pro_login, "TECH_2")

    def test_a_login_that_was_typed_here_stays(self):
        self.company.sudo().chorus_pro_login = "TECH_9"
        self.mark(self.company, fr_chorus_api_login="TECH_1")
        self.assertEqual(self.take_over(), "")
        self.assertEqual(self.company.sudo().chorus_pro_login, "TECH_9")
        self.assertEqual(self.outcome("company", self.company.id), "known")

    def test_values_of_server_environment(self):
        self.env.cr.execute("ALTER TABLE res_company ADD server_env_defaults text")
        self.mark(
            self.company,
            fr_chorus_api_login="OLD",
            server_env_defaults='{"x_fr_chorus_api_login_env_default": "NEW",'
            ' "x_fr_chorus_qualif_env_default": true}',
        )
        self.mark(self.newcomer, fr_chorus_required="none")
        self.mark(
            self.env["res.company"].search([]) - self.company, fr_chorus_qualif=True
        )
        self.take_over()
        self.assertEqual(self.company.sudo().chorus_pro_login, "NEW")
        self.assertEqual(
            self.newcomer.chorus_pro_directory_environment, "qualification"
        )

    # === SERVICES AND CONTACTS === #

    def test_services_and_contacts(self):
        service_id = self.service(chorus_identifier=27, engagement_required=True)
        closed = self.service(code="OLD", active=False, name=None)
        contact = self.contact()
        self.mark(contact, fr_chorus_service_id=service_id)
        told = self.take_over()
        services = self.newcomer.chorus_pro_service_ids.sorted("code")
        self.assertEqual(services.mapped("code"), ["CPT-02", "OLD"])
        self.assertEqual(services.mapped("name"), ["Comptabilité", "OLD"])
        self.assertEqual(services.mapped("active"), [True, False])
        self.assertEqual(services.mapped("portal_id"), ["27", False])
        self.assertEqual(services.mapped("engagement_required"), [True, False])
        self.assertEqual(contact.chorus_pro_default_service_id, services[0])
        self.assertFalse(contact.chorus_pro_is_public, "a fact of the entity")
        self.assertIn("Services: 2.\nContacts with a service of their own: 1.", told)
        self.assertEqual(self.outcome("service", closed), "taken")

    def test_services_that_are_left(self):
        self.env["chorus.pro.service"].sudo().create(
            {"partner_id": self.newcomer.id, "code": "CPT-02", "name": "Here"}
        )
        known = self.service(name="Old")
        reserved = self.service(code="FACTURES_PUBLIQUES")
        orphan = self.old("chorus_partner_service", code="X", partner_id=None)
        contact, lost = self.contact(), self.contact("Nobody")
        self.mark(contact, fr_chorus_service_id=known)
        self.mark(lost, fr_chorus_service_id=reserved)
        told = self.take_over()
        self.assertEqual(self.newcomer.chorus_pro_service_ids.mapped("name"), ["Here"])
        self.assertEqual(self.outcome("service", known), "known")
        self.assertEqual(self.outcome("service", reserved), "reserved")
        self.assertEqual(self.outcome("service", orphan), "orphan")
        self.assertEqual(contact.chorus_pro_default_service_id.name, "Here")
        self.assertFalse(lost.chorus_pro_default_service_id)
        self.assertEqual(self.outcome("contact", lost.id), "orphan")
        self.assertIn("their entity is gone: 1.", told)
        self.assertFalse(self.takeover._is_due())

    def test_a_service_chosen_here_stays(self):
        chosen = (
            self.env["chorus.pro.service"]
            .sudo()
            .create({"partner_id": self.newcomer.id, "code": "MINE", "name": "Mine"})
        )
        contact = self.contact()
        contact.chorus_pro_default_service_id = chosen
        self.mark(contact, fr_chorus_service_id=self.service())
        self.take_over()
        self.assertEqual(contact.chorus_pro_default_service_id, chosen)
        self.assertEqual(self.outcome("contact", contact.id), "known")

    # === REFERENCES === #

    def test_engagement_and_service_of_invoices(self):
        contact = self.contact()
        self.mark(contact, fr_chorus_service_id=self.service())
        contact.invalidate_recordset()
        good = self.make_invoice(contact, ref=" 4500123456 ")
        several = self.make_invoice(contact, ref="S1, S2")
        typed = self.make_invoice(contact, ref="REF")
        typed.write({"purchase_order_reference": "MINE", "buyer_reference": "TYPED"})
        printed = self.make_invoice(contact, ref="P")
        self.mark(printed, chorus_service_code="THEN")
        told = self.take_over()
        for move, engagement, service in (
            (good, "4500123456", "CPT-02"),
            (several, False, "CPT-02"),
            (typed, "MINE", "TYPED"),
            (printed, "P", "THEN"),
        ):
            self.assertEqual(
                (move.purchase_order_reference, move.buyer_reference),
                (engagement, service),
            )
        self.assertIn("engagement number or service: 3.", told)
        self.assertEqual(good.chorus_pro_status, "to_send")
        self.assertFalse(self.rows(good), "nothing is queued")

    def test_a_credit_note_and_a_cancelled_invoice(self):
        refund = self.make_invoice(self.newcomer, move_type="out_refund", ref="Words")
        cancelled = self.make_invoice(self.newcomer, post=False, ref="45")
        cancelled.button_cancel()
        self.mark(self.newcomer, fr_chorus_required="engagement")
        self.take_over()
        self.assertFalse(refund.purchase_order_reference)
        self.assertFalse(cancelled.purchase_order_reference)

    def test_files_to_add(self):
        moves = self.make_invoice(self.newcomer) | self.make_invoice(self.newcomer)
        files = self.env["ir.attachment"].create(
            [{"name": f"{name}.pdf", "raw": b"x"} for name in "abc"]
        )
        moves[1].chorus_pro_attachment_ids = files[2]
        for move, file in ((moves[0], files[0]), (moves[1], files[1])):
            self.old(
                "account_move_chorus_ir_attachment_rel",
                account_move_id=move.id,
                ir_attachment_id=file.id,
            )
        self.mark(self.newcomer, fr_chorus_required="none")
        self.take_over()
        self.assertEqual(moves[0].chorus_pro_attachment_ids, files[0])
        self.assertEqual(moves[1].chorus_pro_attachment_ids, files[2])
