"""Lines of an invoice as EN 16931 business terms."""

from decimal import ROUND_HALF_UP, Decimal

from odoo import models

# Chorus Pro takes amounts with 6 decimals and quantities with 4 (API.md 4.1 [O]).
PRICE_STEP, QUANTITY_STEP, CENT = Decimal("1e-6"), Decimal("1e-4"), Decimal("0.01")


def _decimal(value, step):
    return Decimal(repr(value)).quantize(step, ROUND_HALF_UP)


def _format(value):
    """Plain notation, at least two decimals, no useless zero, no negative zero."""
    text = f"{value + 0:f}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


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
    """The lines of an invoice in EN 16931 terms.

    A line of an invoice is one of Odoo's base lines: a dict of the tax engine.
    """

    _inherit = "account.move"

    def _chorus_pro_line_amount(self, line):
        """Quantity times price after discount, without any tax: Decimal."""
        details = line["tax_details"]
        amount = details["total_excluded_currency"]
        return self._chorus_pro_decimal(
            amount + details["delta_total_excluded_currency"]
        )

    def _chorus_pro_line_total(self, line):
        """Net amount of a line (BT-131): with the fixed taxes that bear its VAT."""
        charges = (amount for _tax, amount in self._chorus_pro_charges(line))
        return self._chorus_pro_line_amount(line) + sum(charges)

    def _chorus_pro_line_terms(self, lines):
        units = {}
        return [
            self._chorus_pro_one_line_terms(number, line, units)
            for number, line in enumerate(lines, start=1)
        ]

    def _chorus_pro_one_line_terms(self, number, line, units):
        unit = line["product_uom_id"]
        if unit not in units:
            units[unit] = self.env["account.edi.xml.cii"]._get_uom_unece_code(unit)
        product = line["product_id"]
        text = line["record"].name or product.display_name or "-"
        name, _, description = text.strip().partition("\n")
        start, end = self._chorus_pro_line_period(line["record"])
        return {
            "BT-126": str(number),
            "BT-130": units[unit],
            "BT-131": f"{self._chorus_pro_line_total(line):f}",
            **self._chorus_pro_price_terms(line),
            **self._chorus_pro_charge_terms(line),
            **self._chorus_pro_line_vat_terms(line),
            "BT-134": start,
            "BT-135": end,
            "BT-153": name,
            "BT-154": description.strip(),
            "BT-155": product.default_code,
        }

    def _chorus_pro_price_terms(self, line):
        """Quantity, net price, and the gross price that a discount was taken from.

        A negative price turns into a negative quantity, since EN 16931 (BR-27) wants
        prices positive. A gross price without its discount is refused (API.md 3.4 [T]).
        """
        amount = self._chorus_pro_line_amount(line)
        quantity = _decimal(line["quantity"], QUANTITY_STEP)
        share = 1 - line["discount"] / 100
        raw = line["tax_details"]["raw_total_excluded_currency"]
        candidates = [line["price_unit"] * share]
        if quantity:
            candidates.append(raw / line["quantity"])
        price = _get_net_price(candidates, quantity, amount)
        gross = _decimal(line["price_unit"], PRICE_STEP)
        if share and price != _decimal(candidates[0], PRICE_STEP):
            # The price includes VAT: the one without is known by the amount only.
            gross = _decimal(float(price) / share, PRICE_STEP)
        if price < 0 or gross < 0:
            price, gross, quantity = -price, -gross, -quantity
        terms = {"BT-129": _format(quantity), "BT-146": _format(price)}
        if line["discount"] and gross > price:
            terms["BT-148"] = _format(gross)
            terms["BT-147-00"] = [{"BT-147": _format(gross - price)}]
        return terms

    def _chorus_pro_charge_terms(self, line):
        """Fixed taxes of a line as charges (BG-28), on a return as allowances."""
        terms = {"BG-27": [], "BG-28": []}
        for tax, amount in self._chorus_pro_charges(line):
            group = "BG-28" if amount > 0 else "BG-27"
            reason = tax.invoice_label or tax.name
            terms[group].append({"amount": f"{abs(amount):f}", "reason": reason})
        return terms
