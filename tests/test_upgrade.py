"""What the first version left is all there after the upgrade, and understood."""

import json
from pathlib import Path

from odoo.modules.module import get_manifest
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.models.portal_values import paris_date
from odoo.addons.l10n_fr_chorus_pro.tests.processes import upgrade_facts
from odoo.addons.l10n_fr_chorus_pro.tests.upgrade_common import UpgradeCommon

MODULE = "l10n_fr_chorus_pro"
MIGRATIONS = Path(__file__).parents[1] / "migrations"
# Columns that hold words of ours, and what `post-history.py` changes on purpose.
REWRITTEN = {("res_groups", "comment"), ("mail_activity", "activity_type_id")}


def line(row, columns):
    """A row as text, to be compared."""
    return json.dumps({name: row.get(name) for name in columns}, sort_keys=True)


@tagged(
    "post_install_l10n",
    "post_install",
    "-at_install",
    "-standard",
    "chorus_long",
    "chorus_upgrade",
)
class TestUpgradeKeeps(UpgradeCommon):
    def test_the_stage_has_shown_every_state(self):
        known = self.env["chorus.pro.transmission"]._fields["state"].selection
        self.assertEqual(set(self.facts["states"]), {key for key, _label in known})

    def test_no_row_and_no_value_is_lost(self):
        after = upgrade_facts.tables(self.env.cr)
        lost = []
        for table, rows in self.facts["tables"].items():
            columns = {
                name
                for row in rows[:1]
                for name in row
                if (table, name) not in REWRITTEN
            }
            kept = {line(row, columns) for row in after.get(table, ())}
            lost += [(table, row) for row in rows if line(row, columns) not in kept]
        self.assertEqual(lost, [])

    def test_files_are_those_that_were_frozen(self):
        self.assertEqual(upgrade_facts.files(self.env), self.facts["files"])
        self.assertGreater(len(self.facts["files"]), 15)

    def test_statuses_say_the_same(self):
        self.assertEqual(self.statuses(*self.moves), self.facts["statuses"])
        for key, move in self.moves.items():
            self.assertEqual(move.chorus_pro_status, move._chorus_pro_summary(), key)

    def test_what_vanished_is_named_by_a_migration(self):
        """Models, stored fields and keys of the first version are there, or moved."""
        scripts = "\n".join(path.read_text() for path in MIGRATIONS.rglob("*.py"))
        names = upgrade_facts.names(self.env)
        gone = upgrade_facts.unexplained(self.facts["names"], names, scripts)
        self.assertEqual(gone, [])

    def test_what_vanishes_would_be_seen(self):
        before = self.facts["names"]
        for name in (
            "chorus.pro.status",
            "account.move.chorus_pro_posted_at",
            "chorus.pro.transmission.state=elsewhere",
        ):
            after = [one for one in before if not one.startswith(name)]
            gone = upgrade_facts.unexplained(before, after, "")
            self.assertEqual(gone, [name])
            self.assertFalse(upgrade_facts.unexplained(before, after, name))

    def test_the_database_knows_its_new_version(self):
        module = self.env["ir.module.module"].search([("name", "=", MODULE)])
        self.assertEqual(module.latest_version, get_manifest(MODULE)["version"])

    def test_secrets_are_kept(self):
        other = self.other.sudo()
        self.assertEqual(other.chorus_pro_environment, "production")
        self.assertEqual(other.chorus_pro_client_secret, "kept-secret")
        self.assertEqual(other.chorus_pro_password, "kept-password")
        self.assertEqual(other._chorus_pro_gate().token, "kept-token")

    def test_rights_are_kept(self):
        clerk = self.env["res.users"].search([("login", "=", "kept clerk")])
        group = f"{MODULE}.group_chorus_pro_officer"
        self.assertTrue(self.officer.has_group(group))
        self.assertFalse(clerk.has_group(group))

    def test_settings_of_scheduled_actions_are_kept(self):
        follow = self.env.ref(f"{MODULE}.ir_cron_follow")
        send = self.env.ref(f"{MODULE}.ir_cron_send_1")
        self.assertFalse(follow.active)
        self.assertEqual((send.name, send.interval_number), ("Kept name", 11))
        self.assertFalse(self.env.ref(f"{MODULE}.ir_cron_send_2").active)


