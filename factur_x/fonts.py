"""Fonts of a PDF as PDF/A wants them: embedded, and with true widths.

wkhtmltopdf (Qt 4.8) writes widths of its own rounding into ``/W``; PDF/A compares them
with those of the embedded program (ISO 19005-3, 6.2.11.5) [L].
"""

import struct
from io import BytesIO

from fontTools.ttLib import TTFont, TTLibError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
)

from .errors import FacturXError

FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
# Lists of what a font holds; a renderer's list is often incomplete, and PDF/A-3 wants
# it complete or absent (6.2.11.4.2).
GLYPH_LISTS = ("/CIDSet", "/CharSet")
# What a damaged font program makes of reading its tables.
UNREADABLE = (TTLibError, KeyError, IndexError, struct.error, ZeroDivisionError)


def resolve(holder, key, default=None):
    """Return an entry of a PDF dictionary, never a reference to it."""
    value = holder.get(key)
    return default if value is None else value.get_object()


def repair_font(font):
    """Check and correct one font dictionary, in place.

    :param DictionaryObject font: simple, composite or Type 3 font
    :raise FacturXError: ``font_not_embedded``, ``font_unreadable``
    """
    if resolve(font, "/Subtype") == "/Type3":
        return  # its glyphs are drawings in the file itself
    for part in resolve(font, "/DescendantFonts", [font]):
        part = part.get_object()
        descriptor = resolve(part, "/FontDescriptor", DictionaryObject())
        if not any(key in descriptor for key in FONT_FILES):
            raise FacturXError(
                code="font_not_embedded", detail=str(font.get("/BaseFont", "?"))
            )
        for key in GLYPH_LISTS:
            descriptor.pop(key, None)
        if resolve(part, "/Subtype") == "/CIDFontType2":
            _repair_cid_font(part, descriptor)


def _repair_cid_font(font, descriptor):
    font.setdefault(NameObject("/CIDToGIDMap"), NameObject("/Identity"))
    if "/FontFile2" not in descriptor:
        return
    data = descriptor["/FontFile2"].get_data()
    try:
        widths = _read_widths(data)
        glyphs = _get_glyphs(font["/CIDToGIDMap"], len(widths))
        font[NameObject("/W")] = _pack([widths[glyph] for glyph in glyphs])
    except UNREADABLE as error:
        name = font.get("/BaseFont", "?")
        raise FacturXError(
            code="font_unreadable", detail=f"{name}: {error!r}"
        ) from error


def _read_widths(data):
    """Advance width of every glyph, in thousandths of the font size.

    The tables are read raw: decompiled they cost ten times as much, and a font with an
    odd date in it fills the log.
    """
    tables = TTFont(BytesIO(data), lazy=True).reader
    (units,) = struct.unpack_from(">H", tables["head"], 18)
    (count,) = struct.unpack_from(">H", tables["maxp"], 4)
    (long_count,) = struct.unpack_from(">H", tables["hhea"], 34)
    advances = struct.unpack_from(">" + "Hxx" * long_count, tables["hmtx"])
    advances += advances[-1:] * (count - long_count)
    return [advance * 1000 / units for advance in advances]


def _get_glyphs(mapping, count):
    """Glyph number of every character number (CID), by ``/CIDToGIDMap``."""
    if mapping == "/Identity":
        return range(count)
    data = mapping.get_data()
    pairs = struct.unpack(f">{len(data) // 2}H", data[: len(data) // 2 * 2])
    return [glyph if glyph < count else 0 for glyph in pairs]


def _number(width):
    rounded = round(width, 3)
    return NumberObject(rounded) if rounded == int(rounded) else FloatObject(rounded)


def _pack(widths):
    """Return ``/W``: one entry for all characters, numbered from 0."""
    return ArrayObject([NumberObject(0), ArrayObject(map(_number, widths))])
