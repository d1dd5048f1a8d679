"""What the pre-flight makes of the directory's last word on the entity itself."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.factur_x.issues import make_issue
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

SIRET = "21990001600011"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMovePreflightDirectory(ChorusProCommon):
    """A closed entity stops the invoice, a doubtful one is told."""

    def setUp(self):
        super().setUp()
        self.town = self.make_entity(SIRET, "Mairie de Fontclair")
        self.move = self.make_invoice(self.town)

    def find(self, state, environment="demo"):
        """Problems of the entity itself, as {code: level}."""
        self.town.write(
            {
                "chorus_pro_directory_state": state,
                "chorus_pro_directory_environment": environment,
            }
        )
        problems = self.move._chorus_pro_find_problems()
        found = [p for p in problems if p.code.startswith("entity_")]
        for problem in found:
            self.assertEqual(
                (problem.record, problem.rule[:8]), (self.town, "API.md 2")
            )
            self.assertIn(SIRET, problem.message)
        return {p.code: p.level for p in found}

    def test_closed_entity_stops_the_invoice(self):
        self.assertEqual(self.find("closed"), {"entity_closed": "error"})
        self.assertFalse(self.move.chorus_pro_can_send)
        self.assertEqual(self.find("open"), {})
        self.assertTrue(self.move.chorus_pro_can_send)

    def test_doubtful_entity_is_told(self):
        self.assertEqual(self.find("unknown"), {"entity_unknown": "warning"})
        self.assertEqual(self.find("private"), {"entity_private": "warning"})
        self.assertEqual(self.find("several"), {})

    def refuse(self, text):
        """A deposit of the invoice that the portal refused with these words."""
        self.town.write(
            {
                "chorus_pro_directory_state": "open",
                "chorus_pro_directory_environment": "demo",
                "chorus_pro_synced_at": "2026-01-01 10:00:00",
            }
        )
        rows = self.env["chorus.pro.transmission"].sudo()
        rows.create(
            {
                **rows._prepare(self.move),
                "state": "rejected",
                "error_code": "rejected",
                "error": text,
            }
        )
        self.move.invalidate_recordset()
        return self.codes()

    def test_refusal_of_a_closed_entity_stops_the_invoice(self):
        found = self.refuse(
            f"La structure destinataire {SIRET} (balise : x) est inactive"
        )
        self.assertEqual(found, {"entity_closed"})
        self.assertFalse(self.move.chorus_pro_can_send)
        # The directory knows better once it was read again, which a check does.
        self.assertEqual(
            self.move._chorus_pro_stale_entities(timedelta(days=9999)), self.town
        )
        self.town.chorus_pro_synced_at = fields.Datetime.now()
        self.assertEqual(self.codes(), set())
        self.assertFalse(self.move._chorus_pro_stale_entities(timedelta(days=1)))

    def test_refusal_of_an_unknown_entity_is_told(self):
        text = f"L'identifiant destinataire {SIRET} n'est pas reference"
        self.assertEqual(self.refuse(text), set())
        found = {p.code: p.level for p in self.move._chorus_pro_find_problems()}
        self.assertEqual(found["entity_unknown"], "warning")

    def test_refusal_of_another_recipient_does_not_count(self):
        text = "La structure destinataire 21990002400015 est inactive"
        self.assertEqual(self.refuse(f"{text}\nLe montant {SIRET} est faux"), set())
        self.town.company_registry = "21990002400015"
        self.assertEqual(self.codes(), {"entity_closed"})

    def test_word_of_another_environment_does_not_count(self):
        self.assertEqual(self.find("closed", "production"), {})

    def test_entity_that_takes_works_contracts_only(self):
        self.assertNotIn("works_only", self.codes())
        self.town.chorus_pro_works_only = True
        self.assertIn("works_only", self.codes())
        self.assertFalse(self.move.chorus_pro_can_send)

    def codes(self):
        """Codes of what stops the invoice."""
        return {problem.code for problem in self.move._chorus_pro_blockers()}

    def test_problem_of_a_line_names_the_line(self):
        words = self.move._chorus_pro_put_issue(
            make_issue("missing", term="BT-153", line=3)
        )
        self.assertTrue(words.startswith("Line 3: "), words)
