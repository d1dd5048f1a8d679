"""Rejection texts of the portal are understood: every template, every path."""

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import read_rejection, rejections
from odoo.addons.l10n_fr_chorus_pro.const_follow import ADVICE
from odoo.addons.l10n_fr_chorus_pro.simulator import judge
from odoo.addons.l10n_fr_chorus_pro.simulator.documents import (
    ARCHIVE,
    ARCHIVE_EMPTY,
    NO_XML,
    NOT_PDFA,
    PDF_BROKEN,
    PDF_LOCKED,
    XML_BROKEN,
)

MEANS = (
    "FichierXml.SupplyChainTradeTransaction.ApplicableHeaderTradeSettlement"
    ".SpecifiedTradeSettlementPaymentMeans.TypeCode.value"
)
BUYER = "FichierXml.SupplyChainTradeTransaction.ApplicableHeaderTradeAgreement"
# text -> code, term, value, limit (API.md 3.4)
SEEN = {
    f"L'element {MEANS} est obligatoire.": ("missing", "BT-81", "", ""),
    f"L\u2019\u00e9l\u00e9ment {MEANS} est obligatoire": ("missing", "BT-81", "", ""),
    "Le champ Numero (FichierXml.ExchangedDocument.ID.value) ne doit pas depasser 20 "
    "caracteres": ("too_long", "BT-1", "", "20"),
    f"Le numero d'engagement juridique ({BUYER}.BuyerOrderReferencedDocument"
    ".IssuerAssignedID.value) est obligatoire": (
        "engagement_missing",
        "BT-13",
        "",
        "",
    ),
    f"L'engagement juridique ({BUYER}.BuyerReference.value) est obligatoire": (
        "service_missing",
        "BT-10",
        "",
        "",
    ),
    "L'identifiant fournisseur 123 (balise : Invoice.AccountingSupplierParty.Party) "
    "n'est pas reference dans notre systeme": ("supplier_unknown", None, "", ""),
    "Le numero est deja utilise par ce fournisseur": ("duplicate", None, "", ""),
    "Message que personne ne connait": (None, None, "", ""),
    f"Autre chose ({MEANS})": (None, "BT-81", "", ""),
    "": (None, None, "", ""),
}
SERVICE = f"({judge.PATHS['service']})"
ENGAGEMENT = f"({judge.PATHS['engagement']})"
SUPPLIER = f"(balise : {judge.PATHS['supplier']})"
UNKNOWN = "n'est pas reference dans notre systeme"
NO_SIRET = f"{SUPPLIER} n'est pas un SIRET de 14 chiffres"
# text of the simulator -> code, value
JUDGED = (
    (f"Le code service X-1 {SERVICE} est inconnu", "service_unknown", "X-1"),
    (f"Le code service X-1 {SERVICE} est inactif", "service_closed", "X-1"),
    (f"Le code service X {SERVICE} est reserve aux autres", "service_reserved", "X"),
    (
        f"Le code service ou le numero d'engagement {ENGAGEMENT} est obligatoire",
        "either_missing",
        "",
    ),
    (f"L'engagement juridique E9 {ENGAGEMENT} est inconnu", "engagement_unknown", "E9"),
    (f"L'identifiant destinataire 1 {SUPPLIER} {UNKNOWN}", "recipient_unknown", ""),
    (f"La structure destinataire 1 {SUPPLIER} est inactive", "recipient_closed", "1"),
    (f"L'identifiant fournisseur 123456789 {NO_SIRET}", "siret_expected", "123456789"),
    (f"Le type d'identifiant 0007 {SUPPLIER} n'est pas autorise.", "scheme", "0007"),
    (judge._wrong("framework", "B1"), "framework", "B1"),
    (judge._wrong("payment_means", "ZZZ"), "wrong_value", "ZZZ"),
    (judge._too_long("engagement", 50), "too_long", ""),
    (judge._required("lines"), "lines_missing", ""),
    (f"L'element {judge.PATHS['previous']} ne doit pas etre repete.", "repeated", ""),
    (
        f"Le montant d'un avoir ({judge.PATHS['amount_total']}) doit etre positif.",
        "negative_credit",
        "",
    ),
    (
        f"L'element {judge.PATHS['allowance']} est obligatoire si un autre y est.",
        "line_discount",
        "",
    ),
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiRejections(BaseCase):
    def test_texts_that_were_seen(self):
        for text, expected in SEEN.items():
            with self.subTest(text):
                self.assertEqual(tuple(read_rejection(text)), expected)

    def test_every_path_of_the_judge_is_a_term(self):
        for name, path in judge.PATHS.items():
            if name != "lines":
                found = read_rejection(f"L'element {path} est obligatoire.")
                self.assertRegex(found.term or "", r"^BT-\d+$", name)

    def test_the_texts_of_the_judge(self):
        for text, code, value in JUDGED:
            with self.subTest(text):
                found = read_rejection(text)
                self.assertEqual((found.code, found.value), (code, value))

    def test_technical_texts(self):
        for (_code, label), code in (
            (ARCHIVE, "archive"),
            (ARCHIVE_EMPTY, "archive"),
            (PDF_BROKEN, "pdf"),
            (PDF_LOCKED, "pdf"),
            (NOT_PDFA, "pdf"),
            (XML_BROKEN, "xml"),
        ):
            self.assertEqual(read_rejection(label).code, code)
        self.assertEqual(read_rejection(NO_XML[1]).code, "pdf")

    def test_a_cut_text(self):
        text = f"L'element {MEANS} est obligatoire. |L'element {MEANS[:40]}[...]"
        self.assertEqual(read_rejection(text).code, "missing")

    def test_every_template_has_advice(self):
        self.assertEqual(set(ADVICE), {code for code, _p in rejections.TEMPLATES})
