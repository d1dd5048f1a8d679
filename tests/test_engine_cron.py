"""The scheduled actions: one bad record, nothing to do, no time left."""

import logging
import time
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from psycopg2 import errors as pg_errors

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client
from odoo.addons.l10n_fr_chorus_pro.models import (
    chorus_pro_flow_deposit,
    chorus_pro_flow_follow,
    chorus_pro_flow_run,
    chorus_pro_transmission_claim,
    chorus_pro_transmission_file,
)
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

FAULT = "a fault of a programmer"
CRON_LOGGER = "odoo.addons.base.models.ir_cron"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineCron(EngineCommon):
    SPARE = 6

    def setUp(self):
        super().setUp()
        self.moves = self.move
        for _index in range(4):
            self.moves += self.make_invoice()
        self.bad = self.moves[2]
        self.good = self.moves - self.bad

    def progress(self):
        """What the last run told the scheduler."""
        return self.env["ir.cron.progress"].sudo().search([], order="id desc", limit=1)

    def summaries(self, moves=None):
        return set((moves or self.moves).mapped("chorus_pro_status"))

    # === ONE BAD RECORD === #

    def check_only_the_bad_one_stays(self):
        self.send(self.moves)
        self.assertEqual(self.summaries(self.good), {"sent"})
        row = self.bad.sudo().chorus_pro_transmission_id
        self.assertEqual((row.state, self.bad.chorus_pro_status), ("failed", "error"))
        self.assertTrue(row.error)
        self.assertEqual(len(self.flow.transmission_ids), 4)

    def break_terms(self, error):
        """The terms of the bad invoice cannot be read any more once it is queued."""
        moves = type(self.env["account.move"])
        terms = moves._chorus_pro_terms

        def broken(move):
            if move.id == self.bad.id and move.chorus_pro_transmission_ids:
                raise error
            return terms(move)

        return patch.object(moves, "_chorus_pro_terms", broken)

    def test_an_invoice_whose_terms_cannot_be_read_stops_no_other(self):
        with self.break_terms(UserError("of another addon")):
            self.check_only_the_bad_one_stays()
        row = self.bad.sudo().chorus_pro_transmission_id
        self.assertIn("of another addon", row.error)

    def test_an_invoice_that_cannot_be_rendered_stops_no_other(self):
        def render(report, moves, failures=None):
            rendered = self._render(moves, failures)
            failures[self.bad.id] = rendered.pop(self.bad.id) and "broken"
            return rendered

        report = type(self.env["ir.actions.report"])
        with patch.object(report, "_chorus_pro_render", render):
            self.check_only_the_bad_one_stays()

    def test_a_fault_while_preparing_costs_only_its_invoice(self):
        with (
            self.break_terms(KeyError(FAULT)),
            self.assertLogs(
                chorus_pro_transmission_file._logger, logging.ERROR
            ) as logs,
        ):
            self.check_only_the_bad_one_stays()
        self.assertEqual(len(logs.output), 1)
        row = self.bad.sudo().chorus_pro_transmission_id
        self.assertIn(FAULT, row.detail)

    def test_an_invoice_that_became_impossible_stops_no_other(self):
        self.moves._chorus_pro_enqueue()
        self.bad.partner_bank_id = False
        self.check_only_the_bad_one_stays()

    def test_a_pdf_that_cannot_be_read_stops_no_other(self):
        def render(report, moves, failures=None):
            return {**self._render(moves, failures), self.bad.id: b"no PDF at all"}

        report = type(self.env["ir.actions.report"])
        with (
            patch.object(report, "_chorus_pro_render", render),
            mute_logger("pypdf._reader"),
        ):
            self.check_only_the_bad_one_stays()

    def deposit_apart(self):
        """One deposit for each invoice."""
        self.patch(chorus_pro_flow_deposit, "FLOW_INVOICES", 1)
        self.send(self.moves)
        self.advance(60)

    def fail_for_the_bad_one(self, verb, error, argument):
        """Calls of a verb of the client that concern the bad invoice fail."""
        call = getattr(Client, verb)
        row = self.bad.sudo().chorus_pro_transmission_id

        def failing(client, *args, **criteria):
            if argument(row) in (*args, *criteria.values()):
                raise error
            return call(client, *args, **criteria)

        return patch.object(Client, verb, failing)

    def test_a_report_that_cannot_be_read_stops_no_other(self):
        self.deposit_apart()
        for code in ("business", "server_error", "not_json", "timeout"):
            self.env["chorus.pro.flow"].sudo().search([]).write({"checks": 0})
            error = ChorusError(code)
            with self.fail_for_the_bad_one(
                "consulter_cr_detaille", error, lambda row: row.flow_number
            ):
                self.run_follow()
            self.assertEqual(self.summaries(self.good), {"available"})
            self.assertEqual(self.bad.chorus_pro_status, "sent")
            flow = self.bad.sudo().chorus_pro_transmission_id.flow_id
            self.assertEqual(flow.checks, 1)
            self.assertFalse(self.gate().paused_until)
        self.run_follow()
        self.assertEqual(self.bad.chorus_pro_status, "available")

    def test_a_history_that_cannot_be_read_stops_no_other(self):
        self.deposit_apart()
        self.run_follow()
        for move in self.moves:
            self.act(move, "MANDATEE")
        with self.fail_for_the_bad_one(
            "consulter_historique",
            ChorusError("server_error"),
            lambda row: row.portal_id,
        ):
            self.run_follow()
        self.assertEqual(self.summaries(), {"approved"})
        codes = [move.sudo().chorus_pro_status_ids[:1].code for move in self.good]
        self.assertEqual(set(codes), {"MANDATEE"})

    def test_a_refusal_that_concerns_the_company_stops_the_run(self):
        self.deposit_apart()
        for code in ("account_refused", "unreachable", "rate_limited"):
            self.gate().unlink()
            with self.answers(code, "consulter_cr_detaille") as calls:
                self.run_follow()
                self.run_follow()
            self.assertEqual(calls.call_count, 1)
            self.assertEqual(self.gate().pause_code, code)

    # === A FAULT OF OURS === #

    def break_for(self, company, method):
        """A method of the engine ends in a fault for one company."""
        flows = type(self.env["chorus.pro.flow"])
        work = getattr(flows, method)

        def broken(flow, first, *args):
            if first == company:
                raise KeyError(FAULT)
            return work(flow, first, *args)

        return patch.object(flows, method, broken)

    def test_a_fault_while_sending_makes_the_company_wait(self):
        with (
            self.break_for(self.company, "_serve"),
            self.assertLogs(chorus_pro_flow_run._logger, logging.ERROR) as logs,
        ):
            self.send(self.moves)
        self.assertIn(self.company.name, logs.output[0])
        self.assertEqual(self.summaries(), {"queued"})
        self.assertEqual(self.gate().pause_code, "internal")
        self.assertIn(FAULT, self.gate().pause_detail)
        self.assertIn(self.words("internal"), self.move.chorus_pro_story)
        self.end_pause()
        self.run_send()
        self.assertEqual(self.summaries(), {"sent"})

    def test_a_fault_while_following_is_tried_again(self):
        self.deposit_apart()
        with (
            self.break_for(self.company, "_follow_company"),
            self.assertLogs(chorus_pro_flow_follow._logger, logging.ERROR) as logs,
        ):
            self.run_follow()
        self.assertIn(self.company.name, logs.output[0])
        self.assertEqual(self.summaries(), {"sent"})
        self.run_follow()
        self.assertEqual(self.summaries(), {"available"})

    def collide_in(self, method):
        """Another worker is faster, whenever a method of the engine runs."""
        model = "transmission" if method == "_render" else "flow"
        records = type(self.env[f"chorus.pro.{model}"])
        collision = pg_errors.SerializationFailure()
        return patch.object(records, method, side_effect=collision)

    def check_too_late(self, method, run):
        """A run that always collides changes nothing; the next one goes on."""
        before = self.summaries()
        with self.collide_in(method), mute_logger(CRON_LOGGER):
            run()
        self.assertEqual(self.summaries(), before)
        self.assertFalse(self.gate().paused_until)
        run()
        self.assertNotEqual(self.summaries(), before)

    def test_a_worker_that_is_always_too_late_goes_on_later(self):
        self.good._chorus_pro_enqueue()
        self.check_too_late("_serve", self.run_send)
        self.bad._chorus_pro_enqueue()
        self.check_too_late("_render", self.run_send)
        self.advance(60)
        self.check_too_late("_follow_company", self.run_follow)

    def test_a_refused_look_at_the_changes_is_no_pause(self):
        self.deposit_apart()
        self.run_follow()
        self.act(self.move, "MANDATEE")
        with self.answers("business", "rechercher_fournisseur"):
            self.run_follow()
        self.assertFalse(self.gate().paused_until)
        self.run_follow()
        self.assertEqual(self.move.chorus_pro_status, "approved")

    # === WHAT IS LEFT === #

    def test_nothing_is_left_when_all_went(self):
        self.send(self.moves)
        self.assertEqual(
            (self.progress().remaining, self.progress().done > 0), (0, True)
        )

    def test_nothing_to_do_is_nothing_left(self):
        self.run_send()
        self.assertEqual((self.progress().remaining, self.progress().done), (0, 0))
        self.run_follow()
        self.assertEqual(self.progress().remaining, 0)

    def test_what_waits_is_not_counted_as_left(self):
        """Else the scheduler would call again and again."""
        runs = []
        cron = chorus_pro_flow_run.ChorusProFlow._cron_send
        flows = type(self.env["chorus.pro.flow"])

        def counted(model):
            runs.append(model)
            return cron(model)

        with (
            patch.object(flows, "_cron_send", counted),
            self.answers("unreachable"),
        ):
            self.send(self.moves)
            self.assertEqual(self.progress().remaining, 0)
            self.assertEqual(len(runs), 1)
            self.run_send()
            self.assertEqual((self.progress().remaining, len(runs)), (0, 2))
            self.send(self.make_invoice())
        self.assertEqual((self.progress().remaining, len(runs)), (0, 3))
        self.assertEqual(self.summaries(), {"queued"})

    def test_it_asks_to_be_woken_when_the_first_wait_ends(self):
        with self.answers("rate_limited", retry_after=600):
            self.send(self.moves)
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([]).unlink()
        self.run_send()
        cron = self.env.ref("l10n_fr_chorus_pro.ir_cron_send_1")
        asked = triggers.search([("cron_id", "=", cron.id)])
        self.assertEqual(asked.mapped("call_at"), [self.gate().paused_until])

    def test_following_asks_to_be_woken_for_the_next_check(self):
        self.send(self.moves)
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([]).unlink()
        flow = self.flow
        flow.next_check_at = fields.Datetime.now() + timedelta(minutes=7)
        self._run("ir_cron_follow")
        cron = self.env.ref("l10n_fr_chorus_pro.ir_cron_follow")
        asked = triggers.search([("cron_id", "=", cron.id)])
        self.assertEqual(asked.mapped("call_at"), [flow.next_check_at])

    def test_what_the_portal_settled_wakes_nobody(self):
        self.integrate(self.moves)
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([]).unlink()
        self.run_follow()
        self.assertFalse(triggers.search([]))

    # === TIME === #

    def test_a_run_stops_when_its_time_is_over_and_the_next_goes_on(self):
        self.patch(chorus_pro_flow_deposit, "FLOW_INVOICES", 1)
        self.patch(chorus_pro_flow_run, "RUN_SECONDS", -1)
        self.moves._chorus_pro_enqueue()
        soon = fields.Datetime.now() + timedelta(seconds=30)
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([]).unlink()
        self.run_send()
        # Nothing was done: the scheduler is not told to try again at once.
        self.assertEqual((self.posts(), self.progress().remaining), (0, 0))
        self.assertGreater(min(triggers.search([]).mapped("call_at")), soon)
        self.patch(chorus_pro_flow_run, "RUN_SECONDS", 8)
        self.run_send()
        self.assertEqual((self.posts(), self.progress().remaining), (5, 0))

    def test_files_that_took_all_the_time_are_progress(self):
        self.patch(chorus_pro_transmission_claim, "RENDER_BATCHES", (2, 1))
        self.moves._chorus_pro_enqueue()
        rows = type(self.env["chorus.pro.transmission"])
        freeze, spent = rows._freeze_due, []

        def slow(model, *args):
            done = freeze(model, *args)
            spent.append(9 if done else 0)
            return done

        clock = SimpleNamespace(monotonic=lambda: time.monotonic() + sum(spent))
        self.patch(chorus_pro_flow_run, "time", clock)
        with patch.object(rows, "_freeze_due", slow):
            self.run_send()
        self.assertEqual(self.summaries(), {"sent"})
        self.assertEqual([len(batch) for batch in self.rendered], [2, 2, 1])

    def test_following_stops_when_its_time_is_over(self):
        self.deposit_apart()
        self.patch(chorus_pro_flow_follow, "RUN_SECONDS", -1)
        self.run_follow()
        self.assertEqual(self.summaries(), {"sent"})
        self.patch(chorus_pro_flow_follow, "RUN_SECONDS", 8)
        self.run_follow()
        self.assertEqual(self.summaries(), {"available"})

    def last_lines(self):
        """The newest line of each history."""
        return {move.sudo().chorus_pro_status_ids[:1].code for move in self.moves}

    def test_changes_that_took_all_the_time_go_on_in_the_next_run(self):
        self.deposit_apart()
        self.run_follow()
        for move in self.moves:
            self.act(move, "MANDATEE")
        self.patch(chorus_pro_flow_follow, "RUN_SECONDS", -1)
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([]).unlink()
        self.run_follow()
        self.assertEqual(self.summaries(), {"approved"})
        self.assertEqual(self.last_lines(), {"MISE_A_DISPOSITION"})
        self.assertTrue(triggers.search([]))
        self.patch(chorus_pro_flow_follow, "RUN_SECONDS", 8)
        self.run_follow()
        self.assertEqual(self.last_lines(), {"MANDATEE"})

    def test_so_many_deposits_in_a_run(self):
        self.deposit_apart()
        self.patch(chorus_pro_flow_follow, "FLOWS_PER_RUN", 3)
        self.run_follow()
        summaries = self.moves.mapped("chorus_pro_status")
        self.assertEqual(sorted(summaries), ["available"] * 3 + ["sent"] * 2)
