"""Texts of rejections: whatever they say, they are read, and at once."""

import time

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import codes, rejections
from odoo.addons.l10n_fr_chorus_pro.tests.fuzz_common import FuzzCase, st, texts


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFuzzRejections(FuzzCase):
    def test_rejections(self):
        """Words of the portal, in any order and number, cut anywhere."""
        paths = [f"CrossIndustryInvoice.{path}.value" for path in rejections.PATHS]
        patterns = [pattern.pattern for _code, pattern in rejections.TEMPLATES]
        parts = st.one_of(
            st.sampled_from(paths),
            st.sampled_from(patterns).flatmap(st.from_regex),
            st.sampled_from(
                (" ", "[...]", "\u2019", "e\u0301", "a." * 3000, "w" * 9000)
            ),
            texts(),
        )

        def run(found):
            text = " ".join(found)[: codes.TEXT_MAX]
            read = rejections.read_rejection(text)
            self.assertIn(read.code, {None, *dict(rejections.TEMPLATES)})
            self.assertIn(read.term, {None, *rejections.PATHS.values()})
            for part in (read.value, read.limit):
                self.assertIsInstance(part, str)
                self.assertNotIn("\n", part)

        self.fuzz(run, st.lists(parts, max_size=6), share=4)

    def test_long_rejections_are_read_at_once(self):
        """No text makes a pattern search for long."""
        half = codes.TEXT_MAX // 2
        for first, second in (
            ("code service ou ", "engagement "),
            ("valeur x ", "BusinessProcess "),
            ("AppliedTradeAllowanceCharge", " "),
            ("aa.", "-"),
        ):
            text = (first * half)[:half] + (second * half)[:half]
            started = time.process_time()
            rejections.read_rejection(text)
            self.assertLess(time.process_time() - started, 2, first)
