"""Characters that a PDF prints as a box because no font had them.

A renderer then shows glyph 0 (``.notdef``) of some font, which PDF/A forbids (ISO
19005-3, 6.2.11.8). It cannot be repaired: the text that was meant is not in the file.
"""

import re
import struct
from codecs import BOM_UTF16_BE
from functools import lru_cache

from pypdf.generic import ContentStream, DictionaryObject

from .fonts import resolve

SHOWING = (b"Tj", b"TJ", b"'", b'"')
# What may show glyph 0 of a font whose codes are glyph numbers of two bytes: a code
# 0000, or a string that would have to be read more closely.
_SUSPICIOUS = re.compile(
    rb"<(?:[0-9A-Fa-f]{4})*?0000|<[0-9A-Fa-f]*\s[0-9A-Fa-f\s]*>|\\0|\0"
)
UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def find_missing_glyphs(holder, data):
    """Return what one page or form shows without a glyph for it.

    Only fonts of two-byte codes (Identity-H) are looked at, which is what wkhtmltopdf
    and Chromium write [L].

    :param DictionaryObject holder: page, form or pattern, with its own resources
    :param bytes data: its content, decoded
    :return: list of characters; ``UNKNOWN`` for one that the file does not tell
    """
    fonts = {
        name: _get_zero_codes(font.get_object())
        for name, font in resolve(
            resolve(holder, "/Resources", {}), "/Font", {}
        ).items()
    }
    usual = all(codes in (None, (0,)) for codes in fonts.values())
    if not any(fonts.values()) or (usual and not _SUSPICIOUS.search(data)):
        return []
    return list(_read_content(data, fonts))


def _get_zero_codes(font):
    """Codes of a font that stand for glyph 0; None when its codes are not ours to
    read."""
    if resolve(font, "/Encoding") not in ("/Identity-H", "/Identity-V"):
        return None
    (part,) = resolve(font, "/DescendantFonts")
    mapping = resolve(part.get_object(), "/CIDToGIDMap", "/Identity")
    if mapping == "/Identity":
        return (0,)
    return _read_zero_codes(mapping.get_data())


@lru_cache(maxsize=8)
def _read_zero_codes(data):
    glyphs = struct.unpack(f">{len(data) // 2}H", data[: len(data) // 2 * 2])
    return frozenset(code for code, glyph in enumerate(glyphs) if not glyph)


def _read_content(data, fonts):
    """Walk through the operators; yield a character for each glyph 0."""
    stream = _parse(data)
    zero_codes, stack, texts = None, [], []
    for operands, operator in stream.operations:
        if operator == b"q":
            stack.append(zero_codes)
        elif operator == b"Q" and stack:
            zero_codes = stack.pop()
        elif operator == b"Tf":
            zero_codes = fonts.get(operands[0])
        elif operator in (b"BDC", b"BMC"):
            texts.append(_get_actual_text(operands))
        elif operator == b"EMC" and texts:
            texts.pop()
        elif operator in SHOWING and zero_codes:
            known = next((text for text in reversed(texts) if text), UNKNOWN)
            yield from [known] * _count(operands[-1], zero_codes)


def _parse(data):
    stream = ContentStream(None, None, forced_encoding="bytes")
    stream.set_data(data)
    return stream


def _get_actual_text(operands):
    """What a marked part of the content says it is, if it does."""
    properties = operands[-1]
    if not isinstance(properties, DictionaryObject):
        return ""
    return _decode(properties.get("/ActualText", b""))


def _decode(text):
    """A text string as Python's: UTF-16 with a mark, else one byte a character."""
    if text.startswith(BOM_UTF16_BE):
        return text.removeprefix(BOM_UTF16_BE).decode("utf-16-be", "replace")
    return text.decode("latin-1")


def _count(shown, zero_codes):
    parts = shown if isinstance(shown, list) else [shown]
    strings = (part for part in parts if isinstance(part, bytes))
    return sum(
        code in zero_codes
        for string in strings
        for (code,) in struct.iter_unpack(">H", string[: len(string) // 2 * 2])
    )
