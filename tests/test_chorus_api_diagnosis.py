"""The calls of the test of the connection: what proves that an API answers."""

from datetime import timedelta
from email.utils import format_datetime

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    ChorusError,
    MemoryTokenStore,
    Token,
)
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    NO_RESULT,
    NOW,
    SUCCESS,
    TOKEN,
    TOKEN_ANSWER,
    ChorusApiCase,
    canned,
)

REFUSAL = {"codeRetour": 20001, "libelle": "GDP_MSG_01.001"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiDiagnosis(ChorusApiCase):
    # === TOKEN === #

    def test_a_token_is_asked_though_one_is_kept(self):
        store = MemoryTokenStore()
        store.save(Token("kept", NOW + timedelta(hours=1)))
        client, portal = self.portal(token_store=store)
        self.assertIsNone(client.fetch_token())
        self.assertEqual(len(portal.token_calls), 1)
        self.assertEqual(store.load().value, TOKEN)

    def test_a_refused_token_leaves_the_kept_one(self):
        store = MemoryTokenStore()
        kept = Token("kept", NOW + timedelta(hours=1))
        store.save(kept)
        refusal = canned({"error": "invalid_client"}, 400)
        client, _portal = self.portal(tokens=[refusal], token_store=store)
        with self.assert_error("token_refused", "not_sent"):
            client.fetch_token()
        self.assertEqual(store.load(), kept)

    def test_how_far_the_clocks_differ(self):
        for seconds in (-7200, 0, 90):
            date = format_datetime(NOW + timedelta(seconds=seconds))
            client, _portal = self.portal(
                tokens=[canned(TOKEN_ANSWER, headers={"Date": date})]
            )
            self.assertEqual(client.fetch_token(), seconds)

    def test_a_date_that_is_none(self):
        for date in ("", "tomorrow", "Mon, 99 Foo 2026"):
            client, _portal = self.portal(
                tokens=[canned(TOKEN_ANSWER, headers={"Date": date})]
            )
            self.assertIsNone(client.fetch_token(), date)

    # === APIS === #

    def reach(self, api, *args, answer=SUCCESS, status=200):
        """Call the test of one API against a prepared answer; the adapter."""
        client, portal = self.portal(canned(answer, status))
        getattr(client, f"reach_{api}")(*args)
        return portal

    def test_nothing_found_is_an_answer(self):
        self.reach("transverses", answer=NO_RESULT)
        for api in ("factures", "engagements"):
            self.reach(api, answer=NO_RESULT)
            portal = self.reach(api, "42", answer=NO_RESULT)
            self.assertIn("42", str(portal.payloads[0]))

    def test_a_refusal_without_own_identifier_is_an_answer(self):
        for api in ("factures", "engagements"):
            self.reach(api, answer=REFUSAL)
            with self.assertRaises(ChorusError) as caught:
                self.reach(api, "42", answer=REFUSAL)
            self.assertEqual(caught.exception.code, "business")

    def test_a_gate_that_is_closed_is_none(self):
        for api in ("transverses", "factures", "engagements"):
            with self.assert_error("forbidden", "refused"):
                self.reach(api, answer="", status=403)
