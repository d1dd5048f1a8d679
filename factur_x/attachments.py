"""Files that travel inside the invoice, and the portal's rules about them.

Rules: API.md 1.6, "Sizes and names" [O] through a module in production: a name of at
most 50 characters with its extension, a closed list of extensions, not empty, under
10 MB each. What is embedded is compressed; the file as a whole stays under 10 MB too.
"""

import mimetypes
import re
import zlib
from dataclasses import dataclass

from .issues import make_issue
from .profiles import MEGABYTE

MAX_NAME = 50
MAX_BYTES = 10 * MEGABYTE
EXTENSIONS = frozenset(
    (
        *("bmp", "bz2", "csv", "doc", "docx", "fax", "gif", "gz", "gzip", "htm"),
        *("html", "jpeg", "jpg", "odp", "ods", "odt", "p7s", "pdf", "png", "pps"),
        *("ppt", "pptx", "rtf", "svg", "tgz", "tif", "tiff", "txt", "xhtml", "xlc"),
        *("xlm", "xls", "xlsx", "xml", "zip"),
    )
)
RESERVED_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "order-x.xml")


@dataclass(frozen=True)
class Attachment:
    """One file to embed.

    :ivar str name: file name with its extension, which decides the MIME type
    :ivar bytes content: the file
    :ivar str description: what it is, shown by PDF readers
    """

    name: str
    content: bytes
    description: str = ""

    @property
    def mimetype(self):
        """MIME type by the name, as the PDF will declare it."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


def _check_name(name):
    if not name:
        yield "attachment_unnamed", None
        return
    if len(name) > MAX_NAME:
        yield "attachment_name_too_long", MAX_NAME
    if re.search(r"[\x00-\x1f\x7f/\\]", name):
        yield "attachment_name_characters", None
    if name.lower() in RESERVED_NAMES:
        yield "attachment_name_reserved", None
    stem, _, extension = name.rpartition(".")
    if not stem or extension.lower() not in EXTENSIONS:
        yield "attachment_extension", ", ".join(sorted(EXTENSIONS))


def _check_content(content):
    if not content:
        yield "attachment_empty", None
    elif len(content) >= MAX_BYTES:
        yield "attachment_too_large", MAX_BYTES


def check_attachments(attachments):
    """Return what Chorus Pro would refuse about the files to embed.

    :param attachments: iterable of :class:`Attachment`
    :return: list of :class:`~.issues.Issue` with term ``attachment``, the name as
        value, the position from 1 as line, and bytes or characters as limit
    """
    found, seen, contents = [], set(), []
    for line, attachment in enumerate(attachments, start=1):
        contents.append(attachment.content)
        name = attachment.name
        problems = [*_check_name(name), *_check_content(attachment.content)]
        if name and name in seen:
            problems.append(("attachment_name_twice", None))
        seen.add(name)
        found += [
            make_issue(code, "attachment", name, limit, line)
            for code, limit in problems
        ]
    if not any(issue.code == "attachment_too_large" for issue in found):
        found += _check_total(contents)
    return found


def _check_total(contents):
    """All files together, as large as they will be in the file. API.md 1.6 [T]."""
    if sum(map(len, contents)) < MAX_BYTES:
        return
    total = sum(len(zlib.compress(content)) for content in contents)
    if total >= MAX_BYTES:
        yield make_issue("attachments_too_large", "attachment", total, MAX_BYTES)
