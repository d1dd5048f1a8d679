"""Moving to another environment: asked for first, refused without."""

from unittest.mock import patch

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.models import res_company_environment
from odoo.addons.l10n_fr_chorus_pro.tests.setup_common import SetupCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSetupEnvironment(SetupCommon):
    def over_rpc(self):
        """Calls in this block come from a person."""
        return patch.object(res_company_environment, "request", new=True)

    def move_to(self, environment, understood=True):
        """Go through the dialog."""
        dialog = Form(self.as_admin("chorus.pro.environment"))
        dialog.environment = environment
        if environment == "production":
            dialog.understood = understood
        with self.portal_session(), self.over_rpc():
            return dialog.save().action_confirm()

    # === ASKED === #

    def test_a_person_has_to_confirm(self):
        company = self.company.with_user(self.admin)
        page = self.as_admin("res.config.settings")
        for environment in ("qualification", "production"):
            for write in (
                lambda e: company.write({"chorus_pro_environment": e}),
                lambda e: page.create({"chorus_pro_environment": e}).execute(),
                lambda e: self.as_admin("res.company").create(
                    {"name": "New one", "chorus_pro_environment": e}
                ),
            ):
                with self.over_rpc(), self.assertRaises(RedirectWarning) as caught:
                    write(environment)
                _message, action, button, context = caught.exception.args
                self.assertTrue(self.env["ir.actions.act_window"].browse(action).name)
                self.assertEqual(button, "Change the environment")
                self.assertEqual(context["default_environment"], environment)
        self.assertEqual(self.company.chorus_pro_environment, "demo")

    def test_the_settings_are_saved_without_asking_when_nobody_moves(self):
        with self.over_rpc(), self.portal_session():
            self.as_admin("res.config.settings").create(
                {"chorus_pro_environment": "demo", "chorus_pro_auto_send": True}
            ).execute()
        self.assertTrue(self.company.chorus_pro_auto_send)

    def test_who_confirms_another_one_is_asked_again(self):
        company = self.company.with_user(self.admin)
        company = company.with_context(chorus_pro_confirmed="qualification")
        with self.over_rpc(), self.assertRaises(RedirectWarning):
            company.chorus_pro_environment = "production"

    def test_programs_are_not_asked(self):
        with self.portal_session():
            self.company.with_user(self.admin).chorus_pro_environment = "qualification"
        with self.over_rpc(), self.portal_session():
            self.company.sudo().chorus_pro_environment = "demo"
        self.assertEqual(self.company.chorus_pro_environment, "demo")

    # === THE DIALOG === #

    def test_one_step_after_the_other(self):
        for environment in ("qualification", "production"):
            dialog = Form(self.as_admin("chorus.pro.environment"))
            self.assertEqual(dialog.environment, environment)
            action = self.move_to(environment)
            self.assertEqual(action["tag"], "reload")
            self.assertEqual(self.company.chorus_pro_environment, environment)
        dialog = Form(self.as_admin("chorus.pro.environment"))
        self.assertEqual(dialog.environment, "production")
        self.assertFalse(dialog.consequences)
        self.move_to("demo")
        self.assertEqual(self.company.chorus_pro_environment, "demo")

    def test_production_is_understood_first(self):
        with self.assertRaisesRegex(UserError, "Tick the box"):
            self.move_to("production", understood=False)
        self.assertEqual(self.company.chorus_pro_environment, "demo")

    def consequences(self, environment):
        """What the dialog says of a move."""
        dialog = Form(self.as_admin("chorus.pro.environment"))
        dialog.environment = environment
        return dialog.consequences

    def test_what_waits_is_counted_then_taken_back(self):
        self.move._chorus_pro_enqueue()
        text = self.consequences("qualification")
        self.assertIn("Invoices that wait to be sent to Demo: 1.", text)
        self.assertNotIn("have no answer yet", text)
        self.move_to("qualification")
        self.assertEqual(self.attempts(), ["cancelled"])

    def test_what_is_lost_is_counted_and_kept(self):
        self.lose()
        text = self.consequences("production")
        self.assertIn("left for Demo and have no answer yet: 1.", text)
        self.move_to("production")
        self.assertEqual(self.attempts(), ["unknown"])

    def test_keys_that_are_known_to_open_it(self):
        text = self.consequences("qualification")
        self.assertIn("those of another environment", text)
        self.assertNotIn("Enter the keys", self.consequences("demo"))
        self.go_live()
        self.press()
        self.go_to("demo")
        self.assertNotIn("Enter the keys", self.consequences("qualification"))
        self.assertIn("Enter the keys", self.consequences("production"))

    def test_sending_by_itself_is_told(self):
        words = "Invoices are sent automatically"
        self.assertNotIn(words, self.consequences("production"))
        with self.portal_session():
            self.company.sudo().chorus_pro_auto_send = True
        self.assertIn(words, self.consequences("production"))
        self.assertNotIn(words, self.consequences("qualification"))

    # === RIGHTS === #

    def test_only_administrators(self):
        rights = new_test_user(
            self.env, "chorus_setup_rights", groups="base.group_erp_manager"
        )
        for user in (self.clerk, rights):
            with self.assertRaises(AccessError):
                self.env["chorus.pro.environment"].with_user(user).create(
                    {"company_id": self.company.id, "environment": "production"}
                )
            self.refuses(self.company.with_user(user))
        self.assertEqual(self.company.chorus_pro_environment, "demo")

    def refuses(self, company):
        """Nothing of the set-up is open to the user of `company`."""
        for call in (
            lambda: company.write({"chorus_pro_environment": "production"}),
            lambda: company._chorus_pro_move_to("production"),
            company.action_chorus_pro_test,
        ):
            with self.over_rpc(), self.assertRaises(AccessError):
                call()
