"""When the technical account's password expires, and who is reminded of it."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..chorus_api import ChorusError

_logger = logging.getLogger(__name__)

# Days before the end at which somebody is asked to renew the password.
REMINDERS = (30, 7)


class ChorusProGate(models.Model):
    """Facts of a connection that outlive it; the password's end is read once a day."""

    _inherit = "chorus.pro.gate"

    checked_at = fields.Datetime(help="When every step of the connection worked last.")
    password_expires_at = fields.Datetime(
        help="End of the technical account's password, as the portal told it."
    )
    password_read_at = fields.Datetime()
    password_warned = fields.Integer(
        help="Days before its end at which somebody was asked to renew it; 0: nobody."
    )

    # === READING === #

    @api.model
    def _cron_read_passwords(self):
        """Read the end of each company's password, and remind who renews it.

        What cannot be read today is read tomorrow: what was read before still reminds.
        """
        companies = self.env["res.company"].search(
            [("chorus_pro_environment", "!=", "demo")]
        )
        for company in companies:
            if company._chorus_pro_is_configured():
                gate = company._chorus_pro_gate()
                gate._try_to_read_password(company)
                gate._remind_of_password()

    def _try_to_read_password(self, company):
        """Read the end of the password where nothing keeps us from it now."""
        if self._is_paused():
            return
        try:
            with company._chorus_pro_client() as client:
                self._read_password(client, company._chorus_pro_own_id(client))
        except ChorusError as error:
            _logger.info("The password's end of %s was not read: %s", company, error)

    def _read_password(self, client, own_id):
        """Ask the portal when the password ends, and keep it.

        :param str own_id: the company's identifier at the portal
        :return: naive UTC datetime, None when the portal does not tell
        :raise ChorusError: the portal does not answer
        """
        moment = client.consulter_structure(own_id).password_expires_at
        if not moment:
            return None
        expires_at = moment.replace(tzinfo=None)
        self._change_alone(lambda gate: gate._note_password(expires_at))
        return expires_at

    def _note_password(self, expires_at):
        """Keep the end of the password; nobody was warned of a new one yet."""
        if self.password_expires_at != expires_at:
            self.password_warned = 0
        self.password_expires_at = expires_at
        self.password_read_at = fields.Datetime.now()

    def _forget_password(self):
        """Another account was saved: its end is not known yet."""
        for gate in self:
            gate._write_alone(password_expires_at=False, password_read_at=False)

    # === PEOPLE === #

    def _remind_of_password(self):
        """Ask the administrator in time, once for each reminder; or stop asking.

        Committed at once with what it notes, so that nobody is asked twice.
        """
        self._change_alone(lambda gate: gate._remind())

    def _remind(self):
        if (
            not self.password_expires_at
            or self._is_left()
            or self.environment == "demo"
        ):
            # Not known: what was asked stays until the portal tells another end.
            return
        left = self.password_expires_at - fields.Datetime.now()
        due = [days for days in REMINDERS if left <= timedelta(days=days)]
        if not due:
            self.company_id._chorus_pro_stop_reminding()
        elif not self.password_warned or min(due) < self.password_warned:
            self.company_id._chorus_pro_stop_reminding()
            self._ask_for_password(min(due))
            self.password_warned = min(due)

    def _ask_for_password(self, days):
        """One activity on the company's contact; `days` is the reminder's."""
        company = self.company_id._chorus_pro_speak()
        end = fields.Datetime.context_timestamp(company, self.password_expires_at)
        spare = timedelta(days=max((r for r in REMINDERS if r < days), default=0))
        partner = company.sudo().partner_id
        asked = self.env["chorus.pro.ask"]._ask(
            "password",
            {partner: company._chorus_pro_administrator()},
            {
                partner: {
                    "company": company.name,
                    "date": format_date(company.env, end.date()),
                }
            },
        )
        asked.date_deadline = end.date() - spare
