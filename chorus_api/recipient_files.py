"""Reads the directory of recipients from a file, whatever it is packed in, lazily.

CSV (; , tab or |, UTF-8, UTF-16 or Windows-1252), XML, a workbook, or a ZIP of such
files. The file comes from a portal or from a person: nothing in it is believed. Names
of members are only shown, entities are not expanded, everything is counted.
"""

import codecs
import csv
import io
import lzma
import struct
import tempfile
import zipfile
import zlib
from contextlib import contextmanager

import openpyxl

from .recipient_xml import COLUMNS_MAX, tables_of, xml_records
from .recipients import Layout, RecipientsError, Unreadable, clean

BYTES_MAX = 2_000_000_000  # unpacked, of all members together
ROWS_MAX = 3_000_000  # of all members together
MEMBERS_MAX = 50
LINE_MAX = 100_000  # characters; a longer line is taken apart
HEADER_LINES = 20  # the columns' names are in one of the first lines
DELIMITERS = ";,\t|"
_SNIFF = 512
_PIECE = 1 << 20
_CP1252 = "chorus_pro_cp1252"
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,  # a compression that Python does not know
    RuntimeError,  # a password
    OSError,
    ValueError,  # a place before the beginning
)


_BROKEN_BOOK = (
    *_BROKEN_ZIP,
    ArithmeticError,
    AttributeError,
    LookupError,
    SyntaxError,  # of its XML
    TypeError,
)


def _decode_rest(error):
    """Read bytes that are no UTF-8 as Windows-1252."""
    piece = error.object[error.start : error.end]
    return piece.decode("cp1252", "replace"), error.end


codecs.register_error(_CP1252, _decode_rest)


def read_recipients(source):
    """Yield a Recipient, RecipientService or Unreadable for each row.

    The structures and services come in the file's order. Memory does not grow with
    the file.

    :param source: a seekable binary file; it stays open
    :raise RecipientsError: damaged, larger than the bounds, or no table of recipients
        in it; what was yielded before is then not all there is
    """
    reading = _Reading()
    try:
        yield from reading.file(source, "")
    except _BROKEN_ZIP as error:
        raise RecipientsError(code="damaged") from error
    if not reading.tables:
        raise RecipientsError(code="no_columns")


class _Reading:
    """The bounds of one file, members of archives included."""

    def __init__(self):
        self.bytes = self.rows = self.members = self.tables = 0

    def take(self, count):
        """Count unpacked bytes."""
        self.bytes += count
        if self.bytes > BYTES_MAX:
            raise RecipientsError(code="too_large")

    def file(self, source, name):
        """Yield what a seekable file holds."""
        source.seek(0)
        start = source.read(4)
        source.seek(0)
        if start != b"PK\x03\x04":
            yield from self.text(io.BufferedReader(_Counted(source, self)), name)
            return
        with zipfile.ZipFile(source) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" in names:
                yield from self.workbook(archive, source, name)
            else:
                yield from self.archive(archive)

    def archive(self, archive):
        """Yield what the members of a ZIP hold."""
        for member in archive.infolist():
            if member.is_dir():
                continue
            self.members += 1
            if self.members > MEMBERS_MAX:
                raise RecipientsError(code="too_large")
            shown = clean(member.filename)
            with archive.open(member) as packed:
                stream = io.BufferedReader(_Counted(packed, self))
                if stream.peek(4)[:4] == b"PK\x03\x04":
                    with _unpacked(stream) as inner:
                        yield from self.file(inner, shown)
                else:
                    yield from self.text(stream, shown)

    def text(self, stream, name):
        """Yield what a stream of text holds: XML or CSV."""
        start = stream.peek(_SNIFF)[:_SNIFF]
        if start.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] == b"<":
            yield from self.xml(stream, name)
        else:
            is_wide = start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
            encoding = "utf-16" if is_wide else "utf-8-sig"
            yield from self.table(_csv_rows(stream, encoding), name)

    # === TABLES === #

    def table(self, rows, name):
        """Yield the records of rows, of which one of the first names the columns.

        :param rows: iterator of (line number, list of cells or None when broken)
        """
        layout = None
        for line, cells in rows:
            self._count_row()
            if layout:
                yield from _read_row(layout, cells, name, line)
                continue
            found = Layout(cells[:COLUMNS_MAX]) if cells else None
            if found and found.is_known:
                layout = found
                self.tables += 1
            elif line > HEADER_LINES:
                break
        if layout is None:
            yield Unreadable(name, "no_columns")

    def _count_row(self):
        self.rows += 1
        if self.rows > ROWS_MAX:
            raise RecipientsError(code="too_large")

    def workbook(self, archive, source, name):
        """Yield the records of every sheet of a workbook."""
        for member in archive.infolist():
            self.take(member.file_size)
        for title, rows in _sheets(source):
            yield from self.table(rows, " ".join(filter(None, (name, title))))

    # === XML === #

    def xml(self, stream, name):
        """Yield the records of an XML file, structures and services alike."""
        layouts, found = {}, False
        for element in xml_records(stream):
            found = True
            for names, cells in tables_of(element):
                self._count_row()
                layout = layouts.get(names) or Layout(names)
                if len(layouts) < COLUMNS_MAX:
                    layouts[names] = layout
                yield from _read_row(layout, cells, name, element.sourceline)
        if found:
            self.tables += 1
        else:
            yield Unreadable(name, "no_columns")


