"""The figures of the overview, of the journal's card, and the lists behind them."""

from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.l10n_fr_chorus_pro.models.account_move_overview import CARDS

from .payment_common import AVAILABLE, RELEASED, PaymentCommon

MODULE = "l10n_fr_chorus_pro"
TODAY = "2026-03-20 12:00:00"
SUSPENDED = "SUSPENDUE"
REJECTED = "REJETEE"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOverview(PaymentCommon):
    """20 March 2026; every invoice is of 1200 €."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Another French company")["company"]

    def setUp(self):
        super().setUp()
        clock = freeze_time(TODAY)
        clock.start()
        self.addCleanup(clock.stop)
        self.clerk = self.clerk.with_company(self.company)
        self.auditor = new_test_user(
            self.env,
            "overview_auditor",
            groups="base.group_user,account.group_account_readonly",
            company_id=self.company.id,
        )

    def history(self, *lines, **values):
        """An invoice with that history at the portal."""
        return self.make_history(*lines, **values)

    def make_all(self):
        """One invoice on each card, two on some; returns them by card."""
        to_send = self.make_invoice(invoice_date=date(2026, 2, 10))
        on_way = self.make_invoice(invoice_date=date(2026, 3, 2))
        on_way._chorus_pro_enqueue()
        suspended = self.history(f"2026-03-05 {SUSPENDED}")
        rejected = self.history(f"2026-03-06 {REJECTED}")
        long_ago = self.history(f"2026-02-27 {REJECTED}")
        released = self.history(f"2026-03-02 {AVAILABLE}", f"2026-03-15 {RELEASED}")
        before = self.history(f"2026-02-02 {AVAILABLE}", f"2026-02-15 {RELEASED}")
        available = self.history(f"2026-03-02 {AVAILABLE}")
        paid = self.history(f"2026-03-02 {AVAILABLE}")
        self.pay(paid, date(2026, 3, 10))
        self.assertEqual(before.chorus_pro_status, "released")
        return {
            "to_send": to_send,
            "on_their_way": on_way,
            "to_do": suspended | rejected | long_ago,
            "rejected": rejected,
            "released": released,
            "waiting": to_send | on_way | suspended | rejected | long_ago | available,
        }

    def figures(self, owner=None, user=None):
        """What the overview shows to a user."""
        owner = (owner or self.company).with_user(user or self.clerk)
        owner.invalidate_recordset()
        return owner.chorus_pro_overview

    def opened(self, owner, card):
        """The invoices that a click on a card lists, with the filter that it sets."""
        owner = owner.with_user(self.clerk).with_context(chorus_pro_card=card)
        action = owner.action_chorus_pro_open_card()
        domain = Domain(action["domain"])
        search = self.env.ref(f"{MODULE}.account_move_view_search_chorus_pro")
        arch = self.env["account.move"]._get_view(search.id, "search")[0]
        for key in action["context"]:
            [node] = arch.xpath(f"//filter[@name='{key.split('default_')[1]}']")
            if node.get("date"):
                self.assertEqual(node.get("default_period"), "month")
                domain &= Domain(node.get("date"), ">=", "2026-03-01")
                domain &= Domain(node.get("date"), "<=", "2026-03-31")
            else:
                domain &= Domain(safe_eval(node.get("domain")))
        return self.env["account.move"].with_user(self.clerk).search(domain)

    # === FIGURES === #

    def test_each_card_counts_what_its_list_shows(self):
        found = self.make_all()
        for user in (self.clerk, self.auditor):
            figures = self.figures(user=user)
            for card in CARDS:
                with self.subTest(card, user=user.login):
                    moves = found[card]
                    self.assertEqual(figures[card]["count"], len(moves))
                    total = sum(moves.mapped("amount_total_signed"))
                    shown = figures[card]["amount"].replace("\xa0", "")
                    shown = shown.replace(",", "").replace("\u202f", "")
                    self.assertIn(f"{total:.2f}", shown)
                    self.assertEqual(self.opened(self.company, card), moves)
        self.assertEqual(figures["waiting"]["days"], 38, "10 February to 20 March")

    def test_the_oldest_waiting_comes_first(self):
        """Its list is another one, in the order of the invoices' dates."""
        found = self.make_all()
        company = self.company.with_context(chorus_pro_card="waiting")
        action = company.with_user(self.clerk).action_chorus_pro_open_card()
        view_id = next(view for view, kind in action["views"] if kind == "list")
        oldest = self.env.ref(f"{MODULE}.account_move_view_list_oldest")
        self.assertEqual(view_id, oldest.id)
        self.assertEqual(action["display_name"], "Waiting, the oldest first")
        [arch] = self.env["account.move"]._get_view(view_id, "list")[0].xpath("//list")
        order = arch.get("default_order")
        first = self.env["account.move"].search(action["domain"], order=order, limit=1)
        self.assertEqual(first, found["to_send"])

    def test_without_a_card_the_list_shows_all(self):
        self.make_all()
        self.assertEqual(len(self.opened(self.company, None)), 9)

    def test_months_are_those_of_paris(self):
        """Half past midnight on 1 March in Paris is still February in UTC."""
        self.history(f"2026-02-28 23:30 {REJECTED}")
        self.assertEqual(self.figures()["rejected"]["count"], 1)
        with freeze_time("2026-03-31 22:30:00"):
            self.assertEqual(self.figures()["rejected"]["count"], 0)

    def test_each_company_has_its_own(self):
        self.make_all()
        other = self.other
        users = self.clerk
        users.company_ids += other
        both = users.with_context(allowed_company_ids=[self.company.id, other.id])
        Company = self.env["res.company"].with_user(users)
        Company = Company.with_context(**both.env.context)
        used = [("chorus_pro_in_use", "=", True)]
        self.assertEqual(Company.search(used), self.company)
        found = self.move_of(other)
        Company.invalidate_model()
        shown = Company.search(used)
        self.assertEqual(shown, self.company | other)
        figures = {company: company.chorus_pro_overview for company in shown}
        self.assertEqual(figures[self.company]["to_send"]["count"], 1)
        self.assertEqual(figures[other]["to_send"]["count"], 1)
        self.assertEqual(figures[other]["waiting"]["count"], 1)
        opened = shown.browse(other.id).with_context(chorus_pro_card="to_send")
        domain = opened.action_chorus_pro_open_card()["domain"]
        self.assertEqual(self.env["account.move"].search(domain), found)
        alone = self.env["res.company"].with_user(users)
        alone = alone.with_context(allowed_company_ids=[self.company.id])
        self.assertEqual(alone.search(used), self.company)
        self.assertFalse(alone.env["account.move"].search(domain))

    def move_of(self, company):
        """An invoice of another company for the same entity, to be sent."""
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
        )
        move = self.env["account.move"].with_company(company)
        move = move.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.entity.id,
                "journal_id": journal.id,
                "invoice_date": date(2026, 3, 3),
                "invoice_line_ids": [
                    Command.create(
                        {"name": "X", "price_unit": 10, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        move.action_post()
        self.assertEqual(move.chorus_pro_status, "to_send")
        return move

    def test_a_company_without_public_invoices_is_not_shown(self):
        Company = self.env["res.company"].with_user(self.clerk)
        self.assertFalse(Company.search([("chorus_pro_in_use", "=", True)]))
        self.assertFalse(self.company.with_user(self.clerk).chorus_pro_in_use)
        self.make_invoice()
        self.company.invalidate_recordset()
        self.assertTrue(self.company.with_user(self.clerk).chorus_pro_in_use)
        unused = Company.search([("chorus_pro_in_use", "=", False)])
        self.assertNotIn(self.company, unused)

    def test_figures_are_for_readers(self):
        plain = new_test_user(self.env, "overview_plain", groups="base.group_user")
        company = self.company.with_user(plain)
        for name in ("chorus_pro_overview", "chorus_pro_in_use"):
            with self.assertRaises(AccessError):
                company.read([name])
        with self.assertRaises(AccessError):
            company.action_chorus_pro_open_card()

    def test_queries_do_not_grow(self):
        """As many for ten invoices of two companies as for one."""
        self.make_all()
        self.figures()

        def count(owners, name):
            self.env.invalidate_all()
            owners.mapped("currency_id.name")
            start = self.env.cr.sql_log_count
            self.env["account.move"]._chorus_pro_figures(owners, name)
            return self.env.cr.sql_log_count - start

        one = count(self.company, "company_id")
        both = self.company | self.other
        self.assertLessEqual(count(both, "company_id"), one)
        self.assertLessEqual(one, len(CARDS) + 5)

    # === WHAT IS TO DO === #

    def test_replaced_is_not_to_do(self):
        move = self.history(f"2026-03-06 {REJECTED}")
        self.assertTrue(move.chorus_pro_needs_us)
        successor = self.make_invoice(post=False)
        successor.sudo().chorus_pro_reissue_of_id = move
        self.check_needs_us(move, expected=False)
        successor.button_cancel()
        self.check_needs_us(move, expected=True)

    def test_handled_is_not_to_do(self):
        move = self.history(f"2026-03-06 {REJECTED}")
        request = (
            self.env["chorus.pro.request"]
            .sudo()
            .create(
                {
                    "transmission_id": move.chorus_pro_transmission_id.id,
                    "environment": "demo",
                    "kind": "rejection",
                    "user_id": self.env.uid,
                }
            )
        )
        self.check_needs_us(move, expected=False)
        request._apply("refuse")
        self.check_needs_us(move, expected=True)

    def check_needs_us(self, move, *, expected):
        """The column and both searches agree."""
        move.invalidate_recordset(["chorus_pro_needs_us"])
        self.assertEqual(move.chorus_pro_needs_us, expected)
        for value in (True, False):
            domain = [("id", "=", move.id), ("chorus_pro_needs_us", "=", value)]
            self.assertEqual(bool(move.search(domain)), value == expected)

    def test_waiting_column_and_search_agree(self):
        found = self.make_all()["waiting"]
        ours = self.env["account.move"].search([("chorus_pro_status", "!=", False)])
        self.assertEqual(ours.filtered("chorus_pro_is_waiting"), found.sorted())
        others = ours.search(
            [("chorus_pro_is_waiting", "=", False), ("id", "in", ours.ids)]
        )
        self.assertEqual(others, ours - found)

    def test_rejections_of_the_portal_count(self):
        """A flow's rejection has no line in the history; sent again it still counts."""
        move = self.make_invoice(invoice_date=date(2026, 3, 1))
        rows = self.env["chorus.pro.transmission"].sudo()
        row = rows.create(rows._prepare(move, state="deposited"))
        self.assertFalse(move.chorus_pro_rejected_on)
        row._apply("reject")
        self.assertEqual(move.chorus_pro_rejected_on, date(2026, 3, 20))
        move._chorus_pro_enqueue()
        self.assertEqual(self.opened(self.company, "rejected"), move)

    def test_rejections_of_another_environment_do_not_count(self):
        move = self.history(f"2026-03-06 {REJECTED}")
        self.company.chorus_pro_environment = "qualification"
        self.assertFalse(move.chorus_pro_rejected_on)

    # === JOURNAL === #

    def test_journal(self):
        """A sales journal shows its own figures, and none where there are none."""
        found = self.make_all()
        journal = found["to_send"].journal_id
        second = journal.copy({"name": "Second", "code": "SEC"})
        purchase = self.company_data["default_journal_purchase"]
        journals = (journal | second | purchase).with_user(self.clerk)
        data = journals._get_journal_dashboard_data_batched()
        self.assertNotIn("chorus_pro", data[second.id])
        self.assertNotIn("chorus_pro", data[purchase.id])
        for card in CARDS:
            counted = data[journal.id]["chorus_pro"][card]["count"]
            self.assertEqual(counted, len(found[card]), card)
            self.assertEqual(self.opened(journal, card), found[card], card)
        self.assertIn("chorus_pro", journal.with_user(self.auditor).kanban_dashboard)

    def test_journal_of_a_company_without_chorus_pro(self):
        """One query more, and nothing shown."""
        journal = self.company_data["default_journal_sale"].with_user(self.clerk)
        self.assertNotIn("chorus_pro", journal.kanban_dashboard)
        bank = self.company_data["default_journal_bank"].with_user(self.clerk)
        self.assertNotIn("chorus_pro", bank.kanban_dashboard)
