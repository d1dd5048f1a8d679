"""Forms on screen: what browsers are told, and that a shown form reads again."""

import json

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_screen import CHANGED
from odoo.addons.l10n_fr_chorus_pro.tests.send_common import SendCommon
from odoo.addons.l10n_fr_chorus_pro.tests.tour_common import TourCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReload(SendCommon):
    """The messages of a transaction."""

    def messages(self):
        """What the bus got since the last look, as [(channel, payload)]."""
        self.env.cr.flush()
        rows = self.env["bus.bus"].sudo().search([])
        found = [(json.loads(r.channel), json.loads(r.message)) for r in rows]
        rows.unlink()
        return [(c[2], m["payload"]) for c, m in found if m["type"] == CHANGED]

    def test_sent_once_to_those_who_may_read_invoices(self):
        self.messages()
        self.move.with_user(self.clerk)._chorus_pro_enqueue()
        found = self.messages()
        groups = [
            self.env.ref(f"account.group_account_{name}").id
            for name in ("invoice", "readonly")
        ]
        self.assertEqual([group for group, _payload in found], groups)
        row = self.move.chorus_pro_transmission_id
        for _group, payload in found:
            self.assertEqual(payload["account.move"], self.move.ids)
            self.assertEqual(payload["chorus.pro.transmission"], row.ids)
        self.assertFalse(self.messages())

    def test_identifiers_and_nothing_else(self):
        self.move.with_user(self.clerk)._chorus_pro_enqueue()
        self.run_send()
        for _group, payload in self.messages():
            for model, ids in payload.items():
                self.assertIn(model, self.env)
                self.assertTrue(all(isinstance(one, int) for one in ids))

    def test_unsaved_and_private_invoices_are_not_told(self):
        self.messages()
        screen = self.env["chorus.pro.screen"]
        screen._changed(self.env["account.move"].new({}))
        self.assertFalse(self.messages())
        private = self.make_invoice(self.env["res.partner"].create({"name": "Paul"}))
        told = [p.get("account.move", ()) for _group, p in self.messages()]
        self.assertFalse([ids for ids in told if private.id in ids])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReloadTour(SendCommon, TourCase):
    """A form in Chromium."""

    def test_a_shown_form_reads_again(self):
        self.start_tour(
            f"/odoo/customer-invoices/{self.move.id}",
            "chorus_pro_reload",
            login=self.clerk.login,
        )
