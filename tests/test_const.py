"""Every code of the plain packages has words, and every sentence can be filled in."""

import ast
import re
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro import const, const_documents, const_requests
from odoo.addons.l10n_fr_chorus_pro.chorus_api import OUTCOMES, codes
from odoo.addons.l10n_fr_chorus_pro.factur_x import CODES
from odoo.addons.l10n_fr_chorus_pro.factur_x.limits import LIMITS
from odoo.addons.l10n_fr_chorus_pro.models.account_move import (
    STATE_SUMMARIES,
    STATUS_FALLBACKS,
)
from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_gate_breaker import PAUSES
from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_request import LIVE
from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_state import TRANSMISSION_STATES

ROOT = Path(const.__file__).parent
# FacturXError codes that no invoice of ours should ever meet: the same general words.
GENERAL_WORDS = {"rules", "terms", "xml", "profile"}
# Reasons of our own for a file that cannot be made or cannot go.
MADE_HERE = {"render", "document", "incident", "file_damaged"}
WORDS = {
    **{
        name: getattr(const, name)
        for name in ("STORIES", "ACTION_STORIES", "ERRORS", "STATUSES")
    },
    **{
        name: getattr(const_documents, name)
        for name in ("FILE_ERRORS", "TERMS", "ISSUES")
    },
}
DETAILS = {"term": "T", "value": "V", "limit": "L"}


def keys_of(selection):
    """Values of a selection, in order."""
    return [key for key, _label in selection]


def raised_codes(folder):
    """Codes of every `FacturXError(code=…)` in the sources of `folder`."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            called = isinstance(node, ast.Call) and ast.unparse(node.func)
            if called == "FacturXError":
                for keyword in node.keywords:
                    if keyword.arg == "code":
                        yield from re.findall(r"'(\w+)'", ast.unparse(keyword.value))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConst(BaseCase):
    """Words for codes; the codes themselves live in the plain packages."""

    # === COMPLETENESS === #

    def test_every_error_of_the_client_has_words(self):
        self.assertEqual(set(const.ERRORS), set(OUTCOMES))

    def test_every_pause_is_an_error_of_the_client(self):
        self.assertLessEqual(set(PAUSES), set(OUTCOMES))

    def test_every_status_of_the_portal_has_words(self):
        self.assertEqual(set(const.STATUSES), set(codes.INVOICE_STATUSES))
        self.assertEqual(len(const.STATUSES), 57)

    def test_every_status_leads_to_a_summary(self):
        summaries = set(keys_of(const.SUMMARIES))
        for code, status in codes.INVOICE_STATUSES.items():
            self.assertIn(status.summary, summaries, code)

    def test_every_state_leads_to_a_summary(self):
        states = set(keys_of(TRANSMISSION_STATES)) - {"cancelled"}
        self.assertEqual(set(STATE_SUMMARIES), states)
        by_portal = {s for s, summary in STATE_SUMMARIES.items() if summary is None}
        self.assertEqual(set(STATUS_FALLBACKS), by_portal)
        told = {*STATE_SUMMARIES.values(), *STATUS_FALLBACKS.values()} - {None}
        self.assertLessEqual(told, set(keys_of(const.SUMMARIES)))

    def test_every_summary_has_a_story(self):
        self.assertEqual(list(const.STORIES), keys_of(const.SUMMARIES))

    def test_stages_are_summaries_in_the_order_of_life(self):
        summaries = keys_of(const.SUMMARIES)
        places = [summaries.index(stage) for stage in keys_of(const.STAGES)]
        self.assertEqual(places, sorted(places))

    def test_every_issue_of_a_document_has_words(self):
        self.assertEqual(set(const_documents.ISSUES), set(CODES))

    def test_every_limited_term_that_people_fill_in_has_words(self):
        cut_far_away = {400, 99}  # addresses and names beyond what anyone types
        terms = {
            limit.term
            for rows in LIMITS.values()
            for limit in rows
            if limit.size not in cut_far_away
        }
        self.assertEqual(terms - set(const_documents.TERMS), set())

    def test_every_term_of_an_issue_has_words(self):
        """Those that the rules name, and those that a schematron can point at."""
        named = {
            term
            for path in sorted((ROOT / "factur_x").rglob("*.py"))
            if path.name not in ("locations.py", "adapt.py")
            for term in re.findall(r'"(B[TG]-\d+)"', path.read_text())
        }
        # Parts of addresses, and groups of a line whose parts have words.
        without_words = {"BT-36", "BT-51", "BT-75", "BT-76", "BT-77"}
        without_words |= {"BT-162", "BT-163", "BT-165", "BG-27", "BG-28"}
        self.assertEqual(named - set(const_documents.TERMS), without_words)

    def test_every_file_error_has_words(self):
        raised = set(raised_codes("factur_x"))
        self.assertGreater(len(raised), 10)
        own = set(const_documents.FILE_ERRORS) - MADE_HERE
        self.assertEqual(raised - own, GENERAL_WORDS)
        self.assertLessEqual(own, raised)

    def test_frameworks_are_those_a_supplier_may_file(self):
        selectable = set(keys_of(const.FRAMEWORKS))
        self.assertEqual(selectable, set(codes.SELECTABLE_FRAMEWORKS))

    def test_environments_are_those_with_addresses(self):
        environments = set(keys_of(const.ENVIRONMENTS))
        self.assertEqual(environments, set(codes.ENVIRONMENTS))

    def test_every_request_has_words(self):
        kinds = set(keys_of(const_requests.REQUEST_KINDS))
        self.assertEqual(set(const_requests.DONE), kinds)
        self.assertEqual(set(const_requests.NOT_DONE), kinds)
        self.assertEqual(set(const_requests.WAITING), set(LIVE))
        self.assertLessEqual(set(codes.REFUSALS.values()), set(const_requests.REFUSALS))
        details = {"status": "S", "what": "W", "recipient": "R", "files": 1}
        for table in ("DONE", "NOT_DONE", "WAITING", "REFUSALS"):
            for code, words in getattr(const_requests, table).items():
                with self.subTest(code):
                    self.assertTrue((words._source % details).endswith("."))

    # === FORM === #

    def test_sentences_can_be_filled_in(self):
        for code, words in const_documents.ISSUES.items():
            with self.subTest(code):
                text = words._source % DETAILS
                self.assertNotIn("%", text)
                self.assertTrue(text.endswith("."), text)

    def test_other_words_want_no_details(self):
        for table, words in WORDS.items():
            for code, text in words.items() if table != "ISSUES" else ():
                self.assertNotIn("%", text._source, code)

    def test_words_are_no_codes(self):
        for table, words in WORDS.items():
            for code, text in words.items():
                with self.subTest(f"{table}: {code}"):
                    self.assertIn(" ", f"{text._source} ".lstrip())
                    if "_" in code:
                        self.assertNotIn(code, text._source)

    def test_sentences_end(self):
        for table in ("STORIES", "ACTION_STORIES", "ERRORS", "FILE_ERRORS"):
            for code, text in WORDS[table].items():
                self.assertTrue(text._source.endswith("."), code)
