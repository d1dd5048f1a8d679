"""A company's test of its connection: who may, what follows, what is said."""

from urllib.parse import urlsplit

from odoo import fields, models
from odoo.exceptions import AccessError

from ..chorus_api import ChorusError
from ..const_setup import CONNECTION_STEPS, STEP_STATES
from .chorus_pro_connection import ConnectionTest

# Failures before an answer: the words name the host that was not reached.
NOT_REACHED = ("unreachable", "tls")


class ResCompany(models.Model):
    """Tests the connection for administrators."""

    _inherit = "res.company"

    def action_chorus_pro_test(self):
        """Try the connection step by step and show what each step gave."""
        self._chorus_pro_check_administrator()
        result = self._chorus_pro_test_connection()
        return self.env["chorus.pro.connection"]._show(self, result)

    def _chorus_pro_check_administrator(self):
        """Settings, and what is told of them, are for administrators.

        :raise AccessError: the user is none, or may not change this company
        """
        self.ensure_one()
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            raise AccessError(
                self.env._("Only administrators change the settings of Chorus Pro.")
            )
        self.check_access("write")

    def _chorus_pro_test_connection(self):
        """Run the test; a connection that works ends the pause of the queue.

        :return: ConnectionTest that has run
        """
        gate = self._chorus_pro_gate()
        # Read anew: the company may have changed its SIRET or its structure.
        gate._write_alone(structure_id=False, establishments=False)
        test = ConnectionTest(self).run()
        if test.works:
            gate._resume(checked_at=fields.Datetime.now())
            self._chorus_pro_end_waiting()
        return test

    # === WORDS === #

    def _chorus_pro_step_words(self, error):
        """What happened at a step, in words."""
        host = self._chorus_pro_host(error)
        if error.code == "unreachable" and host:
            return self.env._("%(host)s was not reached.", host=host)
        if error.code == "tls" and host:
            return self.env._(
                "The certificate of %(host)s was not accepted: no secure connection.",
                host=host,
            )
        words = self._chorus_pro_explain(error)
        if error.code == "not_configured":
            words = self.env._("Something is missing in the settings.")
        return words

    def _chorus_pro_host(self, error):
        """The host that the failed call was for; empty when none was called."""
        try:
            settings = self._chorus_pro_settings()
        except ChorusError:
            return ""
        is_token = error.service == "oauth/token"
        return urlsplit(settings.token_url if is_token else settings.api_url).netloc

    def _chorus_pro_technical(self, error):
        """The technical answer, for who helps by telephone; no secret is in it."""
        facts = (
            ("error", error.code),
            ("service", error.service),
            ("host", self._chorus_pro_host(error)),
            ("HTTP", error.http_status),
            ("codeRetour", error.return_code),
            ("libelle", error.label),
            ("answer", error.detail),
        )
        return "\n".join(f"{name}: {value}" for name, value in facts if value)

    def _chorus_pro_connection_lines(self, test):
        """The steps of a test as the report shows them, in order.

        :param ConnectionTest test: that has run
        :return: list of dicts: key, result in words, icon, name, words, causes, detail
        """
        told = self._chorus_pro_told(test)
        return [
            {
                "key": key,
                "result": self.env._(STEP_STATES[step.result][0]),
                "icon": STEP_STATES[step.result][1],
                "name": self.env._(CONNECTION_STEPS[key]),
                "words": step.words or told.get(key, ""),
                "causes": step.causes,
                "detail": step.detail,
            }
            for key, step in test.steps.items()
        ]

    def _chorus_pro_told(self, test):
        """{step: words} for what the portal told where it works."""
        told = {}
        if test.own_id:
            told["company"] = self.env._("Identifier %(own_id)s", own_id=test.own_id)
        if words := self._chorus_pro_password_words():
            told["account"] = words
        return told

    def _chorus_pro_connection_headline(self, test):
        """What the whole test says, in one sentence."""
        if test.works:
            return self.env._(
                "Chorus Pro answers. %(company)s has the identifier %(own_id)s.",
                company=self.name,
                own_id=test.own_id,
            )
        failed = [step.key for step in test.steps.values() if step.result == "failed"]
        names = ", ".join(self.env._(CONNECTION_STEPS[key]) for key in failed)
        return self.env._("This does not work: %(steps)s.", steps=names)
