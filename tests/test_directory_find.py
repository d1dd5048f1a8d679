"""Searching the directory as people type: SIRET, SIREN, postcode, name, town."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.models import res_partner_find
from odoo.addons.l10n_fr_chorus_pro.tests.directory_common import (
    CLOSED,
    HOSPITAL,
    NOBODY,
    PRIVATE,
    TOWN,
    DirectoryCommon,
)


class FindCommon(DirectoryCommon):
    """The dialog, used by a clerk."""

    def open(self, partner=None, **values):
        """The dialog as the clerk opens it."""
        dialogs = self.env["chorus.pro.find"].with_user(self.clerk)
        return dialogs.create({"partner_id": partner and partner.id, **values})

    def search(self, query, dialog=None, **values):
        """Type something and search; returns the dialog."""
        dialog = dialog or self.open()
        dialog.update({"query": query, **values})
        with self.portal_session():
            action = dialog.action_search()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (dialog._name, dialog.id)
        )
        return dialog

    def import_rows(self, **more):
        """The imported directory has one entity."""
        values = {
            "environment": "demo",
            "siret": TOWN,
            "siren": TOWN[:9],
            "name": "MAIRIE DE FONTCLAIR-SUR-ORVE",
            "street": "2 rue du Registre",
            "postcode": "99100",
            "town": "Fontclair-sur-Orve",
            "country_code": "FR",
            "requirement": "service",
            "imported_at": fields.Datetime.to_datetime("2026-03-01 08:00:00"),
            **more,
        }
        return self.env["chorus.pro.recipient"].sudo().create(values)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryUnderstand(DirectoryCommon):
    """What was typed tells itself what it is."""

    def understand(self, *args):
        """The criteria of a search."""
        return self.env["res.partner"]._chorus_pro_understand(*args)

    def test_numbers(self):
        for typed in (TOWN, "219 900 016 00011", "219.900.016-00011", f" {TOWN} "):
            self.assertEqual(self.understand(typed), {"siret": TOWN})
        self.assertEqual(
            self.understand("219\u00a0900\u202f016 00011"), {"siret": TOWN}
        )
        self.assertEqual(self.understand("219 900 016"), {"siren": "219900016"})
        self.assertEqual(self.understand("99 100"), {"postcode": "99100"})

    def test_numbers_that_are_nothing(self):
        for typed, count in (("1234", 4), ("123456789012345", 15), ("1" * 13, 13)):
            with self.assertRaisesRegex(UserError, f"This number has {count}"):
                self.understand(typed)

    def test_words(self):
        self.assertEqual(self.understand("Mairie  de X"), {"name": "Mairie de X"})
        self.assertEqual(self.understand("Valbrune", "town"), {"town": "Valbrune"})
        self.assertEqual(self.understand("Y", "town"), {"town": "Y"})
        self.assertEqual(
            self.understand("mairie 99100"), {"name": "mairie", "postcode": "99100"}
        )
        self.assertEqual(
            self.understand("99100 Fontclair", "town"),
            {"town": "Fontclair", "postcode": "99100"},
        )
        self.assertEqual(self.understand("lot 123456"), {"name": "lot 123456"})
        self.assertEqual(self.understand("École n°2"), {"name": "École n°2"})

    def test_nothing(self):
        for typed in (None, False, "", "   "):
            with self.assertRaisesRegex(UserError, "Enter a SIRET"):
                self.understand(typed)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryFind(FindCommon):
    """The cards, the pages, and the words when there are none."""

    def test_by_siret(self):
        dialog = self.search("219 900 016 00011")
        (line,) = dialog.line_ids
        self.assertEqual(
            (line.siret, line.name), (TOWN, "MAIRIE DE FONTCLAIR-SUR-ORVE")
        )
        self.assertTrue(line.is_open)
        self.assertFalse(dialog.message)

    def test_by_name_town_and_postcode(self):
        for query, values in (
            ("fontclair", {}),
            ("fontclair-sur-orve", {"words_mean": "town"}),
            ("99100", {}),
            ("mairie 99100", {}),
        ):
            self.assertEqual(
                self.search(query, **values).line_ids.mapped("siret"), [TOWN]
            )
        self.assertFalse(self.search("mairie 99200").line_ids)

    def test_one_search_is_one_call(self):
        with self.calls() as calls:
            self.search("brumeval")
        self.assertEqual(calls, ["rechercher"], "requirements are not read yet")

    def test_several_hits_and_pages(self):
        self.patch(res_partner_find, "PAGE_SIZE", 4)
        dialog = self.search("brumeval")
        self.assertEqual((dialog.total, dialog.pages, dialog.page), (10, 3, 1))
        self.assertIn("10 entities found", dialog.message)
        pages = [dialog.line_ids.mapped("siret")]
        for page in (2, 3):
            with self.portal_session():
                dialog.action_next()
            self.assertEqual(dialog.page, page)
            pages.append(dialog.line_ids.mapped("siret"))
        self.assertEqual(list(map(len, pages)), [4, 4, 2])
        self.assertEqual(len({siret for page in pages for siret in page}), 10)
        with self.portal_session():
            dialog.action_next()
            self.assertEqual(dialog.page, 3, "there is no further page")
            dialog.action_previous()
        self.assertEqual(dialog.line_ids.mapped("siret"), pages[1])
        with self.portal_session():
            dialog.action_previous()
            dialog.action_previous()
        self.assertEqual(dialog.line_ids.mapped("siret"), pages[0])

    def test_many_hits_ask_for_more_words(self):
        dialog = self.search("sur", words_mean="town")
        self.assertGreater(dialog.total, 100)
        self.assertIn("Add words or the postcode", dialog.message)

    def test_no_hit(self):
        for query, words in (
            ("nothing like it", "Nothing found"),
            (NOBODY, f"no entity with the SIRET {NOBODY}"),
            ("12", "This number has 2"),
            ("", "Enter a SIRET"),
        ):
            dialog = self.search(query)
            self.assertFalse(dialog.line_ids)
            self.assertIn(words, dialog.message)
            self.assertEqual(dialog.level, "warning")

    def test_a_new_search_forgets_the_last(self):
        dialog = self.search("brumeval")
        self.search("nothing like it", dialog)
        self.assertFalse(dialog.line_ids)
        self.assertEqual((dialog.pages, dialog.total), (0, 0))
        self.search(TOWN, dialog)
        self.assertFalse(dialog.message)

    def test_inactive_entity_is_shown_as_such(self):
        (line,) = self.search("dissous").line_ids
        self.assertEqual(line.siret, CLOSED)
        self.assertFalse(line.is_open)

    def test_private_structure(self):
        dialog = self.search(PRIVATE)
        self.assertFalse(dialog.line_ids)
        self.assertIn("FOURNISSEUR PRIVE FICTIF", dialog.message)
        self.assertIn("is a private structure", dialog.message)
        self.assertFalse(self.search("fournisseur").line_ids)

    def test_portal_that_is_away(self):
        with self.away("unreachable", "rechercher_structures_page"):
            dialog = self.search("brumeval")
        self.assertIn("cannot be reached", dialog.message)
        self.assertNotIn("imported", dialog.message)
        self.assertEqual(dialog.level, "danger")
        self.import_rows()
        with self.away("unreachable", "rechercher_structures_page"):
            self.search("brumeval", dialog)
        self.assertIn("Search the imported directory meanwhile", dialog.message)

    def test_company_that_is_not_set_up(self):
        self.company.chorus_pro_environment = "production"
        self.assertIn("not set up", self.search("brumeval").message)

    def test_customer_that_is_there_already_is_named(self):
        known = self.make_partner("219 900 016 00011", name="La mairie")
        dialog = self.search("fontclair")
        self.assertEqual(dialog.line_ids.partner_id, known)
        known.active = False
        self.search("fontclair", dialog)
        self.assertFalse(dialog.line_ids.partner_id)

    def test_queries_do_not_grow_with_the_hits(self):
        counts = []
        for query in ("fontclair", "brumeval"):
            self.search(query)
            with self.portal_session():
                partners = self.env["res.partner"].with_user(self.clerk)
                before = self.env.cr.sql_log_count
                partners._chorus_pro_find_entities(query)
                counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_who_may_search(self):
        auditor = new_test_user(
            self.env, "dir_auditor", "base.group_user,account.group_account_readonly"
        )
        dialogs = self.env["chorus.pro.find"].with_user(auditor)
        with self.assertRaises(AccessError):
            dialogs.create({"query": "x"})
        with self.assertRaises(AccessError):
            self.open(query="x").with_user(auditor).action_search()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDirectoryFindImported(FindCommon):
    """The second source: the imported directory, which needs no network."""

    def test_only_offered_when_it_has_rows(self):
        self.assertFalse(self.open().imported_label)
        self.import_rows(environment="production")
        self.assertFalse(self.open().imported_label)
        self.import_rows()
        self.assertIn("Imported directory, read on", self.open().imported_label)

    def test_siren_only_there(self):
        self.assertIn("Enter the SIRET", self.search(TOWN[:9]).message)
        self.import_rows()
        dialog = self.search(TOWN[:9])
        self.assertIn("Search the imported directory", dialog.message)
        with self.calls() as calls:
            self.search(TOWN[:9], dialog, source="imported")
        self.assertEqual(calls, [])
        self.assertEqual(dialog.line_ids.siret, TOWN)
        self.assertEqual(dialog.line_ids.town, "99100 Fontclair-sur-Orve")

    def test_name_and_pages(self):
        for index in range(5):
            self.import_rows(siret=f"2199000160010{index}", name=f"ECOLE {index}")
        self.patch(res_partner_find, "PAGE_SIZE", 2)
        dialog = self.search("ecole", source="imported")
        self.assertEqual((dialog.total, dialog.pages), (5, 3))
        with self.portal_session():
            dialog.action_next()
        names = dialog.line_ids.mapped("name")
        self.assertEqual(names, ["ECOLE 2", "ECOLE 3"])

    def test_closed_one(self):
        self.import_rows(active=False, siret=HOSPITAL)
        dialog = self.search(HOSPITAL, source="imported")
        self.assertFalse(dialog.line_ids.is_open)

    def test_no_hit(self):
        self.import_rows()
        dialog = self.search("nothing like it", source="imported")
        self.assertIn("Nothing found", dialog.message)
