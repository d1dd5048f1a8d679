"""PDF/A-3b: what is repaired, what is refused, and that the real judge sees it."""

import struct
from io import BytesIO

from fontTools.ttLib import TTFont
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import factur_x
from odoo.addons.l10n_fr_chorus_pro.factur_x import fonts, icc

from .factur_x_common import (
    add_font,
    finish_pdf,
    make_font,
    make_pdf,
    pdf_dict,
    pdf_stream,
    start_pdf,
)
from .test_factur_x_document import FacturXCase

SCRIPT = {"S": NameObject("/JavaScript"), "JS": TextStringObject("app.alert(1)")}
LINK = {"S": NameObject("/URI"), "URI": TextStringObject("https://example.org")}


def add_annotation(writer, **entries):
    """Add an annotation to the first page."""
    rect = ArrayObject(map(FloatObject, (10, 10, 50, 20)))
    border = ArrayObject(map(NumberObject, (0, 0, 0)))
    annotation = pdf_dict(Type=NameObject("/Annot"), Rect=rect, Border=border)
    annotation.update(pdf_dict(**entries))
    page = writer.pages[0]
    annots = page.setdefault(NameObject("/Annots"), ArrayObject())
    annots.append(writer._add_object(annotation))


def add_drawing(writer, name, drawing, kind="XObject"):
    """Add a drawing or pattern to the first page's resources."""
    resources = writer.pages[0]["/Resources"]
    group = resources.setdefault(NameObject(f"/{kind}"), DictionaryObject())
    group[NameObject(f"/{name}")] = writer._add_object(drawing)


def make_image(**entries):
    """A picture of one red point."""
    return pdf_stream(
        b"\xff\0\0",
        Type=NameObject("/XObject"),
        Subtype=NameObject("/Image"),
        Width=NumberObject(1),
        Height=NumberObject(1),
        BitsPerComponent=NumberObject(8),
        ColorSpace=NameObject("/DeviceRGB"),
        **entries,
    )


