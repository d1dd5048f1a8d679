"""What the uninstallation takes away, and what it leaves."""

import tempfile
from pathlib import Path

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import uninstall_hook
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon


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

    def test_frozen_files_are_removed(self):
        self.assertTrue(self.files("chorus.pro.transmission"))
        uninstall_hook(self.env(su=True))
        self.assertFalse(self.files("chorus.pro.transmission"))

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
