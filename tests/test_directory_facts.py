"""What is kept of an entity with its date, what it costs, and what is warned about."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged, warmup

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client
from odoo.addons.l10n_fr_chorus_pro.models.res_partner_directory import (
    DETAILS_AT_ONCE,
)
from odoo.addons.l10n_fr_chorus_pro.simulator import crowd
from odoo.addons.l10n_fr_chorus_pro.tests.directory_common import (
    CLOSED,
    DEPARTMENT,
    HOSPITAL,
    SILENT,
    TOWN,
    DirectoryCommon,
)

DETAIL, LIST = "consulter/service", "rechercher/services"
ENTITY = ["rechercher", "consulter"]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryFacts(DirectoryCommon):
    """The facts of one entity."""

    def test_payment_release_that_is_not_published(self):
        silent, town = self.make_partner(SILENT), self.make_partner(TOWN)
        self.assertFalse(silent.chorus_pro_facts)
        self.sync(silent | town)
        self.assertTrue(silent.chorus_pro_payment_silent)
        self.assertIn("does not publish", silent.chorus_pro_facts)
        self.assertFalse(town.chorus_pro_payment_silent)
        self.assertIn("It publishes", town.chorus_pro_facts)

    def test_works_contracts(self):
        for flags, expected, words in (
            ({}, (False, False), "It publishes when it releases a payment."),
            ({"works": True}, (True, False), "works contracts too"),
            ({"works_only": True}, (True, True), "only the documents of works"),
        ):
            self.control("structures", {"siret": TOWN, **flags})
            partner = self.make_partner(TOWN)
            self.sync(partner)
            found = (partner.chorus_pro_has_works, partner.chorus_pro_works_only)
            self.assertEqual(found, expected)
            self.assertIn(words, partner.chorus_pro_facts)

    def test_details_of_a_service_have_a_date(self):
        before = fields.Datetime.now()
        partner = self.make_partner(DEPARTMENT)
        self.sync(partner)
        services = self.services(partner)
        self.assertGreaterEqual(services["DGA-LYC"].detail_read_at, before)
        self.assertFalse(services["DGA-LYC"].payment_reported)
        self.assertTrue(services["DGA-SOCIAL"].payment_reported)

    def test_every_page_of_services(self):
        (siret,) = [
            entity["siret"]
            for entity, count in crowd.entities()
            if count == crowd.MANY_SERVICES
        ]
        partner = self.make_partner(siret)
        with self.calls() as calls:
            self.sync(partner)
        self.assertEqual(calls.count(LIST), 2)
        self.assertEqual(calls.count(DETAIL), DETAILS_AT_ONCE)
        services = partner.chorus_pro_service_ids
        self.assertEqual(len(services), crowd.MANY_SERVICES)
        unread = services.filtered(lambda s: not s.detail_read_at)
        self.assertEqual(len(unread), crowd.MANY_SERVICES - DETAILS_AT_ONCE)
        self.sync(partner)
        left = services.filtered(lambda s: not s.detail_read_at)
        self.assertEqual(len(left), crowd.MANY_SERVICES - 2 * DETAILS_AT_ONCE)

    def test_changed_siret_forgets_everything_that_was_read(self):
        partner = self.make_partner(SILENT)
        self.sync(partner)
        partner.company_registry = CLOSED
        for name in (
            "chorus_pro_payment_silent",
            "chorus_pro_directory_state",
            "chorus_pro_asked_at",
            "chorus_pro_facts",
        ):
            self.assertFalse(partner[name], name)

    def test_siret_that_was_refused_is_forgotten_with_it(self):
        partner = self.make_partner(CLOSED)
        self.sync(partner)
        self.assertEqual(partner.chorus_pro_directory_state, "closed")
        partner.company_registry = "259 900 074 00016"
        self.assertEqual(partner.chorus_pro_directory_state, "closed")
        partner.company_registry = TOWN
        self.assertFalse(partner.chorus_pro_directory_state)

    def test_entity_that_closed_stays_as_it_was_known(self):
        partner = self.make_partner(TOWN)
        self.sync(partner)
        read_at = partner.chorus_pro_synced_at
        self.control("structures", {"siret": TOWN, "active": False})
        self.assertIn("closed at Chorus Pro", self.sync(partner))
        self.assertEqual(partner.chorus_pro_directory_state, "closed")
        self.assertEqual(partner.chorus_pro_requirement, "either")
        self.assertEqual(partner.chorus_pro_synced_at, read_at)
        self.assertIn("TECH", self.services(partner))
        self.control("structures", {"siret": TOWN, "active": True})
        self.sync(partner)
        self.assertEqual(partner.chorus_pro_directory_state, "open")

    def test_what_another_environment_knew_goes_with_a_refusal(self):
        partner = self.make_partner(TOWN)
        self.sync(partner)
        partner.chorus_pro_directory_environment = "qualification"
        self.control("structures", {"siret": TOWN, "active": False})
        self.sync(partner)
        self.assertEqual(partner.chorus_pro_requirement, "unknown")
        self.assertEqual(partner.chorus_pro_directory_environment, "demo")
        self.assertEqual(partner.chorus_pro_directory_state, "closed")

    def test_who_may_read(self):
        partner = self.make_partner(TOWN)
        auditor = new_test_user(
            self.env, "dir_auditor", "base.group_user,account.group_account_readonly"
        )
        with self.assertRaises(AccessError):
            partner.with_user(auditor).action_chorus_pro_sync()
        self.assertFalse(self.clerk.has_group("base.group_partner_manager"))
        self.sync(partner)
        self.assertEqual(partner.chorus_pro_requirement, "either")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryCalls(DirectoryCommon):
    """An entity costs two calls and the pages of its services."""

    def setUp(self):
        super().setUp()
        self.partner = self.make_partner(TOWN)
        self.sync(self.partner)

    def reading(self, partner=None):
        """The calls of one more reading, the services sorted."""
        with self.calls() as calls:
            self.sync(partner or self.partner)
        return calls

    def test_first_reading_asks_for_each_service(self):
        calls = self.reading(self.make_partner(DEPARTMENT))
        self.assertEqual(calls, [*ENTITY, LIST, DETAIL, DETAIL, DETAIL])

    def test_nothing_new_costs_three_calls(self):
        self.assertEqual(self.reading(), [*ENTITY, LIST])

    def test_entity_without_services_costs_the_same(self):
        partner = self.make_partner("21990002400015")
        self.assertEqual(self.reading(partner), [*ENTITY, LIST])

    def test_a_new_one_is_read(self):
        new = {"code": "NEW", "name": "Nouveau", "engagement_required": 1}
        self.control("structures", {"siret": TOWN, "services": [new]})
        self.assertEqual(self.reading(), [*ENTITY, LIST, DETAIL])
        self.assertTrue(self.services(self.partner)["NEW"].engagement_required)

    def test_a_renamed_one_is_read(self):
        tech = {"code": "TECH", "name": "Ateliers", "engagement_required": 1}
        self.control("structures", {"siret": TOWN, "services": [tech]})
        self.assertEqual(self.reading(), [*ENTITY, LIST, DETAIL])
        self.assertTrue(self.services(self.partner)["TECH"].engagement_required)

    def test_one_in_use_is_read(self):
        services = self.services(self.partner)
        self.partner.chorus_pro_default_service_id = services["TECH"]
        self.assertEqual(self.reading(), [*ENTITY, LIST, DETAIL])
        draft = self.make_invoice(self.partner, post=False, buyer_reference="FINANCES")
        self.assertEqual(self.reading(), [*ENTITY, LIST, DETAIL, DETAIL])
        draft.action_post()
        self.assertEqual(self.reading(), [*ENTITY, LIST, DETAIL, DETAIL])
        draft.button_cancel()
        self.assertEqual(self.reading(), [*ENTITY, LIST, DETAIL])

    def test_the_others_once_a_month(self):
        services = self.partner.chorus_pro_service_ids.sudo()
        services.detail_read_at = fields.Datetime.now() - timedelta(days=29)
        self.assertEqual(self.reading(), [*ENTITY, LIST])
        services.detail_read_at = fields.Datetime.now() - timedelta(days=31)
        self.assertEqual(self.reading(), [*ENTITY, LIST, DETAIL, DETAIL])
        self.assertEqual(self.reading(), [*ENTITY, LIST])

    def test_closed_ones_once(self):
        closed = {"code": "TECH", "active": 0, "ends": "2025-01-31"}
        self.control("structures", {"siret": TOWN, "services": [closed]})
        services = self.partner.chorus_pro_service_ids.sudo()
        services.detail_read_at = fields.Datetime.now() - timedelta(days=31)
        self.assertEqual(self.reading(), [*ENTITY, LIST, DETAIL])

    def test_nothing_is_written_that_did_not_change(self):
        services = self.partner.chorus_pro_service_ids
        before = services.mapped("write_date")
        rows = type(services).write
        with patch.object(type(services), "write", autospec=True) as write:
            write.side_effect = rows
            self.reading()
        write.assert_not_called()
        self.assertEqual(services.mapped("write_date"), before)

    def test_invoices_are_left_alone(self):
        """An entity with thousands of them is refreshed as quickly."""
        self.make_invoice(self.partner, post=False)
        self.env.flush_all()
        with (
            patch.object(type(self.env["account.move"]), "modified") as modified,
            self.assertLogs("odoo.sql_db", "DEBUG") as log,
        ):
            self.sync(self.partner)
            self.env.flush_all()
        modified.assert_not_called()
        touched = [line for line in log.output if "account_move" in line]
        self.assertEqual(len(touched), 1, "which services are in use")

    @warmup
    def test_queries_do_not_grow_with_the_services(self):
        crowded = {count: e["siret"] for e, count in reversed([*crowd.entities()])}
        counts = []
        for services in (4, crowd.MANY_SERVICES):
            partner = self.make_partner(crowded[services])
            for _time in range(2 if services == 4 else 8):
                self.sync(partner)
            with self.portal_session(), self.company._chorus_pro_client() as client:
                self.env.invalidate_all()
                partner.mapped("display_name")
                before = self.env.cr.sql_log_count
                partner._chorus_pro_sync(client)
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
        # One more page takes the company's gate once more.
        self.assertLessEqual(counts[1] - counts[0], 2)
        self.assertLess(counts[0], 30)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryClosedServices(DirectoryCommon):
    """Services that vanish are archived; who uses them is warned, once."""

    def setUp(self):
        super().setUp()
        self.partner = self.make_partner(TOWN)
        self.sync(self.partner)
        self.tech = self.services(self.partner)["TECH"]

    def activities(self):
        """Activities about closed services of the entity."""
        return self.partner.activity_search(
            ["l10n_fr_chorus_pro.mail_activity_service"]
        )

    def test_one_that_nobody_uses(self):
        with self.without_service("TECH"):
            words = self.sync(self.partner)
        self.assertFalse(self.tech.active)
        self.assertNotIn("closed", words)
        self.assertFalse(self.activities())

    def test_the_question_stays_while_the_service_is_used(self):
        draft = self.make_invoice(self.partner, post=False, buyer_reference="TECH")
        with self.without_service("TECH"):
            self.sync(self.partner)
        partners = self.env["res.partner"]
        partners._chorus_pro_tidy_asks()
        self.assertTrue(self.activities())
        draft.buyer_reference = "FINANCES"
        partners._chorus_pro_tidy_asks()
        self.assertFalse(self.activities())

    def test_one_on_a_draft_and_on_a_posted_invoice(self):
        draft = self.make_invoice(self.partner, post=False, buyer_reference="TECH")
        posted = self.make_invoice(self.partner, buyer_reference="TECH")
        with self.without_service("TECH"):
            words = self.sync(self.partner)
        self.assertIn("The service TECH of Client is closed", words)
        self.assertIn(posted.name, words)
        self.assertIn(draft.display_name, words)
        (activity,) = self.activities()
        self.assertEqual(activity.user_id, posted.invoice_user_id or self.clerk)
        self.assertIn("TECH", activity.note)
        codes = [problem.code for problem in posted._chorus_pro_find_problems()]
        self.assertIn("service_closed", codes)

    def test_default_service_of_a_contact(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Hélène",
                "parent_id": self.partner.id,
                "chorus_pro_default_service_id": self.tech.id,
            }
        )
        closed = {"code": "TECH", "active": 0}
        self.control("structures", {"siret": TOWN, "services": [closed]})
        words = self.sync(self.partner)
        self.assertIn(f"default service of {contact.display_name}", words)
        self.assertEqual(len(self.activities()), 1)

    def test_it_is_said_once(self):
        self.partner.chorus_pro_default_service_id = self.tech
        with self.without_service("TECH"):
            self.assertIn("closed", self.sync(self.partner))
            self.assertNotIn("closed", self.sync(self.partner))
        self.assertEqual(len(self.activities()), 1)

    def test_invoice_that_is_at_the_portal_is_no_use(self):
        self.control("structures", {"siret": TOWN, "requirement": "service"})
        self.integrate(self.make_invoice(self.partner, buyer_reference="TECH"))
        with self.without_service("TECH"):
            self.assertNotIn("closed", self.sync(self.partner))
        self.assertFalse(self.activities())

    def test_one_that_comes_back(self):
        with self.without_service("TECH"):
            self.sync(self.partner)
        self.sync(self.partner)
        self.assertTrue(self.tech.active)

    def test_reserved_one_is_never_kept(self):
        self.assertNotIn("FACTURES_PUBLIQUES", self.services(self.partner))
        hospital = self.make_partner(HOSPITAL)
        self.sync(hospital)
        self.assertIn("PHARMA", self.services(hospital))

    def test_a_code_that_is_listed_twice(self):
        real = Client.rechercher_services

        def twice(client, ident):
            listed = list(real(client, ident))
            return [*listed, *listed]

        with patch.object(Client, "rechercher_services", twice):
            self.sync(self.partner)
        self.assertEqual(set(self.services(self.partner)), {"FINANCES", "TECH"})
