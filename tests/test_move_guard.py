"""What was sent is what the invoice keeps saying."""

from base64 import b64encode

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.models.account_move_guard import (
    OWN_FIELDS,
    ROUTING_FIELDS,
)
from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_state import TRANSMISSION_STATES
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

FROZEN = {"to_send", "sending", "unknown", "deposited", "integrated", "elsewhere"}
TAKEN_BACK = {"to_send", "failed"}
AT_PORTAL = {"sending", "unknown", "deposited", "integrated"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMoveGuard(ChorusProCommon):
    """Guards on writing, resetting and cancelling."""

    def setUp(self):
        super().setUp()
        self.move = self.make_invoice(purchase_order_reference="EJ-1")
        self.file = self.env["ir.attachment"].create(
            {
                "name": "a.pdf",
                "raw": b"x",
                "res_model": "account.move",
                "res_id": self.move.id,
            }
        )
        self.changes = {
            "buyer_reference": "TECH",
            "purchase_order_reference": "EJ-2",
            "contract_reference": "M-1",
            "chorus_pro_framework": "A9",
            "chorus_pro_document_type": "386",
            "chorus_pro_original_number": "F-1",
            "chorus_pro_original_date": "2026-01-31",
            "chorus_pro_delivery_note": "BL-1",
            "chorus_pro_project": "P-1",
            "chorus_pro_period_start": "2026-01-01",
            "chorus_pro_period_end": "2026-01-31",
            "chorus_pro_payee_bank_id": self.bank.id,
            "chorus_pro_attachment_ids": [Command.set(self.file.ids)],
        }

    def test_no_form_saves_what_nobody_may_write(self):
        """The web client sends every boolean of a new record that is not read-only."""
        moves = self.env["account.move"]
        self.assertFalse({n for n in OWN_FIELDS if not moves._fields[n].readonly})

    def attempt(self, **values):
        """The one attempt of the invoice, with a file unless told otherwise."""
        self.move.chorus_pro_transmission_ids.sudo().unlink()
        Transmission = self.env["chorus.pro.transmission"].sudo()
        values = {"checksum": "00", **values}
        row = Transmission.create(Transmission._prepare(self.move, **values))
        self.env.flush_all()
        return row

    def as_clerk(self):
        """The invoice as the clerk sees it."""
        return self.move.with_user(self.clerk)

    # === ROUTING === #

    def test_every_routing_field_is_guarded(self):
        self.assertEqual(set(self.changes), ROUTING_FIELDS)
        self.send(self.move)
        for name, value in self.changes.items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, f"{self.move.name} is on its way"),
            ):
                self.as_clerk().write({name: value})
        self.assertEqual(self.move.purchase_order_reference, "EJ-1")

    def test_in_which_states(self):
        for state, _label in TRANSMISSION_STATES:
            with self.subTest(state):
                self.attempt(state=state)
                self.move.invalidate_recordset()
                changes = {"contract_reference": f"M-{state}"}
                if state in FROZEN:
                    with self.assertRaises(UserError):
                        self.as_clerk().write(changes)
                else:
                    self.as_clerk().write(changes)
                    self.assertEqual(self.move.contract_reference, f"M-{state}")

    def test_queued_invoice_without_a_file_may_be_corrected(self):
        self.attempt(state="to_send", checksum=False)
        self.as_clerk().write(self.changes)
        self.assertEqual(self.move.purchase_order_reference, "EJ-2")
        self.assertEqual(self.move.chorus_pro_attachment_ids, self.file)

    def test_correction_of_a_queued_invoice_is_what_is_sent(self):
        self.move._chorus_pro_enqueue()
        self.as_clerk().write({"purchase_order_reference": "EJ-2"})
        self.run_send()
        self.advance(60)
        (invoice,) = self.ledger()["invoices"]
        self.assertEqual(invoice["engagement"], "EJ-2")

    def test_same_value_is_no_change(self):
        self.send(self.move)
        self.as_clerk().write(
            {
                "purchase_order_reference": "EJ-1",
                "buyer_reference": "",
                "contract_reference": False,
                "chorus_pro_framework": "A1",
                "chorus_pro_original_date": False,
                "chorus_pro_payee_bank_id": False,
            }
        )
        self.assertEqual(self.move.purchase_order_reference, "EJ-1")

    def test_other_fields_stay_free(self):
        self.send(self.move)
        self.as_clerk().write({"narration": "Merci", "ref": "NOTE"})
        self.assertEqual(self.move.ref, "NOTE")
        self.assertEqual(self.move.purchase_order_reference, "EJ-1")

    def test_one_of_several(self):
        free = self.make_invoice()
        self.send(self.move)
        with self.assertRaises(UserError):
            (free | self.move).write({"contract_reference": "M-1"})
        self.assertFalse(free.contract_reference)

    def test_attempt_of_another_environment_holds_nothing(self):
        self.attempt(state="deposited", environment="qualification")
        self.as_clerk().write(self.changes)
        self.assertEqual(self.move.contract_reference, "M-1")

    def test_service_picker_is_guarded_too(self):
        service = self.env["chorus.pro.service"].sudo()
        service = service.create(
            {"partner_id": self.entity.id, "code": "TECH", "name": "Technique"}
        )
        self.send(self.move)
        with self.assertRaises(UserError):
            self.as_clerk().write({"chorus_pro_service_id": service.id})

    # === RESET AND CANCEL === #

    def test_reset_in_each_state(self):
        for state, _label in TRANSMISSION_STATES:
            with self.subTest(state):
                if self.move.state != "posted":
                    self.move.action_post()
                row = self.attempt(state=state)
                self.move.invalidate_recordset()
                shown = self.move.show_reset_to_draft_button
                self.assertEqual(shown, state not in AT_PORTAL)
                if state in AT_PORTAL:
                    with self.assertRaisesRegex(UserError, "at Chorus Pro"):
                        self.move.button_draft()
                    self.assertEqual((row.state, self.move.state), (state, "posted"))
                else:
                    self.move.button_draft()
                    expected = "cancelled" if state in TAKEN_BACK else state
                    self.assertEqual((row.state, self.move.state), (expected, "draft"))

    def test_reset_is_told_in_the_chatter(self):
        self.move._chorus_pro_enqueue()
        self.move.button_draft()
        bodies = " ".join(self.move.message_ids.mapped("body"))
        self.assertIn("Chorus Pro: taken back before it was sent.", bodies)
        self.move.button_cancel()
        self.run_send()
        self.assertEqual(self.ledger()["deposits"], [])

    def test_cancelled_invoice_is_not_sent(self):
        self.move._chorus_pro_enqueue()
        self.move.button_cancel()
        self.assertEqual(self.move.state, "cancel")
        self.run_send()
        self.assertEqual(self.ledger()["deposits"], [])
        self.assertEqual(
            self.move.chorus_pro_transmission_ids.mapped("state"), ["cancelled"]
        )
        self.assertFalse(self.move.chorus_pro_status)

    def test_invoice_at_the_portal_cannot_be_cancelled(self):
        self.send(self.move)
        with self.assertRaisesRegex(UserError, "credit note"):
            self.move.button_cancel()
        self.assertEqual(self.move.state, "posted")

    def test_several_at_once_name_those_that_are_held(self):
        free, held = self.make_invoice(), self.make_invoice()
        self.send(held)
        with self.assertRaises(UserError) as caught:
            (free | held).button_draft()
        self.assertIn(held.name, str(caught.exception))
        self.assertNotIn(free.name, str(caught.exception))

    def test_attempt_of_another_environment_does_not_stop_a_reset(self):
        self.attempt(state="integrated", environment="qualification")
        self.move.button_draft()
        self.assertEqual(self.move.state, "draft")

    # === DELETE === #

    def test_what_was_deposited_is_not_deleted(self):
        row = self.send(self.move)
        row._reject({}, "Engagement inconnu")
        self.move.button_draft()
        with self.assertRaisesRegex(UserError, "deposited at Chorus Pro and is kept"):
            self.move.unlink()
        self.assertTrue(self.move.exists())
        self.assertEqual(row.state, "rejected")

    def test_what_never_left_is_deleted_with_its_attempts(self):
        row = self.attempt(state="to_send", file=b64encode(b"frozen"))
        files = self.env["ir.attachment"].sudo()
        domain = [("res_model", "=", row._name), ("res_field", "=", "file")]
        self.assertTrue(files.search([*domain, ("res_id", "=", row.id)]))
        self.move.button_draft()
        self.move.unlink()
        self.assertFalse(row.exists())
        self.assertFalse(files.search([*domain, ("res_id", "=", row.id)]))
