"""Many entities read from the portal because somebody asked: behind the screen."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..chorus_api import ChorusError
from .res_partner_refresh import DIRECTORY_ONLY


class ChorusProRefresh(models.Model):
    """Public entities that one person wants read now.

    The scheduled action that refreshes entities serves these first. It goes by the
    entities' ids, commits each, and after a pause of the portal goes on by itself.
    """

    _name = "chorus.pro.refresh"
    _inherit = "chorus.pro.work"
    _description = "Public entities read from Chorus Pro"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    partner_ids = fields.Many2many(
        "res.partner",
        "chorus_pro_refresh_partner_rel",
        string="Entities",
        readonly=True,
    )
    done = fields.Integer(string="Read", readonly=True)
    last_id = fields.Integer(string="Last entity", readonly=True)
    notes = fields.Text(string="To look at", readonly=True)
    is_stopped = fields.Boolean(string="Stopped", readonly=True)
    count = fields.Integer(string="Chosen", compute="_compute_progress")
    progress = fields.Integer(compute="_compute_progress")
    pause = fields.Char(string="Waits", compute="_compute_pause")

    _open_idx = models.Index("(id) WHERE ended_at IS NULL")

    @api.depends("user_id", "create_date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for one in self:
            one.display_name = self.env._(
                "Asked on %(moment)s by %(user)s",
                moment=format_datetime(
                    self.env, one.create_date or False, dt_format="short"
                ),
                user=one.user_id.name,
            )

    @api.depends("partner_ids", "done", "ended_at")
    def _compute_progress(self):
        for one in self:
            one.count = len(one.partner_ids)
            is_over = not one.count or (one.ended_at and not one.is_stopped)
            one.progress = 100 if is_over else 100 * one.done // one.count

    @api.depends("company_id", "ended_at")
    @api.depends_context("lang", "tz")
    def _compute_pause(self):
        for one in self:
            waits = not one.ended_at
            one.pause = waits and one.company_id._chorus_pro_pause_line()

    # === ASKING === #

    @api.model
    def _request(self, entities):
        """Have `entities` read for the user, in the user's company.

        :raise UserError: the company cannot log in to the portal
        :return: the reading, which has not begun
        """
        company = self.env.company
        if not company._chorus_pro_is_configured():
            error = ChorusError("not_configured")
            raise UserError(company._chorus_pro_explain(error))
        made = self.sudo().create(
            {
                "company_id": company.id,
                "partner_ids": [Command.set(entities.ids)],
            }
        )
        self.env["res.partner"]._chorus_pro_refresh_at(fields.Datetime.now())
        return made.with_env(self.env)

    def action_stop(self):
        """Read no further; what was read stays.

        :raise AccessError: the user may not read this record
        """
        self.check_access("read")
        self.sudo().filtered(lambda one: not one.ended_at).write(
            {"ended_at": fields.Datetime.now(), "is_stopped": True}
        )

    # === DOING === #

    @api.model
    def _read_asked(self, end):
        """Go on with what people asked for until `end` (monotonic seconds).

        :return: whether something is left that can be read at once
        """
        waiting = self.search([("ended_at", "=", False)], order="id")
        left = [one._go_on(end) for one in waiting]
        return any(left)

    def _go_on(self, end):
        """Read the next entities; returns whether more of them can be read at once."""
        lang = self.user_id.lang or self.env.lang
        speaking = self.with_context(lang=lang).with_company(self.company_id)
        left = speaking.partner_ids.filtered(lambda p: p.id > self.last_id).sorted("id")
        code = left._chorus_pro_read_all(speaking.company_id, end, speaking._read)
        self.invalidate_recordset()
        repeat = self.env["chorus.pro.flow"]._repeat
        if code == "over":
            repeat(speaking._finish)
        elif code in DIRECTORY_ONLY:
            words = speaking.company_id._chorus_pro_explain(ChorusError(code))
            repeat(speaking._finish, words)
        return code == "time"

    def _read(self, entity, client):
        """Read one entity and note what is to be said of it.

        :raise ChorusError: nothing more can be read now
        """
        self.invalidate_recordset(["ended_at"])
        if self.ended_at:
            # Stopped by who asked.
            return
        try:
            words = entity._chorus_pro_refresh_alone(client)
        except ChorusError as error:
            if error.outcome == "unknown":
                # It may fail again: the others come before.
                self._note_alone(entity, [entity._chorus_pro_word(error)])
            raise
        self._note_alone(entity, words)

    def _note_alone(self, entity, words):
        """Note it in a transaction of its own: who asked may press "Stop" meanwhile,
        and what was read of the entity must not be lost by that.
        """
        self.env["ir.cron"]._commit_progress()
        self.env["chorus.pro.flow"]._repeat(self._note, entity, words)
        self.env["ir.cron"]._commit_progress()

    def _note(self, entity, words):
        """The entity is done."""
        notes = filter(None, [self.notes, *words])
        self.write(
            {
                "done": self.done + 1,
                "last_id": entity.id,
                "notes": "\n".join(notes),
            }
        )
        self.env["chorus.pro.screen"]._changed(self)

    def _finish(self, words=None):
        """Nothing is left to read, or nothing can be read at all."""
        if self.ended_at:
            return
        self.write(
            {
                "ended_at": fields.Datetime.now(),
                "notes": "\n".join(filter(None, [self.notes, words])),
                "is_stopped": bool(words),
            }
        )
        self.env["chorus.pro.screen"]._changed(self)
        self._tell()

    # === WORDS === #

    def _outcome(self):
        words = self.env._(
            "%(read)s of %(count)s entities read from Chorus Pro.",
            read=self.done,
            count=self.count,
        )
        return words, not self.notes

    def _result(self):
        return self.env._("Entities read from Chorus Pro"), self
