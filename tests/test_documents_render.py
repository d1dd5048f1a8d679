"""Real renderings: one invoice, several in one run, judged by the real veraPDF."""

import logging
import re
from io import BytesIO
from unittest import skipUnless
from unittest.mock import patch

from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro import factur_x
from odoo.addons.l10n_fr_chorus_pro.models import ir_actions_report, report_stylesheet

from .documents_common import DocumentCommon
from .factur_x_common import NO_VERAPDF, get_verapdf, judge_pdfs, make_pdf

LOGGER = "odoo.addons.l10n_fr_chorus_pro.models.ir_actions_report"


def read_text(pdf):
    """All text of a PDF, with spaces made plain."""
    pages = (page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(" ".join(pages).split())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDocumentRealRendering(DocumentCommon, HttpCase):
    """wkhtmltopdf itself."""

    def setUp(self):
        super().setUp()
        self.renderer = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        self.moves = self.env["account.move"].union(
            self.make_move(),
            self.make_move(
                *(
                    self.make_line(10, name=f"Ligne {n} : œuvre à 2 €")
                    for n in range(60)
                )
            ),
            self.make_move(
                self.make_line(99),
                narration='<p>Voir <a href="https://example.org/cgv">nos CGV</a></p>',
            ),
        )

    @mute_logger("odoo.addons.base.models.ir_actions_report")
    def test_renderings_become_valid_documents(self):
        """One run for the batch, one for a single invoice; then every gate."""
        run = self.patch_runs()
        pdfs = self.renderer._chorus_pro_render(self.moves)
        self.assertEqual(run.call_count, 1)
        self.assertEqual(set(pdfs), set(self.moves.ids))
        documents = {"single": self.make(self.moves[0], self.render(self.moves[0]))}
        for move in self.moves:
            documents[move.name] = self.make(move, pdfs[move.id])
            self.assertIn(move.name, read_text(documents[move.name]))
            self.assertOnlyOwnPages(documents[move.name], move)
        self.assertGreater(self.count_pages(documents[self.moves[1].name]), 1)
        self.assertIn("Ligne 59 : œuvre à 2 €", read_text(pdfs[self.moves[1].id]))
        self.assertEqual(self.count_links(documents[self.moves[2].name]), 1)
        self.judge(documents)

    def test_reduced_stylesheets_change_nothing(self):
        """Drawn by the same commands, with Odoo's whole stylesheets and with ours."""
        inline = report_stylesheet.inline
        with patch.object(report_stylesheet, "inline", lambda page, _read: page):
            whole = self.renderer._chorus_pro_render(self.moves)
        with patch.object(report_stylesheet, "inline", side_effect=inline) as spy:
            reduced = self.renderer._chorus_pro_render(self.moves)
            again = inline(*spy.call_args.args)
        self.assertIn("<style>", again)
        self.assertNotIn("<link", again)
        self.assertLess(len(again), 150_000)
        for move in self.moves:
            self.assertEqual(
                self.read_pages(reduced[move.id]), self.read_pages(whole[move.id])
            )

    def read_pages(self, pdf):
        """The drawing commands of each page."""
        return [
            page.get_contents().get_data() for page in PdfReader(BytesIO(pdf)).pages
        ]

    def patch_runs(self):
        """Count the runs of the renderer."""
        real = ir_actions_report.IrActionsReport._chorus_pro_run
        return self.startPatcher(
            patch.object(
                type(self.renderer), "_chorus_pro_run", autospec=True, side_effect=real
            )
        )

    def render(self, move):
        return self.renderer._chorus_pro_render(move)[move.id]

    def make(self, move, pdf):
        files = [factur_x.Attachment("détail n° 1.csv", b"a;b\n", "Détail")]
        terms = self.get_terms(move)
        document = factur_x.make_document(pdf, terms, attachments=files)
        self.assertEqual(document.checks, ("xsd", "schematron"))
        return document.content

    def count_pages(self, pdf):
        return len(PdfReader(BytesIO(pdf)).pages)

    def count_links(self, pdf):
        pages = PdfReader(BytesIO(pdf)).pages
        return sum(len(page["/Annots"]) for page in pages if "/Annots" in page)

    def assertOnlyOwnPages(self, pdf, move):
        """No page of another invoice of the batch hides in the file, nor a second
        copy of its own."""
        objects = re.findall(rb"/Type\s*/Page\b", pdf)
        self.assertEqual(len(objects), self.count_pages(pdf), move.name)
        for other in self.moves - move:
            self.assertNotIn(other.name, read_text(pdf))

    def judge(self, documents):
        if not get_verapdf():
            self.skipTest(NO_VERAPDF)
        verdicts = judge_pdfs(documents)
        self.assertEqual(verdicts, {name: set() for name in documents})

    @mute_logger("odoo.addons.base.models.ir_actions_report")
    @skipUnless(get_verapdf(), NO_VERAPDF)
    def test_rendering_as_it_comes_is_not_pdfa(self):
        """The judge can fail: the renderer's own file breaks what we repair."""
        pdf = self.render(self.moves[2])
        (failed,) = judge_pdfs({"raw": pdf}).values()
        self.assertLessEqual({"6.2.4.3-2", "6.1.3-1", "6.3.2-1"}, failed)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDocumentRendering(DocumentCommon):
    """Batches, failures and the script delay, without a renderer."""

    def setUp(self):
        super().setUp()
        self.moves = self.env["account.move"].union(
            *(self.make_move() for _ in range(3))
        )
        self.runs = []
        self.broken = self.env["account.move"]
        self.unsplit = False
        self.renderer = self.env["ir.actions.report"]
        self.patch(type(self.renderer), "_pre_render_qweb_pdf", self.pre_render)
        self.patch_qt(True)

    def patch_qt(self, patched):
        info = ir_actions_report._wkhtml()._replace(is_patched_qt=patched)
        self.startPatcher(patch.object(ir_actions_report, "_wkhtml", lambda: info))

    def pre_render(self, _report, ids, data=None):
        self.runs.append(ids)
        if set(ids) & set(self.broken.ids):
            reason = "broken template"
            raise UserError(reason)
        if self.unsplit and len(ids) > 1:
            return {False: {"stream": BytesIO(b"all in one")}}, "pdf"
        return {id_: {"stream": BytesIO(make_pdf(str(id_)))} for id_ in ids}, "pdf"

    def test_one_run_for_all(self):
        pdfs = self.renderer._chorus_pro_render(self.moves)
        self.assertEqual(self.runs, [self.moves.ids])
        self.assertEqual(pdfs, {id_: make_pdf(str(id_)) for id_ in self.moves.ids})

    def test_unpatched_renderer_takes_one_at_a_time(self):
        self.patch_qt(False)
        self.assertEqual(len(self.renderer._chorus_pro_render(self.moves)), 3)
        self.assertEqual(self.runs, [[id_] for id_ in self.moves.ids])

    def test_batch_that_cannot_be_split_goes_one_by_one(self):
        self.unsplit = True
        # By number: Odoo gives the name INFO to a level of its own too.
        with self.assertLogs(LOGGER, logging.INFO) as logs:
            pdfs = self.renderer._chorus_pro_render(self.moves)
        self.assertIn("could not be split", logs.output[0])
        self.assertEqual(set(pdfs), set(self.moves.ids))
        self.assertEqual(len(self.runs), 4)

    def test_one_broken_invoice_costs_only_itself(self):
        self.broken = self.moves[1]
        failures = {}
        with self.assertLogs(LOGGER, "WARNING") as logs:
            pdfs = self.renderer._chorus_pro_render(self.moves, failures)
        self.assertEqual(len(logs.output), 1)
        self.assertEqual(set(pdfs), set((self.moves - self.broken).ids))
        self.assertEqual(failures, {self.broken.id: "broken template"})

    def test_html_is_a_failure(self):
        self.patch(
            type(self.renderer),
            "_pre_render_qweb_pdf",
            lambda *_args, **_kwargs: (b"<html/>", "html"),
        )
        failures = {}
        with self.assertLogs(LOGGER, "WARNING"):
            self.renderer._chorus_pro_render(self.moves[0], failures)
        self.assertIn("not rendered as PDF", failures[self.moves[0].id])

    def test_each_invoice_has_its_own_report(self):
        other = self.env.ref("account.account_invoices").copy()
        partner = self.entity.copy({"invoice_template_pdf_report_id": other.id})
        moves = self.moves | self.make_move(partner_id=partner.id)
        self.assertEqual(len(self.renderer._chorus_pro_render(moves)), 4)
        self.assertEqual(self.runs, [self.moves.ids, moves[3].ids])

    def test_no_report_is_a_failure(self):
        self.patch(
            type(self.env["account.move"]),
            "_is_action_report_available",
            lambda move, report, is_invoice_report=True: move != self.moves[0],
        )
        failures = {}
        pdfs = self.renderer._chorus_pro_render(self.moves, failures)
        self.assertEqual(set(pdfs), set(self.moves[1:].ids))
        self.assertEqual(set(failures), {self.moves[0].id})

    def test_one_company_only(self):
        other = self.moves[0].copy({"company_id": self.company_data["company"].id})
        foreign = self.env["res.company"].create({"name": "Autre"})
        self.patch(type(other), "company_id", self.company | foreign)
        with self.assertRaises(ValueError):
            self.renderer._chorus_pro_render(other)

    def test_script_delay(self):
        """None for ours; a delay that someone has set is kept; others as ever."""

        def get_delay(**context):
            renderer = self.renderer.with_context(**context)
            command = renderer._build_wkhtmltopdf_args(
                renderer.get_paperformat(), False
            )
            return command[command.index("--javascript-delay") + 1]

        key = {ir_actions_report.IN_A_HURRY: True}
        self.assertEqual(get_delay(), "1000")
        self.assertEqual(get_delay(**key), "0")
        self.env["ir.config_parameter"].set_param("report.print_delay", "300")
        self.assertEqual(get_delay(**key), "300")
