"""Amounts that are more than lines and VAT: discounts, fixed taxes, roundings."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from .documents_common import DocumentCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDocumentAmounts(DocumentCommon):
    """Each is judged by the schema and the official rules, to the cent."""

    def assertTotals(self, move):
        """The file asks for what the invoice asks for; it is returned parsed."""
        parsed = self.assertValidXml(move)
        self.assertEqual(parsed["BT-115"], f"{move.amount_total:.2f}")
        return parsed

    def make_fixed_tax(self, amount=0.5, **values):
        return self.env["account.tax"].create(
            {
                "name": "Éco-contribution",
                "amount_type": "fixed",
                "amount": amount,
                "sequence": 0,
                **values,
            }
        )

    # === DISCOUNTS === #

    def test_discount_shows_its_gross_price(self):
        move = self.make_move(self.make_line(12.345, quantity=7, discount=15))
        (line,) = self.assertTotals(move)["BG-25"]
        self.assertEqual(line["BT-148"], "12.345")
        self.assertEqual(line["BT-146"], "10.49325")
        self.assertEqual(line["BT-147-00"][0]["BT-147"], "1.85175")

    def test_discount_on_a_price_with_vat(self):
        line = self.make_line(21.53, "tva_normale_ttc", quantity=3, discount=7)
        (line,) = self.assertTotals(self.make_move(line))["BG-25"]
        self.assertEqual(line["BT-131"], "50.06")
        self.assertEqual(line["BT-148"], "17.941667")
        self.assertEqual(line["BT-146"], "16.68575")

    def test_gift_shows_its_price(self):
        move = self.make_move(self.make_line(100), self.make_line(50, discount=100))
        gift = self.assertTotals(move)["BG-25"][1]
        self.assertEqual((gift["BT-148"], gift["BT-146"]), ("50.00", "0.00"))

    def test_discount_on_a_return(self):
        move = self.make_move(
            self.make_line(100), self.make_line(-10, quantity=2, discount=10)
        )
        line = self.assertTotals(move)["BG-25"][1]
        self.assertEqual((line["BT-129"], line["BT-146"]), ("-2.00", "9.00"))
        self.assertEqual((line["BT-148"], line["BT-131"]), ("10.00", "-18.00"))

    def test_zero_total(self):
        move = self.make_move(self.make_line(100), self.make_line(-100))
        parsed = self.assertTotals(move)
        self.assertEqual(parsed["BT-112"], "0.00")

    # === FIXED TAXES === #

    def test_fixed_tax_inside_the_vat_base(self):
        eco = self.make_fixed_tax(include_base_amount=True)
        taxes = eco | self.get_tax("tva_normale")
        move = self.make_move(self.make_line(10, taxes, quantity=4))
        parsed = self.assertTotals(move)
        (line,) = parsed["BG-25"]
        self.assertEqual((line["BT-146"], line["BT-131"]), ("10.00", "42.00"))
        (charge,) = line["BG-28"]
        self.assertEqual(charge["amount"], "2.00")
        self.assertEqual(charge["reason"], "Éco-contribution")
        self.assertEqual(parsed["BT-110"], "8.40")
        self.assertEqual(parsed["BT-109"], "42.00")

    def test_fixed_tax_on_a_return(self):
        eco = self.make_fixed_tax(include_base_amount=True)
        taxes = eco | self.get_tax("tva_normale")
        move = self.make_move(
            self.make_line(10, taxes, quantity=4),
            self.make_line(10, taxes, quantity=-1),
        )
        line = self.assertTotals(move)["BG-25"][1]
        self.assertEqual(line["BG-27"][0]["amount"], "0.50")
        self.assertEqual(line["BT-131"], "-10.50")

    def test_fixed_tax_outside_the_vat_base(self):
        eco = self.make_fixed_tax(
            invoice_legal_notes="<p>Débours, art. 267 II 2° du CGI</p>"
        )
        vat = self.get_tax("tva_normale")
        move = self.make_move(
            self.make_line(10, eco | vat, quantity=4), self.make_line(1, eco | vat)
        )
        parsed = self.assertTotals(move)
        (charge,) = parsed["BG-21"]
        self.assertEqual(charge["amount"], "2.50")
        self.assertEqual(parsed["BT-108"], "2.50")
        rows = {row["BT-118"]: row for row in parsed["BG-23"]}
        self.assertEqual(rows["S"]["BT-116"], "41.00")
        self.assertEqual(rows["E"]["BT-116"], "2.50")
        self.assertEqual(rows["E"]["BT-120"], "Débours, art. 267 II 2° du CGI")

    def test_fixed_tax_outside_the_vat_base_without_note(self):
        taxes = self.make_fixed_tax() | self.get_tax("tva_normale")
        parsed = self.assertTotals(self.make_move(self.make_line(10, taxes)))
        rows = {row["BT-118"]: row for row in parsed["BG-23"]}
        self.assertIn("art. 79", rows["E"]["BT-120"])

    def test_fixed_tax_that_cancels_out(self):
        taxes = self.make_fixed_tax() | self.get_tax("tva_normale")
        move = self.make_move(
            self.make_line(100, taxes), self.make_line(10, taxes, quantity=-1)
        )
        self.assertNotIn("BG-21", self.assertTotals(move))

    def test_fixed_tax_alone_needs_a_reason(self):
        move = self.make_move(self.make_line(10, self.make_fixed_tax()))
        self.assertEqual(self.get_codes(move), {("vat_reason_missing", "BT-120")})
        (line,) = move._chorus_pro_terms()["BG-25"]
        self.assertEqual((line["BT-131"], line["BT-151"]), ("10.50", "E"))

    def test_two_percentages_are_told(self):
        taxes = self.get_tax("tva_normale") | self.get_tax("tva_reduite")
        move = self.make_move(self.make_line(100), self.make_line(10, taxes))
        (told,) = move._chorus_pro_terms()["unsupported"]
        self.assertEqual(told["line"], 2)
        self.assertEqual(set(told["value"].split(", ")), set(taxes.mapped("name")))
        self.assertIn(("taxes_unsupported", "BT-151"), self.get_codes(move))

    # === ROUNDING AND EARLY PAYMENT === #

    def test_cash_rounding_as_a_line(self):
        move = self.make_move(
            self.make_line(100.01), invoice_cash_rounding_id=self.cash_rounding_a.id
        )
        self.assertEqual(self.cash_rounding_a.strategy, "add_invoice_line")
        parsed = self.assertTotals(move)
        self.assertEqual(parsed["BT-112"], "120.01")
        self.assertEqual(parsed["BT-114"], "0.04")
        self.assertEqual(parsed["BT-115"], "120.05")

    def test_cash_rounding_on_a_credit_note(self):
        move = self.make_move(
            self.make_line(100.01),
            move_type="out_refund",
            chorus_pro_original_number="F1",
            invoice_cash_rounding_id=self.cash_rounding_a.id,
        )
        self.assertEqual(move.amount_total, 120.05)
        self.assertEqual(self.assertTotals(move)["BT-114"], "0.04")

    def test_cash_rounding_of_the_vat(self):
        self.assertEqual(self.cash_rounding_b.strategy, "biggest_tax")
        move = self.make_move(
            self.make_line(100.01), invoice_cash_rounding_id=self.cash_rounding_b.id
        )
        parsed = self.assertTotals(move)
        self.assertEqual(parsed["BT-110"], f"{move.amount_tax:.2f}")

    def test_early_payment_discount_that_lowers_the_vat(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % sous 8 jours",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 8,
                "early_pay_discount_computation": "mixed",
                "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
            }
        )
        move = self.make_move(invoice_payment_term_id=term.id)
        parsed = self.assertTotals(move)
        self.assertEqual(parsed["BT-110"], "19.60")
        self.assertEqual(parsed["BG-20"][0]["amount"], "2.00")
        self.assertEqual(parsed["BG-21"][0]["amount"], "2.00")
        rows = {row["BT-118"]: row for row in parsed["BG-23"]}
        self.assertEqual(rows["S"]["BT-116"], "98.00")
        self.assertEqual(rows["E"]["BT-116"], "2.00")
        self.assertTrue(rows["E"]["BT-120"])

    # === CURRENCIES === #

    def make_dollar_move(self, **values):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "name": date(2026, 11, 1),
                "rate": 1.25,
            }
        )
        return self.make_move(currency_id=dollar.id, **values)

    def test_foreign_currency_tells_its_vat_in_euros(self):
        move = self.make_dollar_move()
        parsed = self.assertTotals(move)
        self.assertEqual((parsed["BT-5"], parsed["BT-6"]), ("USD", "EUR"))
        self.assertEqual((parsed["BT-110"], parsed["BT-111"]), ("20.00", "16.00"))

    def test_credit_note_in_a_foreign_currency(self):
        move = self.make_dollar_move(
            move_type="out_refund", chorus_pro_original_number="F1"
        )
        self.assertEqual(self.assertTotals(move)["BT-111"], "16.00")
