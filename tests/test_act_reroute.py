"""A_RECYCLER: the invoice goes to its right recipient, once, whatever is lost."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2 import errors as pg_errors

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.tests.act_common import (
    BOTH,
    RECYCLER,
    TOWN,
    ActCommon,
)

ASKED_ACTIVITY = "l10n_fr_chorus_pro.mail_activity_request"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestActReroute(ActCommon):
    def setUp(self):
        super().setUp()
        self.refuse("A_RECYCLER", "Mauvais destinataire")
        self.assertEqual(self.move.chorus_pro_action, "reroute")

    # === DONE === #

    def test_the_dialog_follows_service_and_recipient(self):
        service = self.env["chorus.pro.service"].sudo()
        service = service.create(
            {"partner_id": self.entity.id, "code": "DIR-9", "name": "Directory"}
        )
        wizard = self.env["chorus.pro.reroute"]._open_for(self.move)
        with Form(wizard) as dialog:
            dialog.service_id = service
            self.assertEqual(dialog.service, "DIR-9")
            dialog.recipient_id = self.entity.copy({"is_company": True})
            self.assertFalse(dialog.service_id)
            self.assertFalse(dialog.service)

    def test_the_invoice_goes_to_its_right_recipient(self):
        before = self.row.checksum, self.move.partner_id
        other = self.make_entity(BOTH, "Destinataire EJ et service", "both")
        self.reroute(
            recipient_id=other.id, service="COMPTA", engagement="EJ-77", comment="Là"
        )
        self.assertEqual(self.asked.state, "prepared")
        self.assertFalse(self.move.chorus_pro_action)
        self.assertIn("on its way", self.move.chorus_pro_request_story)
        self.assertEqual(self.calls(), 0)
        self.run_act()
        request = self.asked
        self.assertEqual((request.state, request.followed), ("done", True))
        self.assertEqual(
            (
                request.recipient_id,
                request.recipient_siret,
                request.service,
                request.engagement,
            ),
            (other, BOTH, "COMPTA", "EJ-77"),
        )
        self.assertEqual(request.user_id, self.officer)
        self.assertTrue(request.done_at)
        self.assertEqual(self.filed_now["recipient"], BOTH)
        self.assertEqual(self.filed_now["engagement"], "EJ-77")
        self.assertEqual(self.calls(), 1)
        self.assertEqual(self.move.buyer_reference, "COMPTA")
        self.assertEqual(self.move.purchase_order_reference, "EJ-77")
        self.assertEqual((self.row.checksum, self.move.partner_id), before)
        self.assertEqual(self.move.chorus_pro_status, "filed")
        self.assertIn("re-routed to Destinataire EJ et service", self.chatter()[-2])

    def test_what_is_left_empty_stays(self):
        with self.assertRaisesRegex(UserError, "on its way"):
            self.move.purchase_order_reference = "EJ-1"
        self.dialog("reroute", engagement="EJ-2").action_confirm()
        self.run_act()
        request = self.asked
        self.assertEqual((request.recipient_id, request.service), (self.entity, False))
        self.assertEqual(self.move.purchase_order_reference, "EJ-2")
        self.assertEqual(self.filed_now["recipient"], self.entity.company_registry)

    def test_several_with_the_same_answer(self):
        second = self.make_invoice()
        self.integrate(second)
        self.refuse("A_RECYCLER", "Mauvais destinataire", second)
        third = self.make_invoice()
        moves = self.move | second | third
        wizard = self.dialog(
            "reroute", moves=moves, recipient_id=self.other.id, engagement="EJ-9"
        )
        self.assertEqual(wizard.move_ids, self.move | second)
        self.assertIn(second.name, wizard.reasons)
        notice = wizard.action_confirm()
        self.assertIn("2 of 2", notice["params"]["message"])
        self.run_act()
        self.assertEqual(self.calls(), 2)
        held = {i["number"]: i["recipient"] for i in self.ledger()["invoices"]}
        self.assertEqual(held[second.name], TOWN)
        self.assertEqual(held[self.move.name], TOWN)

    def test_again_after_a_second_refusal(self):
        self.reroute()
        self.run_act()
        self.refuse("A_RECYCLER", "Toujours pas")
        self.assertEqual(self.move.chorus_pro_action, "reroute")
        self.reroute(recipient_id=self.entity.id)
        self.run_act()
        self.assertEqual(self.asked.mapped("state"), ["done", "done"])
        self.assertEqual(self.calls(), 2)

    # === REFUSED === #

    def test_who_may_ask(self):
        for user in (self.clerk,):
            with self.assertRaises(AccessError):
                self.dialog("reroute", user)
        wizard = self.dialog("reroute")
        with self.assertRaises(AccessError):
            wizard.with_user(self.clerk).action_confirm()
        self.assertFalse(self.asked)

    def test_wrong_status_before_asking(self):
        self.refuse("MISE_A_DISPOSITION")
        with self.assertRaisesRegex(UserError, "does not wait for this"):
            self.dialog("reroute")

    def test_the_status_changed_since(self):
        self.reroute()
        self.force("REJETEE", "Trop tard")
        self.run_act()
        request = self.asked
        self.assertEqual((request.state, request.error_code), ("refused", "moved_on"))
        self.assertIn("Rejected by the recipient", request.error)
        self.assertEqual(self.calls(), 0)
        self.assertEqual(self.move.chorus_pro_status, "rejected")
        self.assertIn("not re-routed", self.chatter()[-2])

    def test_refusal_of_the_portal(self):
        stranger = self.make_entity("99999999900016", "Nobody")
        self.reroute(recipient_id=stranger.id)
        self.run_act()
        request = self.asked
        self.assertEqual((request.state, request.error_code), ("refused", "business"))
        self.assertIn("destinataire est inconnu", request.error)
        self.assertEqual(self.move.chorus_pro_action, "reroute")
        self.assertIn("inconnu", self.move.chorus_pro_request_story)

    def test_what_the_portal_would_refuse_is_told_at_once(self):
        demanding = self.make_entity("21990003200012", "Demanding", "both")
        private = self.make_entity("30000000100015", "P", chorus_pro_is_public=False)
        nameless = self.make_entity("1", "Nameless")
        either = self.make_entity("21990003200013", "Either", "either")
        services = self.env["chorus.pro.service"].sudo()
        closed = services.create(
            {
                "partner_id": self.other.id,
                "code": "OLD",
                "name": "Closed",
                "active": False,
                "engagement_required": True,
            }
        )
        for values, words in (
            ({"recipient_id": demanding.id}, "requires a service"),
            ({"recipient_id": demanding.id}, "requires an engagement number"),
            ({"recipient_id": either.id}, "a service or an engagement number"),
            ({"recipient_id": private.id}, "is no public entity"),
            ({"recipient_id": nameless.id}, "SIRET"),
            ({"service": closed.code}, "The service OLD is closed"),
            ({"service": closed.code}, "OLD requires an engagement number"),
            ({"engagement": "x" * 51}, "at most 50 characters"),
            ({"comment": "x" * 2001}, "2000 characters at most"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.reroute(**values)
        self.assertFalse(self.asked)

    def test_one_living_request_of_a_kind(self):
        self.reroute()
        with self.assertRaisesRegex(UserError, "asked before"):
            self.dialog("reroute")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(pg_errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.asked.copy()
            self.env.flush_all()

    def test_taken_back(self):
        self.reroute()
        request = self.asked.with_user(self.officer)
        with self.assertRaises(AccessError):
            request.with_user(self.clerk).action_cancel()
        with self.assertRaisesRegex(UserError, "over already"):
            request.action_give_up()
        request.action_cancel()
        self.assertEqual(request.state, "cancelled")
        self.run_act()
        self.assertEqual(self.calls(), 0)
        self.assertEqual(self.move.chorus_pro_action, "reroute")

    def test_another_environment_takes_it_back(self):
        self.reroute()
        self.go_to("qualification")
        self.assertEqual(self.asked.state, "cancelled")

    # === LOST === #

    def lose(self, fault="timeout_after"):
        """Ask for a re-routing whose answer is lost; the pause is over."""
        self.fault(fault, RECYCLER.replace("/v1/", "/"))
        self.reroute(engagement="EJ-5")
        self.run_act()
        self.assertEqual(self.asked.state, "unknown")
        self.end_pause()

    def test_lost_answer_is_looked_up_and_never_repeated(self):
        self.lose()
        self.assertEqual(self.calls(), 1)
        self.assertIn("answer of Chorus Pro was lost", self.chatter()[-1])
        self.assertFalse(self.move.chorus_pro_action)
        self.run_act()
        self.assertEqual(self.asked.state, "done")
        self.assertEqual(self.calls(), 1)
        self.assertEqual(self.move.purchase_order_reference, "EJ-5")
        self.assertEqual(self.move.chorus_pro_status, "filed")

    def test_lost_before_the_portal_did_it(self):
        self.lose("timeout_before")
        for _run in range(3):
            self.run_act()
        self.assertEqual((self.asked.state, self.asked.checks), ("unknown", 3))
        self.assertEqual(self.calls(), 0)
        self.assertFalse(self.move.activity_search([ASKED_ACTIVITY]))
        self.asked.attempted_at = fields.Datetime.now() - timedelta(days=2)
        self.run_act()
        activity = self.move.activity_search([ASKED_ACTIVITY])
        self.assertEqual(activity.user_id, self.officer)
        self.run_act()
        self.assertEqual(len(self.move.activity_search([ASKED_ACTIVITY])), 1)
        with self.assertRaises(AccessError):
            self.asked.with_user(self.clerk).action_give_up()
        self.asked.with_user(self.officer).action_give_up()
        self.assertFalse(self.move.activity_search([ASKED_ACTIVITY]))
        self.assertEqual(self.move.chorus_pro_action, "reroute")
        self.reroute()
        self.run_act()
        self.assertEqual(self.asked.mapped("state"), ["cancelled", "done"])
        self.assertEqual(self.calls(), 1)

    def test_lost_and_the_recipient_went_on(self):
        self.lose("timeout_before")
        self.force("REJETEE", "Trop tard")
        self.run_act()
        request = self.asked
        self.assertEqual((request.state, request.error_code), ("refused", "not_done"))
        self.assertIn("Rejected by the recipient", request.error)

    def test_a_person_looks_again(self):
        self.lose()
        request = self.asked.with_user(self.officer)
        with self.assertRaises(AccessError):
            self.asked.with_user(self.clerk).action_look_again()
        with self.portal_session():
            request.action_look_again()
        self.assertEqual(request.state, "done")
        self.assertEqual(self.move.purchase_order_reference, "EJ-5")

    def test_worker_dies_before_the_call(self):
        self.reroute()
        with self.killed_in("chorus.pro.request", "_act"), self.worker() as env:
            env["chorus.pro.request"]._cron_act()
        self.assertEqual((self.asked.state, self.calls()), ("sending", 0))
        self.run_act()
        self.assertEqual(self.asked.state, "sending")
        self.asked.attempted_at = fields.Datetime.now() - timedelta(minutes=3)
        self.run_act()
        self.assertEqual((self.asked.state, self.calls()), ("unknown", 0))

    def test_worker_dies_after_the_portal_did_it(self):
        self.reroute()
        self.intercept(after=self.die, service=RECYCLER)
        with self.killed(), self.worker() as env:
            env["chorus.pro.request"]._cron_act()
        self.intercept()
        self.assertEqual((self.asked.state, self.calls()), ("sending", 1))
        self.asked.attempted_at = fields.Datetime.now() - timedelta(minutes=3)
        self.run_act()
        self.run_act()
        self.assertEqual((self.asked.state, self.calls()), ("done", 1))

    def test_worker_dies_after_the_answer_was_committed(self):
        self.reroute(engagement="EJ-6")
        with (
            self.killed_in("chorus.pro.request", "_follow_answer"),
            self.worker() as env,
        ):
            env["chorus.pro.request"]._cron_act()
        self.assertEqual((self.asked.state, self.asked.followed), ("done", False))
        self.run_act()
        self.assertTrue(self.asked.followed)
        self.assertEqual(self.move.purchase_order_reference, "EJ-6")
        self.assertEqual(self.calls(), 1)

    # === THE QUEUE WAITS === #

    def test_what_did_not_arrive_goes_again(self):
        self.reroute()
        with self.answers("unreachable", "recycler"):
            self.run_act()
        request = self.asked
        self.assertEqual(
            (request.state, request.error_code), ("prepared", "unreachable")
        )
        self.assertTrue(self.gate().paused_until)
        self.run_act()
        self.assertEqual(self.calls(), 0)
        self.end_pause()
        self.run_act()
        self.assertEqual((request.state, request.error), ("done", False))
        self.assertEqual(request.tries, 2)

    def test_the_portal_does_not_answer_the_question_before(self):
        self.reroute()
        with self.answers("timeout", "consulter_historique"):
            self.run_act()
        self.assertEqual((self.asked.state, self.calls()), ("prepared", 0))
        self.assertTrue(self.gate().paused_until)

    def test_the_portal_does_not_know_the_invoice(self):
        self.reroute()
        label = "GDP_MSG_11.008"
        with self.answers("business", "consulter_historique", label=label):
            self.run_act()
        self.assertEqual(self.asked.state, "refused")
        self.assertIn("does not know this invoice", self.asked.error)

    def test_a_fault_of_ours_stops_no_other(self):
        self.reroute()
        with (
            self.broken("_read_mark"),
            self.assertLogs("odoo.addons.l10n_fr_chorus_pro", "ERROR"),
        ):
            self.run_act()
        self.assertEqual(self.asked.state, "prepared")
        self.assertEqual(self.gate().pause_code, "internal")

    def test_a_fault_of_ours_in_what_follows(self):
        self.reroute()
        log = "odoo.addons.l10n_fr_chorus_pro"
        with self.broken("_follow_done"), self.assertLogs(log, "ERROR"):
            self.run_act()
        self.assertEqual((self.asked.state, self.asked.followed), ("done", False))
        second = self.make_invoice()
        self.integrate(second)
        with self.broken("_follow_done"), self.assertLogs(log, "ERROR"):
            self.run_act()
        self.end_pause()
        self.run_act()
        self.assertTrue(self.asked.followed)

    def broken(self, method):
        """A fault of ours in a method of the requests."""
        model = type(self.env["chorus.pro.request"])
        return patch.object(model, method, side_effect=ValueError("broken"))
