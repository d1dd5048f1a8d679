"""Deposit, headers of a call, health check, life of a client."""

import base64
import os
import tempfile
from datetime import date
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    NO_RESULT,
    SETTINGS,
    SUCCESS,
    TOKEN,
    ChorusApiCase,
    canned,
)

FLOW = "CPP0011117000000000500001"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiDeposit(ChorusApiCase):
    def test_deposit_sends_the_file_once_and_reads_the_receipt(self):
        answer = SUCCESS | {
            "numeroFluxDepot": FLOW,
            "dateDepot": "2026-09-14",
            "syntaxeFlux": "IN_DP_E2_CII_FACTURX",
        }
        client, portal = self.portal(canned(answer))
        content = bytes(range(256)) * 10
        deposit = client.deposer_flux("FAC-1.pdf", content)
        self.assertEqual(deposit.number, FLOW)
        self.assertEqual(deposit.date, date(2026, 9, 14))
        self.assertEqual(deposit.syntax, "IN_DP_E2_CII_FACTURX")
        self.assertEqual(deposit.raw, answer)
        self.assertEqual(portal.paths, ["/cpro/factures/v1/deposer/flux"])
        sent = portal.payloads[0]
        self.assertEqual(base64.b64decode(sent.pop("fichierFlux"), None, True), content)
        self.assertEqual(
            sent,
            {
                "nomFichier": "FAC-1.pdf",
                "syntaxeFlux": "IN_DP_E2_CII_FACTURX",
                "avecSignature": False,
            },
        )

    def test_headers_of_a_call(self):
        client, portal = self.portal(canned(NO_RESULT))
        list(client.rechercher_structures(siret="12345678200044"))
        call = portal.calls[0]
        self.assertEqual(call.method, "POST")
        self.assertEqual(call.headers["Authorization"], f"Bearer {TOKEN}")
        self.assertEqual(call.headers["Content-Type"], "application/json;charset=utf-8")
        self.assertEqual(call.headers["Accept"], "application/json;charset=utf-8")
        account = call.headers["cpro-account"]
        self.assertEqual(
            base64.b64decode(account, None, True).decode(),
            f"{SETTINGS.login}:{SETTINGS.password}",
        )
        self.assertEqual(call.options["timeout"], 60)

    def test_a_netrc_file_of_the_machine_changes_nothing(self):
        with tempfile.NamedTemporaryFile("w", suffix="netrc") as netrc:
            netrc.write("machine localhost login other password other")
            netrc.flush()
            client, portal = self.portal(canned(NO_RESULT))
            with patch.dict(os.environ, NETRC=netrc.name):
                list(client.rechercher_structures(siret="1"))
        self.assertNotIn("Authorization", portal.token_calls[0].headers)
        self.assertEqual(portal.calls[0].headers["Authorization"], f"Bearer {TOKEN}")

    def test_a_long_account_stays_on_one_line(self):
        settings = SETTINGS.__class__(
            **{**vars(SETTINGS), "password": "é" * 90, "api_url": "http://localhost/"}
        )
        _client, portal = self.portal(canned(NO_RESULT))
        session = _client._portal._wire.session
        list(Client(settings, session=session).rechercher_structures(siret="1"))
        account = portal.calls[0].headers["cpro-account"]
        self.assertNotIn("\n", account)
        self.assertTrue(base64.b64decode(account).decode().endswith("é" * 90))
        self.assertEqual(portal.paths, ["/cpro/structures/v1/rechercher"])

    def test_wrong_file_names_are_refused_before_any_call(self):
        client, portal = self.portal()
        for name in ("FAC-1", "", "a" * 197 + ".pdf"):
            with self.subTest(name), self.assertRaises(ValueError):
                client.deposer_flux(name, b"x")
        self.assertFalse(portal.calls + portal.token_calls)

    def test_the_longest_file_name_passes(self):
        client, portal = self.portal(canned(SUCCESS | {"numeroFluxDepot": FLOW}))
        client.deposer_flux("a" * 196 + ".pdf", b"x")
        self.assertEqual(len(portal.payloads[0]["nomFichier"]), 200)

    def test_a_receipt_without_number_is_not_a_deposit(self):
        for number in (None, "", "  "):
            with self.subTest(number):
                answer = SUCCESS | {"numeroFluxDepot": number}
                client, _portal = self.portal(canned(answer))
                with self.assert_error("incomplete", "unknown") as caught:
                    client.deposer_flux("FAC-1.pdf", b"x")
                self.assertEqual(caught.exception.http_status, 200)

    def test_a_number_without_return_code_is_a_deposit(self):
        client, _portal = self.portal(canned({"numeroFluxDepot": FLOW}))
        self.assertEqual(client.deposer_flux("FAC-1.pdf", b"x").number, FLOW)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiClient(ChorusApiCase):
    def test_health(self):
        for answer, healthy in (
            ({"statusCodeValue": 200, "statusCode": "OK"}, True),
            ({"status": "UP"}, True),
            ({"statusCodeValue": 503}, False),
        ):
            client, portal = self.portal(canned(answer))
            self.assertIs(client.health_check(), healthy)
            self.assertEqual(portal.calls[0].method, "GET")
            self.assertEqual(portal.paths, ["/cpro/transverses/v1/health-check"])
            self.assertFalse(portal.calls[0].sent)

    def test_the_client_closes_only_its_own_session(self):
        client, _portal = self.portal()
        with client as same:
            self.assertIs(same, client)
        foreign = client._portal._wire.session
        self.assertTrue(foreign.adapters)
        own = Client(SETTINGS)
        closed = []
        for adapter in own._portal._wire.session.adapters.values():
            self.patch(adapter, "close", lambda: closed.append(1))
        with own:
            self.assertFalse(closed)
        self.assertEqual(len(closed), 2)
