"""Any renderer's PDF to PDF/A-3b, with pypdf and fontTools only.

What is corrected was found by veraPDF in the output of wkhtmltopdf 0.12.3 to 0.12.6,
patched and not, and of Chromium [L]; clause numbers are those of ISO 19005-3. What
cannot be corrected is an error, never a file that only claims to comply.
"""

import struct
from io import BytesIO

import facturx
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from .errors import FacturXError
from .fonts import repair_font, resolve
from .icc import make_srgb_profile

# Actions that may stay (6.5.1); JavaScript, Launch, Sound … may not.
ALLOWED_ACTIONS = ("/GoTo", "/GoToR", "/GoToE", "/Thread", "/URI", "/SubmitForm")
# Annotations that need no drawing of their own (6.3.3).
PLAIN_ANNOTATIONS = ("/Link", "/Popup")
# Bits of /F (6.3.2): printed, and neither invisible, hidden nor not viewed.
PRINT_FLAG, HIDING_FLAGS = 4, 1 | 2 | 32 | 256
# What pypdf and we raise on a damaged file, found with thousands of them [L].
DAMAGE = (
    *(PyPdfError, LookupError, ValueError, TypeError, AttributeError),
    *(NotImplementedError, RecursionError, AssertionError, OSError, struct.error),
)
# Entries of the catalogue that are written anew, or must not be there.
DROPPED_FROM_CATALOG = ("/AA", "/AF", "/Metadata", "/Names", "/OutputIntents")


def make_pdfa3(pdf):
    """Return ``pdf`` as PDF/A-3b. Embedded files and scripts in it are dropped.

    :param bytes pdf: any PDF whose fonts are embedded
    :return: PDF/A-3b as bytes, without Factur-X metadata
    :raise FacturXError: ``pdf_invalid``, ``pdf_encrypted``, ``pdf_empty``,
        ``font_not_embedded``, ``font_unreadable``
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
    for page in reader.pages:
        _repair_resources(page, seen)  # those that it inherits too
        original = page.indirect_reference.get_object()
        original.pop("/AA", None)
        _repair_annotations(original)
    return PdfWriter(clone_from=reader)


def _is_forbidden(action):
    """True for an action that PDF/A does not allow; a destination is none."""
    return isinstance(action, DictionaryObject) and (
        resolve(action, "/S") not in ALLOWED_ACTIONS
    )


def _repair_annotations(page):
    kept = ArrayObject()
    for reference in resolve(page, "/Annots", ()):
        annotation = reference.get_object()
        if "/AP" not in annotation and (
            resolve(annotation, "/Subtype") not in PLAIN_ANNOTATIONS
        ):
            continue
        flags = resolve(annotation, "/F", 0) & ~HIDING_FLAGS | PRINT_FLAG
        annotation[NameObject("/F")] = NumberObject(flags)
        annotation.pop("/AA", None)
        if _is_forbidden(resolve(annotation, "/A")):
            del annotation["/A"]
        kept.append(reference)
    page[NameObject("/Annots")] = kept


def _repair_resources(holder, seen):
    """Resources of a page, a form or a pattern, and of those inside."""
    resources = resolve(holder, "/Resources", {})
    for font in _each(resources, "/Font", seen):
        repair_font(font)
    for drawing in _each(resources, "/XObject", seen):
        drawing.pop("/Interpolate", None)  # must be false or absent (6.2.8)
        _repair_resources(drawing, seen)
    for pattern in _each(resources, "/Pattern", seen):
        _repair_resources(pattern, seen)


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
