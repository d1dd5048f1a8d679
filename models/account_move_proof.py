"""Proof of a deposit: what the portal holds, and a page that says so."""

import hashlib

from odoo import models
from odoo.exceptions import UserError

from ..const import MODULE
from .account_move_act import AT_PORTAL

# The portal's format and what its file is, by the first bytes.
SUFFIXES = {
    b"%PDF": ("pdf", "application/pdf"),
    b"PK\x03\x04": ("zip", "application/zip"),
}
XML = ("xml", "application/xml")


class AccountMove(models.Model):
    """Downloads only read at the portal, so a person may wait for them."""

    _inherit = "account.move"

    def action_chorus_pro_proof(self):
        """Attach the PDF and the XML that the portal holds of this invoice.

        :raise UserError: the portal does not hold it, or did not answer
        """
        self.ensure_one()
        self._chorus_pro_authorize()
        kept = self.sudo()
        row = kept.chorus_pro_transmission_id
        if row.state not in AT_PORTAL or not row.portal_id:
            raise UserError(self.env._("Chorus Pro does not hold this invoice yet."))
        files = kept._chorus_pro_with_client(kept._chorus_pro_fetch_proof)
        if files:
            kept._message_log(
                body=self.env._("Chorus Pro: the invoice as the portal holds it."),
                attachment_ids=files.ids,
            )
        return self._chorus_pro_notify(
            self.env._("%(count)s new files from Chorus Pro.", count=len(files))
        )

    def action_chorus_pro_certificate(self):
        """Print that and when this invoice was deposited, and how it stands.

        :raise UserError: it was not deposited
        """
        self.ensure_one()
        self.check_access("read")
        if not self.chorus_pro_transmission_id.portal_id:
            raise UserError(self.env._("Chorus Pro does not hold this invoice yet."))
        report = self.env.ref(f"{MODULE}.chorus_pro_certificate_action")
        return report.report_action(self)

    def _chorus_pro_fetch_proof(self, client):
        """Download PDF and pivot and attach what is not there yet.

        :return: the new ir.attachment
        :raise ChorusError: the portal did not answer
        """
        portal_id = self.chorus_pro_transmission_id.portal_id
        stem = self._chorus_pro_file_name().removesuffix(".pdf")
        attachments = self.env["ir.attachment"]
        known = set(
            attachments.search(
                [("res_model", "=", self._name), ("res_id", "=", self.id)]
            ).mapped("checksum")
        )
        made = attachments
        for form in ("PDF", "PIVOT"):
            content = client.telecharger_groupe(portal_id, form)
            suffix, mimetype = SUFFIXES.get(content[:4], XML)
            digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
            if digest in known:
                continue
            made += attachments.create(
                {
                    "name": f"{stem}-chorus-pro-{form.lower()}.{suffix}",
                    "raw": content,
                    "mimetype": mimetype,
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        return made
