"""Parsers of files: the report of the schematron, archives, PDF and XML."""

import gzip
import io
import tarfile
import zlib
from decimal import Decimal
from unittest.mock import patch

from lxml import etree

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.factur_x import FacturXError
from odoo.addons.l10n_fr_chorus_pro.factur_x.schematron import SVRL, read_report
from odoo.addons.l10n_fr_chorus_pro.simulator import cii, documents, settings
from odoo.addons.l10n_fr_chorus_pro.tests.factur_x_common import make_pdf
from odoo.addons.l10n_fr_chorus_pro.tests.fuzz_common import FuzzCase, st, texts

SYNTAX = "IN_DP_E2_CII_FACTURX"
CII = b"".join(
    (
        b'<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:',
        b'CrossIndustryInvoice:100" xmlns:ram="urn:un:unece:uncefact:data:standard:',
        b'ReusableAggregateBusinessInformationEntity:100"><rsm:ExchangedDocument>',
        b"<ram:ID>F1</ram:ID></rsm:ExchangedDocument></rsm:CrossIndustryInvoice>",
    )
)
BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaaaaaaaaaaaa">
%s]><a>&z;</a>""" % b"".join(
    b'<!ENTITY %c "%s">' % (code, b"&%c;" % (code - 1) * 20)
    for code in range(ord("b"), ord("z") + 1)
)
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM
"file:///etc/passwd">]><a>&x;</a>"""


def mutations(seed):
    """Copies of `seed` with some bytes changed, cut or doubled."""

    def change(parts):
        content = bytearray(seed)
        for position, value, length in parts:
            at = position % (len(content) or 1)
            content[at : at + length] = value
        return bytes(content)

    part = st.tuples(st.integers(0, 2**20), st.binary(max_size=9), st.integers(0, 99))
    return st.lists(part, max_size=6).map(change)


