"""The end of the technical account's password: read, shown, reminded of."""

from datetime import timedelta

from odoo import fields
from odoo.tests import Form, tagged

from odoo.addons.l10n_fr_chorus_pro.tests.setup_common import SetupCommon

ACTIVITY = "l10n_fr_chorus_pro.mail_activity_password"
DAY = 86400
ACCOUNT = {"login": "TECH_9_1@cpro.fr", "password": "Ends-soon-1!"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSetupPassword(SetupCommon):
    def live_with(self, days):
        """Use an account whose password ends in so many days."""
        self.control("accounts", {**ACCOUNT, "active_in": -1, "expires_in": days * DAY})
        self.go_live(**ACCOUNT)

    def renew(self, days=400):
        """Renew the password at the portal, and save it."""
        values = {**ACCOUNT, "password": f"Renewed-{days}!"}
        self.control("accounts", {**values, "active_in": -1, "expires_in": days * DAY})
        self.go_to("qualification", **values)

    def look(self):
        """Run the day's scheduled action."""
        self._run("ir_cron_password")
        self.env.invalidate_all()

    @property
    def reminders(self):
        """The open reminders."""
        return self.company.partner_id.activity_search([ACTIVITY])

    def days_left(self, days):
        """Let the password end in so many days, as it was read before."""
        end = fields.Datetime.now() + timedelta(days=days)
        self.note(password_expires_at=end)
        self.remind()

    def remind(self):
        """Judge what was read, as the scheduled action does."""
        with self.portal_session():
            self.gate()._remind_of_password()
        self.env.invalidate_all()

    def test_it_is_read_and_shown(self):
        self.live_with(200)
        self.look()
        left = self.gate().password_expires_at - fields.Datetime.now()
        # The portal's moments have whole seconds.
        self.assertAlmostEqual(left / timedelta(days=1), 200, places=2)
        self.assertFalse(self.reminders)
        page = Form(self.as_admin("res.config.settings"))
        self.assertRegex(
            page.chorus_pro_password_words, "The password expires on .*202"
        )
        self.assertFalse(page.chorus_pro_password_ends_soon)

    def test_one_reminder_at_thirty_days_one_at_seven(self):
        self.live_with(29)
        self.look()
        first = self.reminders
        self.assertEqual(len(first), 1)
        self.assertEqual(self.gate().password_warned, 30)
        end = self.gate().password_expires_at.date()
        self.assertEqual(first.date_deadline, end - timedelta(days=7))
        self.assertIn(self.company.name, first.summary)
        self.assertTrue(
            Form(self.as_admin("res.config.settings")).chorus_pro_password_ends_soon
        )
        self.look()
        self.assertEqual(self.reminders, first)

        # Nobody is asked again for what was ticked off, until seven days are left.
        first.action_done()
        self.look()
        self.assertFalse(self.reminders)
        self.days_left(6)
        last = self.reminders
        self.assertEqual(len(last), 1)
        self.assertEqual(self.gate().password_warned, 7)
        self.assertEqual(last.date_deadline, self.gate().password_expires_at.date())
        self.remind()
        self.assertEqual(self.reminders, last)

    def test_the_second_replaces_the_first(self):
        self.live_with(20)
        self.look()
        first = self.reminders
        self.days_left(5)
        self.assertEqual(len(self.reminders), 1)
        self.assertNotEqual(self.reminders, first)

    def test_an_expired_one_is_told(self):
        self.live_with(20)
        self.days_left(-1)
        page = Form(self.as_admin("res.config.settings"))
        self.assertRegex(page.chorus_pro_password_words, "The password expired on")
        self.assertEqual(len(self.reminders), 1)

    def test_a_renewed_password_closes_it(self):
        self.live_with(5)
        self.look()
        self.assertTrue(self.reminders)
        cron = self.env.ref("l10n_fr_chorus_pro.ir_cron_password")
        asked = self.env["ir.cron.trigger"].sudo()
        asked.search([("cron_id", "=", cron.id)]).unlink()
        self.renew()
        self.assertTrue(asked.search([("cron_id", "=", cron.id)]))
        self.assertFalse(self.gate().password_expires_at)
        self.assertTrue(self.reminders, "it stays until the portal tells another end")
        self.look()
        self.assertFalse(self.reminders)
        self.assertFalse(self.gate().password_warned)

    def test_a_renewed_one_that_ends_soon_too(self):
        self.live_with(5)
        self.look()
        self.renew(days=6)
        self.look()
        self.assertEqual(len(self.reminders), 1)

    def test_the_test_of_the_connection_closes_it_too(self):
        self.live_with(5)
        self.look()
        self.renew()
        self.press()
        self.env.invalidate_all()
        self.assertFalse(self.reminders)

    def test_it_is_dated_when_it_changes_only(self):
        self.live_with(100)
        company = self.company.sudo()
        past = fields.Datetime.now() - timedelta(days=9)
        company.chorus_pro_account_saved_at = past
        company.chorus_pro_application_saved_at = past
        self.go_to("qualification", **ACCOUNT)
        self.assertEqual(company.chorus_pro_account_saved_at, past)
        self.renew()
        self.assertGreater(company.chorus_pro_account_saved_at, past)
        self.assertEqual(company.chorus_pro_application_saved_at, past)

    # === NOT READ === #

    def test_a_portal_that_does_not_answer(self):
        self.live_with(29)
        self.look()
        self.days_left(6)
        self.fault("error_500", "structures/consulter")
        read_at = self.gate().password_read_at
        self.look()
        self.assertEqual(self.gate().password_read_at, read_at)
        self.assertEqual(len(self.reminders), 1)

    def test_nothing_is_asked_while_the_queue_pauses(self):
        self.live_with(29)
        self.note(paused_until=fields.Datetime.now() + timedelta(hours=1))
        self.look()
        self.assertFalse(self.gate().password_read_at)

    def test_a_portal_that_does_not_tell(self):
        self.go_live()
        self.note(password_expires_at=fields.Datetime.now())

        class Silent:
            """A client whose portal tells no end."""

            def consulter_structure(self, _own_id):
                """A structure without the date."""
                return type("Detail", (), {"password_expires_at": None})

        self.assertIsNone(self.gate()._read_password(Silent(), "1"))
        self.assertTrue(self.gate().password_expires_at)

    # === ENVIRONMENTS === #

    def test_demo_has_no_password_to_renew(self):
        self.press()
        end = fields.Datetime.now() + timedelta(days=3)
        self.note(password_expires_at=end)
        self.remind()
        self.look()
        self.assertFalse(self.reminders)
        page = Form(self.as_admin("res.config.settings"))
        self.assertFalse(page.chorus_pro_password_words)

    def test_going_back_to_demo_closes_it(self):
        self.live_with(5)
        self.look()
        self.assertTrue(self.reminders)
        self.go_to("demo")
        self.assertFalse(self.reminders)
