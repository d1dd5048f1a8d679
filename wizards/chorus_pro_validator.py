"""The dialog that names the right validator of a sub- or co-contractor's invoice."""

from odoo import api, fields, models


class ChorusProValidator(models.TransientModel):
    """Another company that has to validate the invoices."""

    _name = "chorus.pro.validator"
    _description = "Correct the validator at Chorus Pro"

    move_ids = fields.Many2many("account.move", string="Invoices")
    validator_id = fields.Many2one(
        "res.partner",
        domain="[('is_company', '=', True)]",
    )

    @api.model
    def _open_for(self, moves):
        """A dialog for `moves`."""
        return self.create({"move_ids": moves.ids})

    def action_confirm(self):
        """Ask for it and close."""
        self.ensure_one()
        return self.move_ids._chorus_pro_validate_by(self.validator_id)