def archive(members):
    """A tar.gz of (name, content)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=tarfile.GNU_FORMAT) as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFuzzFiles(FuzzCase):
    """A file gives what it holds or the parser's own error."""

    def report(self, text):
        """Read a report of the schematron, or the one error."""
        try:
            for finding in read_report(text):
                self.assertIn(finding.level, ("error", "warning"))
        except FacturXError as error:
            self.assertEqual(error.code, "schematron_failed")

    def test_schematron_reports(self):
        def run(flag, rule, text, location, fired):
            root = etree.Element(f"{SVRL}schematron-output")
            if fired:
                etree.SubElement(root, f"{SVRL}fired-rule")
            node = etree.SubElement(root, f"{SVRL}failed-assert", flag=flag, id=rule)
            node.set("location", location)
            etree.SubElement(node, f"{SVRL}text").text = text
            self.report(etree.tostring(root, encoding="unicode"))

        words = st.text(st.characters(codec="utf-8", exclude_categories=["C"]))
        self.fuzz(run, words, words, words, words, st.booleans())
        self.fuzz(self.report, texts())
        seed = f'<a xmlns="{SVRL[1:-1]}"><fired-rule/><failed-assert/></a>'.encode()
        self.fuzz(self.report, mutations(seed).map(lambda b: b.decode("latin-1")))

    def read(self, content):
        """Read a deposit as the simulator does; whatever it holds, it ends."""
        try:
            found = documents.read(content, "x", SYNTAX)
        except documents.Unreadable as error:
            self.assertTrue(error.code and error.label)
            return []
        for document in found:
            self.assertTrue(document.error or document.invoice)
        return found

    def probe(self, content):
        """Read a deposit and forget it."""
        self.read(content)

    def test_deposits_of_any_bytes(self):
        self.fuzz(self.probe, st.binary(max_size=200))
        self.fuzz(self.probe, st.binary(max_size=200).map(lambda b: b"\x1f\x8b" + b))
        self.fuzz(self.probe, st.binary(max_size=600).map(gzip.compress))

    def test_damaged_xml(self):
        self.fuzz(self.probe, mutations(CII))

    def test_an_archive_that_unpacks_without_end(self):
        """Neither a big member nor a header that promises one is read to its end."""
        big = archive([("a.xml", b" " * 300_000)])
        self.assertLess(len(big), 1000)
        long_name = archive([("n" * 300_000, b"")])
        with patch.object(settings, "MAX_UNPACKED", 100_000):
            for content in (big, long_name):
                with self.assertRaises(documents.Unreadable) as caught:
                    documents.members(content)
                self.assertEqual(caught.exception.code, documents.ARCHIVE_SIZE[0])
        self.assertEqual(len(documents.members(big)), 1)

    @mute_logger("pypdf.generic._data_structures", "pypdf._reader")
    def test_damaged_pdf(self):
        self.fuzz(self.probe, mutations(make_pdf("FAC-1")), share=0.3)

    @mute_logger("pypdf.generic._data_structures", "pypdf._reader")
    def test_damaged_archives(self):
        packed = archive([("a.xml", CII), ("b.pdf", make_pdf("FAC-1"))])
        self.fuzz(self.probe, mutations(packed))
        plain = gzip.decompress(packed)
        self.fuzz(self.probe, mutations(plain).map(zlib_gzip), share=0.5)

    def test_names_in_archives(self):
        """Nothing is unpacked: a name that points elsewhere is only a name."""

        def run(names):
            found = self.read(archive((name, CII) for name in names))
            self.assertEqual(len(found), len(names))

        ugly = st.sampled_from(
            ("../../etc/passwd", "/etc/passwd", "a/../b", "C:\\x", "-rf", "a\nb", "é")
        )
        names = ugly | st.text("abc./\\ é", min_size=1, max_size=200)
        self.fuzz(run, st.lists(names, min_size=1, max_size=4))

    def test_links_and_devices_in_archives_are_no_files(self):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
            for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE):
                member = tarfile.TarInfo("a.xml")
                member.type, member.linkname = kind, "/etc/passwd"
                tar.addfile(member)
        with self.assertRaises(documents.Unreadable) as caught:
            documents.members(buffer.getvalue())
        self.assertEqual(caught.exception.code, documents.ARCHIVE_EMPTY[0])

    def test_xml_that_grows_or_looks_outside(self):
        for content in (BOMB, OUTSIDE, BOMB.replace(b"<a>", b"<a>" * 5000)):
            self.assertIsNotNone(self.read(content)[0].error)
            self.report(content.decode())

    def test_amounts_that_arithmetic_refuses(self):
        """Found by fuzzing: `abs` of such a number is an error of its own."""
        for text in ("1E1000000", "-1E1000000", "9" * 40, "NaN", "Infinity", "x", ""):
            with self.subTest(text):
                self.assertIsNone(self.parse_total(text)["amount_total"])
        self.assertEqual(self.parse_total("-12.30")["amount_total"], Decimal("-12.30"))

    def parse_total(self, text):
        """The terms of an invoice with this total."""
        return cii.parse(self.tree([(cii.AMOUNTS["amount_total"], text)]))

    def tree(self, values):
        """An invoice with texts at the given paths."""
        root = etree.Element(cii.ROOT)
        for path, text in values:
            node = root
            for step in path.split("/"):
                prefix, name = step.split(":")
                node = etree.SubElement(node, f"{{{cii.NAMESPACES[prefix]}}}{name}")
            node.text = text
        return root

    def test_terms_of_any_tree(self):
        names = [*cii.TEXTS.values(), *cii.AMOUNTS.values()]

        def run(values):
            invoice = cii.parse(self.tree(values))
            for name in cii.AMOUNTS:
                amount = invoice[name]
                self.assertTrue(amount is None or abs(amount) < cii.LARGEST)

        words = st.text(st.characters(codec="utf-8", exclude_categories=["C"]))
        numbers = st.from_regex(r"-?\d{1,30}(\.\d{1,9})?(e-?\d{1,9})?", fullmatch=True)
        pairs = st.tuples(st.sampled_from(names), words | numbers)
        self.fuzz(run, st.lists(pairs, max_size=12))


def zlib_gzip(content):
    """A gzip file without a date, packed quickly."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()
