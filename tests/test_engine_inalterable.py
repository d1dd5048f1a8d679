"""Odoo's inalterability: what is sent keeps its number, its sequence and its hash."""

from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

KEPT = ("name", "sequence_prefix", "sequence_number", "inalterable_hash")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineInalterable(EngineCommon):
    """Invoices of a journal that secures posted entries with a hash."""

    def setUp(self):
        super().setUp()
        journal = self.move.journal_id
        journal.restrict_mode_hash_table = True
        # Posting another one secures those before it, too.
        self.spare = []
        self.other = self.make_invoice()
        self.moves = self.prepared | self.other
        self.accountant = new_test_user(
            self.env,
            "chorus_accountant",
            groups="account.group_account_user",
            company_id=self.company.id,
        )
        self.before = self.facts()
        self.assertTrue(all(all(facts.values()) for facts in self.before))

    def facts(self):
        """What the database holds of each invoice that must never change."""
        self.env.flush_all()
        self.env.invalidate_all()
        fields = [*KEPT, *self.moves._get_integrity_hash_fields()]
        return self.moves.read(fields)

    def assert_untouched(self):
        """Nothing changed, and core's own report of the journal says so."""
        self.assertEqual(self.facts(), self.before)
        company = self.company.with_user(self.accountant)
        found = [
            result
            for result in company._check_hash_integrity()["results"]
            if result["journal_name"].startswith(self.move.journal_id.name)
        ]
        self.assertEqual([result["status"] for result in found], ["verified"])
        self.assertEqual(found[0]["last_move_name"], self.other.name)

    def test_sent_and_integrated(self):
        self.integrate(*self.moves)
        for move in self.moves:
            self.assertEqual(self.attempts(move), ["integrated"])
        self.assert_untouched()

    def test_rejected_and_sent_again(self):
        self.entity.company_registry = "21990002400023"
        self.integrate(*self.moves)
        self.entity.company_registry = "21990002400015"
        self.integrate(*self.moves)
        for move in self.moves:
            self.assertEqual(self.attempts(move), ["rejected", "integrated"])
        self.assert_untouched()

    def test_an_answer_that_is_lost(self):
        self.lose()
        for _time in range(2):
            self.advance(60)
            self.run_follow()
        self.assertEqual((self.attempts(), self.posts()), (["integrated"], 1))
        self.assert_untouched()

    def test_the_legal_document_of_production(self):
        self.go_to("production", self.serve_portal())
        self.integrate(*self.moves)
        for move in self.moves:
            row = move.sudo().chorus_pro_transmission_id
            self.assertEqual((row.environment, row.state), ("production", "integrated"))
            self.assertEqual(move.invoice_pdf_report_id.raw, row._file_content())
        self.assert_untouched()
