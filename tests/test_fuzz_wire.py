"""Bytes on a real connection: whatever a server sends, the client has one error."""

import gzip
import json
import socket
import threading
from datetime import datetime, timedelta, timezone

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    ChorusError,
    Client,
    MemoryTokenStore,
    Settings,
    Token,
)
from odoo.addons.l10n_fr_chorus_pro.tests.fuzz_common import FuzzCase, st

RECEIPT = json.dumps({"codeRetour": 0, "numeroFluxDepot": "CPP1"}).encode()
STATUS_LINES = (
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 429 Slow",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK",
    b"HTTP/1.1 204 None",
    b"HTTP/1.0 999 \xff",
    b"HTTP/9.9 200",
    b"HTTP/1.1 -1 x",
    b"HTTP/1.1 301 Moved",
    b"HTTP/1.1 101 Switching",
    b"junk",
    b"",
)
HEADERS = (
    b"Content-Length: 5",
    b"Content-Length: -5",
    b"Content-Length: x",
    b"Content-Length: 99999999999999999999",
    b"Content-Length: 1, 2",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: chunked, chunked",
    b"Content-Encoding: gzip",
    b"Content-Encoding: deflate",
    b"Content-Encoding: gzip, gzip, gzip",
    b"Content-Encoding: unheard",
    b"Content-Encoding: br",
    b"Content-Encoding: zstd",
    b"Set-Cookie: a=b; Max-Age=99999999999999999999; Domain=.\xff",
    b"Set-Cookie: =;;;=; Expires=Mon, 99 Xyz 99999 99:99:99",
    b"Retry-After: Mon, 14 Sep 99999999999999999999 08:00:00 GMT",
    b"Retry-After: \xb2",
    b"Location: http://[::1",
    b"WWW-Authenticate: \xff\xfe",
    b"Connection: close",
    b" folded",
    b"no colon",
    b": no name",
    b"X: " + b"y" * 70_000,
)
BODIES = (
    RECEIPT,
    gzip.compress(RECEIPT),
    b'5\r\n{"a":\r\n0\r\n\r\n',
    b"ffffffffffffffff\r\nx",
    b"-5\r\nx",
    b"zz\r\n",
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFuzzWire(FuzzCase):
    """One server for all: it sends what it is told and closes the connection."""

    def setUp(self):
        super().setUp()
        self.reply = b""
        self.server = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        self.addCleanup(self.thread.join, 10)
        self.addCleanup(self.server.close)
        # A closed socket does not wake the thread that waits on it.
        self.addCleanup(self.server.shutdown, socket.SHUT_RDWR)

    def serve(self):
        """Answer every connection with the reply of the moment."""
        while True:
            try:
                connection, _address = self.server.accept()
            except OSError:
                return
            with connection:
                self.answer(connection)

    def answer(self, connection):
        """Read a request, send the reply; the client may have gone."""
        stream = connection.makefile("rb")
        length = 0
        while line := stream.readline().strip().lower():
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        stream.read(length)
        try:
            connection.sendall(self.reply)
        except OSError:
            return

    @mute_logger("urllib3.connection", "urllib3.connectionpool")
    def deposit(self, reply):
        """Deposit; the outcome of whatever comes is known or unknown, never a crash."""
        self.reply = reply
        store = MemoryTokenStore()
        ends = datetime.now(timezone.utc) + timedelta(hours=1)
        store.save(Token("kept", ends))
        url = "http://127.0.0.1:%d" % self.server.getsockname()[1]
        settings = Settings(f"{url}/token", url, "id", "secret", "login", "password")
        with Client(settings, token_store=store, timeout=(5, 5)) as client:
            client._portal._wire.session.trust_env = False
            try:
                deposit = client.deposer_flux("FAC-1.pdf", b"x")
            except ChorusError as error:
                self.assertIn(error.outcome, ("unknown", "refused", "not_sent"))
                if error.outcome == "not_sent":
                    self.assertIn(error.code, ("token_refused", "token_unavailable"))
                return error.code
        self.assertEqual(deposit.number, "CPP1")
        return None

    def test_any_bytes(self):
        def run(reply):
            self.deposit(reply)

        self.fuzz(run, st.binary(max_size=300))

    def test_http_like_answers(self):
        def run(status, headers, body):
            head = b"\r\n".join([status, *headers])
            self.deposit(head + b"\r\n\r\n" + body)

        self.fuzz(
            run,
            st.sampled_from(STATUS_LINES),
            st.lists(st.sampled_from(HEADERS) | st.binary(max_size=20), max_size=4),
            st.sampled_from(BODIES) | st.binary(max_size=100),
            share=3,
        )

    def test_what_fuzzing_has_found(self):
        """Answers that once made more than our own error of themselves."""
        endless = b"HTTP/1.1 301 x\r\nLocation: /x\r\nContent-Length: 9000000\r\n\r\n"
        for reply, code in (
            (b"HTTP/1.1 301 x\r\nLocation: http://[::1\r\n\r\n" + RECEIPT, "not_json"),
            (endless + b" " * 9_000_000, "interrupted"),
            (
                b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nx",
                "interrupted",
            ),
            (b"HTTP/1.1 200 x\r\nContent-Encoding: gzip, gzip\r\n\r\nx", "interrupted"),
        ):
            with self.subTest(reply[:60]):
                self.assertEqual(self.deposit(reply), code)
