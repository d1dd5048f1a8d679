"""What each verb of the client sends, and the record it makes of the answer."""

import base64
import os
import tempfile
from datetime import date, datetime, timezone
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    NO_RESULT,
    SETTINGS,
    SUCCESS,
    TOKEN,
    ChorusApiCase,
    canned,
)

FLOW = "CPP0011117000000000500001"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiDeposit(ChorusApiCase):
    def test_deposit_sends_the_file_once_and_reads_the_receipt(self):
        answer = SUCCESS | {
            "numeroFluxDepot": FLOW,
            "dateDepot": "2026-09-14",
            "syntaxeFlux": "IN_DP_E2_CII_FACTURX",
        }
        client, portal = self.portal(canned(answer))
        content = bytes(range(256)) * 10
        deposit = client.deposer_flux("FAC-1.pdf", content)
        self.assertEqual(deposit.number, FLOW)
        self.assertEqual(deposit.date, date(2026, 9, 14))
        self.assertEqual(deposit.syntax, "IN_DP_E2_CII_FACTURX")
        self.assertEqual(deposit.raw, answer)
        self.assertEqual(portal.paths, ["/cpro/factures/v1/deposer/flux"])
        sent = portal.payloads[0]
        self.assertEqual(base64.b64decode(sent.pop("fichierFlux"), None, True), content)
        self.assertEqual(
            sent,
            {
                "nomFichier": "FAC-1.pdf",
                "syntaxeFlux": "IN_DP_E2_CII_FACTURX",
                "avecSignature": False,
            },
        )

    def test_headers_of_a_call(self):
        client, portal = self.portal(canned(NO_RESULT))
        list(client.rechercher_structures(siret="12345678200044"))
        call = portal.calls[0]
        self.assertEqual(call.method, "POST")
        self.assertEqual(call.headers["Authorization"], f"Bearer {TOKEN}")
        self.assertEqual(call.headers["Content-Type"], "application/json;charset=utf-8")
        self.assertEqual(call.headers["Accept"], "application/json;charset=utf-8")
        account = call.headers["cpro-account"]
        self.assertEqual(
            base64.b64decode(account, None, True).decode(),
            f"{SETTINGS.login}:{SETTINGS.password}",
        )
        self.assertEqual(call.options["timeout"], 60)

    def test_a_netrc_file_of_the_machine_changes_nothing(self):
        with tempfile.NamedTemporaryFile("w", suffix="netrc") as netrc:
            netrc.write("machine localhost login other password other")
            netrc.flush()
            client, portal = self.portal(canned(NO_RESULT))
            with patch.dict(os.environ, NETRC=netrc.name):
                list(client.rechercher_structures(siret="1"))
        self.assertNotIn("Authorization", portal.token_calls[0].headers)
        self.assertEqual(portal.calls[0].headers["Authorization"], f"Bearer {TOKEN}")

    def test_a_long_account_stays_on_one_line(self):
        settings = SETTINGS.__class__(
            **{**vars(SETTINGS), "password": "é" * 90, "api_url": "http://localhost/"}
        )
        _client, portal = self.portal(canned(NO_RESULT))
        session = _client._portal._wire.session
        list(Client(settings, session=session).rechercher_structures(siret="1"))
        account = portal.calls[0].headers["cpro-account"]
        self.assertNotIn("\n", account)
        self.assertTrue(base64.b64decode(account).decode().endswith("é" * 90))
        self.assertEqual(portal.paths, ["/cpro/structures/v1/rechercher"])

    def test_wrong_file_names_are_refused_before_any_call(self):
        client, portal = self.portal()
        for name in ("FAC-1", "", "a" * 197 + ".pdf"):
            with self.subTest(name), self.assertRaises(ValueError):
                client.deposer_flux(name, b"x")
        self.assertFalse(portal.calls + portal.token_calls)

    def test_the_longest_file_name_passes(self):
        client, portal = self.portal(canned(SUCCESS | {"numeroFluxDepot": FLOW}))
        client.deposer_flux("a" * 196 + ".pdf", b"x")
        self.assertEqual(len(portal.payloads[0]["nomFichier"]), 200)

    def test_a_receipt_without_number_is_not_a_deposit(self):
        for number in (None, "", "  "):
            with self.subTest(number):
                answer = SUCCESS | {"numeroFluxDepot": number}
                client, _portal = self.portal(canned(answer))
                with self.assert_error("incomplete", "unknown") as caught:
                    client.deposer_flux("FAC-1.pdf", b"x")
                self.assertEqual(caught.exception.http_status, 200)

    def test_a_number_without_return_code_is_a_deposit(self):
        client, _portal = self.portal(canned({"numeroFluxDepot": FLOW}))
        self.assertEqual(client.deposer_flux("FAC-1.pdf", b"x").number, FLOW)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiFollow(ChorusApiCase):
    def test_flow_report(self):
        answer = {
            "codeRetour": 0,
            "libelle": "TRA_MSG_00.000",
            "codeInterfaceDepotFlux": "FSO1117A",
            "dateDepotFlux": "2026-09-14T10:02:11.250+02:00",
            "dateHeureEtatCourantFlux": "2026-09-14T08:09:40.000Z",
            "etatCourantDepotFlux": "IN_REJETE",
            "nomFichier": f"FSO1117A_CPP001_{FLOW}",
            "listeErreurDP": [
                {
                    "identifiantFournisseur": "33254021516357",
                    "identifiantDestinataire": 12345678200036,
                    "numeroDP": "FAC-1",
                    "libelleErreurDP": "L'element est obligatoire. |Trop|long |et[...]",
                }
            ],
            "listeErreurTechnique": [
                {"codeErreur": 12, "libelleErreur": "XSD", "natureErreur": None}
            ],
        }
        client, portal = self.portal(canned(answer))
        report = client.consulter_cr_detaille(FLOW)
        self.assertEqual(portal.paths, ["/cpro/transverses/v1/consulterCRDetaille"])
        self.assertEqual(portal.payloads, [{"numeroFluxDepot": FLOW}])
        self.assertTrue(report.known)
        self.assertEqual(report.state, "IN_REJETE")
        self.assertEqual(
            report.deposited_at,
            datetime(2026, 9, 14, 8, 2, 11, 250000, tzinfo=timezone.utc),
        )
        self.assertEqual(
            report.state_at, datetime(2026, 9, 14, 8, 9, 40, tzinfo=timezone.utc)
        )
        self.assertEqual(report.interface, "FSO1117A")
        self.assertEqual(report.file_name, f"FSO1117A_CPP001_{FLOW}")
        (error,) = report.invoice_errors
        self.assertEqual(error.number, "FAC-1")
        self.assertEqual(error.supplier, "33254021516357")
        self.assertEqual(error.recipient, "12345678200036")
        self.assertEqual(
            error.messages, ("L'element est obligatoire.", "Trop|long", "et[...]")
        )
        (technical,) = report.technical_errors
        self.assertEqual(
            (technical.code, technical.label, technical.nature), ("12", "XSD", None)
        )

    def test_flow_report_with_an_object_or_nothing_for_the_lists(self):
        one = {"numeroDP": "FAC-1", "libelleErreurDP": None}
        for lists, expected in (
            ({"listeErreurDP": one}, 1),
            ({"listeErreurDP": None, "listeErreurTechnique": None}, 0),
            ({"listeErreurDP": "x", "listeErreurTechnique": [None, "x"]}, 0),
            ({}, 0),
        ):
            with self.subTest(lists):
                client, _portal = self.portal(canned(SUCCESS | lists))
                report = client.consulter_cr_detaille(FLOW)
                self.assertEqual(len(report.invoice_errors), expected)
                self.assertEqual(report.technical_errors, ())
                self.assertIsNone(report.state)
                self.assertTrue(report.known)
                for error in report.invoice_errors:
                    self.assertEqual(error.messages, ())

    def test_a_flow_that_the_portal_does_not_know_yet(self):
        refusal = {"codeRetour": 20000, "libelle": "TRA_MSG_01.001"}
        for status in (200, 400):
            with self.subTest(status):
                client, _portal = self.portal(canned(refusal, status))
                report = client.consulter_cr_detaille(FLOW)
                self.assertFalse(report.known)
                self.assertEqual(report.label, "TRA_MSG_01.001")
                self.assertEqual(report.raw, refusal)
                self.assertIsNone(report.state)

    def test_a_failed_question_about_a_flow_is_an_error(self):
        client, _portal = self.portal(canned("", 500))
        with self.assert_error("server_error", "unknown"):
            client.consulter_cr_detaille(FLOW)

    def test_search_of_the_supplier(self):
        row = {
            "identifiantFactureCPP": "8500123",
            "numeroFacture": "FAC-1",
            "typeFacture": "FACTURE",
            "statut": "MISE_A_DISPOSITION",
            "dateFacture": "2026-09-13",
            "dateDepot": "2026-09-14",
            "montantTTC": 1200.10,
            "codeFournisseur": "33254021516357",
            "codeDestinataire": "12345678200044",
            "numeroFluxDepot": FLOW,
            "dateHeureEtatCourant": "2026-09-14T11:20:05.000+02:00",
            "commentaireEtatCourant": "Vu",
        }
        paging = {"pageCourante": 1, "pages": 1, "nbResultatsParPage": 200, "total": 1}
        answer = SUCCESS | {"listeFactures": [row], "parametresRetour": paging}
        client, portal = self.portal(canned(answer))
        since = datetime(2026, 9, 13, 22, 30, 0, 1500, tzinfo=timezone.utc)
        (item,) = client.rechercher_fournisseur(
            supplier_id="26300989",
            invoice_number="FAC-1",
            flow_number=FLOW,
            deposited_from=date(2026, 9, 1),
            deposited_to=date(2026, 9, 30),
            changed_since=since,
        )
        self.assertEqual(portal.paths, ["/cpro/factures/v1/rechercher/fournisseur"])
        self.assertEqual(
            portal.payloads,
            [
                {
                    "idFournisseur": 26300989,
                    "numeroFacture": "FAC-1",
                    "numeroFluxDepot": FLOW,
                    "periodeDateDepotDu": "2026-09-01",
                    "periodeDateDepotAu": "2026-09-30",
                    "periodeDateHeureEtatCourantDu": "2026-09-14T00:30:00.001+02:00",
                    "rechercheFactureParFournisseur": {
                        "pageResultatDemandee": 1,
                        "nbResultatsParPage": 200,
                        "nbResultatsMaximum": 999999,
                        "triColonne": "NumeroFacture",
                        "triSens": "Ascendant",
                    },
                }
            ],
        )
        self.assertEqual(item.portal_id, "8500123")
        self.assertEqual((item.number, item.flow_number), ("FAC-1", FLOW))
        self.assertEqual((item.status, item.comment), ("MISE_A_DISPOSITION", "Vu"))
        self.assertEqual(
            item.status_at, datetime(2026, 9, 14, 9, 20, 5, tzinfo=timezone.utc)
        )
        self.assertEqual(item.supplier_siret, "33254021516357")
        self.assertEqual(item.recipient_siret, "12345678200044")
        self.assertEqual(item.amount_total, Decimal("1200.1"))
        self.assertEqual(item.invoice_type, "FACTURE")
        self.assertEqual(item.deposit_date, date(2026, 9, 14))
        self.assertEqual(item.invoice_date, date(2026, 9, 13))

    def test_amounts_are_exact(self):
        """The portal allows 19 digits, 6 of them decimal [O]: more than a float."""
        answer = """{"codeRetour": 0, "parametresRetour": {"pages": 1},
            "listeFactures": [{"montantTTC": 1234567890123.123457}]}"""
        client, _portal = self.portal(canned(answer))
        (item,) = client.rechercher_fournisseur(supplier_id="1")
        self.assertEqual(item.amount_total, Decimal("1234567890123.123457"))

    def test_search_wants_a_number_and_an_aware_time(self):
        client, portal = self.portal()
        with self.assertRaises(ValueError):
            client.rechercher_fournisseur(supplier_id=None)
        with self.assertRaises(ValueError):
            client.rechercher_fournisseur(
                supplier_id="1",
                changed_since=datetime(2026, 9, 14),  # noqa: DTZ001
            )
        self.assertFalse(portal.calls)

    def test_nothing_found_is_an_empty_list_in_both_shapes(self):
        for status in (200, 400):
            for verb in (
                lambda client: client.rechercher_fournisseur(supplier_id="1"),
                lambda client: client.rechercher_structures(name="Ville"),
                lambda client: client.rechercher_services("1"),
            ):
                client, portal = self.portal(canned(NO_RESULT, status))
                self.assertEqual(list(verb(client)), [])
                self.assertEqual(len(portal.calls), 1)

    def test_another_refusal_of_a_search_is_not_an_empty_list(self):
        for number, label in ((20000, "TRA_MSG_00.016"), (20001, "TRA_MSG_00.015")):
            client, _portal = self.portal(
                canned({"codeRetour": number, "libelle": label})
            )
            with self.assert_error("business", "refused") as caught:
                list(client.rechercher_fournisseur(supplier_id="1"))
            self.assertEqual(caught.exception.return_code, number)
            self.assertEqual(caught.exception.label, label)

    def test_history(self):
        rows = [
            {
                "histoStatutId": 1,
                "histoStatutCode": "DEPOSEE",
                "histoStatutDatePassage": "2026-09-14 11:20",
            },
            {
                "histoStatutId": 2,
                "histoStatutCode": "A_RECYCLER",
                "histoStatutDatePassage": "2026-01-16 10:31",
                "histoStatutCommentaire": "Mauvais service",
                "histoStatutUtilisateurPrenom": "Anne",
                "histoStatutUtilisateurNom": "Martin",
            },
        ]
        answer = SUCCESS | {
            "idFacture": 8500123,
            "numeroFacture": "FAC-1",
            "statutCourantCode": "A_RECYCLER",
            "historiquesDesStatuts": {"histoStatut": rows, "pagesHistoStatut": 1},
        }
        client, portal = self.portal(canned(answer))
        history = client.consulter_historique("8500123")
        self.assertEqual(portal.paths, ["/cpro/factures/v1/consulter/historique"])
        self.assertEqual(
            portal.payloads,
            [
                {
                    "idFacture": 8500123,
                    "nbResultatsMaximum": 999999,
                    "paramRechercheHistoStatuts": {
                        "pageResultatDemandeeListeHistoStatut": 1,
                        "nbResultatsParPageListeHistoStatut": 200,
                        "triColonneListeHistoStatut": "HistoStatutDatePassage",
                        "triSensListeHistoStatut": "Ascendant",
                    },
                }
            ],
        )
        self.assertEqual((history.portal_id, history.number), ("8500123", "FAC-1"))
        self.assertEqual(history.status, "A_RECYCLER")
        first, second = history.entries
        self.assertEqual((first.ref, first.code), ("1", "DEPOSEE"))
        self.assertEqual(first.at, datetime(2026, 9, 14, 9, 20, tzinfo=timezone.utc))
        self.assertIsNone(first.person)
        self.assertEqual(second.at, datetime(2026, 1, 16, 9, 31, tzinfo=timezone.utc))
        self.assertEqual(second.comment, "Mauvais service")
        self.assertEqual(second.person, "Anne Martin")

    def test_health(self):
        for answer, healthy in (
            ({"statusCodeValue": 200, "statusCode": "OK"}, True),
            ({"status": "UP"}, True),
            ({"statusCodeValue": 503}, False),
        ):
            client, portal = self.portal(canned(answer))
            self.assertIs(client.health_check(), healthy)
            self.assertEqual(portal.calls[0].method, "GET")
            self.assertEqual(portal.paths, ["/cpro/transverses/v1/health-check"])
            self.assertFalse(portal.calls[0].sent)

    def test_the_client_closes_only_its_own_session(self):
        client, _portal = self.portal()
        with client as same:
            self.assertIs(same, client)
        foreign = client._portal._wire.session
        self.assertTrue(foreign.adapters)
        own = Client(SETTINGS)
        closed = []
        for adapter in own._portal._wire.session.adapters.values():
            self.patch(adapter, "close", lambda: closed.append(1))
        with own:
            self.assertFalse(closed)
        self.assertEqual(len(closed), 2)
