"""After the upgrade the main job goes on with what the first version had begun."""

import sqlite3
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.simulator import create_app
from odoo.addons.l10n_fr_chorus_pro.tests.upgrade_common import UpgradeCommon


@tagged(
    "post_install_l10n",
    "post_install",
    "-at_install",
    "-standard",
    "chorus_long",
    "chorus_upgrade",
)
class TestUpgradeLedger(UpgradeCommon):
    """The memory of the Demo portal, which older code has written."""

    def columns(self, path):
        """{(table, column)} of a ledger."""
        with sqlite3.connect(path) as db:
            return set(
                db.execute(
                    "SELECT m.name, c.name FROM sqlite_master m,"
                    " pragma_table_info(m.name) c WHERE m.type = 'table'"
                )
            )

    def test_it_gets_the_form_of_a_new_one(self):
        self.ledger()
        new = self.portal_file + ".new"
        self.portal = create_app(new)
        self.ledger()
        self.assertEqual(self.columns(self.portal_file), self.columns(new))

    def test_it_tells_the_same(self):
        """What the portal had still to check may be done by now, no more."""
        before, after = self.facts["ledger"], self.ledger()
        for name in ("invoices", "calls"):
            lost = [line for line in before[name] if line not in after[name]]
            self.assertEqual(lost, [], name)
        numbers = [
            [deposit["number"] for deposit in ledger["deposits"]]
            for ledger in (before, after)
        ]
        self.assertEqual(*numbers)


@tagged(
    "post_install_l10n",
    "post_install",
    "-at_install",
    "-standard",
    "chorus_long",
    "chorus_upgrade",
)
class TestUpgradeWork(UpgradeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Nobody waits for his turn in a test.
        cls.company.chorus_pro_calls_second = 0

    def work(self):
        """Let all waiting times be over, send, let the portal check, follow."""
        past = fields.Datetime.now() - timedelta(hours=1)
        rows = self.env["chorus.pro.transmission"].sudo()
        rows.search([("next_try_at", "!=", False)]).next_try_at = past
        flows = self.env["chorus.pro.flow"].sudo()
        flows.search([("state", "=", "sending")]).attempted_at = past
        for _round in range(3):
            self.run_send()
            self.advance(60)
            self.run_follow()

    def filed(self, key):
        """How often the portal holds an invoice."""
        number, company = self.moves[key].name, self.moves[key].company_id
        return len(
            [
                line
                for line in self.ledger()["invoices"]
                if (line["number"], line["supplier"])
                == (number, company.partner_id.company_registry)
            ]
        )

    def test_what_was_on_its_way_arrives_once(self):
        waiting = ("queued", "incident", "killed", "arrived", "deposited")
        self.work()
        self.assertEqual(self.statuses(*waiting), dict.fromkeys(waiting, "available"))
        self.assertEqual(
            {key: self.filed(key) for key in waiting}, dict.fromkeys(waiting, 1)
        )

    def test_nothing_else_is_sent(self):
        deposits = len(self.ledger()["deposits"])
        self.work()
        # "queued" for the first time, "incident" for the second.
        self.assertEqual(len(self.ledger()["deposits"]) - deposits, 1)
        self.assertEqual(self.row("waiting").state, "to_send")
        self.assertTrue(self.other._chorus_pro_pause_line())

    def test_statuses_are_followed(self):
        move, row = self.moves["approved"], self.row("approved")
        before = row.status_ids
        self.act(move, "COMPTABILISEE")
        self.run_follow()
        self.assertEqual(move.chorus_pro_status, "accounted")
        self.assertEqual(len(row.status_ids - before), 1)

    def test_what_was_refused_is_sent_again(self):
        """Also what was refused for a closed entity, once that one is read anew."""
        closed = self.moves["rejected"]
        self.assertNotIn(closed, closed._chorus_pro_enqueue())
        entity = closed.commercial_partner_id.with_user(self.officer)
        with self.portal_session():
            entity.action_chorus_pro_sync()
        for key in ("failed", "rejected"):
            self.moves[key].buyer_reference = "UFR-SCI"
            self.moves[key].purchase_order_reference = "EJ-2"
        again = ("failed", "rejected", "too large", "to send", "sent again")
        again += ("credit note to send",)
        queued = self.env["account.move"].union(*(self.moves[key] for key in again))
        self.assertEqual(queued._chorus_pro_enqueue(), queued)
        self.work()
        self.assertEqual(self.statuses(*again), dict.fromkeys(again, "available"))
        self.assertEqual(self.row("rejected").attempt, 2)
        self.assertEqual(self.row("credit note to send").flow_id.state, "integrated")

    def test_an_officer_ends_the_question_about_a_lost_answer(self):
        row = self.row("never arrived")
        with self.portal_session():
            row.with_user(self.officer).action_deposit_again()
        self.work()
        self.assertEqual(self.moves["never arrived"].chorus_pro_status, "available")
        self.assertFalse(self.moves["never arrived"].activity_ids)

    def test_a_refused_invoice_is_replaced(self):
        move = self.moves["refused"].with_user(self.officer)
        action = move.action_chorus_pro_reissue()
        successor = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(successor.chorus_pro_reissue_of_id, self.moves["refused"])

    def test_frozen_invoices_are_guarded(self):
        self.assertTrue(self.moves["credit note"]._chorus_pro_is_frozen())
        with self.assertRaises(UserError):
            self.moves["credit note"].chorus_pro_original_number = "Another"
