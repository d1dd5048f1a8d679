"""The weekly e-mail: to whom, about what, once, and not when there is nothing."""

from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo import Command, fields
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.tests.test_asks import AsksCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDigest(AsksCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief.email = "marc@example.org"
        cls.expert.email = "claire@example.org"
        cls.company.sudo().chorus_pro_digest_user_ids = cls.chief

    def run_digest(self):
        """Run the scheduled action; returns the mails that it wrote."""
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        self._run("ir_cron_digest")
        return mails.search([]) - before

    def figures(self, mail):
        """{label: (note, count)} of a mail."""
        tree = html.fromstring(mail.body_html)
        rows = tree.xpath("(//table[not(@role)])[1]//tr")
        cells = [[c.text_content().strip() for c in row] for row in rows]
        return {label: (note, int(count)) for label, note, count in cells}

    def in_days(self, days):
        """So many days later."""
        return freeze_time(fields.Datetime.now() + timedelta(days=days))

    # === FIGURES === #

    def test_the_week_in_figures(self):
        to_send, queued, refused, released = (
            self.move,
            self.make_invoice(),
            self.make_invoice(),
            self.make_invoice(),
        )
        self.integrate(refused, released)
        self.take("REJETEE", "Doublon", moves=refused)
        for status in ("MANDATEE", "MISE_EN_PAIEMENT"):
            self.act(released, status)
        self.advance(60)
        self.run_follow()
        queued._chorus_pro_enqueue()
        [mail] = self.run_digest()
        figures = {label: count for label, (_n, count) in self.figures(mail).items()}
        self.assertEqual(
            figures,
            {
                "To do": 1,
                "To send": 1 + len(self.spare),
                "On their way": 1,
                "Rejected this week": 1,
                "Payment released this week": 1,
                "Not paid within the legal limit": 0,
            },
        )
        note, _count = self.figures(mail)["Payment released this week"]
        self.assertIn("144.00", note)
        self.assertEqual(to_send.chorus_pro_status, "to_send")
        tree = html.fromstring(mail.body_html)
        [link] = tree.xpath(f"//a[contains(@href, 'res_id={refused.id}')]")
        self.assertEqual(link.text_content().strip(), refused.name)
        self.assertIn("Rejected", tree.text_content())
        self.assertEqual(mail.email_to, self.chief.email_formatted)
        self.assertEqual(mail.state, "outgoing")

    def test_late_ones(self):
        self.integrate(self.move)
        values = {"chorus_pro_days_late": 12}
        self.move.sudo().write(values)
        [mail] = self.run_digest()
        note, count = self.figures(mail)["Not paid within the legal limit"]
        self.assertEqual(count, 1)
        self.assertIn("144.00", note)

    def test_the_oldest_are_named(self):
        moves = self.make_many(7)
        self.integrate(*moves)
        self.take("SUSPENDUE", moves=moves)
        [mail] = self.run_digest()
        tree = html.fromstring(mail.body_html)
        self.assertEqual(len(tree.xpath("//a[contains(@href, '/mail/view')]")), 5)
        self.assertEqual(self.figures(mail)["To do"][1], 7)

    def test_what_is_replaced_is_not_to_do(self):
        self.integrate(self.move)
        self.take("REJETEE")
        self.second = self.make_invoice()
        self.second.sudo().chorus_pro_reissue_of_id = self.move
        [mail] = self.run_digest()
        self.assertEqual(self.figures(mail)["To do"][1], 0)
        self.assertEqual(self.figures(mail)["Rejected this week"][1], 1)

    # === ONCE, OR NOT AT ALL === #

    def test_once_a_week(self):
        self.assertEqual(len(self.run_digest()), 1)
        self.assertFalse(self.run_digest())
        with self.in_days(7):
            self.assertEqual(len(self.run_digest()), 1)

    def test_two_that_run_at_once(self):
        digest = self.env["chorus.pro.digest"].sudo()
        self.assertTrue(digest._claim_week(self.company, "2026-W48"))
        self.assertFalse(digest._claim_week(self.company, "2026-W48"))

    def test_nothing_to_say(self):
        self.env["account.move"].search([]).sudo().chorus_pro_internal = True
        self.assertFalse(self.run_digest())
        self.assertFalse(self.company.sudo().chorus_pro_digest_week)

    def test_on_their_way_alone_is_no_news(self):
        moves = self.prepared | self.move
        moves._chorus_pro_enqueue()
        moves = self.env["account.move"].search([("chorus_pro_status", "=", "to_send")])
        moves.sudo().chorus_pro_internal = True
        self.assertFalse(self.run_digest())

    def test_who_saved_the_settings_last_stays(self):
        self.company.sudo().with_user(self.env.ref("base.user_admin")).sudo().write(
            {"chorus_pro_calls_day": 9}
        )
        saved_by = self.company.write_uid
        self.run_digest()
        self.assertEqual(self.company.write_uid, saved_by)

    # === TO WHOM === #

    def test_nobody_asked_for_it(self):
        self.company.sudo().chorus_pro_digest_user_ids = False
        self.assertFalse(self.run_digest())

    def test_each_reader_in_their_language(self):
        self.company.sudo().chorus_pro_digest_user_ids = self.chief | self.expert
        with patch.object(
            type(self.env["chorus.pro.digest"]),
            "_name_oldest",
            lambda this, _c: [
                {
                    "url": "x",
                    "number": this.env.lang,
                    "entity": "",
                    "amount": "",
                    "status": "",
                    "since": "",
                }
            ],
        ):
            mails = self.run_digest()
        langs = {mail.email_to: mail.body_html for mail in mails}
        self.assertEqual(len(langs), 2)
        self.assertRegex(langs[self.expert.email_formatted], r">\s*fr_FR\s*<")
        self.assertRegex(langs[self.chief.email_formatted], r">\s*en_US\s*<")

    def test_who_may_not_read_gets_none(self):
        plain = self.make_user("plain", groups="base.group_user")
        gone = self.make_user("gone")
        gone.active = False
        mute = self.make_user("mute")
        mute.partner_id.email = False
        elsewhere = self.make_user("elsewhere")
        other = self.env["res.company"].create({"name": "Autre"})
        elsewhere.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        company = self.company.sudo()
        company.chorus_pro_digest_user_ids = plain | gone | mute | elsewhere
        self.assertFalse(self.run_digest())

    def test_each_company_on_its_own(self):
        other = self.env["res.company"].sudo().create({"name": "Autre"})
        other.chorus_pro_digest_user_ids = self.chief
        self.chief.company_ids += other
        [mail] = self.run_digest()
        self.assertIn(self.company.name, mail.subject)

    def test_own_invoices_only(self):
        """Figures are those of who reads, not those of the scheduled action."""
        self.move.invoice_user_id = self.chief
        self.env.flush_all()
        self.env["ir.rule"].create(
            {
                "name": "Own invoices",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "domain_force": "[('invoice_user_id', '=', user.id)]",
            }
        )
        [mail] = self.run_digest()
        self.assertEqual(self.figures(mail)["To send"][1], 1)

    def test_a_fault_for_one_company_stops_no_other(self):
        other = self.env["res.company"].sudo().create({"name": "Autre"})
        other.chorus_pro_digest_user_ids = self.chief
        digest = type(self.env["chorus.pro.digest"])
        with (
            patch.object(digest, "_write_mails", side_effect=ValueError) as calls,
            self.assertLogs("odoo.addons.l10n_fr_chorus_pro", "ERROR"),
        ):
            self._run("ir_cron_digest")
        self.assertEqual(calls.call_count, 2)

    # === SETTINGS, COPIES === #

    def test_settings(self):
        admin = new_test_user(
            self.env,
            "digest_admin",
            groups="base.group_system,account.group_account_manager",
            company_id=self.company.id,
        )
        settings = self.env["res.config.settings"].with_user(admin).create({})
        settings.chorus_pro_digest_user_ids = self.expert
        settings.execute()
        self.assertEqual(self.company.sudo().chorus_pro_digest_user_ids, self.expert)

    # === COST === #

    def test_queries_do_not_grow(self):
        moves = self.make_many(20)
        self.integrate(*moves)
        counts = []
        for some in (moves[:6], moves):
            self.take("SUSPENDUE", moves=some)
            self.env.flush_all()
            self.env.invalidate_all()
            digest = self.env["chorus.pro.digest"].sudo()
            digest = digest._for_reader(self.chief, self.company)
            before = self.env.cr.sql_log_count
            digest._write_mail(self.company, fields.Date.today())
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0], counts)
