"""The dialog that shows what stops each invoice before any of them leaves."""

from odoo import api, fields, models


class ChorusProSend(models.TransientModel):
    """Selected invoices, sorted in those that can go and those that cannot.

    It holds no rule: the invoices compute what stops them, and confirming only
    queues those that can go.
    """

    _name = "chorus.pro.send"
    _description = "Send to Chorus Pro"

    move_ids = fields.Many2many("account.move", string="Invoices")
    line_ids = fields.One2many(
        "chorus.pro.send.line", "send_id", compute="_compute_line_ids", store=True
    )
    count = fields.Integer(compute="_compute_counts")
    ready_count = fields.Integer(compute="_compute_counts")
    warning_count = fields.Integer(compute="_compute_counts")
    blocked_count = fields.Integer(compute="_compute_counts")
    environment_label = fields.Char(compute="_compute_counts")

    @api.depends("move_ids")
    def _compute_line_ids(self):
        for wizard in self:
            lines = [
                values
                for move in wizard.move_ids
                for values in wizard._lines_of(move._origin)
            ]
            wizard.line_ids = [
                fields.Command.clear(),
                *(fields.Command.create(values) for values in lines),
            ]

    @api.depends("move_ids")
    def _compute_counts(self):
        for wizard in self:
            moves = wizard.move_ids._origin
            ready = moves.filtered("chorus_pro_can_send")
            environments = {
                dict(
                    move._fields["chorus_pro_environment"]._description_selection(
                        wizard.env
                    )
                )[move.chorus_pro_environment]
                for move in moves
            }
            wizard.count = len(moves)
            wizard.warning_count = len(ready.filtered("chorus_pro_problems"))
            wizard.ready_count = len(ready)
            wizard.blocked_count = len(moves) - len(ready)
            wizard.environment_label = ", ".join(sorted(environments))

    def _lines_of(self, move):
        """Lines for one invoice: a line per problem, or one that says "ready"."""
        base = {"move_id": move.id}
        problems = move._chorus_pro_find_problems()
        if not problems:
            return [{**base, "level": "ready", "message": self.env._("Ready to send")}]
        return [
            {
                **base,
                "level": problem.level,
                "message": problem.message,
                "fix_model": problem.record._name,
                "fix_id": problem.record.id,
            }
            for problem in problems
        ]

    def action_confirm(self):
        """Queue what can go, say how many went, and close."""
        self.ensure_one()
        self.move_ids._chorus_pro_authorize()
        queued = self.move_ids._chorus_pro_enqueue()
        left = len(self.move_ids) - len(queued)
        message = self.env._("The invoice is on its way to Chorus Pro.")
        if len(queued) != 1:
            message = self.env._(
                "%(queued)s invoices are on their way to Chorus Pro.",
                queued=len(queued),
            )
        if left:
            message += " " + self.env._("%(left)s stay here.", left=left)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if queued else "warning",
                "message": message,
                "next": {
                    "type": "ir.actions.act_window_close",
                    "infos": {"queued": queued.ids},
                },
            },
        }


class ChorusProSendLine(models.TransientModel):
    """One invoice of the dialog and one thing that is to be known of it."""

    _name = "chorus.pro.send.line"
    _description = "Line of the Chorus Pro sending dialog"
    _order = "level_order, id"

    send_id = fields.Many2one("chorus.pro.send", required=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", string="Invoice", required=True)
    partner_id = fields.Many2one(related="move_id.commercial_partner_id")
    level = fields.Selection(
        [("error", "Cannot go"), ("warning", "Warning"), ("ready", "Ready")],
        required=True,
        string="Result",
    )
    level_order = fields.Integer(compute="_compute_level_order", store=True)
    message = fields.Char()
    fix_model = fields.Char()
    fix_id = fields.Many2oneReference(model_field="fix_model")

    @api.depends("level")
    def _compute_level_order(self):
        order = {"error": 0, "warning": 1, "ready": 2}
        for line in self:
            line.level_order = order[line.level]

    def action_fix(self):
        """Open the record where the problem is solved."""
        self.ensure_one()
        return (
            self.env[self.fix_model]
            .browse(self.fix_id)
            ._get_records_action(target="current")
        )
