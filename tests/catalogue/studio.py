"""Where the builders work: a French company, its customers, its taxes, its invoices.

Everything has fixed dates and numbers, so that the same scenario gives the same XML on
any day and in any database.
"""

from datetime import date

from odoo import Command

from .sellers import ATELIER, get_seller

# Companies with a chart of accounts that dev/ prepares, to save seconds.
PREPARED = "Prepared for tests %"
TODAY = date(2026, 11, 2)
DUE = date(2026, 12, 2)
VILLAGE = {
    "name": "Commune de Valbrune-le-Petit",
    "street": "1 place de la Mairie",
    "zip": "42000",
    "city": "Valbrune-le-Petit",
    "country": "FR",
    "company_registry": "21990002400015",
}


class Studio:
    """Makes what a scenario asks for; one per database.

    :ivar env: environment whose company bills
    :ivar str number: number of the next invoice
    """

    def __init__(self, env, lang=False):
        self.lang = lang
        self.number = "INVOICE"
        self._seller = None
        self._made = {}
        company = self._find_company(env)
        env.user.write(
            {"company_ids": [Command.link(company.id)], "company_id": company.id}
        )
        self.env = env(context={**env.context, "allowed_company_ids": company.ids})
        self.company = self.env.company
        # Prices of the scenarios have up to six decimals.
        precision = self.env["decimal.precision"]
        precision.search([("name", "=", "Product Price")]).digits = 6
        precision.search([("name", "=", "Product Unit")]).digits = 4

    def _find_company(self, env):
        companies = env["res.company"]
        found = companies.search([("name", "=like", PREPARED)], order="id", limit=1)
        if found:
            return found
        france = env.ref("base.fr")
        made = companies.create(
            {
                "name": ATELIER["partner"]["name"],
                "country_id": france.id,
                "currency_id": france.currency_id.id,
            }
        )
        env["account.chart.template"].try_loading("fr", made, install_demo=False)
        return made

    def build(self, scenario):
        """Post the invoice of a scenario and return it."""
        self.open(scenario.seller)
        self.number = scenario.name.upper()
        return scenario.build(self)

    # === COMPANY === #

    def open(self, seller):
        """Turn the company into a row of SELLERS."""
        if seller == self._seller:
            return
        row = get_seller(seller)
        other, style = row["other"], row["style"]
        # The style sheet of all companies is made anew whenever these are written.
        if style != {name: self.company[name] for name in style}:
            self.company.write(style)
        self.company.write(
            {
                **row["company"],
                "external_report_layout_id": self._layout(other["layout"]).id,
                "logo": other["logo"]() if other["logo"] else False,
            }
        )
        partner = self.company.partner_id
        # The country judges them: off before that changes.
        partner.write({"vat": False, "peppol_eas": False, "peppol_endpoint": False})
        partner.write({"country_id": self.country(other["country"]), "lang": self.lang})
        partner.write(row["partner"])
        self.iban = other["iban"]
        self.bank(partner, self.iban)
        self._seller = seller

    def _layout(self, source):
        """The layout of that name, or the one that the template makes."""
        if not source.startswith("\n"):
            return self.env.ref(source)
        return self.env["ir.ui.view"].create(
            {
                "name": "A layout of one's own",
                "type": "qweb",
                "key": "chorus_pro_catalogue.own_layout",
                "arch": source,
            }
        )

    def country(self, code):
        """Id of a country by its code."""
        return self.env["res.country"].search([("code", "=", code)]).id

    def bank(self, partner, iban):
        """The bank account of that number, payments to it allowed."""
        banks = self.env["res.partner.bank"]
        found = banks.search(
            [("acc_number", "=", iban), ("partner_id", "=", partner.id)]
        )
        return found or banks.create(
            {"acc_number": iban, "partner_id": partner.id, "allow_out_payment": True}
        )

    # === CUSTOMERS, TAXES === #

    def customer(self, **values):
        """A public entity, the village with other values; made once."""
        values = VILLAGE | {"lang": self.lang} | values
        return self.once("customer", values, self._make_customer)

    def _make_customer(self, country, **values):
        return self.env["res.partner"].create(
            {
                "is_company": "parent_id" not in values,
                "country_id": self.country(country),
                "chorus_pro_is_public": True,
                **values,
            }
        )

    def tax(self, template="tva_normale", **values):
        """A sales tax of the French chart; with values a copy that has them."""
        tax = self.env["account.chart.template"].ref(template)
        if not tax.active:
            tax.active = True
        if not values:
            return tax
        key = {"template": template, **values}
        return self.once("tax", key, lambda **_key: self._copy(tax, values))

    def _copy(self, tax, values):
        return tax.copy({"name": f"{tax.name} {len(self._made)}", **values})

    def make_tax(self, **values):
        """A tax beside VAT, for :meth:`once`."""
        return self.env["account.tax"].create(
            {
                "company_id": self.company.id,
                "country_id": self.tax().country_id.id,
                "tax_group_id": self.tax().tax_group_id.id,
                **values,
            }
        )

    def once(self, kind, values, make):
        """What `make(**values)` gave the first time."""
        key = (kind, repr(sorted(values.items())))
        if key not in self._made:
            self._made[key] = make(**values)
        return self._made[key]

    # === INVOICES === #

    def line(self, price, tax="tva_normale", quantity=1, **values):
        """One invoice line; `tax` is a name in the chart, a record or records."""
        taxes = self.tax(tax) if isinstance(tax, str) else tax
        return Command.create(
            {
                "name": "Fourniture",
                "quantity": quantity,
                "price_unit": price,
                "tax_ids": [Command.set(taxes.ids)],
                **values,
            }
        )

    def draft(self, *lines, **values):
        """An invoice of those lines, to the village if no `partner` is given."""
        partner = values.pop("partner", None) or self.customer()
        own = self.bank(self.company.partner_id, self.iban)
        # A factor's account takes its place.
        to_own = (
            {} if "chorus_pro_payee_bank_id" in values else {"partner_bank_id": own.id}
        )
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "name": self.number,
                "partner_id": partner.id,
                "invoice_date": TODAY,
                "invoice_date_due": DUE,
                "delivery_date": TODAY,
                **to_own,
                "invoice_line_ids": list(lines) or [self.line(100)],
                **values,
            }
        )

    def invoice(self, *lines, **values):
        """A posted invoice; arguments as for :meth:`draft`."""
        return self.post(self.draft(*lines, **values))

    def post(self, move):
        """Post a draft, which keeps its number."""
        number = move.name
        move.action_post()
        if move.name != number:
            raise RuntimeError(f"{number} was posted as {move.name}")
        return move

    def original(self, *lines, **values):
        """An earlier posted invoice, for a credit note to come."""
        return self.invoice(
            *lines,
            name=f"{self.number[:18]}-O",
            invoice_date=date(2026, 10, 5),
            invoice_date_due=date(2026, 11, 4),
            delivery_date=date(2026, 10, 5),
            **values,
        )

    def reverse(self, original, **values):
        """The draft credit note of an invoice."""
        return original._reverse_moves(
            [
                {
                    "name": self.number,
                    "invoice_date": TODAY,
                    "invoice_date_due": TODAY,
                    "delivery_date": TODAY,
                    **values,
                }
            ]
        )

    def attach(self, move, name, content):
        """Let a file travel with an invoice."""
        file = self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": move._name,
                "res_id": move.id,
            }
        )
        move.chorus_pro_attachment_ids = [Command.link(file.id)]
