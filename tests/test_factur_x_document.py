"""The finished file: XML, container, attachments, size; each gate can fail."""

import hashlib
from io import BytesIO
from types import SimpleNamespace
from unittest.mock import patch

import facturx
from lxml import etree
from pypdf import PdfReader, PdfWriter
from stdnum import iban

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro import factur_x
from odoo.addons.l10n_fr_chorus_pro.factur_x import document as document_module
from odoo.addons.l10n_fr_chorus_pro.factur_x import restore_loader
from odoo.addons.l10n_fr_chorus_pro.factur_x import schematron as schematron_module

from .factur_x_common import make_pdf, make_terms

XMP_LEVEL = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}ConformanceLevel"
CREDIT_NOTE = {
    "BT_3": "381",
    "BT_81": None,
    "BT_84": None,
    "BG_3": [{"BT-25": "FAC/2026/00001"}],
}


class FacturXCase(BaseCase):
    """Catches errors of this package by code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(factur_x.stop_schematron)

    def assertFails(self, code, function, *args, **kwargs):
        with self.assertRaises(factur_x.FacturXError) as caught:
            function(*args, **kwargs)
        self.assertEqual(caught.exception.code, code, str(caught.exception))
        return caught.exception


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXImport(BaseCase):
    """``facturx`` inside Odoo."""

    def test_iban_is_judged_inside_odoo(self):
        """It reads a table of stdnum's, which Odoo's import hook hides."""
        self.assertTrue(iban.is_valid("FR7630006000011234567890189"))
        self.assertFalse(iban.is_valid("FR7630006000011234567890180"))

    def test_loader_is_restored(self):
        loader = SimpleNamespace(create_module=None, exec_module=None)
        spec = SimpleNamespace(name="m", origin="/m/__init__.py", loader=loader)
        module = SimpleNamespace(__spec__=spec, __loader__=loader)
        restore_loader(module)
        self.assertEqual(spec.loader.path, "/m/__init__.py")
        self.assertIs(module.__loader__, spec.loader)

    def test_sound_loader_is_left_alone(self):
        loader = SimpleNamespace(get_resource_reader=None)
        module = SimpleNamespace(__spec__=SimpleNamespace(loader=loader))
        restore_loader(module)
        self.assertIs(module.__spec__.loader, loader)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXXml(FacturXCase):
    """Terms to XML, and the schema."""

    def test_round_trip(self):
        for name, changes in (
            ("invoice", {}),
            ("credit note", CREDIT_NOTE),
            ("note", {"BG_1": [{"BT-22": "Été <&> 🙂"}]}),
        ):
            with self.subTest(name):
                terms = make_terms(**changes)
                xml = factur_x.make_xml(terms)
                self.assertTrue(facturx.xml_check_xsd(xml, level="en16931"))
                parsed = facturx.parse_ubl_cii_xml(xml)
                self.assertEqual(parsed["BT-24"], "urn:cen.eu:en16931:2017")
                for term in ("BT-1", "BT-2", "BT-3", "BT-9", "BT-10", "BT-13", "BT-23"):
                    self.assertEqual(parsed[term], terms[term], term)
                for term in ("BT-106", "BT-109", "BT-110", "BT-112", "BT-115"):
                    self.assertEqual(parsed[term], terms[term], term)
                for term in ("BT-81", "BT-84", "BG-1", "BG-3"):
                    self.assertEqual(parsed.get(term), terms.get(term), term)

    def test_invoice_without_any_delivery_term(self):
        xml = factur_x.make_xml(make_terms(BT_72=None))
        self.assertNotIn(b"nil", xml)
        self.assertTrue(facturx.xml_check_xsd(xml, level="en16931"))

    def test_terms_are_left_alone(self):
        terms = make_terms()
        factur_x.make_xml(terms)
        self.assertEqual(terms, make_terms())

    def test_what_cannot_be_written(self):
        for changes in ({"BT_2": "tomorrow"}, {"BT_10": 5}, {"BT_5": "XXX0"}):
            self.assertFails("terms", factur_x.make_xml, make_terms(**changes))
        terms = make_terms()
        del terms["BG-4"]
        self.assertFails("terms", factur_x.make_xml, terms)

    def test_schema_refuses_what_the_library_refuses(self):
        xml = factur_x.make_xml(make_terms())
        for old, new in (
            (b"<ram:GrandTotalAmount>120.00", b"<ram:GrandTotalAmount>lots"),
            (b"<ram:TypeCode>380</ram:TypeCode>", b""),
            (b"ram:BuyerReference", b"ram:Buyer"),
        ):
            self.assertIn(old, xml)
            broken = xml.replace(old, new)
            error = self.assertFails("xsd", factur_x.check_xsd, broken)
            self.assertIn("line ", error.detail)
            with mute_logger("factur-x"), self.assertRaises(Exception):  # noqa: B017
                facturx.xml_check_xsd(broken, level="en16931")
        self.assertIsNone(factur_x.check_xsd(xml))

    def test_no_xml_at_all(self):
        self.assertFails("xml", factur_x.check_xsd, b"<open>")
        self.assertFails("profile", factur_x.check_xsd, b"<a/>", "x")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacturXDocument(FacturXCase):
    """The container, and everything that stops it."""

    def setUp(self):
        super().setUp()
        self.files = [
            factur_x.Attachment("détail.csv", b"a;b\n", "Détail"),
            factur_x.Attachment("plan.pdf", make_pdf("plan")),
        ]

    def test_container(self):
        document = factur_x.make_document(
            make_pdf("FAC 1"), make_terms(), attachments=self.files
        )
        self.assertEqual(document.sha256, hashlib.sha256(document.content).hexdigest())
        self.assertEqual(document.checks, ("xsd", "schematron"))
        reader = PdfReader(BytesIO(document.content))
        self.assertEqual([page.extract_text() for page in reader.pages], ["FAC 1"])
        root = reader.root_object
        self.assertEqual(root["/Lang"], "fr")
        specs = {spec.get_object()["/UF"]: spec.get_object() for spec in root["/AF"]}
        self.assertEqual(
            {name: spec["/AFRelationship"] for name, spec in specs.items()},
            {
                "factur-x.xml": "/Data",
                "détail.csv": "/Supplement",
                "plan.pdf": "/Supplement",
            },
        )
        streams = {name: spec["/EF"]["/F"].get_object() for name, spec in specs.items()}
        self.assertEqual(
            {name: stream["/Subtype"] for name, stream in streams.items()},
            {
                "factur-x.xml": "/text/xml",
                "détail.csv": "/text/csv",
                "plan.pdf": "/application/pdf",
            },
        )
        self.assertEqual(streams["factur-x.xml"].get_data(), document.xml)
        self.assertEqual(streams["détail.csv"].get_data(), b"a;b\n")
        self.assertEqual(specs["détail.csv"]["/Desc"], "Détail")
        self.assertEqual(specs["plan.pdf"]["/Desc"], "plan.pdf")
        name, xml = facturx.get_facturx_xml_from_pdf(document.content)
        self.assertEqual((name, xml), ("factur-x.xml", document.xml))

    def test_metadata_names_the_level_of_the_xml(self):
        content = factur_x.make_document(make_pdf(), make_terms()).content
        metadata = PdfReader(BytesIO(content)).root_object["/Metadata"]
        self.assertNotIn("/Filter", metadata)
        xmp = etree.fromstring(metadata.get_data())
        self.assertEqual([node.text for node in xmp.iter(XMP_LEVEL)], ["EN 16931"])

    def test_file_holds_the_invoice_once(self):
        content = factur_x.make_document(make_pdf(), make_terms()).content
        self.assertEqual(content.count(b"%PDF-"), 1)
        self.assertEqual(content.count(b"%%EOF"), 1)

    def test_rules_stop_it(self):
        error = self.assertFails(
            "rules",
            factur_x.make_document,
            make_pdf(),
            make_terms(BT_84=None, BT_23=None),
            attachments=[factur_x.Attachment("a.exe", b"x")],
        )
        self.assertEqual(
            [issue.code for issue in error.findings],
            ["iban_missing", "attachment_extension"],
        )
        self.assertIn("iban_missing (BT-84)", error.detail)

    def test_schematron_stops_it(self):
        """A good XML by schema and rules that only the official rules refuse."""
        line = {**make_terms()["BG-25"][0], "BT-130": "PIECE"}
        error = self.assertFails(
            "schematron",
            factur_x.make_document,
            make_pdf(),
            make_terms(BG_25=[line]),
        )
        (finding,) = error.findings
        self.assertEqual((finding.line, finding.term), (1, "BT-130"))

    def test_required_but_not_there(self):
        with patch.object(schematron_module.util, "find_spec", return_value=None):
            self.assertFails(
                "schematron_unavailable",
                factur_x.make_document,
                *(make_pdf(), make_terms()),
                schematron="required",
            )

    def test_production_is_strict(self):
        terms = make_terms()
        terms["BG-7"]["legal_identifier"] = "21990002400016"
        factur_x.make_document(make_pdf(), terms, schematron="off")
        error = self.assertFails(
            "rules",
            factur_x.make_document,
            *(make_pdf(), terms),
            schematron="off",
            strict=True,
        )
        self.assertEqual(error.findings[0].code, "siret_check_digit")

    def test_schematron_left_out(self):
        for kwargs, available in (
            ({"schematron": "off"}, True),
            ({"schematron": "auto"}, False),
        ):
            with (
                patch.object(document_module, "is_available", lambda a=available: a),
                patch.object(document_module, "check_schematron") as check,
            ):
                document = factur_x.make_document(make_pdf(), make_terms(), **kwargs)
                self.assertEqual(document.checks, ("xsd",))
                check.assert_not_called()

    def test_too_large(self):
        limit = factur_x.PROFILES["chorus"].max_bytes
        make = factur_x.make_document
        arguments = (make_pdf(), make_terms())
        options = {"schematron": "off"}
        full = factur_x.Attachment("a.zip", self.noise(limit - 4096))
        error = self.assertFails(
            "document_too_large", make, *arguments, attachments=[full], **options
        )
        size, told = error.detail.split("/")
        self.assertGreater(int(size), int(told))
        self.assertEqual(int(told), limit)
        half = factur_x.Attachment("a.zip", self.noise(limit // 2))
        document = make(*arguments, attachments=[half], **options)
        self.assertLess(len(document.content), limit)

    def noise(self, size):
        """Bytes that do not compress."""
        blocks = (hashlib.sha512(str(i).encode()).digest() for i in range(size // 64))
        return b"".join(blocks)

    def test_second_pass_over_our_own_file(self):
        """A Factur-X as input: its attachments go, the new ones come."""
        first = factur_x.make_document(make_pdf(), make_terms(), attachments=self.files)
        second = factur_x.make_document(first.content, make_terms(BT_10="OTHER"))
        attachments = PdfReader(BytesIO(second.content)).attachments
        self.assertEqual(list(attachments), ["factur-x.xml"])
        self.assertIn(b"OTHER", second.xml)

    # === IS IT THE SAME? === #

    def test_same_document(self):
        terms, other = make_terms(), make_terms(BT_10="OTHER")
        content = factur_x.make_document(
            make_pdf(), terms, attachments=self.files
        ).content
        same = factur_x.is_same_document
        self.assertTrue(same(content, terms, self.files))
        self.assertFalse(same(content, other, self.files))
        self.assertFalse(same(content, terms, self.files[:1]))
        self.assertFalse(same(content, {}, self.files))
        self.assertFalse(same(b"no PDF", terms, self.files))
        self.assertFalse(same(make_pdf(), terms))

    def test_encrypted_is_another_document(self):
        writer = PdfWriter(clone_from=BytesIO(make_pdf()))
        writer.encrypt("secret", algorithm="RC4-128")
        target = BytesIO()
        writer.write(target)
        self.assertFalse(factur_x.is_same_document(target.getvalue(), make_terms()))

    def test_embedded_xml_is_read_back(self):
        document = factur_x.make_document(make_pdf(), make_terms())
        self.assertEqual(factur_x.read_xml(document.content), document.xml)
        self.assertIsNone(factur_x.read_xml(make_pdf()))
        self.assertIsNone(factur_x.read_xml(b"no PDF"))
