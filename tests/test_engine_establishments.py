"""A company whose establishments bill under SIRETs of their own."""

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

SITE_SIRET = "99999999800027"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineEstablishments(EngineCommon):
    SPARE = 1

    def setUp(self):
        super().setUp()
        self.site = self.env["res.partner"].create(
            {
                "name": "Site de Lyon",
                "is_company": True,
                "company_registry": SITE_SIRET,
                "country_id": self.env.ref("base.fr").id,
            }
        )
        journal = self.move.journal_id.copy({"name": "Lyon", "code": "LYON"})
        journal.chorus_pro_establishment_id = self.site
        self.control("structures", {"siret": SITE_SIRET, "public": False})
        self.lyon = self.make_invoice(self.entity, journal_id=journal.id)

    def test_one_deposit_of_two_suppliers_is_followed(self):
        self.integrate(self.move, self.lyon)
        self.assertEqual(len(self.ledger()["deposits"]), 1)
        suppliers = {i["number"]: i["supplier"] for i in self.ledger()["invoices"]}
        self.assertEqual(suppliers[self.lyon.name], SITE_SIRET)
        self.assertNotEqual(suppliers[self.move.name], SITE_SIRET)
        for move in (self.move, self.lyon):
            row = move.sudo().chorus_pro_transmission_id
            self.assertEqual(row.state, "integrated", move.name)
        gate = self.gate()
        own = self.company._chorus_pro_siret()
        self.assertEqual(set(gate.establishments), {own, SITE_SIRET})
        self.assertEqual(gate.establishments[own], gate.structure_id)
        self.assertNotEqual(gate.establishments[SITE_SIRET], gate.structure_id)

    def test_statuses_of_both_are_read(self):
        self.integrate(self.move, self.lyon)
        self.act(self.lyon, "SERVICE_FAIT", supplier=SITE_SIRET)
        self.act(self.move, "SERVICE_FAIT")
        self.run_follow()
        for move in (self.move, self.lyon):
            self.assertEqual(move.chorus_pro_status, "approved")

    def test_one_number_of_two_journals_leaves_in_two_deposits(self):
        twin = self.make_invoice(
            self.entity, journal_id=self.lyon.journal_id.id, name=self.move.name
        )
        self.assertEqual(twin.name, self.move.name)
        # The portal has that number of the first supplier already, and refuses it.
        self.control(
            "invoices",
            {
                "number": self.move.name,
                "supplier": self.company.company_registry,
                "recipient": self.entity.company_registry,
                "amount_total": 7,
            },
        )
        self.integrate(self.move, self.lyon, twin)
        rows = (self.move | self.lyon | twin).sudo().chorus_pro_transmission_id
        self.assertEqual(rows.mapped("state"), ["rejected", *["integrated"] * 2])
        self.assertEqual(len(self.ledger()["deposits"]), 2)
        self.assertEqual(len(set(rows[1:].mapped("portal_id"))), 2)

    def test_lost_answer_is_searched_under_its_own_supplier(self):
        self.fault("timeout_after")
        row = self.send(self.lyon)
        self.assertEqual(row.state, "unknown")
        self.end_pause()
        self.advance(60)
        self.run_follow()
        self.assertIn(row.state, ("deposited", "integrated"))

    def test_establishment_without_siret_is_told(self):
        self.site.company_registry = False
        with (
            self.portal_session(),
            self.company._chorus_pro_client() as client,
            self.assertRaises(ChorusError) as caught,
        ):
            self.company._chorus_pro_own_id(client, self.site)
        self.assertEqual(caught.exception.code, "siret_unknown")
