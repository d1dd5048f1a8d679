"""Any renderer's PDF to PDF/A-3b, with pypdf and fontTools only.

What is corrected was found by veraPDF in the output of wkhtmltopdf 0.12.3 to 0.12.6,
patched and not, and of Chromium [L]; clause numbers are those of ISO 19005-3. What
cannot be corrected is an error, never a file that only claims to comply.
"""

import struct
from io import BytesIO
from itertools import islice

import facturx
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from .errors import FacturXError
from .fonts import repair_font, resolve
from .glyphs import UNKNOWN, find_missing_glyphs
from .icc import make_srgb_profile

# Actions that may stay (6.5.1); JavaScript, Launch, Sound … may not.
ALLOWED_ACTIONS = ("/GoTo", "/GoToR", "/GoToE", "/Thread", "/URI", "/SubmitForm")
# Annotations that need no drawing of their own (6.3.3), and those that must not be
# there (6.3.1) or would bring a file along.
PLAIN_ANNOTATIONS = ("/Link", "/Popup")
FORBIDDEN_ANNOTATIONS = (
    *("/3D", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound"),
)
# Bits of /F (6.3.2): printed, and neither invisible, hidden nor not viewed.
PRINT_FLAG, HIDING_FLAGS = 4, 1 | 2 | 32 | 256
# What pypdf and we raise on a damaged file, found with thousands of them [L].
DAMAGE = (
    *(PyPdfError, LookupError, ValueError, TypeError, AttributeError),
    *(NotImplementedError, RecursionError, AssertionError, OSError, struct.error),
)
# Entries of the catalogue that are written anew, or must not be there.
DROPPED_FROM_CATALOG = (
    *("/AA", "/AF", "/Collection", "/Metadata", "/Names", "/OutputIntents", "/Perms"),
)
DROPPED_FROM_PAGE = ("/AA", "/AF")
# How much of the surrounding text a message quotes.
QUOTED_LINES, QUOTED_CHARACTERS = 3, 60


def make_pdfa3(pdf):
    """Return ``pdf`` as PDF/A-3b. Embedded files and scripts in it are dropped.

    :param bytes pdf: any PDF whose fonts are embedded
    :return: PDF/A-3b as bytes, without Factur-X metadata
    :raise FacturXError: ``pdf_invalid``, ``pdf_encrypted``, ``pdf_empty``,
        ``font_not_embedded``, ``font_unreadable``; ``glyph_missing`` with page and
        characters, as far as the file tells them, as detail
    """
    try:
        writer = _clone(pdf)
        _complete_catalog(writer)
        target = BytesIO()
        writer.write(target)
    except DAMAGE as error:
        raise FacturXError(
            code="pdf_invalid", detail=f"{type(error).__name__}: {error}"
        ) from error
    return target.getvalue()


def _clone(pdf):
    """Copy the document, repaired and without what PDF/A forbids.

    It is changed on the reader's side: what no longer hangs on the catalogue is not
    copied, while an object dropped from a writer would stay in the file as an orphan.
    """
    reader = PdfReader(BytesIO(pdf))
    if reader.is_encrypted:
        raise FacturXError(code="pdf_encrypted")
    if not reader.pages:
        raise FacturXError(code="pdf_empty")
    root = reader.root_object
    for key in DROPPED_FROM_CATALOG:
        root.pop(key, None)
    if _is_forbidden(resolve(root, "/OpenAction")):
        del root["/OpenAction"]
    resolve(root, "/AcroForm", {}).pop("/XFA", None)
    seen = set()
    for number, page in enumerate(reader.pages, start=1):
        _refuse_missing_glyphs(number, page, list(_repair_resources(page, seen)))
        original = page.indirect_reference.get_object()
        for key in DROPPED_FROM_PAGE:
            original.pop(key, None)
        _repair_annotations(original, seen)
    return PdfWriter(clone_from=reader)


def _refuse_missing_glyphs(number, page, holders):
    missing = [
        character
        for holder in holders
        for character in find_missing_glyphs(holder, _get_content(holder))
    ]
    if missing:
        characters = "".join(dict.fromkeys(missing))
        raise FacturXError(
            code="glyph_missing",
            detail=f"page {number}: {characters} {_quote(page)}".strip(),
        )


def _get_content(holder):
    if isinstance(holder, StreamObject):
        return holder.get_data()
    content = holder.get_contents()
    return content.get_data() if content is not None else b""


def _quote(page):
    """Lines of the page that hold an unreadable character, when they can be read."""
    try:
        lines = page.extract_text().splitlines()
    except DAMAGE:
        return ""
    quotes = (
        " ".join(lines[max(index - 1, 0) : index + 1])[:QUOTED_CHARACTERS]
        for index, line in enumerate(lines)
        if "\0" in line
    )
    return " / ".join(islice(quotes, QUOTED_LINES)).replace("\0", UNKNOWN)


def _is_forbidden(action):
    """True for an action that PDF/A does not allow; a destination is none."""
    return isinstance(action, DictionaryObject) and (
        resolve(action, "/S") not in ALLOWED_ACTIONS
    )


def _repair_annotations(page, seen):
    kept = ArrayObject()
    for reference in resolve(page, "/Annots", ()):
        annotation = reference.get_object()
        kind = resolve(annotation, "/Subtype")
        is_drawn = "/AP" in annotation or kind in PLAIN_ANNOTATIONS
        if kind in FORBIDDEN_ANNOTATIONS or not is_drawn:
            continue
        flags = resolve(annotation, "/F", 0) & ~HIDING_FLAGS | PRINT_FLAG
        annotation[NameObject("/F")] = NumberObject(flags)
        for key in DROPPED_FROM_PAGE:
            annotation.pop(key, None)
        if _is_forbidden(resolve(annotation, "/A")):
            del annotation["/A"]
        _repair_appearance(resolve(annotation, "/AP", {}), seen)
        kept.append(reference)
    page[NameObject("/Annots")] = kept


def _repair_appearance(appearance, seen):
    """Only the normal drawing of an annotation may stay (6.3.3), its fonts repaired."""
    for key in ("/D", "/R"):
        appearance.pop(key, None)
    normal = resolve(appearance, "/N")
    if isinstance(normal, StreamObject):
        list(_repair_resources(normal, seen))


def _repair_resources(holder, seen):
    """Repair the resources of a page, a form or a pattern; yield it, and those
    inside."""
    yield holder
    resources = resolve(holder, "/Resources", {})
    for font in _each(resources, "/Font", seen):
        repair_font(font)
    for drawing in _each(resources, "/XObject", seen):
        drawing.pop("/Interpolate", None)  # must be false or absent (6.2.8)
        if resolve(drawing, "/Subtype") == "/Form":
            yield from _repair_resources(drawing, seen)
    for pattern in _each(resources, "/Pattern", seen):
        if isinstance(pattern, StreamObject):
            yield from _repair_resources(pattern, seen)


def _each(resources, kind, seen):
    """Yield the objects of one kind of resource that were not seen yet."""
    for item in resolve(resources, kind, {}).values():
        item = item.get_object()
        if id(item) not in seen:
            seen.add(id(item))
            yield item


def _complete_catalog(writer):
    """Output intent (6.2.4.3), file identifier (6.1.3), metadata (6.6.2), version."""
    profile = DecodedStreamObject()
    profile.set_data(make_srgb_profile())
    profile[NameObject("/N")] = NumberObject(3)
    intent = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/OutputIntent"),
            NameObject("/S"): NameObject("/GTS_PDFA1"),
            NameObject("/OutputConditionIdentifier"): TextStringObject("sRGB"),
            NameObject("/Info"): TextStringObject("sRGB"),
            NameObject("/DestOutputProfile"): writer._add_object(profile),
        }
    )
    metadata = DecodedStreamObject()
    metadata.set_data(facturx.generate_xmp_bytes(None, None, None, {}))
    metadata[NameObject("/Type")] = NameObject("/Metadata")
    metadata[NameObject("/Subtype")] = NameObject("/XML")
    root = writer.root_object
    root[NameObject("/OutputIntents")] = ArrayObject([writer._add_object(intent)])
    root[NameObject("/Metadata")] = writer._add_object(metadata)
    root[NameObject("/Version")] = NameObject("/1.7")
    writer.pdf_header = "%PDF-1.7"
    if not writer._ID:
        writer.generate_file_identifiers()
