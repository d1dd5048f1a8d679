"""Is a finished file what it claims? What neither PDF/A nor the schema can see.

The six faults that veraPDF lets pass (VALIDATORS.md 4) are found here: metadata that
name another profile or none, an attachment renamed or of no declared relationship, an
XML that is damaged or not the invoice's, a blank page. Rules: Factur-X 1.0.8, chapter 6
[O]. For tools and tests: a file of ours is right by construction.
"""

import re
from decimal import Decimal
from io import BytesIO

from facturx.generate_xml import LEVEL2BT_24
from lxml import etree
from pypdf import PdfReader

from .errors import FacturXError
from .fonts import resolve
from .pdfa import DAMAGE
from .profiles import get_profile
from .schematron import Finding
from .xml import check_xsd

XML_NAME = "factur-x.xml"
RELATIONSHIPS = ("/Data", "/Alternative", "/Source")
NAMESPACE = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
LEVEL_NAMES = {"en16931": "EN 16931"}
GUIDELINE = ".//{*}GuidelineSpecifiedDocumentContextParameter/{*}ID"
# What separates thousands in print: any space, dot, comma, apostrophe.
_GROUP = r"[\s.,'\u2019]?"
PRINTED_TOTALS = ("BT-109", "BT-112")


def _find(rule, text):
    return Finding(level="error", rule=rule, text=text, location=XML_NAME)


def check_container(pdf, expected_xml=None, profile="chorus"):
    """Return what is wrong with the container of a finished Factur-X.

    :param bytes pdf: the file
    :param bytes expected_xml: what must be embedded, or None
    :param str profile: key of ``profiles.PROFILES``
    :return: list of :class:`~.schematron.Finding`, all errors; ``rule`` is one of
        ``pdf_invalid``, ``xml_missing``, ``xml_twice``, ``xml_unassociated``,
        ``xml_relationship``, ``xml_mime``, ``xml_damaged``, ``xml_level``,
        ``xml_differs``, ``xmp_missing``, ``xmp_level``, ``xmp_name``, ``page_blank``
    :raise FacturXError: ``profile``
    """
    row = get_profile(profile)
    try:
        reader = PdfReader(BytesIO(pdf))
        found = [*_check_files(reader), *_check_xmp(reader, row)]
        found += _check_xml(reader, row, profile, expected_xml)
        found += _check_pages(reader)
    except DAMAGE as error:
        return [_find("pdf_invalid", f"{type(error).__name__}: {error}")]
    return found


# === FILES === #


def _list_files(reader):
    """File specifications of the whole document, in the order of their names."""
    names = resolve(reader.root_object, "/Names", {})
    tree = resolve(names, "/EmbeddedFiles", {})
    return [item.get_object() for item in resolve(tree, "/Names", ())[1::2]]


def _find_xml(reader):
    files = _list_files(reader)
    return [spec for spec in files if resolve(spec, "/UF") == XML_NAME]


def _get_stream(spec):
    return resolve(resolve(spec, "/EF", {}), "/F")


def _check_files(reader):
    specs = _find_xml(reader)
    if not specs:
        yield _find("xml_missing", f"no embedded file is named {XML_NAME}")
        return
    if len(specs) > 1:
        yield _find("xml_twice", f"{len(specs)} files are named {XML_NAME}")
    associated = [item.get_object() for item in resolve(reader.root_object, "/AF", ())]
    if specs[0] not in associated:
        yield _find("xml_unassociated", "the file is not in /AF of the catalogue")
    relationship = resolve(specs[0], "/AFRelationship")
    if relationship not in RELATIONSHIPS:
        yield _find("xml_relationship", f"AFRelationship is {relationship}")
    mime = resolve(_get_stream(specs[0]), "/Subtype")
    if mime != "/text/xml":
        yield _find("xml_mime", f"the file is declared as {mime}")


# === XML AND METADATA === #


