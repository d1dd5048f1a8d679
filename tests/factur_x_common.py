"""Fixtures of the document tests: a canned PDF, business terms, tools that judge."""

import datetime
import json
import os
import subprocess
import tempfile
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

CHARACTERS = [chr(code) for code in range(32, 127)]
IBAN = "FR7630006000011234567890189"


@lru_cache(maxsize=1)
def make_font():
    """A TrueType font whose ASCII letters are boxes of growing width."""
    names = [".notdef", *(f"u{ord(char):04X}" for char in CHARACTERS)]
    widths = {name: 300 + 5 * index for index, name in enumerate(names)}
    glyphs = {}
    for name in names:
        pen = TTGlyphPen(None)
        right = widths[name] - 60
        pen.moveTo((60, 0))
        for corner in ((60, 700), (right, 700), (right, 0)):
            pen.lineTo(corner)
        pen.closePath()
        glyphs[name] = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(char): f"u{ord(char):04X}" for char in CHARACTERS})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (widths[name], 60) for name in names})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupPost()
    target = BytesIO()
    builder.save(target)
    return target.getvalue()


def pdf_dict(**entries):
    """A PDF dictionary."""
    return DictionaryObject({NameObject(f"/{k}"): v for k, v in entries.items()})


def pdf_stream(data, **entries):
    """A PDF stream."""
    stream = DecodedStreamObject()
    stream.set_data(data)
    stream.update(pdf_dict(**entries))
    return stream


def _make_to_unicode():
    lines = (f"<{i:04X}> <{ord(c):04X}>" for i, c in enumerate(CHARACTERS, start=1))
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Box def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(CHARACTERS)} beginbfchar\n" + "\n".join(lines) + "\nendbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()


def add_font(writer, **entries):
    """Add the box font; ``entries`` replace those of the descendant font."""
    add = writer._add_object
    name = NameObject("/AAAAAA+Box")
    descriptor = pdf_dict(
        Type=NameObject("/FontDescriptor"),
        FontName=name,
        Flags=NumberObject(4),
        FontBBox=ArrayObject(map(NumberObject, (0, -200, 1000, 800))),
        ItalicAngle=NumberObject(0),
        Ascent=NumberObject(800),
        Descent=NumberObject(-200),
        CapHeight=NumberObject(700),
        StemV=NumberObject(80),
        FontFile2=add(pdf_stream(make_font(), Length1=NumberObject(len(make_font())))),
    )
    descendant = pdf_dict(
        Type=NameObject("/Font"),
        Subtype=NameObject("/CIDFontType2"),
        BaseFont=name,
        CIDSystemInfo=pdf_dict(
            Registry=TextStringObject("Adobe"),
            Ordering=TextStringObject("Identity"),
            Supplement=NumberObject(0),
        ),
        FontDescriptor=add(descriptor),
    )
    descendant.update(pdf_dict(**entries))
    return add(
        pdf_dict(
            Type=NameObject("/Font"),
            Subtype=NameObject("/Type0"),
            BaseFont=name,
            Encoding=NameObject("/Identity-H"),
            DescendantFonts=ArrayObject([add(descendant)]),
            ToUnicode=add(pdf_stream(_make_to_unicode())),
        )
    )


def start_pdf(text="F1"):
    """A writer with one page that prints ``text``, for a test to go on with."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 100)
    codes = "".join(
        f"{CHARACTERS.index(c) + 1:04X}" if c in CHARACTERS else "0010" for c in text
    )
    fonts = pdf_dict(F1=add_font(writer))
    page[NameObject("/Resources")] = pdf_dict(Font=fonts)
    content = f"BT /F1 12 Tf 20 40 Td <{codes}> Tj ET 0.5 0 0 rg 20 20 9 9 re f"
    page[NameObject("/Contents")] = writer._add_object(pdf_stream(content.encode()))
    return writer


def finish_pdf(writer):
    """Bytes of a writer."""
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def make_pdf(text="F1"):
    """A canned rendering: one page with ``text``, which can be read back.

    Not PDF/A yet (no output intent, no identifier, no widths): it becomes valid
    PDF/A-3b by ``make_pdfa3``.
    """
    return finish_pdf(start_pdf(text))


PARTY = {
    "legal_identifier_schemeid": "0002",
    "country_code": "FR",
    "addr_l1": "1 place de la Mairie",
    "postcode": "42000",
    "city": "Saint-Étienne",
}
LINE = {
    "BT-126": "1",
    "BT-129": "2",
    "BT-130": "C62",
    "BT-131": "100.00",
    "BT-146": "50.00",
    "BT-151": "S",
    "BT-152": "20",
    "BT-153": "Ramette de papier",
}


def make_terms(**changes):
    """Terms of a plain invoice of 120.00 euros, with ``changes`` (``BT_10=…``)."""
    terms = {
        "BT-1": "FAC/2026/00001",
        "BT-2": datetime.date(2026, 11, 2),
        "BT-3": "380",
        "BT-5": "EUR",
        "BT-8": "invoice",
        "BT-9": datetime.date(2026, 12, 2),
        "BT-10": "SERVICE1",
        "BT-13": "EJ-2026-1",
        "BT-23": "A1",
        "BT-72": datetime.date(2026, 11, 1),
        "BT-81": "30",
        "BT-84": IBAN,
        "BT-106": "100.00",
        "BT-109": "100.00",
        "BT-110": "20.00",
        "BT-112": "120.00",
        "BT-115": "120.00",
        "BG-4": {
            **PARTY,
            "name": "Papeterie & Cie",
            "legal_identifier": "12345678200010",
            "vat_identifier": "FR32123456789",
        },
        "BG-7": {**PARTY, "name": "Mairie", "legal_identifier": "21990002400015"},
        "BG-23": [
            {"BT-116": "100.00", "BT-117": "20.00", "BT-118": "S", "BT-119": "20"}
        ],
        "BG-25": [dict(LINE)],
    }
    terms.update({key.replace("_", "-"): value for key, value in changes.items()})
    return terms


NOTES = [{"BT-21": code, "BT-22": f"Mention {code}"} for code in ("PMT", "PMD", "AAB")]


def make_reform_terms(**changes):
    """The same for the profile ``ctc-fr``, which wants three notes."""
    return make_terms(**{"BG_1": NOTES, "nature": "goods", **changes})


# === VERAPDF === #


def get_verapdf():
    """The judging tool that ``CHORUS_PRO_VERAPDF`` names, or None."""
    return os.environ.get("CHORUS_PRO_VERAPDF")


NO_VERAPDF = "CHORUS_PRO_VERAPDF does not name the tool (dev/verapdf): nothing judged"


def judge_pdfs(pdfs):
    """Verdicts of veraPDF on ``{name: bytes}``, as ``{name: set of failed clauses}``.

    An empty set is a pass. The tool's own failure (exit 2) is an error of the test.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"{i}.pdf" for i, name in enumerate(pdfs)}
        for name, path in paths.items():
            path.write_bytes(pdfs[name])
        done = subprocess.run(
            [get_verapdf(), *map(str, paths.values())],
            capture_output=True,
            text=True,
            check=False,
        )
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode not in (0, 1) or len(verdicts) != len(pdfs):
        message = f"veraPDF could not run: {done.stderr}"
        raise AssertionError(message)
    return {
        name: {f"{rule['clause']}-{rule['test']}" for rule in verdict["failures"]}
        for name, verdict in zip(pdfs, verdicts, strict=True)
    }
