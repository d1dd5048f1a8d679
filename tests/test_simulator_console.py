"""The recipient's console in a real HTTP conversation."""

import base64
import http.client
import re
from html import unescape
from urllib.parse import urlencode

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro.simulator import labels, lifecycle

from .simulator_common import (
    EITHER,
    HOSPITAL,
    INACTIVE,
    NONE,
    SUPPLIER,
    UNREPORTED,
    Portal,
    archive,
    facturx,
    serve,
)


class ConsoleCase(BaseCase):
    def setUp(self):
        super().setUp()
        self.portal = Portal()
        self.addCleanup(self.portal.close)
        self.port = serve(self, self.portal.app)
        self.origin = f"http://127.0.0.1:{self.port}"

    def ask(self, method, path, form=None, **headers):
        """Return (response, text) of one request over a socket."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        self.addCleanup(connection.close)
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response, response.read()

    def page(self, path, status=200):
        """Return the text of a page."""
        response, data = self.ask("GET", path)
        self.assertEqual(response.status, status, path)
        return unescape(data.decode())

    def press(self, ident, status, reason=""):
        """Press a button as a browser does, and return (response, text)."""
        response, data = self.ask(
            "POST",
            f"/console/factures/{ident}/statut",
            {"statut": status, "motif": reason},
            Origin=self.origin,
        )
        return response, unescape(data.decode())

    def status(self, number):
        """Return the status of an invoice in the ledger."""
        lines = {line["number"]: line for line in self.portal.ledger()["invoices"]}
        return lines[number]["status"]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorConsolePages(ConsoleCase):
    def test_start(self):
        response, _data = self.ask("GET", "/")
        self.assertEqual(response.status, 303)
        self.assertEqual(response.headers["Location"], "/console")

    def test_entities(self):
        self.portal.filed(number="C-1", recipient=EITHER, service="TECH")
        page = self.page("/console")
        self.assertIn("MAIRIE DE FONTCLAIR-SUR-ORVE", page)
        self.assertIn("service ou engagement", page)
        self.assertIn("inactive", page)
        self.assertNotIn("SOCIETE DE DEMONSTRATION", page)
        found = self.page("/console?q=aurelin")
        self.assertIn("SAINT-AURELIN", found)
        self.assertNotIn("FONTCLAIR", found)
        self.assertIn("Aucune structure", self.page("/console?q=nothing"))

    def test_one_entity(self):
        self.portal.filed(number="C-1", recipient=EITHER, service="TECH")
        ident = self.portal.structure(EITHER)
        page = self.page(f"/console/structures/{ident}")
        for text in ("C-1", "Services techniques", "120,00", "Mise à disposition"):
            self.assertIn(text, page)
        page = self.page(f"/console/structures/{ident}?statut=REJETEE")
        self.assertIn("Aucune facture", page)
        page = self.page(f"/console/structures/{self.portal.structure(UNREPORTED)}")
        self.assertIn("Ne remonte pas la mise en paiement", page)
        page = self.page(f"/console/structures/{self.portal.structure(INACTIVE)}")
        self.assertIn("inactive", page)

    def test_pages_of_invoices(self):
        body = {"supplier": SUPPLIER, "recipient": NONE}
        for number in range(30):
            self.portal.control("invoices", {**body, "number": f"N-{number:02}"})
        ident = self.portal.structure(NONE)
        first = self.page(f"/console/structures/{ident}")
        self.assertIn("N-29", first)
        self.assertNotIn("N-04", first)
        self.assertIn("Suivantes", first)
        second = self.page(f"/console/structures/{ident}?page=2")
        self.assertIn("N-04", second)
        self.assertIn("Précédentes", second)
        self.assertNotIn("Suivantes", second)

    def test_one_invoice(self):
        ident = self.portal.filed(
            number="C-2",
            recipient=HOSPITAL,
            service="CPT-02",
            engagement="EJ-&lt;b&gt;",
            lines=2,
        )
        response, data = self.ask("GET", f"/console/factures/{ident}")
        self.assertIn(b"EJ-&lt;b&gt;", data)
        self.assertIn("default-src 'none'", response.headers["Content-Security-Policy"])
        page = unescape(data.decode())
        for text in ("C-2", "CPT-02 (Service comptable)", "Article 2", "Déposée"):
            self.assertIn(text, page)
        self.assertIn("FR7630006000011234567890189", page)

    def test_unknown_pages(self):
        self.portal.filed()
        for path in (
            "/console/structures/1",
            f"/console/structures/{self.portal.structure(SUPPLIER)}",
            "/console/factures/1",
            "/console/factures/1/fichier",
            "/console/factures/8500001/pieces/1",
            "/console/nothing",
        ):
            self.assertIn("404", self.page(path, 404), path)
        self.assertIn("405", self.page("/console/horloge", 405))

    def test_style(self):
        response, data = self.ask("GET", "/console/style.css")
        self.assertEqual(response.headers["Content-Type"], "text/css;charset=utf-8")
        self.assertIn(b".badge", data)

    def test_flows(self):
        self.assertIn("Aucun dépôt", self.page("/console/flux"))
        files = {
            "a.pdf": facturx(number="F-1"),
            "b.pdf": facturx(number="F-2", means=""),
            "c.xml": b"<broken",
        }
        number = self.portal.send(archive(files))["number"]
        self.portal.send(
            archive({"a.pdf": facturx(number="F-3"), "b.pdf": facturx(number="F-4")})
        )
        self.portal.send(facturx(number="F-5"))
        page = self.page("/console/flux")
        for text in (number, "Intégré partiellement", "F-2 : L'element", "c.xml : "):
            self.assertIn(text, page)

    def test_files(self):
        content = facturx(number="C/3")
        self.portal.send(content)
        response, data = self.ask("GET", "/console/factures/8500001/fichier")
        self.assertEqual(data, content)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertEqual(
            response.headers["Content-Disposition"], 'attachment; filename="C_3.pdf"'
        )

    def test_documents_of_the_supplier(self):
        ident = self.portal.filed(number="C-4")
        self.press(ident, "SUSPENDUE", "Bordereau")
        piece = self.portal.call(
            "transverses/v1/ajouter/fichier",
            pieceJointeNom="bon.csv",
            pieceJointeExtension="CSV",
            pieceJointeFichier=base64.b64encode(b"1;2").decode(),
        )["pieceJointeId"]
        self.portal.call(
            "factures/v1/completer",
            identifiantFactureCPP=ident,
            pieceJointeComplementaire=[{"pieceJointeComplementaireId": piece}],
        )
        self.assertIn("bon.csv", self.page(f"/console/factures/{ident}"))
        _response, data = self.ask("GET", f"/console/factures/{ident}/pieces/{piece}")
        self.assertEqual(data, b"1;2")

    def test_invoice_typed_at_the_portal(self):
        body = {"number": "T", "supplier": SUPPLIER, "recipient": NONE}
        ident = self.portal.control("invoices", body)["identifiantFactureCPP"]
        page = self.page(f"/console/factures/{ident}")
        self.assertIn("saisie sur le portail", page)
        self.assertIn("Pas de ligne", page)
        self.assertNotIn("Fichiers", page)
        self.assertIn("404", self.page(f"/console/factures/{ident}/fichier", 404))

    def test_words(self):
        self.assertEqual(labels.euros(None), labels.NONE)
        self.assertEqual(labels.euros(1234567.5), "1\u202f234\u202f567,50")
        self.assertEqual(labels.day("20260101"), "20260101")
        self.assertEqual(labels.day(None), labels.NONE)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorConsoleActs(ConsoleCase):
    def test_to_payment(self):
        ident = self.portal.filed(number="C-1")
        for status in lifecycle.MAIN_LINE[3:]:
            self.assertIn(f'value="{status}"', self.page(f"/console/factures/{ident}"))
            response, _text = self.press(ident, status)
            self.assertEqual(response.status, 303)
            self.assertEqual(response.headers["Location"], f"/console/factures/{ident}")
            self.assertEqual(self.status("C-1"), status)
        page = self.page(f"/console/factures/{ident}")
        self.assertIn("Aucune action possible", page)
        self.assertIn("Camille EXEMPLE", page)

    def test_suspend_return_recycle_reject(self):
        ident = self.portal.filed(number="C-1")
        for status in ("SUSPENDUE", "MISE_A_DISPOSITION", "A_RECYCLER"):
            response, _text = self.press(ident, status, "Voir motif")
            self.assertEqual(response.status, 303)
            self.assertEqual(self.status("C-1"), status)
        ident = self.portal.filed(number="C-2")
        self.press(ident, "REJETEE", "Prix faux")
        self.assertIn("Prix faux", self.page(f"/console/factures/{ident}"))

    def test_reason_is_asked_for(self):
        ident = self.portal.filed(number="C-1")
        response, text = self.press(ident, "REJETEE")
        self.assertEqual(response.status, 400)
        self.assertIn("Un motif est obligatoire", text)
        self.assertEqual(self.status("C-1"), "MISE_A_DISPOSITION")
        response, _data = self.ask("GET", f"/console/factures/{ident}/statut")
        self.assertEqual(response.headers["Location"], f"/console/factures/{ident}")

    def test_impossible(self):
        ident = self.portal.filed(number="C-1")
        self.press(ident, "MANDATEE")
        response, text = self.press(ident, "REJETEE", "Trop tard")
        self.assertEqual(response.status, 400)
        self.assertIn("pas possible dans le statut actuel", text)
        response, _text = self.press(1, "REJETEE", "Inconnue")
        self.assertEqual(response.status, 404)

    def test_every_button_has_a_word(self):
        statuses = (*lifecycle.MAIN_LINE, "SUSPENDUE", "COMPLETEE")
        codes = {code for status in statuses for code in lifecycle.targets(status)}
        self.assertEqual(codes, set(labels.BUTTONS))

    def test_other_sites_are_kept_out(self):
        ident = self.portal.filed(number="C-1")
        path, form = f"/console/factures/{ident}/statut", {"statut": "MANDATEE"}
        for headers in (
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Host": "evil.example"},
            {"Origin": "http://localhost:1"},
        ):
            response, _data = self.ask("POST", path, form, **headers)
            self.assertEqual(response.status, 403, headers)
        response, _data = self.ask("GET", "/console", Host="evil.example")
        self.assertEqual(response.status, 403)
        self.assertEqual(self.status("C-1"), "MISE_A_DISPOSITION")
        response, _data = self.ask("POST", path, form)
        self.assertEqual(response.status, 303)

    def test_clock(self):
        before = self.portal.ledger()["now"]
        for referrer, target in (
            (f"{self.origin}/console/flux", "/console/flux"),
            (f"{self.origin}/console?q=a", "/console?q=a"),
            ("http://evil.example/console", "/console"),
            ("", "/console"),
        ):
            response, _data = self.ask(
                "POST", "/console/horloge", {"pas": "1h"}, Referer=referrer
            )
            self.assertEqual(response.headers["Location"], target)
        self.assertGreater(self.portal.ledger()["now"], before)
        response, _data = self.ask("POST", "/console/horloge", {"pas": "1an"})
        self.assertEqual(response.status, 404)

    def test_time_shown_is_paris_time(self):
        text = self.page("/console")
        self.assertTrue(re.search(r"\d\d/\d\d/\d{4} \d\d:\d\d", text))
