"""Faults of the engine that dev/chaos has found; each with the least that shows it."""

import hashlib
import os

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon
from odoo.addons.l10n_fr_chorus_pro.tests.factur_x_common import make_pdf


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineRegressions(EngineCommon):
    def questions(self):
        """The activities that ask a person about the invoice."""
        return self.move.activity_search(["l10n_fr_chorus_pro.mail_activity_lost"])

    def ask_person(self, fault):
        """A lost answer, a day later."""
        self.lose(fault)
        self.age(self.flow, hours=25)
        self.fault("error_500", "factures/rechercher/fournisseur")
        self.run_follow()
        self.end_pause()
        self.assertFalse(self.questions())
        transmission = self.row
        transmission._ask_person()
        transmission._ask_person()
        self.assertEqual(len(self.questions()), 1)

    def test_no_question_is_left_when_the_invoice_is_found(self):
        self.ask_person("timeout_after")
        self.advance(60)
        self.run_follow()
        self.assertEqual(self.row.state, "deposited")
        self.assertFalse(self.questions())

    def test_no_question_is_left_when_a_person_deposits_again(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        officer = new_test_user(
            self.env,
            "chorus_officer_of_regressions",
            groups="account.group_account_invoice,"
            "l10n_fr_chorus_pro.group_chorus_pro_officer",
            company_id=self.company.id,
            # Who asked, and who answers, may speak different languages.
            lang="fr_FR",
        )
        self.ask_person("timeout_before")
        self.row.with_user(officer).action_deposit_again()
        self.assertEqual(self.attempts(), ["cancelled", "to_send"])
        self.assertFalse(self.questions())

    def test_the_number_of_an_earlier_incident_is_refused(self):
        self.fault("IN_INCIDENTE", "deposer/flux")
        self.send(self.move)
        self.advance(60)
        self.run_follow()
        earlier = self.flow
        self.assertEqual((self.row.state, earlier.state), ("to_send", "incident"))
        self.fault("timeout_after")
        self.end_pause()
        self.run_send()
        self.assertEqual((self.row.state, self.posts()), ("unknown", 2))
        with (
            self.portal_session(),
            self.company.sudo()._chorus_pro_client() as client,
            self.assertRaisesRegex(UserError, "another deposit"),
        ):
            self.flow._settle_by_person(earlier.name, client)
        self.assertEqual((self.row.state, self.flow.name), ("unknown", False))

    def test_a_torn_file_of_a_killed_lane_refuses_nothing(self):
        """Found by dev/chaos: the invoice failed though nothing was wrong with it."""
        document = self.move._chorus_pro_make_document(make_pdf(self.move.name))
        moves, content = type(self.move), document.content
        self.patch(moves, "_chorus_pro_make_document", lambda *_args, **_kw: document)
        checksum = hashlib.sha1(content).hexdigest()
        path = self.env["ir.attachment"]._full_path(f"{checksum[:2]}/{checksum}")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content[:1000])
        row = self.send(self.move)
        self.assertEqual((row.state, row.error), ("deposited", False))
        self.assertEqual(row._file_content(), content)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), content)

    def test_a_whole_file_stays(self):
        files = self.env["ir.attachment"]
        kept = files.create({"name": "kept", "raw": b"whole"})
        files._chorus_pro_remove_torn_file(b"whole")
        files._chorus_pro_remove_torn_file(b"never stored")
        kept.invalidate_recordset()
        self.assertEqual(kept.raw, b"whole")
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        files._chorus_pro_remove_torn_file(b"whole")
        self.assertEqual(kept.raw, b"whole")
