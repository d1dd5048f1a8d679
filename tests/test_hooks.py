"""What the uninstallation takes away, and what it leaves."""

import tempfile
from pathlib import Path

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import hooks, pre_init_hook, uninstall_hook
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

# Column that the hook adds: what rows that were there before hold in it.
COLUMNS = {
    ("account_move", "chorus_pro_status"): None,
    ("account_move", "chorus_pro_framework"): "A1",
    ("account_move", "chorus_pro_due_on"): None,
    ("account_move", "chorus_pro_days_late"): None,
    ("account_move", "chorus_pro_late_interest"): None,
    ("account_move", "chorus_pro_delivery_note"): None,
    ("account_move", "chorus_pro_project"): None,
    ("res_partner", "chorus_pro_requirement"): "unknown",
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestHooks(ChorusProCommon):
    """Frozen files and the Demo portal go; the books stay."""

    def setUp(self):
        super().setUp()
        self.move = self.make_invoice()
        self.row = self.send(self.move)

    def files(self, *models):
        """Files behind binary fields of some models."""
        files = self.env["ir.attachment"].sudo()
        return files.search([("res_model", "in", models), ("res_field", "!=", False)])

    def fetch(self, query, *parameters):
        """The only value that a query finds."""
        self.env.cr.execute(query, parameters)
        [(value,)] = self.env.cr.fetchall()
        return value

    def test_columns_are_added_with_what_a_new_installation_holds(self):
        ids = {"account_move": self.move.id, "res_partner": self.entity.id}
        for table, column in COLUMNS:
            self.env.cr.execute(f"ALTER TABLE {table} DROP COLUMN {column} CASCADE")
        pre_init_hook(self.env)
        for (table, column), expected in COLUMNS.items():
            value = self.fetch(
                f"SELECT {column} FROM {table} WHERE id = %s", ids[table]
            )
            self.assertEqual(value, expected, column)
            default = self.fetch(
                "SELECT column_default FROM information_schema.columns"
                " WHERE table_name = %s AND column_name = %s",
                table,
                column,
            )
            self.assertIsNone(default, column)

    def test_credit_notes_that_are_there_name_what_they_correct(self):
        refund = self.make_invoice(
            move_type="out_refund", reversed_entry_id=self.move.id
        )
        self.env.flush_all()
        for column in ("original_number", "original_date"):
            self.env.cr.execute(
                f"ALTER TABLE account_move DROP COLUMN chorus_pro_{column}"
            )
        pre_init_hook(self.env)
        refund.invalidate_recordset()
        self.assertEqual(refund.chorus_pro_original_number, self.move.name)
        self.assertEqual(refund.chorus_pro_original_date, self.move.invoice_date)

    def test_no_computed_column_is_left_to_the_orm(self):
        """It would write every invoice. Periods are told by lines, where other
        addons put them there.
        """
        found = {
            name
            for name, field in self.env["account.move"]._fields.items()
            if name.startswith("chorus_pro_") and field.store and field.compute
        }
        added = {name for table, name, *_more in hooks.COLUMNS}
        periods = {"chorus_pro_period_start", "chorus_pro_period_end"}
        self.assertEqual(found - added, periods)

    def test_columns_that_are_there_are_left_alone(self):
        self.env.flush_all()
        pre_init_hook(self.env)
        self.move.invalidate_recordset()
        self.assertEqual(self.move.chorus_pro_status, "sent")

    def test_frozen_files_are_removed(self):
        self.assertTrue(self.files("chorus.pro.transmission"))
        uninstall_hook(self.env(su=True))
        self.assertFalse(self.files("chorus.pro.transmission"))

    def test_copies_of_what_a_request_sent_are_removed(self):
        file = self.env["ir.attachment"].create({"name": "bon.pdf", "raw": b"%PDF-"})
        request = self.env["chorus.pro.request"].sudo()
        request = request.create(
            {
                "transmission_id": self.row.id,
                "environment": "demo",
                "kind": "complete",
                "state": "done",
                "user_id": self.env.uid,
            }
        )
        request._keep_files(file)
        copies = request.attachment_ids
        self.assertTrue(copies)
        uninstall_hook(self.env(su=True))
        self.assertFalse(copies.exists())
        self.assertTrue(file.exists())

    def test_activities_are_removed(self):
        """Core makes To-dos of open ones; done ones would keep our types."""
        todo = "mail.mail_activity_data_todo"
        own = [
            self.move.activity_schedule(f"l10n_fr_chorus_pro.mail_activity_{name}")
            for name in ("request", "lost")
        ]
        own[0].action_feedback(feedback="It was done.")
        own[0].flush_recordset()
        self.assertFalse(own[0].active)
        other = self.move.activity_schedule(todo)
        uninstall_hook(self.env(su=True))
        self.assertFalse((own[0] | own[1]).exists())
        self.assertTrue(other.exists())
        own_types = self.env["ir.model.data"].search(
            [
                ("module", "=", "l10n_fr_chorus_pro"),
                ("model", "=", "mail.activity.type"),
            ]
        )
        types = self.env["mail.activity.type"].browse(own_types.mapped("res_id"))
        types.unlink()
        self.assertFalse(types.exists())

    def test_files_of_invoices_and_of_others_stay(self):
        own = self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": b"x",
                "res_model": "account.move",
                "res_id": self.move.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        added = self.env["ir.attachment"].create(
            {
                "name": "annexe.pdf",
                "raw": b"x",
                "res_model": "account.move",
                "res_id": self.move.id,
            }
        )
        others = self.files("res.partner", "res.company", "ir.ui.menu", "res.lang")
        uninstall_hook(self.env(su=True))
        self.assertTrue(own.exists())
        self.assertTrue(added.exists())
        self.assertEqual(others.exists(), others)
        self.assertEqual(self.move.state, "posted")

    def test_ledger_of_the_demo_is_removed_with_its_companions(self):
        folder = Path(self.portal_file).parent
        for name in ("portal.sqlite-wal", "portal.sqlite-shm"):
            (folder / name).touch()
        (folder / "other.sqlite").touch()
        self.assertTrue(Path(self.portal_file).exists())
        uninstall_hook(self.env(su=True))
        self.assertEqual([path.name for path in folder.iterdir()], ["other.sqlite"])

    def test_nothing_there(self):
        """Nobody ever tried the Demo: that is no error."""
        with tempfile.TemporaryDirectory() as folder:
            self.patch(
                type(self.env["res.company"]),
                "_chorus_pro_demo_path",
                lambda company: f"{folder}/none.sqlite",
            )
            uninstall_hook(self.env(su=True))
            uninstall_hook(self.env(su=True))
        self.assertFalse(self.files("chorus.pro.transmission"))
