"""The main job at a portal behind a socket: the PISTE sandbox, or the simulator.

Not run by default: `dev/test --tags external/l10n_fr_chorus_pro`, with the variables of
`live_common`. `dev/test --all` runs them against the simulator.
"""

import os
import time
import unittest
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import codes
from odoo.addons.l10n_fr_chorus_pro.tests.live_common import (
    NEEDED,
    PREFIX,
    RECIPIENT,
    LiveCommon,
    given,
    portal_urls,
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLiveGuards(BaseCase):
    """Who has no access skips; nobody deposits a test in Production."""

    def test_without_credentials_they_skip_and_say_what_to_set(self):
        names = [PREFIX + name for name in NEEDED]
        with (
            patch.dict(os.environ, dict.fromkeys(names, "")),
            self.assertRaisesRegex(unittest.SkipTest, ", ".join(names)),
        ):
            TestLive.setUpClass()

    def test_the_test_portal_is_the_default(self):
        with patch.dict(os.environ, dict.fromkeys(self.urls_of("qualification"), "")):
            self.assertEqual(portal_urls(), codes.ENVIRONMENTS["qualification"])

    def test_production_is_refused(self):
        for name, url in self.urls_of("production").items():
            with (
                self.subTest(name),
                patch.dict(os.environ, {name: url}),
                self.assertRaisesRegex(ValueError, "production"),
            ):
                portal_urls()

    def urls_of(self, environment):
        """The variables for the addresses of a portal."""
        names = (f"{PREFIX}TOKEN_URL", f"{PREFIX}API_URL")
        return dict(zip(names, codes.ENVIRONMENTS[environment], strict=True))


@tagged("external", "-standard", "post_install_l10n", "post_install", "-at_install")
class TestLive(LiveCommon):
    """From the token to the copy of the invoice that the portal holds."""

    def test_portal_is_well(self):
        with self.portal_session(), self.company._chorus_pro_client() as client:
            self.assertTrue(client.health_check())

    def test_token_account_and_own_identifier(self):
        report = self.press_test()
        self.assertTrue(report.works, report.report)
        with self.portal_session():
            gate = self.company._chorus_pro_gate()
            self.assertTrue(gate.structure_id)
            self.assertTrue(gate.token)

    def test_wrong_secret_is_told(self):
        report = self.press_test(chorus_pro_client_secret="not the secret")
        self.assertFalse(report.works)
        self.assertIn("identifier or secret", report.report)

    def press_test(self, **settings):
        """Save settings, press "Test the connection" and return its report."""
        company = self.company.sudo()
        with self.portal_session():
            company.write(settings)
            action = company.action_chorus_pro_test()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_find_entity(self):
        partner = self.find_recipient()
        self.assertTrue(partner.chorus_pro_is_public)
        self.assertNotEqual(partner.chorus_pro_requirement, "unknown")
        self.assertTrue(partner.name)

    def test_invoice_from_deposit_to_download(self):
        move = self.make_invoice(
            self.find_recipient(),
            # No counter of this database knows what the portal had before.
            name=f"LIVE{int(time.time())}",
            buyer_reference=given("SERVICE"),
            purchase_order_reference=given("ENGAGEMENT"),
        )
        self.assertFalse(move._chorus_pro_blockers())
        row = self.send(move)
        self.assertEqual(row.state, "deposited", row.error)
        self.assertTrue(row.flow_id.name)
        self.follow(row)
        self.assertEqual(row.state, "integrated", row.error)
        self.assertTrue(row.portal_id)
        self.assertTrue(row.status_ids)
        self.assertNotIn(move.chorus_pro_status, (False, "sent", "rejected"))
        self.download(move)

    def find_recipient(self):
        """The recipient as a customer, found by SIRET and read from the portal."""
        siret = given("RECIPIENT_SIRET", RECIPIENT)
        with self.portal_session():
            hits = self.env["res.partner"]._chorus_pro_find_entities(siret)
            (hit,) = hits.rows
            partner, words = self.env["res.partner"]._chorus_pro_adopt(
                siret, hit["name"]
            )
        self.assertFalse(words)
        return partner

    def follow(self, row):
        """Follow the deposit until the portal has decided, and told a status."""
        self.wait_for(
            f"verdict on deposit {row.flow_id.name}",
            lambda: row.state != "deposited",
            self.run_follow,
        )
        if row.state == "integrated":
            self.wait_for("first status", lambda: row.status_ids, self.run_follow)

    def download(self, move):
        """The portal's PDF and XML become attachments of the invoice."""
        before = self.attachments(move)
        with self.portal_session():
            move.action_chorus_pro_proof()
        files = self.attachments(move) - before
        self.assertEqual(len(files), 2, files.mapped("name"))
        self.assertTrue(any(f.raw.startswith((b"%PDF", b"PK")) for f in files))
        self.assertTrue(any(move.name.encode() in f.raw for f in files))

    def attachments(self, move):
        """The files of an invoice."""
        domain = [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        return self.env["ir.attachment"].search(domain)
