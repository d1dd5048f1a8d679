"""The body of a deposit: made while it is sent, and the same bytes as made at once."""

import base64
import io
import json
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client, wire
from odoo.addons.l10n_fr_chorus_pro.chorus_api.upload import _PIECE, Upload
from odoo.addons.l10n_fr_chorus_pro.chorus_api.wire import Body
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import SETTINGS

OTHERS = {"nomFichier": "é.pdf", "avecSignature": False}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiUpload(BaseCase):
    def read(self, content, size):
        """The JSON object of an upload that is read in pieces of so many bytes."""
        upload = Upload("fichierFlux", content, OTHERS)
        stream, pieces = upload.open(), []
        while piece := stream.read(size):
            pieces.append(piece)
        self.assertLessEqual(max(map(len, pieces)), size)
        body = b"".join(pieces)
        self.assertEqual(len(body), len(upload))
        return json.loads(body)

    def test_every_length_of_a_file(self):
        for length in (0, 1, 2, 3, 4, _PIECE - 1, _PIECE, _PIECE + 1):
            content = bytes(number % 251 for number in range(length))
            with self.subTest(length):
                told = self.read(content, 1000)
                file = base64.b64decode(told.pop("fichierFlux"), validate=True)
                self.assertEqual((file, told), (content, OTHERS))

    def test_a_file_on_disk_is_read_from_its_beginning_each_time(self):
        file = io.BytesIO(b"PDF" * 40)
        file.seek(7)
        upload = Upload("fichierFlux", file, OTHERS)
        first, second = upload.open().read(), upload.open().read()
        self.assertEqual(first, second)
        self.assertEqual(len(first), len(upload))
        self.assertEqual(Body(upload).read(), first)
        self.assertEqual(json.loads(first)["fichierFlux"], "UERG" * 40)

    def test_a_large_read_and_the_end(self):
        stream = Upload("fichierFlux", b"x", OTHERS).open()
        self.assertTrue(stream.read(None))
        self.assertEqual((stream.read(), stream.read(10)), (b"", b""))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiAdmission(BaseCase):
    def refuse(self, code, seen):
        def admit(service):
            seen.append(service)
            raise ChorusError(code, service=service, retry_after=3)

        return admit

    def test_whoever_counts_the_calls_may_stop_them(self):
        for code in ("throttled", "daily_quota"):
            seen = []
            with (
                Client(SETTINGS, admit=self.refuse(code, seen)) as client,
                self.assertRaises(ChorusError) as caught,
            ):
                client.health_check()
            error = caught.exception
            self.assertEqual((error.code, error.outcome), (code, "not_sent"))
            self.assertEqual((error.retry_after, seen), (3, ["oauth/token"]))

    def test_a_call_waits_for_its_turn(self):
        seen = []
        with (
            patch.object(wire.time, "sleep", seen.append),
            Client(SETTINGS, admit=lambda _service: 0.25) as client,
            self.assertRaises(ChorusError),
        ):
            client.health_check()
        self.assertEqual(seen, [0.25])
