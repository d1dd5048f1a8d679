"""The dialog that gives the recipient the missing documents."""

from odoo import api, fields, models


class ChorusProComplete(models.TransientModel):
    """Files, dropped or from the invoice's own, and a word."""

    _name = "chorus.pro.complete"
    _description = "Complete at Chorus Pro"

    move_ids = fields.Many2many("account.move", string="Invoices")
    move_id = fields.Many2one("account.move", compute="_compute_reasons")
    count = fields.Integer(compute="_compute_reasons")
    reasons = fields.Text(compute="_compute_reasons", string="The recipient says")
    environment = fields.Char(compute="_compute_reasons")
    file_ids = fields.Many2many(
        "ir.attachment", "chorus_pro_complete_file_rel", string="New files"
    )
    kept_ids = fields.Many2many(
        "ir.attachment",
        "chorus_pro_complete_kept_rel",
        string="Files of the invoice",
        domain="[('res_model', '=', 'account.move'), ('res_id', '=', move_id)]",
    )
    type_id = fields.Many2one(
        "chorus.pro.piece.type",
        string="Kind of files",
        domain="[('environment', '=', environment)]",
    )
    comment = fields.Text()

    @api.model
    def _open_for(self, moves):
        """A dialog for `moves`."""
        return self.create({"move_ids": moves.ids})

    @api.depends("move_ids")
    def _compute_reasons(self):
        for wizard in self:
            moves = wizard.move_ids._origin
            rows = moves.chorus_pro_transmission_id
            wizard.count = len(moves)
            wizard.move_id = moves if len(moves) == 1 else False
            wizard.reasons = rows._name_comments()
            wizard.environment = rows[:1].environment

    def action_confirm(self):
        """Ask for it, say for how many, and close."""
        self.ensure_one()
        files = self.file_ids | self.kept_ids
        return self.move_ids._chorus_pro_complete(
            files, self.comment or "", self.type_id
        )
