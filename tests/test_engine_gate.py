"""The gate: token, pause and own identifier, shared by all workers of a company."""

from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from psycopg2 import errors as pg_errors

from odoo import fields
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client, Token
from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_gate import GateTokenStore
from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_state import COLLISION_TRIES
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineGate(EngineCommon):
    # === ONE ROW === #

    def test_a_gate_is_made_once(self):
        with self.portal_session():
            one = self.company._chorus_pro_gate()
            two = self.company._chorus_pro_gate()
        self.assertEqual(one, two)
        self.assertEqual(self.gate(), one)

    def test_each_environment_has_its_own(self):
        with self.portal_session():
            demo = self.company._chorus_pro_gate()
        self.go_to("qualification")
        with self.portal_session():
            other = self.company._chorus_pro_gate()
        self.assertNotEqual(demo, other)
        self.assertEqual(
            (demo.environment, other.environment), ("demo", "qualification")
        )

    def test_inserting_a_row_that_is_there_gives_that_row(self):
        with self.worker() as env:
            gate = self.company.with_env(env)._chorus_pro_gate()
            self.assertEqual(
                env["chorus.pro.gate"]._insert(self.company, "demo"), gate.id
            )

    # === COLLISIONS === #

    def collide(self, failures):
        """Change the gate while so many others are faster; returns the runs."""
        runs = []

        def change(gate):
            runs.append(gate)
            gate.pause_code = "changed"
            if len(runs) <= failures:
                raise pg_errors.SerializationFailure

        with self.portal_session():
            self.company._chorus_pro_gate()._change_alone(change)
        return len(runs)

    def test_a_change_is_repeated(self):
        self.assertEqual(self.collide(2), 3)
        self.assertEqual(self.gate().pause_code, "changed")

    def test_a_change_is_not_repeated_for_ever(self):
        with self.assertRaises(pg_errors.SerializationFailure):
            self.collide(COLLISION_TRIES)

    # === PAUSE === #

    def test_a_pause_ends(self):
        with self.portal_session():
            gate = self.company._chorus_pro_gate()
            self.assertFalse(gate._is_paused())
            until = gate._pause(ChorusError("unreachable", detail="no route"))
            self.assertTrue(gate._is_paused())
        self.assertEqual(gate.paused_until, until)
        self.assertEqual(
            (gate.pause_code, gate.pause_detail), ("unreachable", "no route")
        )
        self.end_pause()
        with self.portal_session():
            self.assertFalse(gate._is_paused())
            gate._note_success()
        self.assertEqual((gate.failures, gate.pause_code), (0, False))
        self.assertFalse(gate.pause_detail)

    def test_a_success_does_not_end_a_pause_that_another_worker_noted(self):
        with self.portal_session():
            gate = self.company._chorus_pro_gate()
            until = gate._pause(ChorusError("rate_limited"))
            gate._note_success()
        self.assertEqual((gate.paused_until, gate.failures), (until, 1))

    def test_a_success_of_following_counts_too(self):
        self.integrate(self.move)
        self.gate().failures = 3
        self.run_follow()
        self.assertEqual(self.gate().failures, 0)

    def test_why_it_waits(self):
        self.assertEqual(self.company._chorus_pro_pause_reason(), "")
        with self.answers("account_refused"):
            self.send(self.move)
        reason = self.words("account_refused")
        self.assertEqual(self.company._chorus_pro_pause_reason(), reason)
        self.assertIn(reason, self.move.chorus_pro_story)
        self.end_pause()
        self.assertEqual(self.company._chorus_pro_pause_reason(), "")

    # === SETTINGS === #

    def check_released(self):
        """The queue goes on at once, and was asked to."""
        cron = self.env.ref("l10n_fr_chorus_pro.ir_cron_send_1")
        triggers = self.env["ir.cron.trigger"].sudo()
        now = fields.Datetime.now()
        self.assertTrue(
            triggers.search([("cron_id", "=", cron.id), ("call_at", "<=", now)])
        )
        self.run_send()
        self.assertEqual((self.row.state, self.posts()), ("deposited", 1))

    def stop(self):
        """The queue waits for an hour, and no trigger is left."""
        with self.answers("account_refused"):
            self.send(self.move)
        self.assertEqual(self.row.state, "to_send")
        self.env["ir.cron.trigger"].sudo().search([]).unlink()

    def test_saving_credentials_ends_the_pause(self):
        self.stop()
        with self.portal_session():
            self.company.sudo().chorus_pro_password = "corrected"
        self.assertFalse(self.gate().paused_until)
        self.check_released()

    def test_testing_the_settings_ends_the_pause(self):
        self.stop()
        with self.portal_session():
            self.company.sudo().action_chorus_pro_test()
        self.assertTrue(self.gate().structure_id)
        self.check_released()

    def test_a_test_that_fails_ends_nothing(self):
        self.stop()
        with (
            self.portal_session(),
            self.answers("account_refused", "rechercher_structures") as calls,
        ):
            self.company.sudo().action_chorus_pro_test()
        self.assertTrue(calls.call_count)
        self.assertTrue(self.gate().paused_until)

    # === TOKEN === #

    def test_a_token_is_shared(self):
        end = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(hours=1)
        with self.portal_session():
            store = GateTokenStore(self.company._chorus_pro_gate())
            self.assertIsNone(store.load())
            store.save(Token("secret", end))
            self.assertEqual(GateTokenStore(self.gate()).load(), Token("secret", end))
            store.save(None)
            self.assertIsNone(store.load())
        self.assertFalse(self.gate().token_expires_at)

    def test_one_token_for_all_deposits(self):
        self.send(self.move)
        token = self.gate().token
        self.assertTrue(token)
        self.send(self.make_invoice())
        self.assertEqual(self.gate().token, token)

    def test_new_credentials_forget_the_token(self):
        self.send(self.move)
        with self.portal_session():
            self.company.sudo().chorus_pro_client_secret = "new"
        self.assertFalse(self.gate().token)

    # === OWN IDENTIFIER === #

    def test_the_own_identifier_is_read_once(self):
        self.integrate(self.move)
        own_id = self.gate().structure_id
        self.assertTrue(own_id)
        with self.answers("timeout", "rechercher_structures") as calls:
            self.run_follow()
        self.assertEqual(calls.call_count, 0)

    def test_a_company_that_the_portal_does_not_know(self):
        self.send(self.move)
        self.advance(60)
        for siret in ("12345678900012", False):
            self.company.partner_id.company_registry = siret
            with patch.object(Client, "rechercher_structures", return_value=iter([])):
                self.run_follow()
            self.assertEqual(self.gate().pause_code, "siret_unknown")
            reason = self.company._chorus_pro_pause_reason()
            self.assertEqual(reason, self.words("siret_unknown"))
            self.end_pause()
        self.assertEqual((self.row.state, self.flow.state), ("deposited", "deposited"))
        self.company.partner_id.company_registry = "99999999800019"
        self.run_follow()
        self.assertEqual(self.row.state, "integrated")
