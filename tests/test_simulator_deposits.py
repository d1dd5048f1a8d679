"""deposer/flux, its reports, and the flow's way from deposit to integration."""

import base64
import io
from unittest.mock import patch

from pypdf import PdfReader

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.simulator import documents, flows, settings

from .simulator_common import (
    NONE,
    SUPPLIER,
    XMP,
    SimulatorCase,
    archive,
    cii,
    facturx,
    pdf,
    quiet_pypdf,
)

FRESH = "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorDeposit(SimulatorCase):
    def test_answer(self):
        answer = self.assertAccepted(self.portal.deposit(b"anything at all"))
        self.assertEqual(answer["libelle"], "GCU_MSG_01_000")
        self.assertRegex(answer["numeroFluxDepot"], r"^CPP0011117\d{15}$")
        self.assertRegex(answer["dateDepot"], r"^\d{4}-\d\d-\d\d$")
        self.assertEqual(answer["syntaxeFlux"], "IN_DP_E2_CII_FACTURX")

    def test_interface_of_each_syntax(self):
        for syntax, interface in settings.INTERFACES.items():
            answer = self.portal.deposit(b"x", syntaxeFlux=syntax)
            self.assertEqual(answer["numeroFluxDepot"][6:10], interface)
        self.assertEqual(len(settings.INTERFACES), 13)

    def test_same_file_twice_gives_two_flows(self):
        content = facturx()
        first = self.portal.deposit(content)["numeroFluxDepot"]
        second = self.portal.deposit(content)["numeroFluxDepot"]
        self.assertLess(first, second)
        self.portal.advance(60)
        self.assertEqual(
            self.portal.report(first)["etatCourantDepotFlux"], "IN_INTEGRE"
        )
        report = self.portal.report(second)
        self.assertEqual(report["etatCourantDepotFlux"], "IN_REJETE")
        self.assertIn(
            "deja utilise par ce fournisseur",
            report["listeErreurDP"][0]["libelleErreurDP"],
        )

    def test_malformed_requests(self):
        good = base64.b64encode(b"x").decode()
        for change in (
            {"syntaxeFlux": "IN_DP_E3_FACTUR_X_10"},
            {"syntaxeFlux": None},
            {"nomFichier": None},
            {"nomFichier": "noextension"},
            {"nomFichier": "a" * 200 + ".pdf"},
            {"fichierFlux": None},
            {"fichierFlux": "@@@@"},
            {"fichierFlux": good[:2] + "\n" + good[2:]},
        ):
            body = {
                "fichierFlux": good,
                "nomFichier": "a.pdf",
                "syntaxeFlux": "IN_DP_E2_CII_FACTURX",
                **change,
            }
            answer = self.portal.raw("factures/v1/deposer/flux", body)
            self.assertEqual(answer.status_code, 400, change)
            self.assertRefused(answer.get_json(), 20400)
        self.assertEqual(self.portal.ledger()["deposits"], [])

    def test_sizes(self):
        with patch.multiple(settings, MAX_FLUX=10, MAX_FLUX_COMPRESSED=30):
            self.assertAccepted(self.portal.deposit(b"x" * 10))
            self.assertRefused(self.portal.deposit(b"x" * 11), 20001, "GDP_MSG_11.022")
            self.assertAccepted(self.portal.deposit(b"\x1f\x8b" + b"x" * 28))
            self.assertRefused(self.portal.deposit(b"\x1f\x8b" + b"x" * 29), 20001)

    def test_ledger_keeps_what_was_sent(self):
        number = self.portal.deposit(b"abc", name="lot 1.pdf")["numeroFluxDepot"]
        (line,) = self.portal.ledger()["deposits"]
        self.assertEqual(line["number"], number)
        self.assertEqual(line["file_name"], "lot 1.pdf")
        self.assertEqual(line["size"], 3)
        self.assertTrue(line["sha256"].startswith("ba7816bf"))
        (call,) = self.portal.ledger()["calls"]
        self.assertEqual(call["service"], "factures/deposer/flux")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorFlow(SimulatorCase):
    def test_every_state_in_its_time(self):
        number = self.portal.deposit(facturx())["numeroFluxDepot"]
        seen = []
        for _second in range(22):
            seen.append(self.portal.report(number)["etatCourantDepotFlux"])
            self.portal.advance(1)
        expected = [FRESH] * 5 + ["IN_RECU"] * 3 + ["IN_TRAITE_SE_CPP"] * 3
        expected += ["IN_EN_ATTENTE_TRAITEMENT_CPP"] * 3
        expected += ["IN_EN_COURS_TRAITEMENT_CPP"] * 6 + ["IN_INTEGRE"] * 2
        self.assertEqual(seen, expected)

    def test_states_keep_their_own_date(self):
        deposited = self.portal.ledger()["now"]
        number = self.portal.deposit(facturx())["numeroFluxDepot"]
        self.portal.advance(1000)
        report = self.portal.report(number)
        self.assertEqual(report["dateDepotFlux"], deposited)
        self.assertRegex(
            report["dateHeureEtatCourantFlux"],
            r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0[12]:00$",
        )
        (line,) = self.portal.ledger()["invoices"]
        filed, available = line["history"]
        self.assertEqual(filed["at"], report["dateHeureEtatCourantFlux"])
        self.assertEqual(
            (filed["code"], available["code"]), ("DEPOSEE", line["status"])
        )

    def test_report(self):
        report = self.portal.send(facturx())
        number = report.pop("number")
        for name in ("dateDepotFlux", "dateHeureEtatCourantFlux"):
            report.pop(name)
        self.assertEqual(
            report,
            {
                "codeRetour": 0,
                "libelle": "TRA_MSG_00.000",
                "codeInterfaceDepotFlux": "FSO1117A",
                "etatCourantDepotFlux": "IN_INTEGRE",
                "nomFichier": f"FSO1117A_CPP001_{number}",
                "listeErreurDP": [],
                "listeErreurTechnique": [],
            },
        )

    def test_unknown_flow(self):
        self.assertRefused(self.portal.report("CPP1"), 20000, "TRA_MSG_00.015")
        self.assertRefused(self.portal.call("transverses/v1/consulterCR"), 20000)

    def test_unknown_window(self):
        self.portal.control("settings", {"latency": {"unknown": 4}})
        number = self.portal.deposit(facturx())["numeroFluxDepot"]
        self.assertRefused(self.portal.report(number), 20000)
        self.portal.advance(4)
        self.assertAccepted(self.portal.report(number))

    def test_other_report_has_other_keys_and_a_pdf(self):
        number = self.portal.send(facturx(means="", number="F(1)\\"))["number"]
        self.portal.send(pdf(cii(), part="2"))
        answer = self.portal.call("transverses/v1/consulterCR", numeroFluxDepot=number)
        self.assertEqual(answer["etatCourantFlux"], "IN_REJETE")
        self.assertEqual(answer["numeroFluxDepot"], number)
        self.assertNotIn("etatCourantDepotFlux", answer)
        reader = PdfReader(io.BytesIO(base64.b64decode(answer["fichierCR"])))
        text = reader.pages[0].extract_text()
        self.assertIn("IN_REJETE", text)
        self.assertIn("F(1)\\", text)

    def test_no_latency_at_all(self):
        self.portal.control("settings", {"latency": dict.fromkeys(settings.LATENCY, 0)})
        number = self.portal.deposit(facturx())["numeroFluxDepot"]
        self.assertEqual(
            self.portal.report(number)["etatCourantDepotFlux"], "IN_INTEGRE"
        )
        (line,) = self.portal.ledger()["invoices"]
        self.assertEqual(line["status"], "MISE_A_DISPOSITION")

    def test_edi_entity_shows_the_routing(self):
        terms = {"recipient": "26990003100015", "service": "CPT-02"}
        number = self.portal.deposit(facturx(engagement="EJ", **terms))
        self.portal.advance(23)
        found = self.portal.find(number["numeroFluxDepot"])
        self.assertEqual(found[0]["statut"], "EN_COURS_ACHEMINEMENT")
        self.portal.advance(3)
        (line,) = self.portal.ledger()["invoices"]
        self.assertEqual(
            [step["code"] for step in line["history"]],
            ["DEPOSEE", "EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION"],
        )

    def test_a_faster_process_has_done_the_step(self):
        number = self.portal.deposit(facturx())["numeroFluxDepot"]
        with self.portal.app.store.connect() as db:
            row = db.execute("SELECT * FROM flux").fetchone()
            self.portal.advance(30)
            self.portal.report(number)
            before = self.portal.ledger()
            flows._step(db, row)
        self.assertEqual(self.portal.ledger(), before)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorArchive(SimulatorCase):
    def test_all_good(self):
        files = {f"f{n}.pdf": facturx(number=f"A-{n}") for n in range(12)}
        report = self.portal.send(archive(files), name="lot.tar.gz")
        self.assertEqual(report["etatCourantDepotFlux"], "IN_INTEGRE")
        members = {line["member"] for line in self.portal.ledger()["invoices"]}
        self.assertEqual(members, set(files))

    def test_partial(self):
        files = {
            "good.pdf": facturx(number="A-1"),
            "bad.pdf": facturx(number="A-2", recipient="00000000000000"),
            "double.pdf": facturx(number="A-1"),
            "broken.pdf": b"%PDF-1.7 broken",
        }
        with quiet_pypdf():
            report = self.portal.send(archive(files), name="lot.tar.gz")
        self.assertEqual(report["etatCourantDepotFlux"], "IN_INTEGRE_PARTIEL")
        self.assertEqual(
            [error["numeroDP"] for error in report["listeErreurDP"]], ["A-2", "A-1"]
        )
        (technical,) = report["listeErreurTechnique"]
        self.assertTrue(technical["libelleErreur"].startswith("broken.pdf : "))
        (line,) = self.portal.ledger()["invoices"]
        self.assertEqual(line["number"], "A-1")

    def test_nothing_good(self):
        files = {"a.pdf": facturx(means=""), "b.pdf": facturx(means="", number="B")}
        report = self.portal.send(archive(files), name="lot.tar.gz")
        self.assertEqual(report["etatCourantDepotFlux"], "IN_REJETE")
        self.assertEqual(len(report["listeErreurDP"]), 2)

    def test_unreadable_files(self):
        whole = archive({"a.pdf": facturx()})
        for content, code in (
            (b"\x1f\x8bnonsense", "SIM_ARCHIVE"),
            (whole[:40], "SIM_ARCHIVE"),
            (archive({}), "SIM_ARCHIVE_VIDE"),
            (pdf(cii(), name="other.xml"), "SIM_XML_ABSENT"),
            (pdf(None), "SIM_XML_ABSENT"),
            (pdf(cii(), part="1"), "SIM_PDFA"),
            (pdf(cii(), part=None), "SIM_PDFA"),
            (pdf(cii(), xmp=XMP.replace("pdfaid:part", "pdfaid:rank")), "SIM_PDFA"),
            (pdf(cii(), password="secret"), "SIM_PDF_PROTEGE"),
            (pdf(b"<broken"), "SIM_XML_MAL_FORME"),
            (b"<other/>", "SIM_XML_RACINE"),
        ):
            report = self.portal.send(content)
            self.assertEqual(report["etatCourantDepotFlux"], "IN_REJETE")
            (error,) = report["listeErreurTechnique"]
            self.assertEqual(error["codeErreur"], code)
            self.assertEqual(error["natureErreur"], "BLOQUANTE")

    def test_damaged_pdf(self):
        good = facturx()
        for content in (b"", b"text", good[: len(good) // 2], good[300:]):
            with quiet_pypdf():
                found = documents.read(content, "a.pdf", "IN_DP_E2_CII_FACTURX")
            self.assertEqual(found[0].error.code, "SIM_PDF_ILLISIBLE")

    def test_version_of_pdfa_as_an_attribute(self):
        element = "><pdfaid:part>{part}</pdfaid:part></rdf:Description>"
        content = pdf(cii(), xmp=XMP.replace(element, ' pdfaid:part="{part}"/>'))
        self.assertNotIn(b"<pdfaid:part>", content)
        report = self.portal.send(content)
        self.assertEqual(report["etatCourantDepotFlux"], "IN_INTEGRE")

    def test_archive_bomb(self):
        with patch.object(settings, "MAX_UNPACKED", 10):
            report = self.portal.send(archive({"a.pdf": b"x" * 11}))
        (error,) = report["listeErreurTechnique"]
        self.assertEqual(error["codeErreur"], "SIM_ARCHIVE_TAILLE")

    def test_plain_xml(self):
        report = self.portal.send(cii(), name="f.xml", syntaxeFlux="IN_DP_E1_CII_16B")
        self.assertEqual(report["etatCourantDepotFlux"], "IN_INTEGRE")
        self.assertEqual(report["codeInterfaceDepotFlux"], "FSO1106A")

    def test_syntax_that_is_not_read(self):
        report = self.portal.send(b"<Invoice/>", syntaxeFlux="IN_DP_E1_UBL_INVOICE")
        (error,) = report["listeErreurTechnique"]
        self.assertEqual(error["codeErreur"], "SIM_SYNTAXE")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorFates(SimulatorCase):
    def test_incident(self):
        self.portal.fault("IN_INCIDENTE", "deposer/flux")
        report = self.portal.send(facturx())
        self.assertEqual(report["etatCourantDepotFlux"], "IN_INCIDENTE")
        self.assertEqual(self.portal.ledger()["invoices"], [])
        again = self.portal.send(facturx())
        self.assertEqual(again["etatCourantDepotFlux"], "IN_INTEGRE")

    def test_inadmissible(self):
        self.portal.fault("QP_IRRECEVABLE")
        report = self.portal.send(facturx())
        self.assertEqual(report["etatCourantDepotFlux"], "QP_IRRECEVABLE")

    def test_stuck_until_restarted(self):
        self.portal.fault("IN_EN_ATTENTE_RETRAITEMENT", "factures/deposer/flux")
        report = self.portal.send(facturx())
        number = report["number"]
        self.assertEqual(
            report["etatCourantDepotFlux"], "IN_EN_ATTENTE_RETRAITEMENT_CPP"
        )
        self.portal.advance(86400)
        self.assertEqual(
            self.portal.report(number)["etatCourantDepotFlux"],
            "IN_EN_ATTENTE_RETRAITEMENT_CPP",
        )
        self.portal.control("flows", {"flow": number, "restart": True})
        self.assertEqual(
            self.portal.report(number)["etatCourantDepotFlux"], "IN_INTEGRE"
        )

    def test_stuck_for_a_while(self):
        self.portal.fault("IN_EN_ATTENTE_RETRAITEMENT_CPP", seconds=3600)
        report = self.portal.send(facturx())
        self.assertEqual(
            report["etatCourantDepotFlux"], "IN_EN_ATTENTE_RETRAITEMENT_CPP"
        )
        self.portal.advance(3600)
        self.assertEqual(
            self.portal.report(report["number"])["etatCourantDepotFlux"], "IN_INTEGRE"
        )

    def test_any_state_by_hand(self):
        number = self.portal.deposit(facturx())["numeroFluxDepot"]
        self.portal.control("flows", {"flow": number, "state": "IN_INCONNU"})
        self.portal.advance(60)
        self.assertEqual(
            self.portal.report(number)["etatCourantDepotFlux"], "IN_INCONNU"
        )

    def test_unknown_flow(self):
        for change in ({"restart": True}, {"state": "IN_RECU"}):
            answer = self.portal.http.post("/_sim/flows", json={"flow": "x", **change})
            self.assertEqual(answer.status_code, 400)

    def test_sizes_and_names_of_a_filed_invoice(self):
        ident = self.portal.filed(recipient=NONE, supplier=SUPPLIER)
        self.assertGreater(ident, 8500000)
