"""Invoices with a history at the portal, made without asking it."""

from datetime import date

from odoo import Command, fields

from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

AVAILABLE = "MISE_A_DISPOSITION"
RELEASED = "MISE_EN_PAIEMENT"


class PaymentCommon(ChorusProCommon):
    """A town hall that has 30 days, and what happened to its invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entity.chorus_pro_payment_category = "state_local"

    def make_history(self, *lines, move=None, **values):
        """A posted invoice of 1200 € whose history is given.

        :param lines: "YYYY-MM-DD CODE", at noon in UTC, or "YYYY-MM-DD HH:MM CODE"
        """
        move = move or self.make_invoice(
            invoice_date=date(2026, 3, 1),
            invoice_line_ids=[
                Command.create(
                    {
                        "name": "Fourniture",
                        "price_unit": 1000,
                        "tax_ids": [Command.set(self.tax_20.ids)],
                    }
                )
            ],
            **values,
        )
        Transmission = self.env["chorus.pro.transmission"].sudo()
        row = Transmission.create(
            Transmission._prepare(
                move, state="integrated", portal_status=lines[-1].split()[-1]
            )
        )
        self.add_lines(row, *lines)
        return move

    def add_lines(self, row, *lines):
        """Further lines of the history of an attempt."""
        for line in lines:
            moment, code = line.rsplit(" ", 1)
            moment = moment if ":" in moment else f"{moment} 12:00"
            self.env["chorus.pro.status"].sudo().create(
                {
                    "transmission_id": row.id,
                    "portal_ref": line,
                    "code": code,
                    "date": fields.Datetime.to_datetime(f"{moment}:00"),
                }
            )

    def pay(self, move, day, amount=None):
        """Register a payment and reconcile it with its bank line."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(
                {
                    "payment_date": day,
                    "amount": amount or move.amount_residual,
                    "journal_id": self.company_data["default_journal_bank"].id,
                }
            )
        )
        return wizard._create_payments()

    def credit(self, move, amount):
        """Reconcile a credit note of `amount` with the invoice."""
        refund = self.make_invoice(
            move_type="out_refund",
            invoice_date=date(2026, 6, 1),
            invoice_line_ids=[
                Command.create(
                    {
                        "name": "Avoir",
                        "price_unit": amount,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        )
        lines = (move | refund).line_ids.filtered(
            lambda li: li.account_type == "asset_receivable"
        )
        lines.reconcile()
        return refund
