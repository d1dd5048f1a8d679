"""Odoo's own Send with Peppol and letters beside Chorus Pro."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .send_common import KEY, SendCommon

CHORUS_AT_PEPPOL = {"peppol_eas": "0009", "peppol_endpoint": "11000201100044"}
OWN_AT_PEPPOL = {"peppol_eas": "0009", "peppol_endpoint": "21990002400015"}


@tagged(
    "post_install_l10n",
    "post_install",
    "-at_install",
    "-standard",
    "chorus_long",
    "chorus_neighbours",
)
class TestSendNeighbours(SendCommon):
    """With `account_peppol` and `snailmail_account`, before ours or after."""

    def setUp(self):
        super().setUp()
        self.company.sudo().account_peppol_proxy_state = "sender"
        self.company.partner_id.write(
            {"peppol_eas": "0009", "peppol_endpoint": "99999999800019"}
        )
        self.documents = []
        proxy = self.env["account_edi_proxy_client.user"]
        self.startPatcher(
            patch.object(type(proxy), "_call_peppol_proxy", self._deposit)
        )

    def make_invoice(self, partner=None, **values):
        """A posted invoice to a customer whom Peppol has looked up before."""
        move = super().make_invoice(partner, **values)
        customer = move.commercial_partner_id.with_company(self.company)
        if customer.peppol_verification_state != "valid":
            # Not looked up yet, Peppol would ask its network in each dialog.
            customer.peppol_verification_state = "not_valid"
        return move

    def _deposit(self, _endpoint, params=None):
        """Peppol's access point takes everything."""
        self.documents += params["documents"]
        return {
            "messages": [
                {"message_uuid": f"uuid-{number}"}
                for number, _document in enumerate(params["documents"])
            ]
        }

    def register(self, partner, values):
        """A customer that takes invoices by Peppol."""
        partner = partner.with_company(self.company)
        partner.write({**values, "invoice_edi_format": "ubl_bis3"})
        partner.peppol_verification_state = "valid"
        self.assertTrue(self.sender._is_applicable_to_company("peppol", self.company))

    # === DEFAULT === #

    def test_public_entities_by_chorus_pro_alone(self):
        for address in (CHORUS_AT_PEPPOL, OWN_AT_PEPPOL):
            with self.subTest(address):
                self.register(self.entity, address)
                wizard = self.open_send()
                self.assertEqual(self.ticked(wizard), {KEY})
                self.assertIn("peppol", wizard.sending_method_checkboxes)

    def test_private_customers_by_peppol_as_ever(self):
        self.register(self.private, OWN_AT_PEPPOL)
        wizard = self.open_send(self.make_invoice(self.private))
        self.assertIn("peppol", self.ticked(wizard))
        self.assertNotIn(KEY, wizard.sending_method_checkboxes)

    def test_peppol_that_a_person_chose_stays(self):
        self.register(self.entity, CHORUS_AT_PEPPOL)
        self.entity.with_company(self.company).invoice_sending_method = "peppol"
        wizard = self.open_send()
        self.assertEqual(self.ticked(wizard), {"peppol"})
        self.assertFalse(self.levels(wizard))

    def test_customers_form_offers_both(self):
        methods = self.entity.with_company(self.company).chorus_pro_sending_methods
        self.assertLessEqual({KEY, "peppol", "snailmail"}, set(methods))
        private = self.private.with_company(self.company).chorus_pro_sending_methods
        self.assertIn("peppol", private)
        self.assertNotIn(KEY, private)

    # === TOGETHER === #

    def test_twice_to_chorus_pro_is_refused(self):
        self.register(self.entity, CHORUS_AT_PEPPOL)
        wizard = self.open_send(sending_methods=[KEY, "peppol"])
        self.assertIn("a second time", self.levels(wizard)["danger"][0])
        with self.assertRaisesRegex(UserError, "a second time"):
            wizard.action_send_and_print()
        with self.assertRaisesRegex(UserError, "a second time"):
            self.sender._generate_and_send_invoices(
                self.move, sending_methods=[KEY, "peppol"]
            )
        self.assertFalse(self.documents)
        self.assertFalse(self.row)

    def test_all_ways_at_once(self):
        self.register(self.entity, OWN_AT_PEPPOL)
        methods = [KEY, "peppol", "email", "snailmail"]
        self.open_send(sending_methods=methods).action_send_and_print()
        self.assertEqual(self.move.peppol_move_state, "processing")
        self.assertEqual(len(self.documents), 1)
        self.assertEqual(self.move.chorus_pro_status, "queued")
        letters = self.env["snailmail.letter"].search([("res_id", "=", self.move.id)])
        self.assertEqual(len(letters), 1)
        # Peppol's message is another one, without recipients.
        [mail] = self.mails()
        self.run_send()
        row = self.move.sudo().chorus_pro_transmission_id
        self.assertEqual(self.pdf_of(mail), row._file_content())
        self.assertEqual(self.move.invoice_pdf_report_id.raw, row._file_content())
        self.assertIn(
            b"urn:oasis:names:specification:ubl", self.move.ubl_cii_xml_id.raw
        )
        self.assertFalse(self.move.chorus_pro_mailed)

    def test_refusal_of_peppol_queues_nothing(self):
        """An error of any of the ways stops the invoice as a whole."""
        self.register(self.entity, OWN_AT_PEPPOL)
        refuse = patch.object(
            type(self.env["account_edi_proxy_client.user"]),
            "_call_peppol_proxy",
            lambda *_, **__: {"error": {"code": "participant_not_ready"}},
        )
        with refuse, self.assertRaises(UserError):
            self.open_send(sending_methods=[KEY, "peppol"]).action_send_and_print()
        self.assertEqual(self.move.chorus_pro_status, "to_send")

    def test_letter_and_chorus_pro(self):
        wizard = self.open_send(sending_methods=[KEY, "snailmail"])
        self.assertFalse(self.levels(wizard))
        wizard.action_send_and_print()
        self.assertEqual(self.move.chorus_pro_status, "queued")
        self.assertTrue(
            self.env["snailmail.letter"].search([("res_id", "=", self.move.id)])
        )
        # Core's mark is that of the letter.
        self.assertTrue(self.move.is_move_sent)

    # === MANY === #

    def test_many_ways_in_one_batch(self):
        self.register(self.private, OWN_AT_PEPPOL)
        by_post = self.make_entity("21990003200014", "Commune de Montclair")
        by_post.with_company(self.company).invoice_sending_method = "snailmail"
        letter, digital = self.make_invoice(by_post), self.make_invoice(self.private)
        wizard = self.open_batch(self.move | letter | digital)
        counts = {key: one["count"] for key, one in wizard.summary_data.items()}
        self.assertEqual(counts, {KEY: 1, "snailmail": 1, "peppol": 1, "email": 1})
        wizard.action_send_and_print()
        self.run_core_cron()
        self.assertEqual(self.move.chorus_pro_status, "queued")
        self.assertEqual(letter.chorus_pro_status, "to_send")
        self.assertEqual(digital.peppol_move_state, "processing")
        self.assertFalse(self.move.peppol_move_state)
