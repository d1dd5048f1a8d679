"""A copy of a database must never reach the portal in the name of the original."""

from pathlib import Path

from odoo.tests import tagged

from odoo.addons import l10n_fr_chorus_pro
from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_state import (
    FLOW_STATES,
    TRANSMISSION_STATES,
)
from odoo.addons.l10n_fr_chorus_pro.models.res_company import SECRETS
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

SCRIPT = Path(l10n_fr_chorus_pro.__file__).parent / "data" / "neutralize.sql"
# Nothing that a worker, or a person with one click, would bring to the portal.
STOPPED = {"to_send", "sending", "unknown", "failed"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestNeutralize(ChorusProCommon):
    """The statements are run as Odoo runs them, on a company in Production."""

    def setUp(self):
        super().setUp()
        self.company.sudo().write(dict.fromkeys(SECRETS, "SECRET"))
        self.company.write(
            {"chorus_pro_environment": "production", "chorus_pro_auto_send": True}
        )

    def neutralize(self):
        """Run the script and forget everything that was read before."""
        self.env.flush_all()
        self.env.cr.execute(SCRIPT.read_text())
        self.env.invalidate_all()

    def attempts(self):
        """An invoice with an attempt for each state, all in Production."""
        Transmission = self.env["chorus.pro.transmission"].sudo()
        for state, _label in TRANSMISSION_STATES:
            move = self.make_invoice()
            yield state, Transmission.create(Transmission._prepare(move, state=state))

    def test_secrets_and_tokens_are_gone(self):
        gate = self.env["chorus.pro.gate"].sudo()
        gate.create(
            {
                "company_id": self.company.id,
                "environment": "production",
                "token": "SECRET",
                "structure_id": "1",
            }
        )
        self.neutralize()
        company = self.company.sudo()
        self.assertEqual([company[name] for name in SECRETS], [False] * len(SECRETS))
        self.assertFalse(gate.search([]))
        for table in ("res_company", "chorus_pro_gate"):
            self.env.cr.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%SECRET%'"
            )
            self.assertEqual(self.env.cr.fetchone(), (0,), table)

    def test_every_company_is_in_demo_and_sends_nothing_by_itself(self):
        other = self.env["res.company"].create({"name": "Other"})
        other.chorus_pro_environment = "qualification"
        self.neutralize()
        companies = self.env["res.company"].sudo().search([])
        self.assertEqual(set(companies.mapped("chorus_pro_environment")), {"demo"})
        self.assertEqual(set(companies.mapped("chorus_pro_auto_send")), {False})
        settings = self.company._chorus_pro_settings()
        self.assertIn("localhost", settings.api_url)

    def test_addresses_that_were_set_for_an_environment_do_not_matter(self):
        params = self.env["ir.config_parameter"].sudo()
        key = "l10n_fr_chorus_pro.demo_api_url"
        params.set_param(key, "https://elsewhere.example")
        self.neutralize()
        self.env["ir.config_parameter"].invalidate_model()
        self.env.registry.clear_cache()
        self.assertIn("localhost", self.company._chorus_pro_settings().api_url)

    def test_scheduled_actions_are_off(self):
        crons = self.env["ir.cron"].sudo().with_context(active_test=False)
        ours = crons.search([("model_id.model", "=", "chorus.pro.flow")])
        self.assertEqual(set(ours.mapped("active")), {True})
        others = crons.search([("active", "=", True)]) - ours
        self.neutralize()
        self.assertEqual(set(ours.mapped("active")), {False})
        self.assertEqual(set(others.mapped("active")), {True})

    def test_what_waits_is_cancelled_and_the_rest_is_history(self):
        rows = dict(self.attempts())
        self.neutralize()
        for state, row in rows.items():
            expected = "cancelled" if state in STOPPED else state
            self.assertEqual(row.state, expected)

    def test_invoices_show_what_the_copy_knows(self):
        """Written in SQL, as the model would compute it in Demo."""
        moves = [row.move_id for _state, row in self.attempts()]
        draft = self.make_invoice(post=False)
        self.neutralize()
        for move in (*moves, draft):
            self.assertEqual(move.chorus_pro_status, move._chorus_pro_summary())
        self.assertEqual({move.chorus_pro_status for move in moves}, {"to_send"})

    def test_no_deposit_is_taken_up_again(self):
        moment = "2026-01-01 00:00:00"
        flows = self.env["chorus.pro.flow"].sudo()
        for environment in ("production", "demo"):
            flows |= flows.create(
                [
                    {
                        "company_id": self.company.id,
                        "environment": environment,
                        "state": state,
                        "attempted_at": moment,
                        "next_try_at": moment,
                        "next_check_at": moment,
                    }
                    for state, _label in FLOW_STATES
                ]
            )
        self.neutralize()
        live = flows.filtered(
            lambda f: f.state in ("prepared", "sending", "unknown", "deposited")
        )
        self.assertEqual(set(live.mapped("next_try_at")), {False})
        self.assertEqual(set(live.mapped("next_check_at")), {False})

    def test_workers_find_nothing_to_send(self):
        move = self.make_invoice()
        self.company.chorus_pro_environment = "demo"
        move._chorus_pro_enqueue()
        self.neutralize()
        self.assertEqual(self.env["chorus.pro.flow"].sudo()._count_ready(), 0)
        self.run_send()
        self.assertEqual(self.ledger()["deposits"], [])
