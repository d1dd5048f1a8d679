"""Invoices of sale orders: `sale`, its stock and its projects are no dependency."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOrdersAbsent(ChorusProCommon):
    """What an invoice tells by itself, whether `sale` is installed or not."""

    def test_reference_of_an_order(self):
        move = self.make_invoice(post=False, ref="EJ-S", invoice_origin="S00042")
        self.assertEqual(move.purchase_order_reference, "EJ-S")
        self.assertEqual(move.invoice_origin, "S00042")
        self.assertFalse(move.chorus_pro_delivery_note)
        self.assertFalse(move.chorus_pro_project)

    def test_typed_terms_stay(self):
        move = self.make_invoice(
            post=False, chorus_pro_delivery_note="BL-1", chorus_pro_project="P-1"
        )
        move.partner_id = self.make_entity("21990003200014", "Commune de Montclair")
        self.assertEqual(move.chorus_pro_delivery_note, "BL-1")
        self.assertEqual(move.chorus_pro_project, "P-1")

    def test_copies(self):
        move = self.make_invoice(
            chorus_pro_delivery_note="BL-1", chorus_pro_project="P-1"
        )
        copy = move.copy()
        self.assertFalse(copy.chorus_pro_delivery_note, "one delivery, billed once")
        self.assertEqual(copy.chorus_pro_project, "P-1")


@tagged(
    "post_install_l10n",
    "post_install",
    "-at_install",
    "-standard",
    "chorus_long",
    "chorus_neighbours",
)
class TestOrders(ChorusProCommon):
    """With `sale`, `sale_stock` and `sale_project`, before ours or after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for group in (
            "sales_team.group_sale_manager",
            "stock.group_stock_manager",
            "project.group_project_manager",
            "product.group_product_manager",
        ):
            cls.env.user.group_ids += cls.env.ref(group)
        warehouses = cls.env["stock.warehouse"]
        if not warehouses.search([("company_id", "=", cls.company.id)]):
            # The companies of `dev/test` were made before stock was installed.
            warehouses.create({"name": "Dépôt", "code": "DEP"})
        products = cls.env["product.product"]
        cls.study = products.create(
            {"name": "Étude", "type": "service", "invoice_policy": "order"}
        )
        cls.chair = products.create(
            {
                "name": "Chaise",
                "type": "consu",
                "is_storable": True,
                "invoice_policy": "delivery",
            }
        )

    def order(self, *products, reference="EJ-S", partner=None, **values):
        """A confirmed order."""
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.entity).id,
                "client_order_ref": reference,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 2,
                            "price_unit": 50,
                            "tax_ids": [Command.set(self.tax_20.ids)],
                        }
                    )
                    for product in products or [self.study]
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    def deliver(self, order, quantity):
        """Hand over so many pieces of the first line; the rest is a back order."""
        picking = order.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        )
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    # === ENGAGEMENT AND ORIGIN === #

    def test_reference_of_the_customer_is_the_engagement(self):
        order = self.order()
        move = order._create_invoices()
        self.assertEqual(move.purchase_order_reference, "EJ-S")
        self.assertEqual(move.invoice_origin, order.name)

    def test_a_salesperson_without_accounting_gets_the_same(self):
        order = self.order(self.chair)
        picking = self.deliver(order, 2)
        seller = new_test_user(
            self.env,
            "chorus_salesperson",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
        )
        move = order.with_user(seller)._create_invoices().sudo()
        self.assertEqual(move.purchase_order_reference, "EJ-S")
        self.assertEqual(move.chorus_pro_delivery_note, picking.name)

    def test_name_of_the_order_is_none(self):
        order = self.order(reference=False)
        move = order._create_invoices()
        self.assertEqual(move.ref, order.name)
        self.assertFalse(move.purchase_order_reference)
        self.assertEqual(move.invoice_origin, order.name)

    def test_orders_of_one_engagement_on_one_invoice(self):
        orders = self.order() | self.order()
        move = orders._create_invoices()
        self.assertEqual(len(move), 1)
        self.assertEqual(move.purchase_order_reference, "EJ-S")
        for order in orders:
            self.assertIn(order.name, move.invoice_origin)

    def test_orders_of_two_engagements_leave_it_open(self):
        move = (self.order() | self.order(reference="EJ-T"))._create_invoices()
        self.assertEqual(len(move), 1)
        self.assertFalse(move.purchase_order_reference)

    def test_typed_engagement_is_kept(self):
        move = self.order()._create_invoices()
        move.purchase_order_reference = "EJ-TYPED"
        move.ref = "EJ-OTHER"
        move.action_post()
        self.assertEqual(move.purchase_order_reference, "EJ-TYPED")

    def test_second_invoice_of_an_order_goes_the_same_way(self):
        order = self.order(self.study, reference=False)
        first = order._create_invoices()
        first.write({"purchase_order_reference": "EJ-1", "contract_reference": "M-1"})
        first.action_post()
        order.order_line.product_uom_qty = 3
        second = order._create_invoices()
        self.assertEqual(second.purchase_order_reference, "EJ-1")
        self.assertEqual(second.contract_reference, "M-1")

    def test_private_customers_get_nothing(self):
        private = self.make_entity("99999999800027", "SARL", chorus_pro_is_public=False)
        order = self.order(self.chair, partner=private)
        self.deliver(order, 2)
        move = order._create_invoices()
        self.assertEqual(move.ref, "EJ-S")
        self.assertFalse(move.purchase_order_reference)
        self.assertFalse(move.chorus_pro_delivery_note)

    # === DELIVERY NOTE === #

    def test_the_one_delivery(self):
        order = self.order(self.chair)
        picking = self.deliver(order, 2)
        self.assertEqual(
            order._create_invoices().chorus_pro_delivery_note, picking.name
        )

    def test_each_invoice_names_its_own_delivery(self):
        order = self.order(self.chair)
        notes = []
        for _time in range(2):
            picking = self.deliver(order, 1)
            move = order._create_invoices()
            move.action_post()
            notes.append((move.chorus_pro_delivery_note, picking.name))
        self.assertEqual(*map(list, zip(*notes, strict=True)))

    def test_two_deliveries_on_one_invoice_leave_it_open(self):
        order = self.order(self.chair)
        self.deliver(order, 1)
        self.deliver(order, 1)
        self.assertFalse(order._create_invoices().chorus_pro_delivery_note)

    def test_nothing_delivered_yet(self):
        order = self.order(self.study, self.chair)
        self.assertFalse(order._create_invoices().chorus_pro_delivery_note)

    def test_typed_delivery_note_is_kept(self):
        order = self.order(self.chair)
        self.deliver(order, 2)
        move = order._create_invoices()
        move.chorus_pro_delivery_note = "BL-9"
        move.invoice_line_ids[:1].sale_line_ids = [Command.set(order.order_line.ids)]
        move.action_post()
        self.assertEqual(move.chorus_pro_delivery_note, "BL-9")

    # === PROJECT === #

    def test_project_of_the_order(self):
        project = self.env["project.project"].create(
            {"name": "Rénovation de la mairie", "allow_billable": True}
        )
        move = self.order(project_id=project.id)._create_invoices()
        self.assertEqual(move.chorus_pro_project, "Rénovation de la mairie")
        self.assertFalse(self.order()._create_invoices().chorus_pro_project)

    def test_two_projects_leave_it_open(self):
        projects = self.env["project.project"].create(
            [{"name": name, "allow_billable": True} for name in ("A", "B")]
        )
        first, second = (self.order(project_id=project.id) for project in projects)
        move = (first | second)._create_invoices()
        self.assertFalse(move.chorus_pro_project)

    # === THE WHOLE WAY === #

    def test_it_travels(self):
        order = self.order(self.chair)
        self.deliver(order, 2)
        move = order._create_invoices()
        move.partner_bank_id = self.bank
        move.action_post()
        self.assertFalse(move._chorus_pro_blockers())
        terms = move._chorus_pro_terms()
        self.assertEqual(terms["BT-13"], "EJ-S")
        self.assertEqual(terms["BT-16"], move.chorus_pro_delivery_note)
        self.integrate(move)
        self.assertEqual(len(self.ledger()["invoices"]), 1)
