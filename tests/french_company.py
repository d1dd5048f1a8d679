"""A French company with its chart of accounts, ready-made where there is one."""

from odoo import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class FrenchCompanyCommon(AccountTestInvoicingCommon):
    """Core's fixture, without loading the chart of accounts for each test class.

    The databases of `dev/test` hold companies that were prepared for this; in any
    other database core makes the company, some seconds slower.
    """

    @classmethod
    @AccountTestInvoicingCommon.setup_country("fr")
    def setUpClass(cls):
        super().setUpClass()

    @classmethod
    def _create_company(cls, **create_values):
        """EXTENDS account: take a prepared company, renamed so that it is used once."""
        prepared = cls.env["res.company"].search(
            [("name", "=like", "Prepared for tests %")], order="id", limit=1
        )
        if not prepared:
            return super()._create_company(**create_values)
        prepared.write({"name": "French company", **create_values})
        cls.env.user.company_ids = [Command.link(prepared.id)]
        return prepared
