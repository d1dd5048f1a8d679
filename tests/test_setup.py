"""The set-up page: ticks that facts give, and where each step leads."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import simulator
from odoo.addons.l10n_fr_chorus_pro.tests.setup_common import SetupCommon

STEPS = (
    "environment",
    "application",
    "account",
    "identity",
    "connection",
    "entity",
    "invoice",
)
SECRETS = {f"chorus_pro_{name}": text for name, text in simulator.CREDENTIALS.items()}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSetup(SetupCommon):
    def setUp(self):
        super().setUp()
        self.env["res.partner"].search(
            [("chorus_pro_is_public", "=", True), ("id", "!=", self.entity.id)]
        ).chorus_pro_is_public = False
        with self.portal_session():
            self.company.sudo().write(dict.fromkeys(SECRETS, False))

    def open(self):
        """Open the page."""
        action = self.as_admin("chorus.pro.setup").action_open()
        return self.as_admin("chorus.pro.setup").browse(action["res_id"])

    def states(self, setup=None):
        """{step: state} of a page."""
        self.env.invalidate_all()
        lines = (setup or self.open()).line_ids
        return {line.key: line.progress for line in lines}

    def state(self, key):
        """The state of one step now."""
        return self.states()[key]

    def step(self, key):
        """One line of a new page."""
        return self.open().line_ids.filtered(lambda line: line.key == key)

    def test_steps_in_order(self):
        setup = self.open()
        self.assertEqual(tuple(setup.line_ids.mapped("key")), STEPS)
        names = setup.line_ids.mapped("name")
        self.assertEqual(names[0], "1. Environment")
        self.assertEqual(names[-1], "7. First invoice in Demo")
        self.assertTrue(all(setup.line_ids.mapped("words")))
        self.assertTrue(all(setup.line_ids.mapped("button")))

    def test_from_demo_to_the_end_on_one_page(self):
        setup = self.open()
        needed = {"environment", "identity", "connection", "entity", "invoice"}
        states = self.states(setup)
        self.assertEqual(states["application"], "unneeded")
        self.assertEqual(states["account"], "unneeded")
        self.assertEqual(setup.needed, len(needed))
        self.assertEqual(states["connection"], "todo")
        self.assertEqual(setup.line_ids.filtered("is_next").key, "connection")

        self.press()
        states = self.states(setup)
        self.assertEqual((states["connection"], states["invoice"]), ("done", "todo"))
        own_id = self.gate().structure_id
        self.assertIn(own_id, setup.line_ids[4].words)
        self.assertFalse(setup.next_words)

        self.integrate(self.move)
        states = self.states(setup)
        self.assertEqual(states["invoice"], "done")
        self.assertIn(self.move.name, setup.line_ids[6].words)
        self.assertEqual((setup.done, setup.percent), (len(needed), 100))
        self.assertIn("All works in Demo", setup.next_words)
        self.assertFalse(setup.line_ids.filtered("is_next"))

    def test_going_live_asks_for_more(self):
        self.go_to("qualification", **dict.fromkeys(simulator.CREDENTIALS, False))
        states = self.states()
        self.assertEqual((states["application"], states["account"]), ("todo", "todo"))
        self.assertEqual(states["connection"], "todo")
        self.go_live()
        states = self.states()
        self.assertEqual((states["application"], states["account"]), ("done", "done"))
        self.press()
        self.assertEqual(self.state("connection"), "done")
        self.assertIn("The password expires on", self.step("account").words)
        self.integrate(self.move)
        self.assertIn("Change the environment", self.open().next_words)
        self.assertIn("Qualification", self.step("invoice").words)

    def test_other_credentials_untick_the_connection(self):
        self.go_live()
        self.press()
        self.note(checked_at="2026-01-01 00:00:00")
        self.assertEqual(self.state("connection"), "todo")
        self.press()
        self.assertEqual(self.state("connection"), "done")

    def test_what_the_company_lacks(self):
        self.assertEqual(self.state("identity"), "done")
        self.company.vat = False
        self.assertEqual(self.state("identity"), "done", "franchise of art. 293 B")
        self.bank.active = False
        step = self.step("identity")
        self.assertEqual((step.progress, step.words), ("todo", "Missing: IBAN."))
        action = step.action_open()
        self.assertEqual(action["res_model"], "res.partner.bank")
        self.company.partner_id.write({"company_registry": False, "city": False})
        step = self.step("identity")
        self.assertEqual(step.words, "Missing: SIRET, town, IBAN.")
        self.assertEqual(step.action_open()["res_model"], "res.company")

    def test_entities_of_other_companies_do_not_count(self):
        other = self.env["res.company"].create({"name": "Another"})
        self.entity.company_id = other
        self.assertEqual(self.state("entity"), "todo")
        self.entity.company_id = self.company
        self.assertEqual(self.state("entity"), "done")

    def test_where_each_step_leads(self):
        models = {
            "environment": "chorus.pro.environment",
            "application": "res.config.settings",
            "account": "res.config.settings",
            "identity": "res.company",
            "connection": "chorus.pro.connection",
            "entity": "chorus.pro.find",
            "invoice": "account.move",
        }
        for key, model in models.items():
            with self.subTest(key), self.portal_session():
                self.assertEqual(self.step(key).action_open()["res_model"], model)

    def test_the_first_invoice_is_begun_for_the_entity(self):
        waiting = self.step("invoice").action_open()
        self.assertIn("list", waiting["view_mode"])
        self.integrate(self.move)
        others = self.env["account.move"].search(
            [("chorus_pro_status", "in", ("to_send", "error"))]
        )
        others.chorus_pro_status = False
        action = self.step("invoice").action_open()
        self.assertEqual(action["context"]["default_partner_id"], self.entity.id)
        with self.assertRaises(AccessError):
            self.company.with_user(self.clerk)._chorus_pro_open_setup_step("invoice")

    def test_an_unknown_step_leads_nowhere(self):
        company = self.company.with_user(self.admin)
        self.assertEqual(company._chorus_pro_open_setup_step("?"), {})

    def test_from_the_settings(self):
        page = self.as_admin("res.config.settings").create({})
        action = page.action_chorus_pro_setup()
        self.assertEqual(action["res_model"], "chorus.pro.setup")
        action = page.action_chorus_pro_environment()
        self.assertEqual(action["context"], {"default_company_id": self.company.id})

    def test_the_steps_are_for_administrators(self):
        with self.assertRaises(AccessError):
            self.env["chorus.pro.setup"].with_user(self.clerk).action_open()
