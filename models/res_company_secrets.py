"""Who may set a company up, and how its credentials reach the database."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

SECRETS = (
    "chorus_pro_client_id",
    "chorus_pro_client_secret",
    "chorus_pro_login",
    "chorus_pro_password",
)
# Read by everybody who sends, so they have no group of their own to be written by.
SWITCHES = {"chorus_pro_environment", "chorus_pro_auto_send"}


class ResCompany(models.Model):
    """Odoo logs a statement that fails, with its values: a name that is taken, another
    transaction that was faster. So credentials are written in one of their own, once
    nothing can make it fail any more.
    """

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        """Make the companies first, then keep their credentials."""
        for vals in vals_list:
            self._chorus_pro_check_switches(vals)
        companies = super().create([_without_secrets(vals) for vals in vals_list])
        for company, vals in zip(companies, vals_list, strict=True):
            company.write({name: vals[name] for name in SECRETS if name in vals})
        return companies

    def write(self, vals):
        """Write all else first, then the credentials."""
        self._chorus_pro_check_switches(vals)
        write = super().write
        result = write(_without_secrets(vals))
        self._chorus_pro_keep_secrets(vals, write)
        return result

    def _chorus_pro_check_switches(self, vals):
        """Settings are for administrators; who manages users may write companies too.

        :raise AccessError: another user changes a switch
        """
        if SWITCHES & vals.keys() and not (
            self.env.su or self.env.user.has_group("base.group_system")
        ):
            raise AccessError(
                self.env._("Only administrators change the settings of Chorus Pro.")
            )

    def _chorus_pro_keep_secrets(self, vals, write):
        """Write the credentials among `vals` by `write`, alone and under a lock."""
        secrets = {name: vals[name] for name in SECRETS if name in vals}
        if not (self and secrets):
            return
        self.flush_recordset()
        lock = SQL(
            "SELECT 1 FROM res_company WHERE id IN %s FOR NO KEY UPDATE",
            tuple(self.ids),
        )
        self.env.cr.execute(lock, log_exceptions=False)
        write(secrets)
        self.flush_recordset(SECRETS)


def _without_secrets(vals):
    return {name: value for name, value in vals.items() if name not in SECRETS}
