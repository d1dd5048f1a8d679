"""What is known of credentials: since when they are saved, when they end."""

from odoo import fields, models
from odoo.tools import format_date

from ..const import MODULE
from .res_company_secrets import SECRETS

# Field with the moment -> the credentials that it dates.
DATED = {
    "chorus_pro_application_saved_at": SECRETS[:2],
    "chorus_pro_account_saved_at": SECRETS[2:],
}


class ResCompany(models.Model):
    """Dates the credentials; another account has another end of its password."""

    _inherit = "res.company"

    chorus_pro_application_saved_at = fields.Datetime(
        readonly=True, copy=False, groups="base.group_system"
    )
    chorus_pro_account_saved_at = fields.Datetime(
        readonly=True, copy=False, groups="base.group_system"
    )

    def write(self, vals):
        """Date what really changes: the settings page saves all of its fields."""
        changed = {name: self._chorus_pro_changed(vals, DATED[name]) for name in DATED}
        result = super().write(vals)
        for name, companies in changed.items():
            if companies:
                companies.sudo()[name] = fields.Datetime.now()
        others = changed["chorus_pro_account_saved_at"]
        for company in others:
            company._chorus_pro_gates()._forget_password()
        if others or "chorus_pro_environment" in vals:
            self._chorus_pro_look_at_password()
        return result

    def _chorus_pro_changed(self, vals, names):
        """The companies of which `vals` changes one of the fields `names`."""
        names = [name for name in names if name in vals]
        return self.filtered(
            lambda company: any(
                (company.sudo()[name] or "") != (vals[name] or "") for name in names
            )
        )

    def _chorus_pro_look_at_password(self):
        """Ask for the end of the password soon; Demo has none to renew."""
        demo = self.filtered(lambda c: c.chorus_pro_environment == "demo")
        demo._chorus_pro_stop_reminding()
        if self - demo:
            self.env.ref(f"{MODULE}.ir_cron_password").sudo()._trigger()

    def _chorus_pro_gates(self):
        """The company's gates, one for each environment that it has called."""
        self.ensure_one()
        gates = self.env["chorus.pro.gate"].sudo()
        return gates.search([("company_id", "=", self.id)])

    def _chorus_pro_password_gate(self):
        """The gate whose password matters now; empty in Demo, which needs none."""
        environment = self.chorus_pro_environment
        return self._chorus_pro_gates().filtered(
            lambda gate: gate.environment == environment != "demo"
        )

    def _chorus_pro_password_words(self):
        """When the password in use ends, in words; empty when it is not known."""
        end = self._chorus_pro_password_gate().password_expires_at
        if not end:
            return ""
        day = format_date(self.env, fields.Datetime.context_timestamp(self, end))
        if end <= fields.Datetime.now():
            return self.env._("The password expired on %(date)s.", date=day)
        return self.env._("The password expires on %(date)s.", date=day)

    def _chorus_pro_read_password(self, client):
        """Ask the portal when the password ends, keep it and remind of it.

        :param client: an open chorus_api client
        :return: naive UTC datetime, None when the portal does not tell
        :raise ChorusError: the portal does not answer
        """
        gate = self._chorus_pro_gate()
        expires_at = gate._read_password(client, self._chorus_pro_own_id(client))
        gate._remind_of_password()
        return expires_at

    def _chorus_pro_stop_reminding(self):
        """The password was renewed, or is not used."""
        self.env["chorus.pro.ask"]._close(self.sudo().partner_id, "password")
