"""What an invoice shows of its life at Chorus Pro: summary, stage, story."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import const
from odoo.addons.l10n_fr_chorus_pro.chorus_api.codes import INVOICE_STATUSES
from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_state import TRANSMISSION_STATES
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

SINCE = fields.Datetime.to_datetime("2026-03-09 10:12:00")
# state of the attempt -> summary, whatever the portal says
FIXED = {
    "to_send": "queued",
    "sending": "queued",
    "unknown": "unknown",
    "failed": "error",
    "deposited": "sent",
    "rejected": "rejected",
    "cancelled": "to_send",
}
# state of the attempt -> summary as long as the portal says nothing that is known
FALLBACKS = {"integrated": "filed", "elsewhere": "elsewhere"}
# state of the attempt with a file -> may the invoice's routing be changed?
EDITABLE = {
    "to_send": False,
    "sending": False,
    "unknown": False,
    "failed": True,
    "deposited": False,
    "integrated": False,
    "rejected": True,
    "elsewhere": False,
    "cancelled": True,
}
REFRESHABLE = {"deposited", "unknown", "integrated", "elsewhere"}
LIST_FIELDS = [
    "name",
    "commercial_partner_id",
    "chorus_pro_status",
    "chorus_pro_siret",
    "purchase_order_reference",
    "buyer_reference",
]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMoveStatus(ChorusProCommon):
    """One stored word for lists and filters, one sentence for the tab."""

    def setUp(self):
        super().setUp()
        self.move = self.make_invoice()

    def attempt(self, move=None, **values):
        """An attempt of an invoice in its company's environment."""
        Transmission = self.env["chorus.pro.transmission"].sudo()
        values = {"state_since": SINCE, **values}
        return Transmission.create(Transmission._prepare(move or self.move, **values))

    # === SUMMARY === #

    def test_every_state_with_every_status(self):
        row = self.attempt()
        states = [state for state, _label in TRANSMISSION_STATES]
        self.assertEqual({*FIXED, *FALLBACKS}, set(states))
        for state in states:
            for code in (False, "NEW_CODE", *INVOICE_STATUSES):
                with self.subTest(f"{state} {code}"):
                    row.write({"state": state, "portal_status": code})
                    known = INVOICE_STATUSES.get(code)
                    fallback = FALLBACKS.get(state)
                    expected = known.summary if known and fallback else fallback
                    self.assertEqual(
                        self.move.chorus_pro_status, FIXED.get(state, expected)
                    )

    def test_without_an_attempt(self):
        self.assertEqual(self.move.chorus_pro_status, "to_send")
        draft = self.make_invoice(post=False)
        self.assertFalse(draft.chorus_pro_status)
        draft.action_post()
        self.assertEqual(draft.chorus_pro_status, "to_send")
        draft.button_draft()
        self.assertFalse(draft.chorus_pro_status)
        draft.button_cancel()
        self.assertFalse(draft.chorus_pro_status)
        refund = self.make_invoice(move_type="out_refund")
        self.assertEqual(refund.chorus_pro_status, "to_send")
        bill = self.make_invoice(
            move_type="in_invoice", partner_bank_id=False, ref="F-1"
        )
        self.assertFalse(bill.chorus_pro_status)

    def test_customer_that_becomes_public(self):
        private = self.env["res.partner"].create(
            {"name": "Régie des transports", "is_company": True}
        )
        contact = self.env["res.partner"].create(
            {"name": "Accueil", "parent_id": private.id}
        )
        moves = self.make_invoice(private) | self.make_invoice(contact)
        self.assertEqual(moves.mapped("chorus_pro_status"), [False, False])
        private.chorus_pro_is_public = True
        self.assertEqual(moves.mapped("chorus_pro_status"), ["to_send", "to_send"])
        self.assertEqual(
            self.env["account.move"].search(
                [("chorus_pro_status", "=", "to_send"), ("id", "in", moves.ids)]
            ),
            moves.sorted("id", reverse=True),
        )
        private.chorus_pro_is_public = False
        self.assertEqual(moves.mapped("chorus_pro_status"), [False, False])

    def test_last_attempt_counts(self):
        self.attempt(state="rejected")
        self.assertEqual(self.move.chorus_pro_status, "rejected")
        second = self.attempt()
        self.assertEqual(second.attempt, 2)
        self.assertEqual(self.move.chorus_pro_transmission_id, second)
        self.assertEqual(self.move.chorus_pro_status, "queued")
        second.state = "cancelled"
        self.assertEqual(self.move.chorus_pro_status, "rejected")

    def test_attempts_of_other_environments_do_not_count(self):
        self.attempt(state="integrated", environment="qualification")
        self.assertEqual(self.move.chorus_pro_status, "to_send")
        self.attempt(state="deposited")
        self.assertEqual(self.move.chorus_pro_status, "sent")
        with self.portal_session():
            self.company.chorus_pro_environment = "qualification"
        self.assertEqual(self.move.chorus_pro_status, "filed")

    def test_summary_is_stored_and_can_be_searched_and_grouped(self):
        other = self.make_invoice()
        self.attempt(state="integrated", portal_status="MISE_EN_PAIEMENT")
        self.env.flush_all()
        Move = self.env["account.move"]
        domain = [("id", "in", (self.move | other).ids)]
        self.env.cr.execute(
            "SELECT id FROM account_move WHERE chorus_pro_status = 'released'"
        )
        self.assertIn((self.move.id,), self.env.cr.fetchall())
        found = Move.search([*domain, ("chorus_pro_status", "=", "released")])
        self.assertEqual(found, self.move)
        groups = Move._read_group(domain, ["chorus_pro_status"], ["__count"])
        self.assertEqual(dict(groups), {"released": 1, "to_send": 1})
        self.assertTrue(Move._fields["chorus_pro_status"].index)

    def test_columns_of_the_kanban_follow_an_invoice_s_life(self):
        found = ["released", "queued", "to_send"]
        self.assertEqual(
            self.env["account.move"]._chorus_pro_order_statuses(found, []),
            ["to_send", "queued", "released"],
        )

    # === STAGE AND STORY === #

    def test_stages(self):
        row = self.attempt(state="integrated")
        stages = [stage for stage, _label in const.STAGES]
        self.assertFalse(self.make_invoice().chorus_pro_stage)
        for code, status in INVOICE_STATUSES.items():
            row.portal_status = code
            expected = status.summary if status.summary in stages else False
            self.assertEqual(self.move.chorus_pro_stage, expected, code)
        row.state = "deposited"
        self.assertEqual(self.move.chorus_pro_stage, "sent")

    def test_every_summary_is_told_in_words(self):
        row = self.attempt()
        for state, code in (
            *((state, False) for state in {*FIXED, *FALLBACKS}),
            *(("integrated", code) for code in INVOICE_STATUSES),
        ):
            row.write({"state": state, "portal_status": code})
            known = INVOICE_STATUSES.get(code)
            told = known and const.ACTION_STORIES.get(known.action)
            story = told or const.STORIES[self.move.chorus_pro_status]
            self.assertTrue(self.move.chorus_pro_story.startswith(story._source), state)

    def test_since_when(self):
        self.assertNotIn("since", self.move.chorus_pro_story)
        row = self.attempt(state="deposited")
        self.assertEqual(
            self.move.chorus_pro_story,
            "Sent, being checked by Chorus Pro. Nothing to do. "
            "Status since 03/09/2026.",
        )
        row.write(
            {
                "state": "integrated",
                "portal_status": "MISE_A_DISPOSITION",
                "portal_status_at": SINCE + timedelta(days=1),
            }
        )
        self.assertEqual(
            self.move.chorus_pro_story,
            "The recipient has it. Nothing to do. Status since 03/10/2026.",
        )

    def test_reasons_are_told_once(self):
        row = self.attempt(state="failed", error="Text of Odoo.")
        self.assertEqual(self.move.chorus_pro_story.count("\nText of Odoo."), 1)
        row.write({"portal_comment": "Text of Odoo."})
        self.assertEqual(self.move.chorus_pro_story.count("Text of Odoo."), 1)
        row.write({"portal_comment": "Pièce manquante"})
        lines = self.move.chorus_pro_story.splitlines()
        self.assertEqual(lines[1:], ["Text of Odoo.", "Pièce manquante"])

    def test_why_the_queue_waits(self):
        row = self.attempt()
        with self.portal_session():
            gate = self.company._chorus_pro_gate()
        self.assertEqual(len(self.move.chorus_pro_story.splitlines()), 1)
        gate.write(
            {
                "pause_code": "token_refused",
                "paused_until": fields.Datetime.now() + timedelta(hours=1),
            }
        )
        self.env.invalidate_all()
        reason = self.move.chorus_pro_story.splitlines()[1]
        self.assertEqual(reason, const.ERRORS["token_refused"]._source)
        for state in ("deposited", "unknown", "integrated", "failed"):
            row.state = state
            told = reason in self.move.chorus_pro_story
            self.assertEqual(told, state in ("deposited", "unknown"), state)
        row.state = "to_send"
        gate.paused_until = fields.Datetime.now() - timedelta(hours=1)
        self.env.invalidate_all()
        self.assertEqual(len(self.move.chorus_pro_story.splitlines()), 1)

    def test_private_invoices_tell_nothing(self):
        self.entity.chorus_pro_is_public = False
        self.assertFalse(self.move.chorus_pro_story)
        self.assertFalse(self.move.chorus_pro_stage)
        self.assertFalse(self.move.chorus_pro_problems)

    def test_history_newest_first_of_this_environment(self):
        row = self.attempt(state="integrated")
        old = self.attempt(state="integrated", environment="qualification")
        Status = self.env["chorus.pro.status"].sudo()
        first, last, _other = Status.create(
            [
                {"transmission_id": row.id, "portal_ref": "1", "code": "DEPOSEE"},
                {"transmission_id": row.id, "portal_ref": "2", "code": "NEW_CODE"},
                {"transmission_id": old.id, "portal_ref": "1", "code": "DEPOSEE"},
            ]
        )
        first.date, last.date = SINCE, SINCE + timedelta(minutes=1)
        self.assertEqual(self.move.chorus_pro_status_ids.ids, [last.id, first.id])
        self.assertEqual(
            self.move.chorus_pro_status_ids.mapped("label"), ["NEW_CODE", "Filed"]
        )
        last.date = False
        self.assertEqual(last.move_id, self.move)
        self.assertEqual(self.move.chorus_pro_status_ids[:1], last)

    # === WHAT MAY BE DONE === #

    def test_what_may_be_done_in_each_state(self):
        self.assertTrue(self.move.chorus_pro_editable)
        self.assertFalse(self.move.chorus_pro_can_refresh)
        row = self.attempt(checksum="00")
        for state, editable in EDITABLE.items():
            with self.subTest(state):
                row.state = state
                self.assertEqual(self.move.chorus_pro_editable, editable)
                refreshable = state in REFRESHABLE
                self.assertEqual(self.move.chorus_pro_can_refresh, refreshable)

    def test_queued_invoice_can_be_corrected_until_its_file_is_made(self):
        row = self.attempt()
        self.assertTrue(self.move.chorus_pro_editable)
        row.checksum = "00"
        self.assertFalse(self.move.chorus_pro_editable)

    def test_final_status_is_not_asked_for_again(self):
        row = self.attempt(state="integrated", portal_status="MANDATEE")
        self.assertTrue(self.move.chorus_pro_can_refresh)
        row.portal_status = "MISE_EN_PAIEMENT"
        self.assertFalse(self.move.chorus_pro_can_refresh)

    # === POSTING === #

    def triggers(self):
        """How often the sending scheduled action was asked for."""
        cron = self.env.ref("l10n_fr_chorus_pro.ir_cron_send_1")
        triggers = self.env["ir.cron.trigger"].sudo()
        return triggers.search_count([("cron_id", "=", cron.id)])

    def test_posting_is_dated_and_wakes_what_sends_by_itself(self):
        before = fields.Datetime.now()
        self.assertGreaterEqual(self.make_invoice().chorus_pro_posted_at, before)
        self.assertEqual(self.triggers(), 0, "nothing is sent by itself")
        self.company.chorus_pro_auto_send = True
        self.make_invoice(self.partner_a)
        self.assertEqual(self.triggers(), 0, "no public entity")
        bill = self.make_invoice(
            move_type="in_invoice", partner_bank_id=False, ref="F-1"
        )
        self.assertFalse(bill.chorus_pro_posted_at)
        self.assertEqual(self.triggers(), 0, "no customer invoice")
        self.make_invoice()
        self.assertEqual(self.triggers(), 1)

    # === SPEED === #

    def test_list_costs_the_same_for_ten_and_for_fifty(self):
        values = {"move_type": "out_invoice", "partner_id": self.entity.id}
        moves = self.env["account.move"].create([values] * 50)
        for number, move in enumerate(moves):
            self.attempt(move, state="deposited", number=f"F-{number}")
        self.count_queries(moves[:10])  # warms caches that are no part of it
        ten = self.count_queries(moves[:10])
        self.assertGreater(ten, 0)
        self.assertEqual(self.count_queries(moves), ten)

    def count_queries(self, moves):
        """Queries that the list of these invoices costs the clerk."""
        self.env.flush_all()
        self.env.invalidate_all()
        moves = moves.with_user(self.clerk)
        before = self.env.cr.sql_log_count
        rows = moves.search([("id", "in", moves.ids)]).web_read(
            {name: {} for name in LIST_FIELDS}
        )
        self.assertEqual({row["chorus_pro_status"] for row in rows}, {"sent"})
        self.assertEqual(len(rows), len(moves))
        return self.env.cr.sql_log_count - before

    def test_current_attempts_of_many_cost_no_more_than_of_two(self):
        moves = self.env["account.move"].union(
            *(self.make_invoice() for _index in range(12))
        )
        for move in moves:
            self.attempt(move, state="rejected")
            self.attempt(move, state="integrated", attempt=2)
        counts = []
        # The first time, what users may read is looked up too.
        for some in (moves[:1], moves[:2], moves):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = some.chorus_pro_transmission_id
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(found.mapped("attempt"), [2] * len(some))
        self.assertEqual(counts[1], counts[2], counts)
