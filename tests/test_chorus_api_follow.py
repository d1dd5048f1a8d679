"""Following what was deposited: flow report, search of the supplier, history."""

from datetime import date, datetime, timezone
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    NO_RESULT,
    SUCCESS,
    ChorusApiCase,
    canned,
)

FLOW = "CPP0011117000000000500001"
REPORT = {
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
ROW = {
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
PASSED = [
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
SEARCH = {
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
HISTORY_BLOCKS = {
    f"paramRechercheHisto{block}": {
        f"pageResultatDemandeeListeHisto{end}": 1,
        f"nbResultatsParPageListeHisto{end}": 200,
        f"triColonneListeHisto{end}": column,
        f"triSensListeHisto{end}": "Ascendant",
    }
    for block, end, column in (
        ("Statuts", "Statut", "HistoStatutDatePassage"),
        ("EvenementsComplementaires", "Evenement", "EvenementDateHeure"),
        ("ActionsUtilisateurs", "Action", "HistoActionDateHeure"),
    )
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiFollow(ChorusApiCase):
    def test_flow_report(self):
        client, portal = self.portal(canned(REPORT))
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
        paging = {"pageCourante": 1, "pages": 1, "nbResultatsParPage": 200, "total": 1}
        answer = SUCCESS | {"listeFactures": [ROW], "parametresRetour": paging}
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
            [SEARCH],
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
        for none in (None, "", "abc", "-1", "1" * 20):
            with self.assert_error("incomplete", "unknown"):
                client.rechercher_fournisseur(supplier_id=none)
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
        answer = SUCCESS | {
            "idFacture": 8500123,
            "numeroFacture": "FAC-1",
            "statutCourantCode": "A_RECYCLER",
            "historiquesDesStatuts": {"histoStatut": PASSED, "pagesHistoStatut": 1},
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
                    **HISTORY_BLOCKS,
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

    def test_events_and_actions_of_a_history(self):
        event = {
            "evenementId": 7,
            "evenementLibelle": "Relance envoyee",
            "evenementQui": "Systeme",
            "evenementDateHeure": "2026-09-15 08:00",
        }
        action = {
            "histoActionId": 9,
            "histoActionCode": "TELECHARGEMENT_FACTURE",
            "histoActionDateHeure": "2026-09-15 09:30",
            "histoActionUtilisateurPrenom": "Anne",
            "histoActionUtilisateurNom": None,
        }
        blocks = {
            "historiquesDesStatuts": {"histoStatut": PASSED, "pagesHistoStatut": 1},
            "historiquesDesEvenementsComplementaires": {
                "evenement": event,
                "pagesEvenement": 1,
            },
            "historiquesDesActionsUtilisateurs": {
                "histoAction": [action],
                "pagesHistoAction": 1,
            },
        }
        client, portal = self.portal(canned(SUCCESS | blocks))
        history = client.consulter_historique("8500123")
        self.assertEqual(len(portal.calls), 1)
        (found,) = history.events
        self.assertEqual((found.ref, found.code), ("7", None))
        self.assertEqual((found.comment, found.person), ("Relance envoyee", "Systeme"))
        self.assertEqual(found.at, datetime(2026, 9, 15, 6, 0, tzinfo=timezone.utc))
        (found,) = history.actions
        self.assertEqual((found.ref, found.code), ("9", "TELECHARGEMENT_FACTURE"))
        self.assertEqual((found.comment, found.person), (None, "Anne"))
        self.assertEqual(found.at, datetime(2026, 9, 15, 7, 30, tzinfo=timezone.utc))

    def test_a_second_page_of_actions_costs_one_call(self):
        def answer(page, pages):
            actions = [{"histoActionId": page, "histoActionCode": f"A{page}"}]
            statuses = {"histoStatut": PASSED, "pagesHistoStatut": 1}
            return canned(
                SUCCESS
                | {
                    "historiquesDesStatuts": statuses,
                    "historiquesDesActionsUtilisateurs": {
                        "histoAction": actions,
                        "pagesHistoAction": pages,
                    },
                }
            )

        client, portal = self.portal(answer(1, 2), answer(2, 2))
        history = client.consulter_historique("1")
        self.assertEqual([a.code for a in history.actions], ["A1", "A2"])
        self.assertEqual(len(history.entries), 2)
        self.assertEqual(len(portal.calls), 2)

    def test_a_list_of_actions_that_breaks_off_costs_no_status(self):
        def answer():
            return canned(
                SUCCESS
                | {
                    "historiquesDesStatuts": {
                        "histoStatut": PASSED,
                        "pagesHistoStatut": 1,
                    },
                    "historiquesDesActionsUtilisateurs": {
                        "histoAction": [{"histoActionId": 1}],
                        "pagesHistoAction": 3,
                    },
                }
            )

        client, _portal = self.portal(answer(), answer())
        history = client.consulter_historique("1")
        self.assertEqual((len(history.entries), len(history.actions)), (2, 1))
        client, _portal = self.portal(answer(), canned("", 500))
        with self.assert_error("server_error", "unknown"):
            client.consulter_historique("1")

    def test_errors_wrapped_in_an_object(self):
        """API.md 2.2: an old official example has an object for the list [O]."""
        row = {"numeroDP": "FAC-1", "libelleErreurDP": "Un. |Deux."}
        for value, count in (
            ({"erreurDP": [row, row]}, 2),
            ({"erreurDP": row}, 1),
            (row, 1),
            ({"numeroDP": "FAC-1"}, 1),
            ({"a": [], "b": []}, 1),
        ):
            with self.subTest(value):
                client, _portal = self.portal(
                    canned(SUCCESS | {"listeErreurDP": value})
                )
                report = client.consulter_cr_detaille(FLOW)
                self.assertEqual(len(report.invoice_errors), count)
        self.assertEqual(report.invoice_errors[0].messages, ())

    def test_the_state_under_its_other_name(self):
        """API.md 2.3: consulterCR calls it etatCourantFlux [T]."""
        answer = SUCCESS | {"etatCourantFlux": "IN_INTEGRE"}
        client, _portal = self.portal(canned(answer))
        self.assertEqual(client.consulter_cr_detaille(FLOW).state, "IN_INTEGRE")
