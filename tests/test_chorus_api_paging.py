"""Lists are read to their last page, and a list without end is noticed."""

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, paging
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    SUCCESS,
    ChorusApiCase,
    canned,
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiPaging(ChorusApiCase):
    def answer(self, ids, pages=None, page=1):
        """An answer of the supplier search with these invoice identifiers."""
        rows = [{"identifiantFactureCPP": number} for number in ids]
        counters = {"pageCourante": page, "pages": pages}
        told = {"parametresRetour": counters} if pages is not None else {}
        return canned(SUCCESS | {"listeFactures": rows} | told)

    def search(self, *answers):
        """Return the identifiers found, the pages asked and the error or None."""
        client, portal = self.portal(*answers)
        found, error = [], None
        try:
            # extend keeps the items that came before a failure
            items = client.rechercher_fournisseur(supplier_id="1")
            found.extend(item.portal_id for item in items)
        except ChorusError as caught:
            error = caught
        asked = [
            payload["rechercheFactureParFournisseur"]["pageResultatDemandee"]
            for payload in portal.payloads
        ]
        return found, asked, error

    def test_one_two_three_pages(self):
        for pages in (1, 2, 3):
            answers = [self.answer([n], pages, n) for n in range(1, pages + 1)]
            found, asked, error = self.search(*answers)
            expected = [str(n) for n in range(1, pages + 1)]
            self.assertEqual((found, error), (expected, None))
            self.assertEqual(asked, list(range(1, pages + 1)))

    def test_pages_are_asked_only_when_they_are_wanted(self):
        client, portal = self.portal(self.answer([1], 2))
        items = client.rechercher_fournisseur(supplier_id="1")
        self.assertFalse(portal.calls)
        self.assertEqual(next(items).portal_id, "1")
        self.assertEqual(len(portal.calls), 1)

    def test_an_invoice_that_slides_to_the_next_page_comes_once(self):
        found, _asked, error = self.search(
            self.answer([1, 2], 2), self.answer([2, 3], 2)
        )
        self.assertEqual((found, error), (["1", "2", "3"], None))

    def test_a_portal_that_repeats_a_page(self):
        found, asked, error = self.search(self.answer([1], 3), self.answer([1], 3))
        self.assertEqual((found, asked), (["1"], [1, 2]))
        self.assertEqual((error.code, error.outcome), ("incomplete", "unknown"))
        self.assertIn("page 2 of 3", error.detail)

    def test_an_empty_page_before_the_last(self):
        found, _asked, error = self.search(self.answer([1], 3), self.answer([], 3))
        self.assertEqual((found, error.code), (["1"], "incomplete"))

    def test_a_list_without_end(self):
        with patch.object(paging, "PAGES_MAX", 4):
            answers = [self.answer([n], 9) for n in range(1, 5)]
            found, asked, error = self.search(*answers)
        self.assertEqual(found, ["1", "2", "3", "4"])
        self.assertEqual(asked, [1, 2, 3, 4])
        self.assertEqual(error.code, "incomplete")
        self.assertIn("more than 4 pages", error.detail)

    def test_without_counters_until_nothing_new_comes(self):
        found, asked, error = self.search(
            self.answer([1, 2]), self.answer([3]), self.answer([])
        )
        self.assertEqual((found, asked, error), (["1", "2", "3"], [1, 2, 3], None))
        found, asked, error = self.search(self.answer([1]), self.answer([1]))
        self.assertEqual((found, asked, error), (["1"], [1, 2], None))

    def test_null_missing_and_wrong_lists(self):
        for body in (
            {"listeFactures": None},
            {},
            {"listeFactures": "x"},
            {"listeFactures": [None, 1]},
        ):
            with self.subTest(body):
                found, asked, error = self.search(canned(SUCCESS | body))
                self.assertEqual((found, asked, error), ([], [1], None))

    def test_rows_that_are_told_but_not_given(self):
        counters = {"pages": 1, "total": 2}
        body = {"listeFactures": None, "parametresRetour": counters}
        found, _asked, error = self.search(canned(SUCCESS | body))
        self.assertEqual((found, error.code), ([], "incomplete"))
        self.assertIn("2 rows told", error.detail)

    def test_an_object_instead_of_a_list(self):
        body = SUCCESS | {
            "listeFactures": {"identifiantFactureCPP": 7},
            "parametresRetour": {"pages": 1},
        }
        self.assertEqual(self.search(canned(body))[0], ["7"])

    def test_rows_without_identifier_are_told_apart_by_content(self):
        rows = [{"numeroFacture": "A"}, {"numeroFacture": "B"}, {"numeroFacture": "A"}]
        body = {"listeFactures": rows, "parametresRetour": {"pages": "1"}}
        self.assertEqual(self.search(canned(SUCCESS | body))[0], [None, None])

    def test_a_failure_on_a_later_page_comes_after_the_first_rows(self):
        found, _asked, error = self.search(self.answer([1], 2), canned("", 500))
        self.assertEqual((found, error.code), (["1"], "server_error"))

    def test_the_end_of_a_search_in_the_middle(self):
        found, _asked, error = self.search(
            self.answer([1], 2),
            canned({"codeRetour": 20000, "libelle": "TRA_MSG_00.015"}),
        )
        self.assertEqual((found, error), (["1"], None))

    def test_history_of_three_pages(self):
        def answer(page):
            block = {
                "histoStatut": [{"histoStatutId": page, "histoStatutCode": f"S{page}"}],
                "pagesHistoStatut": 3,
            }
            body = {"numeroFacture": f"F{page}", "historiquesDesStatuts": block}
            return canned(SUCCESS | body)

        client, portal = self.portal(answer(1), answer(2), answer(3))
        history = client.consulter_historique("5")
        self.assertEqual([entry.code for entry in history.entries], ["S1", "S2", "S3"])
        self.assertEqual(history.number, "F1")
        asked = [
            payload["paramRechercheHistoStatuts"][
                "pageResultatDemandeeListeHistoStatut"
            ]
            for payload in portal.payloads
        ]
        self.assertEqual(asked, [1, 2, 3])

    def test_history_that_is_missing(self):
        for block in (None, [], {"histoStatut": None}, {"pagesHistoStatut": 0}):
            body = SUCCESS | {"historiquesDesStatuts": block}
            client, _portal = self.portal(canned(body))
            self.assertEqual(client.consulter_historique("5").entries, ())
