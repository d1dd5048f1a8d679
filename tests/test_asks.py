"""Who is asked to act, about what, and that it ends by itself."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.const_asks import ASKS, INVOICE_KINDS
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

CLERK = "account.group_account_invoice"


class AsksCommon(EngineCommon):
    """A salesperson, the company's person and the entity's person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.seller = cls.make_user("seller")
        cls.chief = cls.make_user("chief")
        cls.expert = cls.make_user("expert", lang="fr_FR")
        cls.prepared.invoice_user_id = cls.seller

    @classmethod
    def make_user(cls, login, **values):
        """A clerk of the company."""
        values = {"groups": CLERK, "company_id": cls.company.id, **values}
        return new_test_user(cls.env, f"asks_{login}", **values)

    def make_many(self, number):
        """So many posted invoices, made in one go."""
        drafts = [self.make_invoice(post=False) for _index in range(number)]
        moves = self.env["account.move"].union(*drafts)
        moves.filtered(lambda m: m.state == "draft").action_post()
        return moves

    def person(self, move=None):
        """Who is responsible for an invoice."""
        move = (move or self.move).sudo()
        return move._chorus_pro_people()[move]

    def asked(self, move=None):
        """{kind: activity} of what people are asked about an invoice."""
        move, asks = (move or self.move).sudo(), self.env["chorus.pro.ask"]
        return {asks._kind_of(a): a for a in asks._open(move, *INVOICE_KINDS)}

    def take(self, status, comment="", days=0, moves=None):
        """The portal tells a status of invoices that it has integrated."""
        rows = (moves or self.move).sudo().chorus_pro_transmission_id
        rows.write(
            {
                "portal_status": status,
                "portal_status_at": fields.Datetime.now() - timedelta(days=days),
                "portal_comment": comment,
            }
        )
        rows.move_id._chorus_pro_settle_asks()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPersonResponsible(AsksCommon):
    def test_entity_company_salesperson(self):
        self.assertEqual(self.person(), self.seller)
        self.company.chorus_pro_person_id = self.chief
        self.assertEqual(self.person(), self.chief)
        self.entity.with_company(self.company).chorus_pro_person_id = self.expert
        self.assertEqual(self.person(), self.expert)

    def test_who_left_is_passed_over(self):
        self.company.chorus_pro_person_id = self.chief
        self.chief.active = False
        self.assertEqual(self.person(), self.seller)

    def test_who_may_not_read_invoices_is_passed_over(self):
        self.company.chorus_pro_person_id = self.make_user(
            "plain", groups="base.group_user"
        )
        self.assertEqual(self.person(), self.seller)

    def test_who_works_in_another_company_is_passed_over(self):
        other = self.env["res.company"].create({"name": "Autre"})
        self.chief.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.company.chorus_pro_person_id = self.chief
        self.assertEqual(self.person(), self.seller)

    def test_a_rule_that_hides_this_invoice_counts(self):
        self.company.chorus_pro_person_id = self.chief
        self.env["ir.rule"].create(
            {
                "name": "Own invoices",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "domain_force": "[('invoice_user_id', '=', user.id)]",
            }
        )
        self.assertEqual(self.person(), self.seller)

    def test_nobody_is_left(self):
        self.seller.active = False
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET create_uid = 1")
        self.move.invalidate_recordset()
        self.assertTrue(self.person().has_group("base.group_system"))

    def test_each_company_has_its_person_of_an_entity(self):
        other = self.env["res.company"].create({"name": "Autre"})
        self.entity.with_company(other).chorus_pro_person_id = self.chief
        self.assertEqual(self.person(), self.seller)

    def test_settings(self):
        settings = self.env["res.config.settings"].sudo().create({})
        settings.chorus_pro_person_id = self.chief
        settings.execute()
        self.assertEqual(self.company.sudo().chorus_pro_person_id, self.chief)

    def test_what_is_open_goes_to_the_new_person(self):
        others = self.integrate(self.move, *self.make_many(2)).move_id - self.move
        self.take("SUSPENDUE", moves=self.move | others)
        self.asked(others[0])["suspended"].user_id = self.expert
        self.company.chorus_pro_person_id = self.chief
        self.assertEqual(self.asked()["suspended"].user_id, self.chief)
        # Somebody else was given this one.
        self.assertEqual(self.asked(others[0])["suspended"].user_id, self.expert)
        entity = self.entity.with_company(self.company)
        entity.chorus_pro_person_id = self.seller
        self.assertEqual(self.asked()["suspended"].user_id, self.seller)
        self.company.chorus_pro_person_id = self.expert
        self.assertEqual(self.asked()["suspended"].user_id, self.seller)
        entity.chorus_pro_person_id = False
        self.assertEqual(self.asked(others[1])["suspended"].user_id, self.expert)

    def test_another_company_hands_nothing_over(self):
        self.integrate(self.move)
        self.take("SUSPENDUE")
        other = self.env["res.company"].create({"name": "Autre"})
        other.chorus_pro_person_id = self.chief
        self.entity.with_company(other).chorus_pro_person_id = self.chief
        self.assertEqual(self.asked()["suspended"].user_id, self.seller)

    def test_queries_do_not_grow(self):
        moves = self.make_many(20)
        counts = []
        for some in (moves[:2], moves):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.sudo()._chorus_pro_people()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1, counts)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAsks(AsksCommon):
    def test_every_kind_has_its_type(self):
        for kind in ASKS:
            self.assertTrue(self.env["chorus.pro.ask"]._type(kind), kind)

    # === STATUS === #

    def test_suspended_until_completed(self):
        self.company.chorus_pro_person_id = self.expert
        self.integrate(self.move)
        self.assertFalse(self.asked())
        mails = self.env["mail.mail"].sudo().search_count([])
        self.take("SUSPENDUE", "Manque le PV <b>")
        self.take("SUSPENDUE", "Manque le PV <b>")
        [(kind, activity)] = self.asked().items()
        self.assertEqual((kind, activity.user_id), ("suspended", self.expert))
        self.assertIn("Manque le PV &lt;b&gt;", activity.note)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails)
        self.take("A_RECYCLER")
        self.assertEqual(list(self.asked()), ["to_reroute"])
        self.take("MISE_A_DISPOSITION")
        self.assertFalse(self.asked())

    def test_statuses_enter_through_the_follower(self):
        self.integrate(self.move)
        self.act(self.move, "SUSPENDUE", "Manque le PV")
        self.advance(60)
        self.run_follow()
        self.assertEqual(list(self.asked()), ["suspended"])
        self.assertIn("Manque le PV", self.asked()["suspended"].note)

    def test_who_marked_it_as_done_is_asked_about_the_next_one_only(self):
        self.integrate(self.move)
        self.take("SUSPENDUE", days=2)
        self.asked()["suspended"].action_done()
        self.take("SUSPENDUE", days=2)
        self.assertFalse(self.asked())
        self.take("COMPLETEE", days=1)
        self.take("SUSPENDUE", days=-1)
        self.assertEqual(list(self.asked()), ["suspended"])

    def test_history_asks_nobody(self):
        self.integrate(self.move)
        self.take("REJETEE", days=400)
        self.assertEqual(self.move.chorus_pro_status, "rejected")
        self.assertFalse(self.asked())

    def test_what_is_settled_in_the_books_asks_nobody(self):
        self.integrate(self.move)
        self.take("REJETEE")
        self.assertEqual(list(self.asked()), ["rejected"])
        self.move._reverse_moves(cancel=True)
        self.assertEqual(self.move.payment_state, "reversed")
        self.env["account.move"]._chorus_pro_tidy_asks()
        self.assertFalse(self.asked())

    def test_a_rejection_until_it_is_handled(self):
        self.integrate(self.move)
        self.act(self.move, "REJETEE", "Doublon")
        self.advance(60)
        self.run_follow()
        self.assertEqual(list(self.asked()), ["rejected"])
        self.move.sudo()._chorus_pro_ask("rejection")
        self.assertFalse(self.asked())
        self.take("REJETEE", "Doublon")
        self.assertFalse(self.asked())

    # === SENDING === #

    def test_could_not_be_sent_until_it_is_sent_again(self):
        with self.answers("business", label="refused here"):
            self.send(self.move)
        self.assertEqual(self.move.chorus_pro_status, "error")
        self.assertEqual(list(self.asked()), ["error"])
        self.assertEqual(self.asked()["error"].user_id, self.seller)
        self.send(self.move)
        self.assertEqual(self.row.state, "deposited")
        self.assertFalse(self.asked())

    def test_rejected_at_the_deposit_until_it_is_sent_again(self):
        self.fault("QP_IRRECEVABLE", "deposer/flux")
        self.integrate(self.move)
        self.assertEqual(self.row.state, "rejected")
        self.assertEqual(list(self.asked()), ["rejected"])
        self.send(self.move)
        self.assertFalse(self.asked())

    def test_taken_back_to_draft(self):
        with self.answers("business"):
            self.send(self.move)
        self.move.button_draft()
        self.assertFalse(self.asked())

    def test_rejected_and_taken_back_to_draft(self):
        """Who corrects it is not asked any more; posted again it waits again."""
        self.fault("QP_IRRECEVABLE", "deposer/flux")
        self.integrate(self.move)
        self.assertEqual(list(self.asked()), ["rejected"])
        self.move.button_draft()
        self.assertEqual(self.move.chorus_pro_status, "rejected")
        self.assertFalse(self.asked())
        self.move.action_post()
        self.assertEqual(list(self.asked()), ["rejected"])
        self.send(self.move)
        self.assertFalse(self.asked())

    def test_another_environment_has_other_problems(self):
        with self.answers("business"):
            self.send(self.move)
        self.assertEqual(list(self.asked()), ["error"])
        self.go_to("qualification")
        self.assertFalse(self.asked())

    # === IN THE PERSON'S WORDS === #

    def test_words_are_of_who_is_asked(self):
        english, french = self.make_many(2).sudo()
        self.env["chorus.pro.ask"]._ask(
            "rejected", {english: self.seller, french: self.expert}
        )
        self.assertIn("It was refused", self.asked(english)["rejected"].note)
        self.assertIn("Elle a été refusée", self.asked(french)["rejected"].note)

    def test_the_same_text_twice_is_no_activity_twice(self):
        move, asks = self.move.sudo(), self.env["chorus.pro.ask"]
        words = {move: {"company": "100 % Nous", "reason": "50 % de trop"}}
        made = asks._ask("rejected", {move: self.seller}, words)
        self.assertIn("50 % de trop", made.note)
        self.assertFalse(asks._ask("rejected", {move: self.chief}, words))
        self.assertFalse(asks._ask("rejected", {}))
        skipping = asks.with_context(mail_activity_automation_skip=True)
        self.assertFalse(skipping._ask("late", {move: self.seller}, words))

    # === TIDY === #

    def test_what_ends_without_an_event(self):
        move, asks = self.move.sudo(), self.env["chorus.pro.ask"]
        for kind in ("lost", "late", "asked", "error"):
            values = {move: {"flow": "CPP", "count": 1, "what": "it"}}
            asks._ask(kind, {move: self.seller}, values)
        self.assertEqual(len(self.asked()), 4)
        self._run("ir_cron_late")
        self.assertFalse(self.asked())

    # === COST === #

    def test_queries_do_not_grow(self):
        moves = self.make_many(21)
        self.integrate(*moves)
        self.take("MISE_A_DISPOSITION", moves=moves)
        counts = []
        for some in (moves[:1], moves[1:6], moves[6:]):
            rows = some.sudo().chorus_pro_transmission_id
            rows.write({"portal_status": "SUSPENDUE"})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._chorus_pro_settle_asks()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(some.sudo().activity_ids), len(some))
        self.assertLessEqual(counts[2], counts[1], counts)
