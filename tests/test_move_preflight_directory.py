"""What the pre-flight makes of the directory's last word on the entity itself."""

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
