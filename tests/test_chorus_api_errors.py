"""Every error code with its outcome, from HTTP answers and from broken exchanges."""

from unittest.mock import patch

import requests
from urllib3.exceptions import (
    DecodeError,
    IncompleteRead,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import OUTCOMES, ChorusError, wire
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    SUCCESS,
    ChorusApiCase,
    canned,
)

DEPOSIT = "factures/v1/deposer/flux"


class ChorusApiErrorCase(ChorusApiCase):
    def deposit(self, *answers):
        """Deposit against canned answers and return the error."""
        client, self.adapter = self.portal(*answers)
        with self.assertRaises(ChorusError) as caught:
            client.deposer_flux("FAC-1.pdf", b"x")
        return caught.exception

    def assert_deposit(self, code, outcome, *answers):
        """Check code and outcome of a failing deposit and return the error."""
        error = self.deposit(*answers)
        self.assertEqual((error.code, error.outcome), (code, outcome))
        self.assertEqual(error.service, DEPOSIT)
        return error


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiStatuses(ChorusApiErrorCase):
    def test_http_statuses(self):
        table = [
            (400, "bad_request", "refused"),
            (403, "forbidden", "refused"),
            (404, "not_found", "refused"),
            (413, "too_large", "refused"),
            (415, "media_type", "refused"),
            (429, "rate_limited", "refused"),
            (500, "server_error", "unknown"),
            (502, "server_error", "unknown"),
            (503, "server_error", "unknown"),
            (201, "not_json", "unknown"),
            (301, "not_json", "unknown"),
            (408, "not_json", "unknown"),
        ]
        for status, code, outcome in table:
            for body in ("", "<html>no</html>", "[]", "null", '{"other": 1}'):
                with self.subTest(status=status, body=body):
                    answer = canned(body, status)
                    error = self.assert_deposit(code, outcome, answer)
                    self.assertEqual(error.http_status, status)
                    self.assertIsNone(error.return_code)
                    self.assertEqual(error.label, "")

    def test_account_refused_after_one_repetition(self):
        said = {"WWW-Authenticate": 'Bearer realm="PISTE", error="denied"'}
        refusal = canned("", 401, said)
        error = self.assert_deposit("account_refused", "refused", refusal, refusal)
        self.assertEqual(len(self.adapter.calls), 2)
        self.assertEqual(len(self.adapter.token_calls), 2)
        self.assertIn('error="denied"', error.detail)

    def test_business_refusal_in_both_shapes(self):
        for status in (200, 202, 400):
            for number in (20001, "20001"):
                body = {"codeRetour": number, "libelle": "GDP_MSG_11.022"}
                with self.subTest(status=status, number=number):
                    answer = canned(body, status)
                    error = self.assert_deposit("business", "refused", answer)
                    self.assertEqual(error.return_code, 20001)
                    self.assertEqual(error.label, "GDP_MSG_11.022")
                    self.assertEqual(error.detail, "")
                    self.assertEqual(error.http_status, status)

    def test_a_business_body_does_not_soften_a_server_error(self):
        body = {"codeRetour": 20001, "libelle": "GDP_MSG_11.022"}
        self.assert_deposit("server_error", "unknown", canned(body, 500))

    def test_success_in_the_body_of_an_http_400_is_a_bad_request(self):
        self.assert_deposit("bad_request", "refused", canned(SUCCESS, 400))

    def test_answers_that_are_not_the_portals(self):
        for body in ("", "<html/>", "[1]", '"x"', "{", b"\xff\xfe\x00", "[" * 100_000):
            error = self.assert_deposit("not_json", "unknown", canned(body))
            self.assertEqual(error.http_status, 200)

    def test_answers_that_say_nothing(self):
        for body in ({}, {"codeRetour": None}, {"codeRetour": "x"}, {"libelle": "ok"}):
            self.assert_deposit("incomplete", "unknown", canned(body))

    def test_a_label_that_is_no_text(self):
        for label in (None, ["x"], {"x": 1}):
            body = {"codeRetour": 20001, "libelle": label}
            error = self.assert_deposit("business", "refused", canned(body))
            self.assertEqual(error.label, "")

    def test_retry_after(self):
        table = [
            ("30", 30),
            ("0", 0),
            ("999999999999", 3600),
            ("Mon, 14 Sep 2026 08:01:00 GMT", 60),
            ("Mon, 14 Sep 2026 08:01:00 -0000", 60),
            ("Mon, 14 Sep 2026 07:00:00 GMT", 0),
            ("Mon, 14 Sep 2027 08:00:00 GMT", 3600),
            ("Mon, 14 Sep 99999999999999999999 08:00:00 GMT", None),
            ("soon", None),
            ("-5", None),
            ("1.5", None),
            ("", None),
        ]
        for wish, seconds in table:
            with self.subTest(wish):
                error = self.deposit(canned("", 429, {"Retry-After": wish}))
                self.assertEqual(error.retry_after, seconds)
        self.assertIsNone(self.deposit(canned("", 503)).retry_after)

    def test_text_of_an_error(self):
        error = self.deposit(canned({"codeRetour": 20001, "libelle": "GDP"}))
        self.assertEqual(
            str(error), f"{DEPOSIT}: business (HTTP 200, codeRetour 20001, GDP)"
        )
        self.assertEqual(str(ChorusError("timeout", service="x")), "x: timeout ()")

    def test_every_code_has_one_of_three_outcomes(self):
        self.assertEqual(set(OUTCOMES.values()), {"not_sent", "refused", "unknown"})

    def test_an_answer_without_end_is_cut(self):
        with patch.object(wire, "ANSWER_BYTES_MAX", 1000):
            error = self.assert_deposit("interrupted", "unknown", canned("x" * 1001))
        self.assertIn("more than 1000 bytes", error.detail)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiBrokenExchanges(ChorusApiErrorCase):
    """Errors of adapters that give no proof: only the class can tell."""

    def test_errors_of_the_exchange(self):
        refused = NewConnectionError(None, "refused")
        pool = "HTTPSConnectionPool"
        table = [
            (requests.ConnectTimeout("x"), "unreachable"),
            (requests.exceptions.InvalidURL("x"), "unreachable"),
            (requests.exceptions.MissingSchema("x"), "unreachable"),
            (requests.exceptions.InvalidSchema("x"), "unreachable"),
            (
                requests.ConnectionError(MaxRetryError(None, "/", refused)),
                "unreachable",
            ),
            (requests.ReadTimeout("x"), "timeout"),
            (requests.ReadTimeout(ReadTimeoutError(None, "/", pool)), "timeout"),
            (requests.ConnectionError(ProtocolError("aborted")), "interrupted"),
            (requests.ConnectionError(), "interrupted"),
            (requests.exceptions.ProxyError("x"), "interrupted"),
            (requests.exceptions.SSLError("x"), "interrupted"),
            (requests.exceptions.ChunkedEncodingError("x"), "interrupted"),
            (requests.exceptions.ContentDecodingError("x"), "interrupted"),
            (IncompleteRead(1, 2), "interrupted"),
            (DecodeError("x"), "interrupted"),
        ]
        for exception, code in table:
            with self.subTest(exception):
                self.assert_deposit(code, OUTCOMES[code], exception)

    def test_an_unexpected_error_is_not_swallowed(self):
        client, _adapter = self.portal(ZeroDivisionError("a fault of ours"))
        with self.assertRaises(ZeroDivisionError):
            client.deposer_flux("FAC-1.pdf", b"x")

    def test_redirects_are_not_followed(self):
        moved = canned("", 307, {"Location": "http://localhost/elsewhere"})
        error = self.assert_deposit("not_json", "unknown", moved)
        self.assertEqual(error.http_status, 307)
        self.assertEqual(len(self.adapter.calls), 1)
