"""The reader of the directory of recipients, fed with what no portal would send."""

import io

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    Recipient,
    RecipientsError,
    RecipientService,
    Unreadable,
    read_recipients,
)
from odoo.addons.l10n_fr_chorus_pro.chorus_api.download import Download
from odoo.addons.l10n_fr_chorus_pro.chorus_api.recipients import (
    IDENTIFIER_MAX,
    TEXT_MAX,
    Layout,
)
from odoo.addons.l10n_fr_chorus_pro.tests.fuzz_common import FuzzCase, st, texts
from odoo.addons.l10n_fr_chorus_pro.tests.recipients_common import (
    CELLS,
    NAMES,
    SERVICES,
    element,
    fields,
    table,
    workbook,
    zipped,
)
from odoo.addons.l10n_fr_chorus_pro.tests.test_fuzz_files import mutations

SERVICE = element("Service", fields(("Code", "Nom"), ("COMPTA", "Compta")))
SEEDS = (
    table().encode(),
    (SERVICES + "COMPTA;Compta;TRUE;TRUE\n").encode(),
    element("A", element("S", fields(), SERVICE) * 2).encode(),
    zipped(("a.csv", table()), ("b.xml", element("A", element("S", fields())))),
    workbook(("Structures", [NAMES, CELLS])),
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFuzzRecipients(FuzzCase):
    """Records that fit their bounds, or the one error of the reader."""

    def read(self, content):
        """Read a file; every record of it can be stored."""
        try:
            for record in read_recipients(io.BytesIO(content)):
                self.assertIsInstance(record, (Recipient, RecipientService, Unreadable))
                self.assertStorable(record)
        except RecipientsError as error:
            self.assertIn(error.code, ("damaged", "too_large", "no_columns"))

    def assertStorable(self, record):
        """Texts are bounded and PostgreSQL takes them."""
        values = [value for value in record if isinstance(value, str)]
        values += getattr(record, "extra", {}).values()
        for value in values:
            self.assertLessEqual(len(value), TEXT_MAX + 30)
            self.assertNotIn("\0", value)
        if not isinstance(record, Unreadable):
            self.assertTrue(0 < len(record.identifier) <= IDENTIFIER_MAX)

    def test_changed_files(self):
        for seed in SEEDS:
            self.fuzz(self.read, mutations(seed))

    def test_any_bytes(self):
        heads = st.sampled_from(
            (b"", b"<a>", b"PK\x03\x04", b"\xff\xfe", b"SIRET;Nom\n")
        )
        self.fuzz(lambda head, rest: self.read(head + rest), heads, st.binary())

    def test_any_cells(self):
        def check(names, cells):
            layout = Layout(names)
            record = layout.read(cells)
            if not isinstance(record, str):
                self.assertStorable(record)

        names = st.lists(texts() | st.sampled_from(NAMES), max_size=12)
        self.fuzz(check, names, st.lists(texts(), max_size=15))

    def test_any_answer_with_a_file(self):
        def check(pieces):
            target = io.BytesIO()
            download = Download(b"{}", "fichierResultat", target, 50)
            try:
                left = b"".join(map(download.strain, pieces)) + download.end()
            except ValueError:
                return
            self.assertLessEqual(len(left), sum(map(len, pieces)))
            self.assertEqual(download.size, len(target.getvalue()))
            self.assertLessEqual(download.size, 50)

        parts = st.sampled_from(
            (b'{"fichierResultat":"', b"UEsD", b"UEs=", b'"', b"\\", b"/", b"\\/", b"}")
        )
        self.fuzz(check, st.lists(parts | st.binary(max_size=9), max_size=12))
