"""The client uses no operation and no field that the description does not give.

The table is written from API.md section 2 (mark of the source behind each service);
not all of it has an official file, hence this second judge.
"""

import inspect
import io
from datetime import date, datetime, timezone

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client, Piece
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    SUCCESS,
    ChorusApiCase,
    canned,
)

PAGING = ("nbResultatsParPage", "pageResultatDemandee", "triSens", "triColonne")
BY_SUPPLIER = "rechercheFactureParFournisseur"
HISTORY = {
    "paramRechercheHistoStatuts": "ListeHistoStatut",
    "paramRechercheHistoEvenementsComplementaires": "ListeHistoEvenement",
    "paramRechercheHistoActionsUtilisateurs": "ListeHistoAction",
}
SERVICES = "parametresRechercherServicesStructure"

OPERATIONS = {
    "POST /cpro/factures/v1/deposer/flux": {  # 2.1 [O]
        "idUtilisateurCourant",
        "fichierFlux",
        "nomFichier",
        "syntaxeFlux",
        "avecSignature",
    },
    "POST /cpro/transverses/v1/consulterCRDetaille": {  # 2.2 [T], [L]
        "numeroFluxDepot",
        "syntaxeFlux",
    },
    "POST /cpro/factures/v1/rechercher/fournisseur": {  # 2.4 [O]
        "numeroFacture",
        "numeroFluxDepot",
        "typeFacture",
        "statutCourant",
        "cadreFacturation",
        "modeDepot",
        "idFournisseur",
        "idServiceFournisseur",
        "listeDestinataire",
        "rechercheSirenDestinataire",
        "idStructureValideur",
        "periodeDateDepotDu",
        "periodeDateDepotAu",
        "periodeDateFactureDu",
        "periodeDateFactureAu",
        "periodeDateHeureEtatCourantDu",
        "periodeDateHeureEtatCourantAu",
        "numeroMarche",
        "numeroBonCommande",
        "numeroFactureOrigine",
        "montantTTCMin",
        "montantTTCMax",
        "recupererTaille",
        "rejetTraite",
        BY_SUPPLIER,
        f"{BY_SUPPLIER}.nbResultatsMaximum",
        *(f"{BY_SUPPLIER}.{name}" for name in PAGING),
    },
    "POST /cpro/factures/v1/consulter/historique": {  # 2.6 [O]
        "idFacture",
        "idEspace",
        "nbResultatsMaximum",
        *HISTORY,
        *(f"{block}.{name}{end}" for block, end in HISTORY.items() for name in PAGING),
    },
    "POST /cpro/structures/v1/rechercher": {  # 2.10 [O]
        "structure",
        "structure.identifiantStructure",
        "structure.typeIdentifiantStructure",
        "structure.typeStructure",
        "structure.statutStructure",
        "structure.libelleStructure",
        "structure.raisonSocialeStructure",
        "structure.nomStructure",
        "structure.prenomStructure",
        "structure.adresseCodePostal",
        "structure.adresseVille",
        "structure.adresseCodePays",
        "structure.estMOA",
        "structure.estMOAUniquement",
        "parametres",
        *(f"parametres.{name}" for name in PAGING),
        "restreindreStructuresPrivees",
    },
    "POST /cpro/structures/v1/consulter": {"idStructureCPP", "codeLangue"},  # [O]
    "POST /cpro/structures/v1/rechercher/services": {  # 2.10 [O]
        "idStructure",
        SERVICES,
        *(f"{SERVICES}.{name}" for name in PAGING),
    },
    "POST /cpro/structures/v1/consulter/service": {  # 2.10 [O]
        "idStructure",
        "idService",
        "codeLangue",
    },
    "POST /cpro/transverses/v1/telecharger/annuaire/destinataire": set(),  # 2.11 [T]
    "POST /cpro/engagementsJuridiques/v1/rechercher": {  # 2.11 [T]
        "structureReceptriceEngagementJuridique",
        "numeroEngagementJuridique",
        "etatCourantEngagementJuridique",
    },
    "GET /cpro/transverses/v1/health-check": set(),  # 2.11 [T]
    "POST /cpro/factures/v1/recycler": {  # 2.7 [O]
        "identifiantFactureCPP",
        "destinataire",
        "destinataire.codeDestinataire",
        "destinataire.codeServiceExecutant",
        "reference",
        "reference.numeroBonCommande",
        "reference.numeroMarche",
        "commentaire",
    },
    "POST /cpro/factures/v1/completer": {  # 2.7 [O]
        "identifiantFactureCPP",
        "pieceJointeComplementaire",
        "commentaire",
    },
    "POST /cpro/factures/v1/corriger/valideur/facture": {  # the file [O]
        "idFacture",
        "typeIdentifiantStructure",
        "identifiantStructure",
    },
    "POST /cpro/factures/v1/traiterRejet": {"listeDemandePaiement"},  # 2.7 [O]
    "POST /cpro/factures/v1/telecharger/groupe": {  # 2.7 [O]
        "listeFacture",
        "format",
        "avecPiecesJointesComplementaires",
    },
    "POST /cpro/transverses/v1/ajouter/fichier": {  # 2.9 [T]
        "pieceJointeFichier",
        "pieceJointeNom",
        "pieceJointeTypeMime",
        "pieceJointeExtension",
    },
    "POST /cpro/transverses/v1/recuperer/typespj": {"codeLangue"},  # 2.11 [T]
}
VALUES = {
    "triSens": {"Ascendant", "Descendant"},  # exact, no trailing space [O]
    "syntaxeFlux": {"IN_DP_E2_CII_FACTURX"},
    "typeIdentifiantStructure": {"SIRET"},
    "typeStructure": {"PRIVEE", "PUBLIQUE"},
    "etatCourantEngagementJuridique": {"COMMANDE"},
    "codeLangue": {"fr", "FR", "en", "EN"},
    "format": {"PDF", "PIVOT"},
    "avecPiecesJointesComplementaires": {"OUI", "NON"},
}
PIECE = Piece("3", "05", "Bordereau")

