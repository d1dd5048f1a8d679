"""How screens are written: no colours of their own, each in the table of pictures."""

import importlib
import importlib.util
import re
import sys
from pathlib import Path

from lxml import etree

from odoo.tests import BaseCase, tagged

from odoo.addons import l10n_fr_chorus_pro

ROOT = Path(l10n_fr_chorus_pro.__file__).resolve().parent
MODULE = "l10n_fr_chorus_pro"
# Bootstrap's classes that stay light in dark mode.
FIXED = re.compile(r"\b(bg-white|bg-light|bg-dark|text-white|text-dark|text-black)\b")


def views():
    """(file, tree) of each file of views."""
    for folder in ("views", "wizards"):
        for path in sorted((ROOT / folder).glob("*.xml")):
            yield path.name, etree.parse(str(path))


def screens():
    """The table of screens, which dev/screenshots goes through."""
    folder = ROOT / "dev" / "screens"
    name = "chorus_pro_screens"
    spec = importlib.util.spec_from_file_location(name, folder / "__init__.py")
    loaded = importlib.util.module_from_spec(spec)
    loaded.__path__ = [str(folder)]
    sys.modules[name] = loaded
    try:
        return importlib.import_module(f"{name}.table").SCREENS
    finally:
        for found in [one for one in sys.modules if one.split(".")[0] == name]:
            del sys.modules[found]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLook(BaseCase):
    """Read from the sources; what it looks like is told by dev/screenshots."""

    def test_no_colour_of_our_own(self):
        for name, tree in views():
            if name.endswith("_mail.xml"):
                # A mail has no style sheet: what it needs stands in it.
                continue
            for value in tree.xpath("//@style"):
                self.assertNotIn("color", value, name)
                self.assertNotIn("background", value, name)
            for value in tree.xpath("//@class"):
                self.assertFalse(FIXED.search(value), f"{name}: {value}")

    def test_buttons_have_a_name_for_those_who_do_not_see(self):
        for name, tree in views():
            for node in tree.xpath("//button[not(@special)]"):
                told = node.get("string") or node.get("title") or node.get("aria-label")
                text = "".join(node.itertext()).strip()
                has_field = node.xpath(".//field | .//*[@t-out]")
                self.assertTrue(told or text or has_field, f"{name}: {node.attrib}")

    def test_screens_have_names_of_their_own(self):
        names = [screen.name for screen in screens()]
        self.assertEqual(len(names), len(set(names)))
        self.assertGreater(len(names), 40)

    def test_every_menu_is_in_the_table(self):
        shown = [screen.at for screen in screens()]
        actions = {
            node.get("id"): node.findtext("field[@name='path']")
            for _name, tree in views()
            for node in tree.xpath("//record[starts-with(@model, 'ir.actions.')]")
        }
        for _name, tree in views():
            for action in tree.xpath("//menuitem/@action"):
                address = actions[action] or f"action-{MODULE}.{action}"
                with self.subTest(action):
                    self.assertIn(address, shown)

    def test_every_dialog_is_in_the_table(self):
        verbs = {str(step) for screen in screens() for step in screen.steps}
        shown = " ".join(verbs) + " ".join(screen.at for screen in screens())
        # The dialog, and what opens it.
        openers = {
            "chorus.pro.send": "action_chorus_pro_send",
            "chorus.pro.reroute": "action_chorus_pro_reroute",
            "chorus.pro.complete": "action_chorus_pro_complete",
            "chorus.pro.validator": "action_chorus_pro_validator",
            "chorus.pro.flow.number": "action_enter_flow_number",
            "chorus.pro.find": "action_chorus_pro_find_entity",
            "chorus.pro.recipient.upload": "chorus_pro_recipient_upload_action",
        }
        for model, opener in openers.items():
            with self.subTest(model):
                self.assertIn(opener, shown)
