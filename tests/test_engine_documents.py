"""What was sent is what is kept: the frozen file and the invoice's own PDF."""

import base64
import hashlib
import io
from unittest.mock import patch

from pypdf import PdfReader

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon
from odoo.addons.l10n_fr_chorus_pro.tests.factur_x_common import make_pdf


def embedded_xml(pdf):
    """The XML in a Factur-X file."""
    [content] = PdfReader(io.BytesIO(pdf)).attachments["factur-x.xml"]
    return content


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineDocuments(EngineCommon):
    def go_live(self):
        """Work in Production, served by this test's portal."""
        self.go_to("production", self.serve_portal())

    def frozen(self, move=None):
        """The file of the current attempt."""
        row = (move or self.move).sudo().chorus_pro_transmission_id
        content = base64.b64decode(row.file)
        self.assertEqual(row.checksum, hashlib.sha256(content).hexdigest())
        return content

    def attachments(self):
        """All files of the invoice, those behind fields included."""
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "=", self.move.id),
                (
                    "res_field",
                    "in",
                    ("invoice_pdf_report_file", "ubl_cii_xml_file", False),
                ),
            ]
        )

    def send_by_odoo(self, text="of Odoo"):
        """Odoo's own Send & Print, with a canned rendering; returns its PDF."""

        def render(report, report_name, res_ids=None, data=None):
            streams = {
                move_id: {"stream": io.BytesIO(make_pdf(text)), "attachment": None}
                for move_id in res_ids
            }
            return streams, "pdf"

        wizard = self.env["account.move.send.wizard"].with_context(
            active_model="account.move", active_ids=self.move.ids
        )
        report = type(self.env["ir.actions.report"])
        with patch.object(report, "_pre_render_qweb_pdf", render):
            wizard.create({"sending_methods": ["manual"]}).action_send_and_print()
        self.move.invalidate_recordset()
        return self.move.invoice_pdf_report_id.raw

    # === PRODUCTION === #

    def test_what_is_sent_becomes_the_legal_document(self):
        self.go_live()
        self.send(self.move)
        self.assertEqual(self.row.environment, "production")
        pdf = self.move.invoice_pdf_report_id
        self.assertEqual(pdf.raw, self.frozen())
        self.assertEqual(self.move.ubl_cii_xml_id.raw, embedded_xml(pdf.raw))
        [deposit] = self.ledger()["deposits"]
        self.assertEqual(deposit["sha256"], hashlib.sha256(pdf.raw).hexdigest())

    def test_an_older_pdf_is_detached_and_kept(self):
        old_pdf, old_xml = make_pdf("old"), b"<old/>"
        self.move.sudo()._chorus_pro_attach(
            "invoice_pdf_report_file", "old.pdf", "application/pdf", old_pdf
        )
        self.move.sudo()._chorus_pro_attach(
            "ubl_cii_xml_file", "old.xml", "application/xml", old_xml
        )
        before = self.attachments()
        self.move.invalidate_recordset()
        self.assertEqual(self.move.invoice_pdf_report_id.raw, old_pdf)
        self.go_live()
        self.send(self.move)
        self.move.invalidate_recordset()
        self.assertEqual(self.move.invoice_pdf_report_id.raw, self.frozen())
        self.assertEqual(self.move.ubl_cii_xml_id.raw, embedded_xml(self.frozen()))
        self.assertEqual([file.raw for file in before.sorted("id")], [old_pdf, old_xml])
        self.assertEqual(set(before.mapped("res_field")), {False})
        self.assertEqual(len(self.attachments()), 4)

    def test_the_file_of_odoos_own_send_is_the_one_that_travels(self):
        self.go_live()
        pdf = self.send_by_odoo()
        self.assertIn(b"factur-x.xml", pdf)
        files = self.attachments()
        self.send(self.move)
        self.assertEqual(self.frozen(), pdf)
        self.assertEqual(self.rendered, [])
        self.assertEqual(self.attachments(), files)
        [deposit] = self.ledger()["deposits"]
        self.assertEqual(deposit["sha256"], hashlib.sha256(pdf).hexdigest())

    def test_the_file_of_odoos_own_send_is_left_when_the_invoice_changed(self):
        self.go_live()
        pdf = self.send_by_odoo()
        self.move.purchase_order_reference = "EJ-LATER"
        self.send(self.move)
        self.assertNotEqual(self.frozen(), pdf)
        self.assertIn(b"EJ-LATER", embedded_xml(self.frozen()))
        self.assertEqual(self.rendered, [[self.move.name]])
        self.move.invalidate_recordset()
        self.assertEqual(self.move.invoice_pdf_report_id.raw, self.frozen())

    def test_odoos_own_send_after_ours_keeps_the_file(self):
        self.go_live()
        self.send(self.move)
        sent = self.frozen()
        self.assertEqual(self.send_by_odoo("rendered anew"), sent)
        self.assertEqual(self.frozen(), sent)

    # === DEMO AND QUALIFICATION === #

    def test_a_trial_leaves_the_books_alone(self):
        self.send(self.move)
        self.assertTrue(self.frozen())
        self.assertFalse(self.move.invoice_pdf_report_id)
        self.assertFalse(self.move.ubl_cii_xml_id)

    def test_the_file_of_odoos_own_send_travels_in_a_trial_too(self):
        pdf = self.send_by_odoo()
        self.send(self.move)
        self.assertEqual(self.frozen(), pdf)
        self.assertEqual(self.move.invoice_pdf_report_id.raw, pdf)

    # === IMMUTABLE === #

    def test_users_cannot_touch_what_was_sent(self):
        self.send(self.move)
        row = self.row.with_user(self.clerk)
        for values in ({"file": False}, {"checksum": "x"}, {"state": "to_send"}):
            with self.subTest(values), self.assertRaises(AccessError):
                row.write(values)
        with self.assertRaises(AccessError):
            row.unlink()

    def test_a_second_attempt_leaves_the_file_of_the_first(self):
        with self.answers("business"):
            self.send(self.move)
        first, content = self.row, self.frozen()
        self.move.purchase_order_reference = "EJ-2"
        self.send(self.move)
        self.assertEqual(base64.b64decode(first.file), content)
        self.assertNotEqual(self.frozen(), content)
