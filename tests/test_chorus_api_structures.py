"""Searching structures for a screen: one page at a time, public ones only."""

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import codes
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    SUCCESS,
    ChorusApiCase,
    canned,
)

EMPTY = {"codeRetour": 20000, "libelle": "TRA_MSG_00.015"}


def page(count, **told):
    """An answer with so many rows and what the portal tells of the pages."""
    rows = [
        {"idStructureCPP": number, "identifiantStructure": str(number)}
        for number in range(1, count + 1)
    ]
    return canned(SUCCESS | {"listeStructures": rows, "parametresRetour": told})


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiStructures(ChorusApiCase):
    def test_what_is_asked(self):
        client, portal = self.portal(page(1))
        client.rechercher_structures_page(
            {"name": "Ville", "town": "Y"}, page=3, size=12, public=True
        )
        self.assertEqual(portal.paths, ["/cpro/structures/v1/rechercher"])
        self.assertEqual(
            portal.payloads[0],
            {
                "structure": {
                    "libelleStructure": "Ville",
                    "adresseVille": "Y",
                    "typeStructure": "PUBLIQUE",
                },
                "parametres": {
                    "pageResultatDemandee": 3,
                    "nbResultatsParPage": 12,
                    "triColonne": "DesignationStructure",
                    "triSens": "Ascendant",
                },
            },
        )

    def test_kinds(self):
        for public, expected in ((None, None), (False, "PRIVEE"), (True, "PUBLIQUE")):
            client, portal = self.portal(page(1), page(1, pages=1))
            client.rechercher_structures_page({"siret": "1"}, public=public)
            list(client.rechercher_structures(siret="1", public=public))
            for payload in portal.payloads:
                self.assertEqual(payload["structure"].get("typeStructure"), expected)

    def test_what_is_told(self):
        client, _portal = self.portal(page(2, pages=4, total=38, pageCourante=2))
        found = client.rechercher_structures_page({"name": "Ville"}, page=2)
        self.assertEqual((found.pages, found.total), (4, 38))
        self.assertEqual([s.siret for s in found.structures], ["1", "2"])

    def test_without_counters(self):
        client, _portal = self.portal(page(2))
        found = client.rechercher_structures_page({"name": "Ville"})
        self.assertEqual((found.pages, found.total), (1, 2))

    def test_no_hit(self):
        client, _portal = self.portal(canned(EMPTY))
        found = client.rechercher_structures_page({"name": "Ville"})
        self.assertEqual((found.structures, found.pages, found.total), ((), 0, 0))

    def test_another_refusal(self):
        client, _portal = self.portal(canned(EMPTY | {"libelle": "other"}))
        with self.assert_error("business", "refused"):
            client.rechercher_structures_page({"name": "Ville"})

    def test_pages_are_never_larger_than_the_client_asks_elsewhere(self):
        client, portal = self.portal(page(1))
        client.rechercher_structures_page({"name": "Ville"}, size=10_000)
        size = portal.payloads[0]["parametres"]["nbResultatsParPage"]
        self.assertEqual(size, codes.PAGE_SIZE)
