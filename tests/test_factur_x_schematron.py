"""The official rules in a child process: findings, failures of the tool itself."""

import io
import json
import runpy
import sys
from types import SimpleNamespace
from unittest.mock import Mock, patch

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import factur_x
from odoo.addons.l10n_fr_chorus_pro.factur_x import locations, schematron
from odoo.addons.l10n_fr_chorus_pro.factur_x.saxon import run

from .factur_x_common import make_terms
from .test_factur_x_document import CREDIT_NOTE, FacturXCase

REPORT = (
    '<svrl:schematron-output xmlns:svrl="http://purl.oclc.org/dsdl/svrl">%s'
    "</svrl:schematron-output>"
)
FIRED = "<svrl:fired-rule/>"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXSchematron(FacturXCase):
    """Saxon as it is installed."""

    def make_broken(self, old, new):
        xml = factur_x.make_xml(make_terms())
        self.assertIn(old, xml)
        return xml.replace(old, new)

    def test_good_invoices_pass(self):
        for changes in ({}, CREDIT_NOTE):
            xml = factur_x.make_xml(make_terms(**changes))
            self.assertEqual(factur_x.check_schematron(xml), [])

    def test_broken_total_is_found(self):
        broken = self.make_broken(
            b"<ram:GrandTotalAmount>120", b"<ram:GrandTotalAmount>121"
        )
        factur_x.check_xsd(broken)
        found = {finding.rule: finding for finding in factur_x.check_schematron(broken)}
        self.assertIn("BR-CO-15", found)
        self.assertEqual(found["BR-CO-15"].level, "error")
        self.assertIn("BT-112", found["BR-CO-15"].text)
        self.assertIn("MonetarySummation", found["BR-CO-15"].location)

    def test_empty_element_is_a_warning(self):
        xml = factur_x.make_xml(make_terms(BT_72=None))
        (finding,) = factur_x.check_schematron(xml)
        self.assertEqual(finding.level, "warning")

    def test_child_is_kept_and_replaced_when_it_died(self):
        xml = factur_x.make_xml(make_terms())
        factur_x.check_schematron(xml)
        child = schematron._child._process
        factur_x.check_schematron(xml)
        self.assertIs(schematron._child._process, child)
        child.kill()
        child.wait()
        self.assertEqual(factur_x.check_schematron(xml), [])
        self.assertIsNot(schematron._child._process, child)
        child.communicate()

    def test_saxon_refuses(self):
        error = self.assertFails("schematron_failed", factur_x.check_schematron, b"<a>")
        self.assertIn("SXXP0003", error.detail)
        xml = factur_x.make_xml(make_terms())
        self.assertEqual(factur_x.check_schematron(xml), [])

    def test_not_installed(self):
        with patch.object(schematron.util, "find_spec", return_value=None):
            self.assertFalse(factur_x.is_available())
            self.assertFails(
                "schematron_unavailable", factur_x.check_schematron, b"<a/>"
            )
        self.assertTrue(factur_x.is_available())

    def test_stop_without_child(self):
        factur_x.stop_schematron()
        self.assertIsNone(schematron._child._owner)
        factur_x.stop_schematron()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXSchematronChild(FacturXCase):
    """The parent's side, with children that misbehave."""

    def ask(self, code):
        """Ask a child that runs ``code``."""
        child = schematron._Child()
        self.addCleanup(child.stop)
        script = ["-c", code]
        real = schematron.subprocess.Popen
        self.enterContext(
            patch.object(
                schematron.subprocess,
                "Popen",
                lambda command, **options: real([command[0], *script], **options),
            )
        )
        return child, {"sheet": "s", "xml": "x"}

    def test_answer(self):
        child, request = self.ask("input(); print('{\"svrl\": 1}')")
        self.assertEqual(child.ask(request), {"svrl": 1})

    def test_child_that_ends(self):
        child, request = self.ask("input()")
        error = self.assertFails("schematron_failed", child.ask, request)
        self.assertIn("ended", error.detail)
        self.assertIsNone(child._owner)

    def test_child_that_never_answers(self):
        child, request = self.ask("import time; time.sleep(60)")
        with patch.object(schematron, "TIMEOUT_SECONDS", 0.1):
            error = self.assertFails("schematron_failed", child.ask, request)
        self.assertEqual(error.detail, schematron.TOO_LONG)
        self.assertIsNone(child._owner)

    def test_child_that_hangs_later_is_not_asked_twice(self):
        code = "import time; input(); print('{}', flush=True); time.sleep(60)"
        child, request = self.ask(code)
        child.ask(request)
        with (
            patch.object(schematron, "TIMEOUT_SECONDS", 0.1),
            patch.object(child, "_talk", wraps=child._talk) as talk,
        ):
            self.assertFails("schematron_failed", child.ask, request)
        self.assertEqual(talk.call_count, 1)

    def test_child_that_ends_meanwhile_is_replaced(self):
        """It died after the last look at it, before or during the next request."""
        for ending in ("", "input()", "input(); print('{\"sv', end='', flush=True)"):
            child, request = self.ask(f"input(); print('{{}}', flush=True); {ending}")
            self.assertEqual(child.ask(request), {})
            first = child._process
            with patch.object(first, "poll", return_value=None):
                self.assertEqual(child.ask(request), {})
            self.assertIsNot(child._process, first)
            child.stop()

    def test_answer_that_is_half_a_line(self):
        child, request = self.ask("input(); print('{', end='', flush=True)")
        error = self.assertFails("schematron_failed", child.ask, request)
        self.assertEqual(error.detail, schematron.ENDED)

    def test_child_that_cannot_start(self):
        child = schematron._Child()
        with patch.object(schematron.subprocess, "Popen", side_effect=OSError("no")):
            error = self.assertFails("schematron_failed", child.ask, {})
        self.assertEqual(error.detail, "no")

    def test_child_that_closes_its_input(self):
        code = "import os, time; os.close(0); print(flush=True); time.sleep(60)"
        child, request = self.ask(code)
        child._start()
        child._process.stdout.readline()
        answer, reason = child._talk(request)
        self.assertIsNone(answer)
        self.assertIn("pipe", reason)

    def test_forked_process_owns_nothing(self):
        child, request = self.ask("while True: input(); print('{}', flush=True)")
        child.ask(request)
        process, lock = child._process, child._lock
        child.forget()
        self.assertEqual((child._process, child._owner), (None, None))
        self.assertIsNot(child._lock, lock)
        process.kill()
        process.communicate()

    def test_forked_process_starts_its_own(self):
        code = "while True: input(); print('{}', flush=True)"
        child, request = self.ask(code)
        child.ask(request)
        parents = child._process
        with patch.object(schematron.os, "getpid", return_value=0):
            child.ask(request)
            self.assertIsNot(child._process, parents)
            child.stop()
        self.assertIsNone(parents.poll())
        parents.kill()
        parents.communicate()

    # === REPORTS === #

    def test_levels(self):
        report = REPORT % (
            FIRED + '<svrl:failed-assert id="A" location="/x"><svrl:text> one\n two'
            "</svrl:text></svrl:failed-assert>"
            '<svrl:failed-assert id="BR-FR-32-LEGALID" flag="warning"/>'
            '<svrl:failed-assert id="C" role="INFORMATION"/>'
            "<svrl:successful-report><svrl:text>[D]-said</svrl:text>"
            "</svrl:successful-report>"
        )
        self.assertEqual(
            schematron.read_report(report),
            [
                factur_x.Finding("error", "A", "one two", "/x"),
                factur_x.Finding("warning", "BR-FR-32", "", ""),
                factur_x.Finding("warning", "C", "", ""),
                factur_x.Finding("error", "D", "[D]-said", ""),
            ],
        )

    def test_places(self):
        """In words of the invoice: which line, which term."""
        ram = "[namespace-uri()='urn:ram'][%s]"
        root = "/*:CrossIndustryInvoice" + ram % 1
        deal = root + "/*:SupplyChainTradeTransaction" + ram % 1
        line = deal + "/*:IncludedSupplyChainTradeLineItem" + ram % 12
        heading = deal + "/*:ApplicableHeaderTradeSettlement" + ram % 1
        seller = deal + "/ram:ApplicableHeaderTradeAgreement/ram:SellerTradeParty"
        for location, text, expected in (
            ("", "", (0, "")),
            (root, "", (0, "")),
            (root, "[BR-02]-An Invoice (BG-0) has a number (BT-1)", (0, "BT-1")),
            (heading + "/*:InvoiceCurrencyCode" + ram % 1, "", (0, "BT-5")),
            (seller + "/ram:SpecifiedLegalOrganization/ram:ID", "", (0, "BT-30")),
            (seller + "/ram:Unheard", "", (0, "BG-4")),
            (line, "", (12, "BG-25")),
            (line + "/*:SpecifiedTradeProduct/*:Name", "See BT-1", (12, "BT-153")),
            (
                line + "/*:SpecifiedLineTradeDelivery/*:BilledQuantity",
                "Value of '@unitCode' is not allowed.",
                (12, "BT-130"),
            ),
        ):
            found = locations.read_location(location, text)
            self.assertEqual(found, expected, location)

    def test_what_is_no_report(self):
        self.assertEqual(schematron.read_report(REPORT % FIRED), [])
        for report in ("", "no XML", REPORT % ""):
            self.assertFails("schematron_failed", schematron.read_report, report)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXSaxonScript(FacturXCase):
    """The child's side, in this process and without Saxon."""

    def setUp(self):
        super().setUp()
        self.alarms = []
        self.signal = SimpleNamespace(alarm=self.alarms.append)
        self.enterContext(patch.object(run, "signal", self.signal))

    def test_serve(self):
        def transform(sheet, xml):
            if xml == "bad":
                raise ValueError(sheet)
            return f"{sheet}:{xml}"

        lines = [{"sheet": "s", "xml": xml} for xml in ("é", "bad", "b")]
        target = io.StringIO()
        run.serve((json.dumps(line) for line in lines), target, transform)
        self.assertEqual(
            [json.loads(line) for line in target.getvalue().splitlines()],
            [{"svrl": "s:é"}, {"error": "ValueError: s"}, {"svrl": "s:b"}],
        )
        self.assertEqual(self.alarms, [run.IDLE_SECONDS] * 3)

    def test_no_alarm_on_windows(self):
        with patch.object(run, "signal", SimpleNamespace()):
            run.serve(["{}"], io.StringIO(), None)
        self.assertEqual(self.alarms, [])

    # === THE WHOLE SCRIPT, WITH A SAXON THAT ECHOES === #

    def fake_saxon(self):
        """Replace Saxon; return the list of the sheets that it compiles."""
        compiled = []

        class Sheet:
            def transform_to_string(self, xdm_node):
                return f"report of {xdm_node}"

        class Compiler:
            def compile_stylesheet(self, stylesheet_file):
                compiled.append(stylesheet_file)
                return Sheet()

        class Processor:
            def __init__(self, license):
                self.new_xslt30_processor = Compiler

            def parse_xml(self, xml_text):
                return xml_text

        module = SimpleNamespace(PySaxonProcessor=Processor)
        self.enterContext(patch.dict(sys.modules, saxonche=module))
        return compiled

    def test_sheets_are_compiled_once(self):
        compiled = self.fake_saxon()
        transform = run.make_transform()
        self.assertEqual(transform("a", "1"), "report of 1")
        self.assertEqual(transform("a", "2"), "report of 2")
        transform("b", "3")
        self.assertEqual(compiled, ["a", "b"])

    def test_script(self):
        self.fake_saxon()
        line = json.dumps({"sheet": "a", "xml": "4"})
        for name in ("__main__", "imported"):
            target = io.StringIO()
            # Neither a limit nor an alarm must be left on this process.
            with (
                patch.multiple(sys, stdin=io.StringIO(line), stdout=target),
                patch.dict(sys.modules, signal=self.signal, resource=None),
            ):
                names = runpy.run_path(run.__file__, run_name=name)
            self.assertIsNone(names["resource"])
            answers = [json.loads(text) for text in target.getvalue().splitlines()]
            expected = [{"svrl": "report of 4"}] if name == "__main__" else []
            self.assertEqual(answers, expected)

    def test_limit_on_memory_is_lifted(self):
        limits = Mock(RLIMIT_AS=9, **{"getrlimit.return_value": (1, 2)})
        with patch.object(run, "resource", limits):
            run.free_address_space()
        limits.setrlimit.assert_called_once_with(9, (2, 2))
