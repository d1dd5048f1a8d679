"""The portal's answers are hostile input: what is read and kept is bounded."""

import base64
import gzip
import io
import json
import zlib
from decimal import Decimal
from unittest.mock import patch
from urllib.parse import quote

import requests
import urllib3

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    ChorusError,
    codes,
    json_text,
    paging,
    wire,
)
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    SETTINGS,
    SUCCESS,
    TOKEN,
    ChorusApiCase,
    canned,
)

MEGABYTE = 1_000_000
DEPOSITED = SUCCESS | {"numeroFluxDepot": "CPP1"}


class Endless(io.RawIOBase):
    """A body of a given length that is never in memory; counts what is read."""

    def __init__(self, length):
        super().__init__()
        self.left = length
        self.given = 0

    def readable(self):
        """Tell that it can be read."""
        return True

    def read(self, size=-1):
        """Give so many blanks."""
        size = min(self.left, size if size >= 0 else self.left)
        self.left -= size
        self.given += size
        return b" " * size


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecurityAnswers(ChorusApiCase):
    """What a hostile portal can make the client do: nothing but refuse."""

    def deposit(self, answer, **options):
        """Deposit and return the error."""
        client, self.adapter = self.portal(answer, **options)
        with self.assertRaises(ChorusError) as caught:
            client.deposer_flux("FAC-1.pdf", b"x")
        return caught.exception

    def streaming(self, raw, headers=None):
        """A client of a portal whose only answer is this stream."""
        response = requests.Response()
        response.status_code, response.raw = 200, raw
        response.headers.update(headers or {})
        client, adapter = self.portal()
        tokens = adapter.send

        def send(request, **options):
            is_token = request.url == SETTINGS.token_url
            return tokens(request, **options) if is_token else response

        self.patch(adapter, "send", send)
        return client

    def deposit_raw(self, raw, headers=None):
        """The error of a deposit that is answered by a stream."""
        client = self.streaming(raw, headers)
        with self.assertRaises(ChorusError) as caught:
            client.deposer_flux("FAC-1.pdf", b"x")
        return caught.exception

    # === SIZE === #

    def test_a_body_of_50_megabytes_is_not_read_to_its_end(self):
        body = Endless(50 * MEGABYTE)
        error = self.deposit_raw(body)
        self.assertEqual((error.code, error.outcome), ("interrupted", "unknown"))
        self.assertLess(body.given, codes.ANSWER_BYTES_MAX + MEGABYTE)

    def test_a_token_of_50_megabytes_is_not_read_either(self):
        with patch.object(wire, "ANSWER_BYTES_MAX", 1000):
            error = self.deposit(canned(""), tokens=[canned("x" * 1001)])
        self.assertEqual((error.code, error.outcome), ("token_unavailable", "not_sent"))

    def packed(self, content, encoding):
        """A compressed body as urllib3 hands it over."""
        return urllib3.HTTPResponse(
            body=io.BytesIO(content),
            headers={"Content-Encoding": encoding},
            preload_content=False,
        )

    def test_a_small_body_that_unpacks_to_50_megabytes(self):
        bomb = gzip.compress(b" " * 50 * MEGABYTE, 9)
        self.assertLess(len(bomb), 60_000)
        error = self.deposit_raw(self.packed(bomb, "gzip"))
        self.assertEqual((error.code, error.outcome), ("interrupted", "unknown"))

    def test_a_body_that_is_packed_twice(self):
        bomb = gzip.compress(zlib.compress(b" " * MEGABYTE))
        headers = {"Content-Encoding": "deflate, gzip"}
        error = self.deposit_raw(self.packed(bomb, "deflate, gzip"), headers)
        self.assertEqual((error.code, error.outcome), ("interrupted", "unknown"))
        self.assertIn("more than one encoding", error.detail)

    def test_an_honest_compressed_answer_is_read(self):
        body = self.packed(gzip.compress(json.dumps(DEPOSITED).encode()), "gzip")
        client = self.streaming(body, {"Content-Encoding": "gzip"})
        self.assertEqual(client.deposer_flux("FAC-1.pdf", b"x").number, "CPP1")

    def test_a_token_too_long_for_a_header(self):
        token = canned({"access_token": "t" * codes.TOKEN_MAX})
        client, _adapter = self.portal(canned(DEPOSITED), tokens=[token])
        self.assertEqual(client.deposer_flux("FAC-1.pdf", b"x").number, "CPP1")
        token = canned({"access_token": "t" * (codes.TOKEN_MAX + 1)})
        error = self.deposit(canned(DEPOSITED), tokens=[token])
        self.assertEqual((error.code, error.outcome), ("token_unavailable", "not_sent"))

    # === SHAPE === #

    def test_nested_too_deep(self):
        body = '{"numeroFluxDepot": "CPP1", "x": %s}'
        client, _adapter = self.portal(canned(body % ("[" * 15 + "]" * 15)))
        self.assertEqual(client.deposer_flux("FAC-1.pdf", b"x").number, "CPP1")
        for depth in (25, 900, 100_000):
            error = self.deposit(canned(body % ("[" * depth + "]" * depth)))
            with self.subTest(depth):
                self.assertEqual((error.code, error.outcome), ("not_json", "unknown"))

    def test_the_same_name_twice(self):
        """Readers differ in which of two values they take: it proves nothing."""
        for body in (
            '{"codeRetour": 0, "codeRetour": 20001, "numeroFluxDepot": "CPP1"}',
            '{"codeRetour": 20001, "codeRetour": 0, "numeroFluxDepot": "CPP1"}',
            '{"numeroFluxDepot": "CPP1", "numeroFluxDepot": "CPP2"}',
        ):
            with self.subTest(body):
                error = self.deposit(canned(body))
                self.assertEqual((error.code, error.outcome), ("not_json", "unknown"))
        same = json_text.read_json(b'{"a": 1, "a": 1}')
        self.assertEqual(same, {"a": 1})

    def test_numbers(self):
        table = {
            b"NaN": None,
            b"-Infinity": None,
            b"[1, NaN]": [1, None],
            b"1e99999999999999999999": None,
            b"1E-99999999999999999999": None,
            b"9" * 41: None,
            b"9" * 100_000: None,
            b"0." + b"1" * 100_000: None,
            b"9" * 40: int("9" * 40),
            b"0.10": Decimal("0.10"),
        }
        for content, value in table.items():
            with self.subTest(content[:30]):
                self.assertEqual(json_text.read_json(content), value)

    def test_bytes_that_are_no_text(self):
        for content in (b"", b"\xff\xfe", b"\x80", b'"\xed\xa0\x80', b"{} {}"):
            self.assertIsNone(json_text.read_json(content))

    # === TEXTS === #

    def read_item(self, **values):
        """An invoice of a search whose row has these values."""
        row = {"identifiantFactureCPP": 1, **values}
        client, _adapter = self.portal(canned(SUCCESS | {"listeFactures": [row]}))
        return next(client.rechercher_fournisseur(supplier_id="1"))

    def test_texts_can_be_stored_and_have_a_length(self):
        item = self.read_item(
            commentaireEtatCourant="a\x00b\x1b[31m\ud800\x85c" + "é" * 5000
        )
        self.assertEqual(item.comment[:7], "ab[31mc")
        self.assertLessEqual(len(item.comment), codes.TEXT_MAX)
        self.assertTrue(item.comment.endswith("é…"))
        item = self.read_item(commentaireEtatCourant="é" * codes.TEXT_MAX)
        self.assertEqual(item.comment, "é" * codes.TEXT_MAX)
        self.assertEqual(
            self.read_item(commentaireEtatCourant="a\n\tb").comment, "a\n\tb"
        )

    def test_identifiers_are_whole_or_none(self):
        for value, known in (
            ("CPP1", "CPP1"),
            (12, "12"),
            ("x" * 200, "x" * 200),
            ("x" * 201, None),
            ("a\nb", None),
            ("a\x00", None),
            ("\ud800", None),
            (True, None),
            (1.5, None),
            (["CPP1"], None),
            ({"a": 1}, None),
        ):
            with self.subTest(value):
                self.assertEqual(
                    self.read_item(numeroFluxDepot=value).flow_number, known
                )
                self.assertEqual(self.read_item(statut=value).status, known)

    def test_identifiers_of_the_portal_are_digits(self):
        for value, known in (
            (7, "7"),
            ("0007", "0007"),
            ("x7", None),
            ("../7", None),
            (-7, None),
            (10**19, None),
            ("\u0667", None),
        ):
            with self.subTest(value):
                found = self.read_item(identifiantFactureCPP=value)
                self.assertEqual(found.portal_id, known)

    def test_amounts_beyond_any_invoice(self):
        for value in (10**15, "1e999999999", "1e-999999999", "sNaN", -(10**20), "0e99"):
            with self.subTest(value):
                self.assertIsNone(self.read_item(montantTTC=value).amount_total)

    def test_a_deposit_whose_number_cannot_be_kept(self):
        for number in ("x" * 201, "CPP\n1", ["CPP1"], True):
            error = self.deposit(canned(SUCCESS | {"numeroFluxDepot": number}))
            self.assertEqual((error.code, error.outcome), ("incomplete", "unknown"))

    # === LISTS === #

    def test_lists_have_an_end(self):
        rows = [{"identifiantFactureCPP": number} for number in range(9)]
        told = {"parametresRetour": {"pages": 5}}
        client, _adapter = self.portal(canned(SUCCESS | told | {"listeFactures": rows}))
        with (
            patch.object(paging, "ROWS_MAX", 8),
            self.assert_error("incomplete", "unknown") as caught,
        ):
            list(client.rechercher_fournisseur(supplier_id="1"))
        self.assertIn("8 rows", caught.exception.detail)

    def test_histories_have_an_end(self):
        def page(number):
            block = {
                "histoStatut": [{"histoStatutId": number}],
                "pagesHistoStatut": 10**9,
            }
            return canned(SUCCESS | {"historiquesDesStatuts": block})

        answers = [page(number) for number in range(codes.HISTORY_PAGES_MAX + 5)]
        client, adapter = self.portal(*answers)
        with self.assert_error("incomplete", "unknown"):
            client.consulter_historique("1")
        self.assertEqual(len(adapter.calls), codes.HISTORY_PAGES_MAX)

    def test_reports_have_an_end(self):
        rows = [{"numeroDP": str(number)} for number in range(codes.ERRORS_MAX + 9)]
        answer = SUCCESS | {"listeErreurDP": rows, "listeErreurTechnique": rows}
        answer["etatCourantDepotFlux"] = "IN_REJETE"
        client, _adapter = self.portal(canned(answer))
        report = client.consulter_cr_detaille("CPP1")
        self.assertEqual(len(report.invoice_errors), codes.ERRORS_MAX)
        self.assertEqual(len(report.technical_errors), codes.ERRORS_MAX)

    # === SECRETS === #

    def test_what_the_portal_echoes_in_any_shape(self):
        pair = f"{SETTINGS.login}:{SETTINGS.password}"
        for secret in (
            SETTINGS.client_id,
            SETTINGS.client_secret,
            SETTINGS.login,
            SETTINGS.password,
            pair,
            TOKEN,
        ):
            for shape in (
                secret,
                quote(secret),
                base64.b64encode(secret.encode()).decode(),
                json.dumps(secret)[1:-1],
            ):
                echoes = (
                    canned(f"<h1>{shape}</h1>", 500),
                    canned({"codeRetour": 1, "libelle": f"x {shape} y"}),
                    canned("", 403, {"WWW-Authenticate": f"x {shape}"}),
                    requests.ConnectionError(f"cannot use {shape}"),
                )
                for echo in echoes:
                    error = self.deposit(echo)
                    with self.subTest(shape=shape, code=error.code):
                        self.assertNotIn(shape, f"{error} {error!r} {error.args}")

    def test_a_secret_that_is_cut_in_two(self):
        """At the edge of what is searched a secret would not be recognised."""
        half = TOKEN[: len(TOKEN) // 2]
        for pad in range(19_940, 20_010, 7):
            body = "access_token: " + "f" * pad + " " + TOKEN * 2
            error = self.deposit(canned(body, 500))
            self.assertNotIn(half, error.detail)
        with self.captured_logs() as lines:
            self.deposit(canned({"codeRetour": f"1\n{TOKEN}"}))
        self.assertNotIn(half, "".join(lines))
