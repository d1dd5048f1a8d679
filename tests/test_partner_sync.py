"""What the portal's directory says of an entity, read by SIRET and kept."""

from dataclasses import replace
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client
from odoo.addons.l10n_fr_chorus_pro.chorus_api.errors import OUTCOMES
from odoo.addons.l10n_fr_chorus_pro.const import ERRORS
from odoo.addons.l10n_fr_chorus_pro.models.res_partner import READ_FACTS
from odoo.addons.l10n_fr_chorus_pro.tests.directory_common import DirectoryCommon

# SIRETs of the embedded portal's directory.
REQUIREMENTS = {
    "12345678200051": "none",
    "12345678200028": "service",
    "12345678200036": "engagement",
    "12345678200044": "both",
    "26990012200012": "either",
}
TOWN = "21990001600011"
HOSPITAL = "26990003100015"
DEPARTMENT = "22990005500018"
INTERCOMMUNAL = "24990009300017"
CLOSED = "25990007400016"
PRIVATE = "33254021516357"
NOBODY = "99999999999999"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPartnerSync(DirectoryCommon):
    """Everything is read from the embedded portal by a clerk who bills, no more."""

    def active(self, partner):
        """Codes of the services that are offered."""
        services = partner.chorus_pro_service_ids
        return set(services.filtered("active").mapped("code"))

    def known(self, partner):
        """What is known of a partner, but for when and how it was asked last."""
        kept = set(READ_FACTS) - {"chorus_pro_structure_id", "chorus_pro_synced_at"}
        names = set(partner.fields_get()) - {*kept, "write_date", "write_uid"}
        return partner.read(sorted(names))

    def assertRefused(self, partner, words, state=False):
        """The button answers in words and keeps no more than that it was asked."""
        before = self.known(partner)
        with self.portal_session():
            action = partner.with_user(self.clerk).action_chorus_pro_sync()
        self.assertRegex(action["params"]["message"], words)
        self.assertEqual(action["params"]["type"], "warning")
        self.assertTrue(action["params"]["sticky"])
        self.assertEqual(self.known(partner), before)
        self.assertTrue(partner.chorus_pro_asked_at)
        self.assertEqual(partner.chorus_pro_directory_state, state)

    def assertUnread(self, partner, words):
        """The portal did not answer: that is said, and nothing at all is kept."""
        before = partner.read()
        with self.assertRaisesRegex(UserError, words) as caught:
            self.sync(partner)
        self.assertNotIsInstance(caught.exception, AccessError)
        self.assertEqual(partner.read(), before)

    # === ENTITY === #

    def test_every_requirement(self):
        for siret, requirement in REQUIREMENTS.items():
            partner = self.make_partner(siret)
            self.assertEqual(partner.chorus_pro_requirement, "unknown")
            self.sync(partner)
            self.assertEqual(partner.chorus_pro_requirement, requirement)

    def test_what_is_kept(self):
        before = fields.Datetime.now()
        partner = self.make_partner(TOWN)
        self.sync(partner)
        structures = self.control("structures", method="GET")["structures"]
        (town,) = [row for row in structures if row["siret"] == TOWN]
        self.assertEqual(partner.chorus_pro_structure_id, str(town["id"]))
        self.assertTrue(partner.chorus_pro_is_public)
        self.assertEqual(partner.chorus_pro_directory_environment, "demo")
        self.assertGreaterEqual(partner.chorus_pro_synced_at, before)
        self.assertEqual(partner._chorus_pro_known_requirement("demo"), "either")
        self.assertEqual(partner._chorus_pro_known_requirement("production"), "unknown")

    def test_a_contact_reads_for_its_entity(self):
        partner = self.make_partner(TOWN)
        contact = self.env["res.partner"].create(
            {"name": "Hélène", "parent_id": partner.id}
        )
        self.sync(contact)
        self.assertEqual(partner.chorus_pro_requirement, "either")
        self.assertTrue(contact.chorus_pro_entity_is_public)
        self.assertFalse(contact.chorus_pro_is_public)
        self.assertFalse(contact.chorus_pro_service_ids)

    def test_several_at_once(self):
        partners = self.make_partner(TOWN) | self.make_partner(HOSPITAL)
        self.sync(partners)
        self.assertEqual(partners.mapped("chorus_pro_requirement"), ["either", "both"])

    def test_one_that_is_refused_does_not_stop_the_others(self):
        closed, town = self.make_partner(CLOSED), self.make_partner(TOWN)
        with self.portal_session():
            result = (closed | town).with_user(self.clerk).action_chorus_pro_sync()
        self.assertEqual(town.chorus_pro_requirement, "either")
        self.assertEqual(closed.chorus_pro_requirement, "unknown")
        counted, refusal = result["params"]["message"].splitlines()
        self.assertEqual(counted, "1 of 2 entities read from Chorus Pro.")
        self.assertIn("is closed at Chorus Pro", refusal)

    def test_siret_with_spaces_and_dots(self):
        partner = self.make_partner("219 900.016 00011")
        self.assertEqual(partner._chorus_pro_siret(), TOWN)
        self.sync(partner)
        self.assertEqual(partner.chorus_pro_requirement, "either")

    def test_a_changed_requirement_is_read_again(self):
        partner = self.make_partner(TOWN)
        self.sync(partner)
        self.control("structures", {"siret": TOWN, "requirement": "both"})
        self.sync(partner)
        self.assertEqual(partner.chorus_pro_requirement, "both")

    def test_requirement_that_the_portal_does_not_tell(self):
        partner = self.make_partner(TOWN)
        with self.told(requirement=None):
            self.sync(partner)
        self.assertEqual(partner.chorus_pro_requirement, "unknown")
        self.assertTrue(partner.chorus_pro_synced_at)

    def told(self, **changes):
        """The portal tells something else of the entity."""
        real = Client.consulter_structure
        return patch.object(
            Client,
            "consulter_structure",
            lambda client, ident: replace(real(client, ident), **changes),
        )

    # === REFUSALS, IN WORDS === #

    def test_no_siret(self):
        for registry in (False, "219900016", "no number"):
            self.assertRefused(
                self.make_partner(registry), "Client has no SIRET of 14 digits"
            )

    def test_unknown_siret(self):
        """Demo takes any number for a supplier's; the real portal does not."""
        partner, words = self.make_partner(NOBODY), f"no entity.*{NOBODY}.*Check"
        self.assertRefused(partner, words, "unknown")
        companies = type(self.env["res.company"])
        self.patch(companies, "_chorus_pro_demo_app", lambda company: self.portal)
        self.assertRefused(partner, words, "unknown")

    def test_closed_entity(self):
        self.assertRefused(self.make_partner(CLOSED), "closed.*Ask Client", "closed")

    def test_private_structure(self):
        with self.told(public=False):
            self.assertRefused(self.make_partner(TOWN), "private structure", "private")

    def test_structure_of_unknown_kind_is_taken(self):
        partner = self.make_partner(TOWN)
        with self.told(public=None):
            self.sync(partner)
        self.assertTrue(partner.chorus_pro_is_public)

    def test_private_supplier_of_the_portal(self):
        partner = self.make_partner(PRIVATE)
        self.assertRefused(partner, "private structure", "private")

    def test_two_hits(self):
        with self.portal_session(), self.company._chorus_pro_client() as client:
            (town,) = list(client.rechercher_structures(siret=TOWN))
        with patch.object(Client, "rechercher_structures", return_value=[town, town]):
            partner = self.make_partner(TOWN)
            self.assertRefused(partner, "2 entities with the SIRET", "several")
        closed = replace(town, active=False)
        partner = self.make_partner(TOWN)
        with patch.object(Client, "rechercher_structures", return_value=[closed, town]):
            self.sync(partner)
        self.assertEqual(partner.chorus_pro_structure_id, town.portal_id)

    def test_portal_that_does_not_answer(self):
        partner = self.make_partner(TOWN)
        self.assertEqual(set(ERRORS), set(OUTCOMES))
        for code, words in ERRORS.items():
            error = ChorusError(code, service="x", label="Libellé")
            with patch.object(Client, "rechercher_structures", side_effect=error):
                self.assertUnread(partner, f"^{words._source[:30]}.*Libellé")

    def test_outage_in_the_middle_keeps_nothing_half(self):
        partner = self.make_partner(TOWN)
        self.fault("error_500", "structures/consulter/service")
        with (
            self.assertRaisesRegex(UserError, "internal error"),
            self.portal_session(),
            self.env.cr.savepoint(),
        ):
            partner.with_user(self.clerk).action_chorus_pro_sync()
        partner.invalidate_recordset()
        self.assertFalse(partner.chorus_pro_synced_at)
        self.assertEqual(partner.chorus_pro_requirement, "unknown")
        self.assertEqual(self.services(partner), {})

    # === SERVICES === #

    def test_services_are_created(self):
        partner = self.make_partner(DEPARTMENT)
        self.sync(partner)
        services = self.services(partner)
        self.assertEqual(set(services), {"DGA-ROUTES", "DGA-SOCIAL", "DGA-LYC"})
        roads = services["DGA-ROUTES"]
        self.assertEqual(roads.name, "Direction des routes")
        self.assertEqual(roads.display_name, "DGA-ROUTES Direction des routes")
        self.assertTrue(roads.engagement_required)
        self.assertFalse(services["DGA-SOCIAL"].engagement_required)
        self.assertTrue(roads.portal_id)
        self.assertTrue(roads.is_open)

    def test_reserved_service_is_not_offered(self):
        partner = self.make_partner(TOWN)
        self.sync(partner)
        self.assertEqual(set(self.services(partner)), {"FINANCES", "TECH"})

    def test_closed_services_are_kept_but_not_offered(self):
        partner = self.make_partner(INTERCOMMUNAL)
        self.sync(partner)
        services = self.services(partner)
        self.assertEqual(set(services), {"ENV", "VOIRIE", "URBA", "FUTUR"})
        is_open = {code for code, service in services.items() if service.is_open}
        self.assertEqual(is_open, {"ENV", "VOIRIE"})
        self.assertFalse(services["URBA"].active)
        self.assertGreater(services["FUTUR"].starts_at, fields.Datetime.now())
        found = self.env["chorus.pro.service"].name_search("URBA")
        self.assertEqual(found, [])

    def test_services_are_updated_in_place(self):
        partner = self.make_partner(TOWN)
        self.sync(partner)
        tech = self.services(partner)["TECH"]
        changed = {"code": "TECH", "name": "Ateliers", "engagement_required": 1}
        new = {"code": "NEW", "name": "Nouveau"}
        self.control("structures", {"siret": TOWN, "services": [changed, new]})
        self.sync(partner)
        self.assertEqual(self.services(partner)["TECH"], tech)
        self.assertEqual((tech.name, tech.engagement_required), ("Ateliers", True))
        self.assertIn("NEW", self.services(partner))

    def test_service_that_vanishes_is_archived_and_comes_back(self):
        partner = self.make_partner(TOWN)
        self.sync(partner)
        tech = self.services(partner)["TECH"]
        real = Client.rechercher_services

        def without_tech(client, ident):
            return [s for s in real(client, ident) if s.code != "TECH"]

        with patch.object(Client, "rechercher_services", without_tech):
            self.sync(partner)
        self.assertFalse(tech.active)
        self.assertTrue(self.services(partner)["FINANCES"].active)
        self.sync(partner)
        self.assertTrue(tech.active)

    def test_service_without_a_name(self):
        partner = self.make_partner(TOWN)
        real = Client.rechercher_services

        def nameless(client, ident):
            return [replace(s, name=None) for s in real(client, ident)]

        with patch.object(Client, "rechercher_services", nameless):
            self.sync(partner)
        self.assertEqual(self.services(partner)["TECH"].name, "TECH")

    def test_services_are_found_by_code_and_by_name(self):
        partner = self.make_partner(TOWN)
        self.sync(partner)
        services = self.services(partner)
        Service = self.env["chorus.pro.service"]
        for words, code in (("FINAN", "FINANCES"), ("techniques", "TECH")):
            domain = [("partner_id", "=", partner.id)]
            found = Service.name_search(words, domain)
            self.assertEqual([ident for ident, _name in found], [services[code].id])

    @mute_logger("odoo.sql_db")
    def test_an_entity_has_each_code_once(self):
        values = {"partner_id": self.entity.id, "code": "X", "name": "X"}
        Service = self.env["chorus.pro.service"].sudo()
        Service.create(values)
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            Service.create(values)

    # === ANOTHER SIRET === #

    def test_changed_siret_forgets_what_was_read(self):
        self.clerk.group_ids += self.env.ref("base.group_partner_manager")
        partner = self.make_partner(TOWN).with_user(self.clerk)
        self.sync(partner)
        for retyped in (TOWN, "219 900 016 00011", "219.900.016.00011 "):
            partner.company_registry = retyped
            self.assertEqual(partner.chorus_pro_requirement, "either", "no change")
            self.assertTrue(partner.chorus_pro_structure_id)
        partner.company_registry = HOSPITAL
        self.assertEqual(partner.chorus_pro_requirement, "unknown")
        self.assertFalse(partner.chorus_pro_structure_id)
        self.assertFalse(partner.chorus_pro_synced_at)
        self.assertFalse(partner.chorus_pro_directory_environment)
        self.assertEqual(self.active(partner), set())
        self.assertTrue(partner.chorus_pro_is_public)
        self.sync(partner)
        self.assertEqual(self.active(partner), {"CPT-02", "PHARMA"})

    def test_changed_siret_keeps_what_a_person_entered(self):
        partner = self.make_partner(TOWN, chorus_pro_requirement="both")
        partner.company_registry = HOSPITAL
        self.assertEqual(partner.chorus_pro_requirement, "both")

    def test_copy_is_not_read_yet(self):
        partner = self.make_partner(TOWN)
        self.sync(partner)
        copy = partner.copy()
        self.assertFalse(copy.chorus_pro_structure_id)
        self.assertFalse(copy.chorus_pro_synced_at)
        self.assertFalse(copy.chorus_pro_directory_environment)
