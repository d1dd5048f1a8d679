"""Moving a company to another environment: a person confirms it first."""

from odoo import api, models
from odoo.exceptions import RedirectWarning
from odoo.http import request

from ..const import ENVIRONMENTS, MODULE
from ..const_setup import ENVIRONMENT_WORDS

# Context key of who has asked the person.
CONFIRMED = "chorus_pro_confirmed"
# What is taken back by a move, and what goes on being followed later.
WAITING = ("to_send", "failed")
UNDECIDED = ("sending", "unknown")


class ResCompany(models.Model):
    """Asks whoever would leave an environment, on the screen and over RPC."""

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        """A company starts in Demo unless somebody confirms another environment."""
        for vals in vals_list:
            self.browse()._chorus_pro_check_confirmed(vals, "demo")
        return super().create(vals_list)

    def write(self, vals):
        """Refuse a move that nobody has confirmed."""
        for company in self:
            company._chorus_pro_check_confirmed(vals, company.chorus_pro_environment)
        return super().write(vals)

    def _chorus_pro_check_confirmed(self, vals, current):
        """Whether the person has said yes to the environment in `vals`.

        :raise AccessError: the person is no administrator
        :raise RedirectWarning: leads to the dialog that asks
        """
        target = vals.get("chorus_pro_environment", current)
        if target == current or self.env.context.get(CONFIRMED) == target:
            return
        if self.env.su or not request:
            # A program's own doing, not a person's at a screen or over RPC.
            return
        self._chorus_pro_check_switches(vals)
        raise RedirectWarning(
            self.env._(
                "Moving to %(environment)s changes where invoices go: it has to be "
                "confirmed.",
                environment=self._chorus_pro_environment_name(target),
            ),
            self.env.ref(f"{MODULE}.chorus_pro_environment_action").id,
            self.env._("Change the environment"),
            {"default_company_id": self.id, "default_environment": target},
        )

    @api.model
    def _chorus_pro_environment_name(self, environment):
        """An environment as people read it."""
        field = self._fields["chorus_pro_environment"]
        names = dict(field._description_selection(self.env))
        return names.get(environment) or dict(ENVIRONMENTS)[environment]

    def _chorus_pro_move_to(self, environment):
        """Go to another environment, for somebody who has confirmed it."""
        self._chorus_pro_check_administrator()
        confirmed = self.with_context(**{CONFIRMED: environment})
        confirmed.chorus_pro_environment = environment

    def _chorus_pro_move_lines(self, target):
        """What a move to `target` does to this company, one sentence each."""
        self.ensure_one()
        lines = [self.env._(ENVIRONMENT_WORDS[target])]
        here = self._chorus_pro_environment_name(self.chorus_pro_environment)
        counts = self._chorus_pro_count_rows()
        if waiting := sum(counts.get(state, 0) for state in WAITING):
            lines.append(
                self.env._(
                    "Invoices that wait to be sent to %(here)s: %(count)s. They are "
                    "taken back, and can be sent again from there or from here.",
                    count=waiting,
                    here=here,
                )
            )
        if undecided := sum(counts.get(state, 0) for state in UNDECIDED):
            lines.append(
                self.env._(
                    "Invoices that left for %(here)s and have no answer yet: "
                    "%(count)s. Odoo looks for them when you come back there.",
                    count=undecided,
                    here=here,
                )
            )
        lines += self._chorus_pro_credential_lines(target)
        lines.append(
            self.env._(
                "Statuses and histories of %(here)s are kept and shown again there.",
                here=here,
            )
        )
        return lines

    def _chorus_pro_count_rows(self):
        """{state: number} of the attempts in the current environment."""
        rows = self.env["chorus.pro.transmission"].sudo()
        groups = rows._read_group(
            [
                ("company_id", "=", self.id),
                ("environment", "=", self.chorus_pro_environment),
                ("state", "in", (*WAITING, *UNDECIDED)),
            ],
            ["state"],
            ["__count"],
        )
        return dict(groups)

    def _chorus_pro_credential_lines(self, target):
        """What the move means for the credentials and for sending by itself."""
        lines = []
        company = self.sudo()
        if target != "demo":
            worked = company._chorus_pro_gates().filtered(
                lambda gate: gate.environment == target and gate.checked_at
            )
            since = company.chorus_pro_application_saved_at
            if not (worked and since and worked.checked_at >= since):
                lines.append(
                    self.env._(
                        "Enter the keys and the technical account of %(target)s next, "
                        "then test the connection: those of another environment do "
                        "not open it.",
                        target=self._chorus_pro_environment_name(target),
                    )
                )
        if company.chorus_pro_auto_send and target == "production":
            lines.append(
                self.env._(
                    "Invoices are sent automatically: the next one that is confirmed "
                    "really leaves."
                )
            )
        return lines
