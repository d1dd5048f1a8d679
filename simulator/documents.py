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
from pypdf.errors import PyPdfError

from . import cii, settings

XML_NAME = "factur-x.xml"
PDFAID = "http://www.aiim.org/pdfa/ns/id/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


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
        label = f"Syntaxe {syntax} non prise en charge par le simulateur"
        raise Unreadable("SIM_SYNTAXE", label)
    if content[:2] == b"\x1f\x8b":
        return [_document(name, data) for name, data in members(content)]
    return [_document(None, content)]


def members(content):
    """Return [(name, bytes)] of a tar.gz [T]."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            found = [m for m in archive.getmembers() if m.isfile()]
            result = [(m.name, archive.extractfile(m).read()) for m in found]
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error):
        label = "L'archive tar.gz n'est pas lisible"
        raise Unreadable("SIM_ARCHIVE", label) from None
    if not result:
        raise Unreadable("SIM_ARCHIVE_VIDE", "L'archive ne contient aucun fichier")
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
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise Unreadable("SIM_PDF_PROTEGE", "Le fichier PDF est protege")
        embedded = {name: parts[0] for name, parts in reader.attachments.items()}
        part = _pdfa_part(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        # pypdf lets a good many exceptions of its own parsing through.
        label = "Le fichier PDF n'est pas lisible"
        raise Unreadable("SIM_PDF_ILLISIBLE", label) from None
    if XML_NAME not in embedded:
        label = f"Le fichier PDF ne contient pas de piece jointe {XML_NAME}"
        raise Unreadable("SIM_XML_ABSENT", label)
    if part != "3":
        raise Unreadable("SIM_PDFA", "Le fichier n'est pas au format PDF/A-3")
    return embedded.pop(XML_NAME), sorted(embedded)


def _pdfa_part(reader):
    """Return pdfaid:part of the XMP metadata, an element or an attribute."""
    metadata = reader.xmp_metadata
    if metadata is None:
        return None
    values = metadata.get_element("", PDFAID, "part")
    for value in values:
        node = getattr(value, "firstChild", None)
        return (node.data if node is not None else value.value).strip()
    return None


def _tree(xml):
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        label = "Le fichier XML n'est pas bien forme"
        raise Unreadable("SIM_XML_MAL_FORME", label) from None
    if root.tag != cii.ROOT:
        label = "La racine du fichier XML n'est pas CrossIndustryInvoice"
        raise Unreadable("SIM_XML_RACINE", label)
    return root
