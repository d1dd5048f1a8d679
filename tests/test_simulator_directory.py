"""Structures, services, commitments, and the part of the control API on them."""

import base64
import io
import zipfile

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.simulator import crowd, seeds
from odoo.addons.l10n_fr_chorus_pro.simulator.directory import identifier_type

from .simulator_common import (
    BOTH,
    DEPARTMENT,
    EITHER,
    FOREIGN_SUPPLIER,
    HOSPITAL,
    INACTIVE,
    INTERCOMMUNAL,
    NONE,
    STATE,
    SUPPLIER,
    UNIVERSITY,
    UNREPORTED,
    SimulatorCase,
    facturx,
)

SEARCH = "structures/v1/rechercher"
NEW = "88888888800011"


class DirectoryCase(SimulatorCase):
    def sirets(self, parametres=None, **wanted):
        """Return the SIRETs found; [] for 20000."""
        answer = self.portal.call(SEARCH, structure=wanted, parametres=parametres)
        if answer["codeRetour"] == 20000:
            return []
        return [item["identifiantStructure"] for item in answer["listeStructures"]]

    def parameters(self, siret):
        """Return the parameters of a structure."""
        ident = self.portal.structure(siret)
        answer = self.portal.call("structures/v1/consulter", idStructureCPP=ident)
        return answer["parametres"]

    def services(self, siret, **paging):
        """Return {code: item} of a structure's services."""
        answer = self.portal.call(
            "structures/v1/rechercher/services",
            idStructure=self.portal.structure(siret),
            parametresRechercherServicesStructure=paging,
        )
        return {item["codeService"]: item for item in answer["listeServices"]}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorStructures(DirectoryCase):
    def test_by_siret(self):
        answer = self.portal.call(SEARCH, structure={"identifiantStructure": BOTH})
        (item,) = answer["listeStructures"]
        self.assertEqual(item["designationStructure"], "DESTINATAIRE EJ ET SERVICE")
        self.assertEqual(item["typeIdentifiantStructure"], "SIRET")
        self.assertEqual(item["statut"], "ACTIVE")
        self.assertEqual(answer["parametresRetour"]["total"], 1)

    def test_by_siren_name_and_place(self):
        self.assertEqual(len(self.sirets(identifiantStructure="123456782")), 4)
        self.assertEqual(self.sirets(libelleStructure="fontclair"), [EITHER])
        self.assertEqual(self.sirets(raisonSocialeStructure="aurelin"), [HOSPITAL])
        self.assertEqual(self.sirets(adresseCodePostal="971"), ["21997106600010"])
        self.assertEqual(self.sirets(adresseVille="Ambreville"), [INTERCOMMUNAL])
        self.assertEqual(self.sirets(libelleStructure="nothing like it"), [])
        self.assertEqual(self.sirets(identifiantStructure=NEW), [])

    def test_by_kind_and_state(self):
        self.assertEqual(
            self.sirets(typeStructure="PRIVEE"), ["33254021516357", SUPPLIER]
        )
        self.assertEqual(self.sirets(statutStructure="INACTIF"), [INACTIVE])
        active = self.sirets({"nbResultatsParPage": 999}, statutStructure="ACTIF")
        self.assertNotIn(INACTIVE, active)

    def test_pages_and_order(self):
        everything = self.sirets({"nbResultatsParPage": 999})
        self.assertEqual(everything, sorted(everything))
        self.assertGreaterEqual(len(everything), 200)
        self.assertEqual(self.sirets(), everything[:10])
        second = self.sirets({"nbResultatsParPage": 10, "pageResultatDemandee": 2})
        self.assertEqual(second, everything[10:20])
        block = {"triColonne": "IdentifiantStructure", "triSens": "Descendant"}
        self.assertEqual(
            self.sirets({**block, "nbResultatsParPage": 50})[0], everything[-1]
        )

    def test_public_parameters(self):
        keys = (
            "codeServiceDoitEtreRenseigne",
            "numeroEJDoitEtreRenseigne",
            "gestionNumeroEJOuCodeService",
        )
        for siret, expected in (
            (NONE, (False, False, False)),
            ("12345678200036", (False, True, False)),
            ("12345678200028", (True, False, False)),
            (BOTH, (True, True, False)),
            (EITHER, (False, False, True)),
            (STATE, (True, False, False)),
        ):
            parameters = self.parameters(siret)
            self.assertEqual(tuple(parameters[key] for key in keys), expected)
        self.assertTrue(
            self.parameters(UNREPORTED)["statutMiseEnPaiementNestPasRemonte"]
        )
        self.assertTrue(self.parameters(HOSPITAL)["connexionEDI"])

    def test_private_structure_shows_the_password_date(self):
        ident = self.portal.structure(SUPPLIER)
        answer = self.portal.call("structures/v1/consulter", idStructureCPP=str(ident))
        general = answer["informationGenerales"]
        self.assertEqual(general["structurePriveePublique"], "PRIVEE")
        self.assertRegex(
            general["dateExpirationMotPasseCompteTech"],
            r"^\d{4}-\d\d-\d\dT.*\+0[12]:00$",
        )
        ident = self.portal.structure(BOTH)
        answer = self.portal.call("structures/v1/consulter", idStructureCPP=ident)
        self.assertNotIn(
            "dateExpirationMotPasseCompteTech", answer["informationGenerales"]
        )
        self.assertEqual(answer["adressePostaleDuSiege"]["codePostal"], "75001")

    def test_unknown_and_foreign(self):
        self.assertEqual(self.sirets(identifiantStructure=FOREIGN_SUPPLIER), [])
        rows = self.portal.control("structures", method="GET")["structures"]
        foreign = next(row["id"] for row in rows if row["siret"] == FOREIGN_SUPPLIER)
        for ident in (1, foreign):
            for path, key in (
                ("consulter", "idStructureCPP"),
                ("rechercher/services", "idStructure"),
                ("consulter/service", "idStructure"),
            ):
                answer = self.portal.call(f"structures/v1/{path}", **{key: ident})
                self.assertRefused(answer, 20000, "TRA_MSG_00.015")

    def test_entity_that_closes(self):
        self.portal.advance(91 * 86400)
        self.portal.control("accounts", {"login": "a", "password": "b", "active_in": 0})
        answer = self.portal.call(
            SEARCH, structure={"identifiantStructure": UNIVERSITY}
        )
        self.assertEqual(answer["listeStructures"][0]["statut"], "INACTIVE")

    def test_seeds_have_right_check_digits(self):
        for entity, _services in seeds.ENTITIES:
            if entity["siret"].startswith(("123456782", "110002011")):
                continue
            self.assertEqual(_luhn(entity["siret"]), 0, entity)
        self.assertEqual(_luhn(seeds.DEMO_SUPPLIER), 0)


