"""The XML of the main kinds of invoices, byte by byte."""

import difflib
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from .catalogue import make_golden

GOLDEN = Path(__file__).parent / "golden"
REFRESH = "dev/factur-x --golden rewrites the files and shows what changed"


@tagged("chorus_long", "post_install_l10n", "post_install", "-at_install")
class TestGolden(TransactionCase):
    """What is written today is what was looked at when the files were kept."""

    maxDiff = None

    def test_every_golden_file(self):
        made = make_golden(self.env)
        kept = {path.name: path.read_bytes() for path in GOLDEN.glob("*.xml")}
        self.assertEqual(sorted(made), sorted(kept), REFRESH)
        self.assertGreaterEqual(len(kept), 10)
        changes = [
            line
            for name, xml in made.items()
            for line in difflib.unified_diff(
                kept[name].decode().splitlines(),
                xml.decode().splitlines(),
                f"tests/golden/{name}",
                "made now",
                lineterm="",
            )
        ]
        if changes:
            self.fail("\n".join([REFRESH, *changes]))
        self.assertEqual(made, kept)
