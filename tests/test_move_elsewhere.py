"""Invoices filed outside Odoo: declared, found at the portal by number, undone."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import html2plaintext

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client
from odoo.addons.l10n_fr_chorus_pro.tests.common import SUPPLIER_SIRET, ChorusProCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMoveElsewhere(ChorusProCommon):
    """What the clerk does with invoices that were typed into the portal by hand."""

    def setUp(self):
        super().setUp()
        self.moves = self.make_invoice() | self.make_invoice()
        self.move, self.other = self.moves

    def as_clerk(self, moves=None):
        """The invoices as the clerk sees them."""
        return (self.moves if moves is None else moves).with_user(self.clerk)

    def statuses(self):
        """Summaries of the two invoices."""
        return self.moves.mapped("chorus_pro_status")

    def states(self, move=None):
        """States of all attempts of an invoice, oldest first."""
        rows = (move or self.move).sudo().chorus_pro_transmission_ids
        return rows.sorted("id").mapped("state")

    def chatter(self, move):
        """The last line of an invoice's chatter, as text."""
        return html2plaintext(move.message_ids.sorted("id")[-1:].body).strip()

    def file_by_hand(self, move, **values):
        """Somebody types an invoice into the portal."""
        total = move.amount_total
        invoice = {
            "number": move.name,
            "supplier": SUPPLIER_SIRET,
            "recipient": move.commercial_partner_id.company_registry,
            "amount_total": total,
            **values,
        }
        self.control("invoices", invoice)

    def find(self, moves=None):
        """Look at the portal; returns what the notification says."""
        with self.portal_session():
            result = self.as_clerk(moves).action_chorus_pro_find()
        return result["params"]["message"]

    # === DECLARED === #

    def test_mark_in_bulk_and_undo(self):
        result = self.as_clerk().action_chorus_pro_mark_elsewhere()
        self.assertEqual(self.statuses(), ["elsewhere", "elsewhere"])
        self.assertEqual(result["params"]["message"], "Marked as sent elsewhere: 2.")
        self.assertEqual(result["params"]["next"]["tag"], "soft_reload")
        self.assertEqual(
            self.chatter(self.move), "Chorus Pro: marked as sent elsewhere."
        )
        result = self.as_clerk().action_chorus_pro_unmark_elsewhere()
        self.assertEqual(self.statuses(), ["to_send", "to_send"])
        self.assertEqual(result["params"]["message"], "To be sent again: 2.")
        self.assertEqual(
            self.chatter(self.move), "Chorus Pro: no longer marked as sent elsewhere."
        )
        self.assertEqual(self.states(), ["cancelled"])

    def test_what_is_marked_is_not_sent(self):
        self.as_clerk(self.move).action_chorus_pro_mark_elsewhere()
        self.send(self.moves)
        self.assertEqual(self.statuses(), ["elsewhere", "sent"])
        self.as_clerk(self.move).action_chorus_pro_unmark_elsewhere()
        self.send(self.moves)
        self.assertEqual(self.statuses(), ["sent", "sent"])

    def test_failed_and_rejected_attempts_give_way(self):
        failed, rejected = self.moves._chorus_pro_enqueue().chorus_pro_transmission_id
        failed._fail("render", "No PDF.")
        rejected.state = "deposited"
        rejected._reject({}, "Refused.")
        self.assertEqual(set(self.statuses()), {"error", "rejected"})
        self.as_clerk().action_chorus_pro_mark_elsewhere()
        self.assertEqual(self.statuses(), ["elsewhere", "elsewhere"])
        self.assertEqual(self.states(failed.move_id), ["cancelled", "elsewhere"])
        self.assertEqual(self.states(rejected.move_id), ["rejected", "elsewhere"])

    def test_what_is_on_its_way_is_not_marked(self):
        self.send(self.move)
        result = self.as_clerk().action_chorus_pro_mark_elsewhere()
        self.assertEqual(self.statuses(), ["sent", "elsewhere"])
        self.assertEqual(result["params"]["message"], "Marked as sent elsewhere: 1.")
        self.as_clerk().action_chorus_pro_unmark_elsewhere()
        self.assertEqual(self.statuses(), ["sent", "to_send"], "only marks are undone")

    def test_what_the_recipient_refused_stays_followed(self):
        row = self.send(self.move)
        row.write({"state": "integrated", "portal_status": "REJETEE"})
        self.env.flush_all()
        self.assertEqual(self.move.chorus_pro_status, "rejected")
        self.as_clerk().action_chorus_pro_mark_elsewhere()
        self.assertEqual(self.statuses(), ["rejected", "elsewhere"])
        self.assertEqual(self.states(), ["integrated"])

    # === FOUND AT THE PORTAL === #

    def test_find_by_number_follow_and_undo(self):
        self.file_by_hand(self.move)
        self.assertEqual(self.find(), "1 of 2 invoices found at Chorus Pro.")
        self.assertEqual(self.states(), ["elsewhere"])
        row = self.move.chorus_pro_transmission_id
        self.assertTrue(row.portal_id)
        self.assertEqual(row.portal_status, "DEPOSEE")
        self.assertEqual(self.statuses(), ["filed", "to_send"])
        self.assertEqual(row.status_ids.mapped("code"), ["DEPOSEE"])
        self.assertFalse(row.flow_id)
        self.act(self.move, "MISE_A_DISPOSITION")
        self.act(self.move, "SUSPENDUE", "Il manque le bon de livraison")
        self.run_follow()
        self.assertEqual(self.move.chorus_pro_status, "suspended")
        self.assertIn("bon de livraison", self.move.chorus_pro_story)
        self.as_clerk(self.move).action_chorus_pro_unmark_elsewhere()
        self.assertEqual(self.move.chorus_pro_status, "to_send")
        self.assertEqual(self.find(), "1 of 2 invoices found at Chorus Pro.")
        self.assertEqual(self.states(), ["cancelled", "elsewhere"])

    def test_find_what_another_program_deposited(self):
        """The same company deposits through the API, beside Odoo."""
        document = self.move._chorus_pro_make_document(
            self._render(self.move)[self.move.id]
        )
        with self.portal_session(), self.company._chorus_pro_client() as client:
            deposit = client.deposer_flux("other.pdf", document.content)
        self.advance(60)
        self.assertEqual(self.find(self.move), "1 of 1 invoices found at Chorus Pro.")
        (invoice,) = self.ledger()["invoices"]
        self.assertEqual(invoice["flow"], deposit.number)
        row = self.move.chorus_pro_transmission_id
        self.assertEqual((row.state, row.portal_id), ("elsewhere", str(invoice["id"])))
        self.send(self.move)
        self.assertEqual(len(self.ledger()["deposits"]), 1, "never a second time")

    def test_declared_invoice_is_found_later_in_the_same_row(self):
        self.as_clerk(self.move).action_chorus_pro_mark_elsewhere()
        self.assertEqual(self.find(self.move), "0 of 1 invoices found at Chorus Pro.")
        self.assertEqual(self.move.chorus_pro_status, "elsewhere")
        self.file_by_hand(self.move)
        self.find(self.move)
        self.assertEqual(self.states(), ["elsewhere"])
        self.assertEqual(self.move.chorus_pro_status, "filed")

    def test_same_number_of_another_invoice_is_not_taken(self):
        self.file_by_hand(self.move, amount_total=1.0)
        self.file_by_hand(self.other, recipient="12345678200051")
        self.assertEqual(self.find(), "0 of 2 invoices found at Chorus Pro.")
        self.assertEqual(self.statuses(), ["to_send", "to_send"])

    def test_attempt_rejected_as_a_duplicate_is_found(self):
        self.file_by_hand(self.move)
        row = self.integrate(self.move)
        self.assertEqual(row.state, "rejected")
        self.assertIn("deja utilise", row.error)
        self.assertEqual(self.find(self.move), "1 of 1 invoices found at Chorus Pro.")
        self.assertEqual(self.states(), ["rejected", "elsewhere"])

    def test_two_hits_are_no_hit(self):
        self.file_by_hand(self.move)
        with self.portal_session(), self.company._chorus_pro_client() as client:
            own_id = self.company._chorus_pro_own_id(client)
            items = client.rechercher_fournisseur(supplier_id=own_id)
            (item,) = list(items)
        with patch.object(Client, "rechercher_fournisseur", return_value=[item, item]):
            self.assertEqual(
                self.find(self.move), "0 of 1 invoices found at Chorus Pro."
            )
        self.assertFalse(self.states())

    def test_sent_invoices_are_not_looked_for(self):
        self.send(self.move)
        with patch.object(
            Client, "rechercher_fournisseur", return_value=[]
        ) as searched:
            self.find()
        numbers = [call.kwargs["invoice_number"] for call in searched.call_args_list]
        self.assertEqual(numbers, [self.other.name])

    def test_portal_that_does_not_answer(self):
        error = ChorusError("unreachable", service="x")
        with (
            patch.object(Client, "rechercher_structures", side_effect=error),
            self.assertRaisesRegex(UserError, "cannot be reached"),
        ):
            self.find()
        self.assertEqual(self.statuses(), ["to_send", "to_send"])

    # === REFRESHED BY A PERSON === #

    def test_refresh_reads_status_and_history(self):
        self.integrate(self.move)
        self.act(self.move, "MANDATEE")
        self.assertEqual(self.move.chorus_pro_status, "available")
        with self.portal_session():
            self.as_clerk(self.move).action_chorus_pro_refresh()
        self.assertEqual(self.move.chorus_pro_status, "approved")
        codes = self.move.chorus_pro_status_ids.mapped("code")
        self.assertEqual(codes[0], "MANDATEE")
        self.assertIn("DEPOSEE", codes)

    def test_refresh_of_a_deposit_asks_for_its_report(self):
        row = self.send(self.move)
        self.advance(60)
        with self.portal_session():
            self.as_clerk(self.move).action_chorus_pro_refresh()
        self.assertEqual(row.state, "integrated")
        self.assertEqual(self.move.chorus_pro_status, "available")

    def test_refresh_of_what_is_not_at_the_portal_asks_nothing(self):
        with patch.object(Client, "rechercher_fournisseur") as searched:
            self.as_clerk(self.move).action_chorus_pro_refresh()
        searched.assert_not_called()
        self.assertEqual(self.move.chorus_pro_status, "to_send")

    def test_refresh_without_an_answer(self):
        self.integrate(self.move)
        error = ChorusError("server_error", service="x")
        with (
            self.portal_session(),
            patch.object(Client, "rechercher_fournisseur", side_effect=error),
            self.assertRaisesRegex(UserError, "internal error"),
        ):
            self.as_clerk(self.move).action_chorus_pro_refresh()
        self.assertEqual(self.move.chorus_pro_status, "available")

    def test_refresh_of_an_invoice_that_the_portal_does_not_find(self):
        self.integrate(self.move)
        with (
            self.portal_session(),
            patch.object(Client, "rechercher_fournisseur", return_value=[]) as searched,
        ):
            self.as_clerk(self.move).action_chorus_pro_refresh()
        searched.assert_called_once()
        self.assertEqual(self.move.chorus_pro_status, "available")
