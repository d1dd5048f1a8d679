"""The one place where the file of an invoice is made and frozen."""

import hashlib
import logging
from collections import ChainMap
from datetime import timedelta
from typing import NamedTuple

from psycopg2 import Error as PostgresError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const_documents import FILE_ERRORS
from ..factur_x import FacturXError
from .chorus_pro_transmission_claim import HELD_TIME

_logger = logging.getLogger(__name__)


class Rendering(NamedTuple):
    """What came of rendering a batch, each by move id: finished documents, PDF bytes,
    the invoice's write date at that moment, the reason of a failure.
    """

    documents: dict
    pdfs: dict
    versions: dict
    failures: dict


class ChorusProTransmission(models.Model):
    """Freezing: the Factur-X file is made once and never touched again."""

    _inherit = "chorus.pro.transmission"

    def _read_files(self):
        """Yield (transmission, frozen file as bytes), one file in memory at a time.

        Straight from the filestore: by way of the field each would be there as text
        in base64, too.
        """
        found = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "file"),
                ("res_id", "in", self.ids),
            ]
        )
        files = {attachment.res_id: attachment for attachment in found}
        for transmission in self:
            attachment = files.get(transmission.id)
            content = (attachment and attachment.raw) or b""
            if attachment:
                attachment.invalidate_recordset(["raw", "datas"])
            yield transmission, content

    def _file_content(self):
        """The frozen file, as bytes."""
        self.ensure_one()
        [(_transmission, content)] = self._read_files()
        return content

    def _without_damage(self):
        """Those whose file is still the one that was frozen; the others fail.

        A database that was restored without its files would else deposit nothing.
        """
        damaged = self.browse()
        for transmission, content in self._read_files():
            if hashlib.sha256(content).hexdigest() != transmission.checksum:
                damaged += transmission
        for transmission in damaged:
            words = FILE_ERRORS["file_damaged"]
            transmission._fail("file_damaged", self.env._(words))
        return self - damaged

    def _member_name(self):
        """Name of the file in an archive of several; the portal names it in errors."""
        self.ensure_one()
        return f"{self.id}-{self.file_name}"

    def _freeze_due(self, company, ahead=None, client=None):
        """Make the files that queued invoices of `company` still lack.

        Nothing is locked while rendering; each invoice is locked, checked again and
        frozen in a transaction of its own afterwards.

        :param RenderAhead ahead: gives rendered batches
        :param client: an open chorus_api client, which asks for engagement numbers
        :return: number of rows that were dealt with
        """
        ids, rendering = ahead.take() if ahead else self._render_next(company)
        # The snapshot of this transaction may be older than the claims.
        self.env["ir.cron"]._commit_progress()
        batch, done = self.browse(ids), 0
        ready = batch
        if batch and client:
            ready = batch._check_commitments(company, client)
            self.env["ir.cron"]._commit_progress()
        for transmission in ready:
            # Alone in its prefetch: after each commit all would be read again.
            done += bool(transmission.with_prefetch()._freeze_alone(rendering))
            self.env["ir.cron"]._commit_progress(1)
        if batch:
            self._repeat(batch._give_back, HELD_TIME)
            self.env["ir.cron"]._commit_progress()
        return done

    @api.model
    def _render_next(self, company):
        """Claim the next invoices of `company` and render them, in this transaction.

        :return: (ids of the claimed rows, Rendering); no ids when nothing waits
        """
        batch = self._repeat(self._take_unfrozen, company)
        self.env["ir.cron"]._commit_progress()
        if not batch:
            return [], None
        try:
            rendering = batch._render_alone()
        except PostgresError:
            self._roll_back()
            batch._give_back(timedelta())
            self.env["ir.cron"]._commit_progress()
            raise
        # Core's report writes on the invoices that it shows (`parent_id` of the lines),
        # which would make every rendering look outdated.
        self.env.cr.rollback()
        return batch.ids, rendering

    def _render_alone(self):
        """Render; when that ends in a fault, one by one, so that it costs only one.

        :return: Rendering
        """
        try:
            return self._render()
        except PostgresError:
            raise
        except Exception as error:
            self.env.cr.rollback()
            if len(self) == 1:
                _logger.exception("%s cannot be prepared", self.move_id)
                return Rendering({}, {}, {}, {self.move_id.id: repr(error)})
        parts = [transmission._render_alone() for transmission in self]
        return Rendering(*(dict(ChainMap(*maps)) for maps in zip(*parts, strict=True)))

    def _render(self):
        """PDFs of the invoices that are still posted; freezing checks the rest.

        An invoice whose own PDF is already our Factur-X keeps it.

        :return: Rendering
        """
        moves = self.move_id.filtered(lambda move: move.state == "posted")
        versions = {move.id: move.write_date for move in moves}
        own = {
            move.id: move._chorus_pro_own_document()
            for move in moves
            if move.invoice_pdf_report_id
        }
        missing = moves.filtered(lambda move: not own.get(move.id))
        report, failures = self.env["ir.actions.report"], {}
        pdfs = report._chorus_pro_render(missing, failures) if missing else {}
        return Rendering(own, pdfs, versions, failures)

    @api.model
    def _reasons(self, move):
        """What stops an invoice now, in words; other addons may refuse it too."""
        try:
            return [problem.message for problem in move._chorus_pro_blockers()]
        except UserError as error:
            return [str(error)]

    def _freeze_alone(self, rendering):
        """Freeze one; a fault of ours costs only this invoice. See `_freeze_one`."""
        try:
            return self._repeat(self._freeze_one, rendering)
        except PostgresError:
            raise
        except Exception as error:
            self._roll_back()
            _logger.exception("%s cannot be prepared", self.move_id)
            fault = Rendering({}, {}, {}, {self.move_id.id: repr(error)})
            return self._repeat(self._freeze_one, fault)

    def _freeze_one(self, rendering):
        """Lock the invoice, check it again, keep the file.

        :param Rendering rendering: of the batch
        :return: False when somebody holds the row, and the next run tries again
        """
        self.ensure_one()
        locked = self.env.execute_query(
            SQL(
                """
                SELECT t.id FROM chorus_pro_transmission t
                  JOIN account_move m ON m.id = t.move_id
                 WHERE t.id = %s AND t.state = 'to_send' AND t.checksum IS NULL
                   FOR NO KEY UPDATE SKIP LOCKED
                """,
                self.id,
            )
        )
        if not locked:
            return False
        self.invalidate_recordset()
        move, not_rendered = self.move_id, FILE_ERRORS["render"]
        if failure := rendering.failures.get(move.id):
            self._fail("render", self.env._(not_rendered), failure)
        elif reasons := self._reasons(move):
            self._fail("blocked", "\n".join(reasons))
        elif move.write_date != rendering.versions.get(move.id):
            _logger.info("%s was changed while it was rendered: once more", move)
            # The tries stay: what changes it at each rendering must have an end.
            self.render_until = False
        elif document := rendering.documents.get(move.id):
            self._keep_document(document)
        elif move.id in rendering.pdfs:
            self._make_document(rendering.pdfs[move.id])
        else:
            self._fail("render", self.env._(not_rendered))
        return True

    def _make_document(self, pdf):
        """Turn `pdf` into the Factur-X file of this row, or fail with the reason."""
        try:
            document = self.move_id._chorus_pro_make_document(pdf)
        except FacturXError as error:
            _logger.info("%s: no Factur-X: %s", self, error.code)
            self._stop_document(error)
        else:
            self._keep_document(document)

    def _keep_document(self, document):
        """Freeze `document`; in Production it is the invoice's own PDF and XML too."""
        move, files = self.move_id, self.env["ir.attachment"]
        for content in (document.content, document.xml):
            files._chorus_pro_remove_torn_file(content)
        files.create(
            {
                "name": "file",
                "raw": document.content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
                "res_field": "file",
            }
        )
        self.write(
            {
                "file_name": move._chorus_pro_file_name(),
                "file_size": len(document.content),
                "checksum": document.sha256,
                "render_until": False,
                "number": move.name,
                "error_code": False,
                "error": False,
                "detail": False,
                "next_try_at": False,
            }
        )
        if self.environment == "production":
            move._chorus_pro_keep_legal_documents(document)

    def _fail(self, code, reason, detail=False):
        """The file cannot be made: say why where the user looks."""
        failed = self._apply(
            "fail",
            error_code=code,
            error=reason,
            detail=detail,
            render_until=False,
            render_tries=0,
        )
        failed._tell(self.env._("Chorus Pro: not sent. %(reason)s", reason=reason))
