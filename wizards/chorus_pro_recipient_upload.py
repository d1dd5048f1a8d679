"""The dialog that asks for an import of the directory of recipients."""

from odoo import fields, models
from odoo.exceptions import UserError


class ChorusProRecipientUpload(models.TransientModel):
    """Where the directory comes from."""

    _name = "chorus.pro.recipient.upload"
    _description = "Import the Chorus Pro directory"

    source = fields.Selection(
        [("portal", "Download it from Chorus Pro"), ("file", "A file that I have")],
        required=True,
        default="portal",
    )
    file = fields.Binary()
    file_name = fields.Char()

    def action_confirm(self):
        """Ask for the import and show it."""
        self.ensure_one()
        if self.source == "file" and not self.file:
            raise UserError(self.env._("Choose the file of the directory first."))
        is_file = self.source == "file"
        asked = self.env["chorus.pro.recipient.import"]._request(
            self.source,
            self.env.company,
            file=self.file if is_file else None,
            file_name=self.file_name if is_file else None,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": asked._name,
            "res_id": asked.id,
            "view_mode": "form",
        }
