"""Lanes: who takes which invoices, and what a lane leaves to the others."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.models import (
    chorus_pro_flow_deposit,
    chorus_pro_transmission_claim,
)
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

FAULT = "a fault of a programmer"
DEPOSITS = "odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_flow_deposit"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineLanes(EngineCommon):
    SPARE = 4

    def setUp(self):
        super().setUp()
        self.moves = self.move.union(*(self.make_invoice() for _index in range(3)))
        self.moves._chorus_pro_enqueue()
        self.rows = self.moves.sudo().chorus_pro_transmission_id.sorted("id")

    @contextmanager
    def lane(self):
        """The rows as another lane sees them, on a cursor of its own."""
        with self.worker() as env:
            yield env["chorus.pro.transmission"], self.company.with_env(env)

    def take(self):
        """Ids of the rows that a lane takes to make their files."""
        with self.lane() as (rows, company):
            taken = rows._take_unfrozen(company)
            return taken.ids

    def state(self):
        self.env.invalidate_all()
        return self.rows.mapped("state")

    # === CLAIMS === #

    def test_two_lanes_never_make_the_same_file(self):
        self.patch(chorus_pro_transmission_claim, "RENDER_BATCHES", (3, 1))
        self.assertEqual(self.take(), self.rows.ids[:3])
        self.assertEqual(self.take(), self.rows.ids[3:])
        self.assertEqual(self.take(), [])
        flows = self.env["chorus.pro.flow"].sudo()
        self.assertEqual(flows._count_ready(), 0)

    def test_the_claim_of_a_dead_lane_ends_by_itself(self):
        self.take()
        self.env.invalidate_all()
        self.assertEqual(set(self.rows.mapped("render_tries")), {1})
        self.rows.render_until = fields.Datetime.now() - timedelta(seconds=1)
        # Fewer at a time: one of them may have killed it.
        batches = [self.take(), self.take()]
        self.assertEqual(batches, [self.rows.ids, []])
        self.patch(chorus_pro_transmission_claim, "RENDER_BATCHES", (20, 1, 1))
        self.rows.write({"render_tries": 1, "render_until": False})
        self.assertEqual(self.take(), self.rows.ids[:1])

    def test_an_invoice_that_kills_every_lane_is_given_up_and_stops_no_other(self):
        bad = self.rows[0]
        bad.render_tries = len(chorus_pro_transmission_claim.RENDER_BATCHES)
        self.run_send()
        self.assertEqual(self.state(), ["failed", *["deposited"] * 3])
        self.assertEqual((bad.error_code, bad.error), ("render", self.words("render")))
        self.assertEqual(bad.render_tries, 0)

    def test_the_scheduler_comes_back_when_a_claim_ends(self):
        self.take()
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([]).unlink()
        self.run_send()
        self.env.invalidate_all()
        self.assertEqual(
            triggers.search([]).mapped("call_at"), [self.rows[0].render_until]
        )

    def test_a_file_is_frozen_once_though_two_lanes_made_it(self):
        with self.lane() as (rows, company):
            rendering = rows.browse(self.rows.ids)._render_alone()
            env = rows.env
            env.cr.rollback()
            first = rows.browse(self.rows.ids[0])
            self.assertTrue(first._freeze_alone(rendering))
            checksum = first.checksum
            self.assertFalse(first._freeze_alone(rendering))
            self.assertEqual(first.checksum, checksum)
            self.assertEqual(company.env, env)

    # === DEPOSITS ARE FILLED === #

    def test_what_is_frozen_waits_for_what_another_lane_makes(self):
        self.patch(chorus_pro_transmission_claim, "RENDER_BATCHES", (1, 1))
        [taken] = self.take()
        self.run_send()
        self.env.invalidate_all()
        self.assertEqual(self.posts(), 0)
        self.assertEqual(len(self.rows.filtered("checksum")), 3)
        self.assertEqual(self.env["chorus.pro.flow"].sudo()._count_ready(), 0)
        # It is dead, or slow: the others do not wait for ever.
        self.patch(chorus_pro_flow_deposit, "HOLD", timedelta(seconds=-60))
        self.rows.filtered("checksum").flush_recordset()
        with self.worker() as env:
            gate = self.company.with_env(env)._chorus_pro_gate()
            flow = env["chorus.pro.flow"]._group(gate)
            self.assertEqual(len(flow.transmission_ids), 3)
            self.assertNotIn(taken, flow.transmission_ids.ids)

    def test_a_full_deposit_goes_before_further_files_are_made(self):
        self.patch(chorus_pro_transmission_claim, "RENDER_BATCHES", (2, 1))
        self.patch(chorus_pro_flow_deposit, "FLOW_INVOICES", 2)
        seen = []
        self.intercept(before=lambda: seen.append(len(self.rendered)))
        self.run_send()
        self.assertEqual((seen, self.posts()), ([1, 2], 2))

    # === NO STARVATION, NO HOT LOOP === #

    def test_what_failed_before_comes_after_what_is_new(self):
        self.patch(chorus_pro_flow_deposit, "FLOW_INVOICES", 1)
        with self.answers("unreachable"):
            self.run_send()
        self.end_pause()
        numbers = []
        deposit = type(self.env["chorus.pro.flow"])._deposit

        def spy(flow, *args):
            numbers.append(flow.transmission_ids.mapped("number"))
            return deposit(flow, *args)

        with patch.object(type(self.env["chorus.pro.flow"]), "_deposit", spy):
            self.run_send()
        self.assertEqual(numbers[-1], [self.rows[0].number])
        self.assertEqual(self.state(), ["deposited"] * 4)

    @mute_logger(DEPOSITS)
    def test_a_fault_in_one_deposit_stops_no_other(self):
        self.patch(chorus_pro_flow_deposit, "FLOW_INVOICES", 1)
        flows, bad = type(self.env["chorus.pro.flow"]), self.rows[0]
        pack = flows._pack

        def broken(flow, transmissions):
            if bad.id in transmissions.ids:
                raise KeyError(FAULT)
            return pack(flow, transmissions)

        with patch.object(flows, "_pack", broken):
            self.run_send()
            self.assertEqual(self.state(), ["to_send", *["deposited"] * 3])
            self.assertEqual(bad.error_code, "internal")
            self.assertGreater(bad.flow_id.next_try_at, fields.Datetime.now())
            self.assertFalse(self.gate().paused_until)
        self.end_pause()
        self.run_send()
        self.assertEqual(self.state(), ["deposited"] * 4)

    # === SETTINGS === #

    def lanes(self):
        return self.env["chorus.pro.flow"].sudo()._lanes().mapped("active")

    def test_the_number_of_lanes_is_a_setting(self):
        self.assertEqual(self.lanes(), [True, False, False, False])
        page = self.env["res.config.settings"].create({})
        self.assertEqual(page.chorus_pro_lanes, "1")
        for number, active in (
            ("3", [True] * 3 + [False]),
            ("1", [True] + [False] * 3),
        ):
            page = self.env["res.config.settings"].create({"chorus_pro_lanes": number})
            page.execute()
            self.assertEqual(self.lanes(), active)

    def test_every_active_lane_is_woken(self):
        flows = self.env["chorus.pro.flow"].sudo()
        flows._set_lanes(2)
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([]).unlink()
        self.env["chorus.pro.transmission"].sudo()._wake()
        self.assertEqual(triggers.search([]).cron_id, flows._lanes()[:2])
        self.assertEqual(len(set(flows._lanes().mapped("code"))), 1)
