"""The generated part of the simulator's directory, and ledgers of earlier versions."""

import tempfile

from stdnum.fr import siret

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro.simulator import crowd
from odoo.addons.l10n_fr_chorus_pro.simulator.store import Store
from odoo.addons.l10n_fr_chorus_pro.tests.test_simulator_directory import DirectoryCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorUpgrade(BaseCase):
    """A ledger of an earlier version goes on."""

    def test_ledger_of_version_1(self):
        with tempfile.TemporaryDirectory() as folder:
            store = Store(f"{folder}/portal.sqlite")
            with store.connect() as db:
                first = (crowd.FIRST_STRUCTURE,)
                db.execute("DELETE FROM structure WHERE id >= ?", first)
                db.execute("DELETE FROM service WHERE structure_id >= ?", first)
                for column in ("works_only", "works"):
                    db.execute(f"ALTER TABLE structure DROP COLUMN {column}")
                db.execute("PRAGMA user_version = 1")
            for _time in range(2):
                with store.connect() as db:
                    rows = db.execute(
                        "SELECT works_only, works FROM structure WHERE id < ?", first
                    ).fetchall()
                    self.assertEqual({tuple(row) for row in rows}, {(0, 0)})
                    version = db.execute("PRAGMA user_version").fetchone()[0]
                    self.assertEqual(version, 4)
                    count = db.execute(
                        "SELECT count(*) FROM structure WHERE id >= ?", first
                    ).fetchone()[0]
                    self.assertEqual(count, crowd.ENTITIES)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorCrowd(DirectoryCase):
    """Enough entities and services for searches and pages."""

    def test_how_many(self):
        rows = self.portal.control("structures", method="GET")["structures"]
        public = [row for row in rows if row["public"]]
        self.assertGreaterEqual(len(public), 200)
        self.assertGreaterEqual(sum(len(row["services"]) for row in public), 1000)
        for name in ("works", "works_only", "payment_not_reported"):
            self.assertTrue([row for row in public if row[name]], name)

    def test_always_the_same(self):
        self.assertEqual(list(crowd.entities()), list(crowd.entities()))
        sirets = [entity["siret"] for entity, _services in crowd.entities()]
        self.assertEqual(len(set(sirets)), crowd.ENTITIES)
        for number in sirets:
            self.assertTrue(siret.is_valid(number), number)

    def test_services_fill_more_than_one_page(self):
        (large,) = [
            entity["siret"]
            for entity, services in crowd.entities()
            if services == crowd.MANY_SERVICES
        ]
        first = self.services(large, nbResultatsParPage=200)
        second = self.services(large, nbResultatsParPage=200, pageResultatDemandee=2)
        self.assertEqual((len(first), len(second)), (200, 30))
        self.assertFalse(set(first) & set(second))

    def test_a_place_has_several(self):
        found = self.sirets({"nbResultatsParPage": 50}, adresseVille="brumeval")
        self.assertGreater(len(found), 5)
