"""Odoo's own Send: the PDF that it renders is the Factur-X that travels."""

import logging

from odoo import api, models

from ..const import SENDING_METHOD
from ..factur_x import FacturXError
from .account_move_document import XML_NAME

_logger = logging.getLogger(__name__)


class AccountMoveSend(models.AbstractModel):
    """Invoices of public entities leave Odoo with one file, whoever sends it."""

    _inherit = "account.move.send"

    @api.model
    def _get_default_invoice_edi_format(self, move, **kwargs):
        """EXTENDS account: core's own Factur-X is not made where ours takes its place.

        Its checks are those of other networks and would stop what Chorus Pro takes.
        """
        chosen = super()._get_default_invoice_edi_format(move, **kwargs)
        ours = SENDING_METHOD in (kwargs.get("sending_methods") or ())
        if chosen == "facturx" and (ours or self._chorus_pro_concerns(move)):
            return False
        return chosen

    @api.model
    def _get_placeholder_mail_attachments_data(
        self, move, invoice_edi_format=None, extra_edis=None, pdf_report=None
    ):
        """EXTENDS account: announce the XML that is mailed beside the PDF."""
        results = super()._get_placeholder_mail_attachments_data(
            move,
            invoice_edi_format=invoice_edi_format,
            extra_edis=extra_edis,
            pdf_report=pdf_report,
        )
        made = results and not invoice_edi_format and not move.ubl_cii_xml_id
        if made and self._chorus_pro_concerns(move):
            results.append(
                {
                    "id": f"placeholder_{XML_NAME}",
                    "name": XML_NAME,
                    "mimetype": "application/xml",
                    "placeholder": True,
                }
            )
        return results

    def _hook_invoice_document_after_pdf_report_render(self, invoice, invoice_data):
        """EXTENDS account: replace core's Factur-X by ours.

        Core embeds its own XML in the rendered PDF, so the raw rendering is kept
        before it does. Proforma PDFs and invoices that cannot be sent stay core's.
        """
        values = invoice_data.get("pdf_attachment_values")
        raw = values and values["raw"]
        super()._hook_invoice_document_after_pdf_report_render(invoice, invoice_data)
        if not raw or invoice_data.get("error"):
            return
        document = self._chorus_pro_find_document(invoice, raw)
        if not document:
            return
        values["raw"] = document.content
        chosen = invoice_data.get("ubl_cii_xml_options", {}).get("ubl_cii_format")
        if chosen not in (None, "facturx"):
            # Another format travels by another network: its XML stays core's.
            return
        invoice_data["ubl_cii_xml_attachment_values"] = {
            "name": XML_NAME,
            "raw": document.xml,
            "mimetype": "application/xml",
            "res_model": invoice._name,
            "res_id": invoice.id,
            "res_field": "ubl_cii_xml_file",
        }

    def _chorus_pro_find_document(self, invoice, raw):
        """The file for a rendering: the frozen one if there is, else made of it.

        :return: factur_x.Document, or None when core's file is to be kept
        """
        frozen = invoice._chorus_pro_frozen_document()
        if frozen:
            return frozen
        if not self._chorus_pro_concerns(invoice):
            return None
        try:
            return invoice._chorus_pro_make_document(raw)
        except FacturXError as error:
            _logger.info("%s: Odoo's own file is kept: %s", invoice, error.code)
            return None

    def _chorus_pro_concerns(self, invoice):
        """Whether `invoice` goes to a public entity and nothing stops it."""
        return (
            invoice.state == "posted"
            and invoice._chorus_pro_wants_defaults()
            and not invoice._chorus_pro_blockers()
        )
