"""Negative fixtures: one fault each, put into a good XML or PDF.

Faults in terms are in ``factur_x_faults`` and ``factur_x_faults_amounts``.
"""

from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    NameObject,
    TextStringObject,
)

from .factur_x_common import (
    finish_pdf,
    pdf_dict,
    pdf_stream,
)

# === CONTAINER: what veraPDF lets pass, and more === #


def break_pdf(content, change):
    """Bytes of a copy of ``content`` after ``change(writer)``."""
    writer = PdfWriter(clone_from=BytesIO(content))
    change(writer)
    return finish_pdf(writer)


def _list_names(writer):
    return writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]


def _find_xml(writer):
    names = _list_names(writer)
    return names[names.index("factur-x.xml") + 1].get_object()


def _rename_xml(writer):
    for key in ("/F", "/UF"):
        _find_xml(writer)[NameObject(key)] = TextStringObject("invoice.xml")


def _double_xml(writer):
    names = _list_names(writer)
    names.extend(names[names.index("factur-x.xml") :][:2])


def _loosen_xml(writer):
    files = writer.root_object["/AF"]
    kept = [ref for ref in files if ref.get_object() != _find_xml(writer)]
    writer.root_object[NameObject("/AF")] = ArrayObject(kept)


def _set_relationship(writer):
    _find_xml(writer)[NameObject("/AFRelationship")] = NameObject("/Unspecified")


def _set_mime(writer):
    stream = _find_xml(writer)["/EF"]["/F"].get_object()
    stream[NameObject("/Subtype")] = NameObject("/application/xml")


def _replace_xml(old, new):
    def change(writer):
        stream = _find_xml(writer)["/EF"]["/F"].get_object()
        data = stream.get_data()
        assert old in data
        stream.set_data(data.replace(old, new))

    return change


def _replace_metadata(old, new):
    def change(writer):
        stream = writer.root_object["/Metadata"]
        data = stream.get_data()
        assert old in data
        stream.set_data(data.replace(old, new))

    return change


def _blank_page(writer):
    writer.add_blank_page(300, 100)


LEVEL = b"urn:cen.eu:en16931:2017"
# Name: (what is done to a finished file, the rule of ``check_container``).
CONTAINER_FAULTS = {
    "attachment renamed": (_rename_xml, "xml_missing"),
    "attached twice": (_double_xml, "xml_twice"),
    "not associated": (_loosen_xml, "xml_unassociated"),
    "relationship unspecified": (_set_relationship, "xml_relationship"),
    "other MIME type": (_set_mime, "xml_mime"),
    "metadata of another level": (
        _replace_metadata(b"EN 16931", b"EXTENDED"),
        "xmp_level",
    ),
    "metadata without Factur-X": (
        _replace_metadata(b"urn:factur-x:pdfa:Cross", b"urn:other:pdfa:Cross"),
        "xmp_missing",
    ),
    "metadata name another file": (
        _replace_metadata(b">factur-x.xml<", b">zugferd-invoice.xml<"),
        "xmp_name",
    ),
    "blank page": (_blank_page, "page_blank"),
}
# These change the XML too, which is told beside.
XML_FAULTS = {
    "XML cut off": (_replace_xml(b"</rsm:CrossIndustryInvoice>", b""), "xml_damaged"),
    "XML against the schema": (
        _replace_xml(b"ram:DuePayable", b"ram:X"),
        "xml_damaged",
    ),
    "XML of another level": (_replace_xml(LEVEL, LEVEL + b"#x"), "xml_level"),
    "XML of another invoice": (_replace_xml(b"SERVICE1", b"SERVICE2"), "xml_differs"),
}


# === PDF: what cannot be repaired === #


def _encrypt(writer):
    writer.encrypt("", "owner", algorithm="RC4-128")


def _lose_font(writer):
    font = writer.pages[0]["/Resources"]["/Font"]["/F1"]["/DescendantFonts"][0]
    del font.get_object()["/FontDescriptor"]["/FontFile2"]


def _damage_font(writer):
    font = writer.pages[0]["/Resources"]["/Font"]["/F1"]["/DescendantFonts"][0]
    descriptor = font.get_object()["/FontDescriptor"]
    descriptor[NameObject("/FontFile2")] = writer._add_object(pdf_stream(b"no font"))


def _borrow_font(writer):
    font = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica"}
    names = {key: NameObject(value) for key, value in font.items()}
    writer.pages[0]["/Resources"]["/Font"][NameObject("/F2")] = pdf_dict(**names)


def _show_nothing(writer):
    content = writer._add_object(pdf_stream(b"BT /F1 9 Tf <00010000> Tj ET"))
    writer.pages[0][NameObject("/Contents")] = content


def _lose_pages(writer):
    del writer.root_object["/Pages"]


def _break_content(writer):
    content = writer._add_object(pdf_stream(b"BT /F1 9 Tf <0000> Tj ) ET"))
    writer.pages[0][NameObject("/Contents")] = content


# Name: (what is done to a rendered file, the code of ``make_pdfa3``).
PDF_FAULTS = {
    "encrypted": (_encrypt, "pdf_encrypted"),
    "font not embedded": (_lose_font, "font_not_embedded"),
    "standard font": (_borrow_font, "font_not_embedded"),
    "damaged font": (_damage_font, "font_unreadable"),
    "glyph that no font has": (_show_nothing, "glyph_missing"),
    "no tree of pages": (_lose_pages, "pdf_invalid"),
    "broken content": (_break_content, "pdf_invalid"),
}
