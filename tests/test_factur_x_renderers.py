"""Real renderings: what wkhtmltopdf and Chromium write becomes PDF/A-3b, or is refused.

A renderer that is not installed is skipped; the patched wkhtmltopdf that Odoo asks for
is always there in the development environment.
"""

import base64
import shutil
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path
from unittest import skipUnless

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import factur_x
from odoo.addons.l10n_fr_chorus_pro.factur_x.saxon.run import free_address_space

from .factur_x_common import NO_VERAPDF, get_verapdf, judge_pdfs, make_terms
from .test_factur_x_document import FacturXCase

PAGE = """<html><head><meta charset="utf-8"></head>
<body style="font-family: DejaVu Sans">%s</body></html>"""
# No font has a character of the private use area.
NOWHERE = "\ue123"
CHARACTERS = (
    "Élève, œuvre, ﬁn, ½ € — « a\xa0b\u202fc\u2009d\u200be\u2011f »"
    " ≤ Ω Ж مرحبا &amp; &lt;"
)


def make_picture():
    """A PNG of four points, one of them half transparent."""

    def chunk(kind, data):
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    header = chunk(b"IHDR", struct.pack(">2I5B", 2, 2, 8, 6, 0, 0, 0))
    row = b"\0\xff\0\0\x80\0\xff\0\xff"
    data = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(row * 2))
    return base64.b64encode(data + chunk(b"IEND", b"")).decode()


PICTURE = f'<img src="data:image/png;base64,{make_picture()}" width="80"/>'
BODIES = {
    "text": f"<p>FAC/2026/00001</p><p>{CHARACTERS}</p>",
    "links": '<p><a href="https://example.org">out</a> <a href="#end">in</a></p>'
    + "<p>x</p>" * 80
    + '<p id="end">end</p>',
    "alpha": f'<p>{PICTURE}<b style="opacity: .5; color: #714b67">faded</b></p>',
    "drawing": '<p>seal</p><svg width="90" height="90"><circle cx="40" cy="40" r="30" '
    'fill="#0a0" fill-opacity=".4"/></svg><hr/>',
    "form": '<input type="checkbox" checked/><input value="a"/><script>1+1</script>',
    "columns": "<table border=1>" + "<tr><td>1</td><td>2</td></tr>" * 200 + "</table>",
}


def render(command, html):
    """PDF of a page, made in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(PAGE % html, encoding="utf-8")
        arguments = [part.format(source=source, target=target) for part in command]
        subprocess.run(
            arguments,
            check=True,
            capture_output=True,
            timeout=120,
            preexec_fn=free_address_space,  # Chromium needs more than Odoo allows
        )
        return target.read_bytes()


RENDERERS = {
    "wkhtmltopdf": ("wkhtmltopdf", "-q", "{source}", "{target}"),
    "chromium": (
        *("chromium", "--headless", "--no-sandbox", "--disable-gpu"),
        *("--print-to-pdf={target}", "{source}"),
    ),
}


@tagged("chorus_long", "post_install_l10n", "post_install", "-at_install")
@skipUnless(get_verapdf(), NO_VERAPDF)
class TestFacturXRenderers(FacturXCase):
    """One HTML page a fault of a renderer."""

    def get_renderers(self):
        found = {n: c for n, c in RENDERERS.items() if shutil.which(c[0])}
        self.assertIn("wkhtmltopdf", found)
        return found.items()

    def get_bodies(self, renderer):
        """Chromium takes a second to start: one page for all."""
        if renderer == "wkhtmltopdf":
            return BODIES.items()
        return [("everything", "".join(BODIES.values()))]

    def test_every_rendering_is_valid(self):
        files = {
            f"{renderer}: {name}": factur_x.make_document(
                render(command, body), make_terms(), schematron="off"
            ).content
            for renderer, command in self.get_renderers()
            for name, body in self.get_bodies(renderer)
        }
        for name, clauses in judge_pdfs(files).items():
            with self.subTest(name):
                self.assertEqual(clauses, set())
                self.assertEqual(factur_x.check_container(files[name]), [])

    def test_character_that_no_font_has(self):
        for renderer, command in self.get_renderers():
            with self.subTest(renderer):
                pdf = render(command, f"<p>Here: {NOWHERE}</p>")
                error = self.assertFails("glyph_missing", factur_x.make_pdfa3, pdf)
                self.assertRegex(error.detail, "page 1: .*Here: ")
