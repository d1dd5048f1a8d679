"""Coming from the OCA modules: sent invoices, followed further, never sent again."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import FlowReport
from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_takeover_sent import (
    SentBefore,
    judge,
)
from odoo.addons.l10n_fr_chorus_pro.tests.takeover_common import TakeoverCommon

moment = fields.Datetime.to_datetime
NOTHING_KNOWN = SentBefore(
    move_id=1,
    flow_id=1,
    linked=True,
    identifier=0,
    status=None,
    status_at=None,
    settled=True,
    flow_name="CPP1",
    flow_date=None,
    flow_status=None,
    flow_status_at=None,
    notes=None,
    file_id=None,
)
CASES = [
    ("deposited", {}),
    ("deposited", {"flow_status": "IN_RECU"}),
    ("deposited", {"flow_status": "SOMETHING_NEW"}),
    ("deposited", {"flow_status": "IN_INTEGRE"}),
    ("deposited", {"flow_status": "IN_INTEGRE_PARTIEL", "notes": "Ref : F1"}),
    ("integrated", {"identifier": 5}),
    ("integrated", {"identifier": 5, "linked": False, "flow_name": None}),
    ("integrated", {"status": "MANDATEE", "flow_status": "IN_REJETE"}),
    ("rejected", {"flow_status": "IN_REJETE"}),
    ("rejected", {"flow_status": "QP_IRRECEVABLE"}),
    ("rejected", {"flow_status": "IN_REJETE", "linked": False}),
    (
        "rejected",
        {"flow_status": "IN_INTEGRE_PARTIEL", "linked": False, "notes": "Ref : F1"},
    ),
    ("unknown", {"flow_status": "IN_REJETE", "settled": False}),
    ("unknown", {"flow_status": "IN_INTEGRE_PARTIEL", "linked": False}),
    ("unknown", {"flow_status": "IN_INTEGRE", "linked": False}),
    ("unknown", {"flow_status": "IN_INCIDENTE"}),
    ("unknown", {"linked": False}),
    ("unknown", {"flow_name": None}),
]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTakeoverInvoices(TakeoverCommon):
    """Each old invoice in the right state, in the right environment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(
            cls.env,
            "takeover_officer",
            groups="account.group_account_invoice,"
            "l10n_fr_chorus_pro.group_chorus_pro_officer",
            company_id=cls.company.id,
        )

    def setUp(self):
        super().setUp()
        self.prepare()

    def test_every_case_is_judged(self):
        for state, known in CASES:
            with self.subTest(known):
                self.assertEqual(judge(NOTHING_KNOWN._replace(**known), "F1"), state)

    # === STATES === #

    def test_an_invoice_with_a_status(self):
        self.old_flow(moves=self.move)
        self.mark(
            self.move,
            chorus_identifier=4321,
            chorus_status="MANDATEE",
            chorus_status_date="2026-04-01 10:00:00",
        )
        told = self.take_over()
        row = self.rows(self.move)
        self.assertEqual((row.state, row.environment), ("integrated", "production"))
        self.assertEqual((row.portal_id, row.portal_status), ("4321", "MANDATEE"))
        self.assertEqual(row.portal_status_at, moment("2026-04-01 10:00:00"))
        self.assertEqual(row.state_since, moment("2026-04-01 10:00:00"))
        flow = row.flow_id
        self.assertEqual((flow.name, flow.state), ("CPP0001", "integrated"))
        self.assertEqual(flow.deposited_at, moment("2026-03-02 00:00:00"))
        self.assertEqual(flow.portal_state, "IN_INTEGRE")
        self.assertFalse(flow.next_check_at)
        self.assertIn("CPP0001, status MANDATEE", self.chatter()[-1])
        self.assertIn("followed from now on: 1.", told)
        self.assertIn("Choose Production in the settings", told)
        self.assertEqual(self.move.chorus_pro_status, "to_send", "Demo is no matter")
        self.production()
        self.assertEqual(self.move.chorus_pro_status, "approved")

    def test_what_was_sent_is_never_sent_again(self):
        moves = self.move | self.make_invoice() | self.make_invoice()
        self.old_flow(moves=moves[0], status="IN_RECU")
        self.old_flow(moves=moves[1], name="CPP0002", status="IN_INCIDENTE")
        self.mark(moves[2], chorus_identifier=4)
        self.take_over()
        self.production()
        self.assertEqual(
            moves.mapped("chorus_pro_status"), ["sent", "unknown", "filed"]
        )
        self.assertFalse(any(moves.mapped("chorus_pro_can_send")))
        self.assertFalse(moves._chorus_pro_enqueue())
        moves.with_user(self.clerk).action_chorus_pro_mark_elsewhere()
        moves.with_user(self.clerk).action_chorus_pro_unmark_elsewhere()
        self.assertFalse(moves._chorus_pro_enqueue())
        for move in moves:
            self.assertEqual(len(self.rows(move)), 1)
            with self.assertRaisesRegex(UserError, "cannot be changed"):
                move.button_draft()

    def test_a_flow_half_way(self):
        """What has an identifier is filed, about the other the portal is asked."""
        moves = self.move | self.make_invoice()
        self.old_flow(moves=moves)
        self.mark(moves[0], chorus_identifier=1, chorus_status="DEPOSEE")
        self.take_over()
        rows = self.rows(moves[0]) | self.rows(moves[1])
        self.assertEqual(rows.mapped("state"), ["integrated", "deposited"])
        self.assertEqual(len(rows.flow_id), 1)
        self.assertEqual(rows.flow_id.state, "deposited")
        self.assertTrue(rows.flow_id.next_check_at)

    def test_a_refused_invoice_may_be_sent(self):
        self.old_flow(status="IN_REJETE", moves=self.move, notes="Siret inconnu")
        self.mark(self.move, chorus_flow_id=None)
        told = self.take_over()
        row = self.rows(self.move)
        self.assertEqual((row.state, row.error), ("rejected", "Siret inconnu"))
        self.assertEqual(row.flow_id.state, "rejected")
        self.assertIn("They may be corrected and sent.", told)
        self.production()
        self.assertEqual(self.move.chorus_pro_status, "rejected")
        codes = [p.code for p in self.move._chorus_pro_blockers()]
        self.assertEqual(codes, ["not_configured"], "nothing else stops it")

    def test_a_refused_invoice_that_was_sent_a_second_time(self):
        self.old_flow(status="IN_REJETE", moves=self.move)
        self.old_flow(name="CPP0002", status=None, moves=self.move)
        self.take_over()
        row = self.rows(self.move)
        self.assertEqual((row.state, row.flow_number), ("deposited", "CPP0002"))

    def test_two_flows_of_which_one_did_not_end(self):
        self.old_flow(status="IN_INCIDENTE", moves=self.move)
        self.old_flow(name="CPP0002", status="IN_REJETE", moves=self.move)
        self.take_over()
        row = self.rows(self.move)
        self.assertEqual((row.state, row.flow_id.state), ("unknown", "unknown"))
        self.assertIn("nobody knows whether it arrived", row.error)

    def test_a_flow_that_is_gone(self):
        self.mark(self.move, chorus_flow_id=999)
        told = self.take_over()
        row = self.rows(self.move)
        self.assertEqual((row.state, row.flow_id.name), ("unknown", False))
        self.assertTrue(row.flow_id.attempted_at)
        self.assertIn("an officer decides", told)

    def test_a_status_that_nobody_knows_is_kept(self):
        self.mark(self.move, chorus_identifier=4, chorus_status="NOUVEAU")
        self.take_over()
        self.production()
        self.assertEqual(self.rows(self.move).portal_status, "NOUVEAU")
        self.assertEqual(self.move.chorus_pro_status, "filed")
        self.assertFalse(self.rows(self.move).flow_id)

    def test_invoices_without_a_trace_are_left_alone(self):
        self.old_flow()
        self.take_over()
        self.assertFalse(self.rows(self.move))
        self.assertIsNone(self.outcome("invoice", self.move.id))

    # === WHAT IS HERE ALREADY === #

    def test_a_queued_invoice_is_taken_back(self):
        self.company.sudo().chorus_pro_environment = "qualification"
        self.mark(self.company, fr_chorus_qualif=True)
        rows = self.env["chorus.pro.transmission"].sudo()
        rows.create(rows._prepare(self.move))
        self.old_flow(moves=self.move, status=None)
        told = self.take_over()
        self.assertEqual(self.attempts(), ["cancelled", "deposited"])
        self.assertEqual(self.row.environment, "qualification")
        self.assertIn("may still be sent for real", told)

    def test_what_was_sent_from_here_stays(self):
        self.mark(self.company, fr_chorus_qualif=True)
        self.company.sudo().chorus_pro_environment = "qualification"
        rows = self.env["chorus.pro.transmission"].sudo()
        rows.create(rows._prepare(self.move, state="unknown"))
        found = self.make_invoice()
        found.sudo()._chorus_pro_declare().portal_id = "12"
        self.old_flow(moves=self.move | found)
        told = self.take_over()
        self.assertEqual(self.attempts(), ["unknown"])
        self.assertEqual(self.attempts(found), ["elsewhere"], "followed already")
        self.assertEqual(self.outcome("invoice", self.move.id), "known")
        self.assertIn("sent from here already: 2.", told)

    def test_a_mark_that_anybody_could_take_away_gives_way(self):
        self.mark(self.company, fr_chorus_qualif=True)
        self.company.sudo().chorus_pro_environment = "qualification"
        self.move.with_user(self.clerk).action_chorus_pro_mark_elsewhere()
        self.old_flow(moves=self.move)
        self.take_over()
        self.assertEqual(self.attempts(), ["cancelled", "deposited"])
        self.move.with_user(self.clerk).action_chorus_pro_unmark_elsewhere()
        self.assertFalse(self.move._chorus_pro_enqueue())

    def test_a_refusal_is_no_news_where_somebody_queued_it(self):
        self.mark(self.company, fr_chorus_qualif=True)
        self.company.sudo().chorus_pro_environment = "qualification"
        rows = self.env["chorus.pro.transmission"].sudo()
        rows.create(rows._prepare(self.move))
        self.old_flow(moves=self.move, status="IN_REJETE")
        self.take_over()
        self.assertEqual(self.attempts(), ["to_send"])

    def test_an_invoice_that_somebody_changes_is_left_for_later(self):
        self.old_flow(moves=self.move)
        moves = type(self.env["account.move"])
        with patch.object(moves, "try_lock_for_update", lambda m, **_how: m.browse()):
            told = self.take_over()
        self.assertIn("somebody is changing them: 1.", told)
        self.assertFalse(self.rows(self.move))
        self.assertTrue(self.takeover._is_due())
        self.take_over()
        self.assertEqual(self.rows(self.move).state, "deposited")

    # === COMPANIES AND FILES === #

    def test_companies_are_kept_apart(self):
        other = self.make_invoice()
        self.old_flow(moves=self.move | other, status=None)
        company = self.env["res.company"].create({"name": "Filiale"})
        self.mark(other, company_id=company.id)
        self.mark(company, fr_chorus_qualif=True)
        self.env.invalidate_all()
        self.take_over()
        ours, theirs = self.rows(self.move), self.rows(other)
        self.assertEqual(ours.flow_id.company_id, self.company)
        self.assertEqual(theirs.flow_id.company_id, company)
        self.assertEqual(
            (ours.environment, theirs.environment), ("production", "qualification")
        )
        self.assertEqual(theirs.flow_id.environment, "qualification")

    def test_the_file_that_was_sent_stays_with_its_invoice(self):
        files = self.env["ir.attachment"].create(
            [{"name": f"{name}.pdf", "raw": b"x"} for name in "ab"]
        )
        moves = self.make_invoice() | self.make_invoice()
        self.old_flow(moves=self.move, attachment_id=files[0].id)
        self.old_flow(moves=moves, name="CPP2", attachment_id=files[1].id)
        self.take_over()
        self.assertEqual(
            (files[0].res_model, files[0].res_id), ("account.move", self.move.id)
        )
        self.assertFalse(files[1].res_model, "an archive of several")

    # === FOLLOWED FURTHER === #

    def demo(self):
        """The old module had sent to the portal that the tests play."""
        patching = patch.object(
            type(self.takeover),
            "_take_companies",
            lambda *_a: {self.company.id: "demo"},
        )
        patching.start()
        self.addCleanup(patching.stop)

    def file_before(self, *moves):
        """Deposit invoices as another program does; returns the flow numbers."""
        numbers = []
        for move in moves:
            document = move._chorus_pro_make_document(self._render(move)[move.id])
            with self.portal_session(), self.company._chorus_pro_client() as client:
                numbers.append(client.deposer_flux("o.pdf", document.content).number)
        self.advance(60)
        return numbers

    def test_a_deposit_is_followed_to_the_payment(self):
        self.demo()
        [number] = self.file_before(self.move)
        self.old_flow(name=number, status=None, status_date=None, moves=self.move)
        self.take_over()
        self.assertEqual(self.move.chorus_pro_status, "sent")
        self.run_follow()
        self.assertEqual(self.move.chorus_pro_status, "available")
        self.assertTrue(self.row.portal_id)
        self.act(self.move, "MANDATEE")
        self.run_follow()
        self.assertEqual(self.move.chorus_pro_status, "approved")
        self.run_send()
        self.assertEqual(self.posts(), 1)

    def test_a_filed_invoice_is_followed_by_a_company_that_works_already(self):
        """Its changes since the old module's last look are read, however old."""
        self.demo()
        other = self.make_invoice()
        self.integrate(other)
        [number] = self.file_before(self.move)
        invoice = self.ledger()["invoices"][-1]
        self.act(self.move, "MANDATEE")
        self.advance(3 * 3600)
        self.gate().followed_until = self.env.cr.now()
        self.old_flow(name=number, moves=self.move)
        self.mark(
            self.move,
            chorus_identifier=invoice["id"],
            chorus_status="DEPOSEE",
            chorus_status_date="2026-03-02 10:00:00",
        )
        self.take_over()
        self.assertEqual(self.move.chorus_pro_status, "filed")
        self.assertEqual(self.gate().followed_until, moment("2026-03-02 10:00:00"))
        self.run_follow()
        self.assertEqual(self.move.chorus_pro_status, "approved")

    def test_what_is_in_doubt_is_found_by_number(self):
        self.demo()
        [number] = self.file_before(self.move)
        self.old_flow(name="", moves=self.move)
        self.take_over()
        self.assertEqual(self.move.chorus_pro_status, "unknown")
        self.run_follow()
        self.run_follow()
        self.assertEqual(self.move.chorus_pro_status, "available")
        self.assertEqual(self.row.flow_number, number)

    def test_a_number_that_the_portal_does_not_know_any_more(self):
        self.demo()
        self.old_flow(name="CPP_GONE", status=None, moves=self.move)
        self.take_over()
        for _run in range(2):
            self.run_follow()
        self.assertEqual((self.row.state, self.flow.state), ("unknown", "unknown"))
        self.assertIn("does not know the flow CPP_GONE", self.row.error)
        self.assertTrue(self.move.activity_ids, "a person decides")
        self.run_send()
        self.assertEqual(self.posts(), 0)
        with self.assertRaises(UserError):
            self.row.with_user(self.officer).sudo(False).move_id.button_draft()
        self.row.with_user(self.officer).action_deposit_again()
        self.run_send()
        self.assertEqual(self.posts(), 1)

    def test_an_incident_is_no_reason_to_send_by_ourselves(self):
        self.demo()
        self.old_flow(name="CPP_X", status="IN_RECU", moves=self.move)
        self.take_over()
        self.flow._follow_report("incident", None, {})
        self.assertEqual((self.row.state, self.flow.state), ("unknown", "unknown"))
        self.assertIn("was not processed", self.row.error)
        self.run_send()
        self.assertEqual(self.posts(), 0)

    def test_an_incident_of_our_own_goes_again(self):
        self.send(self.move)
        report = FlowReport.parse({"etatCourantDepotFlux": "IN_INCIDENTE"})
        self.flow._follow_report("incident", report, {})
        self.assertEqual(self.row.state, "to_send")
