"""SUSPENDUE, A_COMPLETER and a wrong validator: files, a word, another company."""

import sqlite3

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client
from odoo.addons.l10n_fr_chorus_pro.tests.act_common import COMPLETER, ActCommon
from odoo.addons.l10n_fr_chorus_pro.tests.common import SUPPLIER_SIRET

UPLOAD = "transverses/v1/ajouter/fichier"
VALIDATOR = "factures/v1/corriger/valideur/facture"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestActComplete(ActCommon):
    def setUp(self):
        super().setUp()
        self.refuse("SUSPENDUE", "Joindre le bon de livraison")
        self.assertEqual(self.move.chorus_pro_action, "complete")

    def held(self):
        """Names of the files that the portal has beside the invoice."""
        with sqlite3.connect(self.portal_file) as db:
            rows = db.execute(
                "SELECT name, type FROM attachment"
                " JOIN invoice_attachment ON attachment_id = attachment.id"
            ).fetchall()
        db.close()
        return rows

    # === DONE === #

    def test_files_dropped_and_of_the_chatter(self):
        kept = self.drop("devis.pdf", res_model="account.move", res_id=self.move.id)
        wizard = self.dialog("complete")
        self.assertIn("bon de livraison", wizard.reasons)
        kinds = self.env["chorus.pro.piece.type"].search([])
        self.assertGreater(len(kinds), 2)
        wizard.write(
            {
                "file_ids": self.drop().ids,
                "kept_ids": kept.ids,
                "type_id": kinds[2].id,
                "comment": "Voici",
            }
        )
        wizard.action_confirm()
        self.assertEqual(self.asked.attachment_ids.mapped("res_id"), self.asked.ids * 2)
        self.run_act()
        self.assertEqual(self.asked.state, "done")
        self.assertEqual(
            sorted(self.held()),
            [("bon.pdf", kinds[2].code), ("devis.pdf", kinds[2].code)],
        )
        self.assertEqual(self.filed_now["status"], "COMPLETEE")
        self.assertEqual(self.filed_now["comment"], "Voici")
        self.assertEqual(self.move.chorus_pro_status, "available")
        self.assertIn("completed; files added: 2", self.chatter()[-2])

    def test_a_word_alone(self):
        self.dialog("complete", comment="Il est à la page 2.").action_confirm()
        self.run_act()
        self.assertEqual((self.asked.state, self.held()), ("done", []))

    def test_several_with_the_same_answer(self):
        second = self.make_invoice()
        self.integrate(second)
        self.refuse("SUSPENDUE", "Le bon, svp", second)
        wizard = self.dialog("complete", moves=self.move | second)
        self.assertFalse(wizard.move_id)
        wizard.file_ids = self.drop()
        self.assertIn("2 of 2", wizard.action_confirm()["params"]["message"])
        self.run_act()
        self.assertEqual(self.calls(COMPLETER), 2)
        self.assertEqual(second.chorus_pro_status, "available")

    # === REFUSED === #

    def test_who_may_complete(self):
        with self.assertRaises(AccessError):
            self.dialog("complete", self.clerk)
        wizard = self.dialog("complete", comment="x")
        with self.assertRaises(AccessError):
            wizard.with_user(self.clerk).action_confirm()
        self.assertFalse(self.asked)

    def test_a_file_that_one_may_not_read(self):
        hidden = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": "a.pdf",
                    "raw": b"x",
                    "res_model": "res.users.log",
                    "res_id": 1,
                }
            )
        )
        with self.assertRaises(AccessError):
            self.move.with_user(self.officer)._chorus_pro_complete(
                hidden.with_user(self.officer)
            )
        self.assertFalse(self.asked)

    def test_what_the_portal_would_refuse_is_told_at_once(self):
        for name, content, words in (
            ("b.exe", b"x", "takes no files like b.exe"),
            ("x" * 47 + ".pdf", b"x", "name"),
            ("a.pdf", b"", "is empty"),
            ("a.pdf", b"x" * 10_000_001, "too large: 10 MB"),
        ):
            wizard = self.dialog("complete")
            wizard.file_ids = self.drop(name, content)
            with self.subTest(name), self.assertRaisesRegex(UserError, words):
                wizard.action_confirm()
        wizard = self.dialog("complete")
        with self.assertRaisesRegex(UserError, "Add a file or a comment"):
            wizard.action_confirm()
        wizard.comment = "x" * 2001
        with self.assertRaisesRegex(UserError, "2000 characters at most"):
            wizard.action_confirm()
        wizard.write({"comment": "x", "file_ids": (self.drop() | self.drop()).ids})
        with self.assertRaisesRegex(UserError, "Two files"):
            wizard.action_confirm()
        self.assertFalse(self.asked)

    def test_together_they_may_be_larger_than_an_invoice_file(self):
        files = self.drop("a.pdf", b"a" * 6_000_000) | self.drop(
            "b.pdf", b"b" * 6_000_000
        )
        self.dialog("complete", file_ids=files.ids).action_confirm()
        self.run_act()
        self.assertEqual(len(self.held()), 2)

    def test_to_complete_is_tried_and_the_refusal_explained(self):
        self.refuse("A_COMPLETER", "Compléter")
        self.assertEqual(self.move.chorus_pro_action, "complete")
        self.dialog("complete", comment="Voici").action_confirm()
        self.run_act()
        self.assertEqual((self.asked.state, self.calls(COMPLETER)), ("refused", 0))
        self.assertIn("Complete it at the portal", self.asked.error)
        self.assertIn("GDP_MSG_11.033", self.asked.error)
        self.assertEqual(self.move.chorus_pro_action, "complete")

    def test_no_right(self):
        self.dialog("complete", comment="Voici").action_confirm()
        with self.answers("business", "completer", label="GDP_MSG_11.005"):
            self.run_act()
        self.assertIn("does not let your technical account", self.asked.error)

    def test_portal_silent_about_the_kinds_of_files(self):
        with self.answers("unreachable", "recuperer_types_pj"):
            wizard = self.dialog("complete", comment="Voici")
        self.assertFalse(self.env["chorus.pro.piece.type"].search([]))
        wizard.action_confirm()
        self.run_act()
        self.assertEqual(self.asked.state, "done")

    # === LOST === #

    def test_lost_answer_is_looked_up_and_never_repeated(self):
        self.fault("timeout_after", "factures/completer")
        wizard = self.dialog("complete")
        wizard.file_ids = self.drop()
        wizard.action_confirm()
        self.run_act()
        self.assertEqual(self.asked.state, "unknown")
        self.end_pause()
        self.run_act()
        self.assertEqual(self.asked.state, "done")
        self.assertEqual(self.calls(COMPLETER), 1)
        self.assertEqual(len(self.held()), 1)

    def test_lost_upload_is_made_again_and_the_others_are_not(self):
        files = self.drop("a.pdf") | self.drop("b.pdf")
        self.dialog("complete", file_ids=files.ids).action_confirm()
        uploaded = []
        upload = Client.ajouter_fichier

        def second_is_lost(client, name, content):
            uploaded.append(name)
            if len(uploaded) == 2:
                self.fault("timeout_after", "transverses/ajouter/fichier")
            return upload(client, name, content)

        self.patch(Client, "ajouter_fichier", second_is_lost)
        self.run_act()
        self.assertEqual((self.asked.state, self.calls(COMPLETER)), ("prepared", 0))
        self.end_pause()
        self.run_act()
        self.assertEqual((self.asked.state, self.calls(COMPLETER)), ("done", 1))
        self.assertEqual(uploaded[1], uploaded[2])
        self.assertEqual(len(uploaded), 3)
        self.assertEqual(len(self.held()), 2)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestActValidator(ActCommon):
    def setUp(self):
        super().setUp()
        self.validator = self.make_entity(
            SUPPLIER_SIRET, "Contractor", chorus_pro_is_public=False
        )
        self.refuse("ERREUR_FOURNISSEUR_SUR_VALIDEUR")
        self.assertEqual(self.move.chorus_pro_action, "validator")

    def ask(self, validator):
        """Name a validator in the dialog."""
        return self.dialog("validator", validator_id=validator.id).action_confirm()

    def test_another_validator(self):
        self.ask(self.validator)
        self.run_act()
        self.assertEqual(self.asked.state, "done")
        self.assertEqual(self.filed_now["status"], "A_VALIDER_1")
        self.assertIn("validator is now Contractor", self.chatter()[-2])

    def test_without_siret(self):
        nobody = self.make_entity(False, "Nobody", chorus_pro_is_public=False)
        with self.assertRaisesRegex(UserError, "SIRET"):
            self.ask(nobody)

    def test_refused(self):
        self.ask(self.make_entity("99999999900016", "Nobody"))
        self.run_act()
        self.assertEqual(self.asked.state, "refused")
        self.assertIn("valideur est inconnu", self.asked.error)

    def test_who_may(self):
        with self.assertRaises(AccessError):
            self.dialog("validator", self.clerk)
        self.refuse("MISE_A_DISPOSITION")
        with self.assertRaises(UserError):
            self.dialog("validator")

    def test_lost_answer(self):
        self.fault("timeout_after", "factures/corriger/valideur/facture")
        self.ask(self.validator)
        self.run_act()
        self.assertEqual(self.asked.state, "unknown")
        self.end_pause()
        self.run_act()
        self.assertEqual((self.asked.state, self.calls(VALIDATOR)), ("done", 1))
