"""Amounts: rates, discounts, prices, roundings, currencies, taxes that are not VAT."""

from datetime import date

from odoo import Command

from .scenario import everywhere, scenario


def _eco_tax(studio, *, in_base):
    """A fixed tax of 0.75 for each piece, before VAT."""
    values = {
        "name": "Éco-participation" if in_base else "Consigne",
        "amount_type": "fixed",
        "amount": 0.75,
        "type_tax_use": "sale",
        "sequence": 1,
        "include_base_amount": in_base,
    }
    return studio.once("tax", values, studio.make_tax)


@scenario(
    "Five VAT rates in one invoice: 20, 10, 8.5, 5.5 and 2.1",
    {"BT-109": "500.00", "BT-110": "46.10", "BG-23.4.BT-116": "100.00"},
)
def five_rates(studio):
    rates = ("normale", "intermediaire", "specifique", "reduite", "super_reduite")
    return studio.invoice(*(studio.line(100, f"tva_{rate}") for rate in rates))


@scenario("Prices that include VAT, four quantities, two rates", {"BG-25.4": None})
def prices_with_vat(studio):
    taxes = ("tva_normale_ttc", "tva_normale_ttc", "tva_reduite_ttc", "tva_normale_ttc")
    return studio.invoice(
        *(
            studio.line(21.53, tax, quantity=quantity)
            for quantity, tax in zip((1, 3, 7, 13), taxes, strict=True)
        )
    )


@scenario("Prices that include VAT, with a discount of 7 %")
def price_with_vat_less(studio):
    return studio.invoice(
        studio.line(19.99, "tva_normale_ttc", quantity=3, discount=7),
        studio.line(5.05, "tva_reduite_ttc", quantity=11, discount=33.33),
    )


@scenario(
    "Line discounts: gross price, price discount, net price",
    {
        "BG-25.0.BT-148": "100.00",
        "BG-25.0.BT-146": "85.00",
        "BG-25.0.BT-131": "170.00",
        "BG-25.2.BT-131": "0.00",
    },
    golden=("chorus",),
)
def line_discounts(studio):
    return studio.invoice(
        studio.line(100, quantity=2, discount=15),
        studio.line(12.345, quantity=7, discount=33.33),
        studio.line(50, discount=100, name="Offert"),
    )


@scenario(
    "Global discount as a negative line for each rate",
    {"BT-109": "270.00", "BG-23.1.BT-118": "S"},
)
def global_discount(studio):
    return studio.invoice(
        studio.line(200),
        studio.line(100, "tva_reduite"),
        studio.line(-20, name="Remise de 10 %"),
        studio.line(-10, "tva_reduite", name="Remise de 10 %"),
    )


@scenario("Quantities with decimals, other units", {"BG-25.0.BT-129": "26.5"})
def decimal_quantities(studio):
    hour = studio.env.ref("uom.product_uom_hour").id
    kilogram = studio.env.ref("uom.product_uom_kgm").id
    return studio.invoice(
        studio.line(48, quantity=26.5, product_uom_id=hour),
        studio.line(3.99, quantity=0.3333, product_uom_id=kilogram),
        studio.line(7.77, quantity=1234.567),
    )


@scenario(
    "Unit prices with four to six decimals",
    {"BG-25.1.BT-146": "0.012345", "BG-25.1.BT-131": "123.44"},
)
def unit_price_decimals(studio):
    return studio.invoice(
        studio.line(0.1234, quantity=5000),
        studio.line(0.012345, quantity=9999),
        studio.line(0.333333, quantity=12345.67),
        studio.line(17.00005, quantity=3, discount=2.5),
    )


@scenario("Early payment discount, VAT reduced at once (mixed)")
def early_payment(studio):
    term = studio.env["account.payment.term"].create(
        {
            "name": "2 % sous 8 jours",
            "early_discount": True,
            "discount_percentage": 2,
            "discount_days": 8,
            "early_pay_discount_computation": "mixed",
            "line_ids": [
                Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})
            ],
        }
    )
    return studio.invoice(
        studio.line(100),
        studio.line(50, "tva_reduite"),
        invoice_payment_term_id=term.id,
    )


