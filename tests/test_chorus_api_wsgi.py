"""The adapter that calls a WSGI application in-process."""

import io

import requests

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    Client,
    WsgiAdapter,
    in_process_session,
)
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    SETTINGS,
    ChorusApiCase,
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiWsgi(ChorusApiCase):
    def session(self, app):
        """Return a session that reaches ``app``, closed at the end."""
        session = in_process_session(app)
        self.addCleanup(session.close)
        self.assertIsInstance(session.get_adapter("http://localhost/x"), WsgiAdapter)
        return session

    def test_the_application_sees_the_whole_request(self):
        seen = {}

        def app(environ, start_response):
            seen.update(environ, body=environ["wsgi.input"].read())
            start_response("418 I'm a teapot", [("X-Answer", "1"), ("x-more", "2")])
            yield b"first "
            yield b"second"

        answer = self.session(app).post(
            "http://localhost/cpro/a%20b?q=1&r=%C3%A9",
            data=b"body",
            headers={
                "Authorization": "Bearer x",
                "cpro-account": "eA==",
                "Content-Type": "application/json;charset=utf-8",
            },
            timeout=60,
        )
        self.assertEqual((answer.status_code, answer.reason), (418, "I'm a teapot"))
        self.assertEqual(answer.content, b"first second")
        self.assertEqual(
            (answer.headers["x-answer"], answer.headers["X-More"]), ("1", "2")
        )
        self.assertEqual(answer.url, "http://localhost/cpro/a%20b?q=1&r=%C3%A9")
        self.assertEqual(answer.request.method, "POST")
        expected = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/cpro/a b",
            "QUERY_STRING": "q=1&r=%C3%A9",
            "CONTENT_LENGTH": "4",
            "CONTENT_TYPE": "application/json;charset=utf-8",
            "HTTP_AUTHORIZATION": "Bearer x",
            "HTTP_CPRO_ACCOUNT": "eA==",
            "HTTP_HOST": "localhost",
            "SERVER_NAME": "localhost",
            "wsgi.url_scheme": "http",
            "body": b"body",
        }
        self.assertEqual({key: seen[key] for key in expected}, expected)

    def test_bodies_of_all_kinds(self):
        def app(environ, start_response):
            start_response("200 OK", [])
            length = int(environ.get("CONTENT_LENGTH") or 0)
            return [environ["wsgi.input"].read(length)]

        session = self.session(app)
        for body, expected in (
            ("é", "é".encode()),
            (b"\x00\xff", b"\x00\xff"),
            (io.BytesIO(b"stream"), b"stream"),
            ({"a": "b c"}, b"a=b+c"),
            (None, b""),
        ):
            answer = session.post("http://localhost/", data=body, timeout=60)
            self.assertEqual(answer.content, expected)

    def test_the_iterable_is_closed(self):
        closed = []

        class Chunks(list):
            """An answer that must be closed."""

            def close(self):
                """Remember it."""
                closed.append(True)

        def app(_environ, start_response):
            start_response("200 OK", [])
            return Chunks([b"x"])

        self.session(app).get("http://localhost/", timeout=60)
        self.assertEqual(closed, [True])

    def test_an_application_that_acts_a_broken_network(self):
        class LostAnswer(TimeoutError):
            """Work done, answer lost."""

        class CutAnswer(ConnectionResetError):
            """Answer cut in the middle."""

        def lose(_environ, _start_response):
            raise LostAnswer

        def cut(_environ, start_response):
            start_response("200 OK", [])
            yield b'{"codeRetour'
            raise CutAnswer

        for app, expected, cause in (
            (lose, requests.ReadTimeout, LostAnswer),
            (cut, requests.exceptions.ChunkedEncodingError, CutAnswer),
        ):
            session = self.session(app)
            with self.assertRaises(expected) as caught:
                session.post("http://localhost/", data=b"x", timeout=60)
            self.assertIsInstance(caught.exception.__cause__, cause)

    def test_a_lost_answer_leaves_the_outcome_of_a_deposit_unknown(self):
        for error, code in (
            (TimeoutError, "timeout"),
            (ConnectionResetError, "interrupted"),
        ):

            def app(environ, start_response, error=error):
                if environ["PATH_INFO"].endswith("/token"):
                    start_response("200 OK", [])
                    return [b'{"access_token": "x", "expires_in": 3600}']
                raise error

            client = Client(SETTINGS, session=self.session(app))
            with self.assert_error(code, "unknown"):
                client.deposer_flux("FAC-1.pdf", b"x")

    def test_a_fault_of_the_application_passes(self):
        def app(_environ, _start_response):
            raise KeyError

        with self.assertRaises(KeyError):
            self.session(app).get("http://localhost/", timeout=60)
