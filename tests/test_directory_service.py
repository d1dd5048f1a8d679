"""The service on the invoice: picked among the open ones, or typed with a warning."""

from datetime import timedelta

from odoo import fields
from odoo.tests import Form, tagged

from odoo.addons.l10n_fr_chorus_pro.tests.directory_common import (
    TOWN,
    DirectoryCommon,
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryService(DirectoryCommon):
    """A draft to a town with two open services and three that are not."""

    def setUp(self):
        super().setUp()
        self.town = self.make_partner(TOWN)
        self.sync(self.town)
        now = fields.Datetime.now()
        day = timedelta(days=1)
        base = {"partner_id": self.town.id}
        self.env["chorus.pro.service"].sudo().create(
            [
                {**base, "code": "GONE", "name": "Gone", "active": False},
                {**base, "code": "OVER", "name": "Over", "ends_at": now - day},
                {**base, "code": "SOON", "name": "Soon", "starts_at": now + day},
            ]
        )
        self.draft = self.make_invoice(self.town, post=False).with_user(self.clerk)

    def offered(self, words=""):
        """Codes that the picker offers for what is typed in it."""
        services = self.env["chorus.pro.service"].with_user(self.clerk)
        field = self.env["res.partner"]._fields["chorus_pro_default_service_id"]
        self.assertIn("('is_open', '=', True)", field.domain)
        domain = [("partner_id", "=", self.town.id), ("is_open", "=", True)]
        found = services.name_search(words, domain)
        return set(services.browse([ident for ident, _name in found]).mapped("code"))

    def test_only_open_ones_are_offered(self):
        self.assertEqual(self.offered(), {"FINANCES", "TECH"})

    def test_found_by_code_and_by_name(self):
        self.assertEqual(self.offered("fina"), {"FINANCES"})
        self.assertEqual(self.offered("techniques"), {"TECH"})
        self.assertEqual(self.offered("gone"), set())

    def test_open_and_not_open_are_everything(self):
        services = self.env["chorus.pro.service"].with_context(active_test=False)
        mine = [("partner_id", "=", self.town.id)]
        not_open = services.search([*mine, ("is_open", "=", False)])
        self.assertEqual(set(not_open.mapped("code")), {"GONE", "OVER", "SOON"})
        both = services.search([*mine, ("is_open", "in", (True, False))])
        self.assertEqual(len(both), 5)
        for service in both:
            self.assertEqual(service.is_open, service not in not_open)

    def test_typed_code_is_kept_with_a_warning(self):
        for typed, words in (
            ("NEW-7", "The service NEW-7 is not in the entity's directory."),
            ("OVER", "The service OVER is closed."),
            ("GONE", "The service GONE is closed."),
            ("FACTURES_PUBLIQUES", "reserved for invoices between public bodies"),
        ):
            self.draft.buyer_reference = False
            log_of_form = self.assertLogs("odoo.tests.form.onchange", "WARNING")
            with log_of_form as log, Form(self.draft) as form:
                form.buyer_reference = typed
            self.assertIn(words, "".join(log.output))
            self.assertEqual(self.draft.buyer_reference, typed)

    def test_typed_code_of_an_open_service_is_picked_silently(self):
        silent = self.assertNoLogs("odoo.tests.form.onchange", "WARNING")
        with silent, Form(self.draft) as form:
            form.buyer_reference = "TECH"
            self.assertEqual(form.chorus_pro_service_id.code, "TECH")
            form.chorus_pro_service_id = self.env["chorus.pro.service"]
        self.assertFalse(self.draft.chorus_pro_service_id)

    def test_entity_without_services_says_nothing(self):
        draft = self.make_invoice(post=False)
        silent = self.assertNoLogs("odoo.tests.form.onchange", "WARNING")
        with silent, Form(draft.with_user(self.clerk)) as form:
            form.buyer_reference = "ANY"

    def test_customer_that_is_no_public_entity(self):
        self.town.chorus_pro_is_public = False
        self.draft.buyer_reference = "NEW-7"
        self.assertEqual(self.draft._chorus_pro_doubt_service(), "")

    def test_customer_is_found_from_the_invoice(self):
        with self.portal_session():
            action = self.draft.action_chorus_pro_find_entity()
        dialog = self.env["chorus.pro.find"].browse(action["res_id"])
        self.assertEqual(dialog.partner_id, self.town)