class _Counted(io.RawIOBase):
    """Hands bytes on and counts them."""

    def __init__(self, source, reading):
        super().__init__()
        self._source, self._reading = source, reading

    def readable(self):
        """Whether it can be read: always."""
        return True

    def readinto(self, buffer):
        """Read up to the size of the buffer."""
        piece = self._source.read(len(buffer))
        self._reading.take(len(piece))
        buffer[: len(piece)] = piece
        return len(piece)


@contextmanager
def _unpacked(stream):
    """Give a temporary file with what the stream holds; an archive must be seekable."""
    with tempfile.TemporaryFile() as target:
        while piece := stream.read(_PIECE):
            target.write(piece)
        yield target


def _read_row(layout, cells, name, line):
    """Yield the record of one row, nothing for an empty one."""
    if cells is not None and not any(map(str.strip, cells)):
        return
    record = "broken_line" if cells is None else layout.read(cells)
    if isinstance(record, str):
        place = f"{name}:{line}" if name else str(line)
        record = Unreadable(place, record)
    yield record


def _csv_rows(stream, encoding):
    """Yield (line number, cells) of a CSV file; cells are None where it is broken."""
    lines = _Lines(io.TextIOWrapper(stream, encoding, errors=_CP1252, newline=""))
    reader = csv.reader(lines, delimiter=max(DELIMITERS, key=lines.first.count))
    while True:
        lines.taken = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = None
        yield reader.line_num, cells


class _Lines:
    """The lines of a text for csv.reader, so many characters for one row.

    The reader has a bound of its own, but for the whole process, and Odoo lifts it: a
    quote that nobody closes would swallow the rest of the file.
    """

    def __init__(self, text):
        self._text = text
        self._is_first = True
        self.first = self._read()
        self.taken = 0

    def _read(self):
        # A zero byte stops the reader of older Pythons.
        return self._text.readline(LINE_MAX).replace("\0", "")

    def __iter__(self):
        return self

    def __next__(self):
        if self.taken > LINE_MAX:
            raise csv.Error
        line = self.first if self._is_first else self._read()
        self._is_first = False
        if not line:
            raise StopIteration
        self.taken += len(line)
        return line


def _sheets(source):
    """Yield (title, rows) of each sheet; rows as for CSV.

    :raise RecipientsError: damaged
    """
    try:
        book = openpyxl.load_workbook(source, read_only=True, data_only=True)
        for sheet in book.worksheets:
            yield sheet.title, _sheet_rows(sheet)
    except _BROKEN_BOOK as error:
        raise RecipientsError(code="damaged") from error


def _sheet_rows(sheet):
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, ["" if cell is None else str(cell) for cell in row]
    except _BROKEN_BOOK as error:
        raise RecipientsError(code="damaged") from error
