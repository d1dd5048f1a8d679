"""Lines and VAT rows of an invoice as EN 16931 business terms."""

from decimal import ROUND_HALF_UP, Decimal

from odoo import models
from odoo.tools import html2plaintext

# Chorus Pro takes amounts with 6 decimals and quantities with 4 (API.md 4.1 [O]).
PRICE_STEP, QUANTITY_STEP, CENT = Decimal("1e-6"), Decimal("1e-4"), Decimal("0.01")
# Reason codes that follow from the category alone (EN 16931 code list VATEX).
DEFAULT_REASON_CODES = {
    "AE": "VATEX-EU-AE",
    "G": "VATEX-EU-G",
    "K": "VATEX-EU-IC",
    "O": "VATEX-EU-O",
}


def _decimal(value, step):
    return Decimal(repr(value)).quantize(step, ROUND_HALF_UP)


def _format(value):
    """Plain notation, at least two decimals, no useless zero, no negative zero."""
    text = f"{value + 0:f}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def _rate(category, value):
    """VAT rate; none outside the scope of VAT (EN 16931 BR-O-05)."""
    return False if category == "O" else f"{value:g}"


def _get_net_price(candidates, quantity, amount):
    """First candidate that gives the line's amount when multiplied by the quantity.

    The last resort divides the amount: with a price that includes VAT no price of few
    decimals need exist.
    """
    prices = [_decimal(candidate, PRICE_STEP) for candidate in candidates]
    for price in prices:
        if (price * quantity).quantize(CENT, ROUND_HALF_UP) == amount:
            return price
    if not quantity:
        return prices[0]
    return (amount / quantity).quantize(PRICE_STEP, ROUND_HALF_UP)


class AccountMove(models.Model):
    """The lines of an invoice and their VAT in EN 16931 terms."""

    _inherit = "account.move"

    def _chorus_pro_line_amount(self, line):
        details = line["tax_details"]
        amount = details["total_excluded_currency"]
        return self.currency_id.round(amount + details["delta_total_excluded_currency"])

    def _chorus_pro_line_terms(self, lines):
        units = {}
        return [
            self._chorus_pro_one_line_terms(number, line, units)
            for number, line in enumerate(lines, start=1)
        ]

    def _chorus_pro_one_line_terms(self, number, line, units):
        """Terms of one line. A negative price turns into a negative quantity, since
        EN 16931 (BR-27) wants prices positive."""
        unit = line["product_uom_id"]
        if unit not in units:
            units[unit] = self.env["account.edi.xml.cii"]._get_uom_unece_code(unit)
        amount = _decimal(self._chorus_pro_line_amount(line), CENT)
        quantity = _decimal(line["quantity"], QUANTITY_STEP)
        net = line["price_unit"] * (1 - line["discount"] / 100)
        raw = line["tax_details"]["raw_total_excluded_currency"]
        candidates = [net, raw / line["quantity"]] if quantity else [net]
        price = _get_net_price(candidates, quantity, amount)
        if price < 0:
            price, quantity = -price, -quantity
        product = line["product_id"]
        text = line["record"].name or product.display_name or "-"
        name, _, description = text.strip().partition("\n")
        return {
            "BT-126": str(number),
            "BT-129": _format(quantity),
            "BT-130": units[unit],
            "BT-131": f"{amount + 0:f}",
            "BT-146": _format(price),
            **self._chorus_pro_line_vat_terms(line),
            "BT-153": name,
            "BT-154": description.strip(),
            "BT-155": product.default_code,
        }

    # === VAT === #

    def _chorus_pro_line_tax(self, line):
        """The one tax of a line that is VAT, or an empty record."""
        taxes = [data["tax"] for data in line["tax_details"]["taxes_data"]]
        is_plain = len(taxes) == 1 and taxes[0].amount_type == "percent"
        return taxes[0] if is_plain else self.env["account.tax"]

    def _chorus_pro_unsupported_taxes(self, lines):
        for number, line in enumerate(lines, start=1):
            taxes = [data["tax"] for data in line["tax_details"]["taxes_data"]]
            if taxes and not self._chorus_pro_line_tax(line):
                yield {
                    "code": "taxes_unsupported",
                    "term": "BT-151",
                    "value": ", ".join(tax.name for tax in taxes),
                    "line": number,
                }

    def _chorus_pro_line_vat_terms(self, line):
        tax = self._chorus_pro_line_tax(line)
        category = self._chorus_pro_vat_category(tax)
        return {"BT-151": category, "BT-152": _rate(category, tax.amount)}

    def _chorus_pro_vat_category(self, tax):
        """VAT category (UNTDID 5305) of a tax; without any tax: exempt.

        Overseas departments count as French, for whom core's guess would say export.
        """
        seller, buyer = self.company_id.partner_id, self.commercial_partner_id
        french = self.company_id._get_france_country_codes()
        if tax.ubl_cii_tax_category_code:
            return tax.ubl_cii_tax_category_code
        if tax.amount:
            return "S"
        if {seller.country_id.code, buyer.country_id.code} <= set(french):
            return "E"
        common = self.env["account.edi.xml.cii"]
        return common._get_tax_category_code(buyer, seller, tax)

    def _chorus_pro_vat_terms(self, lines):
        """VAT breakdown: one row per category and rate, as EN 16931 wants."""
        tax_model = self.env["account.tax"]

        def get_key(line, _tax_data):
            tax = self._chorus_pro_line_tax(line)
            return self._chorus_pro_vat_category(tax), tax.amount

        per_line = tax_model._aggregate_base_lines_tax_details(lines, get_key)
        groups = tax_model._aggregate_base_lines_aggregated_values(per_line)
        return [
            {
                "BT-116": self._chorus_pro_money(values["total_excluded_currency"]),
                "BT-117": self._chorus_pro_money(values["tax_amount_currency"]),
                "BT-118": category,
                "BT-119": _rate(category, rate),
                **self._chorus_pro_reason_terms(
                    category, [line for line, _data in values["base_line_x_taxes_data"]]
                ),
            }
            for (category, rate), values in groups.items()
        ]

    def _chorus_pro_reason_terms(self, category, lines):
        """Why no VAT is charged: the taxes' legal notes and reason codes."""
        if category in ("S", "Z", "L", "M"):
            return {}
        taxes = self.env["account.tax"].union(
            *(self._chorus_pro_line_tax(line) for line in lines)
        )
        notes = [html2plaintext(tax.invoice_legal_notes or "") for tax in taxes]
        codes = {tax.ubl_cii_tax_exemption_reason_code for tax in taxes} - {False}
        default = DEFAULT_REASON_CODES.get(category, "")
        return {
            "BT-120": " / ".join(dict.fromkeys(filter(None, map(str.strip, notes)))),
            "BT-121": codes.pop() if len(codes) == 1 else default,
        }
