"""Odoo's own Send: whose file the customer gets."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon
from odoo.addons.l10n_fr_chorus_pro.tests.factur_x_common import make_pdf

RENDERING = make_pdf("rendered by Odoo")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMoveSend(ChorusProCommon):
    """The hook after the rendering, with what core hands to it."""

    def render(self, move, raw=RENDERING, **data):
        """Run the hook on a rendering; returns core's data afterwards."""
        data = {"pdf_attachment_values": {"name": "i.pdf", "raw": raw}, **data}
        sender = self.env["account.move.send"].with_user(self.clerk)
        sender._hook_invoice_document_after_pdf_report_render(move.sudo(), data)
        return data

    def assertOurs(self, data):
        """The rendering became our Factur-X."""
        self.assertNotEqual(data["pdf_attachment_values"]["raw"], RENDERING)
        self.assertIn(b"factur-x.xml", data["pdf_attachment_values"]["raw"])

    def assertCores(self, data, raw=RENDERING):
        """Nothing of ours was put into core's data."""
        self.assertEqual(data["pdf_attachment_values"]["raw"], raw)
        self.assertNotIn("ubl_cii_xml_attachment_values", data)

    def test_public_entity_gets_our_file(self):
        move = self.make_invoice(purchase_order_reference="EJ-1")
        data = self.render(move)
        self.assertOurs(data)
        xml = data["ubl_cii_xml_attachment_values"]
        self.assertEqual(
            (xml["res_id"], xml["res_field"]), (move.id, "ubl_cii_xml_file")
        )
        self.assertIn(b"EJ-1", xml["raw"])

    def test_warning_does_not_stop_it(self):
        self.entity.chorus_pro_requirement = "unknown"
        self.assertOurs(self.render(self.make_invoice()))

    def test_credit_note_too(self):
        self.assertOurs(self.render(self.make_invoice(move_type="out_refund")))

    def test_private_customer_gets_core_s_file(self):
        self.entity.chorus_pro_is_public = False
        self.assertCores(self.render(self.make_invoice()))

    def test_invoice_that_cannot_go_keeps_core_s_file(self):
        self.entity.chorus_pro_requirement = "engagement"
        self.assertCores(self.render(self.make_invoice()))

    def test_draft_keeps_core_s_file(self):
        self.assertCores(self.render(self.make_invoice(post=False)))

    def test_error_of_core_stays_what_is_told(self):
        error = {"error_title": "No", "errors": ["x"]}
        self.assertCores(self.render(self.make_invoice(), error=error))

    def test_proforma_is_left_alone(self):
        proforma = {"name": "proforma.pdf", "raw": RENDERING}
        data = {"proforma_pdf_attachment_values": dict(proforma)}
        sender = self.env["account.move.send"]
        sender._hook_invoice_document_after_pdf_report_render(
            self.make_invoice().sudo(), data
        )
        self.assertEqual(data, {"proforma_pdf_attachment_values": proforma})

    @mute_logger("pypdf._reader")
    def test_rendering_that_cannot_become_a_factur_x_stays(self):
        data = self.render(self.make_invoice(), raw=b"no PDF")
        self.assertCores(data, b"no PDF")

    def test_xml_of_another_network_stays_core_s(self):
        xml = {"name": "ubl.xml", "raw": b"<ubl/>"}
        sender = type(self.env["account.move.send"])
        with patch.object(sender, "_postprocess_invoice_ubl_xml"):
            data = self.render(
                self.make_invoice(),
                ubl_cii_xml_options={"ubl_cii_format": "ubl_bis3"},
                ubl_cii_xml_attachment_values=xml,
            )
        self.assertOurs(data)
        self.assertEqual(data["ubl_cii_xml_attachment_values"], xml)
