"""Random invoices: whatever Odoo posts, the file is clean and asks for the same."""

import logging
import os
from datetime import date
from itertools import count

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import factur_x

from .documents_common import DocumentCommon

_logger = logging.getLogger(__name__)

EXAMPLES = int(os.environ.get("CHORUS_PRO_FUZZ_EXAMPLES") or 60)
SEED = int(os.environ.get("CHORUS_PRO_FUZZ_SEED") or 20261123)
CENT = 0.005

TAXES = (
    "tva_normale",
    "tva_intermediaire",
    "tva_specifique",
    "tva_reduite",
    "tva_super_reduite",
    "tva_normale_ttc",
    "eco_inside",
    "eco_outside",
    "exempt",
)


def numbers(low, high, places):
    """Decimal numbers of at most so many places, as floats."""
    step = 10**places
    return st.integers(int(low * step), int(high * step)).map(lambda n: n / step)


LINE = st.fixed_dictionaries(
    {
        "quantity": st.one_of(
            st.integers(1, 50), numbers(0, 200, 4), st.integers(-5, 0)
        ),
        "price_unit": st.one_of(numbers(0, 5000, 2), numbers(0, 20, 6)),
        "discount": st.one_of(st.just(0), numbers(0, 100, 2)),
        "tax": st.sampled_from(TAXES),
    }
)
INVOICE = st.fixed_dictionaries(
    {
        "lines": st.lists(LINE, min_size=1, max_size=8),
        "rounding": st.sampled_from(("round_globally", "round_per_line")),
        "cash": st.sampled_from((None, None, "add_invoice_line", "biggest_tax")),
        "currency": st.sampled_from(("EUR", "EUR", "USD")),
        "refund": st.booleans(),
        "early": st.booleans(),
    }
)


@tagged("post_install_l10n", "post_install", "-at_install", "chorus_long")
class TestDocumentProperty(DocumentCommon):
    """`CHORUS_PRO_FUZZ_EXAMPLES` and `CHORUS_PRO_FUZZ_SEED` make a longer campaign."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.taxes = cls.make_taxes()
        dollar = cls.env.ref("base.USD")
        dollar.active = True
        cls.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": cls.company.id,
                "name": date(2026, 11, 1),
                "rate": 1.0837,
            }
        )
        cls.env["decimal.precision"].search([]).filtered(
            lambda p: p.name in ("Product Price", "Product Unit")
        ).digits = 6
        cls.early = cls.env["account.payment.term"].create(
            {
                "name": "2 % sous 8 jours",
                "early_discount": True,
                "early_pay_discount_computation": "mixed",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 100, "nb_days": 30})
                ],
            }
        )

    @classmethod
    def make_taxes(cls):
        """The taxes of a line by the name in TAXES."""
        eco = {"amount_type": "fixed", "amount": 0.35, "sequence": 0}
        note = "<p>Débours</p>"
        inside = cls.env["account.tax"].create(
            {"name": "Éco", "include_base_amount": True, **eco}
        )
        outside = cls.env["account.tax"].create(
            {"name": "Débours", "invoice_legal_notes": note, **eco}
        )
        normal = cls.get_tax("tva_normale")
        special = {
            "eco_inside": inside | normal,
            "eco_outside": outside | normal,
            "exempt": cls.get_tax(
                "tva_sale_good_0",
                invoice_legal_notes="<p>Exonération, art. 261 du CGI</p>",
                ubl_cii_tax_category_code="E",
            ),
        }
        return {name: special.get(name) or cls.get_tax(name) for name in TAXES}

    def post(self, invoice):
        """The posted invoice of what hypothesis drew."""
        self.company.tax_calculation_rounding_method = invoice["rounding"]
        values = {
            "currency_id": self.env.ref(f"base.{invoice['currency']}").id,
            "invoice_cash_rounding_id": invoice["cash"]
            and (self.cash_rounding_a | self.cash_rounding_b)
            .filtered(lambda r: r.strategy == invoice["cash"])
            .id,
        }
        if invoice["refund"]:
            values["move_type"] = "out_refund"
            values["chorus_pro_original_number"] = "F1"
        elif invoice["early"]:
            values["invoice_payment_term_id"] = self.early.id
        lines = [
            self.make_line(
                line["price_unit"],
                self.taxes[line["tax"]],
                quantity=line["quantity"],
                discount=line["discount"],
            )
            for line in invoice["lines"]
        ]
        return self.make_move(*lines, **values)

    def judge(self, invoice):
        """Post, and hold file and invoice against each other."""
        draft_total = sum(
            line["quantity"] * line["price_unit"] for line in invoice["lines"]
        )
        if draft_total < 0:
            # Odoo refuses to post it; a person makes the other kind of document.
            invoice["lines"] = [
                {**line, "quantity": abs(line["quantity"])} for line in invoice["lines"]
            ]
        move = self.post(invoice)
        terms = move._chorus_pro_terms()
        issues = factur_x.check_terms(terms)
        errors = [issue for issue in issues if issue.level == "error"]
        if move.amount_total < 0:
            self.assertIn("amount_negative", {issue.code for issue in errors})
            return
        self.assertEqual(errors, [])
        xml = factur_x.make_xml(terms)
        self.assertEqual(factur_x.check_schematron(xml), [])
        for term, amount in (
            ("BT-115", move.amount_total),
            ("BT-110", move.amount_tax - self.fixed_taxes(move)),
        ):
            self.assertLess(abs(float(terms[term]) - amount), CENT, term)

    def fixed_taxes(self, move):
        """Those taxes of the invoice that are no VAT."""
        lines = move.line_ids.filtered(lambda li: li.tax_line_id.amount_type == "fixed")
        return move.direction_sign * sum(lines.mapped("amount_currency"))

    def test_random_invoices(self):
        self.assertEqual(self.cash_rounding_a.strategy, "add_invoice_line")
        _logger.info("Seed %s, %s examples", SEED, EXAMPLES)
        counted = count(1)

        @seed(SEED)
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(invoice=INVOICE)
        def check(invoice):
            if (number := next(counted)) % 50 == 0:
                _logger.info("%s invoices judged", number)
            with self.env.cr.savepoint() as savepoint:
                try:
                    self.judge(invoice)
                finally:
                    savepoint.rollback()
                    self.env.invalidate_all()

        check()
