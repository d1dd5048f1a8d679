"""What an environment has left behind: nobody decides about it from another one."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.tests.act_common import ActCommon
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


class LeftBehind:
    """The company goes to an environment whose portal nobody may call here."""

    def leave(self):
        self.calls = []
        self.go_to("qualification", "http://127.0.0.1:9")
        company = type(self.env["res.company"])
        self.patch(company, "_chorus_pro_client", lambda *_args: self.calls.append(1))

    def check_refused(self, action, *args):
        with self.assertRaises(UserError) as caught:
            action(*args)
        self.assertIn("Demo", str(caught.exception))
        self.assertIn("Qualification", str(caught.exception))
        self.assertFalse(self.calls)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineLeftBehind(LeftBehind, EngineCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls.make_officer()

    def test_a_lost_attempt_waits_for_its_environment(self):
        self.lose("timeout_after")
        [deposit] = self.ledger()["deposits"]
        lost, flow = self.row.with_user(self.officer), self.flow
        self.assertTrue(lost.is_here and flow.is_here)
        self.leave()
        self.assertFalse(lost.is_here or flow.is_here)
        for action in (
            lost.action_look_again,
            lost.action_enter_flow_number,
            lost.action_deposit_again,
            flow.with_user(self.clerk).action_refresh,
        ):
            with self.subTest(action.__name__):
                self.check_refused(action)
        self.check_refused(flow._settle_by_person, deposit["number"], None)
        self.assertEqual(self.attempts(), ["unknown"])
        self.assertEqual((flow.state, flow.checks), ("unknown", 0))

    def test_back_again_it_is_found(self):
        self.lose("timeout_after")
        self.advance(60)
        lost = self.row.with_user(self.officer)
        self.go_to("qualification", self.serve_portal())
        self.go_to("demo")
        with self.portal_session():
            lost.action_look_again()
        self.assertEqual((lost.state, self.posts()), ("deposited", 1))

    def test_many_deposits_are_refreshed_without_those_of_others(self):
        self.lose("timeout_after")
        left = self.flow
        other = self.make_invoice()
        self.go_to("qualification", self.serve_portal())
        self.send(other)
        flow = other.sudo().chorus_pro_transmission_id.flow_id
        self.advance(60)
        with self.portal_session():
            (left | flow).with_user(self.clerk).action_refresh()
        self.assertEqual(self.attempts(other), ["integrated"])
        self.assertEqual(self.attempts(), ["unknown"])
        self.assertEqual((left.state, left.checks), ("unknown", 0))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineLeftBehindAsk(LeftBehind, ActCommon):
    def test_a_lost_request_waits_for_its_environment(self):
        self.refuse("A_RECYCLER", "Mauvais destinataire")
        self.reroute()
        request = self.asked
        request._apply("claim")
        request._apply("lose")
        asked = request.with_user(self.officer)
        self.leave()
        self.check_refused(asked.action_look_again)
        self.assertEqual((request.state, request.checks), ("unknown", 0))
