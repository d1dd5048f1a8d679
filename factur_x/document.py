"""The whole way: a rendered PDF and business terms to one Factur-X file."""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import facturx

from .attachments import check_attachments
from .errors import FacturXError
from .pdfa import make_pdfa3
from .profiles import get_profile
from .rules import check_terms
from .schematron import check_schematron, is_available
from .xml import make_xml


@dataclass(frozen=True)
class Document:
    """A finished file.

    :ivar bytes content: the PDF
    :ivar bytes xml: the invoice embedded in it
    :ivar str sha256: checksum of ``content``, hexadecimal
    :ivar tuple checks: official checks that ran and passed, of ``xsd``, ``schematron``
    """

    content: bytes
    xml: bytes
    sha256: str
    checks: tuple[str, ...] = ()


def _refuse_errors(issues):
    errors = [issue for issue in issues if issue.level == "error"]
    if errors:
        codes = ", ".join(f"{issue.code} ({issue.term})" for issue in errors)
        raise FacturXError(code="rules", detail=codes, findings=errors)


def _judge(xml, profile, schematron):
    """Return the names of the checks that passed; ``make_xml`` did the first."""
    if schematron == "off" or (schematron == "auto" and not is_available()):
        return ("xsd",)
    findings = check_schematron(xml, profile)
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        texts = "; ".join(finding.text for finding in errors)
        raise FacturXError(code="schematron", detail=texts, findings=errors)
    return ("xsd", "schematron")


def _embed(pdf, xml, attachments, level, lang):
    files = {
        attachment.name: {
            "filedata": attachment.content,
            "description": attachment.description or attachment.name,
            "afrelationship": "supplement",
        }
        for attachment in attachments
    }
    # Not generate_from_binary: it appends the result to a copy of its input, so that
    # the file holds the invoice twice [L].
    with TemporaryDirectory(prefix="factur-x-") as folder:
        path = Path(folder) / "invoice.pdf"
        facturx.generate_from_file(
            BytesIO(pdf),
            xml,
            flavor="factur-x",
            level=level,
            check_xsd=False,
            check_schematron=False,
            lang=lang,
            output_pdf_file=str(path),
            attachments=files,
            afrelationship="data",
            xmp_compression=False,
        )
        return path.read_bytes()


def make_document(  # noqa: PLR0913 - one keyword a choice
    pdf,
    terms,
    *,
    profile="chorus",
    attachments=(),
    lang="fr",
    schematron="auto",
    strict=False,
):
    """Return the Factur-X of one invoice.

    :param bytes pdf: the invoice as any renderer made it, fonts embedded
    :param dict terms: business terms, as ``facturx.generate_xml`` takes them
    :param str profile: key of ``profiles.PROFILES``
    :param attachments: sequence of :class:`~.attachments.Attachment` to embed
    :param str lang: language of the PDF, RFC 3066
    :param str schematron: ``required``, ``off``, or ``auto``: required once Saxon is
        installed, else left out (``Document.checks`` tells)
    :param bool strict: True in Production, see :func:`~.rules.check_terms`
    :return: :class:`Document`
    :raise FacturXError: ``rules`` with the issues as ``findings``; ``terms``, ``xml``,
        ``xsd``; ``schematron`` with its findings, ``schematron_unavailable``,
        ``schematron_failed``; the ``pdf_*`` and ``font_*`` codes of ``make_pdfa3``;
        ``document_too_large`` with "size/limit" in bytes as detail
    """
    row = get_profile(profile)
    issues = check_terms(terms, profile, strict=strict)
    _refuse_errors([*issues, *check_attachments(attachments)])
    xml = make_xml(terms, profile)
    checks = _judge(xml, profile, schematron)
    content = _embed(make_pdfa3(pdf), xml, attachments, row.level, lang)
    if len(content) > row.max_bytes:
        raise FacturXError(
            code="document_too_large", detail=f"{len(content)}/{row.max_bytes}"
        )
    return Document(content, xml, hashlib.sha256(content).hexdigest(), checks)
