"""The one place where the file of an invoice is made and frozen."""

import base64
import hashlib
import logging
from collections import ChainMap
from typing import NamedTuple

from psycopg2 import Error as PostgresError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const_documents import FILE_ERRORS
from ..factur_x import FacturXError

_logger = logging.getLogger(__name__)

# Invoices rendered in one run of the renderer: about 3 s, so the run stays short.
RENDER_BATCH = 20


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

    def _file_content(self):
        """The frozen file, as bytes."""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).file or b"")

    def _without_damage(self):
        """Those whose file is still the one that was frozen; the others fail.

        A database that was restored without its files would else deposit nothing.
        """
        damaged = self.filtered(
            lambda t: hashlib.sha256(t._file_content()).hexdigest() != t.checksum
        )
        for transmission in damaged:
            words = FILE_ERRORS["file_damaged"]
            transmission._fail("file_damaged", self.env._(words))
        return self - damaged

    def _member_name(self):
        """Name of the file in an archive of several; the portal names it in errors."""
        self.ensure_one()
        return f"{self.id}-{self.file_name}"

    def _freeze_due(self, company):
        """Make the files that queued invoices of `company` still lack.

        Nothing is locked while rendering; each invoice is locked, checked again and
        frozen in a transaction of its own afterwards.

        :return: number of rows that were dealt with
        """
        batch = self._without_file(company)
        if not batch:
            return 0
        rendering = batch._render_alone()
        # Core's report writes on the invoices that it shows (`parent_id` of the lines),
        # which would make every rendering look outdated.
        self.env.cr.rollback()
        done = 0
        for transmission in batch:
            self.env["ir.cron"]._commit_progress()
            done += bool(self._repeat(transmission._freeze_one, rendering))
        self.env["ir.cron"]._commit_progress(done)
        return done

    def _without_file(self, company):
        """The oldest rows of `company` that wait for their file."""
        return self.search(
            [
                ("state", "=", "to_send"),
                ("checksum", "=", False),
                ("company_id", "=", company.id),
                ("environment", "=", company.chorus_pro_environment),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", fields.Datetime.now()),
            ],
            order="id",
            limit=RENDER_BATCH,
        )

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
        """PDFs of the invoices that may still go.

        An invoice whose own PDF is already our Factur-X keeps it.

        :return: Rendering
        """
        moves = self.move_id.filtered(lambda move: not self._reasons(move))
        versions = {move.id: move.write_date for move in moves}
        own = {move.id: move._chorus_pro_own_document() for move in moves}
        missing = moves.filtered(lambda move: not own[move.id])
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
                 WHERE t.id = %s AND t.state = 'to_send'
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
        elif document := rendering.documents[move.id]:
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
        move = self.move_id
        self.write(
            {
                "file": base64.b64encode(document.content),
                "file_name": move._chorus_pro_file_name(),
                "file_size": len(document.content),
                "checksum": document.sha256,
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
        failed = self._apply("fail", error_code=code, error=reason, detail=detail)
        failed._tell(self.env._("Chorus Pro: not sent. %(reason)s", reason=reason))
