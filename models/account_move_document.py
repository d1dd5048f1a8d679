"""The invoice as a Factur-X file: one maker for the cron and for Odoo's Send."""

import hashlib
import re

from odoo import models

from ..factur_x import (
    Attachment,
    Document,
    is_same_document,
    make_document,
    make_xml,
    read_xml,
)

XML_NAME = "factur-x.xml"


class AccountMove(models.Model):
    """Making, recognising and keeping the Factur-X file of an invoice."""

    _inherit = "account.move"

    def _chorus_pro_make_document(self, pdf, profile=None):
        """Odoo's rendering as Factur-X: PDF/A-3b with XML and attachments.

        :param bytes pdf: what the renderer gave
        :param str profile: key of factur_x.PROFILES, by default that of deposits
        :return: factur_x.Document
        :raise FacturXError: terms, attachments or the PDF do not allow it
        """
        self.ensure_one()
        return make_document(
            pdf,
            self._chorus_pro_terms(),
            profile=profile or self.company_id._chorus_pro_profile(),
            attachments=self._chorus_pro_attachments(),
            lang=(self.partner_id.lang or "fr")[:2],
            schematron=self.company_id._chorus_pro_schematron(),
            strict=self.company_id._chorus_pro_is_strict(),
        )

    def _chorus_pro_attachments(self):
        """Files to embed: [factur_x.Attachment]."""
        return [
            Attachment(name=file.name, content=file.raw, description=file.name)
            for file in self.sudo().chorus_pro_attachment_ids
        ]

    def _chorus_pro_file_name(self):
        """Name of the file at the portal, from the invoice number."""
        return re.sub(r"[^\w.+-]", "-", self.name, flags=re.ASCII) + ".pdf"

    def _chorus_pro_own_document(self):
        """The invoice's own PDF when it is already the Factur-X of today's data.

        It is taken as it is: what was mailed or printed and what is sent are one file.

        :return: factur_x.Document, or None when it has to be made
        """
        self.ensure_one()
        pdf = self.invoice_pdf_report_id.raw
        terms, profile = self._chorus_pro_terms(), self.company_id._chorus_pro_profile()
        files = self._chorus_pro_attachments()
        if not pdf or not is_same_document(pdf, terms, files, profile=profile):
            return None
        return Document(pdf, make_xml(terms, profile), hashlib.sha256(pdf).hexdigest())

    def _chorus_pro_frozen_document(self):
        """The file of the current attempt, once it was frozen.

        :return: factur_x.Document, or None
        """
        self.ensure_one()
        row = self.sudo().chorus_pro_transmission_id
        pdf = row._file_content() if row._is_frozen() else b""
        xml = read_xml(pdf)
        return xml and Document(pdf, xml, row.checksum)

    def _chorus_pro_keep_legal_documents(self, document):
        """Make `document` the invoice's own PDF and XML; an older PDF is kept aside.

        :param factur_x.Document document: what is being sent
        """
        self.ensure_one()
        if self.invoice_pdf_report_id.raw != document.content:
            self._detach_attachments()
            self._chorus_pro_attach(
                "invoice_pdf_report_file",
                self._get_invoice_report_filename(),
                "application/pdf",
                document.content,
            )
        xml = self.ubl_cii_xml_id
        if xml.name in (False, XML_NAME) and xml.raw != document.xml:
            xml.res_field = False
            self._chorus_pro_attach(
                "ubl_cii_xml_file", XML_NAME, "application/xml", document.xml
            )
        self.invalidate_recordset(
            [
                "invoice_pdf_report_id",
                "invoice_pdf_report_file",
                "ubl_cii_xml_id",
                "ubl_cii_xml_file",
            ]
        )

    def _chorus_pro_attach(self, field, name, mimetype, content):
        """Store `content` as the attachment behind a binary field of the invoice."""
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "mimetype": mimetype,
                "res_model": self._name,
                "res_id": self.id,
                "res_field": field,
            }
        )
