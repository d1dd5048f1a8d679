"""What recipients and suppliers do to an invoice."""

import base64

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.simulator import lifecycle

from .simulator_common import (
    BOTH,
    DEPARTMENT,
    EITHER,
    FOREIGN_SUPPLIER,
    INACTIVE,
    NONE,
    STATE,
    SUPPLIER,
    UNREPORTED,
    SimulatorCase,
    facturx,
)

HANDLE = "factures/v1/traiter/recue"
RECYCLE = "factures/v1/recycler"
COMPLETE = "factures/v1/completer"
IMPOSSIBLE = (20002, "GDP_MSG_11.001")


class LifeCase(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.ident = self.portal.filed(number="L-1")

    def status(self):
        """Return the status in the ledger."""
        return self.portal.ledger()["invoices"][0]["status"]

    def handle(self, status, **more):
        """Call traiter/recue on our invoice."""
        body = {"idFacture": self.ident, "nouveauStatut": status, **more}
        return self.portal.call(HANDLE, **body)

    def force(self, status):
        """Put our invoice into any status."""
        self.portal.act("L-1", status, force=True)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorRecipient(LifeCase):
    def test_main_line(self):
        for status in lifecycle.MAIN_LINE[4:]:
            answer = self.assertAccepted(self.handle(status))
            self.assertEqual(answer["nouveauStatut"], status)
            self.assertEqual(answer["numeroFacture"], "L-1")
            self.assertRegex(answer["dateTraitement"], r"^\d{4}-\d\d-\d\d$")
            self.assertEqual(self.status(), status)
        self.assertRefused(self.handle("SERVICE_FAIT"), *IMPOSSIBLE)

    def test_skips(self):
        self.assertAccepted(self.handle("MISE_EN_PAIEMENT"))

    def test_never_backwards(self):
        self.assertAccepted(self.handle("MANDATEE"))
        for status in ("SERVICE_FAIT", "SUSPENDUE", "REJETEE", "MANDATEE"):
            self.assertRefused(self.handle(status, motif="Non"), *IMPOSSIBLE)

    def test_reason(self):
        for status in ("SUSPENDUE", "REJETEE"):
            self.assertRefused(self.handle(status), 20003)
            self.assertRefused(self.handle(status, motif="  "), 20003)
        self.assertAccepted(self.handle("A_RECYCLER"))

    def test_suspension_and_return(self):
        self.assertAccepted(self.handle("SUSPENDUE", motif="Bordereau"))
        self.assertRefused(self.handle("MANDATEE"), *IMPOSSIBLE)
        self.assertAccepted(self.handle("MISE_A_DISPOSITION"))

    def test_rejection_is_final(self):
        self.assertAccepted(self.handle("REJETEE", motif="Prix faux"))
        for status in lifecycle.RECIPIENT_TARGETS:
            self.assertRefused(self.handle(status, motif="Non"), *IMPOSSIBLE)

    def test_targets(self):
        for status in ("PRISE_EN_COMPTE_DESTINATAIRE", "DEPOSEE", "X", None):
            answer = self.portal.raw(
                HANDLE, {"idFacture": self.ident, "nouveauStatut": status}
            )
            self.assertEqual(answer.status_code, 400)
        self.assertEqual(len(lifecycle.RECIPIENT_TARGETS), 9)

    def test_not_before_it_is_available(self):
        number = self.portal.deposit(facturx(number="L-2"))["numeroFluxDepot"]
        self.portal.advance(21)
        (item,) = self.portal.find(number)
        self.assertEqual(item["statut"], "DEPOSEE")
        body = {"idFacture": item["identifiantFactureCPP"]}
        answer = self.portal.call(HANDLE, **body, nouveauStatut="MANDATEE")
        self.assertRefused(answer, *IMPOSSIBLE)
        answer = self.portal.call(HANDLE, **body, nouveauStatut="MISE_A_DISPOSITION")
        self.assertAccepted(answer)
        self.portal.advance(60)
        (item,) = self.portal.find(number)
        self.assertEqual(item["statut"], "MISE_A_DISPOSITION")

    def test_taken_into_account_outside_the_api(self):
        self.portal.act("L-1", "PRISE_EN_COMPTE_DESTINATAIRE")
        self.assertAccepted(self.handle("SUSPENDUE", motif="Bordereau"))

    def test_unknown_invoice(self):
        answer = self.portal.call(HANDLE, idFacture=1, nouveauStatut="MANDATEE")
        self.assertRefused(answer, 20000, "GDP_MSG_11.008")

    def test_payment_that_is_never_reported(self):
        self.portal.filed(number="L-3", recipient=UNREPORTED)
        self.portal.filed(number="L-4", recipient=DEPARTMENT, service="DGA-LYC")
        for number in ("L-3", "L-4"):
            body = {"invoice": number, "supplier": SUPPLIER}
            answer = self.portal.http.post(
                "/_sim/act", json={**body, "status": "MISE_EN_PAIEMENT"}
            )
            self.assertEqual(answer.status_code, 400)
            self.portal.act(number, "COMPTABILISEE")

    def test_any_status_in_any_order_by_force(self):
        for status in ("MISE_EN_PAIEMENT", "SUSPENDUE", "STATUT_NOUVEAU"):
            self.force(status)
            self.assertEqual(self.status(), status)
        self.assertRefused(self.handle("MANDATEE"), *IMPOSSIBLE)

    def test_calls_are_in_the_ledger(self):
        self.handle("SERVICE_FAIT")
        self.handle("SERVICE_FAIT")
        calls = [call["subject"] for call in self.portal.ledger()["calls"]]
        self.assertEqual(calls[1:], ["L-1 SERVICE_FAIT"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorRecycle(LifeCase):
    def recycle(self, **more):
        """Call recycler on our invoice."""
        return self.portal.call(RECYCLE, identifiantFactureCPP=self.ident, **more)

    def test_new_recipient(self):
        self.handle("A_RECYCLER", motif="Mauvais service")
        answer = self.recycle(
            destinataire={"codeDestinataire": BOTH, "codeServiceExecutant": "COMPTA"},
            reference={"numeroBonCommande": "EJ-99", "numeroMarche": "M-9"},
            commentaire="Service corrige",
        )
        self.assertAccepted(answer)
        self.assertEqual(answer["statutFacture"], "DEPOSEE")
        self.assertEqual(answer["numeroFacture"], "L-1")
        self.assertRegex(answer["dateDepot"], r"^\d{4}-\d\d-\d\d \d\d:\d\d$")
        (line,) = self.portal.ledger()["invoices"]
        self.assertEqual(
            (line["recipient"], line["service"], line["engagement"]),
            (BOTH, "COMPTA", "EJ-99"),
        )
        self.portal.advance(10)
        self.assertEqual(self.status(), "MISE_A_DISPOSITION")

    def test_what_is_not_sent_stays(self):
        terms = {"recipient": EITHER, "service": "TECH", "engagement": "EJ-1"}
        self.ident = self.portal.filed(number="L-5", **terms)
        self.portal.act("L-5", "A_RECYCLER")
        self.assertAccepted(self.recycle())
        line = self.portal.ledger()["invoices"][1]
        self.assertEqual(
            (line["recipient"], line["service"], line["engagement"]),
            (EITHER, "TECH", "EJ-1"),
        )

    def test_only_from_a_recycler(self):
        self.assertRefused(self.recycle(), *IMPOSSIBLE)
        answer = self.portal.call(RECYCLE, identifiantFactureCPP=1)
        self.assertRefused(answer, 20000, "GDP_MSG_11.008")

    def test_bad_routing(self):
        self.handle("A_RECYCLER")
        for wanted, code in (
            ({"codeDestinataire": "00000000000000"}, 20004),
            ({"codeDestinataire": SUPPLIER}, 20004),
            ({"codeDestinataire": INACTIVE}, 20005),
            ({"codeDestinataire": BOTH}, 20006),
            ({"codeDestinataire": NONE, "codeServiceExecutant": "X"}, 20006),
            ({"codeDestinataire": EITHER}, 20007),
            (
                {"codeDestinataire": STATE, "codeServiceExecutant": "SFACETAT"},
                20007,
            ),
        ):
            self.assertRefused(self.recycle(destinataire=wanted), code)
        self.assertEqual(self.status(), "A_RECYCLER")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorComplete(LifeCase):
    def complete(self, *pieces, **more):
        """Call completer on our invoice."""
        body = {"identifiantFactureCPP": self.ident, **more}
        return self.portal.call(COMPLETE, pieceJointeComplementaire=pieces, **body)

    def piece(self, **more):
        """Upload a file and return its entry for completer."""
        answer = self.portal.call(
            "transverses/v1/ajouter/fichier",
            pieceJointeNom="bordereau.pdf",
            pieceJointeExtension="PDF",
            pieceJointeTypeMime="application/pdf",
            pieceJointeFichier=base64.b64encode(b"%PDF-1.4").decode(),
        )
        ident = self.assertAccepted(answer)["pieceJointeId"]
        return {
            "pieceJointeComplementaireDesignation": "Bordereau",
            "pieceJointeComplementaireType": "03",
            "pieceJointeComplementaireId": ident,
            **more,
        }

    def test_completed(self):
        self.handle("SUSPENDUE", motif="Bordereau")
        answer = self.complete(self.piece(), commentaire="Voici")
        self.assertAccepted(answer)
        self.assertRegex(answer["dateTraitement"], r"^\d{4}-\d\d-\d\d$")
        (line,) = self.portal.ledger()["invoices"]
        self.assertEqual((line["status"], line["comment"]), ("COMPLETEE", "Voici"))
        facture = self.portal.call(
            "factures/v1/consulter/fournisseur", identifiantFactureCPP=self.ident
        )["facture"]
        (piece,) = facture["listeDesPiecesJointes"]["pieceJointe"]
        self.assertEqual(piece["pieceJointeDesignation"], "Bordereau")
        self.assertEqual(piece["pieceJointeExtension"], "PDF")
        self.assertAccepted(self.handle("MISE_EN_PAIEMENT"))

    def test_completed_without_a_file(self):
        self.handle("SUSPENDUE", motif="Bordereau")
        self.assertAccepted(self.complete(commentaire="Deja envoye"))
        self.assertAccepted(self.handle("SUSPENDUE", motif="Encore"))

    def test_known_refusals(self):
        self.assertRefused(self.complete(), 20002, "GDP_MSG_11.033")
        answer = self.portal.call(COMPLETE, identifiantFactureCPP=1)
        self.assertRefused(answer, 20000, "GDP_MSG_11.008")
        self.portal.send(facturx(supplier=FOREIGN_SUPPLIER))
        foreign = self.portal.ledger()["invoices"][1]["id"]
        answer = self.portal.call(COMPLETE, identifiantFactureCPP=foreign)
        self.assertRefused(answer, 20001, "GDP_MSG_11.005")

    def test_bad_pieces(self):
        self.handle("SUSPENDUE", motif="Bordereau")
        long_name = {"pieceJointeComplementaireDesignation": "x" * 101}
        long_type = {"pieceJointeComplementaireType": "x" * 31}
        for pieces, more, code in (
            ([{"pieceJointeComplementaireId": 1}], {}, 20003),
            ([self.piece(**long_name)], {}, 20400),
            ([self.piece(**long_type)], {}, 20400),
            ([], {"commentaire": "x" * 2001}, 20400),
        ):
            self.assertRefused(self.complete(*pieces, **more), code)
        self.assertEqual(self.status(), "SUSPENDUE")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorOtherActs(LifeCase):
    def test_handled_rejection(self):
        body = {"listeDemandePaiement": [{"idDemandePaiement": self.ident}]}
        path = "factures/v1/traiterRejet"
        self.assertRefused(self.portal.call(path, **body), *IMPOSSIBLE)
        self.handle("REJETEE", motif="Prix faux")
        answer = self.assertAccepted(self.portal.call(path, **body))
        self.assertEqual(set(answer), {"codeRetour", "libelle"})
        (line,) = self.portal.ledger()["invoices"]
        self.assertTrue(line["rejection_handled"])
        history = self.portal.call(
            "factures/v1/consulter/historique", idFacture=self.ident
        )
        self.assertEqual(
            history["derniereAction"]["derniereActionCode"], "TRAITEMENT_REJET"
        )
        self.assertEqual(self.portal.raw(path, {}).status_code, 400)

    def test_new_validator(self):
        path = "factures/v1/corriger/valideur/facture"
        own = self.portal.structure("33254021516357")
        body = {"idFacture": self.ident, "idStructure": own}
        self.assertRefused(self.portal.call(path, **body), *IMPOSSIBLE)
        for ident in (
            {"idFacture": self.ident, "idStructure": own},
            {"identifiantFactureCPP": self.ident, "identifiantStructure": SUPPLIER},
        ):
            self.force("ERREUR_FOURNISSEUR_SUR_VALIDEUR")
            answer = self.assertAccepted(self.portal.call(path, **ident))
            self.assertEqual(answer["idFacture"], self.ident)
            self.assertEqual(self.status(), "A_VALIDER_1")
        self.force("ERREUR_FOURNISSEUR_SUR_VALIDEUR")
        answer = self.portal.call(path, idFacture=self.ident, idStructure=1)
        self.assertRefused(answer, 20003)
        found = self.portal.call(
            "factures/v1/rechercher/fournisseur",
            idStructureValideur=self.portal.structure(SUPPLIER),
        )
        self.assertEqual(len(found["listeFactures"]), 1)
