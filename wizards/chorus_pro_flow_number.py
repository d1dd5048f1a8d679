"""The dialog where an officer types the flow number that the portal shows."""

import re

from odoo import fields, models
from odoo.exceptions import UserError

# CPP and 22 digits (API.md 2.1 [measured]).
FLOW_NUMBER = re.compile(r"CPP\d{22}")


class ChorusProFlowNumber(models.TransientModel):
    """A lost deposit that a person found at the portal."""

    _name = "chorus.pro.flow.number"
    _description = "Enter the flow number of a deposit"

    flow_id = fields.Many2one("chorus.pro.flow", required=True)
    number = fields.Char(string="Flow number", required=True)

    def action_confirm(self):
        """Go on with the deposit as if its answer had arrived."""
        self.ensure_one()
        flow = self.flow_id
        flow.sudo().transmission_ids.move_id.with_env(self.env)._chorus_pro_authorize(
            officer=True
        )
        number = (self.number or "").strip().upper()
        if not FLOW_NUMBER.fullmatch(number):
            raise UserError(self.env._("A flow number is CPP followed by 22 digits."))
        moves = flow.sudo().transmission_ids.move_id
        moves._chorus_pro_with_client(flow.sudo()._settle_by_person, number)
        return {"type": "ir.actions.act_window_close"}
