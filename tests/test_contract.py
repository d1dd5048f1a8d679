"""Requests of the client and answers of the simulator, judged by the official files.

The files are not part of the project: the environment variable CHORUS_PRO_SWAGGER
names their folder. Each deliberate deviation is in DEVIATIONS with its reason and the
mark of its source; one that is not needed any more fails the test, too.
"""

import base64
import json
import os
import tempfile
from datetime import date, datetime, timezone
from pathlib import Path
from types import SimpleNamespace

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    ChorusError,
    WsgiAdapter,
)
from odoo.addons.l10n_fr_chorus_pro.tests.simulator_common import (
    BOTH,
    SUPPLIER,
    facturx,
)
from odoo.addons.l10n_fr_chorus_pro.tests.swagger import FILES, Judge, Swagger
from odoo.addons.l10n_fr_chorus_pro.tests.test_chorus_api_simulator import (
    SimulatorCase,
)

FOLDER = os.environ.get("CHORUS_PRO_SWAGGER")
DAY = "plain days where date-time is declared, API.md 2.12 [T]"
MINUTE = "minutes without offset where date-time is declared, API.md 2.12 [T]"
UNDECLARED = "live payloads hold it, the file does not, API.md 2.10 [T]"
INVOICES = "factures/v1/"
STRUCTURES = "structures/v1/"
PERIOD = "historiquesDesActionsUtilisateurs.histoAction[].histoActionDateHeure"
PASSED = "historiquesDesStatuts.histoStatut[].histoStatutDatePassage"

# (service, side, place, kind) -> why
DEVIATIONS = {
    ("*", "answer", "*", "null"): "values may be null, API.md 2.2 and 8.7 [T]",
    (f"{INVOICES}deposer/flux", "answer", "syntaxeFlux", "not in enum"): (
        "the reply's enumeration lacks the PDFARCHIVE values, API.md 2.1 [O]"
    ),
} | {
    (service, side, place, kind): why
    for why, side, kind, service, places in (
        (
            DAY,
            "request",
            "not date-time",
            f"{INVOICES}rechercher/fournisseur",
            ("periodeDateDepotDu", "periodeDateDepotAu"),
        ),
        (
            DAY,
            "answer",
            "not date-time",
            f"{INVOICES}rechercher/fournisseur",
            ("listeFactures[].dateDepot", "listeFactures[].dateFacture"),
        ),
        (
            DAY,
            "answer",
            "not date-time",
            f"{INVOICES}rechercher/atraiter/fournisseur",
            ("listeFactures[].dateDepot", "listeFactures[].dateFacture"),
        ),
        (
            DAY,
            "answer",
            "not date-time",
            f"{INVOICES}consulter/fournisseur",
            ("facture.references.dateDepot", "facture.references.dateFacture"),
        ),
        (
            MINUTE,
            "answer",
            "not date-time",
            f"{INVOICES}consulter/fournisseur",
            ("facture.references.dateCreationFacture",),
        ),
        (DAY, "answer", "not date-time", f"{INVOICES}deposer/flux", ("dateDepot",)),
        (DAY, "answer", "not date-time", f"{INVOICES}completer", ("dateTraitement",)),
        (
            DAY,
            "answer",
            "not date-time",
            f"{INVOICES}traiter/recue",
            ("dateTraitement",),
        ),
        (MINUTE, "answer", "not date-time", f"{INVOICES}recycler", ("dateDepot",)),
        (
            MINUTE,
            "answer",
            "not date-time",
            f"{INVOICES}consulter/historique",
            (PERIOD, PASSED),
        ),
        (
            MINUTE,
            "answer",
            "not date-time",
            f"{STRUCTURES}consulter/service",
            (
                "parametres.dateCreation",
                "parametres.dateDebutValidite",
                "parametres.dateFinValidite",
                "parametres.dateModification",
            ),
        ),
        (
            UNDECLARED,
            "answer",
            "unknown",
            f"{STRUCTURES}rechercher/services",
            ("listeServices[].dateDbtService", "listeServices[].dateFinService"),
        ),
    )
    for place in places
}


class RecordingAdapter(WsgiAdapter):
    """Keeps every exchange with the portal's services."""

    def __init__(self, app):
        super().__init__(app)
        self.exchanges = []

    def send(self, request, **options):
        """Pass on, and keep request and answer."""
        body = request.body.read() if hasattr(request.body, "read") else request.body
        request.body = body
        response = super().send(request, **options)
        if request.path_url.startswith("/cpro/") and body:
            self.exchanges.append(
                SimpleNamespace(
                    method=request.method,
                    path=request.path_url,
                    service=request.path_url.removeprefix("/cpro/"),
                    headers=request.headers,
                    sent=json.loads(body),
                    status=response.status_code,
                    answer=json.loads(response.content),
                )
            )
        return response


