"""From the sending dialog to the place of a problem, and back."""

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.models.res_partner_commitment import STATE_SIRET
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

ENGAGEMENT = "purchase_order_reference"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWizardFix(ChorusProCommon):
    """The clerk, who may correct invoices; entities are for those who may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.town = cls.make_entity("21990001600011", "Mairie", "engagement")
        cls.state = cls.make_entity(STATE_SIRET, "Etat")

    def open_dialog(self, *moves):
        """The dialog as the button opens it."""
        moves = self.env["account.move"].union(*moves).with_user(self.clerk)
        action = moves.action_chorus_pro_send()
        return moves.env[action["res_model"]].browse(action["res_id"])

    def fix(self, line):
        """The small form that a line opens, as (record, context)."""
        action = line.action_fix()
        self.assertEqual(action["target"], "new")
        (view,) = action["views"]
        self.assertIn("chorus_pro_fix", self.env["ir.ui.view"].browse(view[0]).xml_id)
        record = line.env[action["res_model"]].browse(action["res_id"])
        return record.with_context(**action["context"])

    def test_blocker_of_the_invoice(self):
        dialog = self.open_dialog(self.make_invoice(self.town), self.make_invoice())
        self.assertEqual((dialog.ready_count, dialog.blocked_count), (1, 1))
        move = self.fix(dialog.line_ids[:1])
        move.purchase_order_reference = "EJ-1"
        action = move.action_chorus_pro_back()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (dialog._name, dialog.id)
        )
        self.assertEqual(action["target"], "new")
        self.assertEqual((dialog.ready_count, dialog.blocked_count), (2, 0))
        self.assertEqual(set(dialog.line_ids.mapped("level")), {"ready"})

    def test_blocker_of_the_entity(self):
        self.clerk.group_ids += self.env.ref("base.group_partner_manager")
        self.town.chorus_pro_requirement = "none"
        move = self.make_invoice(self.town)
        self.town.company_registry = False
        dialog = self.open_dialog(move)
        town = self.fix(dialog.line_ids)
        self.assertEqual(town, self.town)
        town.company_registry = "21990001600011"
        town.action_chorus_pro_back()
        self.assertEqual(dialog.line_ids.level, "ready")

    def test_entity_that_the_clerk_may_not_write_is_shown(self):
        move = self.make_invoice(self.town, purchase_order_reference="EJ-1")
        self.town.company_registry = False
        action = self.open_dialog(move).line_ids.action_fix()
        self.assertEqual(
            (action["target"], action["res_id"]), ("current", self.town.id)
        )

    def test_what_no_small_form_solves_opens_the_record(self):
        move = self.make_invoice(name="FAC.2026.0001")
        action = self.open_dialog(move).line_ids.action_fix()
        self.assertEqual((action["target"], action["res_id"]), ("current", move.id))

    # === CHECK NOW === #

    def test_check_one_and_all(self):
        moves = [
            self.make_invoice(
                self.state, buyer_reference="SFACETAT", purchase_order_reference=number
            )
            for number in ("1500000001", "4500000000")
        ]
        dialog = self.open_dialog(*moves, self.make_invoice())
        self.assertTrue(dialog.can_check)
        self.assertEqual((dialog.ready_count, dialog.warning_count), (3, 2))
        first = dialog.line_ids.filtered(lambda li: li.move_id == moves[0])
        with self.portal_session():
            action = first.action_check()
        self.assertEqual(action["params"]["next"]["res_id"], dialog.id)
        self.assertEqual((dialog.ready_count, dialog.warning_count), (3, 1))
        with self.portal_session():
            dialog.action_check()
        self.assertEqual((dialog.ready_count, dialog.blocked_count), (2, 1))
        self.assertFalse(dialog.can_check)

    # === ONCE === #

    def test_each_invoice_is_judged_once(self):
        moves = [self.make_invoice() for _ in range(3)]
        cls, judged = type(self.env["account.move"]), []
        judge = cls._chorus_pro_find_problems

        def spy(move):
            judged.append(move.id)
            return judge(move)

        with patch.object(cls, "_chorus_pro_find_problems", spy):
            dialog = self.open_dialog(*moves)
            dialog.read(["count", "ready_count", "warning_count", "environment_label"])
        self.assertEqual(sorted(judged), sorted(move.id for move in moves))
