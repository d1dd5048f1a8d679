"""Acting on an invoice: what leaves, what is read, what the portal may refuse."""

import base64
from datetime import date

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Piece, codes
from odoo.addons.l10n_fr_chorus_pro.simulator import settings
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    SUCCESS,
    ChorusApiCase,
    canned,
)
from odoo.addons.l10n_fr_chorus_pro.tests.simulator_common import (
    BOTH,
    NONE,
    SUPPLIER,
    facturx,
)
from odoo.addons.l10n_fr_chorus_pro.tests.test_chorus_api_simulator import (
    SimulatorCase,
)

FILE = b"%PDF-1.4 one file"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiActions(ChorusApiCase):
    def test_reroute_sends_what_changes_and_no_more(self):
        answer = SUCCESS | {
            "identifiantFactureCPP": 1,
            "numeroFacture": "FAC-1",
            "statutFacture": "DEPOSEE",
            "dateDepot": "2026-09-16 14:05",
        }
        client, portal = self.portal(canned(answer), canned(answer))
        handled = client.recycler("1", siret=BOTH)
        self.assertEqual((handled.number, handled.status), ("FAC-1", "DEPOSEE"))
        self.assertEqual(handled.date, date(2026, 9, 16))
        self.assertEqual(handled.raw, answer)
        client.recycler(
            "1",
            siret=BOTH,
            service="COMPTA",
            references={"numeroBonCommande": "EJ-1"},
            comment="Corrige",
        )
        first, second = portal.payloads
        recipient = {"codeDestinataire": BOTH}
        self.assertEqual(first, {"identifiantFactureCPP": 1, "destinataire": recipient})
        self.assertEqual(
            second,
            {
                "identifiantFactureCPP": 1,
                "destinataire": recipient | {"codeServiceExecutant": "COMPTA"},
                "reference": {"numeroBonCommande": "EJ-1"},
                "commentaire": "Corrige",
            },
        )

    def test_upload_and_completion(self):
        client, portal = self.portal(
            canned(SUCCESS | {"pieceJointeId": 10321599}),
            canned(
                SUCCESS | {"numeroFacture": "FAC-1", "dateTraitement": "2026-09-17"}
            ),
        )
        portal_id = client.ajouter_fichier("Bon n°1.tar.gz", FILE)
        self.assertEqual(portal_id, "10321599")
        piece = Piece(portal_id, "05", "x" * 150)
        self.assertEqual(client.completer("1", [piece]).date, date(2026, 9, 17))
        sent, completed = portal.payloads
        self.assertEqual(base64.b64decode(sent.pop("pieceJointeFichier")), FILE)
        self.assertEqual(
            sent,
            {
                "pieceJointeNom": "Bon n°1.tar.gz",
                "pieceJointeExtension": "GZ",
                "pieceJointeTypeMime": "application/x-tar",
            },
        )
        self.assertEqual(
            completed,
            {
                "identifiantFactureCPP": 1,
                "pieceJointeComplementaire": [
                    {
                        "pieceJointeComplementaireDesignation": "x" * 100,
                        "pieceJointeComplementaireType": "05",
                        "pieceJointeComplementaireId": 10321599,
                    }
                ],
            },
        )

    def test_file_of_an_unknown_kind(self):
        client, portal = self.portal(canned(SUCCESS | {"pieceJointeId": 1}))
        client.ajouter_fichier("a.p7s-", b"x")
        self.assertEqual(
            portal.payloads[0]["pieceJointeTypeMime"], "application/octet-stream"
        )

    def test_upload_without_an_identifier_is_unknown(self):
        client, _portal = self.portal(canned(SUCCESS))
        with self.assert_error("incomplete", "unknown"):
            client.ajouter_fichier("a.pdf", FILE)

    def test_an_answer_that_says_nothing_is_unknown(self):
        for answer in ({}, {"codeRetour": None, "numeroFacture": "FAC-1"}):
            client, _portal = self.portal(canned(answer), canned(answer))
            with self.subTest(answer):
                with self.assert_error("incomplete", "unknown"):
                    client.traiter_rejet("1")
                with self.assert_error("incomplete", "unknown"):
                    client.recycler("1", siret=BOTH)

    def test_types_of_attachments_need_a_code(self):
        rows = [
            {"codeTypePieceJointe": "05", "libelleTypePieceJointe": "Attestation"},
            {"codeTypePieceJointe": None, "libelleTypePieceJointe": "?"},
        ]
        client, _portal = self.portal(canned(SUCCESS | {"listeTypePieceJointe": rows}))
        [kind] = client.recuperer_types_pj()
        self.assertEqual((kind.code, kind.label), ("05", "Attestation"))

    def test_calls_about_an_invoice_without_identifier_do_not_leave(self):
        client, portal = self.portal()
        for call in (
            lambda: client.recycler(None, siret=BOTH),
            lambda: client.completer(""),
            lambda: client.corriger_valideur(None, SUPPLIER),
            lambda: client.traiter_rejet("x"),
            lambda: client.telecharger_groupe(None),
        ):
            with self.assert_error("incomplete", "unknown"):
                call()
        self.assertEqual(portal.calls, [])

    # === DOWNLOAD === #

    def test_download_takes_more_than_another_answer(self):
        large = FILE.ljust(codes.ANSWER_BYTES_MAX, b"x")
        answer = SUCCESS | {"fichierResultat": base64.b64encode(large).decode()}
        client, portal = self.portal(canned(answer))
        self.assertEqual(client.telecharger_groupe("7"), large)
        self.assertEqual(
            portal.payloads,
            [
                {
                    "listeFacture": [{"idFacture": 7}],
                    "format": "PDF",
                    "avecPiecesJointesComplementaires": "NON",
                }
            ],
        )

    def test_download_is_bounded(self):
        limit = codes.ANSWERS_MAX[codes.TELECHARGER_GROUPE]
        client, _portal = self.portal(canned(b" " * (limit + 1)))
        with self.assert_error("interrupted", "unknown") as caught:
            client.telecharger_groupe("7")
        self.assertIn(str(limit), caught.exception.detail)

    def test_download_without_a_file(self):
        for text in (None, "", "no base64!", ["eA=="], "é"):
            client, _portal = self.portal(canned(SUCCESS | {"fichierResultat": text}))
            with self.subTest(text), self.assert_error("incomplete", "unknown"):
                client.telecharger_groupe("7", "PIVOT")

    def test_download_in_another_format(self):
        client, portal = self.portal()
        with self.assertRaises(ValueError):
            client.telecharger_groupe("7", "ZIP")
        self.assertEqual(portal.calls, [])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiActionsAtPortal(SimulatorCase):
    """Each verb against the simulator, done and refused."""

    def setUp(self):
        super().setUp()
        self.content = facturx(recipient=NONE)
        self.client.deposer_flux("FAC-1.pdf", self.content)
        (item,) = self.client.rechercher_fournisseur(supplier_id=self.supplier_id)
        self.portal_id = item.portal_id

    def act(self, status, comment=""):
        """Let the recipient act, whatever its graph says."""
        self.control(
            "act",
            invoice="FAC-1",
            supplier=SUPPLIER,
            status=status,
            comment=comment,
            force=True,
        )

    def status(self):
        """Current status of the invoice."""
        return self.client.consulter_historique(self.portal_id).status

    def assert_refused(self, meaning, call, *args, **options):
        """The portal says no, by a message code that is known."""
        with self.assert_error("business", "refused") as caught:
            call(*args, **options)
        self.assertEqual(codes.REFUSALS.get(caught.exception.label), meaning)
        return caught.exception

    def test_reroute(self):
        self.assert_refused(
            "wrong_status", self.client.recycler, self.portal_id, siret=BOTH
        )
        self.act("A_RECYCLER", "Mauvais service")
        error = self.assert_refused(
            None, self.client.recycler, self.portal_id, siret=BOTH
        )
        self.assertTrue(error.label)
        handled = self.client.recycler(
            self.portal_id,
            siret=BOTH,
            service="COMPTA",
            references={"numeroBonCommande": "EJ-9"},
        )
        self.assertEqual((handled.number, handled.status), ("FAC-1", "DEPOSEE"))

    def test_complete(self):
        kinds = self.client.recuperer_types_pj()
        self.assertGreater(len(kinds), 2)
        piece_id = self.client.ajouter_fichier("bon.pdf", FILE)
        piece = Piece(piece_id, kinds[0].code, "Bon de livraison")
        self.assert_refused(
            "wrong_status", self.client.completer, self.portal_id, [piece]
        )
        self.act("A_COMPLETER")
        self.assert_refused(
            "wrong_status", self.client.completer, self.portal_id, [piece]
        )
        self.act("SUSPENDUE", "Bon manquant")
        self.client.completer(self.portal_id, [piece], "Voici le bon")
        self.assertEqual(self.status(), "COMPLETEE")

    def test_file_that_is_too_large(self):
        with self.assert_error("business", "refused") as caught:
            content = b"x" * (settings.MAX_ATTACHMENT + 1)
            self.client.ajouter_fichier("bon.pdf", content)
        error = caught.exception
        known = codes.RETURN_CODES[error.service, error.return_code]
        self.assertEqual(known.meaning, "file_too_large")

    def test_validator(self):
        self.assert_refused(
            "wrong_status", self.client.corriger_valideur, self.portal_id, SUPPLIER
        )
        self.act("ERREUR_FOURNISSEUR_SUR_VALIDEUR")
        self.assert_refused(
            None, self.client.corriger_valideur, self.portal_id, "00000000000000"
        )
        self.client.corriger_valideur(self.portal_id, SUPPLIER)
        self.assertEqual(self.status(), "A_VALIDER_1")

    def test_rejection_is_marked_as_handled(self):
        self.assert_refused("wrong_status", self.client.traiter_rejet, self.portal_id)
        self.assert_refused("unknown_invoice", self.client.traiter_rejet, "999999")
        self.act("REJETEE", "Prix faux")
        self.client.traiter_rejet(self.portal_id)
        (item,) = self.client.rechercher_fournisseur(supplier_id=self.supplier_id)
        self.assertTrue(item.raw["rejetTraite"])
        self.assertTrue(item.rejection_handled)

    def test_download(self):
        self.assertEqual(self.client.telecharger_groupe(self.portal_id), self.content)
        pivot = self.client.telecharger_groupe(self.portal_id, "PIVOT")
        self.assertIn(b"CrossIndustryInvoice", pivot)
        self.assert_refused("unknown_invoice", self.client.telecharger_groupe, "999999")
