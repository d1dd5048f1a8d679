"""The PISTE layer: token, headers, routes, sizes, quotas, accounts."""

import base64

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import simulator
from odoo.addons.l10n_fr_chorus_pro.simulator import settings

from .simulator_common import SimulatorCase

SEARCH = "factures/v1/rechercher/fournisseur"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorToken(SimulatorCase):
    def test_token(self):
        answer = self.portal.new_token()
        self.assertEqual(answer.status_code, 200)
        body = answer.get_json()
        self.assertEqual(len(body.pop("access_token")), 54)
        self.assertEqual(
            body, {"token_type": "Bearer", "expires_in": 3600, "scope": "openid"}
        )

    def test_scope_may_be_absent(self):
        self.assertEqual(self.portal.new_token(scope="").status_code, 200)

    def test_unknown_client_and_wrong_secret_look_the_same(self):
        wrong_id = self.portal.new_token(client_id="nobody")
        wrong_secret = self.portal.new_token(client_secret="é")
        self.assertEqual(wrong_id.status_code, 400)
        self.assertEqual(wrong_id.get_json()["error"], "invalid_client")
        self.assertEqual(wrong_id.data, wrong_secret.data)

    def test_other_grant_type(self):
        answer = self.portal.new_token(grant_type="password")
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(answer.get_json()["error"], "unsupported_grant_type")

    def test_two_tokens_live_together(self):
        first = self.portal.new_token().get_json()["access_token"]
        self.portal.new_token()
        self.portal.token = first
        self.assertEqual(self.portal.raw(SEARCH, {}).status_code, 200)

    def test_token_expires_on_the_simulators_clock(self):
        self.portal.call(SEARCH)
        self.portal.control("clock", {"advance": 3601})
        answer = self.portal.raw(SEARCH, {})
        self.assertEqual(answer.status_code, 401)
        self.assertIn('error="invalid_token"', answer.headers["WWW-Authenticate"])
        self.portal.token = None
        self.assertEqual(self.portal.raw(SEARCH, {}).status_code, 200)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorGateway(SimulatorCase):
    def test_no_token_on_a_known_api(self):
        answer = self.portal.raw(SEARCH, {}, headers={})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(
            answer.headers["WWW-Authenticate"],
            'Bearer realm="PISTE", error="invalid_request", '
            'error_description="Unable to find token in the message"',
        )

    def test_no_token_on_an_unknown_path(self):
        for path in ("/cpro/nothing/v1/here", "/elsewhere"):
            answer = self.portal.http.post(path, json={})
            self.assertEqual(answer.status_code, 400)
            self.assertIn('realm="DefaultRealm"', answer.headers["WWW-Authenticate"])

    def test_other_authorization_scheme_is_no_token(self):
        headers = {**self.portal.headers(), "Authorization": "Basic eDp5"}
        self.assertEqual(self.portal.raw(SEARCH, {}, headers=headers).status_code, 400)

    def test_unknown_token(self):
        headers = {**self.portal.headers(), "Authorization": "Bearer x"}
        self.assertEqual(self.portal.raw(SEARCH, {}, headers=headers).status_code, 401)

    def test_bad_account(self):
        good = self.portal.headers()
        wrong_password = self.portal.headers(password="wrong")
        unknown = self.portal.headers(login="TECH_9_1@cpro.fr")
        for headers in (
            wrong_password,
            unknown,
            {**good, "cpro-account": ""},
            {**good, "cpro-account": "not base64!"},
            {**good, "cpro-account": base64.b64encode(b"\xff\xfe").decode()},
        ):
            answer = self.portal.raw(SEARCH, {}, headers=headers)
            self.assertEqual(answer.status_code, 401)
            self.assertIn("invalid_account", answer.headers["WWW-Authenticate"])

    def test_undeclared_route(self):
        for path in (
            "factures/v1/rechercher/nothing",
            "factures/rechercher/fournisseur",
            "transverses/v1/consulter/cr",
        ):
            self.assertEqual(self.portal.raw(path, {}).status_code, 403, path)
        self.assertEqual(self.portal.raw(SEARCH, None, "GET").status_code, 403)

    def test_api_without_subscription(self):
        path = "utilisateurs/v1/monCompte/recuperer/rattachements"
        self.assertEqual(self.portal.raw(path, {}).status_code, 403)
        self.portal.control("settings", {"apis": ["structures"]})
        self.assertEqual(self.portal.raw(SEARCH, {}).status_code, 403)
        self.assertEqual(
            self.portal.raw("structures/v1/rechercher", {}).status_code, 200
        )

    def test_unknown_api(self):
        self.assertEqual(self.portal.raw("nothing/v1/here", {}).status_code, 404)

    def test_media_type(self):
        answer = self.portal.http.post(
            f"/cpro/{SEARCH}", data="{}", headers=self.portal.headers()
        )
        self.assertEqual(answer.status_code, 415)

    def test_too_large(self):
        answer = self.portal.http.post(
            f"/cpro/{SEARCH}",
            json={},
            headers=self.portal.headers(),
            environ_overrides={"CONTENT_LENGTH": str(settings.MAX_REQUEST + 1)},
        )
        self.assertEqual(answer.status_code, 413)

    def test_malformed_body(self):
        for data in ("{", "[]", '"text"'):
            answer = self.portal.http.post(
                f"/cpro/{SEARCH}",
                data=data,
                content_type="application/json;charset=utf-8",
                headers=self.portal.headers(),
            )
            self.assertEqual(answer.status_code, 400)
            self.assertNotIn("codeRetour", answer.get_json())

    def test_field_of_the_wrong_type(self):
        logger = "odoo.addons.l10n_fr_chorus_pro.simulator.app"
        with self.assertLogs(logger, "WARNING"):
            answer = self.portal.raw(SEARCH, {"listeDestinataire": 5})
        self.assertEqual(answer.status_code, 400)
        answer = self.portal.raw(SEARCH, {"idFournisseur": "abc"})
        self.assertEqual(answer.status_code, 400)
        self.assertRefused(answer.get_json(), 20400)

    def test_quota(self):
        self.portal.headers()
        self.portal.control("settings", {"quota": {"calls": 2, "seconds": 60}})
        for _attempt in range(2):
            self.assertEqual(self.portal.raw(SEARCH, {}).status_code, 200)
        answer = self.portal.raw(SEARCH, {})
        self.assertEqual(answer.status_code, 429)
        self.assertIn(int(answer.headers["Retry-After"]), range(1, 61))
        self.portal.control("settings", {"quota": None})
        self.assertEqual(self.portal.raw(SEARCH, {}).status_code, 200)

    def test_json_type_of_answers(self):
        answer = self.portal.raw(SEARCH, {})
        self.assertEqual(answer.content_type, "application/json;charset=utf-8")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorAccounts(SimulatorCase):
    def test_activation_delay(self):
        new = {"login": "TECH_2_1@cpro.fr", "password": "Secret:with:colons"}
        self.portal.control("accounts", new)
        self.assertEqual(self._status(new), 401)
        self.portal.advance(1801)
        self.assertEqual(self._status(new), 200)

    def test_rotation(self):
        login = simulator.CREDENTIALS["login"]
        new = {"login": login, "password": "Other"}
        self.portal.control("accounts", {**new, "active_in": 0})
        self.assertEqual(self._status({}), 401)
        self.assertEqual(self._status(new), 200)

    def test_expiry_after_424_days(self):
        self.portal.advance(423 * 86400)
        self.assertEqual(self._status({}), 200)
        self.portal.advance(2 * 86400)
        self.assertEqual(self._status({}), 401)

    def _status(self, account):
        headers = self.portal.headers(**account)
        return self.portal.raw(SEARCH, {}, headers=headers).status_code
