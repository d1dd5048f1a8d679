"""Settings of a company at Chorus Pro, and the one factory of clients."""

import os
from functools import lru_cache, partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import config

from ..chorus_api import ChorusError, Client, Settings, codes, in_process_session
from ..const import ENVIRONMENTS, ERRORS, MODULE
from ..simulator import CREDENTIALS, create_app
from .chorus_pro_gate import GateTokenStore
from .chorus_pro_gate_breaker import OWN_LIMITS
from .res_company_secrets import SECRETS

# What a change of ends a wait of our own choice.
PACE = ("chorus_pro_calls_second", "chorus_pro_calls_day")


@lru_cache(maxsize=4)
def _simulator(path):
    """The embedded portal over the SQLite file at `path`, one per process."""
    # Any company may try it: the portal takes its SIRET for a supplier's.
    return create_app(path, auto_suppliers=True)


class ResCompany(models.Model):
    """A company that sends its invoices to Chorus Pro.

    Credentials can be read and written by system administrators only; the rest of
    the addon gets a ready client, never the secrets.
    """

    _inherit = "res.company"

    chorus_pro_environment = fields.Selection(
        ENVIRONMENTS,
        string="Chorus Pro environment",
        default="demo",
        required=True,
        help="Demo: an embedded portal, nothing leaves this machine. "
        "Qualification: the test portal of the State. Production: the real one.",
    )
    chorus_pro_client_id = fields.Char(groups="base.group_system", copy=False)
    chorus_pro_client_secret = fields.Char(groups="base.group_system", copy=False)
    chorus_pro_login = fields.Char(groups="base.group_system", copy=False)
    chorus_pro_password = fields.Char(groups="base.group_system", copy=False)
    chorus_pro_auto_send = fields.Boolean(
        string="Send automatically",
        help="Invoices of public entities are queued when they are posted.",
    )
    chorus_pro_auto_send_since = fields.Datetime(
        readonly=True, help="Only invoices posted after this moment are queued."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """A company that sends by itself from its first day starts there."""
        companies = super().create(vals_list)
        companies.filtered("chorus_pro_auto_send")._chorus_pro_restart_auto_send()
        return companies

    def write(self, vals):
        """Keep the consequences of a change of environment or of credentials."""
        if "chorus_pro_environment" in vals:
            target = vals["chorus_pro_environment"]
            moved = self.filtered(lambda c: c.chorus_pro_environment != target)
            moved._chorus_pro_cancel_queued()
        else:
            moved = self.browse()
        switched_on = self.browse()
        if vals.get("chorus_pro_auto_send"):
            switched_on = self.filtered(lambda c: not c.chorus_pro_auto_send)
        result = super().write(vals)
        if switched_on:
            switched_on._chorus_pro_restart_auto_send()
        if moved:
            # What came back to "to send" there after an earlier switch.
            moved._chorus_pro_cancel_queued()
            moved.filtered("chorus_pro_auto_send")._chorus_pro_restart_auto_send()
            moved._chorus_pro_recompute_summary()
        if moved or any(name in vals for name in SECRETS):
            self._chorus_pro_reopen_gates()
        elif any(name in vals for name in PACE):
            self._chorus_pro_lift_own_limits()
        return result

    # === BUSINESS METHODS === #

    def _chorus_pro_restart_auto_send(self):
        """Queue by itself only what is posted from now on."""
        self.chorus_pro_auto_send_since = fields.Datetime.now()

    def _chorus_pro_cancel_queued(self):
        """Take back what waits in the environment that is being left."""
        for company in self:
            self.env["chorus.pro.transmission"].sudo().search(
                [
                    ("company_id", "=", company.id),
                    ("environment", "=", company.chorus_pro_environment),
                    ("state", "in", ("to_send", "failed")),
                ]
            )._cancel_queued()

    def _chorus_pro_recompute_summary(self):
        """Show the invoices as the new environment knows them."""
        Move = self.env["account.move"].sudo()
        own = Domain("company_id", "in", self.ids)
        moves = (
            Move.search(own & self._chorus_pro_summary_domain())
            | self.env["chorus.pro.transmission"]
            .sudo()
            .search([("company_id", "in", self.ids)])
            .move_id
        )
        self.env.add_to_compute(Move._fields["chorus_pro_status"], moves)
        moves._chorus_pro_schedule_limits()
        moves._chorus_pro_tidy_asks()

    def _chorus_pro_summary_domain(self):
        """Invoices whose status may be another one elsewhere."""
        return Domain("chorus_pro_status", "!=", False)

    def _chorus_pro_reopen_gates(self):
        """Forget tokens and pauses after a change of the settings."""
        gates = self.env["chorus.pro.gate"].sudo()
        for gate in gates.search([("company_id", "in", self.ids)]):
            gate._resume(token=False, token_expires_at=False)
        self._chorus_pro_end_waiting()

    def _chorus_pro_lift_own_limits(self):
        """A queue that waited by our own choice goes on at its new pace.

        What failed before is still probed, and still asked of the administrator.
        """
        gates = self.env["chorus.pro.gate"].sudo()
        own = [("company_id", "in", self.ids), ("pause_code", "in", OWN_LIMITS)]
        for gate in gates.search(own):
            gate._write_alone(paused_until=False, pause_code=False, pause_detail=False)
        self._chorus_pro_end_waiting()

    def _chorus_pro_end_waiting(self):
        """Let what waited for the end of a pause go now."""
        flows = self.env["chorus.pro.flow"].sudo()
        flows.search(
            [
                ("company_id", "in", self.ids),
                ("state", "=", "prepared"),
                ("next_try_at", "!=", False),
            ]
        ).next_try_at = False
        self.env["chorus.pro.transmission"].sudo()._wake()

    def _chorus_pro_speak(self):
        """This company, acting for itself and in its own language.

        Scheduled actions run as OdooBot; what they write on invoices is read by the
        company's people.
        """
        self.ensure_one()
        lang = self.partner_id.lang or self.env.lang
        return self.with_company(self).with_context(lang=lang)

    def _chorus_pro_siret(self):
        """The SIRET of the company: 14 digits, else an empty string."""
        return self.partner_id._chorus_pro_siret()

    def _chorus_pro_is_configured(self):
        """Whether the company can log in to its environment."""
        self.ensure_one()
        company = self.sudo()
        return company.chorus_pro_environment == "demo" or all(
            company[name] for name in SECRETS
        )

    def _chorus_pro_gate(self):
        """The gate of the company in its current environment."""
        self.ensure_one()
        gates = self.env["chorus.pro.gate"].sudo()
        return gates.browse(gates._for(self))

    def _chorus_pro_settings(self):
        """Addresses and credentials for chorus_api.

        Addresses can be overridden by the system parameters
        `l10n_fr_chorus_pro.<environment>_token_url` and `…_api_url`.

        :raise ChorusError: `not_configured` when a credential is missing
        """
        self.ensure_one()
        company = self.sudo()
        environment = company.chorus_pro_environment
        urls = codes.ENVIRONMENTS[environment]
        params = self.env["ir.config_parameter"].sudo()
        token_url, api_url = (
            params.get_param(f"{MODULE}.{environment}_{name}_url", default)
            for name, default in zip(("token", "api"), urls, strict=True)
        )
        if environment == "demo":
            return Settings(token_url=token_url, api_url=api_url, **CREDENTIALS)
        if not company._chorus_pro_is_configured():
            code = "not_configured"
            raise ChorusError(code, service="settings")
        return Settings(
            token_url=token_url,
            api_url=api_url,
            client_id=company.chorus_pro_client_id,
            client_secret=company.chorus_pro_client_secret,
            login=company.chorus_pro_login,
            password=company.chorus_pro_password,
        )

    def _chorus_pro_client(self):
        """A client of the portal for this company: the only factory of them.

        In Demo the embedded simulator answers in-process, so nothing leaves the
        machine. Use it as a context manager.

        :raise ChorusError: `not_configured` when a credential is missing
        """
        self.ensure_one()
        settings = self._chorus_pro_settings()
        demo = self.sudo().chorus_pro_environment == "demo"
        session = in_process_session(self._chorus_pro_demo_app()) if demo else None
        gate = self._chorus_pro_gate()
        store = GateTokenStore(gate)
        admit = partial(gate._admit, self)
        return Client(settings, session=session, token_store=store, admit=admit)

    def _chorus_pro_paused_gate(self):
        """The gate of the company's queue when it waits now, else none."""
        self.ensure_one()
        domain = [
            ("company_id", "=", self.id),
            ("environment", "=", self.chorus_pro_environment),
            ("paused_until", ">", fields.Datetime.now()),
        ]
        return self.env["chorus.pro.gate"].sudo().search(domain)

    def _chorus_pro_pause_reason(self):
        """Why the company's queue waits now, in words; empty when it does not."""
        text = ERRORS.get(self._chorus_pro_paused_gate().pause_code)
        return self.env._(text) if text else ""

    @api.model
    def _chorus_pro_demo_path(self):
        """Where the embedded portal keeps its ledger: beside the database's files."""
        folder = config.filestore(self.env.cr.dbname)
        os.makedirs(folder, exist_ok=True)
        return os.path.join(folder, "chorus_pro_demo.sqlite")

    @api.model
    def _chorus_pro_demo_app(self):
        """The embedded portal of this database."""
        return _simulator(self._chorus_pro_demo_path())

    @api.model
    def _chorus_pro_explain(self, error):
        """Words for an error of the client: what happened and what to do."""
        text = ERRORS.get(error.code)
        words = self.env._(text) if text else error.code
        if error.label:
            words = f"{words} ({error.label})"
        return words
