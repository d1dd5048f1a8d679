"""Amounts and times for graphs and pivot tables."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .payment_common import AVAILABLE, RELEASED, PaymentCommon

TIMES = (
    "deposit_to_available",
    "deposit_to_release",
    "available_to_release",
    "deposit_to_bank",
    "available_to_bank",
    "release_to_bank",
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReport(PaymentCommon):
    """Every invoice is of 1200 €; what is not known is no zero."""

    def setUp(self):
        super().setUp()
        self.report = self.env["chorus.pro.report"].with_user(self.clerk)

    def row(self, move):
        """The report's row of an invoice."""
        return self.report.search([("move_id", "=", move.id)])

    def times(self, *moves):
        """Averages over invoices, None for what is not known."""
        domain = [("move_id", "in", [move.id for move in moves])]
        aggregates = [f"{name}:avg" for name in TIMES]
        [values] = self.report._read_group(domain, aggregates=aggregates)
        # What is empty comes as False.
        return [None if value is False else round(value, 2) for value in values]

    def test_times(self):
        move = self.make_history(
            "2026-03-01 08:00 DEPOSEE",
            f"2026-03-01 20:00 {AVAILABLE}",
            f"2026-03-21 {RELEASED}",
        )
        self.assertEqual(self.times(move), [0.5, 20, 20, None, None, None])
        self.pay(move, date(2026, 3, 25))
        self.assertEqual(self.times(move), [0.5, 20, 20, 24, 24, 4])
        row = self.row(move)
        self.assertEqual(row.deposited_on, date(2026, 3, 1))
        self.assertEqual(row.available_on, move.chorus_pro_available_on)
        self.assertEqual(row.available_to_release, move.chorus_pro_release_days)
        self.assertEqual(row.available_to_bank, move.chorus_pro_bank_days)

    def test_averages_leave_out_what_is_not_known(self):
        """Two of three were released: the third is no zero in their average."""
        first = self.make_history(
            "2026-03-01 DEPOSEE", f"2026-03-03 {AVAILABLE}", f"2026-03-13 {RELEASED}"
        )
        second = self.make_history(
            "2026-03-01 DEPOSEE", f"2026-03-05 {AVAILABLE}", f"2026-03-25 {RELEASED}"
        )
        third = self.make_history("2026-03-01 DEPOSEE", f"2026-03-04 {AVAILABLE}")
        self.assertEqual(
            self.times(first, second, third), [3, 18, 15, None, None, None]
        )
        self.assertEqual(self.times(third), [3, None, None, None, None, None])

    def test_pivot_averages_by_itself(self):
        """What the browser asks for without saying how to aggregate."""
        fields = self.report.fields_get(TIMES, ["aggregator"])
        self.assertEqual({f["aggregator"] for f in fields.values()}, {"avg"})

    def test_our_deposit_counts_before_the_history(self):
        """The moment at which the portal took our deposit, in Paris."""
        move = self.make_history(f"2026-03-02 {AVAILABLE}")
        flow = (
            self.env["chorus.pro.flow"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "environment": "demo",
                    "deposited_at": "2026-02-28 23:30:00",
                }
            )
        )
        move.chorus_pro_transmission_id.sudo().flow_id = flow
        self.assertEqual(self.row(move).deposited_on, date(2026, 3, 1))

    def test_the_money_may_come_first(self):
        """Portal and bank do not share a clock: nothing is negative."""
        move = self.make_history(
            "2026-03-01 DEPOSEE", f"2026-03-01 {AVAILABLE}", f"2026-03-21 {RELEASED}"
        )
        self.pay(move, date(2026, 3, 20))
        self.assertEqual(self.times(move)[-1], 0)

    def test_environments_do_not_mix(self):
        move = self.make_history("2026-03-01 DEPOSEE", f"2026-03-03 {AVAILABLE}")
        self.company.chorus_pro_environment = "qualification"
        row = self.row(move)
        self.assertEqual(row.status, "to_send")
        self.assertFalse(row.deposited_on)
        self.assertEqual(self.times(move), [None] * 6)

    def test_amount_and_count(self):
        """By status, entity and month, credit notes taken off."""
        self.make_history(f"2026-03-02 {AVAILABLE}")
        self.make_history(f"2026-03-02 {AVAILABLE}")
        refund = self.make_invoice(
            move_type="out_refund", invoice_date=date(2026, 4, 1)
        )
        groups = self.report._read_group(
            [("partner_id", "=", self.entity.id)],
            ["status", "partner_id", "invoice_date:month"],
            ["amount:sum", "open_amount:sum", "__count"],
        )
        entity = self.entity.with_user(self.clerk)
        credited = refund.amount_total_signed
        self.assertLess(credited, 0)
        self.assertEqual(
            sorted(groups, key=lambda group: group[0]),
            [
                ("available", entity, date(2026, 3, 1), 2400, 2400, 2),
                ("to_send", entity, date(2026, 4, 1), credited, credited, 1),
            ],
        )

    def test_statuses_stand_in_the_order_of_an_invoice_s_life(self):
        self.make_history(f"2026-03-02 {AVAILABLE}")
        self.make_history("2026-03-02 COMPTABILISEE")
        self.make_invoice()
        count = ["__count"]
        groups = self.report._read_group([], ["status"], count)
        life = ["to_send", "available", "accounted"]
        self.assertEqual([status for status, _count in groups], life)
        groups = self.report._read_group([], ["status"], count, order="status desc")
        self.assertEqual([status for status, _count in groups], life[::-1])
        groups = self.report.formatted_read_group([], ["partner_id", "status"], count)
        self.assertEqual([group["status"] for group in groups], life)
        groups = self.env["account.move"]._read_group(
            [("chorus_pro_status", "in", life)], ["chorus_pro_status"], count
        )
        self.assertEqual([status for status, _count in groups], life)

    def test_row_opens_the_invoice(self):
        move = self.make_history(f"2026-03-02 {AVAILABLE}")
        action = self.row(move).action_open_invoice()
        self.assertEqual((action["res_model"], action["res_id"]), (move._name, move.id))

    # === RIGHTS === #

    def test_who_reads(self):
        self.make_history(f"2026-03-02 {AVAILABLE}")
        auditor = new_test_user(
            self.env,
            "report_auditor",
            groups="base.group_user,account.group_account_readonly",
            company_id=self.company.id,
        )
        self.assertEqual(self.report.search_count([]), 1)
        self.assertEqual(self.report.with_user(auditor).search_count([]), 1)
        for login, groups in (("plain", "base.group_user"), ("p", "base.group_portal")):
            user = new_test_user(self.env, f"report_{login}", groups=groups)
            with self.assertRaises(AccessError):
                self.report.with_user(user).search([])

    def test_nobody_writes(self):
        row = self.row(self.make_history(f"2026-03-02 {AVAILABLE}"))
        for call in (
            lambda: row.write({"name": "X"}),
            lambda: row.create({"name": "X"}),
            row.unlink,
        ):
            with self.assertRaises(AccessError):
                call()

    def test_companies_do_not_see_each_other(self):
        self.make_history(f"2026-03-02 {AVAILABLE}")
        other = self.setup_other_company(name="Another French company")["company"]
        stranger = new_test_user(
            self.env,
            "report_stranger",
            groups="account.group_account_invoice",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.report.with_user(stranger).search([]))

    def test_queries_do_not_grow(self):
        moves = [self.make_history(f"2026-03-02 {AVAILABLE}") for _each in range(3)]
        self.env.flush_all()

        def count(found):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.times(*found)
            return self.env.cr.sql_log_count - start

        count(moves)
        self.assertEqual(count(moves), count(moves[:1]))
