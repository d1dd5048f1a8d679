"""The template holds the terms of the sources, and French has words for all of them."""

import io
import re
from pathlib import Path
from unittest.mock import patch

import polib

from odoo import addons
from odoo.tests import tagged
from odoo.tools import html2plaintext
from odoo.tools.translate import trans_export

from odoo.addons import l10n_fr_chorus_pro
from odoo.addons.l10n_fr_chorus_pro import const, const_documents
from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

MODULE = "l10n_fr_chorus_pro"
ROOT = Path(l10n_fr_chorus_pro.__file__).parent
TEMPLATE = ROOT / "i18n" / f"{MODULE}.pot"
FRENCH = ROOT / "i18n" / "fr.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+")
# Names that are the same in both languages.
SAME = re.compile(
    r"[\W\d_]*(Chorus Pro|SIRET|IBAN|PISTE|SHA-256|Service|Code)?[\W\d_]*"
    # The portal's own names of its APIs.
    r"|API (Engagements juridiques|Factures|Structures|Transverses)"
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTranslations(ChorusProCommon):
    """Read as files, exported anew, and heard by a user who speaks French."""

    def entries(self, path):
        """{English: French} of a file, which must be there."""
        self.assertTrue(path.is_file(), f"{path.name} is missing: run dev/translate")
        return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}

    # === FILES === #

    def test_template_is_up_to_date(self):
        buffer = io.BytesIO()
        # Only our own folder is read, not all of Odoo.
        with patch.object(addons, "__path__", [str(ROOT.parent)]):
            self.assertTrue(trans_export(False, [MODULE], buffer, "po", self.env))
        exported = {entry.msgid for entry in polib.pofile(buffer.getvalue().decode())}
        self.assertIn(const.STORIES["queued"]._source, exported)
        kept = set(self.entries(TEMPLATE))
        self.assertEqual(sorted(exported - kept), [], "missing in the template")
        self.assertEqual(sorted(kept - exported), [], "not in the sources any more")

    def test_french_has_the_terms_of_the_template(self):
        self.assertEqual(set(self.entries(FRENCH)), set(self.entries(TEMPLATE)))

    def test_french_is_complete(self):
        empty = [msgid for msgid, text in self.entries(FRENCH).items() if not text]
        self.assertEqual(empty, [])

    def test_nothing_is_fuzzy(self):
        catalogue = polib.pofile(str(FRENCH))
        self.assertEqual([entry.msgid for entry in catalogue.fuzzy_entries()], [])

    def test_placeholders_and_tags_are_kept(self):
        for msgid, text in self.entries(FRENCH).items():
            if text:  # what is empty is found above
                with self.subTest(msgid):
                    found, wanted = map(PLACEHOLDER.findall, (text, msgid))
                    self.assertEqual(sorted(found), sorted(wanted))

    def test_sentences_are_not_left_in_english(self):
        same = [
            msgid
            for msgid, text in self.entries(FRENCH).items()
            if text == msgid and " " in msgid and not SAME.fullmatch(msgid)
        ]
        self.assertEqual(same, [])

    # === WHAT PEOPLE READ === #

    def speak_french(self):
        """The environment of a clerk whose language is French."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms([MODULE], ["fr_FR"])
        self.clerk.lang = "fr_FR"
        return self.env(user=self.clerk, context={"lang": "fr_FR"})

    def assertFrench(self, text, english, **values):
        """`text` is what fr.po says for `english`, filled in."""
        french = self.entries(FRENCH)[english]
        self.assertNotEqual(french, english)
        self.assertEqual(text, french % values if values else french)

    def test_words_for_an_error(self):
        company = self.company.with_env(self.speak_french())
        text = company._chorus_pro_explain(ChorusError("unreachable"))
        self.assertFrench(text, const.ERRORS["unreachable"]._source)

    def test_words_for_a_problem_of_the_invoice(self):
        self.entity.chorus_pro_requirement = "engagement"
        move = self.make_invoice().with_env(self.speak_french())
        (problem,) = move._chorus_pro_find_problems()
        self.assertFrench(
            problem.message, "Engagement number missing: the entity requires it."
        )

    def test_words_for_a_problem_of_the_document(self):
        move = self.make_invoice(name="FAC/2026/FONTCLAIR/01")
        move = move.with_env(self.speak_french())
        (problem,) = move._chorus_pro_find_problems()
        term = self.entries(FRENCH)[const_documents.TERMS["BT-1"]._source]
        self.assertFrench(
            problem.message.removesuffix(" (BR-FR-CPRO-02)"),
            const_documents.ISSUES["too_long"]._source,
            term=term,
            value=move.name,
            limit=20,
        )

    def test_words_for_a_status(self):
        status = self.env["chorus.pro.status"].with_env(self.speak_french())
        label = status._label("MISE_EN_PAIEMENT")
        self.assertFrench(label, const.STATUSES["MISE_EN_PAIEMENT"]._source)
        self.assertEqual(status._label("NEW_CODE"), "NEW_CODE")

    def test_words_for_a_summary_and_its_story(self):
        move = self.make_invoice().with_env(self.speak_french())
        labels = dict(
            move._fields["chorus_pro_status"]._description_selection(move.env)
        )
        self.assertFrench(labels["to_send"], dict(const.SUMMARIES)["to_send"])
        self.assertFrench(move.chorus_pro_story, const.STORIES["to_send"]._source)

    def test_what_scheduled_actions_say_is_in_the_company_s_language(self):
        self.speak_french()
        self.company.partner_id.lang = "fr_FR"
        move = self.make_invoice()
        row = self.send(move)
        french = self.entries(FRENCH)["Chorus Pro: sent, flow %(flow)s."]
        expected = french % {"flow": row.flow_id.name}
        lines = [html2plaintext(body) for body in move.message_ids.mapped("body")]
        self.assertIn(expected.split(), [line.split() for line in lines])
