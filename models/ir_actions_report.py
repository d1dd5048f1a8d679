"""The one place where invoices are rendered for Chorus Pro; tests patch it."""

import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import groupby
from odoo.tools.pdf import PdfReadError

from odoo.addons.base.models.ir_actions_report import _wkhtml
from odoo.addons.base.models.ir_qweb import QWebError

_logger = logging.getLogger(__name__)

# What a template, the renderer or the splitting of its result raise for one document.
RENDER_ERRORS = (UserError, QWebError, PdfReadError, ValueError, KeyError, OSError)
NO_DELAY = "chorus_pro_no_script_delay"


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
            report_pdf_no_attachment=True, **{NO_DELAY: True}
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
    def _build_wkhtmltopdf_args(self, paperformat_id, landscape, *args, **kwargs):
        # EXTENDS base: an invoice has no script to wait for; the delay of 1 s is spent
        # on header, body and footer each. A delay that someone has set is kept.
        command = super()._build_wkhtmltopdf_args(
            paperformat_id, landscape, *args, **kwargs
        )
        parameters = self.env["ir.config_parameter"].sudo()
        if self.env.context.get(NO_DELAY) and not parameters.get_param(
            "report.print_delay"
        ):
            command[command.index("--javascript-delay") + 1] = "0"
        return command
