"""Problems at posting: told, refused or left alone; and the banner of the form."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMovePosting(ChorusProCommon):
    """Everything is posted by the clerk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.town = cls.make_entity("21990001600011", "Mairie", "engagement")
        cls.private = cls.make_entity(False, "Dupont SARL", chorus_pro_is_public=False)

    def draft(self, partner=None, **values):
        """A draft of the clerk."""
        move = self.make_invoice(partner or self.town, post=False, **values)
        return move.with_user(self.clerk)

    def told(self, move):
        """What the chatter says of problems."""
        bodies = move.sudo().message_ids.mapped("body")
        return [body for body in bodies if "would refuse" in body]

    # === NONE, WARN, BLOCK === #

    def test_warning_is_the_default(self):
        self.assertEqual(self.company.chorus_pro_posting_check, "warn")
        move = self.draft()
        with patch.object(type(self.env.user), "_bus_send") as bus:
            move.action_post()
        self.assertEqual(move.state, "posted")
        (body,) = self.told(move)
        self.assertIn("Engagement number missing", body)
        notes = [
            call.args[1]
            for call in bus.call_args_list
            if call.args[0] == "simple_notification"
        ]
        (note,) = notes
        self.assertEqual(note["type"], "warning")
        self.assertIn("Engagement number missing", note["message"])
        self.assertIn(move.name, note["message"])

    def test_several_are_counted(self):
        moves = self.draft() | self.draft() | self.draft(self.entity)
        with patch.object(type(self.env.user), "_bus_send") as bus:
            moves.action_post()
        messages = [call.args[1].get("message", "") for call in bus.call_args_list]
        self.assertTrue(any(text.startswith("2 of the") for text in messages))
        self.assertEqual([len(self.told(move)) for move in moves], [1, 1, 0])

    def test_nothing_is_said(self):
        self.company.chorus_pro_posting_check = "none"
        move = self.draft()
        move.action_post()
        self.assertEqual((move.state, self.told(move)), ("posted", []))

    def test_good_invoice_is_posted_in_silence(self):
        for mode in ("none", "warn", "block"):
            self.company.chorus_pro_posting_check = mode
            move = self.draft(purchase_order_reference="EJ-1")
            move.action_post()
            self.assertEqual((move.state, self.told(move)), ("posted", []))

    def test_refusal_lists_the_blockers_of_each_invoice(self):
        self.company.chorus_pro_posting_check = "block"
        self.town.company_registry = False
        good, bad = self.draft(purchase_order_reference="EJ-1"), self.draft()
        with self.assertRaises(UserError) as caught:
            (good | bad).action_post()
        words = str(caught.exception)
        self.assertEqual(words.count("Mairie has no SIRET of 14 digits."), 2)
        self.assertEqual(words.count("Engagement number missing"), 1)

    def test_refused_invoice_stays_a_draft_and_can_be_corrected(self):
        self.company.chorus_pro_posting_check = "block"
        move = self.draft()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            move.action_post()
        self.env.invalidate_all()
        self.assertEqual(move.state, "draft")
        self.assertFalse(self.told(move))
        move.purchase_order_reference = "EJ-1"
        move.action_post()
        self.assertEqual(move.state, "posted")

    def test_rules_of_the_document_count(self):
        self.company.chorus_pro_posting_check = "block"
        file = self.env["ir.attachment"].create({"name": "a.exe", "raw": b"x"})
        move = self.draft(self.entity, chorus_pro_attachment_ids=file.ids)
        with self.assertRaisesRegex(UserError, "takes no files like a.exe"):
            move.action_post()

    def test_warnings_stop_nothing(self):
        self.company.chorus_pro_posting_check = "block"
        self.town.chorus_pro_requirement = "unknown"
        move = self.draft()
        move.action_post()
        self.assertEqual((move.state, self.told(move)), ("posted", []))

    # === WHAT IS NEVER STOPPED === #

    def test_other_documents(self):
        self.company.chorus_pro_posting_check = "block"
        for move in (
            self.draft(self.private),
            self.draft(move_type="in_invoice", partner_bank_id=False, ref="F-1"),
        ):
            move.action_post()
            self.assertEqual(move.state, "posted")

    def test_what_concerns_sending_only(self):
        self.company.chorus_pro_posting_check = "block"
        self.company.chorus_pro_environment = "production"
        move = self.draft(self.entity)
        self.entity.company_registry = "21750001600019"
        self.company.partner_id.company_registry = "73282932000074"
        move.action_post()
        self.assertEqual(move.state, "posted", "it is not set up")

    def test_scheduled_action_posts_and_logs(self):
        self.company.chorus_pro_posting_check = "block"
        move = self.draft()
        move.sudo().write({"auto_post": "at_date", "date": fields.Date.today()})
        with self.enter_registry_test_mode():
            cron = self.env.ref("account.ir_cron_auto_post_draft_entry")
            cron.sudo().method_direct_trigger()
        self.assertEqual(move.state, "posted")
        self.assertEqual(len(self.told(move)), 1)

    def test_what_runs_for_somebody_else_is_not_stopped(self):
        self.company.chorus_pro_posting_check = "block"
        move = self.draft()
        move.sudo().action_post()
        self.assertEqual(move.state, "posted")
        self.assertEqual(len(self.told(move)), 1)

    def test_no_network(self):
        self.company.chorus_pro_posting_check = "block"
        self.town.chorus_pro_publishes_commitments = True
        with patch.object(Client, "__init__", side_effect=AssertionError):
            self.draft(purchase_order_reference="EJ-1").action_post()

    # === BANNER === #

    def ours(self, move):
        """Our entries of the banner, as the clerk sees it."""
        move.invalidate_recordset()
        alerts = move.with_user(self.clerk).alerts or {}
        return [alert for key, alert in alerts.items() if key.startswith("chorus_pro")]

    def test_draft_shows_its_blockers(self):
        self.town.company_registry = False
        move = self.draft()
        first, second = self.ours(move)
        self.assertEqual((first["level"], second["level"]), ("warning", "warning"))
        self.assertEqual(first["action"]["res_id"], self.town.id)
        self.assertIn("Engagement number missing", second["message"])
        self.assertNotIn("action", second, "it is solved on this form")
        self.company.chorus_pro_posting_check = "block"
        self.assertEqual({a["level"] for a in self.ours(move)}, {"danger"})
        self.company.chorus_pro_posting_check = "none"
        self.assertEqual(self.ours(move), [])

    def test_good_or_private_drafts_show_nothing(self):
        good = self.draft(purchase_order_reference="EJ-1")
        self.assertEqual(self.ours(good), [])
        self.assertEqual(self.ours(self.draft(self.private)), [])

    def test_posted_invoice_shows_one_line(self):
        self.town.company_registry = False
        move = self.draft()
        move.action_post()
        (alert,) = self.ours(move)
        self.assertEqual(alert["level"], "danger")
        self.assertIn("no SIRET of 14 digits", alert["message"])
        self.assertIn("2 problems in all", alert["message"])
        self.town.company_registry = "21990001600011"
        (alert,) = self.ours(move)
        self.assertNotIn("in all", alert["message"])
        move.purchase_order_reference = "EJ-1"
        self.assertEqual(self.ours(move), [])

    def test_queued_invoice_shows_nothing(self):
        move = self.draft(purchase_order_reference="EJ-1")
        move.action_post()
        move.sudo()._chorus_pro_enqueue()
        self.assertEqual(self.ours(move), [])

    def test_others_than_accountants_see_nothing(self):
        move = self.draft()
        employee = self.env["res.users"].create(
            {
                "name": "Employee",
                "login": "chorus_employee",
                "group_ids": [(6, 0, self.env.ref("base.group_user").ids)],
            }
        )
        self.assertNotIn(
            "chorus_pro", str(move.with_user(employee).sudo()._get_alerts())
        )
