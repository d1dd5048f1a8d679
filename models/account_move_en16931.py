"""A posted customer invoice as EN 16931 business terms.

The result is the dict that ``facturx.generate_xml`` takes (keys are business terms).
Amounts come from Odoo's own tax engine. Nothing raises here: what cannot be expressed
is told in the entry ``unsupported``, which ``factur_x.check_terms`` turns into issues.
"""

from decimal import ROUND_HALF_UP, Decimal

from odoo import models

ALREADY_PAID = "A2"
EURO = "EUR"


class AccountMove(models.Model):
    """The invoice as a whole: header, references and totals in EN 16931 terms."""

    _inherit = "account.move"

    def _chorus_pro_terms(self):
        """Return the EN 16931 business terms of this posted invoice or credit note.

        Identifiers and framework are those of a direct deposit; factur_x adapts them
        to another profile. Lower-case keys are for factur_x only: ``nature`` (goods,
        services, mixed), ``is_final`` (a down payment is taken off) and
        ``unsupported``, what has no expression, as keyword arguments of
        ``factur_x.issues.make_issue``.

        :return: dict as ``facturx.generate_xml`` takes it; empty values stand for terms
            that do not apply
        """
        self.ensure_one()
        move = self.with_context(lang=self.partner_id.lang or self.env.lang)
        base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
        lines = [line for line in base_lines if not line["special_type"]]
        special = [line for line in base_lines if line["special_type"]]
        extras = move._chorus_pro_extra_terms(lines, special)
        vat_rows = move._chorus_pro_vat_terms(lines, extras)
        return {
            **move._chorus_pro_header_terms(),
            **move._chorus_pro_reference_terms(),
            **move._chorus_pro_party_terms({row["BT-118"] for row in vat_rows}),
            **move._chorus_pro_payment_terms(),
            **move._chorus_pro_total_terms(base_lines, extras),
            **extras,
            "BG-23": vat_rows,
            "BG-25": move._chorus_pro_line_terms(lines),
            "nature": move._chorus_pro_nature(lines),
            "is_final": move._chorus_pro_is_final(),
            "unsupported": list(move._chorus_pro_unsupported_taxes(lines)),
        }

    # === HEADER === #

    def _chorus_pro_header_terms(self):
        return {
            "BT-1": self.name,
            "BT-2": self.invoice_date,
            "BT-3": self._chorus_pro_type_code(),
            "BT-5": self.currency_id.name,
            "BT-8": self._chorus_pro_vat_due(),
            "BT-23": self._chorus_pro_framework_code(),
            "BT-72": self.delivery_date,
            "BG-1": self._chorus_pro_note_terms(),
        }

    def _chorus_pro_reference_terms(self):
        numbers = self._chorus_pro_originals() if self.chorus_pro_shows_original else []
        return {
            "BT-10": self.buyer_reference,
            "BT-11": self.chorus_pro_project,
            "BT-12": self.contract_reference,
            "BT-13": self.purchase_order_reference,
            "BT-16": self.chorus_pro_delivery_note,
            "BT-73": self.chorus_pro_period_start,
            "BT-74": self.chorus_pro_period_end,
            "BG-3": [
                {"BT-25": number, "BT-26": self.chorus_pro_original_date}
                for number in numbers
            ],
        }

    def _chorus_pro_framework_code(self):
        """Billing framework (BT-23), A1 unless the invoice says otherwise."""
        return self.chorus_pro_framework or "A1"

    def _chorus_pro_vat_due(self):
        """When VAT falls due (BT-8): on payment, on the invoice, or mixed: untold."""
        taxes = self.invoice_line_ids.tax_ids.flatten_taxes_hierarchy()
        moments = set(taxes.filtered("amount").mapped("tax_exigibility"))
        if len(moments) == 1:
            return "payment" if moments == {"on_payment"} else "invoice"
        return False

    def _chorus_pro_nature(self, lines):
        """What is billed: ``goods``, ``services`` or ``mixed``.

        By the product, else by the scope of the tax; a line that tells neither counts
        as a service.
        """
        natures = set()
        for line in lines:
            product, taxes = line["product_id"], line["tax_ids"]
            is_goods = (
                product.type != "service"
                if product
                else "consu" in taxes.mapped("tax_scope")
            )
            natures.add("goods" if is_goods else "services")
        return natures.pop() if len(natures) == 1 else "mixed"

    def _chorus_pro_is_final(self):
        """Whether a line takes a down payment off, as `sale` marks it; that addon may
        be absent."""
        lines = self.invoice_line_ids
        return "is_downpayment" in lines._fields and any(
            line.is_downpayment and line.price_subtotal < 0 for line in lines
        )

    # === TOTALS === #

    def _chorus_pro_decimal(self, amount):
        """An amount of this invoice, rounded as its currency is."""
        currency = self.currency_id
        step = Decimal(1).scaleb(-currency.decimal_places)
        rounded = Decimal(repr(currency.round(amount)))
        return rounded.quantize(step, ROUND_HALF_UP) + 0

    def _chorus_pro_total_terms(self, base_lines, extras):
        """Totals that follow from each other; `BT-112` is what the invoice prints."""
        lines = [line for line in base_lines if not line["special_type"]]
        rounding = sum(
            self._chorus_pro_line_amount(line)
            for line in base_lines
            if line["special_type"] == "cash_rounding"
        )
        net = sum(map(self._chorus_pro_line_total, lines))
        allowances = sum(Decimal(entry["amount"]) for entry in extras["BG-20"])
        charges = sum(Decimal(entry["amount"]) for entry in extras["BG-21"])
        vat = sum(map(self._chorus_pro_line_vat, base_lines))
        untaxed = net - allowances + charges
        total = untaxed + vat
        due = total + rounding
        is_paid = self._chorus_pro_framework_code() == ALREADY_PAID
        return {
            "BT-106": f"{net:f}",
            "BT-107": f"{allowances:f}" if allowances else False,
            "BT-108": f"{charges:f}" if charges else False,
            "BT-109": f"{untaxed:f}",
            "BT-110": f"{vat:f}",
            **self._chorus_pro_euro_terms(base_lines),
            "BT-112": f"{total:f}",
            "BT-113": f"{due:f}" if is_paid else False,
            "BT-114": f"{rounding:f}" if rounding else False,
            "BT-115": f"{due - due if is_paid else due:f}",
        }

    def _chorus_pro_euro_terms(self, base_lines):
        """VAT in the currency of the books, where the invoice has another (BT-111)."""
        if self.currency_id.name == EURO:
            return {}
        books = self.company_currency_id
        vat = sum(
            data["tax_amount"]
            for line in base_lines
            for data in self._chorus_pro_vat_data(line)
        )
        return {
            "BT-6": books.name,
            "BT-111": f"{books.round(vat) + 0.0:.{books.decimal_places}f}",
        }
