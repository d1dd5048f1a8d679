"""The dialog that shows what stops each invoice before any of them leaves."""

from odoo import api, fields, models

from ..const import MODULE

CHECK = "action_chorus_pro_check"
# Fields that the small form of a model shows: these problems are solved in the dialog.
SMALL_FORMS = {
    "account.move": {
        "buyer_reference",
        "purchase_order_reference",
        "contract_reference",
        "partner_bank_id",
        "chorus_pro_framework",
        "chorus_pro_document_type",
        "chorus_pro_original_number",
        "chorus_pro_original_date",
        "chorus_pro_delivery_note",
        "chorus_pro_project",
        "chorus_pro_attachment_ids",
    },
    "res.partner": {
        "chorus_pro_is_public",
        "company_registry",
        "chorus_pro_requirement",
        "chorus_pro_synced_at",
        "vat",
        "street",
        "city",
        "country_id",
    },
}


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
    can_check = fields.Boolean(compute="_compute_counts")
    environment_label = fields.Char(compute="_compute_counts")

    @api.depends("move_ids")
    def _compute_line_ids(self):
        for wizard in self:
            lines = [
                values
                for move in wizard.move_ids._origin
                for values in wizard._lines_of(move)
            ]
            wizard.line_ids = [
                fields.Command.clear(),
                *(fields.Command.create(values) for values in lines),
            ]

    @api.depends("line_ids.level", "move_ids")
    def _compute_counts(self):
        """Counted from the lines: the invoices are judged once."""
        for wizard in self:
            levels = {}
            for line in wizard.line_ids:
                levels.setdefault(line.move_id.id, set()).add(line.level)
            blocked = [found for found in levels.values() if "error" in found]
            warned = [found for found in levels.values() if "warning" in found]
            wizard.count = len(levels)
            wizard.blocked_count = len(blocked)
            wizard.ready_count = len(levels) - len(blocked)
            wizard.warning_count = len([f for f in warned if "error" not in f])
            wizard.can_check = CHECK in wizard.line_ids.mapped("method")
            wizard.environment_label = wizard._name_environments()

    def _name_environments(self):
        """Where the invoices go, in words."""
        moves = self.move_ids._origin
        field = moves._fields["chorus_pro_environment"]
        names = dict(field._description_selection(self.env))
        return ", ".join(
            sorted({names[c.chorus_pro_environment] for c in moves.company_id})
        )

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
                "fix_field": problem.field,
                "method": problem.method,
            }
            for problem in problems
        ]

    def _reopen(self):
        """Judge the invoices anew and show the dialog again."""
        self.ensure_one()
        self._compute_line_ids()
        return self._show()

    def _show(self):
        """The action that shows the dialog."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send to Chorus Pro"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_check(self):
        """Let the portal be asked where that helps, then show what is left."""
        self.ensure_one()
        self.move_ids._chorus_pro_authorize()
        lines = self.line_ids.filtered(lambda li: li.method == CHECK)
        return lines._check() if lines else self._show()

    def action_confirm(self):
        """Queue what can go, say how many went, and close."""
        self.ensure_one()
        self.move_ids._chorus_pro_authorize()
        queued = self.move_ids._chorus_pro_enqueue()
        batch = self.env["chorus.pro.batch"]._watch(queued)
        left = len(self.move_ids) - len(queued)
        message = self.env._("The invoice is on its way to Chorus Pro.")
        if len(queued) != 1:
            message = self.env._(
                "%(queued)s invoices are on their way to Chorus Pro.",
                queued=len(queued),
            )
        if left:
            message += " " + self.env._("%(left)s stay here.", left=left)
        links = [{"label": self.env._("Follow them"), "url": batch._url()}]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if queued else "warning",
                "message": f"{message} %s" if batch else message,
                "links": links if batch else [],
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
    fix_field = fields.Char()
    method = fields.Char()

    @api.depends("level")
    def _compute_level_order(self):
        order = {"error": 0, "warning": 1, "ready": 2}
        for line in self:
            line.level_order = order[line.level]

    def action_fix(self):
        """Open the place where the problem is solved.

        What a small form can solve is solved in the dialog, which comes back with the
        invoices judged anew; for the rest the record itself is opened.
        """
        self.ensure_one()
        record = self.env[self.fix_model].browse(self.fix_id)
        fields_of_form = SMALL_FORMS.get(self.fix_model, ())
        if self.fix_field not in fields_of_form or not record.has_access("write"):
            return record._get_records_action(target="current")
        name = f"{self.fix_model.replace('.', '_')}_view_form_chorus_pro_fix"
        view = self.env.ref(f"{MODULE}.{name}")
        return record._get_records_action(
            name=self.message,
            target="new",
            views=[(view.id, "form")],
            context={"chorus_pro_send_id": self.send_id.id, "dialog_size": "large"},
        )

    def action_check(self):
        """Let the portal be asked for this invoice, then show what is left."""
        return self._check()

    def _check(self):
        """Check the invoices of these lines at the portal; the dialog comes back."""
        self.move_id._chorus_pro_authorize()
        action = self.move_id.action_chorus_pro_check()
        action["params"]["next"] = self.send_id._reopen()
        return action


class AccountMove(models.Model):
    """The small form of an invoice leads back to the dialog."""

    _inherit = "account.move"

    def action_chorus_pro_back(self):
        """Go back to the sending dialog, where the invoices are judged anew."""
        self._chorus_pro_authorize()
        wizard = self.env.context.get("chorus_pro_send_id")
        if not wizard:
            return {"type": "ir.actions.act_window_close"}
        return self.env["chorus.pro.send"].browse(wizard)._reopen()


class ResPartner(models.Model):
    """The small form of an entity leads back to the dialog."""

    _inherit = "res.partner"

    def action_chorus_pro_back(self):
        """Go back to the sending dialog, where the invoices are judged anew."""
        self.check_access("write")
        return self.env["account.move"].action_chorus_pro_back()
