"""Taxes of an invoice as EN 16931 business terms: VAT, and charges for the others."""

from collections import defaultdict
from decimal import Decimal
from itertools import chain

from odoo import models
from odoo.tools import groupby, html2plaintext

# Reason codes that follow from the category alone (EN 16931 code list VATEX).
DEFAULT_REASON_CODES = {
    "AE": "VATEX-EU-AE",
    "G": "VATEX-EU-G",
    "K": "VATEX-EU-IC",
    "O": "VATEX-EU-O",
}
WITHOUT_REASON = ("S", "Z", "L", "M")
# Categories under which VAT is charged, hence with a rate of their own.
CHARGED = ("S", "L", "M")
# A percentage is VAT, a fixed amount is not (eco-contribution …).
VAT, FIXED = "percent", "fixed"


def _rate(category, value):
    """VAT rate; none outside the scope of VAT (EN 16931 BR-O-05)."""
    if category == "O":
        return None
    return f"{value if category in CHARGED else 0:g}"


class AccountMove(models.Model):
    """Which VAT each line bears, and the VAT breakdown."""

    _inherit = "account.move"

    # === TAXES OF A LINE === #

    def _chorus_pro_vat_data(self, line):
        """Entries of the tax engine for the one VAT of a line, none without VAT."""
        found = [
            data
            for data in line["tax_details"]["taxes_data"]
            if data["tax"].amount_type == VAT
        ]
        return found if len({data["tax"] for data in found}) == 1 else []

    def _chorus_pro_line_tax(self, line):
        """The one tax of a line that is VAT, or an empty record."""
        data = self._chorus_pro_vat_data(line)
        return data[0]["tax"] if data else self.env["account.tax"]

    def _chorus_pro_line_vat(self, line):
        """VAT of a line: Decimal."""
        data = self._chorus_pro_vat_data(line)
        return self._chorus_pro_decimal(sum(row["tax_amount_currency"] for row in data))

    def _chorus_pro_fixed(self, line):
        """Yield (tax, amount, whether it is part of the line's VAT base)."""
        vat = self._chorus_pro_line_tax(line)
        for data in line["tax_details"]["taxes_data"]:
            tax = data["tax"]
            if tax.amount_type == FIXED:
                before = tax.include_base_amount and vat.is_base_affected
                amount = self._chorus_pro_decimal(data["tax_amount_currency"])
                yield tax, amount, not vat or before

    def _chorus_pro_charges(self, line):
        """Fixed taxes that bear the VAT of the line: [(tax, amount)]."""
        fixed = self._chorus_pro_fixed(line)
        return [(tax, amount) for tax, amount, is_base in fixed if is_base and amount]

    def _chorus_pro_unsupported_taxes(self, lines):
        """Yield what is said of lines whose taxes have no expression."""
        for number, line in enumerate(lines, start=1):
            taxes = {data["tax"] for data in line["tax_details"]["taxes_data"]}
            kinds = [tax.amount_type for tax in taxes if tax.amount_type != FIXED]
            if kinds not in ([], [VAT]):
                names = sorted(tax.name for tax in taxes)
                yield {
                    "code": "taxes_unsupported",
                    "term": "BT-151",
                    "value": ", ".join(names),
                    "line": number,
                }

    # === CATEGORY === #

    def _chorus_pro_category(self, line):
        """VAT category (UNTDID 5305) and rate of a line: (code, text or None)."""
        tax = self._chorus_pro_line_tax(line)
        data = self._chorus_pro_vat_data(line)
        if any(row["is_reverse_charge"] for row in data):
            category = tax.ubl_cii_tax_category_code or "AE"
        else:
            category = self._chorus_pro_vat_category(tax)
        return category, _rate(category, tax.amount)

    def _chorus_pro_vat_category(self, tax):
        """VAT category of a tax; without any tax: exempt.

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

    def _chorus_pro_line_vat_terms(self, line):
        category, rate = self._chorus_pro_category(line)
        return {"BT-151": category, "BT-152": rate}

    def _chorus_pro_reasons(self, taxes):
        """Why no VAT is charged, as the taxes say: (texts, codes)."""
        notes = [html2plaintext(tax.invoice_legal_notes or "").strip() for tax in taxes]
        codes = [tax.ubl_cii_tax_exemption_reason_code for tax in taxes]
        return notes, codes

    # === ALLOWANCES AND CHARGES OF THE WHOLE INVOICE === #

    def _chorus_pro_extra_terms(self, lines, special):
        """Allowances and charges beside the lines (BG-20, BG-21).

        :param lines: base lines of products
        :param special: base lines of Odoo's own making
        """
        entries = [
            *self._chorus_pro_early_payment(special),
            *self._chorus_pro_untaxed(lines),
        ]
        groups = {"BG-20": [], "BG-21": []}
        for amount, values in entries:
            group = "BG-21" if amount > 0 else "BG-20"
            groups[group].append({"amount": f"{abs(amount):f}", **values})
        return groups

    def _chorus_pro_early_payment(self, special):
        """A discount that lowers the VAT at once: less with VAT, more without."""
        reason = self.env._("Discount for early payment")
        for line in special:
            amount = self._chorus_pro_line_amount(line)
            if line["special_type"] != "early_payment" or not amount:
                continue
            values = self._chorus_pro_line_vat_terms(line)
            law = self.env._(
                "Conditional discount, outside the VAT base (directive 2006/112/CE, "
                "art. 79)"
            )
            yield (
                amount,
                {
                    "reason": reason,
                    "vat_category_code": values["BT-151"],
                    "vat_rate": values["BT-152"],
                    "why": "" if line["tax_ids"] else law,
                    "why_code": False,
                    "vat": self._chorus_pro_line_vat(line),
                },
            )

    def _chorus_pro_untaxed(self, lines):
        """Fixed taxes outside the VAT base: one charge for each tax."""
        totals = defaultdict(Decimal)
        for line in lines:
            for tax, amount, is_base in self._chorus_pro_fixed(line):
                if not is_base:
                    totals[tax] += amount
        for tax, amount in totals.items():
            if not amount:
                continue
            category = self._chorus_pro_vat_category(tax.browse())
            category = tax.ubl_cii_tax_category_code or category
            (note,), (code,) = self._chorus_pro_reasons(tax)
            law = self.env._("Outside the VAT base (directive 2006/112/CE, art. 79)")
            yield (
                amount,
                {
                    "reason": tax.invoice_label or tax.name,
                    "vat_category_code": category,
                    "vat_rate": _rate(category, 0),
                    "why": note or law,
                    "why_code": code,
                    "vat": Decimal(0),
                },
            )

    # === BREAKDOWN === #

    def _chorus_pro_vat_rows(self, lines, extras):
        """Yield (category, rate, base, VAT, texts and codes of the reason)."""
        for line in lines:
            category, rate = self._chorus_pro_category(line)
            base, vat = (
                self._chorus_pro_line_total(line),
                self._chorus_pro_line_vat(line),
            )
            yield (
                (category, rate),
                base,
                vat,
                *self._chorus_pro_reasons(self._chorus_pro_line_tax(line)),
            )
        for group, sign in (("BG-20", -1), ("BG-21", 1)):
            for entry in extras[group]:
                yield (
                    (entry["vat_category_code"], entry["vat_rate"]),
                    sign * Decimal(entry["amount"]),
                    entry["vat"],
                    [entry["why"]],
                    [entry["why_code"]],
                )

    def _chorus_pro_vat_terms(self, lines, extras):
        """VAT breakdown: one row per category and rate, as EN 16931 wants."""
        rows = sorted(self._chorus_pro_vat_rows(lines, extras), key=lambda r: str(r[0]))
        terms = []
        for (category, rate), group in groupby(rows, key=lambda row: row[0]):
            _keys, bases, vats, notes, codes = zip(*group, strict=True)
            terms.append(
                {
                    "BT-116": f"{sum(bases):f}",
                    "BT-117": f"{sum(vats):f}",
                    "BT-118": category,
                    "BT-119": rate,
                    **self._chorus_pro_reason_terms(
                        category, chain(*notes), chain(*codes)
                    ),
                }
            )
        return terms

    def _chorus_pro_reason_terms(self, category, notes, codes):
        """Why no VAT is charged: the taxes' legal notes and reason codes."""
        if category in WITHOUT_REASON:
            return {}
        known = {code for code in codes if code}
        default = DEFAULT_REASON_CODES.get(category, "")
        return {
            "BT-120": " / ".join(dict.fromkeys(filter(None, notes))),
            "BT-121": known.pop() if len(known) == 1 else default,
        }
