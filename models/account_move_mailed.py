"""Which PDF of an invoice was e-mailed, and whether it is the one that travels."""

from odoo import api, fields, models
from odoo.tools import format_date

from ..const import READERS


class AccountMove(models.Model):
    """The customer's e-mail and the file of Chorus Pro, compared by content."""

    _inherit = "account.move"

    chorus_pro_mailed = fields.Char(
        string="Other file e-mailed",
        compute="_compute_chorus_pro_mailed",
        groups=READERS,
        help="Told when an e-mail had another PDF of the invoice than Chorus Pro gets.",
    )

    @api.depends("chorus_pro_transmission_ids.checksum", "message_ids")
    @api.depends_context("lang", "tz")
    def _compute_chorus_pro_mailed(self):
        frozen = self._chorus_pro_frozen_checksums()
        mailed = self._chorus_pro_mailed_pdfs(list(frozen))
        for move in self:
            different = [
                (message, file)
                for message, file in mailed.get(move._origin.id, ())
                if file.checksum != frozen[move._origin.id]
            ]
            move.chorus_pro_mailed = bool(different) and move._chorus_pro_tell_mailed(
                *different[-1]
            )

    def _chorus_pro_frozen_checksums(self):
        """{move id: SHA-1 of the file of the current attempt} where it was frozen."""
        rows = self._origin.sudo().chorus_pro_transmission_id
        rows = rows.filtered(lambda row: row._is_frozen())
        files = self.env["ir.attachment"].sudo()
        files = files.search(
            [
                ("res_model", "=", rows._name),
                ("res_field", "=", "file"),
                ("res_id", "in", rows.ids),
            ]
        )
        return {rows.browse(file.res_id).move_id.id: file.checksum for file in files}

    def _chorus_pro_mailed_pdfs(self, ids):
        """PDFs of the invoices themselves that went out by e-mail, oldest first.

        :param list ids: of invoices
        :return: {move id: [(mail.message, ir.attachment)]}
        """
        messages = self.env["mail.message"].sudo()
        messages = messages.search(
            [
                ("model", "=", self._name),
                ("res_id", "in", ids),
                ("partner_ids", "!=", False),
                ("attachment_ids.mimetype", "=", "application/pdf"),
            ],
            order="id",
        )
        found, names = {}, {}
        for message in messages:
            move = self.browse(message.res_id).sudo()
            if move.id not in names:
                names[move.id] = move._chorus_pro_pdf_names()
            for file in message.attachment_ids:
                if file.name in names[move.id]:
                    found.setdefault(move.id, []).append((message, file))
        return found

    def _chorus_pro_pdf_names(self):
        """Names that Odoo gives to the PDF of this invoice, by any of its reports."""
        reports = self._get_available_action_reports()
        names = {self._get_invoice_report_filename(report=report) for report in reports}
        return names | {self.invoice_pdf_report_id.name}

    def _chorus_pro_tell_mailed(self, message, file):
        return self.env._(
            "Another version of the PDF was e-mailed on %(date)s (%(name)s): it is not "
            "the file of Chorus Pro.",
            date=format_date(self.env, message.date),
            name=file.name,
        )
