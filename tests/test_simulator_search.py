"""Both searches, the history and the reading of one invoice."""

from odoo.tests import tagged

from .simulator_common import (
    BOTH,
    EITHER,
    FOREIGN_SUPPLIER,
    HOSPITAL,
    NONE,
    SUPPLIER,
    UNREPORTED,
    SimulatorCase,
    archive,
    facturx,
)

SEARCH = "factures/v1/rechercher/fournisseur"
TO_TREAT = "factures/v1/rechercher/atraiter/fournisseur"
BLOCK = "rechercheFactureParFournisseur"


class SearchCase(SimulatorCase):
    def numbers(self, **criteria):
        """Return the numbers found, in order; [] for 20000."""
        answer = self.portal.call(SEARCH, **criteria)
        if answer["codeRetour"] == 20000:
            return []
        return [item["numeroFacture"] for item in answer["listeFactures"]]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorSearch(SearchCase):
    def setUp(self):
        super().setUp()
        first = {
            "a.pdf": facturx(number="S-1", contract="M-1", date="20260901"),
            "b.pdf": facturx(
                number="S-2",
                type="381",
                previous=["S-1"],
                untaxed="10.00",
                total="12.00",
                framework="A9",
            ),
        }
        self.flow = self.portal.send(archive(first), name="a.tar.gz")["number"]
        self.portal.advance(86400)
        self.portal.filed(
            number="S-3",
            recipient=BOTH,
            service="COMPTA",
            engagement="EJ-3",
            type="386",
            date="20261001",
        )
        self.portal.filed(
            number="S-4", supplier="33254021516357", recipient=EITHER, service="TECH"
        )

    def test_by_what_was_sent(self):
        for criteria, expected in (
            ({"numeroFacture": "S-1"}, ["S-1"]),
            ({"numeroFacture": "s-1"}, []),
            ({"numeroFacture": ""}, ["S-4", "S-3", "S-2", "S-1"]),
            ({"numeroFluxDepot": self.flow}, ["S-2", "S-1"]),
            ({"typeFacture": "AVOIR"}, ["S-2"]),
            ({"typeFacture": "ACOMPTE"}, ["S-3"]),
            ({"modeDepot": "UPLOAD_API"}, ["S-4", "S-3", "S-2", "S-1"]),
            ({"modeDepot": "SAISIE_PORTAIL"}, []),
            ({"numeroMarche": "M-1"}, ["S-1"]),
            ({"numeroBonCommande": "EJ-3"}, ["S-3"]),
            ({"numeroFactureOrigine": "S-1"}, ["S-2"]),
            ({"cadreFacturation": "A9_FACTURE_SOUSTRAITANT"}, ["S-2"]),
            ({"unknownCriterion": 1}, ["S-4", "S-3", "S-2", "S-1"]),
        ):
            self.assertEqual(self.numbers(**criteria), expected, criteria)

    def test_by_amount(self):
        self.assertEqual(self.numbers(montantTTCMax=12), ["S-2"])
        self.assertEqual(self.numbers(montantHTMin=11, montantApayerMax=119), [])
        self.assertEqual(self.numbers(montantTTCMin="120"), ["S-4", "S-3", "S-1"])

    def test_by_supplier(self):
        own = self.portal.structure(SUPPLIER)
        self.assertEqual(self.numbers(idFournisseur=own), ["S-3", "S-2", "S-1"])
        self.assertEqual(self.numbers(idFournisseur=str(own), numeroFacture="S-4"), [])

    def test_by_recipient(self):
        both, none = self.portal.structure(BOTH), self.portal.structure(NONE)
        services = self.portal.call(
            "structures/v1/rechercher/services", idStructure=both
        )["listeServices"]
        ident = services[0]["idService"]
        one = {"idDestinataire": both, "listeIdServiceExecutant": [ident]}
        for recipients, expected in (
            ([{"idDestinataire": both}], ["S-3"]),
            (
                [{"idDestinataire": both}, {"idDestinataire": none}],
                ["S-3", "S-2", "S-1"],
            ),
            ([one], ["S-3"]),
            ([{**one, "listeIdServiceExecutant": [1]}], []),
        ):
            self.assertEqual(self.numbers(listeDestinataire=recipients), expected)
        same_siren = {"listeDestinataire": [{"idDestinataire": both}]}
        self.assertEqual(
            self.numbers(**same_siren, rechercheSirenDestinataire=True),
            ["S-3", "S-2", "S-1"],
        )
        unknown = {"listeDestinataire": [{"idDestinataire": 1}]}
        self.assertEqual(self.numbers(**unknown, rechercheSirenDestinataire=True), [])

    def test_by_day(self):
        now = self.portal.ledger()["now"]
        today = now[:10]
        self.assertEqual(self.numbers(periodeDateDepotDu=today), ["S-4", "S-3"])
        self.assertEqual(
            self.numbers(periodeDateDepotAu=today), ["S-4", "S-3", "S-2", "S-1"]
        )
        self.assertEqual(self.numbers(periodeDateFactureDu="2026-10-01"), ["S-3"])
        self.assertEqual(
            self.numbers(periodeDateFactureAu="2026-09-01T00:00:00Z"), ["S-1"]
        )

    def test_by_moment_of_the_status(self):
        now = self.portal.ledger()["now"]
        self.portal.advance(3600)
        self.portal.act("S-1", "SUSPENDUE", "Piece manquante")
        since = {"periodeDateHeureEtatCourantDu": now}
        self.assertEqual(self.numbers(**since), ["S-1"])
        self.assertEqual(self.numbers(periodeDateHeureEtatCourantDu=now[:19]), ["S-1"])
        self.assertEqual(
            self.numbers(periodeDateHeureEtatCourantAu=now), ["S-4", "S-3", "S-2"]
        )

    def test_bad_date(self):
        answer = self.portal.raw(SEARCH, {"periodeDateDepotDu": "14/09/2026"})
        self.assertEqual(answer.status_code, 400)
        self.assertRefused(answer.get_json(), 20400)

    def test_by_status(self):
        self.portal.act("S-1", "SUSPENDUE", "Piece manquante")
        self.assertEqual(self.numbers(statutCourant=["SUSPENDUE"]), ["S-1"])
        self.assertEqual(self.numbers(statutCourant="SUSPENDUE"), ["S-1"])
        self.assertEqual(
            self.numbers(statutCourant=["SUSPENDUE", "MISE_A_DISPOSITION"]),
            ["S-4", "S-3", "S-2", "S-1"],
        )
        self.assertEqual(self.numbers(rejetTraite=True), [])

    def test_order(self):
        def ordered(column, sense):
            block = {BLOCK: {"triColonne": column, "triSens": sense}}
            return self.numbers(**block)

        expected = ["S-1", "S-2", "S-3", "S-4"]
        self.assertEqual(ordered("NumeroFacture", "Ascendant "), expected)
        self.assertEqual(ordered("NumeroFacture", "Descendant"), expected[::-1])
        self.assertEqual(ordered("NoSuchColumn", "ascendant"), expected)
        self.assertEqual(ordered("MontantTTC", "Ascendant")[0], "S-2")

    def test_item(self):
        answer = self.portal.call(SEARCH, numeroFacture="S-3")
        (item,) = answer["listeFactures"]
        self.assertEqual(item["statut"], "MISE_A_DISPOSITION")
        self.assertEqual(item["codeServiceExecutant"], "COMPTA")
        self.assertEqual(item["montantTTC"], 120.0)
        self.assertEqual(item["dateFacture"], "2026-10-01")
        self.assertRegex(item["dateDepot"], r"^\d{4}-\d\d-\d\d$")
        self.assertIsNone(item["taille"])
        with_size = self.portal.call(SEARCH, numeroFacture="S-3", recupererTaille=True)
        self.assertGreater(with_size["listeFactures"][0]["taille"], 1000)

    def test_foreign_supplier_is_not_shown(self):
        self.portal.send(facturx(number="S-9", supplier=FOREIGN_SUPPLIER))
        self.assertEqual(self.numbers(numeroFacture="S-9"), [])
        self.assertEqual(len(self.portal.ledger()["invoices"]), 5)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorPages(SearchCase):
    def setUp(self):
        super().setUp()
        for number in range(25):
            self.portal.control(
                "invoices",
                {"number": f"P-{number}", "supplier": SUPPLIER, "recipient": NONE},
            )

    def test_default_page(self):
        answer = self.portal.call(SEARCH)
        self.assertEqual(len(answer["listeFactures"]), 10)
        self.assertEqual(
            answer["parametresRetour"],
            {"pageCourante": 1, "pages": 3, "nbResultatsParPage": 10, "total": 25},
        )

    def test_every_page(self):
        found = []
        for page in (1, 2, 3, 4):
            block = {"pageResultatDemandee": page, "nbResultatsParPage": "10"}
            found += self.numbers(**{BLOCK: block})
        self.assertEqual(found, [f"P-{number}" for number in range(24, -1, -1)])

    def test_a_portal_that_gives_only_so_many(self):
        """Whether more than the default is given when more is asked is [U]."""
        asked = {BLOCK: {"nbResultatsMaximum": 1000}}
        whole = self.portal.call(SEARCH, **asked)["parametresRetour"]["total"]
        self.assertGreater(whole, 2)
        self.portal.control("settings", {"results": 2})
        answer = self.portal.call(SEARCH, **asked)
        self.assertEqual(answer["parametresRetour"]["total"], 2)
        self.portal.control("settings", {"results": None})
        answer = self.portal.call(SEARCH, **asked)
        self.assertEqual(answer["parametresRetour"]["total"], whole)

    def test_most_results(self):
        answer = self.portal.call(SEARCH, **{BLOCK: {"nbResultatsMaximum": 12}})
        self.assertEqual(answer["parametresRetour"]["total"], 12)
        for number in range(25, 205):
            self.portal.control(
                "invoices",
                {"number": f"P-{number}", "supplier": SUPPLIER, "recipient": NONE},
            )
        answer = self.portal.call(SEARCH, **{BLOCK: {"nbResultatsParPage": 500}})
        self.assertEqual(answer["parametresRetour"]["total"], 200)
        block = {"nbResultatsParPage": 500, "nbResultatsMaximum": 1000}
        self.assertEqual(len(self.numbers(**{BLOCK: block})), 205)

    def test_odd_pages(self):
        block = {"pageResultatDemandee": 0, "nbResultatsParPage": 0}
        self.assertEqual(len(self.numbers(**{BLOCK: block})), 1)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorToTreat(SimulatorCase):
    def setUp(self):
        super().setUp()
        for number, status in (
            ("W-1", "SUSPENDUE"),
            ("W-2", "A_RECYCLER"),
            ("W-3", "REJETEE"),
            ("W-4", "SERVICE_FAIT"),
        ):
            self.portal.filed(number=number)
            self.portal.act(number, status, "Parce que")

    def numbers(self, **criteria):
        answer = self.portal.call(TO_TREAT, **criteria)
        if answer["codeRetour"]:
            return answer["codeRetour"]
        return [item["numeroFacture"] for item in answer["listeFactures"]]

    def test_what_waits_for_the_supplier(self):
        self.assertEqual(self.numbers(), ["W-3", "W-2", "W-1"])
        self.assertEqual(self.numbers(masquerRejetee=True), ["W-2", "W-1"])
        own = self.portal.structure(SUPPLIER)
        self.assertEqual(self.numbers(idStructure=own), ["W-3", "W-2", "W-1"])
        self.assertEqual(self.numbers(idStructure=1), 20000)

    def test_handled_rejection_leaves_the_list(self):
        (line,) = self.portal.call(
            "factures/v1/rechercher/fournisseur", numeroFacture="W-3"
        )["listeFactures"]
        ident = line["identifiantFactureCPP"]
        self.portal.call(
            "factures/v1/traiterRejet",
            listeDemandePaiement=[{"idDemandePaiement": ident}],
        )
        self.assertEqual(self.numbers(), ["W-2", "W-1"])

    def test_size_on_demand(self):
        item = self.portal.call(TO_TREAT, recupererTaille=True)["listeFactures"][0]
        self.assertGreater(item["taille"], 0)
        self.assertNotIn("dateHeureEtatCourant", item)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorReading(SimulatorCase):
    def test_history(self):
        ident = self.portal.filed(number="H-1")
        self.portal.advance(60)
        self.portal.act("H-1", "SUSPENDUE", "Bordereau absent")
        answer = self.portal.call("factures/v1/consulter/historique", idFacture=ident)
        self.assertEqual(answer["statutCourantCode"], "SUSPENDUE")
        lines = answer["historiquesDesStatuts"]["histoStatut"]
        self.assertEqual(
            [line["histoStatutCode"] for line in lines],
            ["SUSPENDUE", "MISE_A_DISPOSITION", "DEPOSEE"],
        )
        self.assertEqual(lines[0]["histoStatutCommentaire"], "Bordereau absent")
        self.assertEqual(lines[0]["histoStatutUtilisateurNom"], "EXEMPLE")
        self.assertIsNone(lines[2]["histoStatutUtilisateurNom"])
        for line in lines:
            self.assertRegex(
                line["histoStatutDatePassage"], r"^\d{4}-\d\d-\d\d \d\d:\d\d$"
            )
        self.assertNotIn("derniereAction", answer)

    def test_history_pages(self):
        ident = self.portal.filed(number="H-2")
        for _turn in range(6):
            self.portal.act("H-2", "SUSPENDUE", "Encore")
            self.portal.act("H-2", "MISE_A_DISPOSITION")
        seen = []
        for page in (1, 2):
            block = {"pageResultatDemandeeListeHistoStatut": page}
            answer = self.portal.call(
                "factures/v1/consulter/historique",
                idFacture=ident,
                paramRechercheHistoStatuts=block,
            )["historiquesDesStatuts"]
            seen += [line["histoStatutId"] for line in answer["histoStatut"]]
        self.assertEqual(answer["totalHistoStatut"], 14)
        self.assertEqual(answer["pagesHistoStatut"], 2)
        self.assertEqual(answer["pageCouranteHistoStatut"], 2)
        self.assertEqual(seen, sorted(set(seen), reverse=True))
        self.assertEqual(len(seen), 14)

    def test_actions_of_users(self):
        ident = self.portal.filed()
        body = {"listeFacture": [{"idFacture": ident}], "format": "PDF"}
        self.portal.call("factures/v1/telecharger/groupe", **body)
        answer = self.portal.call("factures/v1/consulter/historique", idFacture=ident)
        (line,) = answer["historiquesDesActionsUtilisateurs"]["histoAction"]
        self.assertEqual(line["histoActionCode"], "TELECHARGEMENT_FACTURE")
        self.assertEqual(
            answer["derniereAction"]["derniereActionId"], line["histoActionId"]
        )

    def test_invoice(self):
        ident = self.portal.filed(
            recipient=HOSPITAL,
            service="CPT-02",
            engagement="EJ",
            contract="M-1",
            previous=["OLD-1"],
            lines=12,
        )
        answer = self.portal.call(
            "factures/v1/consulter/fournisseur",
            identifiantFactureCPP=str(ident),
            getpLignesPoste={"nbResultatsParPageLignesPoste": 5},
        )
        facture = answer["facture"]
        self.assertEqual(facture["destinataire"]["codeServiceExecutant"], "CPT-02")
        self.assertTrue(facture["destinataire"]["miseEnPaiementDestinataire"])
        self.assertEqual(
            facture["cadreDeFacturation"],
            {"codeCadreFacturation": "A1_FACTURE_FOURNISSEUR"},
        )
        self.assertEqual(facture["references"]["numeroFactureOrigine"], "OLD-1")
        self.assertEqual(facture["references"]["modePaiement"], "VIREMENT")
        self.assertEqual(facture["montantTotal"]["montantTVA"], 20.0)
        lines = facture["lignesDePoste"]
        self.assertEqual(len(lines["lignePoste"]), 5)
        self.assertEqual(lines["pagesLignesPoste"], 3)
        self.assertEqual(
            facture["recapitulatifDeTva"]["ligneTva"][0]["ligneTvaTauxManuel"], 20.0
        )

    def test_invoice_of_the_plainest_kind(self):
        self.portal.control(
            "invoices", {"number": "T", "supplier": SUPPLIER, "recipient": UNREPORTED}
        )
        answer = self.portal.call("factures/v1/rechercher/fournisseur")
        ident = answer["listeFactures"][0]["identifiantFactureCPP"]
        answer = self.portal.call(
            "factures/v1/consulter/fournisseur",
            identifiantFactureCPP=ident,
            pLignesPoste={"pageResultatDemandeeLignesPoste": 1},
        )
        facture = answer["facture"]
        self.assertNotIn("idServiceExecutant", facture["destinataire"])
        self.assertFalse(facture["destinataire"]["miseEnPaiementDestinataire"])
        self.assertNotIn("modePaiement", facture["references"])
        self.assertEqual(facture["montantTotal"]["montantTVA"], 0.0)
        self.assertEqual(facture["lignesDePoste"]["lignePoste"], [])

    def test_unknown_and_foreign_invoices(self):
        self.portal.send(facturx(supplier=FOREIGN_SUPPLIER))
        foreign = self.portal.ledger()["invoices"][0]["id"]
        for ident, code, label in (
            (1, 20000, "GDP_MSG_11.008"),
            (None, 20000, "GDP_MSG_11.008"),
            (foreign, 20001, "GDP_MSG_11.005"),
        ):
            answer = self.portal.call(
                "factures/v1/consulter/historique", idFacture=ident
            )
            self.assertRefused(answer, code, label)
            answer = self.portal.call(
                "factures/v1/consulter/fournisseur", identifiantFactureCPP=ident
            )
            self.assertRefused(answer, code, label)
