"""What Claire and Marc do in Odoo in that year, with their own rights."""

import random
from datetime import date

from story import company
from story.bills import BILLS, GUADELOUPE, Line
from story.clerk import Clerk, delivery_note

# What is sold, to entities in metropolitan France.
GOODS = [line for bill in BILLS if bill.siret != GUADELOUPE for line in bill.lines]
TERM = "account.account_payment_term_30days"
OUTSTANDING = "account_journal_payment_debit_account_id"


class Office:
    """The two of them at their screens; `env` is the superuser's, as for the actions.

    :param bodies: year.bodies.Body of every customer
    """

    def __init__(self, env, bodies: list) -> None:
        self.env = env
        self.bodies = bodies
        users = {user.login: user.id for user in env["res.users"].search([])}
        self.claire = env(user=users["claire"], su=False)
        self.marc = env(user=users["marc"], su=False)
        self.clerk = Clerk(self.claire, {})

    # === SET-UP === #

    def settle_in(self) -> None:
        """Find the customers at the portal; enter what only people know."""
        self.env.company.chorus_pro_calls_second = 0
        chart = self.env["account.chart.template"]
        bank = self.env["account.journal"].search([("type", "=", "bank")], limit=1)
        bank.inbound_payment_method_line_ids.payment_account_id = chart.ref(OUTSTANDING)
        for body in self.bodies:
            entity = self.find(body.siret)
            entity.lang = company.FRENCH
            entity.chorus_pro_payment_category = body.category

    def find(self, siret: str):
        """The customer with this SIRET, by the dialog "Find a public entity"."""
        partners = self.claire["res.partner"]
        # Contacts of an entity carry its SIRET, too.
        is_it = [("company_registry", "=", siret), ("parent_id", "=", False)]
        if known := partners.search(is_it):
            known.action_chorus_pro_sync()
        else:
            dialog = self.claire["chorus.pro.find"].create({"query": siret})
            dialog.action_search()
            dialog.line_ids.action_use()
        self.clerk.customers[siret] = found = partners.search(is_it)
        found.ensure_one()
        return found.with_env(self.env)

    # === INVOICES === #

    def bill(self, orders: list, chance: random.Random):
        """Make and post an invoice for each (body, day)."""
        moves = self.claire["account.move"].create(
            [self._draft(body, day, chance) for body, day in orders]
        )
        moves.action_post()
        return moves

    def _draft(self, body, day: date, chance: random.Random) -> dict:
        service, engagement = body.route(chance)
        lines = chance.sample(GOODS, chance.choice((1, 1, 2, 2, 3, 4)))
        return {
            "move_type": "out_invoice",
            "partner_id": self.clerk.customers[body.siret].id,
            "invoice_date": day,
            "invoice_payment_term_id": self.claire.ref(TERM).id,
            "buyer_reference": service,
            "purchase_order_reference": engagement,
            "invoice_line_ids": [self._line(line, chance) for line in lines],
        }

    def _line(self, line: Line, chance: random.Random):
        quantity = max(1, round(line.quantity * chance.uniform(0.3, 2)))
        return self.clerk.line(Line(line.name, quantity, line.price, line.tax))

    def send(self, moves) -> None:
        """Send them by the wizard."""
        if moves:
            self.clerk.send(moves.with_env(self.claire))

    def mend_and_send(self, chance: random.Random) -> None:
        """Correct what the portal refused as a deposit, and send it again."""
        moves = self.claire["account.move"].search(
            [("chorus_pro_status", "in", ("rejected", "error"))]
        )
        ready = moves.filtered(
            lambda move: (
                move.chorus_pro_transmission_id.state in ("rejected", "failed")
                and "deja utilise" not in (move.chorus_pro_transmission_id.error or "")
            )
        )
        bodies = {body.siret: body for body in self.bodies}
        for move in ready:
            body = bodies[move.chorus_pro_siret]
            if move.buyer_reference and move.buyer_reference not in body.services:
                move.commercial_partner_id.action_chorus_pro_sync()
                service, engagement = body.route(chance)
                move.buyer_reference = service
                move.purchase_order_reference = engagement
        self.send(ready)

    # === WHAT THE PORTAL WAITS FOR === #

    def waiting(self):
        """Invoices that wait for an officer, as Marc sees them."""
        moves = self.marc["account.move"].search(
            [("chorus_pro_status", "in", ("suspended", "to_reroute", "rejected"))]
        )
        return moves.filtered("chorus_pro_action")

    def deposit_again(self, before) -> None:
        """Give up attempts that never arrived, as far as Marc sees at the portal.

        :param before: naive UTC moment; younger ones are still looked for
        """
        rows = self.marc["chorus.pro.transmission"].search(
            [("state", "=", "unknown"), ("state_since", "<", before)]
        )
        for row in rows:
            row.action_deposit_again()

    def reroute(self, move, service: str, siret: str) -> None:
        """Send an invoice to another service, or to another entity."""
        dialog = self._dialog(move.action_chorus_pro_reroute())
        dialog.service = service
        if siret != move.chorus_pro_siret:
            dialog.recipient_id = self.clerk.customers[siret].id
        dialog.action_confirm()

    def complete(self, move, chance: random.Random) -> None:
        """Give the recipient the document that it misses."""
        dialog = self._dialog(move.action_chorus_pro_complete())
        dialog.comment = "Document joint."
        dialog.file_ids = self.marc["ir.attachment"].create(
            {
                "name": f"bon-de-livraison-{chance.randint(100, 999)}.pdf",
                "raw": delivery_note(chance.choice(BILLS)),
                "mimetype": "application/pdf",
            }
        )
        dialog.action_confirm()

    def reissue(self, move, day: date):
        """Cancel a refused invoice and post its successor, one line less wrong."""
        action = move.action_chorus_pro_reissue()
        successor = self.marc["account.move"].browse(action["res_id"])
        line = successor.invoice_line_ids[:1]
        line.quantity = max(1, line.quantity - 1)
        successor.invoice_date = day
        successor.action_post()
        return successor

    def _dialog(self, action: dict):
        return self.marc[action["res_model"]].browse(action["res_id"])

    # === MONEY === #

    def receive(self, moves, day: date, share: float = 1) -> None:
        """Register what the bank statement of a day shows.

        What an entity pays on one day comes as one payment.

        :param share: of the amount that is open, of a single invoice
        """
        if not moves:
            return
        wizards = self.marc["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids
        )
        values = {"payment_date": day, "group_payment": True}
        if share < 1:
            values["amount"] = round(moves.amount_residual * share, 2)
        wizards.create(values)._create_payments()

    def credit(self, move, day: date):
        """A credit note for a part of an invoice, posted."""
        reversal = self.claire["account.move.reversal"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard = reversal.create(
            {"journal_id": move.journal_id.id, "reason": "Retour d'articles"}
        )
        refund = self.claire["account.move"].browse(wizard.refund_moves()["res_id"])
        refund.invoice_date = day
        refund.invoice_line_ids[1:].unlink()
        refund.invoice_line_ids.quantity = 1
        refund.action_post()
        return refund
