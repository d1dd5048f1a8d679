"""Stylesheets for the renderer: only what cannot match is left out."""

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro.models import report_stylesheet

LINK = '<link rel="stylesheet" href="/web/assets/1/a.min.css"/>'


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReportStylesheet(BaseCase):
    """Each kind of rule, kept and left out."""

    def reduce(self, text, *words):
        """The part of `text` for a page that has these words."""
        return report_stylesheet.reduce(text, frozenset(words))

    def test_rule_needs_all_names_of_one_selector(self):
        text = ".a .b{x:1}.c,.a{y:2}#d{z:3}"
        self.assertEqual(self.reduce(text, "a"), ".c,.a{y:2}")
        self.assertEqual(self.reduce(text, "a", "b"), ".a .b{x:1}.c,.a{y:2}")
        self.assertEqual(self.reduce(text, "d"), "#d{z:3}")
        self.assertEqual(self.reduce(text), "")

    def test_rules_that_name_nothing_are_kept(self):
        text = 'td>p{x:1}*{y:2}[class*=".col"]{z:3}p:not(.gone):nth-child(2){w:4}'
        self.assertEqual(self.reduce(text), text)

    def test_what_is_not_understood_is_kept(self):
        for text in (
            r".w-1\/2{x:1}",
            ".a:not(.b:not(.c).d){x:1}",
            '[x="]"].a{x:1}',
            ".a{x:1",
            "garbage",
        ):
            self.assertEqual(self.reduce(text), text)

    def test_at_rules(self):
        text = (
            '@charset "utf-8";@import url(x.css);@font-face{src:url("a}.b{")}'
            "@keyframes k{from{x:1}}/* } */:root{--a:1}"
        )
        self.assertEqual(self.reduce(text), text)

    def test_conditional_groups_are_cut_inside(self):
        text = "@media print{.a{x:1}.b{y:2}}@supports (x:1){@media screen{.c{z:3}}}"
        self.assertEqual(self.reduce(text, "b"), "@media print{.b{y:2}}")
        self.assertEqual(self.reduce(text, "a", "b", "c"), text)

    def test_strings_and_comments_hide_braces(self):
        text = '.a{content:"}\\"{"}.b{/* }{ */x:1}'
        self.assertEqual(self.reduce(text, "b"), ".b{/* }{ */x:1}")

    def test_inline(self):
        page = f'<head>{LINK}</head><p class="a">x</p>'
        inlined = report_stylesheet.inline(page, lambda path: f".a{{}}.b{{}}{path}")
        self.assertEqual(
            inlined,
            '<head><style>.a{}/web/assets/1/a.min.css</style></head><p class="a">x</p>',
        )

    def test_link_stays_when_the_sheet_is_not_at_hand(self):
        for text in ("", "</style>.a{}"):
            page = f"<head>{LINK}</head>"
            self.assertEqual(report_stylesheet.inline(page, lambda _p, t=text: t), page)
