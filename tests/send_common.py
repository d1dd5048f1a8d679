"""Odoo's own Send with a canned rendering, for one invoice and for many."""

import io
from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon
from odoo.addons.l10n_fr_chorus_pro.tests.factur_x_common import make_pdf

KEY = "chorus_pro"


class SendCommon(EngineCommon):
    """Both dialogs as the clerk opens them, and core's scheduled action."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entity.email = "mairie@valbrune.example"
        cls.clerk.partner_id.email = "claire@example.org"
        cls.private = cls.make_entity(
            "99999999800027",
            "Société privée",
            chorus_pro_is_public=False,
            email="client@example.org",
        )
        cls.sender = cls.env["account.move.send"]

    def setUp(self):
        super().setUp()
        self.printed = []
        rendering = patch.object(
            type(self.env["ir.actions.report"]), "_pre_render_qweb_pdf", self._print
        )
        rendering.start()
        self.addCleanup(rendering.stop)

    def _print(self, _report, res_ids=None, data=None):
        """Core's renderer: a PDF for each invoice."""
        self.printed.append(list(res_ids))
        streams = {
            move_id: {
                "stream": io.BytesIO(make_pdf(f"{move_id} of Odoo")),
                "attachment": None,
            }
            for move_id in res_ids
        }
        return streams, "pdf"

    # === DIALOGS === #

    def open_send(self, move=None, user=None, **values):
        """The dialog for one invoice."""
        move = move or self.move
        wizard = self.env["account.move.send.wizard"].with_user(user or self.clerk)
        return wizard.with_context(
            active_model="account.move", active_ids=move.ids
        ).create(values)

    def open_batch(self, moves, user=None):
        """The dialog for many invoices."""
        wizard = self.env["account.move.send.batch.wizard"]
        return (
            wizard.with_user(user or self.clerk)
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create({})
        )

    def run_core_cron(self):
        """Core's scheduled action that sends what the dialog for many left."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            cron = self.env.ref("account.ir_cron_account_move_send")
            cron.sudo().method_direct_trigger()
        self.env.invalidate_all()

    # === ANSWERS === #

    def ticked(self, wizard):
        """Ways of sending that are ticked."""
        return set(wizard.sending_methods or [])

    def levels(self, wizard):
        """{level: [messages]} of the alerts that are about Chorus Pro."""
        found = {}
        for key, alert in (wizard.alerts or {}).items():
            if key.startswith(KEY):
                level = alert.get("level", "warning")
                found.setdefault(level, []).append(alert["message"])
        return found

    def mails(self, move=None):
        """E-mails of an invoice to its customer."""
        messages = (move or self.move).message_ids
        return messages.filtered("partner_ids").sorted("id")

    def pdf_of(self, message):
        """The PDF that an e-mail had."""
        [file] = message.attachment_ids.filtered(
            lambda a: a.mimetype == "application/pdf"
        )
        return file.raw

    @contextmanager
    def held_by_another(self, move):
        """Another transaction holds the lock of an invoice."""
        model = type(self.env["account.move"])
        lock = model.try_lock_for_update

        def try_lock(moves, **options):
            return lock(moves - moves.browse(move.id), **options)

        with patch.object(model, "try_lock_for_update", try_lock):
            yield