def _round_cash(studio, strategy, **values):
    accounts = studio.env["account.account"]
    account = accounts.search([("code", "=like", "758%")], limit=1)
    return studio.env["account.cash.rounding"].create(
        {
            "name": "Arrondi à 5 centimes",
            "rounding": 0.05,
            "strategy": strategy,
            "rounding_method": "HALF-UP",
            "profit_account_id": account.id,
            "loss_account_id": account.id,
            **values,
        }
    )


@scenario(
    "Cash rounding as a line of its own",
    {"BT-112": "120.01", "BT-114": "-0.01", "BT-115": "120.00"},
    golden=("chorus",),
)
def cash_rounding_line(studio):
    rounding = _round_cash(studio, "add_invoice_line")
    return studio.invoice(studio.line(100.01), invoice_cash_rounding_id=rounding.id)


@scenario("Cash rounding on the biggest tax")
def cash_rounding_tax(studio):
    rounding = _round_cash(studio, "biggest_tax")
    return studio.invoice(
        studio.line(100.01),
        studio.line(10, "tva_reduite"),
        invoice_cash_rounding_id=rounding.id,
    )


@scenario("Forty small lines, VAT rounded for the whole", {"BT-110": "1.04"})
def rounded_globally(studio):
    return studio.invoice(*(studio.line(0.13) for _ in range(40)))


@scenario(
    "Forty small lines, VAT rounded line by line", {"BT-110": "1.20"}, seller="per_line"
)
def rounded_per_line(studio):
    return studio.invoice(*(studio.line(0.13) for _ in range(40)))


@scenario("Prices that include VAT, rounded line by line", seller="per_line")
def per_line_with_vat(studio):
    return studio.invoice(
        *(studio.line(21.53, "tva_normale_ttc", quantity=n) for n in (1, 1, 3, 7)),
        studio.line(0.99, "tva_reduite_ttc", quantity=17, discount=5),
    )


def _currency(studio, code, rate):
    currency = studio.env.ref(f"base.{code}")
    currency.active = True

    def make(**values):
        return studio.env["res.currency.rate"].create(values)

    studio.once(
        "rate",
        {
            "currency_id": currency.id,
            "name": date(2026, 1, 1),
            "rate": rate,
            "company_id": studio.company.id,
        },
        make,
    )
    return currency


def _dollars(studio):
    return _currency(studio, "USD", 1.25)


@scenario(
    "In dollars, VAT in euros as well",
    {"BT-5": "USD", "BT-6": "EUR", "BT-110": "25.00", "BT-111": "20.00"},
    golden=("chorus",),
)
def us_dollars(studio):
    return studio.invoice(studio.line(125), currency_id=_dollars(studio).id)


@scenario("Credit note in dollars", {"BT-3": "381", "BT-5": "USD", "BT-6": "EUR"})
def us_dollars_back(studio):
    original = studio.original(studio.line(62.5), currency_id=_dollars(studio).id)
    return studio.post(studio.reverse(original))


@scenario(
    "In dollars: fixed tax, discount, prices that include VAT",
    {"BT-5": "USD", "BT-6": "EUR"},
)
def us_dollars_taxes(studio):
    eco = _eco_tax(studio, in_base=True)
    return studio.invoice(
        studio.line(80, eco | studio.tax(), quantity=3, discount=12.5),
        studio.line(21.53, "tva_reduite_ttc", quantity=7),
        currency_id=_dollars(studio).id,
    )


@scenario("In yen, which have no cents", {"BT-5": "JPY", "BT-111": "18.13"})
def yen(studio):
    return studio.invoice(
        studio.line(1234, quantity=12), currency_id=_currency(studio, "JPY", 163.37).id
    )


