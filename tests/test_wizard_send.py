"""The sending dialog: what stops each invoice, and nothing but queueing."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWizardSend(ChorusProCommon):
    """Everything is done by the clerk, who has no other right than invoicing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.town = cls.make_entity(
            "21990001600011", "Mairie de Fontclair", "engagement"
        )
        cls.unread = cls.make_entity("26990003100015", "Hôpital", "unknown")
        cls.town.company_registry = False

    def setUp(self):
        super().setUp()
        self.ready = self.make_invoice()
        self.warned = self.make_invoice(self.unread)
        self.blocked = self.make_invoice(self.town)
        self.all = self.ready | self.warned | self.blocked

    def open_dialog(self, moves, user=None):
        """The dialog as the button opens it."""
        moves = moves.with_user(user or self.clerk)
        action = moves.action_chorus_pro_send()
        self.assertEqual(action["target"], "new")
        self.env.flush_all()
        self.env.invalidate_all()  # the browser reads it in another request
        return moves.env[action["res_model"]].browse(action["res_id"])

    def rows(self, moves):
        """Attempts of invoices, oldest first."""
        return moves.sudo().chorus_pro_transmission_ids.sorted("id")

    def triggers(self):
        """How often the sending scheduled action was asked for."""
        cron = self.env.ref("l10n_fr_chorus_pro.ir_cron_send_1")
        triggers = self.env["ir.cron.trigger"].sudo()
        return triggers.search_count([("cron_id", "=", cron.id)])

    # === WHAT IS SHOWN === #

    def test_counts(self):
        dialog = self.open_dialog(self.all)
        self.assertEqual(
            (
                dialog.count,
                dialog.ready_count,
                dialog.warning_count,
                dialog.blocked_count,
            ),
            (3, 2, 1, 1),
        )
        self.assertEqual(dialog.environment_label, "Demo")

    def test_a_line_for_each_problem_the_worst_first(self):
        dialog = self.open_dialog(self.all)
        lines = [(line.move_id, line.level) for line in dialog.line_ids]
        self.assertEqual(
            lines,
            [
                (self.blocked, "error"),
                (self.blocked, "error"),
                (self.warned, "warning"),
                (self.ready, "ready"),
            ],
        )
        self.assertEqual(
            dialog.line_ids.mapped("message"),
            [
                "Mairie de Fontclair has no SIRET of 14 digits.",
                "Engagement number missing: the entity requires it.",
                "It is not yet known what Hôpital requires. Read it from the portal.",
                "Ready to send",
            ],
        )
        self.assertEqual(dialog.line_ids[0].partner_id, self.town)

    def test_link_to_the_record_to_fix(self):
        dialog = self.open_dialog(self.blocked)
        siret, engagement = dialog.line_ids
        for line, record in ((siret, self.town), (engagement, self.blocked)):
            action = line.action_fix()
            self.assertEqual(action["type"], "ir.actions.act_window")
            self.assertEqual(action["res_model"], record._name)
            self.assertEqual(action["res_id"], record.id)

    def test_environment_is_named(self):
        self.company.chorus_pro_environment = "production"
        dialog = self.open_dialog(self.ready)
        self.assertEqual(dialog.environment_label, "Production")
        self.assertEqual(dialog.blocked_count, 1, "it is not set up")

    def test_drafts_and_other_documents_are_told(self):
        draft = self.make_invoice(post=False)
        bill = self.make_invoice(
            move_type="in_invoice", partner_bank_id=False, ref="F-1"
        )
        dialog = self.open_dialog(draft | bill)
        self.assertEqual(dialog.blocked_count, 2)
        self.assertEqual(
            set(dialog.line_ids.mapped("message")),
            {
                "The invoice is not posted. Confirm it first.",
                (
                    "Vendor bills are not sent: Chorus Pro takes what you bill to "
                    "public entities."
                ),
            },
        )
        result = dialog.action_confirm()
        self.assertEqual(result["params"]["type"], "warning")
        self.assertFalse(self.rows(draft | bill))

    # === CONFIRM === #

    def test_confirm_queues_what_can_go(self):
        dialog = self.open_dialog(self.all)
        with patch.object(Client, "deposer_flux") as deposit:
            result = dialog.action_confirm()
        deposit.assert_not_called()
        self.assertEqual(self.rendered, [], "no file is made while people wait")
        self.assertEqual(
            [m.chorus_pro_status for m in self.all], ["queued", "queued", "to_send"]
        )
        self.assertEqual(self.triggers(), 1)
        params = result["params"]
        self.assertEqual(params["type"], "success")
        self.assertEqual(
            params["message"],
            "2 invoices are on their way to Chorus Pro. 1 stay here. %s",
        )
        self.assertEqual(params["next"]["type"], "ir.actions.act_window_close")
        self.assertEqual(
            set(params["next"]["infos"]["queued"]), {self.ready.id, self.warned.id}
        )
        self.assertEqual(self.ledger()["deposits"], [])

    def test_confirm_of_one(self):
        result = self.open_dialog(self.ready).action_confirm()
        self.assertEqual(
            result["params"]["message"], "The invoice is on its way to Chorus Pro."
        )

    def test_what_is_queued_is_sent_by_the_scheduled_action(self):
        self.open_dialog(self.all).action_confirm()
        self.run_send()
        self.assertEqual(self.ready.chorus_pro_status, "sent")
        self.assertEqual(self.blocked.chorus_pro_status, "to_send")
        self.assertEqual(len(self.ledger()["deposits"]), 1)

    def test_attempt_carries_number_and_environment(self):
        self.open_dialog(self.ready).action_confirm()
        row = self.rows(self.ready)
        self.assertEqual(
            (row.number, row.environment, row.attempt, row.state, row.company_id),
            (self.ready.name, "demo", 1, "to_send", self.company),
        )
        self.assertFalse(row.forced)

    def test_fixed_meanwhile(self):
        dialog = self.open_dialog(self.blocked)
        self.assertEqual(dialog.ready_count, 0)
        self.town.company_registry = "21990001600011"
        self.blocked.purchase_order_reference = "EJ-1"
        dialog.action_confirm()
        self.assertEqual(self.blocked.chorus_pro_status, "queued")

    def test_broken_meanwhile(self):
        dialog = self.open_dialog(self.ready)
        self.ready.button_draft()
        result = dialog.action_confirm()
        self.assertEqual(result["params"]["type"], "warning")
        self.assertFalse(self.rows(self.ready))

    # === TWO AT ONCE === #

    def test_second_of_two_open_dialogs_queues_nothing(self):
        other = new_test_user(
            self.env, "second_clerk", groups="account.group_account_invoice"
        )
        other.company_ids = self.company
        other.company_id = self.company
        first = self.open_dialog(self.ready)
        second = self.open_dialog(self.ready, other)
        first.action_confirm()
        result = second.action_confirm()
        self.assertEqual(result["params"]["type"], "warning")
        self.assertTrue(result["params"]["message"].endswith("1 stay here."))
        self.assertEqual(len(self.rows(self.ready)), 1)
        self.run_send()
        self.assertEqual(len(self.ledger()["deposits"]), 1)

    def test_invoice_that_another_transaction_holds_stays(self):
        Move = type(self.env["account.move"])
        held = self.warned

        def lock(moves, **options):
            self.assertTrue(options["allow_referencing"])
            return moves - held

        dialog = self.open_dialog(self.ready | self.warned)
        with patch.object(Move, "try_lock_for_update", lock):
            result = dialog.action_confirm()
        self.assertEqual(
            result["params"]["message"],
            "The invoice is on its way to Chorus Pro. 1 stay here.",
        )
        self.assertEqual(self.ready.chorus_pro_status, "queued")
        self.assertEqual(self.warned.chorus_pro_status, "to_send")

    # === AGAIN === #

    def test_failed_attempt_without_a_file_is_taken_up_again(self):
        self.open_dialog(self.ready).action_confirm()
        row = self.rows(self.ready)
        row._fail("render", "The PDF could not be made.")
        self.assertEqual(self.ready.chorus_pro_status, "error")
        self.open_dialog(self.ready).action_confirm()
        self.assertEqual(self.rows(self.ready), row)
        self.assertEqual((row.state, row.error), ("to_send", False))

    def test_refused_file_is_kept_and_its_correction_is_a_new_attempt(self):
        self.open_dialog(self.ready).action_confirm()
        row = self.rows(self.ready)
        row.write({"state": "failed", "checksum": "00", "error": "Refused."})
        self.open_dialog(self.ready).action_confirm()
        rows = self.rows(self.ready)
        self.assertEqual(rows.mapped("state"), ["cancelled", "to_send"])
        self.assertEqual(rows.mapped("attempt"), [1, 2])
        self.assertEqual(row.error, "Refused.")

    def test_rejected_invoice_goes_again_as_a_new_attempt(self):
        self.open_dialog(self.ready).action_confirm()
        self.rows(self.ready).state = "deposited"
        self.rows(self.ready)._reject({}, "Engagement inconnu")
        self.open_dialog(self.ready).action_confirm()
        rows = self.rows(self.ready)
        self.assertEqual(rows.mapped("state"), ["rejected", "to_send"])
        self.assertEqual(rows.mapped("attempt"), [1, 2])

    # === RIGHTS === #

    def test_dialog_of_somebody_who_lost_the_right(self):
        dialog = self.open_dialog(self.ready)
        self.clerk.group_ids = self.env.ref("base.group_user")
        with self.assertRaises(AccessError):
            dialog.action_confirm()
        self.assertFalse(self.rows(self.ready))
