"""The documents: links, anchors and pictures resolve, and what they name exists."""

import ast
import re
import struct
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree, html

from odoo.tests import BaseCase, tagged

from odoo.addons import l10n_fr_chorus_pro
from odoo.addons.l10n_fr_chorus_pro.chorus_api import codes

ROOT = Path(l10n_fr_chorus_pro.__file__).resolve().parent
MODULE = "l10n_fr_chorus_pro"
INTEGRATOR = "docs/INTEGRATOR.md"
STORE = "static/description"
# Every address outside the repository that a document links to. Not fetched here.
OUTSIDE = set()
BANNER = (560, 280)
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.M)


def documents():
    """Every Markdown file of the repository, and the page of the Apps store."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    return [*found, *(ROOT / "readme").glob("*.md"), ROOT / STORE / "index.html"]


def without_code(text):
    """Markdown without its code, in which brackets mean something else."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    return re.sub(r"`[^`\n]*`", "", text)


def links(path):
    """(whether it is a picture, address) of each link of a document."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return [(bool(mark), to) for mark, to in LINK.findall(without_code(text))]
    tree = html.fromstring(text)
    pictures = [(True, address) for address in tree.xpath("//img/@src")]
    return [*pictures, *((False, address) for address in tree.xpath("//@href"))]


def anchors(path):
    """The anchors that GitHub gives the headings of a Markdown file."""
    titles = HEADING.findall(without_code(path.read_text(encoding="utf-8")))
    plain = (re.sub(r"[^\w\- ]", "", title.lower()).strip() for title in titles)
    return {title.replace(" ", "-") for title in plain}


def png_size(path):
    """Width and height of a PNG."""
    return struct.unpack(">II", path.read_bytes()[16:24])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDocumentPages(BaseCase):
    """Each test names the document and the place."""

    # === LINKS === #

    def test_there_are_documents(self):
        names = {str(path.relative_to(ROOT)) for path in documents()}
        self.assertLessEqual(
            {"README.md", "CHANGELOG.md", INTEGRATOR, "readme/DESCRIPTION.md"}, names
        )
        self.assertTrue((ROOT / "LICENSE").is_file())

    def test_links_and_anchors_resolve(self):
        for path in documents():
            for _is_picture, address in links(path):
                if urlsplit(address).scheme:
                    continue
                name, _, anchor = unquote(address).partition("#")
                with self.subTest(document=path.name, link=address):
                    target = (path.parent / name).resolve() if name else path
                    self.assertTrue(target.exists())
                    self.assertTrue(target.is_relative_to(ROOT))
                    if anchor:
                        self.assertIn(anchor, anchors(target))

    def test_outside_links_are_listed(self):
        found = {
            address
            for path in documents()
            for _is_picture, address in links(path)
            if urlsplit(address).scheme
        }
        self.assertEqual(found, OUTSIDE)

    # === PICTURES === #

    def test_pictures_are_shown(self):
        shown = {
            (path.parent / address).resolve()
            for path in documents()
            for is_picture, address in links(path)
            if is_picture
        }
        self.assertTrue(shown)
        kept = set((ROOT / STORE).glob("*.png"))
        of_the_store = {ROOT / STORE / n for n in ("icon.png", "banner.png")}
        self.assertEqual(kept - of_the_store, shown)

    def test_icon_and_banner(self):
        width, height = png_size(ROOT / STORE / "icon.png")
        self.assertEqual(width, height)
        self.assertGreaterEqual(width, 128)
        self.assertEqual(self.manifest()["images"], [f"{STORE}/banner.png"])
        self.assertEqual(png_size(ROOT / STORE / "banner.png"), BANNER)

    def test_pictures_tell_what_they_show(self):
        for path in documents():
            text = path.read_text(encoding="utf-8")
            self.assertNotIn("![](", text, path.name)
            if path.suffix == ".html":
                for picture in html.fromstring(text).xpath("//img"):
                    self.assertTrue(picture.get("alt"), picture.get("src"))

    # === THE STORE'S PAGE === #

    def test_page_of_the_store_brings_nothing_along(self):
        tree = html.parse(str(ROOT / STORE / "index.html")).getroot()
        for tag in ("script", "link", "style", "iframe", "form"):
            self.assertFalse(tree.xpath(f"//{tag}"), tag)
        self.assertFalse(tree.xpath("//@*[starts-with(name(), 'on')]"))

    def test_manifest_has_no_address_that_may_not_exist(self):
        self.assertIn(self.manifest().get("website"), {None, *OUTSIDE})

    # === THE INTEGRATOR'S PAGE === #

    def test_every_system_parameter_is_told(self):
        page = self.page()
        used = set(self.parameters())
        self.assertGreater(len(used), 4)
        for name in used:
            for spelled in self.spelled(name):
                self.assertIn(f"`{spelled}`", page)

    def test_no_other_parameter_is_told(self):
        used = {name for one in self.parameters() for name in self.spelled(one)}
        told = re.findall(rf"`({MODULE}\.[\w<>]+)`", self.page())
        self.assertLessEqual({n for n in told if "group_" not in n}, used)

    def test_every_outside_host_is_told(self):
        hosts = {
            urlsplit(url).hostname
            for environment, urls in codes.ENVIRONMENTS.items()
            for url in urls
            if environment != "demo"
        }
        for folder in ("chorus_api", "models", "wizards", "factur_x"):
            for path in (ROOT / folder).rglob("*.py"):
                text = path.read_text(encoding="utf-8")
                hosts.update(re.findall(r"https://([\w.-]+)", text))
        for host in hosts:
            self.assertIn(f"`{host}`", self.page())

    def test_every_scheduled_action_is_told(self):
        page = self.page()
        for path in (ROOT / "data").glob("ir_cron*.xml"):
            for name in etree.parse(str(path)).xpath(
                "//record[@model='ir.cron']/field[@name='name']"
            ):
                name, _, lane = name.text.partition(", ")
                self.assertIn(name, page)
                self.assertIn(lane, page)

    def test_every_activity_is_told(self):
        path = ROOT / "data" / "mail_activity_type.xml"
        for name in etree.parse(str(path)).xpath("//field[@name='name']"):
            self.assertIn(f"_{name.text}_", self.page())

    # === WHAT IS NAMED EXISTS === #

    def test_menus_and_settings_exist(self):
        words = self.words_of_views()
        for path in documents():
            text = " ".join(path.read_text(encoding="utf-8").split())
            for trail in re.findall(r"_([A-Z][^_>]+(?: > [^_>]+)+)_", text):
                for word in trail.split(" > "):
                    with self.subTest(document=path.name, trail=trail):
                        self.assertIn(word, words)

    def test_commands_exist(self):
        for path in documents():
            for name in re.findall(r"\bdev/([a-z-]+)\b", path.read_text()):
                self.assertTrue((ROOT / "dev" / name).exists(), f"{path.name}: {name}")

    def test_picture_of_the_architecture_is_true(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        (picture,) = re.findall(r"^```mermaid\n(.*?)^```", text, flags=re.S | re.M)
        models = {
            path.stem.replace("_", ".") for path in (ROOT / "models").glob("*.py")
        }
        for model in re.findall(r"\b(chorus\.pro\.\w+|account\.move)\b", picture):
            self.assertIn(model, models)
        for folder in re.findall(r"\b(\w+)/<br>", picture):
            self.assertTrue((ROOT / folder / "__init__.py").is_file(), folder)

    # === HELPERS === #

    def page(self):
        """The page for the integrator, without the lines' ends."""
        return " ".join((ROOT / INTEGRATOR).read_text(encoding="utf-8").split())

    def manifest(self):
        """The manifest as it is written."""
        return ast.literal_eval((ROOT / "__manifest__.py").read_text(encoding="utf-8"))

    def parameters(self):
        """Names of system parameters in the code, with the holes of f-strings."""
        for folder in ("models", "wizards"):
            for path in (ROOT / folder).glob("*.py"):
                text = path.read_text(encoding="utf-8")
                if not re.search(r"get_param|set_param|_PARAMETER\b", text):
                    continue
                yield from re.findall(r'_param\(\s*"([\w.]+)"', text)
                for name in re.findall(r'(?<!ref\()f"\{MODULE\}\.([\w{}]+)"', text):
                    yield f"{MODULE}.{name}"

    def spelled(self, name):
        """How the page writes a name: one line for each word of `{name}`."""
        name = name.replace("{environment}", "<environment>")
        kinds = ("token", "api") if "{name}" in name else ("",)
        return {name.replace("{name}", kind) for kind in kinds}

    def words_of_views(self):
        """Names of menus, settings, pages and Odoo's own places."""
        core = {"Invoicing", "Customers", "Configuration", "Settings", "Tax"}
        core |= {"Advanced Options", "Journal", "Incoming payments", "Chorus Pro"}
        words = set(core)
        for folder in ("views", "wizards"):
            for path in (ROOT / folder).glob("*.xml"):
                tree = etree.parse(str(path))
                words.update(tree.xpath("//@string | //menuitem/@name"))
                names = "//record[@model='ir.actions.act_window']/field[@name='name']"
                names += "|//record[@model='ir.actions.server']/field[@name='name']"
                words.update(node.text for node in tree.xpath(names))
        fields = re.compile(r'string="([^"]+)"')
        for path in (ROOT / "models").glob("*.py"):
            words.update(fields.findall(path.read_text(encoding="utf-8")))
        return words
