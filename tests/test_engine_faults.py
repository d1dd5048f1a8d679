"""Faults of other addons on one record: neither its company nor the others wait."""

import logging
from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError
from odoo.addons.l10n_fr_chorus_pro.models import (
    account_move_automatic,
    chorus_pro_flow_answer,
    chorus_pro_flow_follow,
    chorus_pro_gate_breaker,
)
from odoo.addons.l10n_fr_chorus_pro.tests.act_common import ActCommon
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

FAULT = "a fault of another addon"


class FaultsCommon(EngineCommon):
    @contextmanager
    def broken(self, model, method, bad, error, module):
        """A method raises `error` for one record; the log of `module` tells it."""
        records = type(self.env[model])
        spy = getattr(records, method)

        def failing(these, *args):
            if bad in these.ids:
                raise error
            return spy(these, *args)

        with (
            patch.object(records, method, failing),
            self.assertLogs(module._logger, logging.ERROR) as logs,
        ):
            yield logs
        self.env.invalidate_all()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineFaults(FaultsCommon):
    # === ANSWERS === #

    def test_an_answer_that_cannot_be_followed_stops_nobody(self):
        with self.killed_in("chorus.pro.flow", "_follow_answer"):
            self.send_by_worker(self.move)
        self.assertEqual((self.flow.state, self.row.state), ("deposited", "sending"))
        other = self.make_invoice()
        other._chorus_pro_enqueue()
        with self.broken(
            "chorus.pro.flow",
            "_follow_answer",
            self.flow.id,
            KeyError(FAULT),
            chorus_pro_flow_answer,
        ) as logs:
            self.run_send()
        self.assertEqual(len(logs.output), 1)
        self.assertEqual((other.chorus_pro_status, self.row.state), ("sent", "sending"))
        self.assertFalse(self.gate().paused_until)
        self.run_send()
        self.assertEqual((self.row.state, self.posts()), ("deposited", 2))

    # === QUEUEING BY ITSELF === #

    def test_an_invoice_that_cannot_be_judged_stops_no_other(self):
        self.company.sudo().chorus_pro_auto_send = True
        past = fields.Datetime.subtract(fields.Datetime.now(), minutes=1)
        self.company.sudo().chorus_pro_auto_send_since = past
        moves = [self.move, *(self.make_invoice() for _index in range(2))]
        for move in moves:
            move.sudo().chorus_pro_posted_at = fields.Datetime.now()
        bad = moves.pop(1)
        with self.broken(
            "account.move",
            "_chorus_pro_terms",
            bad.id,
            UserError(FAULT),
            account_move_automatic,
        ) as logs:
            self.run_send()
            self.assertEqual([m.chorus_pro_status for m in moves], ["sent", "sent"])
        self.assertEqual(len(logs.output), 1)
        self.assertEqual(bad.chorus_pro_status, "to_send")
        self.run_send()
        self.assertEqual(bad.chorus_pro_status, "sent")

    # === FOLLOWING === #

    def test_a_deposit_that_cannot_be_followed_stops_no_other(self):
        other, third = self.make_invoice(), self.make_invoice()
        self.integrate(third)
        self.send(self.move)
        self.send(other)
        self.advance(60)
        self.act(third, "MANDATEE")
        bad, before = self.flow, self.flow.checks
        with self.broken(
            "chorus.pro.flow", "_check", bad.id, KeyError(FAULT), chorus_pro_flow_follow
        ) as logs:
            self.run_follow()
        self.assertEqual(len(logs.output), 1)
        self.assertEqual((bad.state, bad.checks), ("deposited", before + 1))
        self.assertGreater(bad.next_check_at, fields.Datetime.now())
        self.assertEqual(self.attempts(other), ["integrated"])
        self.assertEqual(third.chorus_pro_status, "approved")
        self.assertFalse(self.gate().paused_until)
        self.run_follow()
        self.assertEqual(bad.state, "integrated")

    # === LANES === #

    def test_lanes_that_were_switched_off_are_switched_on_again(self):
        lanes = self.env["chorus.pro.flow"].sudo()._lanes()
        lanes.active = False
        settings = self.env["res.config.settings"]
        page = settings.create({})
        self.assertFalse(page.chorus_pro_lanes)
        page.execute()
        self.assertEqual(lanes.mapped("active"), [False] * 4)
        settings.create({"chorus_pro_lanes": "1"}).execute()
        self.assertEqual(lanes.mapped("active"), [True] + [False] * 3)


