"""A company that goes to another environment while a worker speaks with the former."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import codes
from odoo.addons.l10n_fr_chorus_pro.simulator import CREDENTIALS
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineLeft(EngineCommon):
    """What the portal that was left answers is not taken for the new one's word."""

    def setUp(self):
        super().setUp()
        self.integrate(self.move)
        self.others = self.make_invoice() | self.make_invoice()
        for move in self.others:
            self.file_by_hand(move, amount_total=move.amount_total)
        self.advance(60)

    def leave_after(self, model, method):
        """The administrator goes to another environment after the first call."""
        target, calls = type(self.env[model]), []
        work = getattr(target, method)

        def leaving(records, *args):
            result = work(records, *args)
            if not calls:
                company = records.env["res.company"].browse(self.company.id)
                company.chorus_pro_environment = "qualification"
                records.env.flush_all()
            calls.append(args)
            return result

        self.patch(target, method, leaving)
        return calls

    def rows_elsewhere(self):
        """Rows of the environment to which the company went."""
        rows = self.env["chorus.pro.transmission"].sudo()
        return rows.search([("environment", "=", "qualification")])

    def test_between_two_pages(self):
        self.patch(codes, "PAGE_SIZE", 1)
        pages = self.leave_after("chorus.pro.transmission", "_take_page")
        gate = self.gate()
        followed = gate.followed_until
        self.run_follow()
        self.assertFalse(self.rows_elsewhere())
        self.assertEqual(len(pages), 1)
        self.assertEqual(set(self.others.mapped("chorus_pro_status")), {"to_send"})
        self.assertEqual(gate.followed_until, followed, "the rest is read later")

    def test_before_strangers_are_recognised(self):
        """A collision may begin the work on a page anew, in another environment."""
        self.leave_after("chorus.pro.transmission", "_rows_of")
        self.run_follow()
        self.assertFalse(self.rows_elsewhere())
        self.assertEqual(set(self.others.mapped("chorus_pro_status")), {"to_send"})

    def test_rows_of_the_new_environment_are_not_asked_about(self):
        with self.worker() as env:
            company = self.company.with_env(env)
            gate = company._chorus_pro_gate()
            rows = env["chorus.pro.transmission"]
            with company._chorus_pro_client() as client:
                company.chorus_pro_environment = "qualification"
                for move in self.others.with_env(env):
                    rows.create(
                        {
                            **rows._prepare(move, state="integrated", portal_id="7"),
                            "history_due": True,
                            "portal_status_at": fields.Datetime.from_string(
                                "2020-01-01"
                            ),
                        }
                    )
                with patch.object(type(client), "consulter_historique") as asked:
                    rows._read_due_histories(gate, client, float("inf"))
                    rows._sweep_silent(gate, client, float("inf"))
            self.assertFalse(asked.called)
            self.assertFalse(gate._read_alone("sweep_day") and gate.sweep_left)

    def test_what_was_to_go_by_itself_in_the_former_environment(self):
        """Found there, then a collision with the move: the new one begins anew."""
        company, found = self.company.sudo(), self.others
        company.chorus_pro_auto_send = True
        company.chorus_pro_auto_send_since = "2020-01-01"
        self.go_to("qualification", self.serve_portal())
        self.assertEqual(found.mapped("chorus_pro_can_send"), [True, True])
        self.assertFalse(found._chorus_pro_enqueue_posted(company))
        self.assertEqual(set(found.mapped("chorus_pro_status")), {"to_send"})
        company.chorus_pro_auto_send_since = "2020-01-01"
        self.assertEqual(found._chorus_pro_enqueue_posted(company), found)

    def check_not_begun(self, model, method):
        """A worker whose gate is of one environment, and its client of another."""
        with self.portal_session():
            self.company.sudo().write(
                {f"chorus_pro_{name}": text for name, text in CREDENTIALS.items()}
            )
        self.leave_after(model, "_commit")
        begun = []
        self.patch(type(self.gate()), "_may_start", lambda *args: begun.append(args))
        with self.worker() as env:
            company = self.company.with_env(env)
            getattr(env[model], method)(company, float("inf"))
        self.assertEqual(self.company.chorus_pro_environment, "qualification")
        self.assertFalse(begun)

    def test_between_the_gate_and_the_client_that_sends(self):
        self.check_not_begun("chorus.pro.flow", "_serve")

    def test_between_the_gate_and_the_client_that_acts(self):
        self.check_not_begun("chorus.pro.request", "_act_for")
