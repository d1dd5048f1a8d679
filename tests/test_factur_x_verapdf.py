"""The real judge of PDF/A: good files pass, and each fault is seen by it."""

from unittest import skipUnless

from pypdf.generic import ArrayObject, BooleanObject, NameObject, NumberObject

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import factur_x

from .factur_x_common import (
    NO_VERAPDF,
    get_verapdf,
    judge_pdfs,
    make_pdf,
    make_terms,
    pdf_dict,
    pdf_stream,
)
from .factur_x_negative import break_pdf
from .test_factur_x_document import FacturXCase
from .test_factur_x_pdfa import (
    LINK,
    SCRIPT,
    add_annotation,
    add_drawing,
    make_full_pdf,
    make_image,
)


def drop(key):
    """Take an entry off the catalogue of the finished file."""

    def change(writer):
        del writer.root_object[key]

    return change


def drop_identifier(writer):
    writer._ID = None


def add_script(writer):
    writer.root_object[NameObject("/OpenAction")] = pdf_dict(**SCRIPT)


def add_hidden_link(writer):
    add_annotation(writer, Subtype=NameObject("/Link"), A=pdf_dict(**LINK))


def widen_font(writer):
    font = writer.pages[0]["/Resources"]["/Font"]["/F1"]["/DescendantFonts"][0]
    widths = ArrayObject([NumberObject(n) for n in range(96)])
    font.get_object()[NameObject("/W")] = ArrayObject([NumberObject(0), widths])


def lose_font(writer):
    font = writer.pages[0]["/Resources"]["/Font"]["/F1"]["/DescendantFonts"][0]
    del font.get_object()["/FontDescriptor"]["/FontFile2"]


def blur_picture(writer):
    add_drawing(writer, "Im9", make_image(Interpolate=BooleanObject(True)))
    page = writer.pages[0]
    content = page["/Contents"].get_object().get_data() + b" /Im9 Do"
    page[NameObject("/Contents")] = writer._add_object(pdf_stream(content))


# One fault each, put into a finished file: (what is done, the clause that sees it).
FAULTS = {
    "no output intent": (drop("/OutputIntents"), "6.2.4.3-2"),
    "no metadata": (drop("/Metadata"), "6.6.2.1-1"),
    "files belong to nothing": (drop("/AF"), "6.8-4"),
    "no identifier": (drop_identifier, "6.1.3-1"),
    "script": (add_script, "6.5.1-1"),
    "link without flags": (add_hidden_link, "6.3.2-1"),
    "widths of another font": (widen_font, "6.2.11.5-1"),
    "font not embedded": (lose_font, "6.2.11.4.1-1"),
    "interpolated picture": (blur_picture, "6.2.8-3"),
}


@tagged("post_install_l10n", "post_install", "-at_install")
@skipUnless(get_verapdf(), NO_VERAPDF)
class TestFacturXVerapdf(FacturXCase):
    """The real judge, one process for all files."""

    def test_verdicts(self):
        good = factur_x.make_document(make_pdf("FAC 1"), make_terms()).content
        files = [
            factur_x.Attachment("détail.csv", b"a;b\n", "Détail"),
            factur_x.Attachment("plan.pdf", make_pdf()),
        ]
        full = factur_x.make_document(make_full_pdf(), make_terms(), attachments=files)
        passing = {
            "good": good,
            "without invoice": factur_x.make_pdfa3(make_pdf()),
            "everything repaired": full.content,
            "copied": break_pdf(good, lambda _writer: None),
        }
        broken = {name: break_pdf(good, change) for name, (change, _) in FAULTS.items()}
        verdicts = judge_pdfs({**passing, **broken})
        for name in passing:
            self.assertEqual(verdicts[name], set(), name)
        for name, (_, clause) in FAULTS.items():
            self.assertIn(clause, verdicts[name], name)

    def test_no_pdf_is_no_pass(self):
        with self.assertRaisesRegex(AssertionError, "could not run"):
            judge_pdfs({"broken": b"no PDF"})
