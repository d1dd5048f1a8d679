"""Imports of the directory of recipients: asked for by a person, done by a cron."""

import io
import logging
import os
import tempfile
from contextlib import contextmanager

from psycopg2 import Error as DatabaseError

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..chorus_api import ChorusError, RecipientsError, read_recipients
from ..const import ENVIRONMENTS, MODULE
from ..const_recipients import IMPORT_ERRORS, IMPORT_STATES, LINE_ERRORS
from .chorus_pro_recipient_load import COUNTS

_logger = logging.getLogger(__name__)

GROUP = "account.group_account_manager"
# Progress is noted after so many rows of the file.
NOTED_EACH = 5000
# Reading the file is so much of the work, in percent; storing it is the rest.
READING_SHARE = 90


class ChorusProRecipientImport(models.Model):
    """One import, waiting or done. A minute of work is nothing for a web worker.

    The file of a person is kept until it was read; what the portal gives is read from
    a temporary file.
    """

    _name = "chorus.pro.recipient.import"
    _inherit = "chorus.pro.work"
    _description = "Import of the Chorus Pro directory"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Whose account asks the portal; the directory is everybody's.",
    )
    environment = fields.Selection(ENVIRONMENTS, required=True, readonly=True)
    source = fields.Selection(
        [("portal", "Chorus Pro"), ("file", "A file")], required=True, readonly=True
    )
    file = fields.Binary(attachment=True, readonly=True)
    file_name = fields.Char(string="Name", readonly=True)
    state = fields.Selection(
        IMPORT_STATES, required=True, default="waiting", readonly=True
    )
    started_at = fields.Datetime(readonly=True)
    recipients = fields.Integer(string="In the file", readonly=True)
    created = fields.Integer(string="New", readonly=True)
    changed = fields.Integer(readonly=True)
    vanished = fields.Integer(readonly=True)
    kept = fields.Integer(string="Missing, but kept", readonly=True)
    unreadable = fields.Integer(string="Unreadable lines", readonly=True)
    first_unreadable = fields.Json(readonly=True)
    error_code = fields.Char(readonly=True)
    error_label = fields.Char(readonly=True)
    summary = fields.Text(string="Result", compute="_compute_summary")

    # === WORDS === #

    @api.depends("file_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            one.display_name = one.file_name or self.env._("Directory of Chorus Pro")

    @api.depends("state", "error_code", "first_unreadable", *COUNTS)
    def _compute_summary(self):
        for one in self:
            words = {"done": one._done_words, "failed": one._failed_words}
            one.summary = words.get(one.state, one._waiting_words)()

    def _waiting_words(self):
        return self.env._("The import starts within a minute and goes on by itself.")

    def _failed_words(self):
        text = IMPORT_ERRORS.get(self.error_code)
        if text:
            return self.env._(text)
        error = ChorusError(self.error_code, label=self.error_label or "")
        return self.company_id._chorus_pro_explain(error)

    def _done_words(self):
        words = [
            self.env._(
                "%(recipients)s recipients read: %(created)s new, %(changed)s changed, "
                "%(vanished)s no longer in the directory.",
                **{name: self[name] for name in COUNTS},
            )
        ]
        if self.kept:
            words.append(
                self.env._(
                    "%(count)s known recipients are missing in the file. That is more "
                    "than half, so the file is not the whole directory: they stay.",
                    count=self.kept,
                )
            )
        if self.unreadable:
            words.append(
                self.env._(
                    "%(count)s lines could not be read: %(lines)s",
                    count=self.unreadable,
                    lines="; ".join(self._unreadable_words()),
                )
            )
        return "\n".join(words)

    def _unreadable_words(self):
        for place, reason in self.first_unreadable or ():
            text = LINE_ERRORS.get(reason)
            yield f"{place} ({self.env._(text) if text else reason})"

    # === ASKING === #

    @api.model
    def _request(self, source, company, file=None, file_name=None):
        """Ask for an import of the portal's directory, or of a file in base64.

        :raise AccessError: the user does not manage invoicing
        :return: the import, which waits
        """
        if not (self.env.su or self.env.user.has_group(GROUP)):
            raise AccessError(
                self.env._("Only a manager of invoicing imports the directory.")
            )
        made = self.sudo().create(
            {
                "source": source,
                "company_id": company.id,
                "environment": company.sudo().chorus_pro_environment,
                "file": file,
                "file_name": file_name,
            }
        )
        self.env.ref(f"{MODULE}.ir_cron_recipients").sudo()._trigger()
        return made.with_env(self.env)

    @api.model
    def _cron_download(self):
        """Ask for the directory once in each real environment that is used."""
        companies = self.env["res.company"].search([("chorus_pro_client_id", "!=", "")])
        by_environment = companies.grouped("chorus_pro_environment")
        waiting = self.search([("state", "=", "waiting"), ("source", "=", "portal")])
        asked = {"demo", *waiting.mapped("environment")}
        for environment in by_environment.keys() - asked:
            self._request("portal", by_environment[environment][0])

    # === DOING === #

    @api.model
    def _cron_import(self):
        """Do what waits, one after the other; each is committed on its own.

        One that is still `running` now was interrupted: this action never runs twice
        at once.
        """
        for dead in self.search([("state", "=", "running")]):
            dead._finish({"error_code": "interrupted"})
        waiting = self.search([("state", "=", "waiting")], order="id")
        for done, one in enumerate(waiting, start=1):
            one.write({"state": "running", "started_at": fields.Datetime.now()})
            self._commit(0, len(waiting) - done + 1)
            values = one._run()
            # The progress was noted meanwhile, by other transactions.
            self._commit(0, len(waiting) - done + 1)
            one._finish(values)
            self._commit(1, len(waiting) - done)

    @api.model
    def _commit(self, processed, remaining):
        self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    def _finish(self, values):
        """Note what became of the import; a file that was read is not kept."""
        state = "failed" if values.get("error_code") else "done"
        values = {**values, "state": state, "ended_at": fields.Datetime.now()}
        if state == "done":
            values |= {"file": False, "progress": 100}
        self.write(values)
        self.env["chorus.pro.screen"]._changed(self)
        self._tell()

    def _outcome(self):
        return self.summary, self.state == "done" and not self.unreadable

    def _result(self):
        return self.env._("Directory imports"), self

    def _run(self):
        """Import; returns the values that tell what happened."""
        try:
            with self.env.cr.savepoint(), self._source() as source:
                found = self.env["chorus.pro.recipient"]._load(
                    self._watched(read_recipients(source), source), self.environment
                )
        except RecipientsError as error:
            return {"error_code": error.code}
        except ChorusError as error:
            return {"error_code": error.code, "error_label": error.label}
        except (DatabaseError, OSError, ValueError):
            _logger.exception("Import %s of the directory failed", self.id)
            return {"error_code": "internal"}
        if not found["recipients"]:
            return {"error_code": "no_recipient"}
        values = {name: found[name] for name in COUNTS}
        return values | {"first_unreadable": list(map(list, found["first_unreadable"]))}

    def _watched(self, records, source):
        """Yield `records`, and note now and then how far in `source` they are."""
        size = source.seek(0, os.SEEK_END)
        for count, record in enumerate(records, start=1):
            if not count % NOTED_EACH:
                self._note(READING_SHARE * source.tell() // size)
            yield record

    def _note(self, progress):
        """Commit the progress at once: the import itself is one transaction."""
        with self.env.registry.cursor() as cr:
            one = self.with_env(self.env(cr=cr))
            if progress > one.progress:
                one.progress = progress
                one.env["chorus.pro.screen"]._changed(one)

    @contextmanager
    def _source(self):
        """Give the file, open; that of the portal is downloaded.

        :raise ChorusError: the portal did not give it
        :raise RecipientsError: the file is gone, or another environment's
        """
        if self.source == "portal":
            company = self.company_id
            if company.sudo().chorus_pro_environment != self.environment:
                raise RecipientsError(code="other_environment")
            with tempfile.TemporaryFile() as target:
                with company._chorus_pro_client() as client:
                    client.telecharger_annuaire_destinataire(target)
                yield target
            return
        with self._uploaded() as source:
            yield source

    def _uploaded(self):
        """Open the attachment where it lies: it may be large."""
        kept = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "file"),
                ("res_id", "=", self.id),
            ],
            limit=1,
        )
        if not kept:
            raise RecipientsError(code="no_file")
        path = kept.store_fname and kept._full_path(kept.store_fname)
        if path and os.path.isfile(path):
            return open(path, "rb")
        return io.BytesIO(kept.raw or b"")