def _check_xml(reader, row, profile, expected):
    for spec in _find_xml(reader)[:1]:
        xml = _get_stream(spec).get_data()
        try:
            check_xsd(xml, profile)
        except FacturXError as error:
            yield _find("xml_damaged", error.detail)
        else:
            guideline = etree.fromstring(xml).findtext(GUIDELINE)
            if guideline != LEVEL2BT_24[row.level]:
                yield _find("xml_level", f"BT-24 is {guideline}")
        if expected is not None and xml != expected:
            yield _find("xml_differs", "the embedded XML is not the invoice's")


def _check_xmp(reader, row):
    """Level and file name that the metadata tell."""
    stream = resolve(reader.root_object, "/Metadata")
    told = {}
    if stream is not None:
        for node in etree.fromstring(stream.get_data()).iter(f"{NAMESPACE}*"):
            told[node.tag.removeprefix(NAMESPACE)] = node.text
    if not told:
        yield _find("xmp_missing", "the metadata say nothing of Factur-X")
        return
    if told.get("ConformanceLevel") != LEVEL_NAMES[row.level]:
        level = told.get("ConformanceLevel")
        yield _find("xmp_level", f"fx:ConformanceLevel is {level}")
    if told.get("DocumentFileName") != XML_NAME:
        name = told.get("DocumentFileName")
        yield _find("xmp_name", f"fx:DocumentFileName is {name}")


# === PRINT === #


# A renderer that draws letters as outlines [L] needs thousands of lines and curves;
# frame and background of an empty page are a few.
FEW_STROKES = 200
_STROKE = re.compile(rb"(?<![\w.])[lcvy](?![\w.])")


def _paints(page):
    """Whether the page draws more than a frame."""
    contents = page.get_contents()
    if contents is None:
        return False
    return len(_STROKE.findall(contents.get_data())) > FEW_STROKES


def _check_pages(reader):
    for number, page in enumerate(reader.pages, start=1):
        drawings = resolve(resolve(page, "/Resources", {}), "/XObject", {})
        is_shown = drawings or page.extract_text().strip() or _paints(page)
        if not is_shown:
            yield _find("page_blank", f"page {number} has neither text nor picture")


def check_printed(pdf, terms, totals=PRINTED_TOTALS):
    """Return which of number and totals the pages do not show.

    Amounts are looked for in any usual notation (``1 234,50``, ``1,234.50``), without
    sign; a total that was rounded (BT-114) may stand there rounded.

    :param bytes pdf: the file, readable by pypdf
    :param dict terms: business terms, as ``check_terms`` takes them
    :param tuple totals: amounts to look for
    :return: list of :class:`~.schematron.Finding` with rule ``not_printed`` and the
        term
    """
    pages = PdfReader(BytesIO(pdf)).pages
    text = "\n".join(page.extract_text() for page in pages)
    squeezed = re.sub(r"\s", "", text)
    expected = {"BT-1": re.sub(r"\s", "", terms["BT-1"]) in squeezed}
    rounding = Decimal(str(terms.get("BT-114") or 0))
    for term in totals:
        amount = Decimal(str(terms[term]))
        shown = {abs(amount), abs(amount + rounding)}
        expected[term] = any(_is_printed(text, value) for value in shown)
    return [
        Finding("error", "not_printed", f"{terms[term]} is not printed", "", term=term)
        for term, is_there in expected.items()
        if not is_there
    ]


def _is_printed(text, amount):
    whole, _, decimals = f"{amount:.2f}".partition(".")
    groups = re.findall(r"\d{1,3}(?=(?:\d{3})*$)", whole)
    pattern = rf"(?<!\d){_GROUP.join(groups)}[.,]{decimals}(?!\d)"
    if decimals == "00":
        pattern = rf"{pattern}|(?<![\d.,]){_GROUP.join(groups)}(?![\d.,])"
    return re.search(pattern, text) is not None
