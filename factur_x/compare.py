"""Is a PDF at hand already the file that would be made now?"""

import io

from pypdf import PdfReader

from .errors import FacturXError
from .pdfa import DAMAGE
from .xml import make_xml


def is_same_document(pdf, terms, attachments=(), *, profile="chorus"):
    """Whether ``pdf`` holds exactly the XML and attachments that would be made now.

    The page itself is not compared: the invoice prints what its terms say.

    :param bytes pdf: any PDF; one that cannot be read is another document
    :param dict terms: business terms, as ``facturx.generate_xml`` takes them
    :param attachments: sequence of :class:`~.attachments.Attachment`
    :param str profile: key of ``profiles.PROFILES``
    :return: bool
    """
    try:
        expected = {"factur-x.xml": [make_xml(terms, profile)]}
        embedded = dict(PdfReader(io.BytesIO(pdf)).attachments)
    except (FacturXError, *DAMAGE):
        return False
    for attachment in attachments:
        expected[attachment.name] = [attachment.content]
    return embedded == expected


def read_xml(pdf):
    """The XML embedded in a Factur-X file.

    :param bytes pdf: any PDF
    :return: bytes, or None when there is no such XML or the PDF cannot be read
    """
    try:
        found = dict(PdfReader(io.BytesIO(pdf)).attachments)
    except DAMAGE:
        return None
    return next(iter(found.get("factur-x.xml", [])), None)
