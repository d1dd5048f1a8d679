"""Coming from the OCA modules: who may, when it is offered, how often, how fast."""

import time
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro import post_init_hook
from odoo.addons.l10n_fr_chorus_pro.tests.takeover_common import (
    COLUMNS,
    TABLES,
    TakeoverCommon,
)

MANY = 2000


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTakeoverRun(TakeoverCommon):
    """The hook, the button, and databases that hold only a part of it all."""

    def fill(self):
        """One old record of each kind."""
        self.old_flow(moves=self.move, status=None)
        service = self.old(
            "chorus_partner_service", partner_id=self.newcomer.id, code="A"
        )
        self.mark(self.newcomer, fr_chorus_required="service")
        self.mark(self.newcomer.copy({"parent_id": self.newcomer.id}), active=True)
        return service

    def state_of_things(self):
        """Everything that a takeover may write, as the tables hold it."""
        self.env.flush_all()
        found = []
        for table in (
            "chorus_pro_transmission",
            "chorus_pro_flow",
            "chorus_pro_service",
            "chorus_pro_takeover",
            "res_partner",
            "account_move",
            "res_company",
            "mail_message",
        ):
            self.env.cr.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY id")
            found.append(self.env.cr.fetchall())
        return found

    # === NOTHING THERE === #

    def test_a_database_that_never_had_them(self):
        before = self.state_of_things()
        self.assertFalse(self.takeover._is_due())
        self.assertEqual(self.takeover._run(), [])
        self.assertEqual(self.state_of_things(), before)
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.chorus_pro_takeover_due)
        self.assertFalse(settings.chorus_pro_takeover_done)

    def test_the_question_costs_one_query_there(self):
        with self.assertQueryCount(1):
            self.takeover._is_due()

    def test_tables_without_a_row(self):
        self.prepare()
        self.assertFalse(self.takeover._is_due())
        self.assertEqual(self.take_over(), "")

    def test_any_table_or_column_may_be_missing(self):
        every = [*TABLES, *COLUMNS]
        every += [
            f"{table}.{column}"
            for table, columns in (*TABLES.items(), *COLUMNS.items())
            for column in columns
            if column not in ("name", "code", "id")
        ]
        for missing in every:
            with self.subTest(missing), self.env.cr.savepoint() as savepoint:
                self.prepare(missing)
                self.takeover._is_due()
                self.take_over()
                self.assertFalse(self.takeover._is_due())
                savepoint.rollback()
                self.env.invalidate_all()

    # === TWICE === #

    def test_a_second_run_changes_nothing(self):
        self.prepare()
        self.fill()
        self.assertTrue(self.takeover._is_due())
        self.take_over()
        before = self.state_of_things()
        self.assertFalse(self.takeover._is_due())
        self.assertEqual(self.take_over(), "")
        self.assertEqual(self.state_of_things(), before)

    def test_nothing_is_queued_and_nobody_is_called(self):
        self.prepare()
        self.fill()
        company = type(self.env["res.company"])
        with patch.object(company, "_chorus_pro_client") as client:
            self.take_over()
        client.assert_not_called()
        rows = self.env["chorus.pro.transmission"].sudo().search([])
        self.assertNotIn("to_send", rows.mapped("state"))

    # === THE HOOK AND THE BUTTON === #

    def test_the_installation_takes_over(self):
        self.prepare()
        self.fill()
        post_init_hook(self.env(su=True))
        self.assertEqual(self.rows(self.move).state, "deposited")
        self.assertTrue(self.newcomer.chorus_pro_is_public)

    def test_the_installation_goes_on_without(self):
        self.prepare()
        self.fill()
        error = ValueError("strange data")
        with (
            patch.object(type(self.takeover), "_take_services", side_effect=error),
            self.assertLogs("odoo.addons.l10n_fr_chorus_pro.hooks", "ERROR"),
        ):
            post_init_hook(self.env(su=True))
        self.env.invalidate_all()
        self.assertFalse(self.newcomer.chorus_pro_is_public, "all or nothing")
        self.assertTrue(self.takeover._is_due())

    def test_the_button_tells_what_was_done(self):
        self.prepare()
        self.fill()
        admin = new_test_user(
            self.env,
            "takeover_admin",
            groups="base.group_system,account.group_account_manager",
            company_id=self.company.id,
        )
        settings = self.env["res.config.settings"].with_user(admin).create({})
        self.assertTrue(settings.chorus_pro_takeover_due)
        told = settings.action_chorus_pro_take_over()["params"]
        self.assertTrue(told["sticky"])
        self.assertIn("Public entities: 1.", told["message"])
        self.assertIn("Odoo asks what became of them.", told["message"])
        settings.invalidate_recordset()
        self.assertFalse(settings.chorus_pro_takeover_due)
        self.assertTrue(settings.chorus_pro_takeover_done)
        again = settings.action_chorus_pro_take_over()["params"]["message"]
        self.assertEqual(again, "Nothing was left.")

    def test_administrators_only(self):
        self.prepare()
        self.fill()
        manager = new_test_user(
            self.env,
            "takeover_manager",
            groups="account.group_account_manager",
            company_id=self.company.id,
        )
        for user in (manager, self.clerk):
            with self.assertRaises(AccessError):
                self.takeover.with_user(user).sudo(False).action_take_over()
            with self.assertRaises(AccessError):
                self.takeover.with_user(user).sudo(False).search([]).mapped("name")
        self.assertFalse(self.rows(self.move))

    def test_the_views_show_it_to_administrators(self):
        view = self.env["res.config.settings"].get_view(
            self.env.ref("account.res_config_settings_view_form").id, "form"
        )
        self.assertIn("action_chorus_pro_take_over", view["arch"])

    # === MANY === #

    def crowd(self, count, first):
        """Old invoices of one entity: copies of one row, by SQL."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            CREATE TEMP TABLE crowd ON COMMIT DROP AS
                SELECT * FROM account_move WHERE id = %(move)s;
            INSERT INTO chorus_flow (id, name, date, status, company_id)
                SELECT n, 'CPP' || n, '2026-01-05', 'IN_INTEGRE', %(company)s
                  FROM generate_series(%(first)s, %(first)s + %(count)s / 10) n;
            """,
            {
                "move": self.move.id,
                "company": self.company.id,
                "first": first,
                "count": count,
            },
        )
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'account_move' AND column_name NOT IN"
            " ('id', 'name', 'sequence_number', 'chorus_flow_id',"
            "  'chorus_identifier', 'chorus_status', 'ref')"
        )
        names = ", ".join(f'"{name}"' for (name,) in self.env.cr.fetchall())
        self.env.cr.execute(
            f"""
            INSERT INTO account_move (id, name, sequence_number, chorus_flow_id,
                                      chorus_identifier, chorus_status, ref, {names})
            SELECT nextval('account_move_id_seq'), 'OLD/' || %(first)s + n,
                   %(first)s + n, %(first)s + n / 10, %(first)s + n, 'MANDATEE',
                   'E' || n, {names}
              FROM crowd, generate_series(1, %(count)s) n;
            DROP TABLE crowd
            """,
            {"first": first, "count": count},
        )
        self.env.invalidate_all()

    def queries_of(self, count, first):
        """Take a crowd over; returns its queries and seconds."""
        self.crowd(count, first)
        before, start = self.env.cr.sql_log_count, time.monotonic()
        told = self.take_over()
        self.assertIn(f"followed from now on: {count}.", told)
        return self.env.cr.sql_log_count - before, time.monotonic() - start

    def test_many_sent_invoices(self):
        self.prepare()
        few, _seconds = self.queries_of(200, 10_000)
        many, seconds = self.queries_of(MANY, 100_000)
        # Batches of 500 invoices: four times the work of one, not ten.
        self.assertLess(many, few * MANY / 500)
        self.assertLess(seconds, 60)
        flows = self.env["chorus.pro.flow"].sudo().search([("taken_over", "=", True)])
        self.assertEqual(set(flows.mapped("state")), {"integrated"})
        self.assertEqual(len(flows), 21 + 201)
