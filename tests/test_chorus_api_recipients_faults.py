"""The reader of the directory: lines and files that are broken or hostile."""

import io
import zipfile
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    Unreadable,
    recipient_files,
    recipient_xml,
)
from odoo.addons.l10n_fr_chorus_pro.tests.recipients_common import (
    CELLS,
    NAMES,
    SIRET,
    RecipientsCase,
    element,
    fields,
    read,
    table,
    workbook,
    zipped,
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRecipientFaults(RecipientsCase):
    """Lines and files that are broken or hostile."""

    def test_lines_that_give_nothing(self):
        text = f"SIRET;RaisonSociale\n\n;;\n;X\n{SIRET};\n{'9' * 99};X\n{SIRET};Y\n"
        reasons = [
            ("4", "no_identifier"),
            ("5", "no_name"),
            ("6", "no_identifier"),
        ]
        *found, last = read(text)
        self.assertEqual(found, [Unreadable(*reason) for reason in reasons])
        self.assertEqual(last.name, "Y")

    def test_a_quote_that_is_never_closed(self):
        row = f"{SIRET};X\n"
        text = f'SIRET;RaisonSociale\n{SIRET};"open\n' + row * 9000 + f'"\n{row}'
        found = read(text)
        broken = [record for record in found if isinstance(record, Unreadable)]
        self.assertIn("broken_line", {record.reason for record in broken})
        self.assertGreater(len(found) - len(broken), 1)

    def test_long_lines_are_taken_apart(self):
        text = f"SIRET;RaisonSociale\n{'x' * 500_000}\n{SIRET};Y\n"
        self.assertEqual(read(text)[-1].name, "Y")

    def test_no_table_in_it(self):
        for content in (
            b"",
            b"\n" * 50,
            b"bonjour",
            "é;à\n" * 30,
            b"\xff\xfe",
            "<a/>",
            "<a><b>1</b></a>",
            zipped(),
            zipped(("a.txt", "x")),
            zipped(("a.txt", "")),
            workbook(("Vide", [])),
        ):
            with self.subTest(content[:20]):
                self.assert_unusable("no_columns", content)

    def test_damaged(self):
        whole = zipped(("a.csv", table() * 50))
        flipped = bytearray(whole)
        flipped[60] ^= 0xFF
        encrypted = bytearray(zipped(("a.csv", table())))
        for position in (6, encrypted.index(b"PK\x01\x02") + 8):
            encrypted[position] |= 1
        book = workbook(("A", [NAMES, CELLS]))
        sheet = zipped(("xl/workbook.xml", "<workbook"))
        parts = {}
        with zipfile.ZipFile(io.BytesIO(book)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-40]
        for content in (
            whole[:-20],
            bytes(flipped),
            bytes(encrypted),
            b"PK\x03\x04",
            "<a><b>",
            "<a>\x01</a>",
            element("A", element("S", fields()) * 3)[:-9],
            sheet,
            zipped(*parts.items()),
        ):
            with self.subTest(content[:20]):
                self.assert_unusable("damaged", content)

    def test_entities_are_not_expanded(self):
        names = "".join(
            f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 50}">'
            for n in range(9)
        )
        self.assert_unusable("damaged", f"<!DOCTYPE A [{names}]><A>&e8;</A>")
        text = (
            f'<!DOCTYPE A [<!ENTITY e "ha"><!ENTITY f SYSTEM "file:///etc/hostname">]><A><S>'
            f"<SIRET>{SIRET}</SIRET><RaisonSociale>N</RaisonSociale><X>&e;</X>"
            "<Y>&f;</Y>&e;</S></A>"
        )
        (found,) = read(text)
        self.assertEqual((found.name, found.extra), ("N", {}))

    def test_bounds(self):
        many = zipped(*((f"{number}.csv", table()) for number in range(60)))
        self.assert_unusable("too_large", many)
        for module, bound, content in (
            (recipient_files, "BYTES_MAX", table()),
            (recipient_files, "BYTES_MAX", zipped(("a", zipped(("b", table()))))),
            (recipient_files, "BYTES_MAX", workbook(("A", [NAMES, CELLS]))),
            (recipient_files, "ROWS_MAX", table() + table() * 20),
            (recipient_files, "ROWS_MAX", element("A", element("S", fields()) * 30)),
            (recipient_xml, "ELEMENTS_MAX", element("A", "<b/>" * 30)),
            (
                recipient_xml,
                "ELEMENTS_MAX",
                element("A", f"<b/>{element('S', fields())}" * 30),
            ),
        ):
            with self.subTest(bound), patch.object(module, bound, 20):
                self.assert_unusable("too_large", content)

    def test_layouts_of_hostile_xml_are_not_piled_up(self):
        records = "".join(
            element("S", fields(("SIRET", "RaisonSociale", f"X{n}"), (SIRET, "N", "v")))
            for n in range(9)
        )
        with patch.object(recipient_files, "COLUMNS_MAX", 3):
            self.assertEqual(len(read(element("A", records))), 9)

    def test_a_record_without_leaves(self):
        inner = element("SIRET", element("X", element("Code", "1")))
        self.assertEqual(
            read(element("A", element("S", inner)))[0], Unreadable("1", "no_identifier")
        )
