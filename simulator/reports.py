"""A one-page PDF of plain text, for the report of ``consulterCR``."""

import json

from . import clock

LINE = "({}) Tj T*"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    b" /Resources << /Font << /F1 5 0 R >> >> >>"
)
HEAD = "BT /F1 10 Tf 14 TL 50 790 Td"


def flow_report(row):
    """Return the report on a flow as PDF bytes."""
    lines = [
        "Compte rendu de flux (simulateur)",
        f"Flux : {row['number']}",
        f"Fichier : {row['file_name']}",
        f"Depot : {clock.minute(row['deposited_at'])}",
        f"Etat : {row['state']} ({clock.minute(row['state_at'])})",
    ]
    lines += [
        f"Facture {error['numeroDP']} : {error['libelleErreurDP']}"
        for error in json.loads(row["dp_errors"])
    ]
    lines += [
        f"{error['codeErreur']} : {error['libelleErreur']}"
        for error in json.loads(row["technical_errors"])
    ]
    return text_pdf(lines)


def text_pdf(lines):
    """Return a PDF 1.4 with one page that shows the lines, cut at 110 characters."""
    shown = [_escape(line[:110]) for line in lines]
    stream = "\n".join([HEAD, *(LINE.format(line) for line in shown), "ET"])
    data = stream.encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data),
        FONT,
    ]
    return _assemble(objects)


def _assemble(objects):
    parts, offsets = [b"%PDF-1.4\n"], []
    for number, content in enumerate(objects, 1):
        offsets.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = sum(map(len, parts))
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    parts += [b"%010d 00000 n \n" % offset for offset in offsets]
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return b"".join([*parts, trailer % (len(objects) + 1, start)])


def _escape(text):
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
