"""The file inside a JSON answer: taken out while it arrives, bounded, checked."""

import base64
import io
import json
import random
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    Recipient,
    RecipientService,
    client,
    read_recipients,
    wire,
)
from odoo.addons.l10n_fr_chorus_pro.chorus_api.download import Download
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    SUCCESS,
    ChorusApiCase,
    canned,
)
from odoo.addons.l10n_fr_chorus_pro.tests.test_chorus_api_simulator import SimulatorCase

CONTENT = random.Random(7).randbytes(100_001)
ENCODED = base64.b64encode(CONTENT).decode()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiDownload(ChorusApiCase):
    """Answers of a canned portal, whole and broken."""

    def download(self, *answers):
        """Call the portal; returns what arrived."""
        target = io.BytesIO()
        portal, self.adapter = self.portal(*answers)
        size = portal.telecharger_annuaire_destinataire(target)
        self.assertEqual(size, len(target.getvalue()))
        return target.getvalue()

    def test_the_file_arrives_wherever_it_stands(self):
        for text in (
            json.dumps(SUCCESS | {"fichierResultat": ENCODED}),
            json.dumps({"fichierResultat": ENCODED} | SUCCESS),
            json.dumps(SUCCESS | {"fichierResultat": ENCODED}, indent=2),
            json.dumps({"fichierResultat": ENCODED}),
            json.dumps(SUCCESS | {"fichierResultat": ENCODED}).replace("/", r"\/"),
            json.dumps(
                SUCCESS | {"fichierResultat": base64.encodebytes(CONTENT).decode()}
            ),
        ):
            with self.subTest(text[:60]):
                self.assertEqual(self.download(canned(text)), CONTENT)
                self.assertEqual(self.adapter.payloads, [{}])

    def test_pieces_of_every_size(self):
        text = json.dumps(
            SUCCESS | {"fichierResultat": ENCODED[:400], "after": 'a"b'}
        ).replace("/", r"\/")
        rest = json.dumps(SUCCESS | {"fichierResultat": "", "after": 'a"b'})
        for size in (1, 2, 3, 5, 7, 64, 1000):
            with self.subTest(size):
                target = io.BytesIO()
                download = Download(b"{}", "fichierResultat", target, 1000)
                left = b"".join(
                    download.strain(text[start : start + size].encode())
                    for start in range(0, len(text), size)
                )
                self.assertEqual(json.loads(left + download.end()), json.loads(rest))
                self.assertEqual(target.getvalue(), CONTENT[:300])

    def test_an_answer_without_a_file_is_incomplete(self):
        for body in (
            SUCCESS,
            SUCCESS | {"fichierResultat": ""},
            SUCCESS | {"fichierResultat": None},
            SUCCESS | {"libelle": '"fichierResultat": "UEs="'},
            SUCCESS | {"libelle": "x" * 70_000},
            {"fichier": ENCODED[:400]},
        ):
            with (
                self.subTest(str(body)[:60]),
                self.assert_error("incomplete", "unknown"),
            ):
                self.download(canned(body))

    def test_a_broken_file_is_an_error(self):
        whole = json.dumps(SUCCESS | {"fichierResultat": ENCODED})
        for text, code in (
            (whole[:-50], "not_json"),
            (whole[:-1], "not_json"),
            (json.dumps(SUCCESS | {"fichierResultat": ENCODED[:-1]}), "interrupted"),
            (json.dumps(SUCCESS | {"fichierResultat": "UE!="}), "interrupted"),
            (json.dumps(SUCCESS | {"fichierResultat": r'UE"s='}), "interrupted"),
            ("<html>", "not_json"),
            ("[]", "not_json"),
        ):
            with self.subTest(text[-20:]), self.assert_error(code, "unknown"):
                self.download(canned(text))

    def test_what_is_too_large_is_given_up(self):
        body = SUCCESS | {"fichierResultat": ENCODED}
        with (
            patch.object(client.codes, "DIRECTORY_BYTES_MAX", 1000),
            self.assert_error("interrupted", "unknown") as caught,
        ):
            self.download(canned(body))
        self.assertIn("1000", caught.exception.detail)
        large = body | {"libelle": "x" * 20_000}
        with (
            patch.object(wire, "ANSWER_BYTES_MAX", 10_000),
            self.assert_error("interrupted", "unknown"),
        ):
            self.download(canned(large))

    def test_refusals_are_read_as_everywhere(self):
        body = {"codeRetour": 20000, "libelle": "Non", "fichierResultat": "UEs="}
        with self.assert_error("business", "refused"):
            self.download(canned(body, 400))
        with self.assert_error("business", "refused"):
            self.download(canned(body))
        with self.assert_error("forbidden", "refused"):
            self.download(canned("no", 403))

    def test_a_refused_token_is_renewed_once(self):
        body = SUCCESS | {"fichierResultat": ENCODED}
        self.assertEqual(self.download(canned("", 401), canned(body)), CONTENT)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDownloadFromSimulator(SimulatorCase):
    """The reader understands what the simulator gives."""

    def test_every_entity_and_service(self):
        target = io.BytesIO()
        self.client.telecharger_annuaire_destinataire(target)
        records = list(read_recipients(target))
        recipients = {r.identifier: r for r in records if isinstance(r, Recipient)}
        services = [r for r in records if isinstance(r, RecipientService)]
        self.assertEqual(len(recipients) + len(services), len(records))
        both = recipients["12345678200044"]
        self.assertEqual(both.name, "DESTINATAIRE EJ ET SERVICE")
        self.assertEqual((both.requirement, both.kind), ("both", "SIRET"))
        self.assertIn(
            ("12345678200044", "COMPTA"), [(s.identifier, s.code) for s in services]
        )