def make_full_pdf():
    """A PDF with everything that has to be repaired or dropped."""
    writer = start_pdf("FULL")
    writer.add_attachment("old.xml", b"<old/>")
    root = writer.root_object
    scripts = ArrayObject([TextStringObject("s"), pdf_dict(**SCRIPT)])
    root["/Names"][NameObject("/JavaScript")] = pdf_dict(Names=scripts)
    root[NameObject("/OpenAction")] = pdf_dict(**SCRIPT)
    root[NameObject("/AA")] = pdf_dict(WC=pdf_dict(**SCRIPT))
    root[NameObject("/AcroForm")] = pdf_dict(
        Fields=ArrayObject(), XFA=ArrayObject([TextStringObject("x")])
    )
    page = writer.pages[0]
    page[NameObject("/AA")] = pdf_dict(O=pdf_dict(**SCRIPT))
    link = NameObject("/Link")
    add_annotation(writer, Subtype=link, A=pdf_dict(**LINK), F=NumberObject(2))
    add_annotation(writer, Subtype=link, A=pdf_dict(**SCRIPT))
    add_annotation(writer, Subtype=link, AA=pdf_dict(E=pdf_dict(**SCRIPT)))
    add_annotation(writer, Subtype=NameObject("/Text"))
    add_drawing(writer, "Im1", make_image(Interpolate=BooleanObject(True)))
    form = pdf_stream(
        b"/Im2 Do",
        Type=NameObject("/XObject"),
        Subtype=NameObject("/Form"),
        BBox=ArrayObject(map(NumberObject, (0, 0, 1, 1))),
    )
    image = writer._add_object(make_image(Interpolate=BooleanObject(True)))
    form[NameObject("/Resources")] = pdf_dict(XObject=pdf_dict(Im2=image))
    add_drawing(writer, "Fm1", form)
    page[NameObject("/Contents")] = writer._add_object(
        pdf_stream(b"q 9 0 0 9 9 9 cm /Im1 Do /Fm1 Do Q")
    )
    return finish_pdf(writer)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXPdfa(FacturXCase):
    """What ``make_pdfa3`` does, read back with pypdf."""

    def read(self, pdf):
        return PdfReader(BytesIO(factur_x.make_pdfa3(pdf)))

    def test_catalogue(self):
        reader = self.read(make_pdf("FAC 1"))
        root = reader.root_object
        (intent,) = root["/OutputIntents"]
        profile = intent["/DestOutputProfile"].get_data()
        self.assertEqual(profile, icc.make_srgb_profile())
        self.assertEqual(root["/Version"], "/1.7")
        self.assertEqual(len(reader.trailer["/ID"]), 2)
        self.assertIn(b"<pdfaid:part>3</pdfaid:part>", root["/Metadata"].get_data())
        self.assertEqual(reader.pages[0].extract_text(), "FAC 1")

    def test_icc_profile_is_well_formed(self):
        profile = icc.make_srgb_profile()
        size, _, version, kind = struct.unpack_from(">I4sI4s", profile)
        self.assertEqual((size, version, kind), (len(profile), 0x04300000, b"mntr"))
        (count,) = struct.unpack_from(">I", profile, 128)
        tags = {}
        for index in range(count):
            name, at, length = struct.unpack_from(">4sII", profile, 132 + 12 * index)
            self.assertLessEqual(at + length, len(profile))
            self.assertEqual(at % 4, 0)
            tags[name] = profile[at : at + length]
        self.assertIn("sRGB".encode("utf-16-be"), tags[b"desc"])
        columns = [struct.unpack(">3i", tags[k][8:]) for k in icc.PRIMARIES]
        white = [sum(column) / 65536 for column in zip(*columns, strict=True)]
        for got, expected in zip(white, icc.D50, strict=True):
            self.assertAlmostEqual(got, expected, places=3)

    def test_identifier_of_the_file_is_kept(self):
        writer = start_pdf()
        writer.generate_file_identifiers()
        first = PdfReader(BytesIO(finish_pdf(writer))).trailer["/ID"][0]
        self.assertEqual(self.read(finish_pdf(writer)).trailer["/ID"][0], first)

    def test_forbidden_things_are_dropped(self):
        pdf = make_full_pdf()
        for word in (b"/JavaScript", b"/EmbeddedFile", b"/XFA", b"/Interpolate"):
            self.assertTrue(word in pdf, word)
            self.assertFalse(word in factur_x.make_pdfa3(pdf), word)
        reader = self.read(pdf)
        annotations = [a.get_object() for a in reader.pages[0]["/Annots"]]
        self.assertEqual([a["/F"] for a in annotations], [4, 4, 4])
        self.assertEqual(annotations[0]["/A"]["/URI"], "https://example.org")
        self.assertNotIn("/A", annotations[1])
        self.assertNotIn("/AA", annotations[2])

    def test_harmless_things_are_kept(self):
        writer = start_pdf()
        page = writer.pages[0]
        target = ArrayObject([page.indirect_reference, NameObject("/Fit")])
        writer.root_object[NameObject("/OpenAction")] = target
        picture = writer._add_object(pdf_stream(b"", Subtype=NameObject("/Form")))
        add_annotation(
            writer,
            Subtype=NameObject("/Stamp"),
            AP=pdf_dict(N=picture),
            M=NumberObject(1),
        )
        reader = self.read(finish_pdf(writer))
        self.assertIn("/OpenAction", reader.root_object)
        self.assertEqual(len(reader.pages[0]["/Annots"]), 1)

    def test_old_files_leave_nothing_behind(self):
        """Files of the catalogue, of a page, of an annotation: an orphan would make
        veraPDF fail (6.8-4)."""
        writer = start_pdf()
        writer.add_attachment("old.xml", b"<old/>")
        page, root = writer.pages[0], writer.root_object
        (spec,) = root["/Names"]["/EmbeddedFiles"]["/Names"][1::2]
        for holder in (root, page):
            holder[NameObject("/AF")] = ArrayObject([spec])
        root[NameObject("/Collection")] = pdf_dict(View=NameObject("/H"))
        picture = writer._add_object(pdf_stream(b"", Subtype=NameObject("/Form")))
        drawn = pdf_dict(N=picture)
        kind = NameObject("/FileAttachment")
        add_annotation(writer, Subtype=kind, AP=drawn, FS=spec)
        link = NameObject("/Link")
        add_annotation(writer, Subtype=link, AF=ArrayObject([spec]))
        result = factur_x.make_pdfa3(finish_pdf(writer))
        for word in (b"EmbeddedFile", b"Filespec", b"/AF", b"/Collection"):
            self.assertIn(word, finish_pdf(writer))
            self.assertNotIn(word, result)
        self.assertEqual(len(PdfReader(BytesIO(result)).pages[0]["/Annots"]), 1)

    def test_drawing_of_an_annotation(self):
        writer = start_pdf()
        drawing = pdf_stream(b"", Subtype=NameObject("/Form"))
        fonts = pdf_dict(F1=add_font(writer))
        drawing[NameObject("/Resources")] = pdf_dict(Font=fonts)
        reference = writer._add_object(drawing)
        states = pdf_dict(On=reference)
        stamp, widget = NameObject("/Stamp"), NameObject("/Widget")
        pressed = pdf_dict(N=reference, D=reference, R=reference)
        add_annotation(writer, Subtype=stamp, AP=pressed)
        add_annotation(writer, Subtype=widget, AP=pdf_dict(N=states))
        first, second = self.read(finish_pdf(writer)).pages[0]["/Annots"]
        self.assertEqual(list(first.get_object()["/AP"]), ["/N"])
        font = first.get_object()["/AP"]["/N"]["/Resources"]["/Font"]["/F1"]
        self.assertIn("/W", font["/DescendantFonts"][0].get_object())
        self.assertEqual(list(second.get_object()["/AP"]["/N"]), ["/On"])

    def test_page_without_resources(self):
        writer = start_pdf()
        del writer.pages[0]["/Resources"]
        self.assertEqual(len(self.read(finish_pdf(writer)).pages), 1)

    def test_what_is_no_usable_pdf(self):
        make = factur_x.make_pdfa3
        self.assertFails("pdf_invalid", make, b"")
        self.assertFails("pdf_invalid", make, b"<html/>")
        self.assertFails("pdf_invalid", make, make_pdf()[:300])
        self.assertFails("pdf_empty", make, finish_pdf(PdfWriter()))
        writer = start_pdf()
        writer.encrypt("secret", algorithm="RC4-128")
        self.assertFails("pdf_encrypted", make, finish_pdf(writer))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXFonts(FacturXCase):
    """Embedded, with the widths of the embedded program."""

    def make(self, **entries):
        """A PDF whose font has other entries; its descendant after the repair."""
        writer = start_pdf()
        group = writer.pages[0]["/Resources"]["/Font"]
        group[NameObject("/F1")] = add_font(writer, **entries)
        reader = PdfReader(BytesIO(factur_x.make_pdfa3(finish_pdf(writer))))
        font = reader.pages[0]["/Resources"]["/Font"]["/F1"]
        return font["/DescendantFonts"][0].get_object()

    def make_descriptor(self, **entries):
        return pdf_dict(Type=NameObject("/FontDescriptor"), **entries)

    def test_widths_are_those_of_the_program(self):
        font = self.make(W=ArrayObject([NumberObject(0), ArrayObject()]))
        first, widths = font["/W"]
        self.assertEqual(first, 0)
        self.assertEqual(widths[:3], [300, 305, 310])
        self.assertEqual(len(widths), 96)
        self.assertEqual(font["/CIDToGIDMap"], "/Identity")

    def test_widths_follow_the_glyph_map(self):
        data = struct.pack(">4H", 0, 3, 2, 60000) + b"\0"
        mapping = pdf_stream(data)
        writer = start_pdf()
        group = writer.pages[0]["/Resources"]["/Font"]
        reference = writer._add_object(mapping)
        group[NameObject("/F1")] = add_font(writer, CIDToGIDMap=reference)
        reader = PdfReader(BytesIO(factur_x.make_pdfa3(finish_pdf(writer))))
        font = reader.pages[0]["/Resources"]["/Font"]["/F1"]["/DescendantFonts"][0]
        self.assertEqual(font.get_object()["/W"][1], [300, 315, 310, 300])

    def test_widths_in_another_unit(self):
        program = TTFont(BytesIO(make_font()))
        program["head"].unitsPerEm = 2048
        target = BytesIO()
        program.save(target)
        widths = fonts._pack(fonts._read_widths(target.getvalue()))[1]
        self.assertEqual(widths[0], FloatObject("146.484"))

    def test_glyph_lists_are_dropped(self):
        font = self.make()
        descriptor = font["/FontDescriptor"].get_object()
        descriptor[NameObject("/CIDSet")] = NumberObject(1)
        fonts.repair_font(pdf_dict(DescendantFonts=ArrayObject([font])))
        self.assertNotIn("/CIDSet", descriptor)

    def test_font_that_is_not_embedded(self):
        error = self.assertFails(
            "font_not_embedded", self.make, FontDescriptor=self.make_descriptor()
        )
        self.assertEqual(error.detail, "/AAAAAA+Box")
        writer = start_pdf()
        group = writer.pages[0]["/Resources"]["/Font"]
        group[NameObject("/F2")] = pdf_dict(
            Type=NameObject("/Font"),
            Subtype=NameObject("/Type1"),
            BaseFont=NameObject("/Helvetica"),
        )
        pdf = finish_pdf(writer)
        error = self.assertFails("font_not_embedded", factur_x.make_pdfa3, pdf)
        self.assertEqual(error.detail, "/Helvetica")

    def test_font_that_cannot_be_read(self):
        head = make_font().index(b"head")
        for data in (b"", b"no font at all", make_font()[:200], make_font()[:head]):
            descriptor = self.make_descriptor(FontFile2=pdf_stream(data))
            font = pdf_dict(Subtype=NameObject("/CIDFontType2"))
            font[NameObject("/FontDescriptor")] = descriptor
            self.assertFails("font_unreadable", fonts.repair_font, font)

    def test_other_kinds_of_font_are_left_alone(self):
        type3 = pdf_dict(Subtype=NameObject("/Type3"))
        fonts.repair_font(type3)
        self.assertEqual(type3, pdf_dict(Subtype=NameObject("/Type3")))
        for kind, key in (("/TrueType", "FontFile2"), ("/CIDFontType2", "FontFile3")):
            descriptor = self.make_descriptor(**{key: pdf_stream(b"")})
            font = pdf_dict(Subtype=NameObject(kind), FontDescriptor=descriptor)
            fonts.repair_font(font)
            self.assertNotIn("/W", font)

    def test_fonts_inside_patterns_are_repaired(self):
        writer = start_pdf()
        pattern = pdf_stream(b"", PatternType=NumberObject(1))
        resources = pdf_dict(Font=pdf_dict(F1=add_font(writer)))
        pattern[NameObject("/Resources")] = resources
        add_drawing(writer, "P1", pattern, kind="Pattern")
        reader = PdfReader(BytesIO(factur_x.make_pdfa3(finish_pdf(writer))))
        pattern = reader.pages[0]["/Resources"]["/Pattern"]["/P1"]
        font = pattern["/Resources"]["/Font"]["/F1"]["/DescendantFonts"][0]
        self.assertIn("/W", font.get_object())