@tagged(
    "post_install_l10n",
    "post_install",
    "-at_install",
    "-standard",
    "chorus_long",
    "chorus_upgrade",
)
class TestUpgradeFills(UpgradeCommon):
    def test_stored_fields_hold_what_the_code_computes(self):
        for field in self.computed_fields():
            records = self.env[field.model_name].sudo().with_context(active_test=False)
            records = records.search([])
            before = records.mapped(lambda record, f=field: [record[f.name]])
            self.env.add_to_compute(field, records)
            self.env.flush_all()
            self.env.invalidate_all()
            after = records.mapped(lambda record, f=field: [record[f.name]])
            self.assertEqual(after, before, field)

    def computed_fields(self):
        """Fields of the addon that are computed and stored."""
        found = [
            field
            for model in self.env.registry.values()
            if model._auto and not model._transient
            for field in model._fields.values()
            if field.store and field.compute and set(field._modules) == {MODULE}
        ]
        self.assertGreater(len(found), 20)
        return found

    def day(self, key, code):
        """The day of a status in the history of an invoice."""
        lines = self.row(key).history_ids.filtered(lambda line: line.code == code)
        return paris_date(lines.date)

    def test_days_are_those_of_the_history(self):
        for key in ("released", "approved"):
            day = self.day(key, "MISE_A_DISPOSITION")
            self.assertEqual(self.moves[key].chorus_pro_available_on, day, key)
        released, approved = self.moves["released"], self.moves["approved"]
        day = self.day("released", "MISE_EN_PAIEMENT")
        self.assertEqual(released.chorus_pro_released_on, day)
        self.assertFalse(approved.chorus_pro_released_on)

    def test_refusals_have_their_day(self):
        refused = self.moves["refused"]
        day = self.day("refused", "REJETEE")
        self.assertEqual(refused.chorus_pro_rejected_on, day)
        for key in ("rejected", "second attempt"):
            rows = self.moves[key].sudo().chorus_pro_transmission_ids
            [row] = rows.filtered(lambda row: row.state == "rejected")
            day = paris_date(row.state_since)
            self.assertEqual(self.moves[key].chorus_pro_rejected_on, day, key)
        self.assertFalse(self.moves["approved"].chorus_pro_rejected_on)

    def test_legal_limit_begins_with_the_category(self):
        move = self.moves["released"]
        move.commercial_partner_id.chorus_pro_payment_category = "state_local"
        self.assertTrue(move.chorus_pro_due_on)

    def test_credit_notes_name_what_their_files_name(self):
        credited = self.moves["credited"]
        for key in ("credit note", "credit note to send"):
            move = self.moves[key]
            self.assertEqual(move.chorus_pro_original_number, credited.name, key)
            self.assertEqual(move.chorus_pro_original_date, credited.invoice_date, key)

    def test_kinds_of_documents_and_of_history_lines(self):
        moves = self.env["account.move"].union(*self.moves.values())
        self.assertEqual(set(moves.mapped("chorus_pro_document_type")), {"380"})
        lines = moves.sudo().chorus_pro_transmission_ids.history_ids
        self.assertEqual(set(lines.mapped("kind")), {"status"})
        self.assertIn("MISE_EN_PAIEMENT", lines.mapped("code"))

    def test_entities_tell_when_they_were_read(self):
        hospital = self.moves["to re-route"].commercial_partner_id
        village = self.moves["released"].commercial_partner_id
        self.assertEqual(hospital.chorus_pro_directory_state, "open")
        self.assertEqual(hospital.chorus_pro_asked_at, hospital.chorus_pro_synced_at)
        self.assertFalse(village.chorus_pro_directory_state)
        self.assertFalse(village.chorus_pro_asked_at)
        self.assertTrue(all(hospital.chorus_pro_service_ids.mapped("payment_reported")))
        state = self.env["res.partner"].search([("name", "=", "State")])
        self.assertTrue(state.chorus_pro_publishes_commitments)
        self.assertFalse(village.chorus_pro_publishes_commitments)

    def test_the_set_up_knows_which_connections_work(self):
        def progress(company):
            steps = company._chorus_pro_setup_steps()
            return {step.key: step.progress for step in steps}

        self.assertEqual(progress(self.company)["connection"], "done")
        self.assertEqual(progress(self.other)["connection"], "todo")
        self.assertEqual(progress(self.other)["account"], "done")

    def test_new_settings_have_their_defaults(self):
        company = self.company.sudo()
        self.assertEqual(company.chorus_pro_posting_check, "warn")
        self.assertEqual(company.chorus_pro_calls_second, 5)
        self.assertFalse(company.chorus_pro_digest_user_ids)

    def test_the_question_about_a_lost_answer_is_ours_again(self):
        asks = self.env["chorus.pro.ask"]
        self.assertEqual(len(asks._open(self.moves["never arrived"], "lost")), 1)
        self.row("never arrived")._ask_person()
        self.assertEqual(len(self.moves["never arrived"].activity_ids), 1)
