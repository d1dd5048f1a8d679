"""Faults of other addons on one record: neither its company nor the others wait."""

import logging
from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.models import (
    account_move_chorus,
    chorus_pro_flow_answer,
    chorus_pro_flow_follow,
)
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
            account_move_chorus,
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
