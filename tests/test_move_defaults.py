"""Engagement, service and contract fill themselves in, and what is typed stays."""

from odoo import Command, fields
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMoveDefaults(ChorusProCommon):
    """Core's three fields on invoices of public entities."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.town = cls.make_entity("21990001600011", "Mairie de Fontclair", "either")
        cls.finances, cls.tech = (
            cls.env["chorus.pro.service"]
            .sudo()
            .create(
                [
                    {"partner_id": cls.town.id, "code": "FINANCES", "name": "Finances"},
                    {"partner_id": cls.town.id, "code": "TECH", "name": "Technique"},
                ]
            )
        )
        cls.contact = cls.env["res.partner"].create(
            {"name": "Hélène Courtepaille", "parent_id": cls.town.id}
        )
        cls.private = cls.env["res.partner"].create(
            {"name": "Garage du Pont", "is_company": True}
        )

    def draft(self, partner=None, **values):
        """An invoice that nobody confirmed."""
        return self.make_invoice(partner or self.town, post=False, **values)

    def routing(self, move):
        """(engagement, service, contract) of an invoice."""
        return (
            move.purchase_order_reference,
            move.buyer_reference,
            move.contract_reference,
        )

    # === ENGAGEMENT === #

    def test_engagement_is_the_reference_of_the_order(self):
        move = self.draft(ref="  EJ-4500123456 ")
        self.assertEqual(self.routing(move), ("EJ-4500123456", False, False))

    def test_engagement_of_fifty_characters_but_no_more(self):
        move = self.draft(ref="E" * 50)
        self.assertEqual(move.purchase_order_reference, "E" * 50)
        self.assertFalse(self.draft(ref="E" * 51).purchase_order_reference)

    def test_names_of_orders_are_no_engagement(self):
        """Core puts them there when the customer gave no reference."""
        for ref, origin in (
            ("S00042", "S00042"),
            ("S00043", "S00042, S00043"),
            ("EJ-1, EJ-2", "S00042, S00043"),
        ):
            move = self.draft(ref=ref, invoice_origin=origin)
            self.assertFalse(move.purchase_order_reference, ref)
        move = self.draft(ref="EJ-1", invoice_origin="S00042")
        self.assertEqual(move.purchase_order_reference, "EJ-1")

    def test_nothing_is_filled_in_after_the_file_was_made(self):
        self.town.chorus_pro_requirement = "none"
        move = self.make_invoice(self.town)
        self.send(move)
        self.town.chorus_pro_default_service_id = self.tech
        move.write({"ref": "EJ-LATE", "invoice_origin": "S1"})
        self.assertEqual(self.routing(move), (False, False, False))

    def test_reference_that_comes_later(self):
        move = self.draft()
        self.assertFalse(move.purchase_order_reference)
        move.ref = "EJ-1"
        self.assertEqual(move.purchase_order_reference, "EJ-1")
        move.ref = "EJ-2"
        self.assertEqual(move.purchase_order_reference, "EJ-1", "what is there stays")

    def test_what_a_person_typed_stays(self):
        move = self.draft(ref="EJ-1", purchase_order_reference="EJ-TYPED")
        move.write({"ref": "EJ-2", "invoice_origin": "S0001"})
        self.assertEqual(move.purchase_order_reference, "EJ-TYPED")
        move.partner_id = self.entity
        self.assertEqual(move.purchase_order_reference, "EJ-TYPED")

    def test_private_customers_get_nothing(self):
        self.private.chorus_pro_default_service_id = self.tech
        move = self.draft(self.private, ref="BC-12")
        self.assertEqual(self.routing(move), (False, False, False))

    def test_vendor_bills_get_nothing(self):
        bill = self.draft(move_type="in_invoice", ref="F-77", partner_bank_id=False)
        self.assertEqual(self.routing(bill), (False, False, False))

    def test_invoice_that_is_created_and_posted_at_once(self):
        move = self.make_invoice(self.town, ref="EJ-1")
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.purchase_order_reference, "EJ-1")

    # === SERVICE === #

    def test_service_of_the_contact_wins_over_that_of_the_entity(self):
        self.town.chorus_pro_default_service_id = self.finances
        self.assertEqual(self.draft(self.contact).buyer_reference, "FINANCES")
        self.contact.chorus_pro_default_service_id = self.tech
        self.assertEqual(self.draft(self.contact).buyer_reference, "TECH")
        self.assertEqual(self.draft(self.town).buyer_reference, "FINANCES")

    def test_other_customer_brings_another_service(self):
        self.town.chorus_pro_default_service_id = self.finances
        move = self.draft(self.town)
        self.assertEqual(move.buyer_reference, "FINANCES")
        move.partner_id = self.entity
        self.assertFalse(move.buyer_reference)
        move.partner_id = self.town
        self.assertEqual(move.buyer_reference, "FINANCES")

    def test_typed_service_and_contract_stay_with_the_customer(self):
        self.town.chorus_pro_default_service_id = self.finances
        move = self.draft(buyer_reference="TECH", contract_reference="M-1")
        move.write({"ref": "EJ-2", "invoice_date": "2026-01-31"})
        self.assertEqual(self.routing(move), ("EJ-2", "TECH", "M-1"))

    def test_contact_of_the_same_entity_takes_nothing_away(self):
        moves = self.env["account.move"].with_context(default_move_type="out_invoice")
        typed = {"buyer_reference": "TECH", "contract_reference": "M-1"}
        saved = self.draft(**typed)
        saved.partner_id = self.contact
        self.assertEqual(self.routing(saved), (False, "TECH", "M-1"))
        again = self.draft(**typed)
        with Form(again) as form:
            form.partner_id = self.contact
        self.assertEqual(self.routing(again), (False, "TECH", "M-1"))
        with Form(moves) as form:
            form.partner_id = self.town
            form.chorus_pro_service_id = self.tech
            form.contract_reference = "M-1"
            form.partner_id = self.contact
            self.assertEqual(form.contract_reference, "M-1")
        self.assertEqual(self.routing(form.record), (False, "TECH", "M-1"))
        with Form(form.record) as form:
            form.partner_id = self.entity
        self.assertEqual(self.routing(form.record), (False, False, False))

    def test_service_of_another_contact_is_taken(self):
        self.contact.chorus_pro_default_service_id = self.finances
        move = self.draft(buyer_reference="TECH", contract_reference="M-1")
        move.partner_id = self.contact
        self.assertEqual(self.routing(move), (False, "FINANCES", "M-1"))

    def test_typed_with_another_customer_stays(self):
        move = self.draft(buyer_reference="TECH", contract_reference="M-1")
        typed = {"buyer_reference": "C-1", "contract_reference": "M-2"}
        move.write({"partner_id": self.entity.id, **typed})
        self.assertEqual(self.routing(move), (False, "C-1", "M-2"))

    def test_typed_contract_stays_with_another_order(self):
        move = self.draft(contract_reference="M-1")
        move.invoice_origin = "S9"
        self.assertEqual(move.contract_reference, "M-1")

    def test_service_picker_writes_the_code(self):
        move = self.draft()
        self.assertFalse(move.chorus_pro_service_id)
        self.assertTrue(move.chorus_pro_picks_service, "the entity has a directory")
        move.chorus_pro_service_id = self.tech
        self.assertEqual(move.buyer_reference, "TECH")
        move.chorus_pro_service_id = False
        self.assertFalse(move.buyer_reference)

    def test_code_outside_the_directory_is_typed(self):
        move = self.draft(buyer_reference="NEW-1")
        self.assertFalse(move.chorus_pro_service_id)
        self.assertFalse(move.chorus_pro_picks_service)
        self.assertEqual(move.buyer_reference, "NEW-1")
        move.buyer_reference = "FINANCES"
        self.assertEqual(move.chorus_pro_service_id, self.finances)
        self.assertFalse(self.draft(self.entity).chorus_pro_picks_service)

    @mute_logger("odoo.tests.form.onchange")
    def test_typed_code_is_saved(self):
        """The web client sends the empty picker with the code that was typed."""
        moves = self.env["account.move"].with_context(default_move_type="out_invoice")
        typed = {"buyer_reference": "NEW-7", "chorus_pro_service_id": False}
        for partner in (self.town, self.entity, self.private):
            with self.subTest(partner.name), Form(moves) as form:
                form.partner_id = partner
                form.buyer_reference = "NEW-7"
            self.assertEqual(form.record.buyer_reference, "NEW-7")
            with self.subTest("all fields at once", partner=partner.name):
                move = self.draft(partner, **typed)
                self.env.flush_all()
                self.assertEqual(move.buyer_reference, "NEW-7")

    @mute_logger("odoo.tests.form.onchange")
    def test_picker_cleared_and_code_typed_before_saving(self):
        move = self.draft(buyer_reference="TECH")
        move.write({"chorus_pro_service_id": False, "buyer_reference": "NEW-7"})
        self.assertEqual(move.buyer_reference, "NEW-7")
        move.buyer_reference = "TECH"
        with Form(move) as form:
            form.chorus_pro_service_id = self.env["chorus.pro.service"]
            self.assertFalse(form.buyer_reference)
            form.buyer_reference = "NEW-8"
        self.assertEqual(move.buyer_reference, "NEW-8")

    def test_closed_service_is_still_shown(self):
        move = self.draft(buyer_reference="TECH")
        self.tech.active = False
        self.assertEqual(move.chorus_pro_service_id, self.tech)

    def test_form_fills_in_and_keeps(self):
        self.town.chorus_pro_default_service_id = self.finances
        moves = self.env["account.move"].with_context(default_move_type="out_invoice")
        with Form(moves) as form:
            form.partner_id = self.contact
            form.ref = "EJ-FORM"
            self.assertEqual(form.purchase_order_reference, "EJ-FORM")
            self.assertEqual(form.buyer_reference, "FINANCES")
            form.chorus_pro_service_id = self.tech
            self.assertEqual(form.buyer_reference, "TECH")
            with form.invoice_line_ids.new() as line:
                line.name = "Ramettes"
                line.price_unit = 10
        self.assertEqual(self.routing(form.record), ("EJ-FORM", "TECH", False))

    # === THE LAST INVOICE OF THE SAME ORDER === #

    def test_last_invoice_of_the_order_helps(self):
        values = {"invoice_origin": "S0042"}
        first = {"buyer_reference": "OLD", "contract_reference": "M-OLD"}
        self.make_invoice(self.town, **values, **first)
        self.make_invoice(
            self.town,
            purchase_order_reference="EJ-7",
            buyer_reference="TECH",
            contract_reference="M-2026",
            **values,
        )
        move = self.draft(self.contact, **values)
        self.assertEqual(self.routing(move), ("EJ-7", "TECH", "M-2026"))
        move = self.draft(self.contact, ref="EJ-8", **values)
        self.assertEqual(move.purchase_order_reference, "EJ-8")

    def test_service_of_the_contact_wins_over_the_last_invoice(self):
        self.make_invoice(self.town, invoice_origin="S1", buyer_reference="TECH")
        self.contact.chorus_pro_default_service_id = self.finances
        self.assertEqual(
            self.draft(self.contact, invoice_origin="S1").buyer_reference, "FINANCES"
        )

    def test_other_orders_other_entities_and_drafts_do_not_help(self):
        routing = {"buyer_reference": "TECH", "contract_reference": "M-1"}
        self.make_invoice(self.town, invoice_origin="S1", **routing)
        self.make_invoice(self.entity, invoice_origin="S2", **routing)
        self.draft(self.town, invoice_origin="S2", **routing)
        for origin in ("S2", False):
            move = self.draft(self.town, invoice_origin=origin)
            self.assertEqual(self.routing(move), (False, False, False), origin)

    def test_origin_that_comes_later(self):
        self.make_invoice(self.town, invoice_origin="S1", contract_reference="M-1")
        move = self.draft(self.town)
        self.assertFalse(move.contract_reference)
        move.invoice_origin = "S1"
        self.assertEqual(move.contract_reference, "M-1")

    # === CREDIT NOTES AND COPIES === #

    def test_credit_note_copies_its_original(self):
        move = self.make_invoice(
            self.town,
            ref="EJ-1",
            buyer_reference="TECH",
            contract_reference="M-1",
            chorus_pro_framework="A9",
        )
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "reason": "Erreur"})
        )
        refund = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        self.assertEqual(refund.move_type, "out_refund")
        self.assertIn(move.name, refund.ref, "core's own sentence")
        self.assertEqual(refund.chorus_pro_framework, "A9")
        self.assertEqual(self.routing(refund), ("EJ-1", "TECH", "M-1"))

    def test_reversed_vendor_bill_gets_nothing(self):
        bill = self.make_invoice(
            self.town, move_type="in_invoice", ref="F-77", partner_bank_id=False
        )
        bill.chorus_pro_framework = "A9"
        refund = bill._reverse_moves()
        self.assertEqual(refund.chorus_pro_framework, "A1")
        self.assertEqual(self.routing(refund), (False, False, False))

    def test_sentence_of_a_credit_note_is_no_engagement(self):
        original = self.make_invoice(self.town)
        refund = self.draft(
            move_type="out_refund",
            reversed_entry_id=original.id,
            ref=f"Reversal of: {original.name}",
        )
        self.assertFalse(refund.purchase_order_reference)

    def test_credit_note_takes_what_its_original_has(self):
        original = self.make_invoice(
            self.town, ref="EJ-1", buyer_reference="TECH", contract_reference="M-1"
        )
        refund = self.draft(
            move_type="out_refund", reversed_entry_id=original.id, ref="x"
        )
        self.assertEqual(self.routing(refund), ("EJ-1", "TECH", "M-1"))

    def test_copy_keeps_the_routing_but_not_the_life(self):
        attachment = self.env["ir.attachment"].create({"name": "a.pdf", "raw": b"x"})
        move = self.make_invoice(
            self.town,
            ref="EJ-1",
            buyer_reference="TECH",
            chorus_pro_framework="A9",
            chorus_pro_attachment_ids=[Command.set(attachment.ids)],
        )
        self.send(move)
        copy = move.copy()
        self.assertEqual(self.routing(copy), ("EJ-1", "TECH", False))
        self.assertEqual(copy.chorus_pro_framework, "A1", "chosen for one invoice")
        self.assertFalse(copy.chorus_pro_attachment_ids)
        self.assertFalse(copy.chorus_pro_transmission_ids)
        self.assertFalse(copy.chorus_pro_status)
        self.assertFalse(copy.chorus_pro_posted_at)

    # === PERIOD === #

    OCTOBER = ("2026-10-01", "2026-10-31")

    def with_period(self, start, end, **values):
        """A posted invoice over a period."""
        period = {"chorus_pro_period_start": start, "chorus_pro_period_end": end}
        return self.make_invoice(self.town, **period, **values)

    def period(self, move):
        """(start, end) of an invoice, as text."""
        days = (move.chorus_pro_period_start, move.chorus_pro_period_end)
        return tuple(fields.Date.to_string(day) for day in days)

    def test_copy_has_no_period(self):
        copy = self.with_period(*self.OCTOBER).copy()
        self.assertEqual(self.period(copy), (False, False))

    def test_credit_note_is_of_the_period_of_its_invoice(self):
        refund = self.with_period(*self.OCTOBER)._reverse_moves()
        self.assertEqual(self.period(refund), self.OCTOBER)

    def test_corrected_invoice_is_of_the_period_of_the_cancelled_one(self):
        move = self.with_period(*self.OCTOBER)
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "reason": "Erreur"})
        )
        wizard.modify_moves()
        self.assertEqual(self.period(wizard.new_move_ids), self.OCTOBER)
        self.assertEqual(self.period(move.reversal_move_ids), self.OCTOBER)

    def test_recurring_invoice_is_of_the_next_period(self):
        none = (False, False)
        for rhythm, period, expected in (
            ("monthly", self.OCTOBER, ("2026-11-01", "2026-11-30")),
            ("monthly", ("2026-02-01", "2026-02-28"), ("2026-03-01", "2026-03-31")),
            ("monthly", ("2026-10-15", "2026-11-14"), ("2026-11-15", "2026-12-14")),
            ("quarterly", ("2026-10-01", "2026-12-31"), ("2027-01-01", "2027-03-31")),
            ("yearly", ("2026-01-01", "2026-12-31"), ("2027-01-01", "2027-12-31")),
            ("yearly", self.OCTOBER, none),
            ("monthly", ("2026-01-01", "2026-12-31"), none),
            ("monthly", ("2026-10-01", False), none),
            ("monthly", none, none),
        ):
            with self.subTest(rhythm, period=period):
                move = self.with_period(*period, auto_post=rhythm)
                following = self.env["account.move"].search(
                    [("auto_post_origin_id", "=", move.id), ("id", "!=", move.id)]
                )
                self.assertEqual(self.period(following), expected)
