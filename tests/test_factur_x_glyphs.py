"""Characters that no font has: a clear error, and no false alarm."""

import struct
from unittest.mock import patch

from pypdf.generic import (
    DictionaryObject,
    NameObject,
    NumberObject,
)

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import factur_x
from odoo.addons.l10n_fr_chorus_pro.factur_x import glyphs, pdfa

from .factur_x_common import (
    add_font,
    finish_pdf,
    pdf_dict,
    pdf_stream,
    start_pdf,
)
from .test_factur_x_document import FacturXCase

UNKNOWN = glyphs.UNKNOWN
SHOWN = b"BT /F1 12 Tf <%s> Tj ET"


def with_content(content, **entries):
    """A PDF whose only page shows ``content`` with the box font."""
    writer = start_pdf()
    page = writer.pages[0]
    if entries:
        group = page["/Resources"]["/Font"]
        group[NameObject("/F1")] = add_font(writer, **entries)
    page[NameObject("/Contents")] = writer._add_object(pdf_stream(content))
    return writer


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXGlyphs(FacturXCase):
    """Glyph 0 of a font, wherever it is shown."""

    def assertMissing(self, writer, detail):
        error = self.assertFails(
            "glyph_missing", factur_x.make_pdfa3, finish_pdf(writer)
        )
        self.assertEqual(error.detail, detail)

    def assertComplete(self, writer):
        self.assertTrue(factur_x.make_pdfa3(finish_pdf(writer)))

    def test_every_operator_that_shows(self):
        for shown in (
            b"<0000> Tj",
            b"<0001 0000> Tj",
            b"[<0001> -5 <0000>] TJ",
            b"<00010000>'",
            b'1 2 <0000>"',
            b"(\\000\\000) Tj",
            b"(\0\0) Tj",
            b"q /Other 1 Tf Q <0000> Tj",
        ):
            with self.subTest(shown):
                content = b"BT /F1 12 Tf " + shown + b" ET"
                found = glyphs.find_missing_glyphs(with_content(b"").pages[0], content)
                self.assertEqual(found, [UNKNOWN])

    def test_what_shows_something(self):
        for content in (
            b"",
            SHOWN % b"00010002",
            SHOWN % b"10000001",  # 0000 across two codes
            SHOWN % b"00 01",
            SHOWN % b"000100",  # half a code at the end
            b"BT /Other 12 Tf <0000> Tj ET",
            b"<0000> Tj",  # no font at all
            b"Q EMC q /F1 9 Tf Q <0000> Tj",
            b"BT /F1 12 Tf 0.0000 0 Td 12 TL ET",
        ):
            with self.subTest(content):
                page = with_content(b"").pages[0]
                self.assertEqual(glyphs.find_missing_glyphs(page, content), [])

    def test_text_that_the_renderer_tells(self):
        """Chromium notes what was meant beside the glyph."""
        page = with_content(b"").pages[0]
        for marked, expected in (
            (b"/Span <</ActualText <FEFFD83DDE42>>> BDC", "🙂"),
            (b"/Span <</ActualText (A)>> BDC", "A"),
            (b"/Span <</MCID 0>> BDC", UNKNOWN),
            (b"/Span /P0 BDC", UNKNOWN),
            (b"/Span BMC", UNKNOWN),
            (b"/A <</ActualText <FEFF0042>>> BDC /Span BMC", "B"),
        ):
            content = marked + b" BT /F1 9 Tf <0000> Tj ET EMC"
            found = glyphs.find_missing_glyphs(page, content)
            self.assertEqual([len(c.strip("\0")) for c in found], [1], marked)
            self.assertEqual(found, [expected], marked)

    def test_map_of_glyphs(self):
        """Codes 1 and 2 of the map stand for glyphs 0 and 5."""
        mapping = pdf_stream(struct.pack(">3H", 3, 0, 5) + b"\0")
        for code, is_missing in ((b"0001", True), (b"0000", False), (b"0002", False)):
            page = with_content(b"", CIDToGIDMap=mapping).pages[0]
            found = glyphs.find_missing_glyphs(page, SHOWN % code)
            self.assertEqual(found, [UNKNOWN] * is_missing, code)

    def test_fonts_of_other_codes_are_not_read(self):
        font = pdf_dict(Encoding=NameObject("/WinAnsiEncoding"))
        page = pdf_dict(Resources=pdf_dict(Font=pdf_dict(F1=font)))
        self.assertEqual(glyphs.find_missing_glyphs(page, SHOWN % b"0000"), [])

    # === IN THE WHOLE FILE === #

    def test_page_is_told(self):
        writer = with_content(SHOWN % b"00270028")
        page = writer.add_page(with_content(SHOWN % b"0000").pages[0])
        self.assertMissing(writer, f"page 2: {UNKNOWN} {UNKNOWN}")
        content = b"BT /F1 9 Tf 20 90 Td <0029> Tj 0 -20 Td <00270000> Tj ET"
        page[NameObject("/Contents")] = writer._add_object(pdf_stream(content))
        self.assertMissing(writer, f"page 2: {UNKNOWN} H F{UNKNOWN}")

    def test_inside_a_form_and_a_pattern(self):
        for kind, entries in (
            ("XObject", {"Subtype": NameObject("/Form")}),
            ("Pattern", {"PatternType": NumberObject(1)}),
        ):
            writer = start_pdf()
            resources = writer.pages[0]["/Resources"]
            fonts = DictionaryObject(resources["/Font"])
            form = pdf_stream(SHOWN % b"0000", **entries)
            form[NameObject("/Resources")] = pdf_dict(Font=fonts)
            group = pdf_dict(X1=writer._add_object(form))
            resources[NameObject(f"/{kind}")] = group
            self.assertMissing(writer, f"page 1: {UNKNOWN}")
            form.set_data(SHOWN % b"0001")
            self.assertComplete(writer)

    def test_pattern_without_content(self):
        writer = start_pdf()
        shading = pdf_dict(PatternType=NumberObject(2), Shading=DictionaryObject())
        group = pdf_dict(P1=writer._add_object(shading))
        writer.pages[0]["/Resources"][NameObject("/Pattern")] = group
        self.assertComplete(writer)

    def test_page_without_content(self):
        writer = start_pdf()
        del writer.pages[0]["/Contents"]
        self.assertComplete(writer)

    def test_text_that_cannot_be_read(self):
        page = with_content(SHOWN % b"0000").pages[0]
        with patch.object(page, "extract_text", side_effect=KeyError("/W")):
            self.assertEqual(pdfa._quote(page), "")

    def test_quote_is_short(self):
        lines = "\n".join(["Désignation", "smile \0 " + "x" * 90, *["\0"] * 9])
        page = with_content(b"").pages[0]
        with patch.object(page, "extract_text", return_value=lines):
            quote = pdfa._quote(page)
        first, *others = quote.split(" / ")
        self.assertEqual(len(first), pdfa.QUOTED_CHARACTERS)
        self.assertTrue(first.startswith(f"Désignation smile {UNKNOWN} xx"))
        self.assertEqual(len(others), pdfa.QUOTED_LINES - 1)