def _luhn(digits):
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + rank % 2)
        total += value - 9 if value > 9 else value
    return total % 10


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorServices(DirectoryCase):
    def test_every_service_open_or_not(self):
        services = self.services(HOSPITAL)
        self.assertEqual(set(services), {"CPT-02", "PHARMA", "CPT-09"})
        self.assertTrue(services["CPT-02"]["estActif"])
        self.assertFalse(services["CPT-09"]["estActif"])
        self.assertEqual(services["CPT-02"]["dateDbtService"], "2017-01-02 00:00")
        self.assertEqual(services["CPT-02"]["dateFinService"], "2050-12-31 00:00")
        services = self.services(INTERCOMMUNAL)
        self.assertFalse(services["FUTUR"]["estActif"])

    def test_pages(self):
        self.assertEqual(len(self.services(HOSPITAL, nbResultatsParPage=2)), 2)
        second = {"nbResultatsParPage": 2, "pageResultatDemandee": 2}
        self.assertEqual(len(self.services(HOSPITAL, **second)), 1)

    def test_no_service(self):
        answer = self.portal.call(
            "structures/v1/rechercher/services",
            idStructure=self.portal.structure(NONE),
        )
        self.assertRefused(answer, 20000, "TRA_MSG_00.015")

    def test_one_service(self):
        ident = self.portal.structure(DEPARTMENT)
        for code, engagement, payment in (
            ("DGA-ROUTES", True, True),
            ("DGA-LYC", False, False),
        ):
            service = self.services(DEPARTMENT)[code]["idService"]
            answer = self.portal.call(
                "structures/v1/consulter/service", idStructure=ident, idService=service
            )
            self.assertEqual(answer["informationsGenerales"]["codeService"], code)
            self.assertEqual(answer["parametres"]["numeroEngagement"], engagement)
            self.assertEqual(answer["parametres"]["miseEnPaiement"], payment)
        answer = self.portal.call(
            "structures/v1/consulter/service", idStructure=ident, idService=1
        )
        self.assertRefused(answer, 20000)

    def test_commitments(self):
        path = "engagementsJuridiques/v1/rechercher"
        own = str(self.portal.structure(SUPPLIER))

        def found(number, supplier=own):
            answer = self.portal.call(
                path,
                structureReceptriceEngagementJuridique=supplier,
                numeroEngagementJuridique=number,
                etatCourantEngagementJuridique="COMMANDE",
            )
            return len(self.assertAccepted(answer)["listeEngagementJuridique"])

        self.assertEqual(found("1500000001"), 1)
        self.assertEqual(found("nothing"), 0)
        private = {"siret": STATE, "number": "EJ-X", "supplier": SUPPLIER}
        self.portal.control("engagements", private)
        self.assertEqual(found("EJ-X"), 1)
        self.assertEqual(found("EJ-X", supplier="1"), 0)

    def test_directory_file(self):
        answer = self.portal.call("transverses/v1/telecharger/annuaire/destinataire")
        data = base64.b64decode(self.assertAccepted(answer)["fichierResultat"])
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entities, services = (
                archive.read(name).decode().splitlines()
                for name in ("structures.csv", "services.csv")
            )
        self.assertTrue(any(line.startswith(f"1;{HOSPITAL};") for line in entities))
        self.assertTrue(any(line.startswith(f"{HOSPITAL};") for line in services))
        self.assertFalse(any(SUPPLIER in line for line in entities + services))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorStructureControl(DirectoryCase):
    def test_new_supplier(self):
        self.portal.control("structures", {"siret": NEW, "public": False})
        self.assertEqual(self.sirets(identifiantStructure=NEW), [NEW])
        self.portal.filed(supplier=NEW)

    def test_new_entity_with_services(self):
        self.portal.control(
            "structures",
            {
                "siret": NEW,
                "name": "NOUVELLE",
                "requirement": "both",
                "services": [
                    {"code": "A", "engagement_required": True},
                    {"code": "B", "active": False, "starts": "2020-01-01"},
                ],
            },
        )
        parameters = self.parameters(NEW)
        self.assertTrue(parameters["codeServiceDoitEtreRenseigne"])
        services = self.services(NEW)
        self.assertTrue(services["A"]["estActif"])
        self.assertFalse(services["B"]["estActif"])
        self.portal.filed(recipient=NEW, service="A", engagement="EJ")
        service = {"code": "A", "ends": "2020-12-31"}
        self.portal.control("structures", {"siret": NEW, "services": [service]})
        self.assertFalse(self.services(NEW)["A"]["estActif"])
        self.assertEqual(self.services(NEW)["A"]["dateFinService"], "2020-12-31 23:59")

    def test_reopened_entity(self):
        self.portal.advance(91 * 86400)
        self.portal.control("structures", {"siret": UNIVERSITY, "active": True})
        self.portal.filed(recipient=UNIVERSITY, service="UFR-SCI")

    def test_wrong_requests(self):
        for path, body in (
            ("structures", {"siret": NEW, "colour": "red"}),
            ("structures", {"siret": NEW, "requirement": "all"}),
            ("structures", {}),
            ("engagements", {"siret": NEW, "number": "1"}),
            ("invoices", {"number": "1"}),
        ):
            answer = self.portal.http.post(f"/_sim/{path}", json=body)
            self.assertEqual(answer.status_code, 400)
            self.assertIn("error", answer.get_json())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorAutoSuppliers(DirectoryCase):
    options = {"auto_suppliers": True}

    def test_unknown_siret_becomes_a_supplier(self):
        self.assertEqual(self.sirets(identifiantStructure=NEW), [NEW])
        self.assertEqual(self.sirets(identifiantStructure=NEW), [NEW])
        self.portal.filed(supplier=NEW)
        report = self.portal.send(facturx(recipient=NEW, number="F-2"))
        self.assertEqual(report["etatCourantDepotFlux"], "IN_REJETE")

    def test_only_a_whole_siret_and_not_among_public_ones(self):
        for siret in ("888888888", "8888888880001X", ""):
            self.sirets(identifiantStructure=siret)
        self.assertEqual(
            self.sirets(identifiantStructure=NEW, typeStructure="PUBLIQUE"), []
        )
        rows = self.portal.control("structures", method="GET")["structures"]
        known = len(seeds.ENTITIES) + len(seeds.SUPPLIERS) + crowd.ENTITIES
        self.assertEqual(len(rows), known)

    def test_who_looks_for_one_kind_only_is_not_the_supplier(self):
        wanted = {"identifiantStructure": NEW, "typeStructure": "PRIVEE"}
        self.assertEqual(self.sirets(**wanted), [])
        self.assertEqual(self.sirets(identifiantStructure=NEW), [NEW])
        self.assertEqual(self.sirets(**wanted), [NEW])

    def test_added_by_another_process_meanwhile(self):
        from odoo.addons.l10n_fr_chorus_pro.simulator import structures

        self.sirets(identifiantStructure=NEW)
        with self.portal.app.store.connect() as db:
            structures._add_supplier(db, NEW)
        self.assertEqual(self.sirets(identifiantStructure=NEW), [NEW])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorIdentifiers(DirectoryCase):
    """Structures abroad and overseas have other numbers than a SIRET."""

    KINDS = {
        "BE0477472701": "UE_HORS_FRANCE",
        "CHSociété Générale": "HORS_UE",
        "0123456001": "RIDET",
        "A12345001": "TAHITI",
        NEW: "SIRET",
        "?": "AUTRE",
    }

    def test_kinds_by_shape(self):
        for identifier, kind in self.KINDS.items():
            self.assertEqual(identifier_type(identifier), kind)

    def test_found_under_their_kind(self):
        for identifier, kind in self.KINDS.items():
            self.portal.control("structures", {"siret": identifier, "public": False})
            wanted = {"identifiantStructure": identifier}
            self.assertEqual(self.sirets(**wanted), [identifier])
            wanted["typeIdentifiantStructure"] = kind
            self.assertEqual(self.sirets(**wanted), [identifier])
            wanted["typeIdentifiantStructure"] = "PARTICULIER"
            self.assertEqual(self.sirets(**wanted), [])

    def test_works_contracts_only(self):
        self.portal.control("structures", {"siret": NEW, "works_only": True})
        self.assertTrue(self.parameters(NEW)["estMoaUniquement"])
        self.assertFalse(self.parameters(BOTH)["estMoaUniquement"])
        self.assertTrue(self.parameters(NEW)["getaMoa"])
        self.assertFalse(self.parameters(BOTH)["getaMoa"])

    def test_works_contracts_besides_others(self):
        self.portal.control("structures", {"siret": NEW, "works": True})
        self.assertTrue(self.parameters(NEW)["getaMoa"])
        self.assertFalse(self.parameters(NEW)["estMoaUniquement"])