class ContractCase(SimulatorCase):
    def setUp(self):
        if not FOLDER:
            self.skipTest("CHORUS_PRO_SWAGGER names no folder with the official files")
        self.judge = Judge(FOLDER)
        super().setUp()
        app = self.session.get_adapter("http://localhost").app
        self.adapter = RecordingAdapter(app)
        self.session.mount("http://localhost", self.adapter)

    def call(self, service, **body):
        """Make a call that the client has no verb for (yet)."""
        return self.client._portal.post(service, body, None)

    def act(self, number, status, **more):
        """Let the recipient act."""
        body = {"invoice": number, "supplier": SUPPLIER, "status": status} | more
        self.control("act", **body)

    def read(self):
        """Use every reading verb with every criterion."""
        content = facturx(recipient=BOTH, service="COMPTA", engagement="EJ-1")
        deposit = self.client.deposer_flux("FAC-1.pdf", content)
        self.client.consulter_cr_detaille(deposit.number)
        everything = {
            "invoice_number": "FAC-1",
            "flow_number": deposit.number,
            "deposited_from": deposit.date,
            "deposited_to": date(2099, 1, 1),
            "changed_since": datetime(2026, 1, 1, tzinfo=timezone.utc),
        }
        (item,) = self.search(**everything)
        self.assertEqual(self.search(invoice_number="NONE"), [])
        self.client.consulter_historique(item.portal_id)
        with self.assertRaises(ChorusError):
            self.client.consulter_historique("999999")
        found = self.client.rechercher_structures(
            siret=BOTH, name="DESTINATAIRE", postcode="75001", town="Paris"
        )
        for structure_id in [entity.portal_id for entity in found] + [self.supplier_id]:
            self.client.consulter_structure(structure_id)
        entity_id = self.structure_id(BOTH)
        (service, *_others) = self.client.rechercher_services(entity_id)
        self.client.consulter_service(entity_id, service.portal_id)
        return int(item.portal_id)

    def write(self, invoice):
        """Use every other operation of the simulator that the files describe."""
        one = {"identifiantFactureCPP": invoice}
        self.call("factures/v1/consulter/fournisseur", **one, codeLangue="fr")
        self.act("FAC-1", "A_RECYCLER", force=True)
        waiting = {"nbResultatsParPage": 50, "pageResultatDemandee": 1}
        self.call(
            "factures/v1/rechercher/atraiter/fournisseur",
            idStructure=int(self.supplier_id),
            masquerRejetee=False,
            rechercheFactureATraiterParFournisseur=waiting,
        )
        self.call(
            "factures/v1/recycler",
            **one,
            destinataire={"codeDestinataire": BOTH, "codeServiceExecutant": "COMPTA"},
            reference={"numeroBonCommande": "EJ-2"},
            commentaire="Corrige",
        )
        self.act("FAC-1", "MISE_A_DISPOSITION", force=True)
        self.call(
            "factures/v1/traiter/recue",
            idFacture=invoice,
            nouveauStatut="SUSPENDUE",
            motif="Piece manquante",
        )
        self.complete(one)
        self.act("FAC-1", "ERREUR_FOURNISSEUR_SUR_VALIDEUR", force=True)
        self.call(
            "factures/v1/corriger/valideur/facture",
            idFacture=invoice,
            idStructure=int(self.supplier_id),
        )
        self.act("FAC-1", "REJETEE", force=True, comment="Prix faux")
        self.call(
            "factures/v1/traiterRejet",
            listeDemandePaiement=[{"idDemandePaiement": invoice}],
        )
        self.call(
            "factures/v1/telecharger/groupe",
            listeFacture=[{"idFacture": invoice}],
            format="PDF",
            avecPiecesJointesComplementaires="OUI",
        )
        self.client.consulter_historique(str(invoice))
        syntax = "IN_DP_PDFARCHIVE_CII_MUG"
        self.client.deposer_flux("FAC-2.pdf", facturx(number="FAC-2"), syntax)

    def complete(self, one):
        """Complete the suspended invoice with an attachment."""
        piece = self.call(
            "transverses/v1/ajouter/fichier",
            pieceJointeNom="bordereau.pdf",
            pieceJointeExtension="PDF",
            pieceJointeTypeMime="application/pdf",
            pieceJointeFichier=base64.b64encode(b"%PDF").decode(),
        )
        self.call(
            "factures/v1/completer",
            **one,
            pieceJointeComplementaire=[
                {
                    "pieceJointeComplementaireDesignation": "Bordereau",
                    "pieceJointeComplementaireType": "05",
                    "pieceJointeComplementaireId": piece["pieceJointeId"],
                }
            ],
            commentaire="Ajoutee",
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestContract(ContractCase):
    maxDiff = None

    def test_every_exchange(self):
        self.write(self.read())
        found, judged = set(), set()
        for exchange in self.adapter.exchanges:
            if self.judge.describes(exchange.path):
                judged.add(exchange.service)
                for side, place, kind in self.judge.problems(exchange):
                    key = (exchange.service, side, place, kind)
                    found.add(("*", side, "*", kind) if kind == "null" else key)
        self.assertGreaterEqual(len(judged), 15)
        self.assertEqual(sorted(found - set(DEVIATIONS)), [], "not listed")
        self.assertEqual(sorted(set(DEVIATIONS) - found), [], "not needed any more")


SMALL = {
    "basePath": "/cpro/x",
    "paths": {
        "/v1/do": {
            "post": {
                "consumes": ["application/json"],
                "parameters": [
                    {"in": "header", "name": "cpro-account", "required": True},
                    {"in": "body", "schema": {"$ref": "#/definitions/P"}},
                ],
                "responses": {
                    "200": {"schema": {"$ref": "#/definitions/R"}},
                    "401": {},
                },
            }
        }
    },
    "definitions": {
        "P": {
            "properties": {
                "s": {"type": "string", "enum": ["a", "b"]},
                "i": {"type": "integer", "format": "int32"},
                "n": {"type": "number"},
                "b": {"type": "boolean"},
                "d": {"type": "string", "format": "date-time"},
                "l": {"type": "array", "items": {"$ref": "#/definitions/P"}},
            }
        },
        "R": {
            "required": ["codeRetour"],
            "properties": {"codeRetour": {"type": "integer"}},
        },
    },
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSwaggerJudge(BaseCase):
    """The judge itself, by a description of its own."""

    def setUp(self):
        super().setUp()
        self.swagger = Swagger(SMALL)
        self.operation = self.swagger.operation("POST", "/cpro/x/v1/do")
        self.headers = {"Content-Type": "application/json", "cpro-account": "x"}

    def ask(self, body, headers=None):
        """Return the problems of a request."""
        headers = self.headers if headers is None else headers
        return self.swagger.request_problems(self.operation, headers, body)

    def test_good_requests(self):
        body = {"s": "a", "i": 1, "n": 1.5, "b": True, "d": "2026-09-14T10:00:00.000Z"}
        self.assertEqual(self.ask(body), [])
        self.assertEqual(self.ask({"l": [body, {}]}), [])

    def test_bad_requests(self):
        for body, problem in (
            ({"x": 1}, ("x", "unknown")),
            ({"s": "c"}, ("s", "not in enum")),
            ({"s": 1}, ("s", "not string")),
            ({"i": "1"}, ("i", "not integer")),
            ({"i": True}, ("i", "not integer")),
            ({"i": 2**31}, ("i", "not int32")),
            ({"n": "1"}, ("n", "not number")),
            ({"b": 1}, ("b", "not boolean")),
            ({"d": "2026-09-14"}, ("d", "not date-time")),
            ({"d": "2026-09-14 10:00"}, ("d", "not date-time")),
            ({"l": {}}, ("l", "not array")),
            ({"l": [{"l": [{"x": 1}]}]}, ("l[].l[].x", "unknown")),
            ({"l": [1]}, ("l[]", "not object")),
            ({"s": None}, ("s", "null")),
        ):
            with self.subTest(body):
                self.assertEqual(self.ask(body), [problem])

    def test_headers(self):
        problems = [("Content-Type", "media type"), ("cpro-account", "missing")]
        self.assertEqual(self.ask({}, {}), problems)

    def test_answers(self):
        def told(status, body):
            return self.swagger.answer_problems(self.operation, status, body)

        self.assertEqual(told(200, {"codeRetour": 0}), [])
        self.assertEqual(told(200, {}), [("codeRetour", "missing")])
        self.assertEqual(told(401, {"any": "thing"}), [])
        self.assertEqual(told(418, {}), [("status", "418")])

    def test_unknown_operations(self):
        for method, path in (
            ("GET", "/cpro/x/v1/do"),
            ("POST", "/cpro/x/v1/undo"),
            ("POST", "/cpro/y/v1/do"),
        ):
            self.assertIsNone(self.swagger.operation(method, path))

    def test_a_folder_that_is_named_must_hold_the_files(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertRaises(FileNotFoundError, Judge, folder)
            for name in FILES:
                (Path(folder) / name).write_text(json.dumps(SMALL))
            judge = Judge(folder)
        self.assertTrue(judge.describes("/cpro/x/v1/do"))
        self.assertFalse(judge.describes("/cpro/y/v1/do"))
        exchange = SimpleNamespace(
            method="POST",
            path="/cpro/x/v1/do",
            headers=self.headers,
            sent={"x": 1},
            status=200,
            answer={},
        )
        self.assertEqual(
            judge.problems(exchange),
            [("request", "x", "unknown"), ("answer", "codeRetour", "missing")],
        )
        exchange.path = "/cpro/x/v1/undo"
        self.assertEqual(
            judge.problems(exchange),
            [("request", "/cpro/x/v1/undo", "no such operation")],
        )
