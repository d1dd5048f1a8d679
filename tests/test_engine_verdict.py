"""An invoice whose file breaks a rule, or whose rules could not be applied."""

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.factur_x import FacturXError
from odoo.addons.l10n_fr_chorus_pro.factur_x.issues import make_issue
from odoo.addons.l10n_fr_chorus_pro.factur_x.schematron import Finding
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

MAKER = "odoo.addons.l10n_fr_chorus_pro.models.account_move_document.make_document"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineVerdict(EngineCommon):
    SPARE = 4

    def send_with(self, error, *moves):
        """Run the scheduled action with a maker that raises `error`."""
        with patch(MAKER, side_effect=error):
            self.send(*moves)

    def test_broken_rules_are_told_in_words_of_the_invoice(self):
        findings = [
            Finding(
                level="error",
                rule="BR-CO-10",
                text="[BR-CO-10]-Sum of Invoice line net amount.",
                location="/*",
                line=3,
                term="BT-131",
            ),
            make_issue("iban_missing", "BT-84"),
        ]
        error = FacturXError("schematron", "technical", findings)
        self.send_with(error, self.move)
        self.assertEqual((self.row.state, self.row.detail), ("failed", "technical"))
        general, first, second = self.row.error.split("\n")
        self.assertEqual(general, self.words("schematron"))
        self.assertEqual(
            first,
            "Line 3: Amount of a line: Sum of Invoice line net amount. (BR-CO-10)",
        )
        self.assertIn("No IBAN", second)
        self.assertIn(first, self.move.chorus_pro_story)
        wizard = self.env["chorus.pro.send"].create({"move_ids": self.move.ids})
        self.assertIn(first, wizard.line_ids.message)
        self.assertEqual(wizard.line_ids.level, "warning")

    def test_a_finding_about_no_line_and_no_term(self):
        finding = Finding("error", "BR-1", "Text.", "/*")
        put = self.move._chorus_pro_put_finding(finding)
        self.assertEqual(put, "Text. (BR-1)")

    def test_a_check_that_could_not_run_makes_the_invoice_wait(self):
        for code in ("schematron_unavailable", "schematron_failed"):
            move = self.make_invoice()
            self.send_with(FacturXError(code, "no program"), move)
            row = move.sudo().chorus_pro_transmission_id
            self.assertEqual((row.state, row.error_code), ("to_send", code))
            self.assertFalse(row.checksum)
            self.assertGreater(row.next_try_at, row.create_date)
            self.assertEqual(move.chorus_pro_status, "queued")
            self.assertIn(self.words(code), move.chorus_pro_story)
            with patch(MAKER) as maker:
                self.run_send()
            maker.assert_not_called()
            row.next_try_at = row.create_date
            self.run_send()
            self.assertEqual(row.state, "deposited")
            self.assertFalse(row.error or row.error_code or row.detail)

    def test_rules_can_be_switched_off_or_required(self):
        parameters = self.env["ir.config_parameter"].sudo()
        for mode in ("auto", "off", "required"):
            parameters.set_param("l10n_fr_chorus_pro.schematron", mode)
            with patch(MAKER, side_effect=FacturXError("pdf_empty")) as maker:
                self.send(self.make_invoice())
            self.assertEqual(maker.call_args.kwargs["schematron"], mode)
