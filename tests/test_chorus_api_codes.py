"""The client's tables, and their agreement with the simulator's own.

The simulator is written from the same description but by itself: what both tell must
be the same.
"""

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import codes
from odoo.addons.l10n_fr_chorus_pro.simulator import (
    actions,
    clock,
    deposits,
    files,
    judge,
    labels,
    lifecycle,
    replies,
    search,
    settings,
)

SUMMARIES = {
    "filed",
    "available",
    "approved",
    "accounted",
    "released",
    "suspended",
    "to_reroute",
    "rejected",
}
ACTIONS = {"none", "reroute", "complete", "reissue", "validator"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiCodes(BaseCase):
    def test_statuses_are_57_and_well_formed(self):
        self.assertEqual(len(codes.INVOICE_STATUSES), 57)
        for code, status in codes.INVOICE_STATUSES.items():
            with self.subTest(code):
                self.assertIn(status.summary, SUMMARIES)
                self.assertIn(status.action, ACTIONS)
                self.assertIsInstance(status.final, bool)
        used = {status.summary for status in codes.INVOICE_STATUSES.values()}
        self.assertEqual(used, SUMMARIES)

    def test_statuses_that_a_supplier_acts_upon(self):
        def told(code):
            return tuple(codes.INVOICE_STATUSES[code])

        self.assertEqual(told("MISE_EN_PAIEMENT"), ("released", True, "none"))
        self.assertEqual(told("REJETEE"), ("rejected", True, "reissue"))
        self.assertEqual(told("A_RECYCLER"), ("to_reroute", False, "reroute"))
        self.assertEqual(told("SUSPENDUE"), ("suspended", False, "complete"))
        self.assertEqual(told("MANDATEE"), ("approved", False, "none"))
        for code in (
            "ERREUR_FOURNISSEUR_SUR_VALIDEUR",
            "ERREUR_COTRAITANT_SUR_VALIDEUR",
        ):
            self.assertEqual(codes.INVOICE_STATUSES[code].action, "validator")

    def test_terminal_flow_states(self):
        terminal = {code for code, state in codes.FLOW_STATES.items() if state.terminal}
        self.assertEqual(
            terminal,
            {
                "IN_INTEGRE",
                "IN_INTEGRE_PARTIEL",
                "IN_REJETE",
                "IN_INCIDENTE",
                "QP_IRRECEVABLE",
            },
        )
        for code, state in codes.FLOW_STATES.items():
            with self.subTest(code):
                self.assertEqual(state.terminal, state.event != "pending")

    def test_environments(self):
        self.assertEqual(
            set(codes.ENVIRONMENTS), {"demo", "qualification", "production"}
        )
        for name, (token_url, api_url) in codes.ENVIRONMENTS.items():
            with self.subTest(name):
                self.assertTrue(token_url.endswith("/api/oauth/token"))
                self.assertFalse(api_url.endswith("/"))
                self.assertEqual(
                    token_url.startswith("https://") and api_url.startswith("https://"),
                    name != "demo",
                )

    def test_tables_cannot_be_changed(self):
        for table in (
            codes.ENVIRONMENTS,
            codes.LIMITS,
            codes.FRAMEWORKS,
            codes.FLOW_STATES,
            codes.INVOICE_STATUSES,
            codes.RETURN_CODES,
        ):
            with self.assertRaises(TypeError):
                table["x"] = 1


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiCodesOfSimulator(BaseCase):
    def test_invoice_statuses(self):
        known = {
            *labels.STATUSES,
            *lifecycle.MAIN_LINE,
            *lifecycle.SIDE,
            *lifecycle.RECIPIENT_TARGETS,
            *search.TO_TREAT,
        }
        self.assertLessEqual(known, set(codes.INVOICE_STATUSES))

    def test_main_line_never_goes_back(self):
        order = ("filed", "available", "approved", "accounted", "released")
        ranks = [
            order.index(codes.INVOICE_STATUSES[code].summary)
            for code in lifecycle.MAIN_LINE
        ]
        self.assertEqual(ranks, sorted(ranks))
        finals = [
            code for code in lifecycle.MAIN_LINE if codes.INVOICE_STATUSES[code].final
        ]
        self.assertEqual(finals, [lifecycle.PAID])

    def test_flow_states(self):
        self.assertLessEqual(set(labels.FLOWS), set(codes.FLOW_STATES))

    def test_frameworks(self):
        theirs = {
            code: f"{code}_{suffix}"
            for code, suffix in settings.FRAMEWORK_SUFFIXES.items()
        }
        self.assertEqual(dict(codes.FRAMEWORKS), theirs)
        self.assertLessEqual(set(codes.SELECTABLE_FRAMEWORKS), set(theirs))

    def test_attachment_extensions(self):
        theirs = {extension.lower() for extension in settings.ATTACHMENT_EXTENSIONS}
        self.assertEqual(codes.ATTACHMENT_EXTENSIONS, theirs)

    def test_limits(self):
        for name, term in (
            ("invoice_number", "number"),
            ("service_code", "service"),
            ("engagement", "engagement"),
            ("contract", "contract"),
        ):
            self.assertEqual(codes.LIMITS[name], judge.LENGTHS[term])
        self.assertEqual(codes.LIMITS["flow_file_name"], deposits.LONGEST_NAME)
        self.assertEqual(codes.LIMITS["attachment_name"], files.LONGEST_NAME)
        self.assertEqual(codes.LIMITS["comment"], actions.LONGEST_COMMENT)
        for name, theirs in (
            ("document_bytes", settings.MAX_FLUX),
            ("archive_bytes", settings.MAX_FLUX_COMPRESSED),
            ("attachment_bytes", settings.MAX_ATTACHMENT),
            ("invoice_bytes", settings.MAX_DOWNLOAD),
        ):
            with self.subTest(name):
                # "MB" may mean 10^6 or 2^20: we stay below both
                self.assertLessEqual(codes.LIMITS[name], theirs)

    def test_return_codes(self):
        for service in (
            "factures/v1/rechercher/fournisseur",
            "structures/v1/rechercher",
            "structures/v1/rechercher/services",
        ):
            self.assert_return_code(service, replies.NOTHING_FOUND, "no_result")
        for refusal, meaning in (
            (lifecycle.UNKNOWN_INVOICE, "unknown_invoice"),
            (lifecycle.NO_RIGHT, "no_right"),
            (actions.WRONG_STATUS, "wrong_status"),
        ):
            self.assert_return_code("factures/v1/completer", refusal, meaning)

    def assert_return_code(self, service, refusal, meaning):
        """Compare number, label and meaning of a refusal."""
        number, label = refusal
        known = codes.RETURN_CODES[service, number]
        self.assertEqual((known.label, known.meaning), (label, meaning))

    def test_the_rest(self):
        self.assertIn(codes.SYNTAX_FACTURX, settings.JUDGED_SYNTAXES)
        self.assertEqual(codes.TOKEN_LIFE, settings.TOKEN_SECONDS)
        self.assertEqual(codes.TIME_ZONE, clock.PARIS.key)
        self.assertLess(settings.PAGE_SIZE, codes.PAGE_SIZE)
        self.assertLess(settings.MAX_RESULTS, codes.RESULTS_MAX)
        self.assertEqual(codes.PAGE_SIZE, settings.MAX_RESULTS)
