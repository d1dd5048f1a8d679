"""Following: what the recipient does with an invoice, read from the portal."""

from datetime import datetime, timedelta, timezone
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    ChorusError,
    Client,
    History,
    InvoiceItem,
    codes,
)
from odoo.addons.l10n_fr_chorus_pro.models.portal_values import naive_utc, paris_date
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

PARIS = ZoneInfo("Europe/Paris")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineFollow(EngineCommon):
    def setUp(self):
        super().setUp()
        self.integrate(self.move)

    def act_and_follow(self, *statuses, comment="", force=False, move=None):
        """The recipient acts, a minute before each, then the changes are read."""
        for status in statuses:
            self.advance(60)
            self.control(
                "act",
                {
                    "invoice": (move or self.move).name,
                    "supplier": "99999999800019",
                    "status": status,
                    "comment": comment,
                    "force": force,
                },
            )
        self.run_follow()

    def history(self):
        """Codes of the history that Odoo holds, oldest first."""
        return self.row.status_ids.sorted(lambda s: (s.date, s.id)).mapped("code")

    def filed_history(self):
        [invoice] = self.filed()
        return [line["code"] for line in invoice["history"]]

    def calls_of(self, *verbs):
        """Count the calls of verbs of the client, which go through."""
        counts = dict.fromkeys(verbs, 0)

        def spy_on(verb):
            original = getattr(Client, verb)

            def spy(client, *args, **kwargs):
                counts[verb] += 1
                return original(client, *args, **kwargs)

            spying = patch.object(Client, verb, spy)
            spying.start()
            self.addCleanup(spying.stop)

        for verb in verbs:
            spy_on(verb)
        return counts

    # === CHANGES === #

    def test_the_first_statuses_with_their_history(self):
        self.assertEqual(self.history(), self.filed_history())
        self.assertEqual(self.row.portal_status, self.history()[-1])
        self.assertEqual(self.move.chorus_pro_status, "available")

    def test_up_to_the_payment(self):
        for status, summary in (
            ("SERVICE_FAIT", "approved"),
            ("MANDATEE", "approved"),
            ("MISE_A_DISPOSITION_COMPTABLE", "approved"),
            ("COMPTABILISEE", "accounted"),
            ("MISE_EN_PAIEMENT", "released"),
        ):
            self.act_and_follow(status)
            self.assertEqual(self.row.portal_status, status)
            self.assertEqual(self.move.chorus_pro_status, summary)
            self.assertEqual(self.history(), self.filed_history())
        self.assertEqual(self.move.chorus_pro_stage, "released")
        self.assertNotEqual(self.move.payment_state, "paid")

    def test_several_changes_at_once_are_all_in_the_history(self):
        before = len(self.chatter())
        self.act_and_follow("SERVICE_FAIT", "MANDATEE")
        self.assertEqual(self.history(), self.filed_history())
        self.assertEqual(self.history()[-2:], ["SERVICE_FAIT", "MANDATEE"])
        self.assertEqual(len(self.chatter()), before + 1)

    def test_the_words_of_the_recipient(self):
        for status, summary in (
            ("SUSPENDUE", "suspended"),
            ("A_RECYCLER", "to_reroute"),
            ("REJETEE", "rejected"),
        ):
            with self.subTest(status):
                words = f"Because of {status}"
                self.act_and_follow(status, comment=words, force=True)
                self.assertEqual(self.move.chorus_pro_status, summary)
                self.assertEqual(self.row.portal_comment, words)
                self.assertIn(words, self.move.chorus_pro_story)
                self.assertIn(words, self.chatter()[-1])
                self.assertIn(words, self.row.status_ids.mapped("comment"))

    def test_an_invoice_that_the_recipient_refused_is_not_sent_again(self):
        self.act_and_follow("REJETEE", comment="non")
        self.assertEqual(self.row.state, "integrated")
        self.assertFalse(self.move.chorus_pro_can_send)
        self.assertFalse(self.move._chorus_pro_enqueue())
        self.assertEqual((self.attempts(), self.posts()), (["integrated"], 1))

    def test_a_status_that_nobody_knows_is_kept_as_it_is(self):
        self.act_and_follow("NOUVEAU_CODE", force=True)
        self.assertEqual(self.row.portal_status, "NOUVEAU_CODE")
        self.assertEqual(self.history()[-1], "NOUVEAU_CODE")
        self.assertEqual(self.move.chorus_pro_status, "filed")
        self.assertIn("NOUVEAU_CODE", self.chatter()[-1])
        self.assertEqual(self.row.status_ids.sorted("id")[-1].label, "NOUVEAU_CODE")
        self.act_and_follow("MANDATEE", force=True)
        self.assertEqual(self.move.chorus_pro_status, "approved")

    def test_statuses_out_of_order(self):
        self.act_and_follow("COMPTABILISEE", force=True)
        self.assertEqual(self.move.chorus_pro_status, "accounted")
        self.act_and_follow("SERVICE_FAIT", force=True)
        self.assertEqual(self.move.chorus_pro_status, "approved")
        self.assertEqual(self.history(), self.filed_history())

    def test_every_code_of_the_portal_has_its_summary(self):
        for code, status in codes.INVOICE_STATUSES.items():
            self.row.portal_status = code
            self.assertEqual(self.move.chorus_pro_status, status.summary, code)

    # === WHAT IS ASKED === #

    def test_no_history_is_read_without_a_change(self):
        counts = self.calls_of("consulter_historique", "rechercher_fournisseur")
        for _run in range(3):
            self.run_follow()
        self.assertEqual(
            counts, {"consulter_historique": 0, "rechercher_fournisseur": 3}
        )

    def test_one_history_for_one_change(self):
        other = self.make_invoice()
        self.integrate(other)
        counts = self.calls_of("consulter_historique", "rechercher_fournisseur")
        self.act_and_follow("MANDATEE", move=other)
        self.assertEqual(
            counts, {"consulter_historique": 1, "rechercher_fournisseur": 1}
        )

    def test_a_final_status_is_not_asked_again(self):
        self.act_and_follow("MISE_EN_PAIEMENT", force=True)
        counts = self.calls_of("rechercher_fournisseur")
        self.run_follow()
        self.assertFalse(self.move.chorus_pro_can_refresh)
        with self.portal_session():
            self.move.action_chorus_pro_refresh()
        self.assertEqual(counts, {"rechercher_fournisseur": 0})

    def test_only_changes_since_the_last_look_are_asked(self):
        asked = []

        def spy(client, **criteria):
            asked.append(criteria)
            return iter([])

        start = fields.Datetime.now()
        self.run_follow()
        until = self.gate().followed_until
        self.assertGreaterEqual(until, start)
        with patch.object(Client, "rechercher_fournisseur", spy):
            self.run_follow()
        [criteria] = asked
        since = (until - timedelta(hours=1)).replace(tzinfo=timezone.utc)
        self.assertEqual(criteria["changed_since"], since)
        self.assertEqual(criteria["supplier_id"], self.gate().structure_id)
        self.assertGreaterEqual(self.gate().followed_until, until)

    def test_a_look_that_fails_is_repeated(self):
        until = self.gate().followed_until
        with self.answers("timeout", "rechercher_fournisseur"):
            self.act_and_follow("MANDATEE")
        self.assertEqual(self.gate().followed_until, until)
        self.assertEqual(self.move.chorus_pro_status, "available")
        self.end_pause()
        self.run_follow()
        self.assertEqual(self.move.chorus_pro_status, "approved")

    # === HISTORY === #

    def test_history_lines_are_there_once(self):
        self.act_and_follow("MANDATEE")
        lines = self.history()
        with self.portal_session():
            self.move.action_chorus_pro_refresh()
            self.move.action_chorus_pro_refresh()
        self.assertEqual(self.history(), lines)
        self.assertEqual(lines, self.filed_history())

    def test_a_history_that_cannot_be_read_is_read_later(self):
        with self.answers("server_error", "consulter_historique"):
            self.act_and_follow("SERVICE_FAIT")
        self.assertEqual(self.move.chorus_pro_status, "approved")
        self.assertNotIn("SERVICE_FAIT", self.history())
        self.act_and_follow("MANDATEE")
        self.assertEqual(self.history(), self.filed_history())

    def test_a_history_that_stops_the_company_stops_the_run(self):
        with self.answers("account_refused", "consulter_historique"):
            self.act_and_follow("SERVICE_FAIT")
        self.assertEqual(self.gate().pause_code, "account_refused")

    # === TIMES === #

    def test_times_are_kept_in_utc(self):
        self.act_and_follow("MANDATEE")
        line = self.row.status_ids.sorted("id")[-1]
        [invoice] = self.filed()
        moment = datetime.fromisoformat(invoice["history"][-1]["at"])
        self.assertEqual(moment.astimezone(PARIS).utcoffset(), moment.utcoffset())
        # The portal writes histories to the minute.
        moment = moment.astimezone(timezone.utc)
        minute = moment.replace(tzinfo=None, second=0, microsecond=0)
        self.assertEqual(line.date, minute)
        self.assertEqual(
            self.row.portal_status_at.replace(second=0, microsecond=0), minute
        )

    def test_both_changes_of_the_clock(self):
        for local, utc in (
            ("2026-03-29 01:59", "2026-03-29 00:59"),
            ("2026-03-29 03:00", "2026-03-29 01:00"),
            ("2026-10-25 01:59", "2026-10-24 23:59"),
            ("2026-10-25 03:00", "2026-10-25 02:00"),
        ):
            moment = datetime.fromisoformat(local).replace(tzinfo=PARIS)
            self.assertEqual(naive_utc(moment), datetime.fromisoformat(utc))
        self.assertIs(naive_utc(None), False)

    def test_the_portal_counts_days_in_paris(self):
        for utc, day in (
            ("2026-07-01 22:30", "2026-07-02"),
            ("2026-01-01 22:30", "2026-01-01"),
        ):
            found = paris_date(datetime.fromisoformat(utc))
            self.assertEqual(found.isoformat(), day)

    # === MISSING KEYS === #

    def test_history_lines_without_identifier_or_code(self):
        lines = [
            {"histoStatutCode": "MANDATEE", "histoStatutDatePassage": "2026-11-20"},
            {"histoStatutDatePassage": "2026-11-21"},
        ]
        history = History.parse({}, lines)
        with patch.object(Client, "consulter_historique", return_value=history):
            self.act_and_follow("SERVICE_FAIT", "MANDATEE")
            self.act_and_follow("COMPTABILISEE", force=True)
        added = self.row.status_ids.filtered(lambda s: not s.portal_ref.isdigit())
        self.assertEqual(set(added.mapped("code")), {"MANDATEE", "-"})
        self.assertEqual(len(added), 2)

    def test_an_invoice_without_a_status_keeps_its_last(self):
        lines = len(self.chatter())
        self.follow_item(self.item(statut=None))
        self.assertEqual(self.row.portal_status, "MISE_A_DISPOSITION")
        self.assertEqual(len(self.chatter()), lines)

    # === WHOSE INVOICE === #

    def item(self, **values):
        """The portal's own words on the invoice, changed."""
        [invoice] = self.filed()
        raw = {
            "identifiantFactureCPP": invoice["id"],
            "numeroFacture": self.move.name,
            "statut": "COMPTABILISEE",
            **values,
        }
        return InvoiceItem.parse(raw)

    def follow_item(self, item):
        with patch.object(Client, "rechercher_fournisseur", return_value=iter([item])):
            self.run_follow()

    def test_an_invoice_of_the_same_number_that_is_not_ours_is_left_alone(self):
        self.follow_item(self.item(identifiantFactureCPP=999_999))
        self.assertEqual(self.move.chorus_pro_status, "available")

    def test_an_invoice_that_odoo_does_not_know_is_left_alone(self):
        self.follow_item(self.item(numeroFacture="X-1"))
        self.assertEqual(self.move.chorus_pro_status, "available")

    def test_a_status_without_a_date(self):
        with freeze_time("2026-12-01 10:00:00"):
            self.follow_item(self.item())
        self.assertEqual(self.move.chorus_pro_status, "accounted")
        self.assertEqual(
            self.row.portal_status_at, datetime.fromisoformat("2026-12-01 10:00")
        )

    def test_an_invoice_of_which_the_portal_tells_no_identifier(self):
        self.row.write({"portal_id": False, "history_due": True})
        counts = self.calls_of("consulter_historique")
        self.follow_item(self.item(identifiantFactureCPP=None))
        self.assertEqual(self.move.chorus_pro_status, "available")
        self.assertEqual(counts, {"consulter_historique": 0})
        item = self.item()
        self.follow_item(item)
        self.assertEqual(self.move.chorus_pro_status, "accounted")
        self.assertEqual(self.row.portal_id, item.portal_id)

    def test_an_invoice_is_integrated_once(self):
        before = self.row.read()
        self.row._integrate({self.move.name: self.item()})
        self.assertEqual(self.row.read(), before)

    # === A PERSON ASKS === #

    def test_a_person_asks_now(self):
        self.act(self.move, "MANDATEE")
        with self.portal_session():
            self.move.with_user(self.clerk).action_chorus_pro_refresh()
        self.assertEqual(self.move.chorus_pro_status, "approved")
        self.assertEqual(self.history(), self.filed_history())

    def test_a_person_is_told_that_the_portal_does_not_answer(self):
        with (
            self.portal_session(),
            self.answers("server_error", "rechercher_fournisseur", label="HTTP 500"),
            self.assertRaises(UserError) as caught,
        ):
            self.move.action_chorus_pro_refresh()
        self.assertIn(self.words("server_error"), str(caught.exception))
        self.assertIn("HTTP 500", str(caught.exception))

    def test_what_is_not_found_any_more_stays(self):
        with (
            self.portal_session(),
            patch.object(Client, "rechercher_fournisseur", return_value=iter([])),
        ):
            self.move.action_chorus_pro_refresh()
        self.assertEqual(self.move.chorus_pro_status, "available")

    def test_error_codes_have_words(self):
        explain = self.company._chorus_pro_explain
        self.assertEqual(explain(ChorusError("timeout", label="x"))[-4:], " (x)")
        with patch.dict("odoo.addons.l10n_fr_chorus_pro.const.ERRORS", clear=True):
            self.assertEqual(explain(ChorusError("timeout")), "timeout")
