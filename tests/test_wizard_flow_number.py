"""The dialog where an officer types the flow number that the portal shows."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

NUMBER = "CPP" + "0" * 21 + "7"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWizardFlowNumber(EngineCommon):
    """A lost deposit goes on as if its answer had arrived."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(
            cls.env,
            "chorus_officer",
            groups="l10n_fr_chorus_pro.group_chorus_pro_officer",
            company_id=cls.company.id,
        )

    def setUp(self):
        super().setUp()
        self.lose()
        self.end_pause()

    def dialog(self, number, user=None):
        """The dialog of the lost attempt with a number typed in."""
        row = self.row.with_user(user or self.officer)
        action = row.action_enter_flow_number()
        self.assertEqual((action["target"], action["view_mode"]), ("new", "form"))
        model = row.env[action["res_model"]].with_context(action["context"])
        return model.create({"number": number})

    def confirm(self, number, user=None):
        """Type a number and confirm; the portal is asked about it."""
        with self.portal_session():
            return self.dialog(number, user).action_confirm()

    def test_number_leads_to_the_portal_s_verdict(self):
        (deposit,) = self.ledger()["deposits"]
        result = self.confirm(f"  {deposit['number'].lower()} ")
        self.assertEqual(result["type"], "ir.actions.act_window_close")
        self.assertEqual(self.flow.name, deposit["number"])
        self.assertEqual(self.flow.state, "deposited")
        self.assertEqual((self.row.state, self.row.error), ("deposited", False))
        self.assertEqual(self.move.chorus_pro_status, "sent")
        self.advance(60)
        self.run_follow()
        self.assertEqual(self.row.state, "integrated")
        self.assertEqual(len(self.ledger()["deposits"]), 1)

    def test_what_is_no_flow_number(self):
        for number in (NUMBER[:-1], f"{NUMBER}0", f"X{NUMBER[1:]}", "CPP", " "):
            with (
                self.subTest(number),
                self.assertRaisesRegex(UserError, "CPP followed by 22 digits"),
            ):
                self.confirm(number)
        self.assertEqual(self.row.state, "unknown")

    def test_number_that_the_portal_does_not_know(self):
        with self.assertRaisesRegex(UserError, f"knows no flow {NUMBER}"):
            self.confirm(NUMBER)
        self.assertEqual(self.row.state, "unknown")

    def test_number_of_another_deposit(self):
        other = self.send(self.make_invoice())
        self.advance(60)
        with self.assertRaisesRegex(UserError, "holds other invoices"):
            self.confirm(other.flow_id.name)
        self.assertEqual(self.row.state, "unknown")

    def test_portal_that_does_not_answer(self):
        self.fault("error_500", "transverses/consulterCRDetaille")
        with self.assertRaisesRegex(UserError, "internal error"):
            self.confirm(NUMBER)
        self.assertEqual(self.row.state, "unknown")

    def test_deposit_that_is_not_lost_stays_as_it_is(self):
        (deposit,) = self.ledger()["deposits"]
        dialog = self.dialog(deposit["number"])
        self.flow._settle(NUMBER)
        with self.assertRaisesRegex(UserError, NUMBER), self.portal_session():
            dialog.action_confirm()
        self.assertEqual((self.flow.name, self.flow.state), (NUMBER, "deposited"))

    def test_clerk_may_not_decide(self):
        with self.assertRaises(AccessError):
            self.dialog(NUMBER, self.clerk)
        with self.assertRaises(AccessError), self.portal_session():
            self.dialog(NUMBER).with_user(self.clerk).action_confirm()
        self.assertEqual(self.row.state, "unknown")
