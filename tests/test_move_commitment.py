"""Engagement numbers of the State: asked for, stored, judged, and asked once."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client, Commitment
from odoo.addons.l10n_fr_chorus_pro.models.res_partner_commitment import STATE_SIRET
from odoo.addons.l10n_fr_chorus_pro.tests.common import SUPPLIER_SIRET
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

ENGAGEMENT = "purchase_order_reference"
KNOWN, OTHER = "1500000001", "1500000002"
UNKNOWN = "4500000000"
SERVICE = "engagementsJuridiques/rechercher"


class CommitmentCommon(EngineCommon):
    """The State, and invoices to it with engagement numbers."""

    SPARE = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.state = cls.make_entity(STATE_SIRET, "Etat", "service")

    def invoice(self, number=KNOWN, **values):
        """An invoice to the State."""
        values = {"buyer_reference": "SFACETAT", ENGAGEMENT: number, **values}
        return self.make_invoice(self.state, **values)

    def codes(self, move):
        """Codes of the problems of an invoice."""
        return [p.code for p in move._chorus_pro_find_problems()]

    def answers_of(self):
        """{number: known} of what is stored."""
        rows = self.env["chorus.pro.commitment"].sudo().search([])
        return {row.number: row.is_known for row in rows}

    def check(self, moves):
        """Check now, as the clerk; returns the notification's parameters."""
        with self.portal_session():
            action = moves.with_user(self.clerk).action_chorus_pro_check()
        return action["params"]

    def counted(self):
        """Count the calls that ask for engagement numbers."""
        return patch.object(
            Client,
            "rechercher_engagements",
            autospec=True,
            side_effect=Client.rechercher_engagements,
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMoveCommitment(CommitmentCommon):
    """The pre-flight reads what was answered and asks nobody."""

    # === WHO PUBLISHES === #

    def test_the_state_publishes_others_do_not(self):
        self.assertTrue(self.state.chorus_pro_publishes_commitments)
        self.assertFalse(self.entity.chorus_pro_publishes_commitments)
        spaced = self.make_entity("110 002 011 00044", "Etat")
        self.assertTrue(spaced.chorus_pro_publishes_commitments)

    def test_a_person_may_say_so_until_the_siret_changes(self):
        self.entity.chorus_pro_publishes_commitments = True
        self.entity.name = "Ministère"
        self.assertTrue(self.entity.chorus_pro_publishes_commitments)
        self.entity.company_registry = "21990001600011"
        self.assertFalse(self.entity.chorus_pro_publishes_commitments)

    def test_entities_that_publish_nothing_are_not_asked_about(self):
        move = self.make_invoice(purchase_order_reference=UNKNOWN)
        with self.counted() as calls:
            self.check(move)
        calls.assert_not_called()
        self.assertEqual(self.codes(move), [])
        self.assertFalse(move.chorus_pro_commitment_note)

    def test_without_number_there_is_nothing_to_ask(self):
        self.assertEqual(self.codes(self.invoice(False)), [])

    # === WHAT WAS ANSWERED === #

    def test_not_checked_yet_is_a_warning(self):
        move = self.invoice()
        (problem,) = move._chorus_pro_find_problems()
        self.assertEqual(
            (problem.code, problem.level, problem.field, problem.method),
            ("engagement_unchecked", "warning", ENGAGEMENT, "action_chorus_pro_check"),
        )
        self.assertIn("2.11", problem.rule)
        self.assertTrue(move.chorus_pro_can_send)
        self.assertIn("Not checked", move.chorus_pro_commitment_note)

    def test_known(self):
        move = self.invoice()
        self.assertEqual(self.check(move)["type"], "success")
        self.assertEqual(self.codes(move), [])
        self.assertIn("Known", move.chorus_pro_commitment_note)
        self.assertEqual(self.answers_of(), {KNOWN: True})

    def test_unknown_is_a_blocker_until_it_is_known(self):
        move = self.invoice(UNKNOWN)
        params = self.check(move)
        self.assertEqual(params["type"], "warning")
        self.assertIn("The invoice cannot go yet.", params["message"])
        (problem,) = move._chorus_pro_find_problems()
        self.assertEqual(
            (problem.code, problem.level, problem.field),
            ("engagement_unknown", "error", ENGAGEMENT),
        )
        self.assertIn("Unknown", move.chorus_pro_commitment_note)
        self.assertFalse(move.chorus_pro_can_send)
        self.control("engagements", {"siret": STATE_SIRET, "number": UNKNOWN})
        self.check(move)
        self.assertTrue(move.chorus_pro_can_send)

    def test_another_number_is_another_question(self):
        move = self.invoice(UNKNOWN)
        self.check(move)
        move.purchase_order_reference = KNOWN
        self.assertEqual(self.codes(move), ["engagement_unchecked"])

    def test_commitment_of_another_supplier(self):
        other = {"siret": STATE_SIRET, "number": "EJ-X", "supplier": "33254021516357"}
        self.control("engagements", other)
        self.control("engagements", {**other, "number": "EJ-Y", "supplier": None})
        self.control(
            "engagements", {**other, "number": "EJ-Z", "supplier": SUPPLIER_SIRET}
        )
        moves = [self.invoice(f"EJ-{letter}") for letter in "XYZ"]
        self.check(self.env["account.move"].union(*moves))
        self.assertEqual(
            [self.codes(move) for move in moves], [["engagement_unknown"], [], []]
        )

    def answer(self, **row):
        """Codes of an invoice whose number the portal answers with such a row."""
        move = self.invoice()
        found = [Commitment.parse({"numeroEngagementJuridique": KNOWN, **row})]
        with patch.object(Client, "rechercher_engagements", return_value=found):
            self.check(move)
        return self.codes(move)

    def test_a_state_that_is_not_ordered_is_a_warning(self):
        self.assertEqual(
            self.answer(etatCourantEngagementJuridique="ANNULE"), ["engagement_state"]
        )
        self.assertEqual(self.answer(etatCourantEngagementJuridique="COMMANDE"), [])
        self.assertEqual(self.answer(), [], "a row that tells nothing")

    def test_a_commitment_of_another_entity_is_a_warning(self):
        self.assertEqual(self.answer(x="21990001600011"), ["engagement_elsewhere"])
        self.assertEqual(self.answer(x=SUPPLIER_SIRET), [], "ours is no entity's")
        self.assertEqual(self.answer(x=SUPPLIER_SIRET, y=STATE_SIRET), [])

    def test_what_another_environment_answered_does_not_count(self):
        move = self.invoice()
        self.check(move)
        rows = self.env["chorus.pro.commitment"].sudo().search([])
        rows.environment = "qualification"
        self.env.invalidate_all()
        self.assertEqual(self.codes(move), ["engagement_unchecked"])

    # === CHECK NOW === #

    def test_many_invoices_with_one_number_cost_one_call(self):
        moves = [self.invoice() for _ in range(4)] + [self.invoice(OTHER)]
        with self.counted() as calls:
            self.check(self.env["account.move"].union(*moves))
        self.assertEqual(calls.call_count, 2)
        self.assertEqual(self.answers_of(), {KNOWN: True, OTHER: True})

    def test_stale_entities_are_read_too_and_fresh_ones_are_not(self):
        hospital = self.make_entity("26990003100015", "Hôpital", "unknown")
        move = self.make_invoice(hospital)
        self.check(move)
        self.assertEqual(hospital.chorus_pro_requirement, "both")
        with patch.object(Client, "consulter_structure") as calls:
            self.check(move)
        calls.assert_not_called()

    def test_an_entity_that_is_closed(self):
        closed = self.make_entity("25990007400016", "Syndicat dissous", "unknown")
        params = self.check(self.make_invoice(closed))
        self.assertEqual(params["type"], "warning")
        self.assertIn("is closed at Chorus Pro", params["message"])

    def test_portal_that_does_not_answer(self):
        move = self.invoice()
        with self.answers("unreachable", "rechercher_engagements"):
            params = self.check(move)
        self.assertIn("cannot be reached", params["message"])
        self.assertEqual(self.codes(move), ["engagement_unchecked"])

    def test_patience_has_an_end(self):
        moves = self.invoice() | self.invoice(OTHER)
        self.patch_patience()
        with self.counted() as calls:
            params = self.check(moves)
        calls.assert_not_called()
        self.assertIn("left to be checked", params["message"])

    def patch_patience(self):
        """Nobody waits for anything."""
        path = "odoo.addons.l10n_fr_chorus_pro.models.account_move_check.PATIENCE"
        patcher = patch(path, -1)
        patcher.start()
        self.addCleanup(patcher.stop)

    # === WHEN IT IS OLD === #

    def test_old_directory_is_a_warning_with_a_way_out(self):
        move = self.make_invoice()
        now = fields.Datetime.now()
        self.entity.chorus_pro_directory_environment = "demo"
        for days, expected in ((29, []), (31, ["directory_old"])):
            self.entity.chorus_pro_synced_at = now - timedelta(days=days)
            self.assertEqual(self.codes(move), expected)
        (problem,) = move._chorus_pro_find_problems()
        self.assertEqual(
            (problem.level, problem.record, problem.method),
            ("warning", self.entity, "action_chorus_pro_check"),
        )
        self.check(move)
        self.assertEqual(self.codes(move), [])

    def test_links(self):
        alerts = self.invoice().chorus_pro_problems
        (link,) = alerts.values()
        self.assertEqual(link["action_text"], "Check now")
        action = self.env["ir.actions.server"].browse(link["action"]["id"])
        self.assertIn("action_chorus_pro_check", action.code)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineCommitment(CommitmentCommon):
    """The scheduled action asks before it freezes, and is stopped by no silence."""

    def test_known_number_goes(self):
        moves = self.invoice() | self.invoice()
        with self.counted() as calls:
            self.send(moves)
        self.assertEqual(calls.call_count, 1)
        self.assertEqual(set(moves.mapped("chorus_pro_status")), {"sent"})
        self.assertNotIn("checked", " ".join(self.chatter(moves[:1])))
        with self.counted() as calls:
            self.send(self.invoice())
        calls.assert_not_called()

    def test_old_answer_is_asked_for_again(self):
        self.send(self.invoice())
        rows = self.env["chorus.pro.commitment"].sudo().search([])
        rows.checked_at = fields.Datetime.now() - timedelta(days=2)
        with self.counted() as calls:
            self.send(self.invoice())
        self.assertEqual(calls.call_count, 1)

    def test_unknown_number_is_stopped_before_its_file_is_made(self):
        move = self.invoice(UNKNOWN)
        row = self.send(move)
        self.assertEqual((row.state, row.error_code), ("failed", "blocked"))
        self.assertIn(UNKNOWN, row.error)
        self.assertFalse(row.checksum)
        self.assertFalse(self.ledger()["deposits"])

    def test_silence_stops_nothing_and_is_told(self):
        moves = self.invoice(UNKNOWN) | self.invoice(OTHER)
        with self.answers("timeout", "rechercher_engagements") as calls:
            self.send(moves)
        self.assertEqual(calls.call_count, 1, "the others would time out, too")
        self.assertEqual(set(moves.mapped("chorus_pro_status")), {"sent"})
        for move in moves:
            self.assertIn("could not be checked", self.chatter(move)[0])
        with self.counted() as calls:
            self.send(self.invoice())
        calls.assert_not_called()

    def test_after_a_rest_it_is_asked_again(self):
        with self.answers("timeout", "rechercher_engagements"):
            self.send(self.invoice())
        self.gate().commitments_after = fields.Datetime.now() - timedelta(seconds=1)
        with self.counted() as calls:
            self.send(self.invoice())
        self.assertEqual(calls.call_count, 1)

    def test_own_pace_makes_the_invoice_wait(self):
        move = self.invoice()
        with self.answers("throttled", "rechercher_engagements"):
            self.send(move)
        self.assertEqual(move.chorus_pro_status, "queued")
        self.assertFalse(move.sudo().chorus_pro_transmission_id.checksum)
        self.env["chorus.pro.transmission"].sudo().search([]).render_until = False
        self.run_send()
        self.assertEqual(move.chorus_pro_status, "sent")

    def test_invoice_that_was_reset_meanwhile_is_not_asked_about(self):
        move = self.invoice()
        move._chorus_pro_enqueue()
        row = move.sudo().chorus_pro_transmission_id
        move.sudo().state = "draft"
        self.assertEqual(row._commitments_due(), {})

    def test_a_silent_directory_counts_like_silence(self):
        error = ChorusError("siret_unknown", service="structures")
        path = "_chorus_pro_own_id"
        move = self.invoice()
        with patch.object(type(self.company), path, side_effect=error):
            self.send(move)
        self.assertEqual(move.chorus_pro_status, "sent")
