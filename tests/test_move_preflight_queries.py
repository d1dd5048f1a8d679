"""Many invoices are judged with as many statements as a few."""

from odoo import fields
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.models.res_partner_commitment import STATE_SIRET
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

MANY = 50


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMovePreflightQueries(ChorusProCommon):
    """Invoices to several entities, each with services and an engagement number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        read = {
            "chorus_pro_directory_environment": "demo",
            "chorus_pro_synced_at": fields.Datetime.now(),
        }
        entities = [
            cls.make_entity(siret, f"Entity {siret}", "both", **read)
            for siret in (STATE_SIRET, "21990001600011", "26990003100015")
        ]
        cls.env["chorus.pro.service"].sudo().create(
            [{"partner_id": e.id, "code": "S1", "name": "Service"} for e in entities]
        )
        drafts = [
            cls.make_invoice(
                cls,
                entities[index % len(entities)],
                post=False,
                buyer_reference="S1",
                purchase_order_reference=f"EJ-{index}",
            )
            for index in range(MANY)
        ]
        cls.moves = cls.env["account.move"].union(*drafts)
        cls.moves.action_post()

    def statements(self, work, moves):
        """Number of statements that `work` makes with nothing in the cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work(moves.with_user(self.clerk))
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def assertConstant(self, work):
        """One invoice to the State costs as many statements as all of them."""
        self.statements(work, self.moves[:1])
        few = self.statements(work, self.moves[:1])
        self.assertEqual(self.statements(work, self.moves), few)

    def test_preflight(self):
        self.assertConstant(
            lambda moves: [move._chorus_pro_find_problems() for move in moves]
        )

    def test_dialog(self):
        """Beside the rows that it writes, whose number core batches."""

        def lines(moves):
            wizard = moves.env["chorus.pro.send"].create({"move_ids": moves.ids})
            self.assertEqual(wizard.count, len(moves))

        self.assertConstant(lines)

    def test_what_the_form_and_the_lists_show(self):
        self.assertConstant(lambda moves: moves.mapped("chorus_pro_can_send"))
