"""What Claire does in Odoo: invoices drafted, posted, sent by the wizard.

Everything here runs with her rights, never as superuser.
"""

import io

from reportlab.pdfgen.canvas import Canvas

from odoo import Command, fields

from . import bills


class Clerk:
    """The clerk with her environment and the customers {SIRET: partner}."""

    def __init__(self, env, customers: dict) -> None:
        self.env = env
        self.customers = {
            siret: partner.with_env(env) for siret, partner in customers.items()
        }
        self.chart = env["account.chart.template"].sudo()
        self.moves = {}

    def read_directory(self) -> None:
        """Press the button that reads each customer from the portal."""
        for partner in self.customers.values():
            partner.action_chorus_pro_sync()

    def bill(self, bill: bills.Bill):
        """Make and post one invoice or credit note; returns the move."""
        move = self._correct(bill) if bill.corrects else self._draft(bill)
        move.action_post()
        self.moves[bill.key] = move
        return move

    def send(self, moves) -> dict[str, list[str]]:
        """Send invoices as the button and its wizard do.

        :return: {number: [reasons]} of those that the wizard refuses
        """
        action = moves.action_chorus_pro_send()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        refused = {}
        for line in wizard.line_ids.filtered(lambda li: li.level == "error"):
            refused.setdefault(line.move_id.name, []).append(line.message)
        wizard.action_confirm()
        return refused

    def _draft(self, bill: bills.Bill):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customers[bill.siret].id,
                "invoice_date": fields.Date.context_today(self.env.user),
                "invoice_payment_term_id": self.env.ref(
                    "account.account_payment_term_30days"
                ).id,
                "invoice_line_ids": [self.line(line) for line in bill.lines],
            }
        )
        self._route(move, bill)
        return move

    def line(self, line: bills.Line):
        return Command.create(
            {
                "name": line.name,
                "quantity": line.quantity,
                "price_unit": line.price,
                "discount": line.discount,
                "tax_ids": [Command.set(self.chart.ref(line.tax).ids)],
            }
        )

    def _route(self, move, bill: bills.Bill) -> None:
        """Fill in the tab "Chorus Pro": service, engagement, contract, files."""
        if bill.service:
            services = self.customers[bill.siret].chorus_pro_service_ids
            move.chorus_pro_service_id = services.filtered(
                lambda service: service.code == bill.service
            )
        if bill.engagement:
            move.purchase_order_reference = bill.engagement
        if bill.contract:
            move.contract_reference = bill.contract
        if bill.file:
            move.chorus_pro_attachment_ids = self.env["ir.attachment"].create(
                {
                    "name": bill.file,
                    "raw": delivery_note(bill),
                    "mimetype": "application/pdf",
                    "res_model": move._name,
                    "res_id": move.id,
                }
            )

    def _correct(self, bill: bills.Bill):
        """Reverse a posted invoice by core's wizard, for a part of it."""
        corrected = self.moves[bill.corrects]
        reversal = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=corrected.ids
        )
        wizard = reversal.create(
            {"journal_id": corrected.journal_id.id, "reason": bill.lines[0].name}
        )
        refund = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        for line, wanted in zip(refund.invoice_line_ids, bill.lines, strict=True):
            line.write({"name": wanted.name, "quantity": wanted.quantity})
        return refund


def delivery_note(bill: bills.Bill) -> bytes:
    """A small PDF to embed as attachment."""
    buffer = io.BytesIO()
    page = Canvas(buffer, invariant=True)
    page.drawString(72, 760, "Bon de livraison (document fictif)")
    for row, line in enumerate(bill.lines):
        page.drawString(72, 730 - 20 * row, f"{line.quantity:g} x {line.name}")
    page.save()
    return buffer.getvalue()
