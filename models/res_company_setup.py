"""How far a company is set up: steps with a tick each, told by facts.

Odoo's own `onboarding` is not used: its steps are ticked by hand
(`action_validate_step`), and in Odoo 19 only the journal dashboard draws its panel, for
core's own journals.
"""

from dataclasses import dataclass

from odoo import models

from .res_company_secrets import SECRETS


@dataclass(frozen=True)
class SetupStep:
    """One step: `progress` is done, todo or unneeded.

    `opens` names the method of res.company that gives the place where it is done.
    """

    key: str
    progress: str
    title: str
    words: str
    button: str
    opens: str


class ResCompany(models.Model):
    """The steps of the set-up, for administrators."""

    _inherit = "res.company"

    def _chorus_pro_setup_steps(self):
        """The steps in the order in which they are done.

        :return: list of SetupStep
        """
        self.ensure_one()
        company = self.sudo()
        return [
            company._chorus_pro_setup_environment(),
            company._chorus_pro_setup_application(),
            company._chorus_pro_setup_account(),
            company._chorus_pro_setup_identity(),
            company._chorus_pro_setup_connection(),
            company._chorus_pro_setup_entity(),
            company._chorus_pro_setup_invoice(),
        ]

    def _chorus_pro_setup_progress(self):
        """(steps that are done, steps that are needed)."""
        steps = self._chorus_pro_setup_steps()
        needed = [step for step in steps if step.progress != "unneeded"]
        return sum(step.progress == "done" for step in needed), len(needed)

    def _chorus_pro_setup_next(self):
        """What comes after the last step, in words."""
        words = {
            "demo": self.env._(
                "All works in Demo. Change the environment when you want to go on: "
                "Qualification to try with the State's test portal, then Production."
            ),
            "qualification": self.env._(
                "All works in Qualification. Change the environment to go to "
                "Production; it needs its own keys and its own technical account."
            ),
        }
        return words.get(self.chorus_pro_environment, self.env._("All is set up."))

    # === STEPS === #

    def _chorus_pro_setup_environment(self):
        name = self._chorus_pro_environment_name(self.chorus_pro_environment)
        words = {
            "demo": self.env._(
                "Demo: nothing leaves this machine. Try all of it here."
            ),
            "qualification": self.env._("Qualification: the test portal of the State."),
            "production": self.env._("Production: the real portal."),
        }
        return SetupStep(
            key="environment",
            progress="done",
            title=self.env._("Environment"),
            words=words.get(self.chorus_pro_environment, name),
            button=self.env._("Change"),
            opens="_chorus_pro_open_environment",
        )

    def _chorus_pro_setup_credentials(self, names):
        """State of a pair of credentials: Demo needs none."""
        if all(self[name] for name in names):
            return "done"
        return "unneeded" if self.chorus_pro_environment == "demo" else "todo"

    def _chorus_pro_setup_application(self):
        progress = self._chorus_pro_setup_credentials(SECRETS[:2])
        words = {
            "done": self.env._("Identifier and secret are saved."),
            "unneeded": self.env._("Not needed in Demo. Made on the PISTE site."),
            "todo": self.env._(
                "On the PISTE site make an application, subscribe it to the Chorus Pro "
                "APIs, then copy its identifier and secret."
            ),
        }
        return SetupStep(
            key="application",
            progress=progress,
            title=self.env._("PISTE application"),
            words=words[progress],
            button=self.env._("See") if progress == "done" else self.env._("Enter"),
            opens="_chorus_pro_open_settings",
        )

    def _chorus_pro_setup_account(self):
        progress = self._chorus_pro_setup_credentials(SECRETS[2:])
        words = {
            "done": self.env._("Login and password are saved."),
            "unneeded": self.env._(
                "Not needed in Demo. Made in your Chorus Pro space."
            ),
            "todo": self.env._(
                "In your Chorus Pro space make a technical account, then copy its "
                "login and password. It works after about half an hour."
            ),
        }
        return SetupStep(
            key="account",
            progress=progress,
            title=self.env._("Technical account"),
            words=self._chorus_pro_password_words() or words[progress],
            button=self.env._("See") if progress == "done" else self.env._("Enter"),
            opens="_chorus_pro_open_settings",
        )

    def _chorus_pro_setup_identity(self):
        missing = self._chorus_pro_missing_identity()
        words = self.env._("SIRET, address and IBAN are there.")
        if missing:
            names = ", ".join(missing)
            words = self.env._("Missing: %(names)s.", names=names)
        return SetupStep(
            key="identity",
            progress="todo" if missing else "done",
            title=self.env._("Company, SIRET and IBAN"),
            words=words,
            button=self.env._("Complete") if missing else self.env._("See"),
            opens=(
                "_chorus_pro_open_banks"
                if missing == [self.env._("IBAN")]
                else "_chorus_pro_open_company"
            ),
        )

    def _chorus_pro_missing_identity(self):
        """What the company lacks for any invoice, in words.

        A VAT number is not among it: under the franchise of art. 293 B CGI there is
        none. The pre-flight asks for it where VAT is charged.
        """
        partner = self.partner_id
        there = {
            self.env._("SIRET"): self._chorus_pro_siret(),
            self.env._("street"): partner.street,
            self.env._("postcode"): partner.zip,
            self.env._("town"): partner.city,
            self.env._("country"): partner.country_id,
            self.env._("IBAN"): partner.bank_ids.filtered(
                lambda bank: bank.acc_type == "iban"
            ),
        }
        return [name for name, value in there.items() if not value]

    def _chorus_pro_credentials_saved_at(self):
        """When the credentials in use were changed last; None in Demo, without any."""
        if self.chorus_pro_environment == "demo":
            return None
        moments = (
            self.chorus_pro_application_saved_at,
            self.chorus_pro_account_saved_at,
        )
        return max(filter(None, moments), default=None)

    def _chorus_pro_setup_connection(self):
        environment = self.chorus_pro_environment
        gate = self._chorus_pro_gates().filtered(
            lambda gate: gate.environment == environment
        )
        since = self._chorus_pro_credentials_saved_at()
        checked, own_id = gate.checked_at, self._chorus_pro_known_own_id(gate)
        works = bool(checked and own_id and (not since or checked >= since))
        words = self.env._("Nothing is sent; each step is tried.")
        if works:
            words = self.env._(
                "Chorus Pro knows %(company)s under the identifier %(own_id)s.",
                company=self.name,
                own_id=own_id,
            )
        return SetupStep(
            key="connection",
            progress="done" if works else "todo",
            title=self.env._("Connection"),
            words=words,
            button=self.env._("Test the connection"),
            opens="action_chorus_pro_test",
        )

    def _chorus_pro_setup_entity(self):
        entity = self.env["res.partner"].search(
            [
                ("chorus_pro_is_public", "=", True),
                ("company_id", "in", (False, self.id)),
            ],
            order="id",
            limit=1,
        )
        words = self.env._("Found by SIRET or name, with what it requires.")
        return SetupStep(
            key="entity",
            progress="done" if entity else "todo",
            title=self.env._("First public entity"),
            words=entity.display_name or words,
            button=self.env._("Find a public entity"),
            opens="_chorus_pro_open_find",
        )

    def _chorus_pro_setup_invoice(self):
        rows = self.env["chorus.pro.transmission"]
        domain = [("company_id", "=", self.id), ("state", "=", "integrated")]
        sent = rows.search([*domain, ("environment", "=", "demo")], order="id", limit=1)
        sent = sent or rows.search(domain, order="id", limit=1)
        words = self.env._(
            "Confirm an invoice to the entity, then press Send to Chorus Pro."
        )
        if sent:
            words = self.env._(
                "%(number)s was accepted in %(environment)s.",
                number=sent.number,
                environment=self._chorus_pro_environment_name(sent.environment),
            )
        return SetupStep(
            key="invoice",
            progress="done" if sent else "todo",
            title=self.env._("First invoice in Demo"),
            words=words,
            button=self.env._("Make an invoice"),
            opens="_chorus_pro_open_invoice",
        )
