"""Why invoices wait, where people look: the pause of the company's queue."""

from odoo import api, fields, models

from ..const import READERS
from .account_move import WAITING


class AccountMove(models.Model):
    """The banner of the form and the column of the lists."""

    _inherit = "account.move"

    chorus_pro_pause = fields.Char(
        string="Chorus Pro waits",
        compute="_compute_chorus_pro_pause",
        groups=READERS,
        help="Why nothing is sent for this company just now, and until when.",
    )

    @api.depends("chorus_pro_status", "company_id")
    @api.depends_context("lang", "tz")
    def _compute_chorus_pro_pause(self):
        pauses = {c: c._chorus_pro_pause_line() for c in self.company_id}
        for move in self:
            waits = move.chorus_pro_status in ("to_send", *WAITING)
            move.chorus_pro_pause = (waits and pauses.get(move.company_id)) or False
