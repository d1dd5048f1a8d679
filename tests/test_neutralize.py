"""A copy of a database must never reach the portal in the name of the original."""

from pathlib import Path

from lxml import etree

from odoo.modules import neutralize
from odoo.tests import tagged

from odoo.addons import l10n_fr_chorus_pro
from odoo.addons.l10n_fr_chorus_pro.chorus_api import codes
from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_state import (
    FLOW_STATES,
    REQUEST_STATES,
    TRANSMISSION_STATES,
)
from odoo.addons.l10n_fr_chorus_pro.models.res_company import SECRETS
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

MODULE = "l10n_fr_chorus_pro"
SCRIPT = Path(l10n_fr_chorus_pro.__file__).parent / "data" / "neutralize.sql"
# Nothing that a worker, or a person with one click, would bring to the portal.
STOPPED = {"to_send", "sending", "unknown", "failed"}
# Deposits that never left, or whose answer the copy will not hear.
GONE = {"prepared", "sending"}


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

    def our_crons(self):
        """The scheduled actions of our data files, as they are written there."""
        names = []
        for path in SCRIPT.parent.glob("*.xml"):
            root = etree.parse(path)
            names += root.xpath("//record[@model='ir.cron']/@id")
        crons = [self.env.ref(f"{MODULE}.{name}").id for name in names]
        return self.env["ir.cron"].sudo().browse(crons)

    def test_scheduled_actions_are_off(self):
        crons = self.env["ir.cron"].sudo().with_context(active_test=False)
        ours = self.our_crons()
        self.assertGreaterEqual(len(ours), 12)
        # Some work on core's models.
        models = set(ours.model_id.mapped("model"))
        self.assertLessEqual({"res.partner", "account.move"}, models)
        ours.active = True
        others = crons.search([("active", "=", True)]) - ours
        self.neutralize()
        self.assertEqual(set(ours.mapped("active")), {False})
        self.assertEqual(set(others.mapped("active")), {True})

    def test_no_scheduled_action_of_ours_is_missing_here(self):
        """Code that calls ours, in a record of another file or of an older version."""
        crons = self.env["ir.cron"].sudo().with_context(active_test=False)
        calling = crons.search([("code", "like", "chorus_pro")])
        calling |= crons.search([("model_id.model", "=like", "chorus.pro.%")])
        self.assertFalse((calling - self.our_crons()).mapped("name"))

    def test_pending_runs_of_scheduled_actions_are_forgotten(self):
        ours = self.our_crons()
        for cron in ours:
            cron.active = True
            cron._trigger()
        other = self.env.ref("base.autovacuum_job")
        other._trigger()
        waiting = self.env["ir.cron.trigger"].sudo().search([]).cron_id
        self.assertEqual(ours - waiting, ours.browse())
        self.neutralize()
        waiting = self.env["ir.cron.trigger"].sudo().search([]).cron_id
        self.assertIn(other, waiting)
        self.assertFalse(ours & waiting)

    def test_jobs_of_ours_are_cancelled(self):
        """A table as OCA's queue_job has it; that addon is not needed."""
        self.env.cr.execute("SELECT to_regclass('queue_job')")
        if not self.env.cr.fetchone()[0]:
            self.env.cr.execute(
                "CREATE TABLE queue_job (id serial, model_name varchar, state varchar)"
            )
        self.env.cr.execute("DELETE FROM queue_job")
        ours, states = "chorus.pro.transmission", ("pending", "enqueued", "done")
        rows = [(ours, state) for state in states] + [("res.partner", "pending")]
        for row in rows:
            self.env.cr.execute(
                "INSERT INTO queue_job (model_name, state) VALUES (%s, %s)", row
            )
        self.neutralize()
        self.env.cr.execute("SELECT model_name, state FROM queue_job ORDER BY id")
        self.assertEqual(
            self.env.cr.fetchall(),
            [
                (ours, "cancelled"),
                (ours, "cancelled"),
                (ours, "done"),
                ("res.partner", "pending"),
            ],
        )

    # === WHAT INVOICES SHOW === #

    def assert_shown(self, moves):
        """What is stored, written in SQL, is what the model computes in Demo."""
        self.neutralize()
        shown = moves.mapped("chorus_pro_status")
        self.env.add_to_compute(moves._fields["chorus_pro_status"], moves)
        self.assertEqual(moves.mapped("chorus_pro_status"), shown)
        return shown

    def demo_row(self, move, state, **values):
        """An attempt in Demo, while the company is in Production."""
        Transmission = self.env["chorus.pro.transmission"].sudo()
        made = Transmission._prepare(move, state=state, **values)
        return Transmission.create({**made, "environment": "demo"})

    def test_invoices_show_what_the_copy_knows(self):
        rows = dict(self.attempts())
        moves = self.env["account.move"].union(*(row.move_id for row in rows.values()))
        draft = self.make_invoice(post=False)
        receipt = self.make_invoice(move_type="out_receipt")
        private = self.make_invoice(self.env["res.partner"].create({"name": "Private"}))
        shown = self.assert_shown(moves)
        self.assertEqual(set(shown), {"to_send"})
        for state, row in rows.items():
            self.assertEqual(row.state, "cancelled" if state in STOPPED else state)
            self.assertFalse(row.next_try_at if state in STOPPED else False)
        for move in (draft, receipt, private):
            self.assertFalse(move.chorus_pro_status)

    def test_invoices_that_were_tried_in_demo_before(self):
        """The company went to Production: what it stored there does not hold."""
        expected = {
            "deposited": "sent",
            "integrated": "filed",
            "rejected": "rejected",
            "elsewhere": "elsewhere",
        }
        move = self.make_invoice()
        row = self.demo_row(move, "deposited")
        for state, _label in TRANSMISSION_STATES:
            row.state = state
            with self.subTest(state):
                shown = self.assert_shown(move)
                self.assertEqual(shown, [expected.get(state, "to_send")])

    def test_invoices_that_went_to_production_since(self):
        move = self.make_invoice()
        self.demo_row(move, "integrated")
        Transmission = self.env["chorus.pro.transmission"].sudo()
        made = Transmission._prepare(move, state="integrated")
        Transmission.create({**made, "portal_status": "MANDATEE"})
        self.env.flush_all()
        self.assertEqual(move.chorus_pro_status, "approved")
        self.assertEqual(self.assert_shown(move), ["filed"])

    def test_every_status_of_the_portal(self):
        move = self.make_invoice()
        row = self.demo_row(move, "integrated")
        for code in (*codes.INVOICE_STATUSES, "NEVER_HEARD_OF", False):
            row.portal_status = code
            known = codes.INVOICE_STATUSES.get(code)
            with self.subTest(code):
                shown = self.assert_shown(move)
                self.assertEqual(shown, [known.summary if known else "filed"])

    def test_rejected_in_demo_and_queued_again(self):
        """What waits is cancelled, so the rejection before it is shown again."""
        move = self.make_invoice()
        self.demo_row(move, "rejected")
        again = self.demo_row(move, "to_send")
        for waiting in STOPPED:
            again.state = waiting
            with self.subTest(waiting):
                self.assertEqual(self.assert_shown(move), ["rejected"])

    def test_tried_in_demo_and_cancelled_since(self):
        move = self.make_invoice()
        self.demo_row(move, "integrated")
        move.button_cancel()
        self.assertEqual(self.assert_shown(move), ["filed"])

    # === DEPOSITS === #

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
        flows = flows.exists()
        self.assertEqual(
            set(flows.mapped("state")), {s for s, _label in FLOW_STATES} - GONE
        )
        self.assertEqual(set(flows.mapped("next_try_at")), {False})
        self.assertEqual(set(flows.mapped("next_check_at")), {False})

    def test_nothing_is_asked_again(self):
        row = self.demo_row(self.make_invoice(), "integrated")
        values = {"transmission_id": row.id, "environment": "demo", "kind": "reroute"}
        requests = self.env["chorus.pro.request"].sudo()
        for state, _label in REQUEST_STATES:
            request = requests.create(
                {**values, "state": state, "user_id": self.env.uid}
            )
            over = state if state in ("refused", "done") else "cancelled"
            self.neutralize()
            with self.subTest(state):
                self.assertEqual(request.state, over)
                self.assertFalse(request.next_check_at)

    def test_internal_credit_note_of_the_copy_is_not_to_send(self):
        credit = self.make_invoice(move_type="out_refund")
        credit.sudo().chorus_pro_internal = True
        self.env.flush_all()
        credit.sudo().chorus_pro_status = "queued"
        self.assertEqual(self.assert_shown(credit), [False])

    def test_no_attempt_of_the_copy_waits_for_anything(self):
        """A whole database: everything that was under way is settled."""
        self.company.chorus_pro_environment = "demo"
        moves = [self.make_invoice() for _index in range(3)]
        self.send(moves[0])
        self.fault("timeout_after")
        self.send(moves[1])
        moves[2]._chorus_pro_enqueue()
        self.neutralize()
        rows = self.env["chorus.pro.transmission"].sudo().search([])
        self.assertFalse(STOPPED & set(rows.mapped("state")))
        before = len(self.ledger()["deposits"])
        self.run_send()
        self.run_follow()
        self.assertEqual(len(self.ledger()["deposits"]), before)
        self.assertFalse(STOPPED & set(rows.mapped("state")))

    def test_as_odoo_runs_it(self):
        """The file is found and run with those of all other addons."""
        queries = list(neutralize.get_neutralization_queries([MODULE]))
        self.assertEqual(queries, [SCRIPT.read_text().strip()])
        self.env.flush_all()
        neutralize.neutralize_database(self.env.cr)
        self.env.invalidate_all()
        self.assertEqual(self.company.chorus_pro_environment, "demo")

    def test_workers_find_nothing_to_send(self):
        move = self.make_invoice()
        self.company.chorus_pro_environment = "demo"
        move._chorus_pro_enqueue()
        self.neutralize()
        self.assertEqual(self.env["chorus.pro.flow"].sudo()._count_ready(), 0)
        self.run_send()
        self.assertEqual(self.ledger()["deposits"], [])
