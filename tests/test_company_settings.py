"""The settings page and its test of the connection, every failure in words."""

import logging
import re
import socket
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import html2plaintext

from odoo.addons.l10n_fr_chorus_pro import simulator
from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client
from odoo.addons.l10n_fr_chorus_pro.const import ERRORS
from odoo.addons.l10n_fr_chorus_pro.models import res_config_settings
from odoo.addons.l10n_fr_chorus_pro.models.res_company import SECRETS
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

# fault of the portal -> how it is explained
FAULTS = {
    "error_500": "internal error",
    "forbidden_403": "may not use this service",
    "quota_429": "slow down",
    "html_200": "answer that is not data",
    "timeout_after": "did not answer in time",
    "account_401": "refused the technical account",
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCompanySettings(EngineCommon):
    """Administrators set the company up and see at once whether it works."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env,
            "chorus_admin",
            groups="base.group_system,account.group_account_manager",
            company_id=cls.company.id,
        )

    def page(self, **values):
        """The settings page as an administrator opens and fills it."""
        return self.env["res.config.settings"].with_user(self.admin).create(values)

    def report(self):
        """Press the button and return the report that it opens."""
        with self.portal_session():
            result = self.page().action_chorus_pro_test()
        report = self.env[result["res_model"]].browse(result["res_id"])
        self.assertNoSecret(report.headline + report.report)
        return report

    def test_connection(self):
        """A connection that works says so; returns how."""
        report = self.report()
        self.assertTrue(report.works, report.report)
        return report.headline

    def assertFails(self, words):
        """The test of the connection answers in words."""
        report = self.report()
        self.assertFalse(report.works)
        self.assertRegex(html2plaintext(report.report), words)

    def assertNoSecret(self, text):
        """No credential stands in `text`."""
        for name in SECRETS:
            secret = self.company.sudo()[name]
            if secret:
                self.assertNotIn(secret, text)

    # === THE PAGE === #

    def test_page_shows_and_saves(self):
        values = {
            "chorus_pro_environment": "qualification",
            "chorus_pro_client_id": "id",
            "chorus_pro_client_secret": "secret",
            "chorus_pro_login": "TECH_1@cpro.fr",
            "chorus_pro_password": "password",
            "chorus_pro_auto_send": True,
            "chorus_pro_company_siret": "123 456 782 00010",
        }
        with self.portal_session():
            self.page(**values).execute()
        company = self.company.sudo()
        for name, value in values.items():
            if name != "chorus_pro_company_siret":
                self.assertEqual(company[name], value, name)
        self.assertEqual(company.partner_id.company_registry, "123 456 782 00010")
        page = self.page()
        self.assertEqual({name: page[name] for name in values}, values)
        self.assertEqual(
            page.chorus_pro_auto_send_since, company.chorus_pro_auto_send_since
        )
        self.assertTrue(page.chorus_pro_auto_send_since)

    def test_saving_without_a_change_keeps_the_moment(self):
        with self.portal_session():
            self.page(chorus_pro_auto_send=True).execute()
            self.company.chorus_pro_auto_send_since = "2026-01-01 00:00:00"
            before = self.company.chorus_pro_auto_send_since
            page = self.page()
            page.chorus_pro_auto_send = True
            page.execute()
        self.assertEqual(self.company.chorus_pro_auto_send_since, before)

    def test_page_is_for_administrators(self):
        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(self.clerk).create({})
        page = self.page().with_user(self.clerk)
        for call in (
            lambda: page.read(["chorus_pro_client_secret"]),
            page.action_chorus_pro_test,
            self.company.with_user(self.clerk).action_chorus_pro_test,
        ):
            with self.assertRaises(AccessError), self.portal_session():
                call()

    def test_secrets_are_hidden_while_typed(self):
        view = self.env["res.config.settings"].with_user(self.admin).get_view()
        for name in ("chorus_pro_client_secret", "chorus_pro_password"):
            (tag,) = re.findall(f'<field[^>]*name="{name}"[^>]*>', view["arch"])
            self.assertIn('password="True"', tag)

    def test_notice_when_the_rules_cannot_be_checked(self):
        for installed in (True, False):
            with patch.object(
                res_config_settings, "is_available", return_value=installed
            ):
                self.assertEqual(self.page().chorus_pro_rules_unchecked, not installed)

    # === TEST OF THE CONNECTION: SUCCESS === #

    def test_connection_in_demo(self):
        structures = self.control("structures", method="GET")["structures"]
        own = [row for row in structures if row["siret"] == "99999999800019"]
        message = self.test_connection()
        self.assertIn(f"has the identifier {own[0]['id']}", message)
        self.assertIn(self.company.name, message)

    def test_connection_over_http(self):
        self.go_to("qualification", self.serve_portal())
        self.assertIn("Chorus Pro answers.", self.test_connection())
        gate = self.gate()
        self.assertTrue(gate.structure_id)
        self.assertTrue(gate.token)
        self.assertFalse(gate.pause_code)

    # === TEST OF THE CONNECTION: FAILURES === #

    def test_every_error_of_the_client(self):
        # Three of them name more than the general words do.
        words_of = {
            code: f"{words._source} (Libellé)" for code, words in ERRORS.items()
        }
        words_of["unreachable"] = "localhost was not reached."
        words_of["tls"] = "The certificate of localhost was not accepted"
        words_of["not_configured"] = "Something is missing in the settings."
        for code, words in words_of.items():
            error = ChorusError(code, service="x", label="Libellé")
            with (
                self.subTest(code),
                patch.object(Client, "rechercher_structures", side_effect=error),
            ):
                self.assertFails(re.escape(words))

    def test_faults_of_the_portal(self):
        for name, words in FAULTS.items():
            with self.subTest(name):
                self.fault(name, "structures/rechercher", times=2)
                self.assertFails(words)
                self.control("faults", method="DELETE")

    def test_not_set_up(self):
        self.go_to("production", password=False)
        self.assertFails("Something is missing in the settings")

    def test_wrong_secret(self):
        secret = "a-secret-that-nobody-may-see"
        self.go_to("qualification", self.serve_portal(), client_secret=secret)
        self.assertFails("application's identifier or secret")

    def test_wrong_technical_password(self):
        password = "a-password-that-nobody-may-see"
        self.go_to("qualification", self.serve_portal(), password=password)
        self.assertFails("refused the technical account")

    def test_nobody_listens(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
            self.go_to("qualification", nowhere)
            self.assertFails("127.0.0.1:[0-9]+ was not reached")
            self.go_to("qualification", self.serve_portal())
            self.go_to_api(nowhere)
            self.assertFails("127.0.0.1:[0-9]+ was not reached")

    def test_no_tls_there(self):
        url = self.serve_portal()
        self.go_to("qualification", url)
        self.go_to_api(url.replace("http:", "https:"))
        self.assertFails("certificate of 127.0.0.1:[0-9]+ was not accepted")

    def go_to_api(self, url):
        """Tokens still come from where they came from, the rest from `url`."""
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("l10n_fr_chorus_pro.qualification_api_url", url)

    def test_company_that_the_portal_does_not_know(self):
        companies = type(self.env["res.company"])
        self.patch(companies, "_chorus_pro_demo_app", lambda company: self.portal)
        self.company.partner_id.company_registry = "12312312312312"
        self.assertFails("does not know your company's SIRET")
        self.company.partner_id.company_registry = False
        self.assertFails("does not know your company's SIRET")

    # === NOTHING LEAKS === #

    def test_no_secret_in_the_log(self):
        secret, password = "SECRET-OF-PISTE-1", "PASSWORD-OF-PORTAL-2"
        self.go_to("qualification", self.serve_portal(), client_secret=secret)
        with self.assertLogs("odoo.addons.l10n_fr_chorus_pro", logging.DEBUG) as logs:
            self.assertFails("identifier or secret")
            good = simulator.CREDENTIALS["client_secret"]
            self.go_to("qualification", client_secret=good, password=password)
            self.assertFails("technical account")
            self.send(self.move)
            token = self.gate().token
        text = "\n".join(logs.output)
        self.assertTrue(token)
        self.assertEqual(self.move.chorus_pro_status, "queued")
        for value in (secret, password, token, good):
            self.assertNotIn(value, text)

    def test_no_secret_in_what_is_kept_of_a_failure(self):
        password = "PASSWORD-OF-PORTAL-2"
        self.go_to("qualification", self.serve_portal(), password=password)
        self.send(self.move)
        kept = [self.row.read(), self.flow.read(), self.chatter()]
        kept.append(self.gate().read(["pause_code", "pause_detail"]))
        self.assertEqual(self.gate().pause_code, "account_refused")
        self.assertNotIn(password, str(kept))
        self.assertNotIn(self.gate().token, str(kept))
        self.assertNotIn(simulator.CREDENTIALS["client_secret"], str(kept))
