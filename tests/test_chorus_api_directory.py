"""The directory verbs: structures and services."""

from datetime import datetime, timezone

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    SUCCESS,
    ChorusApiCase,
    canned,
)

STRUCTURE = SUCCESS | {
    "informationGenerales": {
        "idStructureCPP": 26300989,
        "identifiantStructure": "12345678200044",
        "raisonSocialeStructure": None,
        "libelleStructure": "VILLE",
        "structurePriveePublique": "PUBLIQUE",
        "dateExpirationMotPasseCompteTech": "2027-11-12T00:00:00.000+01:00",
    },
    "adressePostaleDuSiege": {
        "adresse": "1 place",
        "complementAdresse1": "",
        "codePostal": "31000",
        "ville": "TOULOUSE",
        "pays": "FR",
    },
    "parametres": {
        "codeServiceDoitEtreRenseigne": True,
        "numeroEJDoitEtreRenseigne": "true",
        "gestionNumeroEJOuCodeService": False,
        "statutMiseEnPaiementNestPasRemonte": True,
        "getaMoa": True,
    },
}
SERVICES = [
    {
        "idService": "10657669",
        "codeService": "COMPTA",
        "libelleService": "Service comptable",
        "estActif": True,
        "dateDbtService": "2017-01-02 09:00",
        "dateFinService": "2050-12-31 00:00",
    },
    {"idService": 2, "codeService": "OLD", "estActif": False},
]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiDirectory(ChorusApiCase):
    def test_search_by_siret(self):
        rows = [
            {
                "idStructureCPP": 26300989,
                "identifiantStructure": "12345678200044",
                "designationStructure": "DESTINATAIRE EJ ET SERVICE",
                "statut": "ACTIVE",
            },
            {
                "idStructureCPP": "26300990",
                "typeIdentifiantStructure": "RIDET",
                "statut": "INACTIVE",
            },
        ]
        client, portal = self.portal(
            canned(SUCCESS | {"listeStructures": rows}), canned(SUCCESS)
        )
        first, second = client.rechercher_structures(siret="12345678200044")
        self.assertEqual(portal.paths[0], "/cpro/structures/v1/rechercher")
        self.assertEqual(
            portal.payloads[0],
            {
                "structure": {
                    "identifiantStructure": "12345678200044",
                    "typeIdentifiantStructure": "SIRET",
                },
                "parametres": {
                    "pageResultatDemandee": 1,
                    "nbResultatsParPage": 200,
                    "triColonne": "IdentifiantStructure",
                    "triSens": "Ascendant",
                },
            },
        )
        self.assertEqual(
            (first.portal_id, first.siret, first.name, first.active),
            ("26300989", "12345678200044", "DESTINATAIRE EJ ET SERVICE", True),
        )
        self.assertEqual((second.portal_id, second.active), ("26300990", False))
        self.assertEqual((first.kind, second.kind), ("SIRET", "RIDET"))

    def test_search_by_name_and_place(self):
        client, portal = self.portal(canned(SUCCESS))
        found = client.rechercher_structures(
            name="Ville", postcode="97110", town="POINTE-A-PITRE"
        )
        self.assertEqual(list(found), [])
        self.assertEqual(
            portal.payloads[0]["structure"],
            {
                "libelleStructure": "Ville",
                "adresseCodePostal": "97110",
                "adresseVille": "POINTE-A-PITRE",
            },
        )

    def test_one_structure(self):
        client, portal = self.portal(canned(STRUCTURE))
        detail = client.consulter_structure("26300989")
        self.assertEqual(portal.paths, ["/cpro/structures/v1/consulter"])
        self.assertEqual(
            portal.payloads, [{"idStructureCPP": 26300989, "codeLangue": "fr"}]
        )
        self.assertEqual(detail.portal_id, "26300989")
        self.assertEqual((detail.siret, detail.name), ("12345678200044", "VILLE"))
        self.assertIs(detail.public, True)
        self.assertEqual(detail.requirement, "both")
        self.assertIs(detail.payment_reported, False)
        self.assertEqual((detail.works, detail.works_only), (True, False))
        self.assertEqual(
            detail.password_expires_at,
            datetime(2027, 11, 11, 23, tzinfo=timezone.utc),
        )
        self.assertEqual(
            detail.address,
            {
                "street": "1 place",
                "complement": None,
                "postcode": "31000",
                "town": "TOULOUSE",
                "country": "FR",
            },
        )

    def test_what_a_structure_requires(self):
        table = [
            # service, engagement, one of both -> requirement
            (True, True, False, "both"),
            (True, False, False, "service"),
            (False, True, False, "engagement"),
            (False, False, False, "none"),
            (True, False, True, "either"),
            (None, None, True, "either"),
            (True, None, None, "service"),
            (None, True, None, "engagement"),
            (False, False, None, "none"),
            (None, None, None, None),
            (None, False, None, None),
            (False, None, None, None),
        ]
        for service, engagement, either, expected in table:
            settings = {
                "codeServiceDoitEtreRenseigne": service,
                "numeroEJDoitEtreRenseigne": engagement,
                "gestionNumeroEJOuCodeService": either,
            }
            with self.subTest(settings):
                client, _portal = self.portal(
                    canned(SUCCESS | {"parametres": settings})
                )
                detail = client.consulter_structure("1")
                self.assertEqual(detail.requirement, expected)

    def test_a_structure_that_tells_nothing(self):
        client, _portal = self.portal(
            canned(SUCCESS | {"informationGenerales": None, "parametres": []})
        )
        detail = client.consulter_structure("1")
        self.assertIsNone(detail.requirement)
        self.assertIsNone(detail.public)
        self.assertIsNone(detail.name)
        self.assertIs(detail.payment_reported, True)

    def test_a_private_structure(self):
        facts = {"structurePriveePublique": "PRIVEE", "raisonSocialeStructure": "X SAS"}
        client, _portal = self.portal(canned(SUCCESS | {"informationGenerales": facts}))
        detail = client.consulter_structure("1")
        self.assertIs(detail.public, False)
        self.assertEqual(detail.name, "X SAS")

    def test_services(self):
        answer = SUCCESS | {
            "listeServices": SERVICES,
            "parametresRetour": {"pageCourante": 1, "pages": "1"},
        }
        client, portal = self.portal(canned(answer))
        first, second = client.rechercher_services("26300989")
        self.assertEqual(portal.paths, ["/cpro/structures/v1/rechercher/services"])
        self.assertEqual(
            portal.payloads,
            [
                {
                    "idStructure": 26300989,
                    "parametresRechercherServicesStructure": {
                        "pageResultatDemandee": 1,
                        "nbResultatsParPage": 200,
                        "triColonne": "CodeService",
                        "triSens": "Ascendant",
                    },
                }
            ],
        )
        self.assertEqual(
            (first.portal_id, first.code, first.name, first.active),
            ("10657669", "COMPTA", "Service comptable", True),
        )
        self.assertEqual(first.starts, datetime(2017, 1, 2, 8, tzinfo=timezone.utc))
        self.assertEqual(first.ends, datetime(2050, 12, 30, 23, tzinfo=timezone.utc))
        self.assertEqual((second.portal_id, second.active), ("2", False))
        self.assertIsNone(second.ends)

    def test_one_service(self):
        answer = SUCCESS | {
            "informationsGenerales": {"codeService": "COMPTA", "nomService": "Compta"},
            "parametres": {
                "numeroEngagement": True,
                "miseEnPaiement": False,
                "dateDebutValidite": "2017-01-02 09:00",
                "dateFinValidite": None,
            },
        }
        client, portal = self.portal(canned(answer))
        detail = client.consulter_service("26300989", "10657669")
        self.assertEqual(portal.paths, ["/cpro/structures/v1/consulter/service"])
        self.assertEqual(
            portal.payloads,
            [{"idStructure": 26300989, "idService": 10657669, "codeLangue": "fr"}],
        )
        self.assertEqual(
            (detail.portal_id, detail.code, detail.name),
            ("10657669", "COMPTA", "Compta"),
        )
        self.assertIs(detail.engagement_required, True)
        self.assertIs(detail.payment_reported, False)
        self.assertEqual(detail.starts, datetime(2017, 1, 2, 8, tzinfo=timezone.utc))
        self.assertIsNone(detail.ends)
