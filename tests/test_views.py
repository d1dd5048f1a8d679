"""The screens' promises: who sees what, what stands where, what filters find."""

import os

from lxml import etree

from odoo.fields import Domain
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import convert_file
from odoo.tools.safe_eval import safe_eval

from .common import ChorusProCommon

MODULE = "l10n_fr_chorus_pro"
CORE_FIELDS = ("buyer_reference", "purchase_order_reference", "contract_reference")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestViews(ChorusProCommon):
    """Views as each kind of user gets them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = cls.make_user("auditor", "account.group_account_readonly")
        cls.manager = cls.make_user("manager", "account.group_account_manager")
        cls.plain = cls.make_user("plain", "base.group_user")

    @classmethod
    def make_user(cls, login, groups):
        """A user of the company."""
        return new_test_user(
            cls.env, f"chorus_{login}", groups=groups, company_id=cls.company.id
        )

    def arch(self, model, xmlid, view_type, user):
        """The combined view of `user`, as a tree."""
        view = self.env.ref(xmlid)
        views = self.env[model].with_user(user).get_view(view.id, view_type)
        return etree.fromstring(views["arch"])

    def move_form(self, user):
        """The invoice form of `user`."""
        return self.arch("account.move", "account.view_move_form", "form", user)

    # === INVOICE === #

    def test_core_fields_moved(self):
        """Core's three fields are there once, in our page, and nowhere else."""
        for user in (self.clerk, self.auditor):
            form = self.move_form(user)
            for name in CORE_FIELDS:
                found = form.xpath(f"//field[@name='{name}']")
                self.assertEqual(len(found), 1, name)
                self.assertTrue(
                    found[0].xpath("ancestor::page[@name='chorus_pro']"), name
                )
            emptied = "//group[@name='accounting_info_group_chorus_pro']"
            self.assertFalse(form.xpath(f"{emptied}/*"))

    def test_core_fields_without_groups(self):
        """Who reads invoices without our groups gets the form without the page."""
        portal = self.make_user("portal", "base.group_portal")
        form = self.move_form(portal)
        self.assertFalse(form.xpath("//page[@name='chorus_pro']"))
        self.assertFalse(form.xpath("//*[contains(@name, 'chorus_pro')]/field"))

    def test_buttons_of_groups(self):
        """Auditors look, clerks send, officers decide."""
        send = "//button[@name='action_chorus_pro_send']"
        again = "//button[@name='action_deposit_again']"
        xmlid = f"{MODULE}.chorus_pro_transmission_view_list"
        model = "chorus.pro.transmission"
        self.assertFalse(self.move_form(self.auditor).xpath(send))
        self.assertTrue(self.move_form(self.clerk).xpath(send))
        self.assertFalse(self.arch(model, xmlid, "list", self.clerk).xpath(again))
        self.assertTrue(self.arch(model, xmlid, "list", self.manager).xpath(again))

    def test_readable_by_everyone_who_sees_it(self):
        """All fields of the invoice form can be read by clerk and auditor."""
        move = self.make_invoice()
        self.integrate(move)
        for user in (self.clerk, self.auditor):
            views = move.with_user(user).get_views([(False, "form")])
            names = [
                name
                for name in views["models"]["account.move"]["fields"]
                if "chorus_pro" in name or name in CORE_FIELDS
            ]
            [values] = move.with_user(user).read(names)
            self.assertEqual(values["chorus_pro_status"], "available")
            self.assertIn("Nothing to do", values["chorus_pro_story"])

    def test_flags(self):
        """What was sent is read-only and can be asked about."""
        move = self.make_invoice().with_user(self.clerk)
        self.assertTrue(move.chorus_pro_editable)
        self.assertFalse(move.chorus_pro_can_refresh)
        self.integrate(move.with_user(self.env.user))
        self.assertFalse(move.chorus_pro_editable)
        self.assertTrue(move.chorus_pro_can_refresh)
        for status in ("MANDATEE", "MISE_EN_PAIEMENT"):
            self.control(
                "act",
                {
                    "invoice": move.name,
                    "supplier": "99999999800019",
                    "status": status,
                    "force": True,
                },
            )
        self.run_follow()
        self.assertEqual(move.chorus_pro_status, "released")
        self.assertFalse(move.chorus_pro_can_refresh)

    # === SERVICE === #

    def make_services(self):
        """Two services of the entity, one closed."""
        return (
            self.env["chorus.pro.service"]
            .sudo()
            .create(
                [
                    {"partner_id": self.entity.id, "code": "FIN", "name": "Finances"},
                    {
                        "partner_id": self.entity.id,
                        "code": "OLD",
                        "name": "Closed",
                        "active": False,
                    },
                ]
            )
        )

    def test_service_picker(self):
        """Picking writes the code; a code out of the directory is typed."""
        service, closed = self.make_services()
        move = self.make_invoice(post=False)
        with Form(move.with_user(self.clerk)) as form:
            self.assertTrue(form.chorus_pro_picks_service)
            form.chorus_pro_service_id = service
            self.assertEqual(form.buyer_reference, "FIN")
        self.assertEqual(move.buyer_reference, "FIN")
        move.buyer_reference = "OLD"
        self.assertEqual(move.chorus_pro_service_id, closed)
        move.buyer_reference = "TYPED"
        self.assertFalse(move.chorus_pro_service_id)
        self.assertFalse(move.chorus_pro_picks_service)
        move.chorus_pro_service_id = service
        self.assertEqual(move.buyer_reference, "FIN")

    def test_services_of_entity(self):
        """The entity's form lists closed services too, and says so."""
        service, closed = self.make_services()
        listed = self.entity.with_user(self.clerk).chorus_pro_service_ids
        self.assertEqual(listed, service + closed)
        self.assertEqual(listed.mapped("is_open"), [True, False])

    # === LISTS === #

    def filters(self, xmlid):
        """{name: domain} of the filters of a search view that look at our status."""
        search = self.arch("account.move", xmlid, "search", self.clerk)
        return {
            node.get("name"): safe_eval(node.get("domain"))
            for node in search.xpath("//filter[contains(@domain, 'chorus_pro')]")
        }

    def test_filters(self):
        """Each status is found by the filters of both search views alike."""
        ours = self.filters(f"{MODULE}.account_move_view_search_chorus_pro")
        core = self.filters("account.view_account_invoice_filter")
        self.assertEqual(
            {f"chorus_pro_{name}": domain for name, domain in ours.items()}, core
        )
        move = self.make_invoice().with_user(self.clerk)

        def matching():
            own = Domain("id", "=", move.id)
            return [n for n, d in ours.items() if move.search_count(Domain(d) & own)]

        self.assertEqual(matching(), ["to_send"])
        move._chorus_pro_enqueue()
        self.assertEqual(matching(), ["on_their_way"])
        self.integrate()
        self.assertEqual(matching(), ["filed"])
        self.act(move, "SUSPENDUE", "Bon de livraison")
        self.run_follow()
        self.assertEqual(matching(), ["to_do"])

    def test_kanban_order(self):
        """Columns stand in the order of an invoice's life, without empty ones."""
        self.make_invoice()
        self.integrate(self.make_invoice())
        Move = self.env["account.move"].with_user(self.clerk)
        groups = Move.with_context(read_group_expand=True).formatted_read_group(
            [("chorus_pro_status", "!=", False)], ["chorus_pro_status"], ["__count"]
        )
        self.assertEqual(
            [group["chorus_pro_status"] for group in groups], ["to_send", "available"]
        )

    def test_actions_and_menus(self):
        """Each action opens all its views for clerk and auditor; plain users see
        no menu.
        """
        root = self.env.ref(f"{MODULE}.menu_chorus_pro")
        menus = root.search([("id", "child_of", root.id)])
        self.assertEqual(len(menus), 18)
        managers = self.env.ref(f"{MODULE}.menu_chorus_pro_configuration")
        menus -= menus.search([("id", "child_of", managers.id)])
        # Who only reads neither finds entities nor has work in progress.
        for name in ("find", "progress"):
            menu = self.env.ref(f"{MODULE}.menu_chorus_pro_{name}")
            menus -= menus.search([("id", "child_of", menu.id)])
            self.assertIn(menu.id, menu.with_user(self.clerk)._visible_menu_ids())
            self.assertNotIn(menu.id, menu.with_user(self.auditor)._visible_menu_ids())
        for user in (self.clerk, self.auditor):
            self.assertLessEqual(
                set(menus.ids), menus.with_user(user)._visible_menu_ids()
            )
            for action in menus.filtered("action").mapped(lambda m: m.action):
                views = [(view_id, kind) for view_id, kind in action.views]
                result = self.env[action.res_model].with_user(user).get_views(views)
                self.assertEqual(set(result["views"]), {kind for _id, kind in views})
        self.assertNotIn(root.id, menus.with_user(self.plain)._visible_menu_ids())

    def test_binding_actions(self):
        """The list's action menu has our actions for clerks only."""
        Actions = self.env["ir.actions.actions"]

        def names(user):
            bound = Actions.with_user(user).get_bindings("account.move")
            return [action["name"] for action in bound.get("action", [])]

        for name in ("Send to Chorus Pro", "Find at Chorus Pro"):
            self.assertIn(name, names(self.clerk))
            self.assertNotIn(name, names(self.auditor))
        move = self.make_invoice()
        action = self.env.ref(f"{MODULE}.action_chorus_pro_send")
        opened = action.with_user(self.clerk).with_context(
            active_model="account.move", active_ids=move.ids, active_id=move.id
        )
        self.assertEqual(opened.run()["res_model"], "chorus.pro.send")

    # === SETTINGS AND DEMO DATA === #

    def test_settings_for_administrators(self):
        """Only administrators get the block with the credentials."""
        xmlid = "account.res_config_settings_view_form"
        block = "//block[@name='chorus_pro_settings']"
        model = "res.config.settings"
        admin = self.make_user(
            "admin", "base.group_system,account.group_account_manager"
        )
        found = self.arch(model, xmlid, "form", admin).xpath(block)
        self.assertEqual(len(found), 1)
        for name in ("chorus_pro_client_secret", "chorus_pro_password"):
            [field] = found[0].xpath(f".//field[@name='{name}']")
            self.assertEqual(field.get("password"), "True")

    def test_demo_entities(self):
        """The portal of the Demo environment knows every demo entity."""
        path = os.path.join("demo", "chorus_pro_demo.xml")
        convert_file(self.env, MODULE, path, {}, mode="init", noupdate=True)
        known = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", "res.partner")]
        )
        partners = self.env["res.partner"].browse(known.mapped("res_id"))
        entities = partners.filtered("is_company")
        self.assertGreaterEqual(len(entities), 8)
        with self.portal_session():
            entities.action_chorus_pro_sync()
        self.assertEqual(
            set(entities.mapped("chorus_pro_requirement")),
            {"none", "service", "engagement", "both", "either"},
        )
        self.assertIn(self.env.ref("base.gp"), entities.country_id)
        self.assertIn("11000201100044", entities.mapped("company_registry"))
