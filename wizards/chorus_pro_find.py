"""The dialog "Find a public entity": type, choose a card, use it."""

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..const import DIRECTORY_STATES, REQUIREMENTS

LEVELS = [("info", "Info"), ("warning", "Warning"), ("danger", "Error")]


class ChorusProFind(models.TransientModel):
    """A search in the portal's directory, or in the imported one.

    It holds no rule: contacts know how to search, to open and to take an entity.
    """

    _name = "chorus.pro.find"
    _description = "Find a public entity"

    partner_id = fields.Many2one(
        "res.partner", string="Contact", help="The contact that is to be completed."
    )
    query = fields.Char(string="Search")
    words_mean = fields.Selection(
        [("name", "A name"), ("town", "A town")],
        string="Words are",
        default="name",
        required=True,
    )
    source = fields.Selection(
        [("portal", "Chorus Pro"), ("imported", "Imported directory")],
        string="Search in",
        default="portal",
        required=True,
    )
    imported_label = fields.Char(compute="_compute_imported_label")
    line_ids = fields.One2many("chorus.pro.find.line", "find_id", string="Entities")
    page = fields.Integer(default=1)
    pages = fields.Integer()
    total = fields.Integer()
    message = fields.Char()
    level = fields.Selection(LEVELS, default="info")

    @api.depends_context("company", "lang", "tz")
    def _compute_imported_label(self):
        moment = self.env["res.partner"]._chorus_pro_imported_on()
        label = moment and self.env._(
            "Imported directory, read on %s",
            format_datetime(self.env, moment, dt_format="short"),
        )
        self.imported_label = label

    # === ACTIONS === #

    def action_search(self):
        """Show the first page of what was typed."""
        return self._show(1)

    def action_next(self):
        """Show the next page."""
        return self._show(min(self.page + 1, max(self.pages, 1)))

    def action_previous(self):
        """Show the previous page."""
        return self._show(max(self.page - 1, 1))

    def _show(self, page):
        self.ensure_one()
        partners = self.env["res.partner"]
        partners._chorus_pro_authorize_reading()
        if self.source == "imported":
            hits = partners._chorus_pro_find_imported(self.query, page)
        else:
            hits = partners._chorus_pro_find_entities(self.query, self.words_mean, page)
        self.line_ids.unlink()
        self.line_ids = [fields.Command.create(row) for row in hits.rows]
        self.update({name: hits[i] for i, name in enumerate(hits._fields) if i})
        return self._reopen()

    def _reopen(self):
        """The dialog again, as it stands now."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Find a public entity"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }


class ChorusProFindLine(models.TransientModel):
    """One entity that was found: a card, and more once it was opened."""

    _name = "chorus.pro.find.line"
    _description = "Public entity that was found"

    find_id = fields.Many2one("chorus.pro.find", required=True, ondelete="cascade")
    name = fields.Char()
    siret = fields.Char(string="SIRET")
    kind = fields.Char(string="Kind of number", default="SIRET")
    is_open = fields.Boolean(default=True)
    town = fields.Char()
    partner_id = fields.Many2one("res.partner", string="Customer already")
    # Read when it is opened.
    state = fields.Selection(DIRECTORY_STATES, string="Status")
    requirement = fields.Selection(REQUIREMENTS, string="Requires")
    address = fields.Char()
    facts = fields.Char()
    refusal = fields.Char()
    match_ids = fields.One2many("chorus.pro.find.match", "line_id")
    may_create = fields.Boolean(help="No contact has the SIRET already.")
    target_id = fields.Many2one(related="find_id.partner_id")

    def action_open(self):
        """Read what the entity requires, and look for it among the contacts."""
        self.ensure_one()
        partners = self.env["res.partner"]
        partners._chorus_pro_authorize_reading()
        found = partners._chorus_pro_describe(self.siret, self.name, self.kind)
        self.update(found)
        self._match()
        return {
            **self.find_id._reopen(),
            "res_model": self._name,
            "res_id": self.id,
        }

    def action_back(self):
        """Back to the cards."""
        self.ensure_one()
        return self.find_id._reopen()

    def action_use(self):
        """Take the entity; where contacts look like it, they are offered first."""
        self.ensure_one()
        self.env["res.partner"]._chorus_pro_authorize_reading()
        if self._match():
            return self.action_open()
        return self._take(self.find_id.partner_id)

    def action_create(self):
        """Take the entity although contacts look like it."""
        self.ensure_one()
        return self._take(self.find_id.partner_id)

    def _match(self):
        """Note the contacts that may be the entity already; tells whether any is."""
        target = self.find_id.partner_id
        same, like = self.env["res.partner"]._chorus_pro_same(self.siret, self.name)
        self.match_ids.unlink()
        self.match_ids = [
            fields.Command.create({"partner_id": partner.id, "same": partner in same})
            for partner in (same | like) - target
        ]
        self.may_create = not same - target
        return bool(self.match_ids)

    def _take(self, partner):
        """Create or complete a contact, and go there."""
        partners = self.env["res.partner"]
        partners._chorus_pro_authorize_reading()
        imported = partners._chorus_pro_imported(self.siret, self.find_id.source)
        taken, words = partner._chorus_pro_adopt(
            self.siret, self.name, imported, self.kind
        )
        following = taken._get_records_action(target="current")
        if taken == self.find_id.partner_id:
            following = {"type": "ir.actions.act_window_close"}
        done = self.env._("%s can be billed through Chorus Pro.", taken.display_name)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if words else "success",
                "sticky": bool(words),
                "message": "\n".join(words) or done,
                "next": following,
            },
        }


class ChorusProFindMatch(models.TransientModel):
    """A contact that may be the entity already."""

    _name = "chorus.pro.find.match"
    _description = "Contact that may be the public entity"

    line_id = fields.Many2one("chorus.pro.find.line", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Contact", required=True)
    siret = fields.Char(related="partner_id.company_registry", string="SIRET")
    city = fields.Char(related="partner_id.city")
    same = fields.Boolean(string="Same SIRET")

    def action_use(self):
        """Complete this contact instead of making another."""
        self.ensure_one()
        return self.line_id._take(self.partner_id)
