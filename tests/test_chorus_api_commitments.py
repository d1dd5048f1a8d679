"""The verb that asks for a commitment of the State, canned and at the simulator."""

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    NO_RESULT,
    SUCCESS,
    ChorusApiCase,
    canned,
)
from odoo.addons.l10n_fr_chorus_pro.tests.simulator_common import STATE, SUPPLIER
from odoo.addons.l10n_fr_chorus_pro.tests.test_chorus_api_simulator import (
    SimulatorCase,
)

LIST = "listeEngagementJuridique"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiCommitments(ChorusApiCase):
    def ask(self, *answers):
        """What the verb returns for the number EJ-1 when the portal answers so."""
        client, portal = self.portal(*answers)
        found = client.rechercher_engagements(supplier_id="7", number="EJ-1")
        return found, portal

    def test_request(self):
        _found, portal = self.ask(canned(SUCCESS | {LIST: []}))
        self.assertEqual(portal.paths, ["/cpro/engagementsJuridiques/v1/rechercher"])
        self.assertEqual(
            portal.payloads,
            [
                {
                    "structureReceptriceEngagementJuridique": "7",
                    "numeroEngagementJuridique": "EJ-1",
                    "etatCourantEngagementJuridique": "COMMANDE",
                }
            ],
        )

    def test_nothing_found(self):
        for answer in (
            canned(SUCCESS | {LIST: []}),
            canned(SUCCESS | {LIST: None}),
            canned(NO_RESULT, status=400),
        ):
            self.assertEqual(self.ask(answer)[0], [])

    def test_an_answer_without_the_list_is_no_answer(self):
        with self.assertRaises(ChorusError) as caught:
            self.ask(canned(SUCCESS))
        self.assertEqual(caught.exception.code, "incomplete")

    def test_other_refusals_are_told(self):
        with self.assertRaises(ChorusError) as caught:
            self.ask(canned({"codeRetour": 99, "libelle": "NO"}, status=400))
        self.assertEqual(caught.exception.code, "business")

    def test_rows_of_any_shape(self):
        rows = [
            {
                "numeroEngagementJuridique": "EJ-1",
                "etatCourantEngagementJuridique": "COMMANDE",
                "anything": 11000201100044,
                "nested": {"siret": "11000201100044"},
            },
            {"numeroEngagementJuridique": "EJ-10"},
            {"unheard": "of"},
        ]
        (first, last), _portal = self.ask(canned(SUCCESS | {LIST: rows}))
        self.assertEqual((first.number, first.state), ("EJ-1", "COMMANDE"))
        self.assertEqual(first.sirets, ("11000201100044",))
        self.assertEqual((last.number, last.state, last.sirets), (None, None, ()))
        self.assertEqual(last.raw, {"unheard": "of"})


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCommitmentsAtTheSimulator(SimulatorCase):
    def ask(self, number, supplier_id=None):
        """What the portal says of a number."""
        return self.client.rechercher_engagements(
            supplier_id=supplier_id or self.supplier_id, number=number
        )

    def test_known_and_unknown(self):
        (found,) = self.ask("1500000001")
        self.assertEqual((found.number, found.state), ("1500000001", "COMMANDE"))
        self.assertEqual(found.sirets, (STATE,))
        self.assertEqual(self.ask("4500000000"), [])

    def test_commitment_for_one_supplier(self):
        self.control("engagements", siret=STATE, number="EJ-X", supplier=SUPPLIER)
        self.assertEqual(len(self.ask("EJ-X")), 1)
        self.assertEqual(self.ask("EJ-X", "1"), [])
