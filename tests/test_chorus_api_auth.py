"""The token of PISTE: asked, kept, renewed, refused."""

from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs

import requests

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client, MemoryTokenStore, Token
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    NO_RESULT,
    NOW,
    SETTINGS,
    SUCCESS,
    TOKEN,
    TOKEN_ANSWER,
    ChorusApiCase,
    canned,
)

EMPTY = canned(NO_RESULT)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiToken(ChorusApiCase):
    def read(self, client):
        """Make any reading call."""
        return list(client.rechercher_services("1"))

    def test_the_form(self):
        client, portal = self.portal(EMPTY)
        self.read(client)
        (call,) = portal.token_calls
        self.assertEqual(call.method, "POST")
        self.assertEqual(
            call.headers["Content-Type"], "application/x-www-form-urlencoded"
        )
        self.assertNotIn("Authorization", call.headers)
        self.assertEqual(
            parse_qs(call.sent.decode(), strict_parsing=True),
            {
                "grant_type": ["client_credentials"],
                "client_id": [SETTINGS.client_id],
                "client_secret": [SETTINGS.client_secret],
                "scope": ["openid"],
            },
        )

    def test_one_token_for_many_calls(self):
        store = MemoryTokenStore()
        client, portal = self.portal(EMPTY, EMPTY, EMPTY, token_store=store)
        for _call in range(3):
            self.read(client)
        self.assertEqual(len(portal.token_calls), 1)
        self.assertEqual(store.load(), Token(TOKEN, NOW + timedelta(seconds=3600)))

    def test_a_token_is_renewed_before_its_end(self):
        for seconds, asked in ((61, 0), (60, 1), (-5, 1)):
            store = MemoryTokenStore()
            store.save(Token("kept", NOW + timedelta(seconds=seconds)))
            client, portal = self.portal(EMPTY, token_store=store)
            self.read(client)
            with self.subTest(seconds):
                self.assertEqual(len(portal.token_calls), asked)
                bearer = portal.calls[0].headers["Authorization"]
                self.assertEqual(bearer, f"Bearer {TOKEN if asked else 'kept'}")

    def test_the_life_of_a_token(self):
        for told, seconds in (
            (3600, 3600),
            ("1800", 1800),
            (None, 3600),
            ("x", 3600),
            (10**17, 86_400),
            (10**20, 3600),
            (0, 3600),
            (-(10**17), 3600),
        ):
            store = MemoryTokenStore()
            answer = canned(TOKEN_ANSWER | {"expires_in": told})
            client, _portal = self.portal(EMPTY, tokens=[answer], token_store=store)
            self.read(client)
            with self.subTest(told):
                self.assertEqual(store.load().expires_at, NOW + timedelta(0, seconds))

    def test_a_refused_token_is_renewed_and_the_call_repeated_once(self):
        store = MemoryTokenStore()
        store.save(Token("stale", NOW + timedelta(hours=1)))
        receipt = canned(SUCCESS | {"numeroFluxDepot": "CPP1"})
        client, portal = self.portal(canned("", 401), receipt, token_store=store)
        self.assertEqual(client.deposer_flux("FAC-1.pdf", b"x").number, "CPP1")
        first, second = portal.calls
        self.assertEqual(first.headers["Authorization"], "Bearer stale")
        self.assertEqual(second.headers["Authorization"], f"Bearer {TOKEN}")
        self.assertEqual(first.sent, second.sent)
        self.assertEqual(store.load().value, TOKEN)

    def test_a_token_that_another_worker_renewed_is_taken(self):
        class SharedStore(MemoryTokenStore):
            """The other worker renews between our call and our look."""

            def load(self):
                """Give the old token once, then the new one."""
                token = super().load()
                self.save(Token("renewed", NOW + timedelta(hours=1)))
                return token

        store = SharedStore()
        store.save(Token("stale", NOW + timedelta(hours=1)))
        client, portal = self.portal(canned("", 401), EMPTY, token_store=store)
        self.read(client)
        self.assertFalse(portal.token_calls)
        self.assertEqual(portal.calls[1].headers["Authorization"], "Bearer renewed")

    def test_a_store_that_lost_its_token(self):
        class ForgetfulStore(MemoryTokenStore):
            """Keeps nothing."""

            def save(self, token):
                """Forget."""

        client, portal = self.portal(
            canned("", 401), EMPTY, token_store=ForgetfulStore()
        )
        self.read(client)
        self.assertEqual(len(portal.token_calls), 2)

    def test_wrong_application(self):
        for status in (400, 401):
            refusal = canned({"error": "invalid_client"}, status)
            client, portal = self.portal(tokens=[refusal])
            with self.assert_error("token_refused", "not_sent") as caught:
                client.deposer_flux("FAC-1.pdf", b"x")
            self.assertEqual(caught.exception.http_status, status)
            self.assertEqual(caught.exception.service, "oauth/token")
            self.assertFalse(portal.calls)

    def test_no_usable_token(self):
        answers = [
            canned("", 500),
            canned("<html/>"),
            canned({}),
            canned([]),
            canned({"access_token": None}),
            canned({"access_token": ""}),
            canned({"access_token": "two words"}),
            canned({"access_token": "two\nlines"}),
            canned({"access_token": "accentué"}),
            canned({"error": "invalid_scope"}, 400),
            canned({"error": "invalid_client"}, 403),
            canned(TOKEN_ANSWER, 201),
            canned("[" * 100_000),
            requests.ReadTimeout("x"),
            requests.ConnectionError("x"),
        ]
        for answer in answers:
            client, portal = self.portal(tokens=[answer])
            with (
                self.subTest(answer),
                self.assert_error("token_unavailable", "not_sent"),
            ):
                client.deposer_flux("FAC-1.pdf", b"x")
            self.assertFalse(portal.calls)

    def test_a_token_service_that_was_not_reached(self):
        """No host and no certificate are told as such: the cure is another."""
        refused = requests.exceptions.SSLError("x")
        refused.body_begun = False
        for answer, code in (
            (requests.ConnectTimeout("x"), "unreachable"),
            (refused, "tls"),
        ):
            client, portal = self.portal(tokens=[answer])
            with self.subTest(code), self.assert_error(code, "not_sent") as caught:
                client.deposer_flux("FAC-1.pdf", b"x")
            self.assertEqual(caught.exception.service, "oauth/token")
            self.assertFalse(portal.calls)

    def test_quota_of_the_token_service(self):
        answer = canned("", 429, {"Retry-After": "7"})
        client, _portal = self.portal(tokens=[answer])
        with self.assert_error("token_unavailable", "not_sent") as caught:
            self.read(client)
        self.assertEqual(caught.exception.retry_after, 7)

    def test_a_broken_token_call_tells_why(self):
        client, _portal = self.portal(tokens=[requests.ReadTimeout("x")])
        with self.assert_error("token_unavailable", "not_sent") as caught:
            self.read(client)
        self.assertTrue(caught.exception.detail.startswith("timeout: ReadTimeout"))

    def test_the_clock_is_the_real_one_by_default(self):
        store = MemoryTokenStore()
        _client, portal = self.portal(EMPTY)
        session = requests.Session()
        self.addCleanup(session.close)
        session.mount("http://", portal)
        self.read(Client(SETTINGS, session=session, token_store=store))
        left = store.load().expires_at - datetime.now(timezone.utc)
        self.assertLess(abs(left - timedelta(hours=1)), timedelta(minutes=1))
