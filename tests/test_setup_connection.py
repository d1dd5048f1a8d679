"""The test of the connection: which step fails, why, and what is done about it."""

import socket
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client
from odoo.addons.l10n_fr_chorus_pro.chorus_api.wire import Answer
from odoo.addons.l10n_fr_chorus_pro.const_setup import CAUSES, KNOWN_CAUSES
from odoo.addons.l10n_fr_chorus_pro.models import chorus_pro_connection_causes
from odoo.addons.l10n_fr_chorus_pro.tests.setup_common import SetupCommon

OK, FAILED, SKIPPED, WARNING = "Works", "Failed", "Not tried", "To be looked at"
APIS = ("structures", "transverses", "factures", "engagements")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSetupConnection(SetupCommon):
    def words(self, cause):
        """A cause as it is told when nothing is known."""
        return str(CAUSES[cause][0])

    def assertStates(self, report, **others):
        """Every step works but those that are given."""
        states = self.states(report)
        expected = {key: others.get(key, OK) for key in states}
        self.assertEqual(states, expected)

    def after_token(self, **others):
        """The states when nothing after the token was tried."""
        rest = dict.fromkeys(("account", "company", *APIS), SKIPPED)
        return {**rest, **others}

    # === IT WORKS === #

    def test_each_step_is_told(self):
        for go in (lambda: None, self.go_live):
            go()
            report = self.press()
            self.assertTrue(report.works)
            self.assertStates(report)
            told = self.lines(report)["company"].text_content()
            self.assertIn(self.gate().structure_id, told)
            self.assertTrue(self.gate().checked_at)
        account = self.lines(report)["account"].text_content()
        self.assertIn("The password expires on", account)

    def test_nothing_is_changed_at_the_portal(self):
        self.go_live()
        self.press()
        ledger = self.ledger()
        self.assertFalse(ledger["deposits"] or ledger["invoices"] or ledger["calls"])

    def test_a_connection_that_works_ends_the_pause(self):
        self.go_live(password="wrong")
        self.send(self.move)
        self.assertEqual(self.gate().pause_code, "account_refused")
        self.go_to("qualification")
        self.note(pause_code="account_refused", failures=2)
        self.press()
        self.assertFalse(self.gate().pause_code)
        self.assertFalse(self.gate().failures)

    def test_a_kept_token_hides_no_wrong_secret(self):
        self.go_live()
        self.press()
        self.go_to("qualification", client_secret="a-wrong-secret")
        later = fields.Datetime.now() + timedelta(hours=1)
        self.note(token="kept", token_expires_at=later)
        report = self.press()
        self.assertStates(report, token=FAILED, **self.after_token())

    # === PISTE === #

    def test_a_wrong_secret(self):
        self.go_live(client_secret="a-wrong-secret")
        report = self.press()
        self.assertFalse(report.works)
        self.assertIn("PISTE application", report.headline)
        self.assertStates(report, token=FAILED, **self.after_token())
        self.assertEqual(
            self.causes(report, "token"),
            [
                self.words(cause)
                for cause in ("secret_typed", "keys_elsewhere", "application_gone")
            ],
        )
        details = self.details(report, "token")
        self.assertIn("HTTP: 400", details)
        self.assertIn("invalid_client", details)
        self.assertNotIn("a-wrong-secret", report.report)

    def test_keys_that_worked_in_another_environment(self):
        self.go_live()
        self.press()
        self.go_to("production", self.serve_portal())
        with self.refused("fetch_token", "token_refused"):
            report = self.press()
        first = self.causes(report, "token")[0]
        self.assertRegex(first, "These keys worked in Qualification on")
        self.assertIn("fw-bold", report.report)

    def test_keys_that_worked_here(self):
        self.go_live()
        self.press()
        with self.refused("fetch_token", "token_refused"):
            causes = self.causes(self.press(), "token")
        self.assertRegex(causes[0], "on PISTE the application or its secret")
        self.assertEqual(causes[-2:], [self.words("secret_typed"), causes[-1]])

    def test_nobody_listens(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.go_to("qualification", f"http://127.0.0.1:{taken.getsockname()[1]}")
            report = self.press()
        self.assertStates(report, token=FAILED, **self.after_token())
        line = self.lines(report)["token"].text_content()
        self.assertRegex(line, r"127\.0\.0\.1:\d+ was not reached\.")
        # The address was changed: that is known, so it comes first.
        self.assertIn(
            "l10n_fr_chorus_pro.qualification_token_url",
            self.causes(report, "token")[0],
        )

    def test_no_secure_connection(self):
        url = self.serve_portal()
        self.go_to("qualification", url.replace("http:", "https:"))
        report = self.press()
        line = self.lines(report)["token"].text_content()
        self.assertRegex(line, r"certificate of 127\.0\.0\.1:\d+ was not accepted")
        self.assertIn("qualification_token_url", self.causes(report, "token")[0])

    def test_words_of_a_certificate_name_the_cause(self):
        self.go_live()
        self.env["ir.config_parameter"].search(
            [("key", "like", "l10n_fr_chorus_pro.%_url")]
        ).unlink()
        for detail, cause in (
            ("certificate verify failed: certificate is not yet valid", "clock"),
            ("verify failed: unable to get local issuer certificate", "inspection"),
            ("hostname mismatch, certificate is not valid for", "address"),
            ("something else", "inspection"),
        ):
            with (
                self.subTest(detail),
                self.refused("fetch_token", "tls", detail=detail),
            ):
                causes = self.causes(self.press(), "token")
                self.assertEqual(causes[0], self.words(cause))

    def test_the_clock_is_wrong(self):
        self.go_live()
        for seconds, words in ((3600, "60 minutes slow"), (-3600, "60 minutes fast")):
            with patch.object(Answer, "clock_ahead", return_value=seconds):
                report = self.press()
            self.assertTrue(report.works)
            self.assertStates(report, token=WARNING)
            self.assertIn(words, self.causes(report, "token")[0])
        for seconds in (20, None):
            with patch.object(Answer, "clock_ahead", return_value=seconds):
                self.assertStates(self.press())

    def test_a_wrong_clock_comes_first_when_a_certificate_fails(self):
        self.go_live()
        self.env["ir.config_parameter"].search(
            [("key", "=", "l10n_fr_chorus_pro.qualification_api_url")]
        ).unlink()
        with (
            patch.object(Answer, "clock_ahead", return_value=3600),
            self.refused("rechercher_structures", "tls"),
        ):
            causes = self.causes(self.press(), "structures")
        self.assertIn("60 minutes slow", causes[0])

    # === TECHNICAL ACCOUNT === #

    def account_causes(self):
        """The causes when the account is refused."""
        self.fault("account_401", "structures/rechercher", times=2)
        report = self.press()
        self.assertStates(
            report, account=FAILED, company=SKIPPED, **dict.fromkeys(APIS, SKIPPED)
        )
        return self.causes(report, "account")

    def test_a_wrong_password(self):
        self.go_live(password="a-wrong-password")
        report = self.press()
        self.assertStates(
            report, account=FAILED, company=SKIPPED, **dict.fromkeys(APIS, SKIPPED)
        )
        self.assertNotIn("a-wrong-password", report.report)
        self.assertIn("HTTP: 401", self.details(report, "account"))

    def test_an_account_that_was_made_just_now(self):
        login, password = "TECH_2_1@cpro.fr", "Young-2026!"
        self.control("accounts", {"login": login, "password": password})
        self.go_live(login=login, password=password)
        causes = self.causes(self.press(), "account")
        self.assertRegex(causes[0], "entered here 0 minutes ago")
        self.advance(1801)
        self.assertTrue(self.press().works)

    def test_a_password_that_has_expired(self):
        self.go_live()
        self.press()
        past = fields.Datetime.now() - timedelta(days=2)
        self.note(password_expires_at=past)
        causes = self.account_causes()
        self.assertRegex(causes[0], "The password expired on")

    def test_an_account_entered_long_ago_is_not_young(self):
        self.go_live()
        ago = fields.Datetime.now() - timedelta(days=3)
        self.company.sudo().chorus_pro_account_saved_at = ago
        self.note(password_expires_at=ago + timedelta(days=99))
        causes = self.account_causes()
        self.assertEqual(causes[0], self.words("password_typed"))
        last = {self.words("account_young"), self.words("password_expired")}
        self.assertEqual(set(causes[-2:]), last)

    def test_a_password_that_worked_yesterday(self):
        self.go_live()
        self.press()
        self.assertRegex(self.account_causes()[0], "it was changed at Chorus Pro since")

    # === APIS === #

    def test_apis_that_are_not_subscribed(self):
        self.go_live()
        for missing in ("transverses", "factures"):
            apis = {"factures", "structures", "transverses", "engagementsJuridiques"}
            self.control("settings", {"apis": sorted(apis - {missing})})
            report = self.press()
            self.assertFalse(report.works)
            self.assertStates(report, **{missing: FAILED})
            self.assertEqual(
                self.causes(report, missing)[0], self.words("not_subscribed")
            )

    def test_engagement_numbers_are_not_needed_to_send(self):
        self.go_live()
        self.control("settings", {"apis": ["factures", "structures", "transverses"]})
        report = self.press()
        self.assertTrue(report.works)
        self.assertStates(report, engagements=WARNING)

    def test_no_api_at_all(self):
        self.go_live()
        self.control("settings", {"apis": []})
        report = self.press()
        failed = dict.fromkeys(APIS, FAILED)
        self.assertStates(
            report,
            account=SKIPPED,
            company=SKIPPED,
            **{**failed, "engagements": WARNING},
        )

    def test_the_others_are_told_without_the_own_identifier(self):
        self.go_live()
        self.control("settings", {"apis": ["factures", "transverses"]})
        self.assertStates(
            self.press(), structures=FAILED, engagements=WARNING, company=SKIPPED
        )

    def test_an_api_that_slows_down_stops_the_test(self):
        self.fault("quota_429", "transverses/consulterCRDetaille")
        self.assertStates(
            self.press(),
            transverses=FAILED,
            factures=SKIPPED,
            engagements=SKIPPED,
        )

    def test_a_company_that_is_not_there(self):
        companies = type(self.env["res.company"])
        self.patch(companies, "_chorus_pro_demo_app", lambda company: self.portal)
        self.company.partner_id.company_registry = "12312312312312"
        report = self.press()
        self.assertStates(report, company=FAILED)
        self.assertEqual(self.causes(report, "company")[0], self.words("siret_typed"))
        self.company.partner_id.company_registry = False
        causes = self.causes(self.press(), "company")
        self.assertEqual(causes, [self.words("siret_missing")])
        self.go_live()
        self.company.partner_id.company_registry = "12312312312312"
        causes = self.causes(self.press(), "company")
        self.assertEqual(causes[-1], self.words("fictitious"))

    # === SETTINGS, WORDS === #

    def test_something_is_missing(self):
        self.go_to("production", password=False)
        report = self.press()
        self.assertStates(report, settings=FAILED, **self.after_token(token=SKIPPED))
        self.assertEqual(self.causes(report, "settings"), [self.words("not_entered")])

    def refused(self, verb, code, **values):
        """A verb of the client fails."""
        error = ChorusError(code, service="oauth/token", **values)
        return patch.object(Client, verb, side_effect=error)

    def test_what_the_portal_says_is_no_markup(self):
        label = "<img src=x onerror=alert(1)>"
        with self.refused("fetch_token", "business", label=label):
            report = self.press()
        self.assertNotIn("<img", report.report)
        self.assertIn("&lt;img", report.report)
        self.assertIn(label, self.details(report, "token"))

    def test_every_cause_has_words(self):
        used = {
            cause
            for causes in chorus_pro_connection_causes.BY_CODE.values()
            for cause in causes
        }
        used |= {*chorus_pro_connection_causes.OTHERS, "siret_missing", "fictitious"}
        used |= {*chorus_pro_connection_causes.TLS_WORDS.values()}
        self.assertEqual(used, set(CAUSES))
        self.assertLessEqual(
            {key for key in KNOWN_CAUSES if not key.startswith("clock_")}, used
        )

    def test_again_and_to_the_settings(self):
        report = self.press()
        with self.portal_session():
            again = report.action_again()
        self.assertNotEqual(again["res_id"], report.id)
        self.assertEqual(report.action_settings()["res_model"], "res.config.settings")
