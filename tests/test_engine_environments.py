"""Environments and companies never mix: Demo, Qualification, two companies."""

import logging
import socket
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import simulator
from odoo.addons.l10n_fr_chorus_pro.models import chorus_pro_flow_answer
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


def closed_port():
    """A port of the loopback interface on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineEnvironments(EngineCommon):
    # === ANOTHER ENVIRONMENT === #

    def test_an_invoice_sent_in_demo_is_sent_again_for_real(self):
        self.integrate(self.move)
        self.act(self.move, "MISE_EN_PAIEMENT")
        self.run_follow()
        demo = self.row
        self.assertEqual(self.move.chorus_pro_status, "released")
        other = self.use_another_portal()
        self.go_to("qualification", self.serve_portal())
        self.assertEqual(self.move.chorus_pro_status, "to_send")
        self.assertFalse(self.row)
        self.assertFalse(self.move.chorus_pro_status_ids)
        self.integrate(self.move)
        self.assertEqual(self.move.chorus_pro_status, "available")
        self.assertEqual((self.row.environment, self.row.attempt), ("qualification", 2))
        self.assertEqual(demo.portal_status, "MISE_EN_PAIEMENT")
        self.assertEqual((self.posts(), len(self.filed())), (1, 1))
        self.portal = other
        self.assertEqual((self.posts(), len(self.filed())), (1, 1))

    def use_another_portal(self):
        """Go on with a portal of its own; returns the former one."""
        former = self.portal
        self.portal = simulator.create_app(f"{self.portal_file}.other")
        return former

    def test_going_back_shows_what_was_there(self):
        self.integrate(self.move)
        demo = self.row
        self.go_to("qualification", self.serve_portal())
        self.assertFalse(self.row)
        self.go_to("demo")
        self.assertEqual(self.row, demo)
        self.assertEqual(self.move.chorus_pro_status, "available")

    def test_what_waits_is_taken_back(self):
        with self.answers("unreachable"):
            self.send(self.move)
        queued = self.make_invoice()
        queued._chorus_pro_enqueue()
        self.go_to("qualification", self.serve_portal())
        self.assertEqual(self.attempts(), ["cancelled"])
        self.assertEqual(self.attempts(queued), ["cancelled"])
        self.assertEqual(queued.chorus_pro_status, "to_send")
        self.run_send()
        self.assertEqual(self.posts(), 0)

    def test_a_lost_answer_waits_for_its_environment(self):
        self.lose("timeout_after")
        self.go_to("qualification", self.serve_portal())
        self.assertEqual(self.move.chorus_pro_status, "to_send")
        self.advance(60)
        self.run_follow()
        self.assertEqual(self.attempts(), ["unknown"])
        self.go_to("demo")
        self.run_follow()
        self.assertEqual(self.attempts(), ["deposited"])

    def test_a_deposit_of_another_environment_wakes_nobody(self):
        self.send(self.move)
        self.go_to("qualification", self.serve_portal())
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([]).unlink()
        self.run_follow()
        self.assertFalse(triggers.search([]))

    def test_the_environment_is_left_while_deposits_go(self):
        """A worker that speaks with one environment sends nothing of another."""
        other = self.make_invoice()
        with self.worker() as env:
            company = self.company.with_env(env)
            demo = company._chorus_pro_gate()
        self.go_to("qualification", self.serve_portal())
        self.move._chorus_pro_enqueue()
        with self.worker() as env:
            flows = env["chorus.pro.flow"]
            env["chorus.pro.transmission"]._freeze_due(self.company.with_env(env))
            demo = demo.with_env(env)
            self.assertTrue(demo._is_left())
            self.assertFalse(flows._group(demo))
            gate = self.company.with_env(env)._chorus_pro_gate()
            flow = flows._group(gate)
            env.flush_all()
            self.assertFalse(flows._claim(demo))
            self.assertEqual(flows._claim(gate), flow)
        self.assertFalse(self.attempts(other))

    def test_the_environment_is_left_while_it_is_followed(self):
        self.send(self.move)
        self.advance(60)
        self.make_due()
        with self.worker() as env:
            company = self.company.with_env(env)
            gate = company._chorus_pro_gate()
            with company._chorus_pro_client() as client:
                company.chorus_pro_environment = "qualification"
                env["chorus.pro.flow"]._follow_with(company, gate, client)
            self.assertFalse(company._chorus_pro_gate()._read_alone("structure_id"))
            company.chorus_pro_environment = "demo"
        self.assertEqual(self.attempts(), ["deposited"])

    # === OVER HTTP === #

    def check_stopped(self, code):
        self.send(self.move)
        self.assertEqual((self.row.state, self.flow.state), ("to_send", "prepared"))
        self.assertEqual(self.gate().pause_code, code)
        self.assertEqual(self.posts(), 0)
        self.assertEqual(self.row.error, self.words(code))
        self.assertIn(self.row.error, self.move.chorus_pro_story)

    def test_a_wrong_secret(self):
        self.go_to("qualification", self.serve_portal(), client_secret="wrong")
        self.check_stopped("token_refused")

    def test_a_wrong_technical_password(self):
        self.go_to("qualification", self.serve_portal(), password="wrong")
        self.check_stopped("account_refused")

    def test_nobody_listens(self):
        self.go_to("qualification", f"http://127.0.0.1:{closed_port()}")
        self.check_stopped("unreachable")

    def test_the_settings_are_corrected(self):
        url = self.serve_portal()
        self.go_to("qualification", url, password="wrong")
        self.check_stopped("account_refused")
        self.go_to("qualification", url)
        self.run_send()
        self.assertEqual((self.row.state, self.posts()), ("deposited", 1))

    def test_credentials_are_missing(self):
        self.go_to("qualification", self.serve_portal())
        self.move._chorus_pro_enqueue()
        with self.worker() as env:
            env["chorus.pro.transmission"]._freeze_due(self.company.with_env(env))
        with self.portal_session():
            self.company.sudo().chorus_pro_password = False
        self.run_send()
        self.assertEqual(self.row.state, "to_send")
        self.assertEqual(self.gate().pause_code, "not_configured")
        self.assertIn(self.words("not_configured"), self.move.chorus_pro_story)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineCompanies(EngineCommon):
    SPARE = 1

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        data = cls.setup_other_company(name="Another French company")
        cls.other_company = data["company"]
        cls.other_company.partner_id.write(
            {
                "company_registry": "33254021516357",
                "vat": "FR23334175221",
                "country_id": cls.env.ref("base.fr").id,
                "city": "Lyon",
            }
        )
        cls.other_bank = cls.bank.copy(
            {"partner_id": cls.other_company.partner_id.id, "company_id": False}
        )

    def setUp(self):
        super().setUp()
        self.other_move = self.make_other_invoice()

    def make_other_invoice(self):
        company = self.other_company
        moves = self.env["account.move"].with_company(company)
        tax = (
            self.env["account.chart.template"].with_company(company).ref("tva_normale")
        )
        line = {
            "name": "Service",
            "price_unit": 10.0,
            "tax_ids": [Command.set(tax.ids)],
        }
        move = moves.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.entity.id,
                "invoice_date": "2026-11-02",
                "partner_bank_id": self.other_bank.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        move.action_post()
        return move

    def rows(self):
        moves = self.move | self.other_move
        return [move.sudo().chorus_pro_transmission_id for move in moves]

    def test_each_company_has_its_deposits_and_its_gate(self):
        self.integrate(self.move, self.other_move)
        one, two = self.rows()
        self.assertEqual((one.state, two.state), ("integrated", "integrated"))
        self.assertNotEqual(one.flow_id, two.flow_id)
        self.assertEqual(two.flow_id.company_id, self.other_company)
        gates = self.gate(), self.gate(self.other_company)
        self.assertNotEqual(*(gate.structure_id for gate in gates))
        suppliers = {invoice["supplier"] for invoice in self.ledger()["invoices"]}
        self.assertEqual(suppliers, {"99999999800019", "33254021516357"})

    def test_the_same_number_in_two_companies(self):
        self.assertEqual(self.move.name, self.other_move.name)
        self.integrate(self.move, self.other_move)
        self.act(self.move, "MANDATEE")
        self.act(self.other_move, "COMPTABILISEE", supplier="33254021516357")
        self.run_follow()
        self.assertEqual(self.move.chorus_pro_status, "approved")
        self.assertEqual(self.other_move.chorus_pro_status, "accounted")

    def test_the_pause_of_one_company_stops_no_other(self):
        self.go_to(
            "qualification",
            self.serve_portal(),
            company=self.other_company,
            password="wrong",
        )
        self.send(self.move, self.other_move)
        one, two = self.rows()
        self.assertEqual((one.state, two.state), ("deposited", "to_send"))
        self.assertFalse(self.gate().paused_until)
        self.assertEqual(self.gate(self.other_company).pause_code, "account_refused")
        self.advance(60)
        self.run_follow()
        self.assertEqual(one.state, "integrated")

    def test_an_answer_that_one_cannot_follow_stops_no_other(self):
        with self.killed_in("chorus.pro.flow", "_follow_answer"):
            self.send_by_worker(self.move)
        bad, flows = self.flow, type(self.env["chorus.pro.flow"])
        follow = flows._follow_answer

        def failing(flow):
            if flow.id == bad.id:
                raise KeyError(flow.id)
            return follow(flow)

        with (
            patch.object(flows, "_follow_answer", failing),
            self.assertLogs(chorus_pro_flow_answer._logger, logging.ERROR),
        ):
            self.send(self.other_move)
        one, two = self.rows()
        self.assertEqual((one.state, two.state), ("sending", "deposited"))
        self.run_send()
        self.assertEqual((one.state, self.posts()), ("deposited", 2))

    def test_another_environment_is_that_of_its_company(self):
        self.move._chorus_pro_enqueue()
        self.other_move._chorus_pro_enqueue()
        self.go_to("qualification", self.serve_portal(), company=self.other_company)
        self.assertEqual(self.attempts(), ["to_send"])
        self.assertEqual(self.attempts(self.other_move), ["cancelled"])
        self.run_send()
        self.assertEqual(self.attempts(), ["deposited"])
        self.send(self.other_move)
        self.assertEqual(self.attempts(self.other_move), ["cancelled", "deposited"])
        row = self.other_move.sudo().chorus_pro_transmission_id
        self.assertEqual(row.environment, "qualification")

    def test_each_company_speaks_its_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.other_company.partner_id.lang = "fr_FR"
        self.company.partner_id.lang = "en_US"
        langs = []
        flows = type(self.env["chorus.pro.flow"])
        spy = flows._answer_line

        def line(flow, event):
            langs.append((flow.company_id, flow.env.lang))
            return spy(flow, event)

        self.patch(flows, "_answer_line", line)
        self.send(self.move, self.other_move)
        self.assertEqual(
            dict(langs), {self.company: "en_US", self.other_company: "fr_FR"}
        )
