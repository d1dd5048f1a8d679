"""Late payments by entity: averages, list, statement of claim, many at once."""

import re
from datetime import date

from freezegun import freeze_time
from lxml import html
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .payment_common import AVAILABLE, RELEASED, PaymentCommon

LATE = (f"2026-03-01 {AVAILABLE}", f"2026-04-30 {RELEASED}")
REPORT = "l10n_fr_chorus_pro.report_late_claim"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLateReport(PaymentCommon):
    """What is told of entities, and printed for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hospital = cls.make_entity(
            "21990002400023",
            "Hôpital de Valbrune",
            chorus_pro_payment_category="hospital",
        )
        cls.auditor = new_test_user(
            cls.env,
            "chorus_late_auditor",
            groups="account.group_account_readonly",
            company_id=cls.company.id,
        )

    # === ENTITY === #

    def test_averages_of_twelve_months(self):
        """10 and 21 days; a release of long ago does not count."""
        with freeze_time("2026-06-01"):
            self.make_history(f"2026-03-01 {AVAILABLE}", f"2026-03-11 {RELEASED}")
            self.make_history(f"2026-03-01 {AVAILABLE}", f"2026-03-22 {RELEASED}")
            self.make_history(f"2025-03-01 {AVAILABLE}", f"2025-05-30 {RELEASED}")
            self.make_history(f"2026-03-01 {AVAILABLE}")
            self.entity.invalidate_recordset()
            self.assertEqual(self.entity.chorus_pro_release_days, 15.5)
            self.assertEqual(
                self.entity.chorus_pro_habit,
                "Releases payment in 16 days on average (2 invoices in 12 months).",
            )
            self.assertFalse(self.hospital.chorus_pro_habit)
            self.assertEqual(self.hospital.chorus_pro_release_days, 0)

    def test_habit_of_one_and_of_those_that_publish_nothing(self):
        with freeze_time("2026-06-01"):
            move = self.make_history(*LATE)
            self.entity.invalidate_recordset()
            self.assertIn("only payment", self.entity.chorus_pro_habit)
            move = self.make_history(
                f"2026-03-01 {AVAILABLE}",
                move=self.make_invoice(self.hospital, invoice_date="2026-03-01"),
            )
            self.pay(move, date(2026, 4, 2))
            self.hospital.invalidate_recordset()
            self.assertIn("after 32 days", self.hospital.chorus_pro_habit)

    def test_usual_here_on_the_tab(self):
        with freeze_time("2026-06-01"):
            self.make_history(*LATE)
            move = self.make_history(f"2026-05-20 {AVAILABLE}")
            self.assertIn("after 60 days", move.chorus_pro_whereabouts)

    def test_open_amount(self):
        """1200 of two, less 500 paid, less a credit note that is open."""
        move = self.make_history(*LATE)
        self.make_history(*LATE)
        self.pay(move, date(2026, 5, 1), 500)
        self.make_invoice(move_type="out_refund")
        self.make_invoice(post=False)
        self.entity.invalidate_recordset()
        self.assertEqual(self.entity.chorus_pro_open_amount, 1900 - 144)
        self.assertEqual(self.entity.chorus_pro_late_count, 2)
        self.assertEqual(self.hospital.chorus_pro_open_amount, 0)

    def test_open_amount_of_companies_in_different_currencies(self):
        """1200 € here, and 500 CHF there at two francs for an euro."""
        self.make_history(*LATE)
        franc = self.env.ref("base.CHF")
        rate = {"name": "2026-01-01", "rate": 2, "currency_id": franc.id}
        self.env["res.currency.rate"].create({**rate, "company_id": self.company.id})
        other = self._create_company(name="Suisse", currency_id=franc.id)
        line = {"name": "Fourniture", "price_unit": 500, "tax_ids": False}
        values = {"currency_id": franc.id, "invoice_line_ids": [Command.create(line)]}
        moves = self.env["account.move"].with_company(other)
        values |= {"move_type": "out_invoice", "partner_id": self.entity.id}
        move = moves.create(values)
        move.action_post()
        self.assertEqual(move.company_id, other)
        both = [self.company.id, other.id]
        for ids, expected in ((both, 1450), (both[:1], 1200), (both[1:], 500)):
            entity = self.entity.with_context(allowed_company_ids=ids)
            self.assertEqual(entity.chorus_pro_open_amount, expected)

    def test_entity_shows_its_late_invoices(self):
        move = self.make_history(*LATE)
        self.make_history(f"2026-03-01 {AVAILABLE}", f"2026-03-05 {RELEASED}")
        action = self.entity.with_user(self.clerk).action_chorus_pro_late()
        domain = [*action["domain"], ("chorus_pro_days_late", ">", 0)]
        self.assertEqual(self.env["account.move"].search(domain), move)

    def test_list_by_entity(self):
        self.make_history(*LATE)
        self.make_history(*LATE)
        [[entity, days, interest, lump_sum]] = (
            self.env["account.move"]
            .with_user(self.auditor)
            ._read_group(
                [
                    ("chorus_pro_days_late", ">", 0),
                    ("company_id", "=", self.company.id),
                ],
                ["commercial_partner_id"],
                [
                    "chorus_pro_days_late:avg",
                    "chorus_pro_late_interest:sum",
                    "chorus_pro_lump_sum:sum",
                ],
            )
        )
        self.assertEqual(entity, self.entity)
        self.assertEqual((days, round(interest, 2), lump_sum), (30, 20.02, 80))

    # === STATEMENT === #

    def page(self, moves, **context):
        """Text of the printed statement, spaces made simple."""
        report = self.env["ir.actions.report"].with_user(self.clerk)
        content, kind = report.with_context(**context)._render_qweb_html(
            REPORT, moves.ids
        )
        self.assertEqual(kind, "html")
        text = html.fromstring(content).text_content()
        return re.sub(r"\s+", " ", text)

    def test_statement(self):
        move = self.make_history(*LATE)
        other = self.make_history(
            f"2026-03-01 {AVAILABLE}",
            f"2026-04-30 {RELEASED}",
            move=self.make_invoice(self.hospital, invoice_date="2026-03-01"),
        )
        in_time = self.make_history(f"2026-03-01 {AVAILABLE}", f"2026-03-05 {RELEASED}")
        text = self.page(move | other | in_time)
        self.assertEqual(text.count("Statement of late payment interest"), 2)
        for part in (
            move.name,
            "03/31/2026",
            "04/30/2026",
            "10.15 %",
            "10.01",
            "50.01",
            "2.15 % (main refinancing operations",
            "art. R2192-31",
            "art. D2192-35",
            "Test environment",
            "FR76 3000 6000 0112 3456 7890 189",
            "Hôpital de Valbrune",
            other.name,
        ):
            with self.subTest(part):
                self.assertIn(part, text)
        self.assertNotIn(in_time.name, text)
        self.assertNotIn("goes on running", text)

    def test_statement_of_what_is_open_and_partly_paid(self):
        with freeze_time("2026-04-30 12:00"):
            move = self.make_history(f"2026-03-01 {AVAILABLE}")
            self.pay(move, date(2026, 4, 10), 500)
            text = self.page(move)
        self.assertIn("Not paid", text)
        self.assertIn("goes on running", text)
        self.assertIn("From 04/01/2026 to 04/10/2026: 1,200.00 €, 10 days", text)
        self.assertIn("to 04/30/2026: 700.00 €, 20 days", text)

    def test_statement_of_production(self):
        move = self.make_history(*LATE)
        claim = move._chorus_pro_claims()[0]
        self.assertEqual((claim.interest, claim.lump_sum), (10.01, 40))
        self.assertEqual(claim.entity, self.entity)
        self.company.chorus_pro_environment = "production"
        with self.assertRaises(UserError):
            move._chorus_pro_claims()

    def test_statement_is_of_the_day(self):
        """Printed anew, not from what the scheduled action wrote this morning."""
        move = self.make_history(f"2026-03-01 {AVAILABLE}")
        [claim] = move._chorus_pro_claims(date(2026, 4, 10))
        self.assertEqual(claim.invoices[0].claim.days_late, 10)

    def test_language_of_the_statement(self):
        move = self.make_history(*LATE)
        self.entity.lang = "en_US"
        self.assertEqual(move._chorus_pro_claims()[0].lang, "en_US")
        self.env["res.lang"]._activate_lang("fr_FR")
        self.assertEqual(move._chorus_pro_claims()[0].lang, "fr_FR")
        self.env["res.lang"]._activate_lang("fr_BE")
        self.entity.lang = "fr_BE"
        self.assertEqual(move._chorus_pro_claims()[0].lang, "fr_BE")

    def test_printed_from_the_entity(self):
        with self.assertRaisesRegex(UserError, "category"):
            self.hospital.action_chorus_pro_print_claim()
        move = self.make_history(*LATE)
        action = self.entity.with_user(self.clerk).action_chorus_pro_print_claim()
        self.assertEqual(action["report_name"], "l10n_fr_chorus_pro.late_claim")
        self.assertEqual(action["context"]["active_ids"], move.ids)

    # === RATES === #

    def test_rates_that_come_with_the_addon(self):
        """Each says since when and where; the half-years have no gap."""
        rates = self.env["chorus.pro.ecb.rate"].search([], order="first_day")
        self.assertEqual(rates[0].first_day, date(2019, 1, 1))
        self.assertEqual(len(rates), 16)
        self.assertTrue(all(r.source and r.effective_on for r in rates))
        july = rates.filtered(lambda r: r.first_day == date(2023, 7, 1))
        self.assertEqual((july.rate, july.late_rate), (4, 12), "12 % from July 2023")

    def test_rates_begin_with_a_half_year(self):
        Rate = self.env["chorus.pro.ecb.rate"]
        values = {"rate": 3, "source": "Here"}
        with self.assertRaises(ValidationError):
            Rate.create({"first_day": "2030-02-01", **values})
        with self.assertRaisesRegex(ValidationError, "in force"):
            Rate.create(
                {"first_day": "2030-01-01", "effective_on": "2030-01-02", **values}
            )
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            Rate.create({"first_day": "2026-01-01", **values})

    def test_a_rate_entered_before_the_addon_knew_it_is_kept(self):
        Rate = self.env["chorus.pro.ecb.rate"]
        mine = Rate.create({"first_day": "2030-01-01", "rate": 3, "source": "Here"})
        loaded = Rate._load_records(
            [
                {
                    "xml_id": f"l10n_fr_chorus_pro.ecb_rate_2030_{half}",
                    "values": {"first_day": day, "rate": 4, "source": "ECB"},
                    "noupdate": True,
                }
                for half, day in ((1, "2030-01-01"), (2, "2030-07-01"))
            ]
        )
        self.assertEqual(loaded.mapped("rate"), [3, 4])
        self.assertEqual(loaded[0], mine)

    def test_who_may_enter_rates(self):
        Rate = self.env["chorus.pro.ecb.rate"]
        for user in (self.clerk, self.auditor):
            self.assertTrue(Rate.with_user(user).search([]))
            with self.assertRaises(AccessError):
                Rate.with_user(user).search([], limit=1).rate = 0
        system = new_test_user(
            self.env, "chorus_late_system", groups="base.group_system"
        )
        Rate.with_user(system).search([], limit=1).source = "Read again"

    def test_who_may_print(self):
        move = self.make_history(*LATE)
        self.assertTrue(move.with_user(self.auditor).action_chorus_pro_print_claim())
        plain = new_test_user(self.env, "chorus_late_plain", groups="base.group_user")
        with self.assertRaises(AccessError):
            move.with_user(plain).action_chorus_pro_print_claim()

    # === MANY === #

    def test_as_many_queries_for_fifty_as_for_one(self):
        moves = self.env["account.move"]
        for _number in range(50):
            moves |= self.make_history(f"2026-03-01 {AVAILABLE}")
        self.pay(moves[0], date(2026, 4, 5), 100)
        one, fifty = (self.count(part) for part in (moves[:1], moves))
        self.assertLessEqual(fifty, one + 3)

    def count(self, moves):
        """Queries that the daily update of these invoices takes."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        moves._chorus_pro_schedule_limits()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
