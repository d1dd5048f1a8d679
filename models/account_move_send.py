"""Odoo's own Send: the PDF that it renders is the Factur-X that travels."""

import logging

from odoo import models

from ..factur_x import FacturXError

_logger = logging.getLogger(__name__)


class AccountMoveSend(models.AbstractModel):
    """Invoices of public entities leave Odoo with one file, whoever sends it."""

    _inherit = "account.move.send"

    def _hook_invoice_document_after_pdf_report_render(self, invoice, invoice_data):
        """EXTENDS account: replace core's Factur-X by ours.

        Core embeds its own XML in the rendered PDF, so the raw rendering is kept
        before it does. Proforma PDFs and invoices that cannot be sent stay core's.
        """
        values = invoice_data.get("pdf_attachment_values")
        raw = values and values["raw"]
        super()._hook_invoice_document_after_pdf_report_render(invoice, invoice_data)
        if (
            not raw
            or invoice_data.get("error")
            or not self._chorus_pro_concerns(invoice)
        ):
            return
        try:
            document = invoice._chorus_pro_make_document(raw)
        except FacturXError as error:
            _logger.info("%s: Odoo's own file is kept: %s", invoice, error.code)
            return
        values["raw"] = document.content
        chosen = invoice_data.get("ubl_cii_xml_options", {}).get("ubl_cii_format")
        if chosen not in (None, "facturx"):
            # Another format travels by another network: its XML stays core's.
            return
        invoice_data["ubl_cii_xml_attachment_values"] = {
            "name": "factur-x.xml",
            "raw": document.xml,
            "mimetype": "application/xml",
            "res_model": invoice._name,
            "res_id": invoice.id,
            "res_field": "ubl_cii_xml_file",
        }

    def _chorus_pro_concerns(self, invoice):
        """Whether `invoice` goes to a public entity and nothing stops it."""
        return (
            invoice.state == "posted"
            and invoice.move_type in ("out_invoice", "out_refund")
            and invoice.commercial_partner_id.chorus_pro_is_public
            and not invoice._chorus_pro_blockers()
        )