class Untold:
    """People cannot be told: a mail template, or the mail server, fails."""

    @contextmanager
    def untold(self, times):
        asks = type(self.env["chorus.pro.ask"])
        with (
            patch.object(
                asks, "_ask", side_effect=KeyError("a broken template")
            ) as ask,
            self.assertLogs(chorus_pro_gate_breaker._logger, logging.ERROR) as logs,
        ):
            yield ask
        self.assertEqual((len(logs.output), ask.call_count), (times, times))
        self.env.invalidate_all()

    @contextmanager
    def killed_in_pause(self):
        with self.killed_in("chorus.pro.gate", "_pause"):
            yield
        self.env.invalidate_all()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineRefusedFirst(Untold, EngineCommon):
    """A refusal is committed before the queue is paused and people are told."""

    def test_a_refusal_stays_one_when_nobody_can_be_told(self):
        for code in ("account_refused", "token_refused", "forbidden"):
            with self.subTest(code), self.untold(1), self.answers(code):
                self.send(self.move) if not self.row else self.run_send()
            self.assertEqual((self.row.state, self.flow.state), ("to_send", "prepared"))
            gate = self.gate()
            self.assertEqual(gate.pause_code, code)
            # The deposit waits exactly as long as the queue.
            self.assertEqual(self.flow.next_try_at, gate.paused_until)
            self.end_pause()
        self.run_send()
        self.assertEqual((self.row.state, self.posts()), ("deposited", 1))

    def test_a_worker_that_dies_in_the_pause_leaves_the_refusal(self):
        with self.answers("account_refused"), self.killed_in_pause():
            self.send_by_worker(self.move)
        self.assertEqual((self.row.state, self.flow.state), ("sending", "prepared"))
        self.assertTrue(self.flow.next_try_at)
        self.run_send()
        self.assertEqual(self.row.state, "to_send")
        # There is no pause of the queue: the worker died before.
        self.assertFalse(self.gate().paused_until)
        self.end_pause()
        self.run_send()
        self.assertEqual((self.row.state, self.posts()), ("deposited", 1))

    def test_a_lost_answer_is_committed_before_the_pause(self):
        with self.answers("timeout"), self.killed_in_pause():
            self.send_by_worker(self.move)
        self.assertEqual(
            (self.flow.state, self.flow.error_code), ("unknown", "timeout")
        )

    def test_thanks_that_cannot_be_said_stop_nothing(self):
        with self.answers("account_refused"):
            self.send(self.move)
        self.end_pause()
        company, broken = type(self.company), KeyError("a broken template")
        with (
            patch.object(company, "_chorus_pro_clear_activity", side_effect=broken),
            self.assertLogs(chorus_pro_gate_breaker._logger, logging.ERROR),
        ):
            self.run_send()
        self.assertEqual((self.row.state, self.gate().failures), ("deposited", 0))
        self.assertFalse(self.gate().paused_until)

    def test_who_dies_while_the_pause_ends_leaves_no_question(self):
        contact = self.company.partner_id
        with self.answers("account_refused"):
            self.send(self.move)
        self.end_pause()
        self.assertTrue(contact.activity_ids)
        with self.killed_in("chorus.pro.gate", "_write_alone"), self.portal_session():
            self.gate()._resume()
        self.env.invalidate_all()
        self.assertFalse(contact.activity_ids)
        self.assertTrue(self.gate().failures, "the next success ends it")

    def test_who_dies_after_the_pause_has_begun_has_the_next_one_ask(self):
        contact = self.company.partner_id
        gates = type(self.env["chorus.pro.gate"])
        with patch.object(gates, "_ask_administrator"), self.answers("forbidden"):
            self.send(self.move)
        self.assertFalse(contact.activity_ids)
        self.end_pause()
        with self.answers("forbidden"):
            self.run_send()
        self.assertEqual(len(contact.activity_ids), 1)

    def test_a_longer_pause_of_another_worker_stays(self):
        with self.portal_session():
            gate = self.company._chorus_pro_gate()
            until = gate._pause(ChorusError("account_refused"))
            error = ChorusError("unreachable")
            reckoned = gate._reckon_pause(error)
            self.assertEqual(reckoned, until)
            self.assertEqual(gate._pause(error, reckoned), until)
        self.assertEqual((gate.pause_code, gate.failures), ("account_refused", 1))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineRefusedFirstAsk(Untold, ActCommon):
    def setUp(self):
        super().setUp()
        self.refuse("A_RECYCLER", "Mauvais destinataire")
        self.reroute()

    def test_a_refused_request_stays_one_when_nobody_can_be_told(self):
        with self.untold(1), self.answers("account_refused", "recycler"):
            self.run_act()
        request, gate = self.asked, self.gate()
        self.assertEqual(
            (request.state, gate.pause_code), ("prepared", "account_refused")
        )
        self.assertEqual(request.next_try_at, gate.paused_until)
        self.end_pause()
        self.run_act()
        self.assertEqual((request.state, self.calls()), ("done", 1))

    def test_a_worker_that_dies_in_the_pause_leaves_the_answer(self):
        for code, state in (("account_refused", "prepared"), ("timeout", "unknown")):
            with (
                self.answers(code, "recycler"),
                self.killed_in_pause(),
                self.worker() as env,
            ):
                env["chorus.pro.request"]._cron_act()
            self.assertEqual((self.asked.state, self.asked.error_code), (state, code))
            self.end_pause()
