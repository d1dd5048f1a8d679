"""What an invoice tells beside amounts: kind, original, period, payee, mentions."""

from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import html2plaintext

from odoo.addons.l10n_fr_chorus_pro import factur_x
from odoo.addons.l10n_fr_chorus_pro.models import account_move_references

from .documents_common import DocumentCommon

FACTOR_IBAN = "FR7610107001011234567890129"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDocumentReferences(DocumentCommon):
    """Invoices of a public entity, since only they bear the mentions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entity.chorus_pro_is_public = True
        cls.factor = cls.env["res.partner"].create(
            {
                "name": "Affacturage Fictif SA",
                "is_company": True,
                "company_registry": "99999999700028",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        cls.factor_bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": FACTOR_IBAN,
                "partner_id": cls.factor.id,
                "allow_out_payment": True,
            }
        )

    # === KIND AND ORIGINAL === #

    def test_kinds(self):
        for code in ("380", "384", "386"):
            move = self.make_move(chorus_pro_document_type=code)
            self.assertEqual(move._chorus_pro_terms()["BT-3"], code)
        refund = self.make_move(move_type="out_refund", chorus_pro_document_type="386")
        self.assertEqual(refund._chorus_pro_terms()["BT-3"], "381")
        move.chorus_pro_document_type = False
        self.assertEqual(move._chorus_pro_terms()["BT-3"], "380")

    def test_original_that_is_not_in_odoo(self):
        refund = self.make_move(
            move_type="out_refund",
            chorus_pro_original_number="2025-117",
            chorus_pro_original_date=date(2025, 12, 1),
        )
        self.assertTrue(refund.chorus_pro_shows_original)
        parsed = self.assertValidXml(refund)
        self.assertEqual(parsed["BG-3"][0]["BT-25"], "2025-117")
        self.assertEqual(parsed["BG-3"][0]["BT-26"], date(2025, 12, 1))

    def test_original_of_a_corrected_invoice(self):
        move = self.make_move(
            chorus_pro_document_type="384", chorus_pro_original_number="F-9"
        )
        self.assertEqual(move._chorus_pro_terms()["BG-3"][0]["BT-25"], "F-9")
        move.chorus_pro_document_type = "380"
        self.assertFalse(move.chorus_pro_shows_original)
        self.assertEqual(move._chorus_pro_terms()["BG-3"], [])

    def test_original_follows_the_reversed_invoice(self):
        move = self.make_move()
        refund = move._reverse_moves([{"invoice_date": date(2026, 11, 3)}])
        self.assertEqual(refund.chorus_pro_original_number, move.name)
        self.assertEqual(refund.chorus_pro_original_date, date(2026, 11, 2))

    def test_several_originals_are_split(self):
        refund = self.make_move(
            move_type="out_refund",
            chorus_pro_original_number="F1, F2;F3",
            chorus_pro_period_end=date(2026, 10, 31),
        )
        self.assertIn(("preceding_several", "BG-3"), self.get_codes(refund))
        alerts = refund._chorus_pro_alerts(refund._chorus_pro_find_problems())
        (link,) = [a for key, a in alerts.items() if key.endswith("preceding_several")]
        action = self.env["ir.actions.server"].browse(link["action"]["id"])
        self.assertIn("action_chorus_pro_split", action.code)
        self.assertEqual(link["action"]["context"]["active_ids"], refund.ids)
        clerk = new_test_user(
            self.env,
            "chorus_split",
            groups="account.group_account_invoice",
            company_id=self.company.id,
        )
        action = refund.with_user(clerk).action_chorus_pro_split()
        drafts = self.env["account.move"].search(action["domain"], order="id")
        self.assertEqual(len(drafts), 3)
        self.assertIn(refund, drafts)
        self.assertEqual(set(drafts.mapped("state")), {"draft"})
        self.assertEqual(set(drafts.mapped("move_type")), {"out_refund"})
        numbers = drafts.mapped("chorus_pro_original_number")
        self.assertEqual(numbers, ["F1", "F2", "F3"])
        self.assertEqual(set(drafts.mapped("amount_total")), {120.0})
        ends = drafts.mapped("chorus_pro_period_end")
        self.assertEqual(set(ends), {date(2026, 10, 31)})
        for draft in drafts:
            text = html2plaintext(draft.message_ids[0].body)
            self.assertIn(draft.chorus_pro_original_number, text)

    def test_one_original_is_not_split(self):
        refund = self.make_move(move_type="out_refund", chorus_pro_original_number="F1")
        with self.assertRaisesRegex(UserError, "one invoice only"):
            refund.action_chorus_pro_split()

    # === PERIOD === #

    def test_period_that_a_person_typed(self):
        move = self.make_move(
            chorus_pro_period_start=date(2026, 10, 1),
            chorus_pro_period_end=date(2026, 10, 31),
        )
        parsed = self.assertValidXml(move)
        self.assertEqual(parsed["BT-73"], date(2026, 10, 1))
        self.assertEqual(parsed["BT-74"], date(2026, 10, 31))

    def test_period_of_the_lines(self):
        """With an addon that dates lines, its two fields give the period."""
        names = ("x_starts", "x_ends")
        model = self.env["ir.model"]._get("account.move.line")
        for name in names:
            self.env["ir.model.fields"].create(
                {"name": name, "model_id": model.id, "ttype": "date"}
            )
        self.addCleanup(self.registry.reset_changes)
        with patch.object(account_move_references, "LINE_PERIODS", (names,)):
            move = self.make_move(
                self.make_line(10, x_starts="2026-10-01", x_ends="2026-10-15"),
                self.make_line(10, x_starts="2026-09-15", x_ends="2026-10-10"),
                self.make_line(10),
            )
            move._compute_chorus_pro_period()
            self.assertEqual(
                self.env["account.move"]._chorus_pro_period_dependencies(),
                ["invoice_line_ids.x_starts", "invoice_line_ids.x_ends"],
            )
            parsed = self.assertValidXml(move)
        self.assertEqual(parsed["BT-73"], date(2026, 9, 15))
        self.assertEqual(parsed["BT-74"], date(2026, 10, 15))
        first, _second, third = parsed["BG-25"]
        self.assertEqual(first["BT-135"], date(2026, 10, 15))
        self.assertNotIn("BT-134", third)

    def test_further_references(self):
        move = self.make_move(chorus_pro_delivery_note="BL-7", chorus_pro_project="P1")
        parsed = self.assertValidXml(move)
        self.assertEqual((parsed["BT-16"], parsed["BT-11"]), ("BL-7", "P1"))

    # === PAYMENT === #

    def test_means_of_the_payment_method(self):
        journal = self.company_data["default_journal_bank"]
        line = journal.inbound_payment_method_line_ids[:1]
        move = self.make_move(preferred_payment_method_line_id=line.id)
        move.partner_bank_id = self.bank
        self.assertEqual(move._chorus_pro_terms()["BT-81"], "30")
        line.chorus_pro_payment_means = "20"
        self.assertEqual(self.assertValidXml(move)["BT-81"], "20")

    def test_factor_is_paid(self):
        self.company.chorus_pro_payee_bank_id = self.factor_bank
        move = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.entity.id}
        )
        self.assertEqual(move.chorus_pro_payee_bank_id, self.factor_bank)
        move.invoice_line_ids = [self.make_line(100)]
        move.action_post()
        self.assertEqual(move.partner_bank_id, self.factor_bank)
        parsed = self.assertValidXml(move)
        self.assertEqual(parsed["BG-10"]["name"], "Affacturage Fictif SA")
        self.assertEqual(parsed["BG-10"]["legal_identifier"], "99999999700028")
        self.assertEqual(parsed["BT-84"], self.factor_bank.sanitized_acc_number)
        (clause,) = [n["BT-22"] for n in parsed["BG-1"] if n.get("BT-21") == "ACC"]
        self.assertIn("Affacturage Fictif SA", clause)
        self.assertIn(self.factor_bank.acc_number, clause)

    def test_factor_is_chosen_and_left_again(self):
        move = self.make_move(post=False)
        move.chorus_pro_payee_bank_id = self.factor_bank
        self.assertEqual(move.partner_bank_id, self.factor_bank)
        move.chorus_pro_payee_bank_id = False
        self.assertEqual(move.partner_bank_id, self.bank)
        self.assertEqual(move._chorus_pro_terms()["BG-10"], {})

    def test_factor_without_number(self):
        self.factor.company_registry = False
        move = self.make_move(post=False)
        move.chorus_pro_payee_bank_id = self.factor_bank
        move.action_post()
        self.assertNotIn("legal_identifier", self.assertValidXml(move)["BG-10"])

    def test_credit_note_pays_nobody(self):
        refund = self.make_move(
            move_type="out_refund",
            chorus_pro_original_number="F1",
            chorus_pro_payee_bank_id=self.factor_bank.id,
        )
        self.assertNotIn("BG-10", self.assertValidXml(refund))

    # === MENTIONS === #

    def get_notes(self, move):
        """{subject code: text} of the notes."""
        notes = move._chorus_pro_terms()["BG-1"]
        return {note.get("BT-21"): note["BT-22"] for note in notes}

    def test_standard_mentions(self):
        notes = self.get_notes(self.make_move(narration="<p>Merci</p>"))
        self.assertEqual(notes[None], "Merci")
        self.assertIn("D2192-35", notes["PMT"])
        self.assertIn("R2192-31", notes["PMD"])
        self.assertIn("No discount", notes["AAB"])

    def test_mentions_of_the_company(self):
        self.company.write(
            {
                "chorus_pro_note_pmt": "Quarante euros",
                "chorus_pro_note_pmd": "Dix points",
                "chorus_pro_note_aab": "Escompte néant",
            }
        )
        notes = self.get_notes(self.make_move())
        self.assertEqual(
            notes,
            {"PMT": "Quarante euros", "PMD": "Dix points", "AAB": "Escompte néant"},
        )

    def test_discount_of_the_payment_terms(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % sous 8 jours",
                "early_discount": True,
                "discount_percentage": 2.5,
                "discount_days": 8,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
            }
        )
        notes = self.get_notes(self.make_move(invoice_payment_term_id=term.id))
        self.assertEqual(notes["AAB"], "Discount of 2.5 % for payment within 8 days.")

    def test_private_customers_get_no_mentions(self):
        self.entity.chorus_pro_is_public = False
        self.assertEqual(self.make_move()._chorus_pro_mentions(), {})

    def test_mentions_are_printed(self):
        move = self.make_move(narration="<p>Merci</p>")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice_with_payments", move.ids
        )
        text = html2plaintext(html.decode())
        for words in self.get_notes(move).values():
            self.assertIn(words[:40], text)

    # === SUPPLIER AND IDENTIFIERS === #

    def test_establishment_of_the_journal(self):
        site = self.env["res.partner"].create(
            {
                "name": "Site de Lyon",
                "is_company": True,
                "parent_id": self.company.partner_id.id,
                "type": "other",
                "company_registry": "12345678200028",
                "street": "2 rue du Rhône",
                "city": "Lyon",
                "zip": "69001",
                "country_id": self.env.ref("base.fr").id,
            }
        )
        move = self.make_move()
        move.journal_id.chorus_pro_establishment_id = site
        seller = self.assertValidXml(move)["BG-4"]
        self.assertEqual(seller["legal_identifier"], "12345678200028")
        self.assertEqual(seller["city"], "Lyon")
        self.assertEqual(seller["name"], self.company.name)
        self.assertEqual(seller["vat_identifier"], self.company.vat)

    def test_identifiers(self):
        for country, values, expected in (
            (
                "fr",
                {"company_registry": "219 900 024 00015"},
                "SIRET 0002 21990002400015",
            ),
            ("re", {"company_registry": "21990002400015"}, "SIRET 0002 21990002400015"),
            ("nc", {"company_registry": "0 123 456.001"}, "RIDET 0228 0123456001"),
            ("nc", {"company_registry": "21990002400015"}, "SIRET 0002 21990002400015"),
            ("pf", {"company_registry": "A12345001"}, "TAHITI 0229 A12345001"),
            ("be", {"vat": "BE0477472701"}, "UE_HORS_FRANCE 0223 BE0477472701"),
            ("be", {"company_registry": "73282932000074"}, "SIRET 0002 73282932000074"),
            (
                "ch",
                {"name": "Société Générale de Genève"},
                "HORS_UE 0227 CHSociété Générale",
            ),
        ):
            with self.subTest(country, **values):
                partner = self.env["res.partner"].create(
                    {
                        "name": "Partenaire",
                        "is_company": True,
                        "country_id": self.env.ref(f"base.{country}").id,
                        **values,
                    }
                )
                kind, scheme, value, is_valid = partner._chorus_pro_identifier()
                self.assertEqual(f"{kind} {scheme} {value}", expected)
                self.assertTrue(is_valid)
                self.assertEqual(partner._chorus_pro_siret(), value)

    def test_malformed_identifiers(self):
        for country, values, words in (
            ("fr", {"company_registry": "123456782"}, "SIRET of 14 digits"),
            ("fr", {}, "SIRET of 14 digits"),
            ("be", {"vat": "/"}, "no VAT number"),
            ("nc", {"company_registry": "12"}, "RIDET of 9 or 10 digits"),
            ("pf", {"company_registry": "12"}, "no Tahiti number"),
        ):
            partner = self.env["res.partner"].create(
                {
                    "name": "Partenaire",
                    "is_company": True,
                    "country_id": self.env.ref(f"base.{country}").id,
                    **values,
                }
            )
            self.assertFalse(partner._chorus_pro_identifier().is_valid)
            self.assertEqual(partner._chorus_pro_siret(), "")
            self.assertIn(words, partner._chorus_pro_name_identifier())

    # === SETTINGS OF THE FILE === #

    def test_nature(self):
        goods = self.env["product.product"].create({"name": "G", "type": "consu"})
        service = self.env["product.product"].create({"name": "S", "type": "service"})
        for products, expected in (
            ([goods], "goods"),
            ([service], "services"),
            ([goods, service], "mixed"),
        ):
            lines = [self.make_line(1, product_id=p.id) for p in products]
            self.assertEqual(
                self.make_move(*lines)._chorus_pro_terms()["nature"], expected
            )
        self.assertEqual(self.make_move()._chorus_pro_terms()["nature"], "goods")

    def test_final_invoice(self):
        """`sale` marks the lines of down payments; without it nothing is final."""
        move = self.make_move(self.make_line(100), self.make_line(-30))
        self.assertFalse(move._chorus_pro_is_final())
        model = type(move.invoice_line_ids)
        with (
            patch.object(model, "_fields", {**model._fields, "is_downpayment": None}),
            patch.object(model, "is_downpayment", True, create=True),
        ):
            self.assertTrue(move._chorus_pro_is_final())

    def test_profile_of_deposits(self):
        self.assertEqual(self.company._chorus_pro_profile(), "chorus")
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("l10n_fr_chorus_pro.ctc_fr_on_piste", "True")
        self.assertEqual(self.company._chorus_pro_profile(), "ctc-fr")

    def test_application_of_the_rules(self):
        self.assertEqual(self.company._chorus_pro_schematron(), "auto")
        parameters = self.env["ir.config_parameter"]
        for mode, expected in (("off", "off"), ("required", "required"), ("?", "auto")):
            parameters.set_param("l10n_fr_chorus_pro.schematron", mode)
            self.assertEqual(self.company._chorus_pro_schematron(), expected)
        self.assertIn("chorus", factur_x.PROFILES)
