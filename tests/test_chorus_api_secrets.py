"""No token, password or file body in a log line, a repr or an error text."""

import base64
import logging
import pickle

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    ChorusError,
    RedactFilter,
    Token,
    redact,
)
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    NOW,
    SETTINGS,
    SUCCESS,
    TOKEN,
    ChorusApiCase,
    canned,
)

FILE = b"the body of an invoice, quite private" * 9
ACCOUNT = base64.b64encode(f"{SETTINGS.login}:{SETTINGS.password}".encode()).decode()
SECRETS = (
    TOKEN,
    ACCOUNT,
    SETTINGS.client_secret,
    SETTINGS.password,
    base64.b64encode(FILE).decode()[:60],
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiSecrets(ChorusApiCase):
    def assert_clean(self, *texts):
        """Check that none of the texts shows a secret."""
        for text in texts:
            for secret in SECRETS:
                self.assertNotIn(secret, str(text))

    def failing_deposit(self, *answers, **options):
        """Deposit and return the error."""
        client, _portal = self.portal(*answers, **options)
        with self.assertRaises(ChorusError) as caught:
            client.deposer_flux("FAC-1.pdf", FILE)
        return caught.exception

    def test_representations(self):
        client, _portal = self.portal()
        self.assert_clean(
            repr(SETTINGS), repr(Token(TOKEN, NOW)), repr(client), repr(vars(client))
        )
        for value in (SETTINGS.client_id, SETTINGS.login):
            self.assertNotIn(value, repr(SETTINGS))

    def test_one_log_line_per_call_without_payload(self):
        receipt = canned(SUCCESS | {"numeroFluxDepot": "CPP1"})
        refusal = canned({"codeRetour": 20001, "libelle": TOKEN})
        client, _portal = self.portal(
            receipt, refusal, canned("", 401), canned("", 500)
        )
        with self.captured_logs() as lines:
            client.deposer_flux("FAC-1.pdf", FILE)
            for _call in range(2):
                self.assertRaises(ChorusError, client.deposer_flux, "a.pdf", FILE)
        ours = [line.rsplit(",", 1)[0] for line in lines if "HTTP" in line]
        self.assertEqual(
            ours,
            [
                "factures/v1/deposer/flux: HTTP 200, codeRetour 0, ok",
                "factures/v1/deposer/flux: HTTP 200, codeRetour 20001, business",
                "factures/v1/deposer/flux: HTTP 500, codeRetour -, server_error",
            ],
        )
        self.assert_clean(*lines)

    def test_a_portal_that_echoes_what_it_got(self):
        echo = f"""Bearer {TOKEN} {ACCOUNT} {SETTINGS.password}
            {{"fichierFlux":"{base64.b64encode(FILE).decode()}"}}"""
        headers = {"WWW-Authenticate": f'Bearer realm="PISTE", token="{TOKEN}"'}
        for answer in (
            canned(echo, 403, headers),
            canned(echo, 500),
            canned(echo),
            canned({"codeRetour": 1, "libelle": echo}),
            canned({"codeRetour": 1, "libelle": echo}, 400),
        ):
            error = self.failing_deposit(answer)
            self.assert_clean(error, repr(error), error.label, error.detail, error.args)
        self.assertIn("***", error.label)

    def test_a_token_service_that_echoes_what_it_got(self):
        echo = f"client_secret={SETTINGS.client_secret} or {SETTINGS.client_secret}"
        error = self.failing_deposit(tokens=[canned(echo, 400)])
        self.assertEqual(error.code, "token_unavailable")
        self.assert_clean(error, repr(error))

    def test_errors_travel_between_processes(self):
        error = pickle.loads(pickle.dumps(ChorusError("timeout", "x", detail="y")))
        self.assertEqual((error.code, error.service), ("timeout", "x"))
        self.assertEqual(error.detail, "y")

    def test_an_error_masks_its_own_texts(self):
        error = ChorusError("business", label=f"Bearer {TOKEN}", detail="password=x")
        self.assertEqual((error.label, error.detail), ("Bearer ***", "password=***"))

    def test_texts_of_an_error_are_short(self):
        error = ChorusError("business", label="é " * 5000, detail="à " * 5000)
        self.assertEqual((len(error.label), len(error.detail)), (500, 500))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiRedact(ChorusApiCase):
    def test_patterns(self):
        table = {
            '{"access_token": "abc", "x": 1}': '{"access_token": ***, "x": 1}',
            "client_secret=abc&x=1": "client_secret=***&x=1",
            "'password': 'a b', 'x': 1": "'password': ***, 'x': 1",
            "Authorization: Bearer abcdefgh": "Authorization: ***",
            "got Bearer abcdefgh.ijk": "got Bearer ***",
            'Bearer realm="PISTE", error="x"': 'Bearer realm="PISTE", error="x"',
            "cpro-account: TECH==": "cpro-account: ***",
            '"fichierFlux": "JVBERi0x"': '"fichierFlux": ***',
            '"fichierFlux": "JVBERi0x': '"fichierFlux": ***',
            f"x {'A' * 100}== y": "x *** y",
            f"x {'A' * 99} y": f"x {'A' * 99} y",
            "nomFichier=FAC-1.pdf": "nomFichier=FAC-1.pdf",
        }
        for text, expected in table.items():
            with self.subTest(text):
                self.assertEqual(redact(text), expected)

    def test_exact_secrets(self):
        self.assertEqual(redact("a word here", ("word", "", None)), "a *** here")
        self.assertEqual(redact(12), "12")

    def test_filter_masks_the_finished_line(self):
        record = logging.LogRecord(
            "x", logging.INFO, "f", 1, "%s and %s", ("Bearer abcdefgh", "b"), None
        )
        self.assertTrue(RedactFilter().filter(record))
        self.assertEqual(record.getMessage(), "Bearer *** and b")
