"""Everything that stops an invoice, or deserves a look, before it leaves."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import const_documents
from odoo.addons.l10n_fr_chorus_pro.factur_x import CODES
from odoo.addons.l10n_fr_chorus_pro.factur_x.issues import make_issue
from odoo.addons.l10n_fr_chorus_pro.models import account_move_preflight
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

SERVICE, ENGAGEMENT = "buyer_reference", "purchase_order_reference"
SIRET = "21990001600011"

# requirement -> problems of an invoice with (neither, service, engagement, both)
DEMANDS = {
    "none": (None, None, None, None),
    "service": ("service_missing", None, "service_missing", None),
    "engagement": ("engagement_missing", "engagement_missing", None, None),
    "both": (
        "service_missing engagement_missing",
        "engagement_missing",
        "service_missing",
        None,
    ),
    "either": ("either_missing", None, None, None),
    "unknown": ("requirement_unknown",) * 4,
}
# state of the attempt -> what is said of sending again
ATTEMPTS = {
    "to_send": ["on_its_way"],
    "sending": ["on_its_way"],
    "unknown": ["on_its_way"],
    "deposited": ["on_its_way"],
    "integrated": ["on_its_way"],
    "elsewhere": ["elsewhere"],
    "failed": [],
    "rejected": [],
    "cancelled": [],
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMovePreflight(ChorusProCommon):
    """Each problem has a code, a level, words, a record and a field to fix."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.town = cls.make_entity(SIRET, "Mairie de Fontclair")

    @contextmanager
    def undone(self, name):
        """A sub-test that leaves nothing behind."""
        with self.subTest(name), self.env.cr.savepoint() as savepoint:
            yield
            self.env.flush_all()
            savepoint.rollback()
            self.env.invalidate_all()

    def codes(self, move):
        """Codes of what is found, blockers first."""
        return [problem.code for problem in move._chorus_pro_find_problems()]

    def assertProblem(self, move, code, record=None, field="", level="error"):
        """`code` is the only problem of `move`, in words, to be fixed on `record`."""
        (problem,) = move._chorus_pro_find_problems()
        record = move if record is None else record
        found = (problem.code, problem.level, problem.record, problem.field)
        self.assertEqual(found, (code, level, record, field))
        self.assertRegex(problem.message, r"^\w.* .*\.( \([\w.-]+\))?$")
        self.assertNotIn(code, problem.message)
        self.assertEqual(move._chorus_pro_blockers() != [], level == "error")
        return problem

    def assertUnread(self, move):
        field = "chorus_pro_requirement"
        self.assertProblem(move, "requirement_unknown", self.town, field, "warning")

    # === THE INVOICE === #

    def test_good_invoice_has_no_problem(self):
        move = self.make_invoice(self.town)
        self.assertEqual(move._chorus_pro_find_problems(), [])
        self.assertTrue(move.chorus_pro_can_send)
        self.assertFalse(move.chorus_pro_problems)

    def test_other_documents(self):
        for kind, words in (
            ("in_invoice", "Vendor bills"),
            ("in_refund", "Vendor bills"),
            ("out_receipt", "sales receipts"),
            ("entry", "Only customer invoices"),
        ):
            move = self.env["account.move"].create({"move_type": kind})
            self.assertEqual(self.codes(move)[0], "kind")
            self.assertIn(words, move._chorus_pro_find_problems()[0].message)
            self.assertNotIn("not_posted", self.codes(move))
            self.assertFalse(move.chorus_pro_can_send)

    def test_empty_draft(self):
        draft = self.env["account.move"].create({"move_type": "out_invoice"})
        self.assertEqual(self.codes(draft), ["not_posted", "no_lines"])

    def test_draft_without_lines(self):
        draft = self.make_invoice(self.town, post=False)
        self.assertProblem(draft, "not_posted", field="state")
        draft.invoice_line_ids = [Command.clear()]
        self.assertEqual(self.codes(draft), ["not_posted", "no_lines"])
        draft.invoice_line_ids = [
            Command.create({"display_type": "line_note", "name": "Note"})
        ]
        self.assertEqual(self.codes(draft), ["not_posted", "no_lines"])
        self.assertFalse(draft.chorus_pro_problems, "not before it is confirmed")

    def test_number_of_more_than_twenty_characters(self):
        move = self.make_invoice(self.town, name="FAC/2026/FONTCLAIR/01")
        problem = self.assertProblem(move, "too_long", field="name")
        self.assertEqual(
            problem.message,
            "Invoice number: FAC/2026/FONTCLAIR/01 is longer than 20 characters. "
            "(BR-FR-CPRO-02)",
        )
        shorter = self.make_invoice(self.town, name="FAC/2026/FONTCLA/001")
        self.assertEqual(self.codes(shorter), [])

    def test_number_with_forbidden_characters(self):
        move = self.make_invoice(self.town, name="FAC.2026.0001")
        self.assertProblem(move, "number_characters", field="name")

    def test_no_bank_account(self):
        move = self.make_invoice(self.town, post=False)
        move.partner_bank_id = False
        move.action_post()
        move.partner_bank_id = False
        self.assertProblem(move, "iban_missing", field="partner_bank_id")

    def test_account_that_is_no_iban(self):
        bank = self.env["res.partner.bank"].create(
            {
                "acc_number": "12345",
                "partner_id": self.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        move = self.make_invoice(self.town, partner_bank_id=bank.id)
        problem = self.assertProblem(move, "iban_invalid", field="partner_bank_id")
        self.assertIn("12345", problem.message)

    def test_files_to_add(self):
        files = self.env["ir.attachment"].create(
            [{"name": "a.exe", "raw": b"x"}, {"name": "ok.pdf", "raw": b"x"}]
        )
        move = self.make_invoice(self.town, chorus_pro_attachment_ids=files.ids)
        problem = self.assertProblem(
            move, "attachment_extension", field="chorus_pro_attachment_ids"
        )
        self.assertIn("a.exe", problem.message)

    def test_credit_note_without_original(self):
        refund = self.make_invoice(self.town, move_type="out_refund")
        field = "chorus_pro_original_number"
        self.assertProblem(refund, "preceding_missing", None, field, "warning")
        self.assertTrue(refund.chorus_pro_can_send)

    def test_everything_is_told_at_once(self):
        self.town.write({"chorus_pro_requirement": "both", "company_registry": "12"})
        file = self.env["ir.attachment"].create({"name": "a.exe", "raw": b"x"})
        move = self.make_invoice(
            self.town, name="FAC.2026.0001", chorus_pro_attachment_ids=file.ids
        )
        self.assertEqual(
            set(self.codes(move)),
            {
                "entity_siret",
                "service_missing",
                "engagement_missing",
                "number_characters",
                "attachment_extension",
            },
        )

    # === THE COMPANY === #

    def test_company_without_settings(self):
        move = self.make_invoice(self.town)
        self.company.chorus_pro_environment = "production"
        problem = self.assertProblem(
            move, "not_configured", self.company, "chorus_pro_environment"
        )
        self.assertIn(self.company.name, problem.message)

    def test_company_without_siret(self):
        move = self.make_invoice(self.town)
        for registry in (False, "123456782", "ABCDEFGHIJKLMN"):
            with self.undone(registry):
                self.company.partner_id.company_registry = registry
                partner = self.company.partner_id
                self.assertProblem(move, "company_siret", partner, "company_registry")

    # === THE ENTITY === #

    def test_customer_that_is_not_public(self):
        self.town.chorus_pro_is_public = False
        move = self.make_invoice(self.town)
        self.assertProblem(move, "not_public", self.town, "chorus_pro_is_public")

    def test_facts_of_the_entity_count_for_its_contacts(self):
        contact = self.env["res.partner"].create(
            {"name": "Hélène", "parent_id": self.town.id}
        )
        self.assertEqual(self.codes(self.make_invoice(contact)), [])
        self.town.chorus_pro_requirement = "service"
        self.assertProblem(self.make_invoice(contact), "service_missing", field=SERVICE)

    def test_siret_of_the_entity(self):
        move = self.make_invoice(self.town)
        for registry, good in (
            (False, False),
            ("219900016", False),
            ("219 900 016 00011", True),
            ("219.900.016.00011", True),
        ):
            with self.undone(registry):
                self.town.company_registry = registry
                if good:
                    self.assertEqual(self.codes(move), [])
                else:
                    self.assertProblem(
                        move, "entity_siret", self.town, "company_registry"
                    )

    def test_what_the_entity_demands(self):
        given = ({}, {SERVICE: "S"}, {ENGAGEMENT: "E"}, {SERVICE: "S", ENGAGEMENT: "E"})
        moves = [self.make_invoice(self.town, **values) for values in given]
        for requirement, expected in DEMANDS.items():
            self.town.chorus_pro_requirement = requirement
            for move, values, codes in zip(moves, given, expected, strict=True):
                with self.subTest(f"{requirement}: {values}"):
                    self.assertEqual(self.codes(move), (codes or "").split())
                    blocked = codes and requirement != "unknown"
                    self.assertEqual(move.chorus_pro_can_send, not blocked)

    def test_where_a_demand_is_met(self):
        move = self.make_invoice(self.town)
        for requirement, code, field in (
            ("service", "service_missing", SERVICE),
            ("engagement", "engagement_missing", ENGAGEMENT),
            ("either", "either_missing", ENGAGEMENT),
        ):
            self.town.chorus_pro_requirement = requirement
            self.assertProblem(move, code, field=field)

    def test_not_yet_known_is_a_warning_and_never_nothing(self):
        self.town.chorus_pro_requirement = False
        move = self.make_invoice(self.town)
        self.assertUnread(move)
        self.assertTrue(move.chorus_pro_can_send)
        self.assertEqual(
            self.town._chorus_pro_known_requirement("production"), "unknown"
        )

    def test_what_another_environment_said_does_not_count(self):
        move = self.make_invoice(self.town)
        self.town.chorus_pro_requirement = "engagement"
        self.town.chorus_pro_directory_environment = "qualification"
        self.assertUnread(move)
        self.town.chorus_pro_directory_environment = "demo"
        self.assertProblem(move, "engagement_missing", field=ENGAGEMENT)
        self.town.chorus_pro_directory_environment = False
        self.assertProblem(move, "engagement_missing", field=ENGAGEMENT)

    # === THE SERVICE === #

    def add_service(self, **values):
        """A service TECH of the town."""
        values = {"partner_id": self.town.id, "code": "TECH", "name": "T", **values}
        return self.env["chorus.pro.service"].sudo().create(values)

    def test_service_that_the_directory_has(self):
        self.add_service()
        move = self.make_invoice(self.town, buyer_reference="TECH")
        self.assertEqual(self.codes(move), [])

    def test_service_that_the_directory_lacks(self):
        move = self.make_invoice(self.town, buyer_reference="OTHER")
        self.assertEqual(self.codes(move), [], "no directory, no opinion")
        self.add_service()
        problem = self.assertProblem(
            move, "service_unknown", field=SERVICE, level="warning"
        )
        self.assertIn("OTHER", problem.message)

    def test_closed_service(self):
        service = self.add_service()
        move = self.make_invoice(self.town, buyer_reference="TECH")
        now, day = fields.Datetime.now(), timedelta(days=1)
        for values in (
            {"active": False},
            {"ends_at": now - day},
            {"starts_at": now + day},
        ):
            with self.undone(str(values)):
                service.write(values)
                self.assertFalse(service.is_open)
                self.assertProblem(move, "service_closed", field=SERVICE)
        service.write({"starts_at": now - day, "ends_at": now + day})
        self.assertEqual(self.codes(move), [])

    def test_service_between_public_bodies(self):
        move = self.make_invoice(self.town, buyer_reference="FACTURES_PUBLIQUES")
        self.assertProblem(move, "service_public_to_public", field=SERVICE)

    def test_service_that_wants_an_engagement(self):
        self.add_service(engagement_required=True)
        move = self.make_invoice(self.town, buyer_reference="TECH")
        self.assertProblem(move, "service_engagement_missing", field=ENGAGEMENT)
        move.purchase_order_reference = "EJ-1"
        self.assertEqual(self.codes(move), [])

    # === EARLIER ATTEMPTS === #

    def add_attempt(self, move, **values):
        """An attempt of `move` in the company's environment."""
        Transmission = self.env["chorus.pro.transmission"].sudo()
        return Transmission.create(Transmission._prepare(move, **values))

    def test_earlier_attempts(self):
        for state, expected in ATTEMPTS.items():
            with self.undone(state):
                move = self.make_invoice(self.town)
                self.add_attempt(move, state=state)
                self.assertEqual(self.codes(move), expected)
                self.assertEqual(move.chorus_pro_can_send, not expected)
                freezable = expected in ([], ["on_its_way"])
                self.assertEqual(move._chorus_pro_blockers() == [], freezable)

    def test_invoice_that_the_recipient_refused(self):
        move = self.make_invoice(self.town)
        self.add_attempt(move, state="integrated", portal_status="REJETEE")
        self.assertProblem(move, "refused_by_recipient")

    def test_attempts_in_another_environment_stop_nothing(self):
        move = self.make_invoice(self.town)
        self.add_attempt(move, state="integrated", environment="qualification")
        self.assertEqual(self.codes(move), [])

    # === WORDS === #

    def test_every_issue_of_a_document_becomes_words(self):
        move = self.make_invoice(self.town)
        for code, level in CODES.items():
            issue = make_issue(code, "BT-13", "VALUE", 20)
            with (
                self.subTest(code),
                patch.object(
                    account_move_preflight, "check_terms", return_value=[issue]
                ),
            ):
                (problem,) = move._chorus_pro_find_problems()
                self.assertEqual((problem.code, problem.level), (code, level))
                self.assertNotIn("%(", problem.message)
                self.assertNotIn("BT-13", problem.message)
                if "%(term)s" in const_documents.ISSUES[code]._source:
                    self.assertIn("Engagement number", problem.message)

    def test_term_and_issue_without_words_are_shown_as_they_are(self):
        move = self.make_invoice(self.town)
        issue = make_issue("missing", "BT-999")
        with patch.object(account_move_preflight, "check_terms", return_value=[issue]):
            (problem,) = move._chorus_pro_find_problems()
            self.assertEqual(problem.message, "BT-999: missing.")
            with patch.dict(account_move_preflight.ISSUES, clear=True):
                (problem,) = move._chorus_pro_find_problems()
        self.assertEqual(problem.message, "missing")

    def test_what_the_form_shows(self):
        self.town.write({"chorus_pro_requirement": "unknown", "company_registry": "1"})
        move = self.make_invoice(self.town, name="FAC.2026.0001")
        alerts = move.chorus_pro_problems
        self.assertEqual(
            {key: alert["level"] for key, alert in alerts.items()},
            {
                "00_entity_siret": "danger",
                "01_number_characters": "danger",
                "02_requirement_unknown": "warning",
            },
        )
        link = alerts["00_entity_siret"]
        self.assertEqual(link["action_text"], f"Open {self.town.display_name}")
        self.assertEqual(
            (link["action"]["res_model"], link["action"]["res_id"]),
            ("res.partner", self.town.id),
        )
        self.assertNotIn("action", alerts["01_number_characters"])
        self.assertFalse(move.chorus_pro_can_send)
