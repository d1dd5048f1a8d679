"""Taking an entity of the directory: created, completed, never made twice."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client
from odoo.addons.l10n_fr_chorus_pro.tests.directory_common import (
    CLOSED,
    HOSPITAL,
    SILENT,
    TOWN,
)
from odoo.addons.l10n_fr_chorus_pro.tests.test_directory_find import FindCommon

OVERSEAS = "21997106600010"
RIDET = "0123456001"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryUse(FindCommon):
    """What becomes of the card that was chosen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk.group_ids += cls.env.ref("base.group_partner_manager")

    def card(self, query, partner=None, **values):
        """The first card of a search."""
        return self.search(query, self.open(partner), **values).line_ids[0]

    def press(self, line, name="use"):
        """Press a button of a card; returns its action."""
        with self.portal_session():
            return getattr(line, f"action_{name}")()

    def owners(self, siret):
        """Contacts with a SIRET."""
        return self.env["res.partner"].search([("company_registry", "=", siret)])

    # === OPEN === #

    def test_open_tells_what_it_requires(self):
        line = self.card("aurelin")
        with self.calls() as calls:
            action = self.press(line, "open")
        self.assertEqual(calls, ["rechercher", "consulter"])
        self.assertEqual((action["res_model"], action["res_id"]), (line._name, line.id))
        self.assertEqual((line.state, line.requirement), ("open", "both"))
        self.assertEqual(line.address, "1 place de la Fiction, 99300 Saint-Aurelin")
        self.assertIn("It publishes", line.facts)
        self.assertFalse(line.refusal)
        self.assertFalse(line.match_ids)
        self.assertFalse(self.owners(HOSPITAL))
        back = self.press(line, "back")
        self.assertEqual(back["res_id"], line.find_id.id)

    def test_open_one_that_is_closed(self):
        line = self.card("dissous")
        self.press(line, "open")
        self.assertEqual(line.state, "closed")
        self.assertIn("is closed at Chorus Pro", line.refusal)
        self.assertFalse(line.requirement)

    def test_open_while_the_portal_is_away(self):
        line = self.card("aurelin")
        with self.away(), self.assertRaisesRegex(UserError, "cannot be reached"):
            self.press(line, "open")

    # === CREATE === #

    def test_create(self):
        action = self.press(self.card("aurelin"))
        partner = self.owners(HOSPITAL)
        self.assertEqual(len(partner), 1)
        self.assertEqual(partner.name, "CENTRE HOSPITALIER SAINT-AURELIN")
        address = (partner.street, partner.zip, partner.city)
        self.assertEqual(address, ("1 place de la Fiction", "99300", "Saint-Aurelin"))
        self.assertEqual(partner.country_id, self.env.ref("base.fr"))
        self.assertTrue(partner.is_company)
        self.assertTrue(partner.chorus_pro_is_public)
        self.assertEqual(partner.customer_rank, 1)
        self.assertEqual(partner.chorus_pro_requirement, "both")
        self.assertTrue(partner.chorus_pro_structure_id)
        self.assertIn("PHARMA", partner.chorus_pro_service_ids.mapped("code"))
        following = action["params"]["next"]
        self.assertEqual(
            (following["res_model"], following["res_id"]), ("res.partner", partner.id)
        )

    def test_created_one_can_be_billed(self):
        self.press(self.card("habitat des collines"))
        move = self.make_invoice(self.owners(SILENT))
        self.assertTrue(move.chorus_pro_can_send, move.chorus_pro_problems)

    def test_clerk_who_may_not_create_contacts(self):
        self.clerk.group_ids -= self.env.ref("base.group_partner_manager")
        with self.assertRaisesRegex(AccessError, "may not create contacts"):
            self.press(self.card("aurelin"))
        self.assertFalse(self.owners(HOSPITAL))

    def test_nothing_is_created_while_the_portal_is_away(self):
        line = self.card("aurelin")
        with self.away(), self.assertRaisesRegex(UserError, "cannot be reached"):
            self.press(line)
        self.assertFalse(self.owners(HOSPITAL))

    def test_nothing_is_created_of_one_that_closed_meanwhile(self):
        line = self.card("aurelin")
        self.control("structures", {"siret": HOSPITAL, "active": False})
        with self.assertRaisesRegex(UserError, "is closed"):
            self.press(line)
        self.assertFalse(self.owners(HOSPITAL))

    # === DUPLICATES === #

    def test_same_siret_however_it_is_spaced(self):
        known = self.make_partner("269 900 031.00015", name="Hôpital")
        line = self.card("aurelin")
        action = self.press(line)
        self.assertEqual(action["res_model"], line._name, "it asks first")
        self.assertEqual(line.match_ids.partner_id, known)
        self.assertTrue(line.match_ids.same)
        self.assertFalse(line.may_create)
        with self.assertRaisesRegex(UserError, "Hôpital has this SIRET already"):
            self.press(line, "create")
        self.press(line.match_ids)
        self.assertEqual(known.chorus_pro_requirement, "both")
        self.assertEqual(known.city, "Saint-Aurelin")
        self.assertEqual(known.name, "Hôpital", "a name that is there stays")
        self.assertEqual(known.company_registry, "269 900 031.00015")
        self.assertFalse(self.owners(HOSPITAL))

    def test_same_name(self):
        known = self.make_partner(False, name="Centre hospitalier Saint-Aurelin")
        line = self.card("aurelin")
        self.press(line)
        self.assertEqual(line.match_ids.partner_id, known)
        self.assertFalse(line.match_ids.same)
        self.assertTrue(line.may_create)
        self.press(line.match_ids)
        self.assertEqual(known.company_registry, HOSPITAL)
        self.assertEqual(self.owners(HOSPITAL), known)

    def test_same_name_and_yet_another(self):
        other = self.make_partner(SILENT, name="centre hospitalier saint-aurelin")
        line = self.card("aurelin")
        self.press(line)
        self.press(line, "create")
        self.assertEqual(len(self.owners(HOSPITAL)), 1)
        self.assertEqual(other.company_registry, SILENT)

    def test_same_siren(self):
        known = self.make_partner("269900031", name="Hôpital")
        line = self.card("aurelin")
        self.press(line, "open")
        self.assertEqual(line.match_ids.partner_id, known)
        self.assertTrue(line.may_create)

    def test_no_duplicates(self):
        self.make_partner(SILENT, name="Centre hospitalier")
        self.make_partner(CLOSED, name="%")
        person = self.env["res.partner"].create(
            {
                "name": "Centre hospitalier Saint-Aurelin",
                "parent_id": self.entity.id,
            }
        )
        line = self.card("aurelin")
        self.press(line, "open")
        self.assertFalse(line.match_ids, person)

    def test_name_with_signs_of_a_pattern(self):
        partners = self.env["res.partner"]
        known = self.make_partner(False, name=r"100 % _Régie\_")
        self.make_partner(False, name="100 and _Régie")
        same, like = partners._chorus_pro_same(HOSPITAL, r"100 % _Régie\_")
        self.assertEqual((same, like), (partners, known))
        self.assertEqual(
            partners._chorus_pro_same(HOSPITAL, None), (partners, partners)
        )

    # === COMPLETE === #

    def test_complete_the_contact_at_hand(self):
        partner = self.make_partner(False, name="Mon hôpital", country_id=False)
        line = self.card("aurelin", partner)
        action = self.press(line)
        self.assertEqual(partner.company_registry, HOSPITAL)
        self.assertEqual(partner.country_id, self.env.ref("base.fr"))
        self.assertEqual((partner.name, partner.zip), ("Mon hôpital", "99300"))
        self.assertEqual(partner.chorus_pro_requirement, "both")
        self.assertEqual(
            action["params"]["next"]["type"], "ir.actions.act_window_close"
        )

    def test_address_that_is_there_stays(self):
        partner = self.make_partner(HOSPITAL, street="Ailleurs")
        self.press(self.card("aurelin", partner))
        self.assertEqual((partner.street, partner.zip), ("Ailleurs", False))

    def test_another_siret_replaces_the_old_one(self):
        partner = self.make_partner(CLOSED)
        self.press(self.card("aurelin", partner))
        self.assertEqual(partner.company_registry, HOSPITAL)
        self.assertEqual(partner.chorus_pro_directory_state, "open")

    def test_contact_at_hand_while_another_has_the_siret(self):
        partner = self.make_partner(False, name="Mon hôpital")
        other = self.make_partner(HOSPITAL, name="Hôpital")
        line = self.card("aurelin", partner)
        self.press(line)
        self.assertEqual(line.match_ids.partner_id, other)
        action = self.press(line.match_ids)
        self.assertFalse(partner.company_registry)
        self.assertEqual(action["params"]["next"]["res_id"], other.id)

    def test_from_the_form(self):
        partner = self.make_partner(HOSPITAL)
        contact = self.env["res.partner"].create({"name": "A", "parent_id": partner.id})
        with self.portal_session():
            action = contact.with_user(self.clerk).action_chorus_pro_find_entity()
        dialog = self.env["chorus.pro.find"].browse(action["res_id"])
        self.assertEqual((dialog.partner_id, dialog.query), (partner, HOSPITAL))
        self.assertEqual(dialog.line_ids.siret, HOSPITAL, "it has searched already")
        partner.company_registry = False
        with self.portal_session():
            action = partner.with_user(self.clerk).action_chorus_pro_find_entity()
        dialog = self.env["chorus.pro.find"].browse(action["res_id"])
        self.assertEqual(dialog.query, "Client")

    def test_from_the_menu(self):
        with self.calls() as calls:
            action = (
                self.env["res.partner"]
                .with_user(self.clerk)
                .action_chorus_pro_find_entity()
            )
        self.assertEqual((action["res_model"], calls), ("chorus.pro.find", []))
        self.assertEqual(action["target"], "new")

    def test_clerk_who_may_not_edit_refreshes_all_the_same(self):
        self.clerk.group_ids -= self.env.ref("base.group_partner_manager")
        partner = self.make_partner(HOSPITAL)
        self.press(self.card("aurelin", partner))
        self.assertEqual(partner.chorus_pro_requirement, "both")
        self.assertFalse(partner.city)

    def test_country_of_an_entity_overseas(self):
        self.control("structures", {"siret": OVERSEAS, "country": "GP"})
        self.press(self.card("grande-baie"))
        self.assertEqual(self.owners(OVERSEAS).country_id, self.env.ref("base.gp"))

    def test_entity_with_another_number_than_a_siret(self):
        for number, kind, country in (
            ("0123456001", "RIDET", "base.nc"),
            ("A12345001", "TAHITI", "base.pf"),
        ):
            name = f"COMMUNE {kind}"
            self.control("structures", {"siret": number, "name": name, "public": True})
            line = self.card(name)
            self.press(line, "open")
            self.assertEqual((line.kind, line.state), (kind, "open"), line.refusal)
            self.assertEqual(line.requirement, "none")
            self.press(line)
            partner = self.owners(number)
            self.assertEqual(partner.country_id, self.env.ref(country))
            self.assertEqual(partner._chorus_pro_identifier().kind, kind)
            self.assertEqual(partner.chorus_pro_directory_state, "open")

    def test_contact_at_hand_moves_to_the_country_of_the_number(self):
        self.control("structures", {"siret": RIDET, "name": "PROVINCE", "public": True})
        partner = self.make_partner(False, name="Province")
        self.press(self.card("province", partner))
        self.assertEqual(partner.company_registry, RIDET)
        self.assertEqual(partner.country_id, self.env.ref("base.nc"))

    def test_service_that_closed_is_said(self):
        partner = self.make_partner(TOWN)
        self.sync(partner)
        services = self.services(partner)
        partner.chorus_pro_default_service_id = services["TECH"]
        line = self.card(TOWN, partner)
        with self.without_service("TECH"):
            action = self.press(line)
        self.assertIn("TECH", action["params"]["message"])
        self.assertEqual(action["params"]["type"], "warning")

    # === IMPORTED === #

    def test_imported_one_is_read_from_the_portal_too(self):
        self.import_rows()
        self.press(self.card("219900016", source="imported"))
        partner = self.owners(TOWN)
        self.assertEqual(partner.chorus_pro_requirement, "either")
        self.assertEqual(partner.street, "1 place de la Fiction")

    def test_imported_one_while_the_portal_is_away(self):
        self.import_rows()
        line = self.card("219900016", source="imported")
        with self.away():
            action = self.press(line)
        partner = self.owners(TOWN)
        self.assertEqual(partner.street, "2 rue du Registre")
        self.assertEqual(partner.chorus_pro_requirement, "service")
        self.assertFalse(partner.chorus_pro_synced_at)
        self.assertTrue(partner.chorus_pro_is_public)
        self.assertIn("Only the imported directory", action["params"]["message"])
        self.assertIn("cannot be reached", action["params"]["message"])

    def test_imported_one_with_a_ridet(self):
        self.import_rows(siret=RIDET, siren=False, kind="RIDET", country_code="NC")
        line = self.card(RIDET, source="imported")
        self.assertEqual(line.kind, "RIDET")
        with self.away():
            self.press(line)
        self.assertEqual(self.owners(RIDET).country_id, self.env.ref("base.nc"))

    def test_imported_one_that_the_portal_refuses(self):
        self.import_rows(siret=CLOSED, siren=CLOSED[:9])
        line = self.card(CLOSED, source="imported")
        with self.assertRaisesRegex(UserError, "is closed"):
            self.press(line)

    def test_what_a_person_entered_is_not_overwritten_by_a_file(self):
        self.import_rows()
        partner = self.make_partner(TOWN, chorus_pro_requirement="both")
        line = self.card(TOWN, partner, source="imported")
        error = ChorusError("unreachable", service="x")
        with patch.object(Client, "rechercher_structures", side_effect=error):
            self.press(line)
        self.assertEqual(partner.chorus_pro_requirement, "both")