# public method of the client -> one call with every criterion
CALLS = {
    "deposer_flux": lambda client: client.deposer_flux("FAC-1.pdf", b"x"),
    "consulter_cr_detaille": lambda client: client.consulter_cr_detaille("CPP1"),
    "rechercher_fournisseur": lambda client: list(
        client.rechercher_fournisseur(
            supplier_id="1",
            invoice_number="FAC-1",
            flow_number="CPP1",
            deposited_from=date(2026, 9, 1),
            deposited_to=date(2026, 9, 30),
            changed_since=datetime(2026, 9, 1, tzinfo=timezone.utc),
        )
    ),
    "changes": lambda client: list(
        client.changes(supplier_id="1", since=datetime(2026, 9, 1, tzinfo=timezone.utc))
    ),
    "consulter_historique": lambda client: client.consulter_historique("1"),
    "rechercher_structures": lambda client: list(
        client.rechercher_structures(
            siret="1", name="n", postcode="p", town="t", public=True
        )
    ),
    "rechercher_structures_page": lambda client: client.rechercher_structures_page(
        {"siret": "1", "name": "n", "postcode": "p", "town": "t"}, page=2, public=False
    ),
    "consulter_structure": lambda client: client.consulter_structure("1"),
    "rechercher_services": lambda client: list(client.rechercher_services("1")),
    "consulter_service": lambda client: client.consulter_service("1", "2"),
    "telecharger_annuaire_destinataire": lambda client: (
        client.telecharger_annuaire_destinataire(io.BytesIO())
    ),
    "rechercher_engagements": lambda client: client.rechercher_engagements(
        supplier_id="1", number="EJ-1"
    ),
    "health_check": lambda client: client.health_check(),
    "reach_transverses": lambda client: client.reach_transverses(),
    "reach_factures": lambda client: client.reach_factures("1"),
    "reach_engagements": lambda client: client.reach_engagements("1"),
    "recycler": lambda client: client.recycler(
        "1",
        siret="2",
        service="S",
        references={"numeroBonCommande": "E", "numeroMarche": "M"},
        comment="c",
    ),
    "completer": lambda client: client.completer("1", [PIECE], "c"),
    "corriger_valideur": lambda client: client.corriger_valideur("1", "2"),
    "traiter_rejet": lambda client: client.traiter_rejet("1"),
    "telecharger_groupe": lambda client: client.telecharger_groupe("1"),
    "ajouter_fichier": lambda client: client.ajouter_fichier("a.pdf", b"x"),
    "recuperer_types_pj": lambda client: client.recuperer_types_pj(),
}
# What some answers must hold for the client to be content.
HELD = {
    "numeroFluxDepot": "CPP1",
    "pieceJointeId": 3,
    "fichierResultat": "UEs=",
    "listeEngagementJuridique": [],
}


def fields(body, prefix=""):
    """Yield (dotted name, value) of every field of a JSON object."""
    for name, value in body.items():
        yield f"{prefix}{name}", value
        if isinstance(value, dict):
            yield from fields(value, f"{prefix}{name}.")


def foreign(call, body):
    """Return what a request holds beyond the description."""
    known = OPERATIONS.get(call)
    if known is None:
        return [call]
    found = [name for name, _value in fields(body) if name not in known]
    for name, value in fields(body):
        for field, allowed in VALUES.items():
            names = {field, *(f"{field}{end}" for end in HISTORY.values())}
            if name.rpartition(".")[2] in names and value not in allowed:
                found.append(f"{name}={value}")
    return found


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiWhitelist(ChorusApiCase):
    def test_every_method_is_called_here(self):
        methods = {
            name
            for name, value in inspect.getmembers(Client, callable)
            if not name.startswith("_")
        }
        # fetch_token calls PISTE only.
        self.assertEqual(methods - {"close", "fetch_token"}, set(CALLS))

    def test_requests(self):
        used = set()
        for name, make in CALLS.items():
            client, portal = self.portal(canned(SUCCESS | HELD))
            make(client)
            (call,) = portal.calls
            operation = f"{call.method} {call.path_url}"
            body = portal.payloads[0] if call.sent else {}
            used.add(operation)
            with self.subTest(name):
                self.assertEqual(foreign(operation, body), [])
        self.assertEqual(used, set(OPERATIONS))

    def test_the_judge_rejects_what_is_foreign(self):
        search = "POST /cpro/factures/v1/rechercher/fournisseur"
        history = "POST /cpro/factures/v1/consulter/historique"
        wrong_path = "POST /cpro/transverses/v1/consulter/cr"
        wrong_verb = "GET /cpro/factures/v1/deposer/flux"
        sense = f"{BY_SUPPLIER}.triSens"
        for call, body, expected in (
            (wrong_path, {}, [wrong_path]),
            (wrong_verb, {}, [wrong_verb]),
            (search, {"numero": 1}, ["numero"]),
            (search, {BY_SUPPLIER: {"triSense": "Ascendant"}}, [f"{sense}e"]),
            (search, {BY_SUPPLIER: {"triSens": "Ascendant "}}, [f"{sense}=Ascendant "]),
            (history, {"identifiantFactureCPP": 1}, ["identifiantFactureCPP"]),
            (history, {"idFacture": 1}, []),
        ):
            with self.subTest(call=call, body=body):
                self.assertEqual(foreign(call, body), expected)
