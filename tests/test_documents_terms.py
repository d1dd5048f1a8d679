"""Invoices as business terms, judged by the schema and the official rules."""

from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.models.account_move_en16931_lines import (
    _get_net_price,
)

from .documents_common import DocumentCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDocumentTerms(DocumentCommon):
    """One class, since the French chart of accounts takes seconds to set up."""

    # === AMOUNTS, TO THE CENT === #

    def test_plain_invoice(self):
        move = self.make_move(self.make_line(33.33, quantity=3))
        parsed = self.assertValidXml(move)
        self.assertEqual(parsed["BT-106"], "99.99")
        self.assertEqual(parsed["BT-109"], "99.99")
        self.assertEqual(parsed["BT-110"], "20.00")
        self.assertEqual(parsed["BT-112"], "119.99")
        self.assertEqual(parsed["BT-115"], "119.99")
        (line,) = parsed["BG-25"]
        self.assertEqual(line["BT-129"], "3.00")
        self.assertEqual(line["BT-146"], "33.33")
        self.assertNotIn("BT-148", line)

    def test_two_rates_and_a_discount(self):
        move = self.make_move(
            self.make_line(12.345, quantity=7, discount=15),
            self.make_line(80, "tva_reduite", quantity=0.25),
            self.make_line(9.99, "tva_reduite", quantity=3),
        )
        parsed = self.assertValidXml(move)
        rows = {row["BT-119"]: row for row in parsed["BG-23"]}
        self.assertEqual(set(rows), {"20", "5.5"})
        self.assertEqual(rows["5.5"]["BT-116"], "49.97")
        self.assertEqual(rows["5.5"]["BT-117"], "2.75")
        self.assertEqual(parsed["BT-109"], f"{move.amount_untaxed:.2f}")
        self.assertEqual(parsed["BT-110"], f"{move.amount_tax:.2f}")
        self.assertEqual(parsed["BT-112"], f"{move.amount_total:.2f}")
        self.assertEqual(parsed["BG-25"][0]["BT-146"], "10.49325")

    def test_credit_note_is_positive_and_names_its_original(self):
        move = self.make_move()
        refund = move._reverse_moves([{"invoice_date": date(2026, 11, 3)}])
        refund.action_post()
        parsed = self.assertValidXml(refund)
        self.assertEqual(parsed["BT-3"], "381")
        self.assertEqual(parsed["BT-112"], "120.00")
        self.assertEqual(parsed["BG-3"][0]["BT-25"], move.name)
        self.assertEqual(parsed["BG-3"][0]["BT-26"], date(2026, 11, 2))
        self.assertNotIn("BT-81", parsed)
        self.assertNotIn("BT-84", parsed)

    def test_credit_note_without_original_warns(self):
        move = self.make_move(move_type="out_refund")
        self.assertEqual(self.get_codes(move), {("preceding_missing", "BT-25")})

    def test_guadeloupe(self):
        self.entity.country_id = self.env.ref("base.gp")
        move = self.make_move(self.make_line(200, "tva_specifique"))
        parsed = self.assertValidXml(move)
        self.assertEqual(parsed["BG-23"][0]["BT-119"], "8.5")
        self.assertEqual(parsed["BT-110"], "17.00")
        self.assertEqual(parsed["BG-7"]["country_code"], "GP")

    def test_price_with_vat_included(self):
        tax = self.get_tax("tva_normale_ttc")
        self.assertTrue(tax.price_include)
        for method in ("round_globally", "round_per_line"):
            self.company.tax_calculation_rounding_method = method
            lines = [self.make_line(21.53, tax, quantity=q) for q in (1, 1, 3, 7)]
            move = self.make_move(*lines)
            parsed = self.assertValidXml(move)
            self.assertEqual(parsed["BT-112"], f"{move.amount_total:.2f}")
            self.assertEqual(parsed["BT-109"], f"{move.amount_untaxed:.2f}")

    def test_net_price(self):
        """The price is what multiplies to the amount, as long as one exists."""
        for candidates, quantity, amount, expected in (
            ([10.5, 9.0], "2", "21.00", "10.500000"),
            ([12.6, 10.5], "2", "21.00", "10.500000"),
            ([12.6, 12.6], "3", "31.50", "10.500000"),
            ([12.6], "0", "0.00", "12.600000"),
            ([12.6], "0", "0.04", "12.600000"),
        ):
            price = _get_net_price(candidates, Decimal(quantity), Decimal(amount))
            self.assertEqual(price, Decimal(expected))

    def test_vat_rounded_per_line_or_corrected_by_hand(self):
        """What the invoice says counts, within the tolerance of the official rules."""
        self.company.tax_calculation_rounding_method = "round_per_line"
        parsed = self.assertValidXml(
            self.make_move(*(self.make_line(0.13) for _ in range(40)))
        )
        self.assertEqual(parsed["BT-110"], "1.20")
        move = self.make_move(post=False)
        tax_line = move.line_ids.filtered("tax_line_id")
        tax_line.amount_currency = -20.01
        move.action_post()
        self.assertEqual(move.amount_total, 120.01)
        self.assertEqual(self.assertValidXml(move)["BT-110"], "20.01")

    def test_small_prices_and_big_quantities(self):
        self.env["decimal.precision"].search(
            [("name", "=", "Product Price")]
        ).digits = 6
        move = self.make_move(
            self.make_line(0.012345, quantity=9999),
            self.make_line(0.333333, quantity=12345.67),
        )
        parsed = self.assertValidXml(move)
        self.assertEqual(parsed["BG-25"][0]["BT-146"], "0.012345")
        self.assertEqual(parsed["BG-25"][0]["BT-131"], "123.44")

    def test_negative_line_becomes_a_negative_quantity(self):
        move = self.make_move(self.make_line(100), self.make_line(-30))
        parsed = self.assertValidXml(move)
        self.assertEqual(parsed["BG-25"][1]["BT-129"], "-1.00")
        self.assertEqual(parsed["BG-25"][1]["BT-146"], "30.00")
        self.assertEqual(parsed["BG-25"][1]["BT-131"], "-30.00")
        self.assertEqual(parsed["BT-109"], "70.00")

    def test_free_line_and_line_without_quantity(self):
        move = self.make_move(
            self.make_line(100),
            self.make_line(50, discount=100),
            self.make_line(50, quantity=0),
        )
        parsed = self.assertValidXml(move)
        amounts = [line["BT-131"] for line in parsed["BG-25"]]
        self.assertEqual(amounts, ["100.00", "0.00", "0.00"])

    def test_sections_and_notes_are_left_out(self):
        move = self.make_move(
            Command.create({"display_type": "line_section", "name": "Lot 1"}),
            self.make_line(100),
            Command.create({"display_type": "line_note", "name": "Merci"}),
        )
        parsed = self.assertValidXml(move)
        self.assertEqual(len(parsed["BG-25"]), 1)

    def test_already_paid(self):
        move = self.make_move()
        move.chorus_pro_framework = "A2"
        parsed = self.assertValidXml(move)
        self.assertEqual(parsed["BT-23"], "A2")
        self.assertEqual(parsed["BT-113"], "120.00")
        self.assertEqual(parsed["BT-115"], "0.00")

    def test_payment_does_not_change_the_totals(self):
        move = self.make_move()
        before = move._chorus_pro_terms()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"amount": 50})._create_payments()
        self.assertEqual(move.amount_residual, 70)
        self.assertEqual(move._chorus_pro_terms(), before)

    # === VAT CATEGORIES AND THEIR REASONS === #

    def test_exempt_needs_a_reason(self):
        move = self.make_move(self.make_line(100, "tva_sale_good_0"))
        self.assertEqual(self.get_codes(move), {("vat_reason_missing", "BT-120")})

    def test_line_without_tax_is_exempt_without_reason(self):
        move = self.make_move(self.make_line(100, self.env["account.tax"]))
        self.assertEqual(self.get_codes(move), {("vat_reason_missing", "BT-120")})

    def test_exempt_with_legal_note(self):
        tax = self.get_tax(
            "tva_sale_good_0",
            invoice_legal_notes="<p>Exonération de TVA, art. 261-4 du CGI</p>",
            ubl_cii_tax_exemption_reason_code="VATEX-FR-CGI261-4",
        )
        parsed = self.assertValidXml(self.make_move(self.make_line(100, tax)))
        (row,) = parsed["BG-23"]
        self.assertEqual(row["BT-118"], "E")
        self.assertEqual(row["BT-119"], "0")
        self.assertEqual(row["BT-120"], "Exonération de TVA, art. 261-4 du CGI")
        self.assertEqual(row["BT-121"], "VATEX-FR-CGI261-4")

    def test_two_exempt_taxes_make_one_row(self):
        one = self.get_tax("tva_sale_good_0", invoice_legal_notes="<p>Article 1</p>")
        two = one.copy({"name": "0 %", "invoice_legal_notes": "<p>Article 2</p>"})
        move = self.make_move(self.make_line(100, one), self.make_line(50, two))
        (row,) = self.assertValidXml(move)["BG-23"]
        self.assertEqual(row["BT-116"], "150.00")
        self.assertEqual(row["BT-120"], "Article 1 / Article 2")

    def test_zero_rate_and_reverse_charge(self):
        zero = self.get_tax("tva_sale_good_0", ubl_cii_tax_category_code="Z")
        self.assertValidXml(self.make_move(self.make_line(100, zero)))
        reverse = zero.copy({"name": "AE", "ubl_cii_tax_category_code": "AE"})
        self.entity.vat = "FR23334175221"
        (row,) = self.assertValidXml(self.make_move(self.make_line(1, reverse)))[
            "BG-23"
        ]
        self.assertEqual(row["BT-121"], "VATEX-EU-AE")

    def test_abroad_core_tells_the_category(self):
        self.entity.country_id = self.env.ref("base.ch")
        move = self.make_move(self.make_line(100, "tva_sale_good_export_0"))
        (row,) = move._chorus_pro_terms()["BG-23"]
        self.assertEqual((row["BT-118"], row["BT-121"]), ("G", "VATEX-EU-G"))

    def test_outside_the_scope_has_no_rate(self):
        tax = self.get_tax("tva_sale_good_0", ubl_cii_tax_category_code="O")
        terms = self.make_move(self.make_line(100, tax))._chorus_pro_terms()
        self.assertIsNone(terms["BG-23"][0]["BT-119"])
        self.assertIsNone(terms["BG-25"][0]["BT-152"])

    def test_outside_the_scope_names_no_vat_number(self):
        self.entity.vat = "FR23334175221"
        tax = self.get_tax("tva_sale_good_0", ubl_cii_tax_category_code="O")
        parsed = self.assertValidXml(self.make_move(self.make_line(100, tax)))
        self.assertNotIn("vat_identifier", parsed["BG-4"])
        self.assertNotIn("vat_identifier", parsed["BG-7"])

    def test_franchise_tells_its_siren(self):
        self.company.partner_id.vat = False
        tax = self.get_tax(
            "tva_sale_good_0",
            invoice_legal_notes="<p>TVA non applicable, art. 293 B du CGI</p>",
            ubl_cii_tax_exemption_reason_code="VATEX-FR-FRANCHISE",
        )
        parsed = self.assertValidXml(self.make_move(self.make_line(100, tax)))
        self.assertEqual(parsed["BG-4"]["tax_identifier"], "123456782")
        move = self.make_move(self.make_line(100, tax), self.make_line(100))
        self.assertNotIn(
            "123456782", str(move._chorus_pro_terms()["BG-4"].get("tax_identifier"))
        )

    def test_reverse_charge_by_the_tax_itself(self):
        """A tax that takes back what it adds, as purchases have it, is category AE."""
        parts = [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax"}),
            Command.create({"repartition_type": "tax", "factor_percent": -100}),
        ]
        tax = self.env["account.tax"].create(
            {
                "name": "Autoliquidation",
                "amount": 20,
                "invoice_repartition_line_ids": parts,
                "refund_repartition_line_ids": parts,
            }
        )
        self.entity.vat = "FR23334175221"
        parsed = self.assertValidXml(self.make_move(self.make_line(100, tax)))
        (row,) = parsed["BG-23"]
        self.assertEqual((row["BT-118"], row["BT-117"]), ("AE", "0.00"))

    def test_moment_of_vat(self):
        goods, service = "tva_normale", "tva_normale_encaissement"
        for taxes, expected in (
            ([goods], "invoice"),
            ([service], "payment"),
            ([goods, service], False),
        ):
            move = self.make_move(*(self.make_line(10, tax) for tax in taxes))
            self.assertEqual(move._chorus_pro_terms()["BT-8"], expected)

    # === REFERENCES, PARTIES, PAYMENT === #

    def test_references(self):
        move = self.make_move(
            buyer_reference="SERVICE1",
            purchase_order_reference="EJ-2026-1",
            contract_reference="MARCHE-7",
            narration="<p>Merci &amp; à bientôt</p>",
            delivery_date=date(2026, 10, 31),
        )
        parsed = self.assertValidXml(move)
        self.assertEqual(parsed["BT-1"], move.name)
        self.assertEqual(parsed["BT-2"], date(2026, 11, 2))
        self.assertEqual(parsed["BT-10"], "SERVICE1")
        self.assertEqual(parsed["BT-12"], "MARCHE-7")
        self.assertEqual(parsed["BT-13"], "EJ-2026-1")
        self.assertEqual(parsed["BT-23"], "A1")
        self.assertEqual(parsed["BT-72"], date(2026, 10, 31))
        self.assertEqual(parsed["BG-1"][0]["BT-22"], "Merci & à bientôt")

    def test_own_names_never_stand_for_missing_references(self):
        move = self.make_move(ref="PO7", payment_reference="RF12")
        terms = self.get_terms(move)
        self.assertFalse(terms["BT-10"] or terms["BT-12"] or terms["BT-13"])
        self.assertEqual(terms["BT-83"], "RF12")

    def test_parties(self):
        parsed = self.assertValidXml(self.make_move())
        seller, buyer = parsed["BG-4"], parsed["BG-7"]
        self.assertEqual(seller["legal_identifier"], "12345678200010")
        self.assertEqual(seller["legal_identifier_schemeid"], "0002")
        self.assertEqual(seller["vat_identifier"], "FR23334175221")
        self.assertEqual(seller["name"], self.company.name)
        self.assertEqual(buyer["name"], "Mairie de Saint-Étienne-du-Bœuf & C°")
        self.assertEqual(buyer["legal_identifier"], "21990002400015")
        self.assertEqual(buyer["city"], "Saint-Étienne")
        self.assertNotIn("vat_identifier", buyer)

    def test_contact_is_billed_through_its_entity(self):
        contact = self.env["res.partner"].create(
            {"name": "Service des finances", "parent_id": self.entity.id}
        )
        school = self.env["res.partner"].create(
            {
                "name": "École",
                "type": "delivery",
                "parent_id": self.entity.id,
                "street": "3 rue de l'École",
                "city": "Valbrune",
                "country_id": self.env.ref("base.fr").id,
            }
        )
        move = self.make_move(partner_id=contact.id, partner_shipping_id=school.id)
        parsed = self.assertValidXml(move)
        self.assertEqual(parsed["BG-7"]["name"], self.entity.name)
        self.assertEqual(parsed["BG-13"]["name"], "École")
        self.assertEqual(parsed["BG-13"]["city"], "Valbrune")

    def test_payment(self):
        term = self.env["account.payment.term"].create(
            {"name": "30 jours", "line_ids": [Command.create({"nb_days": 30})]}
        )
        parsed = self.assertValidXml(self.make_move(invoice_payment_term_id=term.id))
        self.assertEqual(parsed["BT-9"], date(2026, 12, 2))
        self.assertEqual(parsed["BT-20"], "30 jours")
        self.assertEqual(parsed["BT-81"], "30")
        self.assertEqual(parsed["BT-84"], self.bank.sanitized_acc_number)

    def test_missing_master_data_is_told(self):
        self.entity.write({"company_registry": False, "vat": "/"})
        self.company.partner_id.write({"company_registry": "123456782", "vat": False})
        move = self.make_move(partner_bank_id=False)
        move.partner_bank_id = False
        self.assertEqual(
            self.get_codes(move),
            {
                ("siret_missing", "BT-47"),
                ("siret_format", "BT-30"),
                ("vat_number_missing", "BT-31"),
                ("iban_missing", "BT-84"),
            },
        )

    def test_line_texts_and_units(self):
        product = self.env["product.product"].create(
            {"name": "Papier", "default_code": "A4", "uom_id": self.uom_dozen.id}
        )
        move = self.make_move(
            self.make_line(10, name="Papier A4\nblanc\n80 g", product_id=product.id),
            self.make_line(10, name="Heure", product_uom_id=self.uom_hour.id),
            self.make_line(10, name=False),
        )
        first, second, third = self.assertValidXml(move)["BG-25"]
        self.assertEqual(first["BT-153"], "Papier A4")
        self.assertEqual(first["BT-154"], "blanc\n80 g")
        self.assertEqual(first["BT-155"], "A4")
        self.assertEqual(first["BT-130"], "DZN")
        self.assertEqual(second["BT-130"], "HUR")
        self.assertEqual(third["BT-153"], "-")

    def test_pasted_control_characters(self):
        move = self.make_move(self.make_line(10, name="Pa\x0bpier\x02 <&>"))
        (line,) = self.assertValidXml(move)["BG-25"]
        self.assertEqual(line["BT-153"], "Papier <&>")
