"""Attachments, downloads and the health check."""

import base64
import io
import zipfile
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.simulator import settings

from .simulator_common import NONE, SUPPLIER, SimulatorCase, archive, cii, facturx

ADD = "transverses/v1/ajouter/fichier"
DOWNLOAD = "factures/v1/telecharger/groupe"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorAttachments(SimulatorCase):
    def add(self, **change):
        """Upload a small file."""
        body = {
            "pieceJointeNom": "bordereau.pdf",
            "pieceJointeExtension": "PDF",
            "pieceJointeTypeMime": "application/pdf",
            "pieceJointeFichier": base64.b64encode(b"%PDF").decode(),
            **change,
        }
        return self.portal.raw(ADD, body)

    def test_added(self):
        first = self.assertAccepted(self.add().get_json())
        self.assertEqual(first["libelle"], "GCU_MSG_01_000")
        second = self.add(pieceJointeExtension="csv", pieceJointeTypeMime=None)
        self.assertGreater(second.get_json()["pieceJointeId"], first["pieceJointeId"])

    def test_malformed(self):
        for change in (
            {"pieceJointeNom": ""},
            {"pieceJointeNom": "x" * 47 + ".pdf"},
            {"pieceJointeExtension": "EXE"},
            {"pieceJointeExtension": None},
            {"pieceJointeFichier": ""},
        ):
            answer = self.add(**change)
            self.assertEqual(answer.status_code, 400, change)

    def test_too_large(self):
        with patch.object(settings, "MAX_ATTACHMENT", 3):
            answer = self.add()
        self.assertEqual(answer.status_code, 200)
        self.assertRefused(answer.get_json(), 20003)

    def test_types(self):
        answer = self.portal.call("transverses/v1/recuperer/typespj")
        listed = self.assertAccepted(answer)["listeTypePieceJointe"]
        self.assertEqual(listed[0]["codeTypePieceJointe"], "01")
        self.assertEqual(listed[0]["typeObjet"], "FACTURE")

    def test_health(self):
        answer = self.portal.raw("transverses/v1/health-check", None, "GET")
        self.assertEqual(
            answer.get_json(),
            {"body": "OK", "statusCodeValue": 200, "statusCode": "OK"},
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorDownloads(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.single = facturx(number="D-1")
        number = self.portal.send(self.single)["number"]
        self.first = self.portal.find(number)[0]["identifiantFactureCPP"]

    def download(self, *idents, **more):
        """Return the downloaded bytes."""
        wanted = [{"idFacture": ident} for ident in idents]
        answer = self.portal.call(DOWNLOAD, listeFacture=wanted, **more)
        return base64.b64decode(self.assertAccepted(answer)["fichierResultat"])

    def names(self, data):
        """Return the sorted names in a ZIP."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive_:
            return sorted(archive_.namelist())

    def test_one_pdf(self):
        self.assertEqual(self.download(self.first, format="PDF"), self.single)

    def test_pivot(self):
        self.assertEqual(self.download(self.first, format="PIVOT"), cii(number="D-1"))

    def test_several(self):
        files = {"a.pdf": facturx(number="D/2"), "b.xml": cii(number="D-3")}
        number = self.portal.send(archive(files))["number"]
        found = self.portal.find(number)
        idents = [item["identifiantFactureCPP"] for item in found]
        data = self.download(*idents)
        self.assertEqual(self.names(data), ["D-3.xml", "D_2.pdf"])
        data = self.download(*idents, format="PIVOT")
        self.assertEqual(self.names(data), ["D-3.xml", "D_2.xml"])
        self.assertEqual(self.download(idents[1]), files["a.pdf"])

    def test_with_attachments(self):
        piece = self.portal.call(
            ADD,
            pieceJointeNom="bordereau.csv",
            pieceJointeExtension="CSV",
            pieceJointeFichier=base64.b64encode(b"1;2").decode(),
        )["pieceJointeId"]
        self.portal.act("D-1", "SUSPENDUE", "Bordereau")
        link = {"pieceJointeComplementaireId": piece}
        self.portal.call(
            "factures/v1/completer",
            identifiantFactureCPP=self.first,
            pieceJointeComplementaire=[link],
        )
        data = self.download(self.first, avecPiecesJointesComplementaires="OUI")
        self.assertEqual(self.names(data), ["D-1.pdf", "D-1/bordereau.csv"])

    def test_refusals(self):
        for body, status in (
            ({}, 400),
            ({"listeFacture": [{"idFacture": self.first}], "format": "DOC"}, 400),
        ):
            self.assertEqual(self.portal.raw(DOWNLOAD, body).status_code, status)
        body = {"listeFacture": [{"idFacture": 1}]}
        self.assertRefused(self.portal.call(DOWNLOAD, **body), 20000)
        with patch.object(settings, "MAX_DOWNLOAD", 10):
            body = {"listeFacture": [{"idFacture": self.first}]}
            answer = self.portal.raw(DOWNLOAD, body)
        self.assertEqual(answer.status_code, 413)

    def test_invoice_typed_at_the_portal_has_no_file(self):
        ident = self.portal.control(
            "invoices", {"number": "T", "supplier": SUPPLIER, "recipient": NONE}
        )["identifiantFactureCPP"]
        body = {"listeFacture": [{"idFacture": ident}]}
        self.assertRefused(self.portal.call(DOWNLOAD, **body), 20000)
