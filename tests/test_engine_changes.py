"""Changes page by page: what they cost, who stops whom, what overtakes what."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    ChorusError,
    Client,
    History,
    InvoiceItem,
)
from odoo.addons.l10n_fr_chorus_pro.tests.common import SUPPLIER_SIRET
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

CAP = "odoo.addons.l10n_fr_chorus_pro.chorus_api.changes.RESULTS_DEFAULT"
CHANGES = "odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_transmission_changes"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineChanges(EngineCommon):
    SPARE = 8

    def setUp(self):
        super().setUp()
        self.rows_model = self.env["chorus.pro.transmission"].sudo()

    def at_portal(self, moves, **values):
        """Rows of invoices that the recipient has had for a day."""
        since = fields.Datetime.now() - timedelta(days=1)
        return self.rows_model.create(
            [
                {
                    **self.rows_model._prepare(move),
                    "state": "integrated",
                    "portal_id": str(1000 + move.id),
                    "portal_status": "MISE_A_DISPOSITION",
                    "portal_status_at": since,
                    **values,
                }
                for move in moves
            ]
        )

    def item(self, row, status="SERVICE_FAIT", at="2030-01-02T10:00:00Z", **values):
        """What the portal's search tells of a row."""
        return InvoiceItem.parse(
            {
                "identifiantFactureCPP": row.portal_id,
                "numeroFacture": row.number,
                "statut": status,
                "dateHeureEtatCourant": at,
                **values,
            }
        )

    def history(self, row, *lines, status=None, **values):
        """A history of (code, minute) lines."""
        rows = [
            {
                "histoStatutId": index,
                "histoStatutCode": code,
                "histoStatutDatePassage": at,
            }
            for index, (code, at) in enumerate(lines, 1)
        ]
        answer = {"idFacture": row.portal_id, "statutCourantCode": status}
        return History.parse(answer, rows, **values)

    def take(self, *items):
        """Take a page, as the scheduled action does."""
        self.env.flush_all()
        with self.worker() as env:
            company = env["res.company"].browse(self.company.id)
            rows = env["chorus.pro.transmission"]
            gate = company._chorus_pro_gate()
            before = env.cr.sql_log_count
            rows._take_page(gate, company.partner_id, list(items))
            count = env.cr.sql_log_count - before
        self.env.invalidate_all()
        return count

    # === WHAT A PAGE COSTS === #

    def test_statements_do_not_grow_with_the_changes_of_a_page(self):
        rows = self.at_portal(self.env["account.move"].union(self.move, *self.spare))
        self.assertEqual(len(rows), 8)
        counts = [
            self.take(*(self.item(row) for row in some))
            # The first fills what the process keeps.
            for some in (rows[:1], rows[1:3], rows[3:])
        ]
        self.assertLessEqual(counts[2], counts[1])
        self.assertLess(counts[1], 25)
        self.assertEqual(set(rows.mapped("portal_status")), {"SERVICE_FAIT"})
        self.assertEqual(set(rows.move_id.mapped("chorus_pro_status")), {"approved"})

    def test_histories_are_kept_together(self):
        moves = self.env["account.move"].union(self.move, *self.spare)
        rows = self.at_portal(moves, history_due=True)
        told = {
            row: self.history(row, ("DEPOSEE", "2026-11-20 10:00"), status="DEPOSEE")
            for row in rows
        }
        few = dict(list(told.items())[:2])
        many = dict(list(told.items())[2:])
        self.env.flush_all()
        counts = []
        for part in (few, many):
            before = self.cr.sql_log_count
            self.rows_model._keep_histories(part)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
        self.assertFalse(any(rows.mapped("history_due")))
        self.assertEqual(len(rows.status_ids), len(rows))

    # === ONE STOPS NO OTHER === #

    def test_a_row_that_fails_stops_no_other(self):
        rows = self.at_portal(self.move | self.spare[0] | self.spare[1])
        keep = type(rows)._keep_status
        bad = rows[1].id

        def failing(row, item):
            if row.id == bad:
                message = "a fault of ours"
                raise ValueError(message)
            return keep(row, item)

        with (
            patch.object(type(rows), "_keep_status", failing),
            mute_logger(CHANGES),
        ):
            self.take(*(self.item(row) for row in rows))
        self.assertEqual(
            rows.mapped("portal_status"),
            ["SERVICE_FAIT", "MISE_A_DISPOSITION", "SERVICE_FAIT"],
        )

    # === WHAT OVERTAKES WHAT === #

    def test_an_answer_that_was_overtaken_is_no_news(self):
        row = self.at_portal(self.move)
        row._keep_histories(
            {
                row: self.history(
                    row,
                    ("MISE_A_DISPOSITION", "2026-11-20 10:00"),
                    ("MANDATEE", "2026-11-21 10:00"),
                )
            }
        )
        row._take_status(self.item(row, "MANDATEE", "2026-11-21T10:00:30+01:00"))
        late = self.item(row, "MISE_A_DISPOSITION", "2026-11-20T10:00:20+01:00")
        self.assertFalse(row._has_news(late))
        # The same status at another moment is in no history: it is current again.
        again = self.item(row, "MISE_A_DISPOSITION", "2026-11-20T12:00:20+01:00")
        self.assertTrue(row._has_news(again))

    def test_a_final_status_is_the_last(self):
        row = self.at_portal(self.move, portal_status="MISE_EN_PAIEMENT")
        self.take(self.item(row, "SERVICE_FAIT"))
        self.assertEqual(row.portal_status, "MISE_EN_PAIEMENT")

    def test_a_history_that_is_younger_than_the_search(self):
        row = self.at_portal(self.move)
        row._take_status(self.item(row, "SERVICE_FAIT", "2026-11-21T10:00:00Z"))
        history = self.history(
            row,
            ("SERVICE_FAIT", "2026-11-21 11:00"),
            ("MANDATEE", "2026-11-21 12:00"),
            status="MANDATEE",
        )
        row._keep_histories({row: history})
        self.assertEqual(row.portal_status, "MANDATEE")
        self.assertEqual(
            row.portal_status_at, datetime.fromisoformat("2026-11-21 11:00")
        )
        self.assertFalse(row.history_due)

    def test_a_history_that_is_older_than_the_search(self):
        row = self.at_portal(self.move)
        row._take_status(self.item(row, "SERVICE_FAIT"))
        history = self.history(
            row, ("MISE_A_DISPOSITION", "2026-11-21 11:00"), status="MISE_A_DISPOSITION"
        )
        row._keep_histories({row: history})
        self.assertEqual(row.portal_status, "SERVICE_FAIT")

    def test_suspended_a_second_time(self):
        row = self.at_portal(self.move, portal_status="SUSPENDUE")
        lines = len(self.chatter())
        self.take(self.item(row, "SUSPENDUE"))
        self.assertTrue(row.history_due)
        self.assertEqual(len(self.chatter()), lines)

    # === THE WHOLE HISTORY === #

    def test_events_and_actions_are_kept_once(self):
        row = self.at_portal(self.move)
        event = {
            "evenementId": 1,
            "evenementLibelle": "Relance",
            "evenementQui": "Systeme",
            "evenementDateHeure": "2026-11-20 11:00",
        }
        action = {
            "histoActionId": 1,
            "histoActionCode": "TELECHARGEMENT_FACTURE",
            "histoActionDateHeure": "2026-11-20 12:00",
            "histoActionUtilisateurNom": "EXEMPLE",
        }
        history = self.history(
            row, ("DEPOSEE", "2026-11-20 10:00"), events=[event], actions=[action]
        )
        for _twice in range(2):
            row._keep_histories({row: history})
        self.assertEqual(row.status_ids.mapped("code"), ["DEPOSEE"])
        lines = row.history_ids.sorted("date")
        self.assertEqual(
            [(line.kind, line.label, line.comment, line.person) for line in lines],
            [
                ("status", "Filed", False, False),
                ("event", "Event", "Relance", "Systeme"),
                ("action", "Invoice downloaded", False, "EXEMPLE"),
            ],
        )
        self.assertEqual(self.move.chorus_pro_status_ids, lines.sorted("date", True))

    def test_an_action_that_nobody_knows(self):
        label = self.env["chorus.pro.status"]._label("NOUVEAU", "action")
        self.assertEqual(label, "NOUVEAU")

    def test_a_failure_keeps_what_was_read_before(self):
        rows = self.at_portal(self.move | self.spare[0], history_due=True)
        answers = [
            self.history(rows[0], ("DEPOSEE", "2026-11-20 10:00")),
            ChorusError("account_refused", service="historique"),
        ]
        with self.worker() as env:
            company = env["res.company"].browse(self.company.id)
            with (
                patch.object(Client, "consulter_historique", side_effect=answers),
                company._chorus_pro_client() as client,
            ):
                told, failure = rows.with_env(env)._ask_histories(client, float("inf"))
                with (
                    patch.object(
                        type(rows), "_ask_histories", return_value=(told, failure)
                    ),
                    self.assertRaisesRegex(ChorusError, "account_refused"),
                ):
                    gate = company._chorus_pro_gate()
                    env[rows._name]._read_due_histories(gate, client, float("inf"))
        self.env.invalidate_all()
        self.assertEqual(rows.mapped("history_due"), [False, True])
        self.assertEqual(rows[0].status_ids.code, "DEPOSEE")

    def test_histories_for_which_no_time_is_left(self):
        rows = self.at_portal(self.move, history_due=True)
        with self.worker() as env:
            company = env["res.company"].browse(self.company.id)
            with (
                company._chorus_pro_client() as client,
                patch.object(type(env["chorus.pro.flow"]), "_wake_follow") as woken,
            ):
                gate = company._chorus_pro_gate()
                env[rows._name]._read_due_histories(gate, client, 0)
        self.assertEqual(woken.call_count, 1)
        self.env.invalidate_all()
        self.assertTrue(rows.history_due)

    # === MORE THAN THE PORTAL GIVES === #

    def test_the_period_is_split(self):
        """The simulator gives two results at most; all three changes arrive."""
        moves = self.move | self.spare[0] | self.spare[1]
        rows = self.integrate(*moves)
        self.control("settings", {"results": 2})
        for move in moves:
            self.advance(60)
            self.act(move, "SERVICE_FAIT")
        with patch(
            "odoo.addons.l10n_fr_chorus_pro.chorus_api.changes.RESULTS_DEFAULT", 2
        ):
            self.run_follow()
        self.assertEqual(set(rows.mapped("portal_status")), {"SERVICE_FAIT"})

    def test_one_moment_is_split_by_recipient(self):
        other = self.make_entity("12345678200051", "Entite sans exigence")
        moves = self.move | self.spare[0] | self.make_invoice(other)
        rows = self.integrate(*moves)
        self.control("clock", {"freeze": True})
        for move in moves:
            self.control(
                "act",
                {
                    "invoice": move.name,
                    "supplier": SUPPLIER_SIRET,
                    "status": "SERVICE_FAIT",
                },
            )
        self.control("settings", {"results": 2})
        with (
            patch(
                "odoo.addons.l10n_fr_chorus_pro.chorus_api.changes.RESULTS_DEFAULT", 2
            ),
            mute_logger(CHANGES),
        ):
            self.run_follow()
        self.assertEqual(rows.mapped("portal_status"), ["SERVICE_FAIT"] * 3)
