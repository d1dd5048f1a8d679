"""How a company sends: its pace, who is asked when it stops, why it waits."""

from odoo import SUPERUSER_ID, fields, models
from odoo.tools import format_datetime

from ..const import ERRORS


class ResCompany(models.Model):
    """Settings of the sending engine, and its words for the company's people."""

    _inherit = "res.company"

    chorus_pro_calls_second = fields.Float(
        string="Chorus Pro calls a second",
        default=5.0,
        groups="base.group_system",
        help="At most so many calls of the portal in a second, by all workers "
        "together. 0: no limit.",
    )
    chorus_pro_calls_day = fields.Integer(
        string="Chorus Pro calls a day",
        groups="base.group_system",
        help="At most so many calls of the portal in a day. 0: no limit.",
    )

    def _chorus_pro_administrator(self):
        """Who corrects the settings: the responsible person, else the one who saved
        them last, if it may.
        """
        self.ensure_one()
        company = self.sudo()
        group = self.env.ref("base.group_system")
        people = company.chorus_pro_person_id | company.write_uid | company.user_ids
        able = people.filtered(
            lambda user: (
                user.active and group in user.all_group_ids and user.id != SUPERUSER_ID
            )
        )
        return able[:1] or self.env.ref("base.user_admin")

    def _chorus_pro_raise_activity(self, reason):
        """Ask the administrator, once, to correct the settings.

        :param str reason: what happened and what to do
        """
        partner = self.sudo().partner_id
        self.env["chorus.pro.ask"]._ask(
            "stopped",
            {partner: self._chorus_pro_administrator()},
            {partner: {"company": self.name, "reason": reason}},
        )

    def _chorus_pro_clear_activity(self):
        """The settings work again."""
        self.env["chorus.pro.ask"]._close(self.sudo().partner_id, "stopped")

    def _chorus_pro_pause_line(self):
        """Why the company's queue waits, and until when; empty when it does not."""
        gate = self._chorus_pro_paused_gate()
        words = ERRORS.get(gate.pause_code)
        if not words:
            return ""
        return self.env._(
            "%(reason)s Next try: %(moment)s.",
            reason=self.env._(words),
            moment=format_datetime(self.env, gate.paused_until, dt_format="short"),
        )
