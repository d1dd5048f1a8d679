"""The one place where invoices are rendered for Chorus Pro; tests patch it."""

import logging

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.tools import groupby
from odoo.tools.pdf import PdfReadError

from odoo.addons.base.models.ir_actions_report import _wkhtml
from odoo.addons.base.models.ir_qweb import QWebError

from . import report_stylesheet

_logger = logging.getLogger(__name__)

# What a template, the renderer or the splitting of its result raise for one document.
RENDER_ERRORS = (UserError, QWebError, PdfReadError, ValueError, KeyError, OSError)
IN_A_HURRY = "chorus_pro_fast_rendering"


class IrActionsReport(models.Model):
    """Renders invoices in batches, each with its company's own report."""

    _inherit = "ir.actions.report"

    def _chorus_pro_render(self, moves, failures=None):
        """Render posted invoices of one company, each with its own report.

        As many as share a report go through one run of the renderer; a run that fails
        or whose result cannot be split is repeated one by one, so that one broken
        invoice costs only itself.

        :param moves: posted account.move records of one company, at most about 80
        :param dict failures: receives {move id: reason} for those without a result
        :return: {move id: PDF bytes}
        """
        moves.company_id.ensure_one()
        failures = {} if failures is None else failures
        rendered = {}
        for report, group in self._chorus_pro_group(moves, failures):
            rendered |= self._chorus_pro_render_batch(report, group)
            for move in group:
                if move.id not in rendered:
                    rendered |= self._chorus_pro_render_one(report, move, failures)
        return rendered

    def _chorus_pro_group(self, moves, failures):
        """Yield (report, moves); a move without a report is a failure."""
        sender = self.env["account.move.send"]
        reports = {}
        for move in moves:
            try:
                reports[move] = sender._get_default_pdf_report_id(move)
            except UserError as error:
                failures[move.id] = str(error)
        for report, group in groupby(reports, key=reports.get):
            yield report, self.env["account.move"].union(*group)

    def _chorus_pro_render_batch(self, report, moves):
        """Render several at once; an empty result means: go one by one."""
        if len(moves) == 1 or not _wkhtml().is_patched_qt:
            return {}
        try:
            return self._chorus_pro_run(report, moves)
        except RENDER_ERRORS as error:
            _logger.info("Chorus Pro: %s invoices go one by one: %s", len(moves), error)
            return {}

    def _chorus_pro_render_one(self, report, move, failures):
        try:
            return self._chorus_pro_run(report, move)
        except RENDER_ERRORS as error:
            _logger.warning("Chorus Pro: %s cannot be rendered: %s", move.name, error)
            failures[move.id] = str(error)
            return {}

    def _chorus_pro_run(self, report, moves):
        """One run of the renderer.

        :raise RENDER_ERRORS: nothing usable came out
        """
        renderer = self.with_company(moves.company_id).with_context(
            report_pdf_no_attachment=True, **{IN_A_HURRY: True}
        )
        content, kind = renderer._pre_render_qweb_pdf(report.report_name, moves.ids)
        if kind != "pdf":
            message = "the report was not rendered as PDF"
            raise ValueError(message)
        streams = {move: content.get(move.id) or {} for move in moves}
        if not all(entry.get("stream") for entry in streams.values()):
            message = "the PDF could not be split by invoice"
            raise ValueError(message)
        return {move.id: entry["stream"].getvalue() for move, entry in streams.items()}

    @api.model
    def _run_wkhtmltopdf(
        self, bodies, report_ref=False, header=None, footer=None, *args, **kwargs
    ):
        # EXTENDS base: same look, a third of the time.
        if self.env.context.get(IN_A_HURRY):
            read = self._chorus_pro_read_stylesheet
            bodies = [report_stylesheet.inline(body, read) for body in bodies]
            header = header and report_stylesheet.inline(header, read)
            footer = footer and report_stylesheet.inline(footer, read)
        return super()._run_wkhtmltopdf(
            bodies, report_ref, header, footer, *args, **kwargs
        )

    @api.model
    def _chorus_pro_read_stylesheet(self, path):
        """The text of an asset bundle, empty when nobody has asked for it yet."""
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("url", "=", path),
                    ("public", "=", True),
                    ("res_model", "=", "ir.ui.view"),
                    ("res_id", "=", 0),
                    ("create_uid", "=", SUPERUSER_ID),
                ],
                limit=1,
            )
        )
        return (attachment.raw or b"").decode()

    @api.model
    def _build_wkhtmltopdf_args(self, paperformat_id, landscape, *args, **kwargs):
        # EXTENDS base: an invoice has no script to wait for; the delay of 1 s is spent
        # on header, body and footer each. A delay that someone has set is kept.
        command = super()._build_wkhtmltopdf_args(
            paperformat_id, landscape, *args, **kwargs
        )
        parameters = self.env["ir.config_parameter"].sudo()
        if self.env.context.get(IN_A_HURRY) and not parameters.get_param(
            "report.print_delay"
        ):
            command[command.index("--javascript-delay") + 1] = "0"
        return command
