"""Requests of the client and answers of the simulator, judged by the official files.

The files are not part of the project: the environment variable CHORUS_PRO_SWAGGER
names their folder. Each deliberate deviation is in DEVIATIONS with its reason and the
mark of its source; one that is not needed any more fails the test, too.
"""

import json
import os
from datetime import date, datetime, timezone
from types import SimpleNamespace

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    ChorusError,
    Piece,
    WsgiAdapter,
)
from odoo.addons.l10n_fr_chorus_pro.tests.simulator_common import (
    BOTH,
    SUPPLIER,
    facturx,
)
from odoo.addons.l10n_fr_chorus_pro.tests.swagger import Judge
from odoo.addons.l10n_fr_chorus_pro.tests.test_chorus_api_simulator import (
    SimulatorCase,
)

FOLDER = os.environ.get("CHORUS_PRO_SWAGGER")
DAY = "plain days where date-time is declared, API.md 2.12 [T]"
MINUTE = "minutes without offset where date-time is declared, API.md 2.12 [T]"
UNDECLARED = "live payloads hold it, the file does not, API.md 2.10 [T]"
NULL = "values may be null, API.md 2.2 and 8.7 [T]"
NO_ARCHIVE = "the reply's enumeration lacks the PDFARCHIVE values, API.md 2.1 [O]"

# service and side -> field (last part of its path) and problem -> why
DEVIATIONS = {
    "any answer": {"any null": NULL},
    "factures/v1/deposer/flux answer": {
        "dateDepot not date-time": DAY,
        "syntaxeFlux not in enum": NO_ARCHIVE,
    },
    "factures/v1/rechercher/fournisseur request": {
        "periodeDateDepotDu not date-time": DAY,
        "periodeDateDepotAu not date-time": DAY,
    },
    "factures/v1/rechercher/fournisseur answer": {
        "dateDepot not date-time": DAY,
        "dateFacture not date-time": DAY,
    },
    "factures/v1/rechercher/atraiter/fournisseur answer": {
        "dateDepot not date-time": DAY,
        "dateFacture not date-time": DAY,
    },
    "factures/v1/consulter/fournisseur answer": {
        "dateDepot not date-time": DAY,
        "dateFacture not date-time": DAY,
        "dateCreationFacture not date-time": MINUTE,
    },
    "factures/v1/consulter/historique answer": {
        "histoStatutDatePassage not date-time": MINUTE,
        "histoActionDateHeure not date-time": MINUTE,
    },
    "factures/v1/completer answer": {"dateTraitement not date-time": DAY},
    "factures/v1/traiter/recue answer": {"dateTraitement not date-time": DAY},
    "factures/v1/recycler answer": {"dateDepot not date-time": MINUTE},
    "structures/v1/rechercher/services answer": {
        "dateDbtService unknown": UNDECLARED,
        "dateFinService unknown": UNDECLARED,
    },
    "structures/v1/consulter/service answer": {
        "dateCreation not date-time": MINUTE,
        "dateDebutValidite not date-time": MINUTE,
        "dateFinValidite not date-time": MINUTE,
        "dateModification not date-time": MINUTE,
    },
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
        self.client.recycler(
            str(invoice),
            siret=BOTH,
            service="COMPTA",
            references={"numeroBonCommande": "EJ-2", "numeroMarche": "M-1"},
            comment="Corrige",
        )
        self.end(one)

    def end(self, one):
        """Suspend, complete, correct, reject and download the invoice."""
        invoice = one["identifiantFactureCPP"]
        self.act("FAC-1", "MISE_A_DISPOSITION", force=True)
        self.call(
            "factures/v1/traiter/recue",
            idFacture=invoice,
            nouveauStatut="SUSPENDUE",
            motif="Piece manquante",
        )
        self.complete(str(invoice))
        self.act("FAC-1", "ERREUR_FOURNISSEUR_SUR_VALIDEUR", force=True)
        self.client.corriger_valideur(str(invoice), SUPPLIER)
        self.act("FAC-1", "REJETEE", force=True, comment="Prix faux")
        self.client.traiter_rejet(str(invoice))
        for form in ("PDF", "PIVOT"):
            self.client.telecharger_groupe(str(invoice), form)
        self.client.consulter_historique(str(invoice))
        syntax = "IN_DP_PDFARCHIVE_CII_MUG"
        self.client.deposer_flux("FAC-2.pdf", facturx(number="FAC-2"), syntax)

    def complete(self, invoice):
        """Complete the suspended invoice with an attachment."""
        piece = self.client.ajouter_fichier("bordereau.pdf", b"%PDF")
        [kind, *_others] = self.client.recuperer_types_pj()
        pieces = [Piece(piece, kind.code, "Bordereau")]
        self.client.completer(invoice, pieces, "Ajoutee")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestContract(ContractCase):
    maxDiff = None

    def test_every_exchange(self):
        self.write(self.read())
        found, judged = set(), set()
        for exchange in self.adapter.exchanges:
            if self.judge.describes(exchange.path):
                judged.add(exchange.service)
                found |= {
                    _named(exchange.service, *problem)
                    for problem in self.judge.problems(exchange)
                }
        listed = {(where, what) for where, all_ in DEVIATIONS.items() for what in all_}
        self.assertGreaterEqual(len(judged), 15)
        self.assertEqual(sorted(found - listed), [], "not listed")
        self.assertEqual(sorted(listed - found), [], "not needed any more")


def _named(service, side, place, kind):
    """Return a problem as DEVIATIONS names it."""
    if kind == "null":
        return f"any {side}", "any null"
    return f"{service} {side}", f"{place.rpartition('.')[2]} {kind}"
