"""From a deposited file to the invoices in it.

Whatever is wrong with the file itself becomes a technical error, found when
the flow is judged and never at the deposit.
"""

import gzip
import io
import tarfile
import zlib
from dataclasses import dataclass, field

from lxml import etree
from pypdf import PdfReader

from . import cii, settings

XML_NAME = "factur-x.xml"
PDFAID = "http://www.aiim.org/pdfa/ns/id/"

SYNTAX = ("SIM_SYNTAXE", "Syntaxe non prise en charge par le simulateur")
ARCHIVE = ("SIM_ARCHIVE", "L'archive tar.gz n'est pas lisible")
ARCHIVE_EMPTY = ("SIM_ARCHIVE_VIDE", "L'archive ne contient aucun fichier")
ARCHIVE_SIZE = ("SIM_ARCHIVE_TAILLE", "L'archive est trop grande")
PDF_BROKEN = ("SIM_PDF_ILLISIBLE", "Le fichier PDF n'est pas lisible")
PDF_LOCKED = ("SIM_PDF_PROTEGE", "Le fichier PDF est protege")
NOT_PDFA = ("SIM_PDFA", "Le fichier n'est pas au format PDF/A-3")
NO_XML = ("SIM_XML_ABSENT", f"Le PDF ne contient pas de piece jointe {XML_NAME}")
XML_BROKEN = ("SIM_XML_MAL_FORME", "Le fichier XML n'est pas bien forme")
XML_ROOT = ("SIM_XML_RACINE", "La racine du XML n'est pas CrossIndustryInvoice")


class Unreadable(Exception):
    """The file cannot be read; ``code`` and ``label`` of listeErreurTechnique.

    Codes and texts are ours [U].
    """

    def __init__(self, code, label):
        super().__init__(label)
        self.code = code
        self.label = label


@dataclass
class Document:
    """One file of a flow: its name in the archive, its invoice or its error."""

    member: str | None
    size: int
    invoice: dict | None = None
    error: Unreadable | None = None
    names: list = field(default_factory=list)


def read(content, file_name, syntax):
    """Return the list of ``Document`` of a flow.

    Raises ``Unreadable`` when the whole flow is: broken or empty archive, or a
    syntax that this simulator does not know.
    """
    if syntax not in settings.JUDGED_SYNTAXES:
        raise Unreadable(*SYNTAX)
    if content[:2] == b"\x1f\x8b":
        return [_document(name, data) for name, data in members(content)]
    return [_document(None, content)]


def members(content):
    """Return [(name, bytes)] of a tar.gz [T].

    It is unpacked first, up to a bound: tarfile itself reads as much as a header says.
    """
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            plain = packed.read(settings.MAX_UNPACKED + 1)
        if len(plain) > settings.MAX_UNPACKED:
            raise Unreadable(*ARCHIVE_SIZE)
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
            found = [m for m in archive.getmembers() if m.isfile()]
            result = [(m.name, archive.extractfile(m).read()) for m in found]
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error):
        raise Unreadable(*ARCHIVE) from None
    if not result:
        raise Unreadable(*ARCHIVE_EMPTY)
    return result


def member(content, name):
    """Return the bytes of one invoice's file inside a flow."""
    if name is None:
        return content
    return dict(members(content))[name]


def _document(name, data):
    try:
        xml, names = (data, []) if data.lstrip()[:1] == b"<" else pdf_parts(data)
        return Document(name, len(data), invoice=cii.parse(_tree(xml)), names=names)
    except Unreadable as error:
        return Document(name, len(data), error=error)


def pdf_xml(data):
    """Return the factur-x.xml of a PDF/A-3."""
    return pdf_parts(data)[0]


def pdf_parts(data):
    """Return (XML, names of the other embedded files) of a Factur-X PDF."""
    try:
        is_encrypted, embedded, part = _look_into(data)
    except Exception as error:
        # A damaged file makes pypdf raise nearly anything (NotImplementedError,
        # zlib.error, RecursionError …); one file must not stop the simulator.
        raise Unreadable(*PDF_BROKEN) from error
    if is_encrypted:
        raise Unreadable(*PDF_LOCKED)
    if XML_NAME not in embedded:
        raise Unreadable(*NO_XML)
    if part != "3":
        raise Unreadable(*NOT_PDFA)
    return embedded.pop(XML_NAME), sorted(embedded)


def _look_into(data):
    """Return (is encrypted, {name: bytes} embedded, pdfaid:part)."""
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        return True, {}, None
    embedded = {name: parts[0] for name, parts in reader.attachments.items()}
    return False, embedded, _pdfa_part(reader)


def _pdfa_part(reader):
    """Return pdfaid:part of the XMP metadata, an element or an attribute."""
    metadata = reader.xmp_metadata
    values = metadata.get_element("", PDFAID, "part") if metadata else ()
    return next((value.firstChild.data.strip() for value in values), None)


def _tree(xml):
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        raise Unreadable(*XML_BROKEN) from None
    if root.tag != cii.ROOT:
        raise Unreadable(*XML_ROOT)
    return root