@scenario("Nothing to pay: two lines that cancel out", {"BT-112": "0.00"})
def zero_total(studio):
    return studio.invoice(studio.line(100), studio.line(-100, name="Geste commercial"))


@scenario("A free line and one without quantity", {"BG-25.1.BT-131": "0.00"})
def free_lines(studio):
    return studio.invoice(
        studio.line(100),
        studio.line(0, name="Notice"),
        studio.line(50, quantity=0, name="Option non retenue"),
    )


@scenario("1,200 lines", {"BG-25.1199.BT-126": "1200"})
def many_lines(studio):
    taxes = ("tva_normale", "tva_reduite", "tva_intermediaire")
    return studio.invoice(
        *(
            studio.line(1 + n / 100, taxes[n % 3], quantity=n % 7 + 1, name=f"Réf {n}")
            for n in range(1200)
        )
    )


@scenario("A total of millions", {"BT-112": "12345678.90"})
def millions(studio):
    return studio.invoice(studio.line(10288065.75), studio.line(0))


@scenario(
    "Fixed tax inside the VAT base: a charge of the line",
    {"BT-109": "201.50", "BT-110": "40.30", "BG-25.0.BT-131": "201.50"},
    golden=("chorus",),
)
def eco_tax_with_vat(studio):
    eco = _eco_tax(studio, in_base=True)
    return studio.invoice(studio.line(100, eco | studio.tax(), quantity=2))


@scenario(
    "Fixed tax outside the VAT base: a charge of the invoice",
    {"BT-110": "40.00", "BT-112": "241.50"},
)
def eco_tax_without_vat(studio):
    eco = _eco_tax(studio, in_base=False)
    return studio.invoice(studio.line(100, eco | studio.tax(), quantity=2))


@scenario("Fixed tax with a line discount and two rates")
def eco_tax_discount(studio):
    eco = _eco_tax(studio, in_base=True)
    return studio.invoice(
        studio.line(80, eco | studio.tax(), quantity=3, discount=12.5),
        studio.line(9.9, eco | studio.tax("tva_reduite"), quantity=10),
    )


@scenario("Credit note with a fixed tax in the VAT base", {"BT-3": "381"})
def eco_tax_back(studio):
    eco = _eco_tax(studio, in_base=True)
    original = studio.original(studio.line(80, eco | studio.tax(), quantity=3))
    return studio.post(studio.reverse(original))


@scenario("Credit note with a fixed tax outside the VAT base", {"BT-3": "381"})
def deposit_back(studio):
    deposit = _eco_tax(studio, in_base=False)
    original = studio.original(studio.line(80, deposit | studio.tax(), quantity=3))
    return studio.post(studio.reverse(original))


@scenario(
    "Credit note with cash rounding",
    {"BT-3": "381", "BT-114": "-0.01", "BT-115": "120.00"},
)
def cash_rounding_back(studio):
    rounding = _round_cash(studio, "add_invoice_line")
    return studio.invoice(
        studio.line(100.01),
        move_type="out_refund",
        invoice_cash_rounding_id=rounding.id,
        chorus_pro_original_number="F2026-0042",
        chorus_pro_original_date=date(2026, 9, 1),
    )


@scenario(
    "Already paid, with cash rounding: what is paid is not the total with VAT",
    refused=everywhere("framework_not_paid"),
)
def cash_rounding_paid(studio):
    rounding = _round_cash(studio, "add_invoice_line")
    return studio.invoice(
        studio.line(100.01),
        invoice_cash_rounding_id=rounding.id,
        chorus_pro_framework="A2",
    )


@scenario("VAT corrected by one cent by hand", {"BT-110": "20.01", "BT-112": "120.01"})
def vat_by_hand(studio):
    move = studio.draft()
    move.line_ids.filtered("tax_line_id").amount_currency = -20.01
    return studio.post(move)
