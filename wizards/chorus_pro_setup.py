"""The page that walks through the set-up, a card for each step."""

from odoo import api, fields, models

SETUP_STATES = [("done", "Done"), ("todo", "To do"), ("unneeded", "Not needed yet")]


class ChorusProSetup(models.TransientModel):
    """The steps of one company; each look reads the facts again."""

    _name = "chorus.pro.setup"
    _description = "Set-up of Chorus Pro"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    done = fields.Integer(compute="_compute_progress")
    needed = fields.Integer(compute="_compute_progress")
    percent = fields.Integer(compute="_compute_progress")
    line_ids = fields.One2many("chorus.pro.setup.line", "setup_id")

    progress_words = fields.Char(compute="_compute_progress")
    next_words = fields.Char(compute="_compute_progress")

    @api.depends("company_id")
    def _compute_progress(self):
        for setup in self:
            company = setup.company_id
            setup.done, setup.needed = company._chorus_pro_setup_progress()
            setup.percent = 100 * setup.done // setup.needed
            setup.progress_words = self.env._(
                "%(done)s of %(needed)s steps done",
                done=setup.done,
                needed=setup.needed,
            )
            is_done = setup.done == setup.needed
            setup.next_words = is_done and company._chorus_pro_setup_next()

    def _compute_display_name(self):
        for setup in self:
            setup.display_name = self.env._("Set up Chorus Pro")

    @api.model
    def action_open(self):
        """Open the page of the company at hand."""
        company = self.env.company
        company._chorus_pro_check_administrator()
        steps = company._chorus_pro_setup_steps()
        setup = self.create(
            {
                "company_id": company.id,
                "line_ids": [fields.Command.create({"key": s.key}) for s in steps],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set up Chorus Pro"),
            "res_model": self._name,
            "res_id": setup.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }


class ChorusProSetupLine(models.TransientModel):
    """One step, as the facts tell it now."""

    _name = "chorus.pro.setup.line"
    _description = "Step of the set-up of Chorus Pro"
    _order = "id"

    setup_id = fields.Many2one("chorus.pro.setup", required=True, ondelete="cascade")
    key = fields.Char(required=True)
    progress = fields.Selection(SETUP_STATES, compute="_compute_step")
    name = fields.Char(compute="_compute_step")
    words = fields.Char(compute="_compute_step")
    button = fields.Char(compute="_compute_step")
    is_next = fields.Boolean(compute="_compute_step")

    @api.depends("key", "setup_id.company_id")
    def _compute_step(self):
        for setup, lines in self.grouped("setup_id").items():
            steps = {s.key: s for s in setup.company_id._chorus_pro_setup_steps()}
            todo = [key for key, step in steps.items() if step.progress == "todo"]
            order = [*steps]
            for line in lines:
                step = steps.get(line.key)
                line.progress = step and step.progress
                line.name = step and f"{order.index(line.key) + 1}. {step.title}"
                line.words = step and step.words
                line.button = step and step.button
                line.is_next = line.key in todo[:1]

    def action_open(self):
        """Go to the place of the step."""
        self.ensure_one()
        return self.setup_id.company_id._chorus_pro_open_setup_step(self.key)
