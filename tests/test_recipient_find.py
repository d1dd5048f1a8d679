"""Searching the imported directory as a person types."""

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

ROWS = (
    ("21990002400015", "COMMUNE DE VALBRUNE", "99210", "VALBRUNE", True),
    ("21990002400023", "CCAS de Valbrune", "99210", "Valbrune", False),
    ("21990002500012", "Hôpital Émile-Fictif", "99300", "Ville-Exemple", True),
    ("21990002600010", "Lycée de l'Exemple", "99211", "Valbrune-les-Bains", True),
    ("1234567", "Mairie de Nouméa-Fictive", "98800", "Nouméa", True),
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRecipientFind(TransactionCase):
    """What `_find` makes of a query."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Recipient = cls.env["chorus.pro.recipient"]
        cls.Recipient.create(
            [
                cls.values(
                    siret, name=name, postcode=postcode, town=town, active=active
                )
                for siret, name, postcode, town, active in ROWS
            ]
        )
        cls.Recipient.create(
            cls.values("21990002400015", name="Elsewhere", environment="production")
        )

    @staticmethod
    def values(siret, **values):
        """Values of one row in Demo."""
        siren = siret[:9] if len(siret) == 14 else False
        return {"environment": "demo", "siret": siret, "siren": siren, **values}

    def find(self, query, **options):
        """SIRETs found and their total."""
        found, total = self.Recipient._find(query, environment="demo", **options)
        return found.mapped("siret"), total

    def test_numbers_say_by_their_length_what_they_are(self):
        for query, expected in (
            ("21990002400015", ["21990002400015"]),
            (" 219 900 024 00015 ", ["21990002400015"]),
            ("219900024", ["21990002400015", "21990002400023"]),
            ("219 900 024", ["21990002400015", "21990002400023"]),
            ("99300", ["21990002500012"]),
            ("1234567", ["1234567"]),
            ("99999999999999", []),
        ):
            with self.subTest(query=query):
                self.assertEqual(self.find(query), (expected, len(expected)))

    def test_words_of_name_or_town(self):
        for query, expected in (
            ("valbrune", {"21990002400015", "21990002400023", "21990002600010"}),
            ("commune VALBRUNE", {"21990002400015"}),
            ("valbrune 99211", {"21990002600010"}),
            ("hôpital exemple", {"21990002500012"}),
            ("lycée 99210", set()),
            ("100% _", set()),
        ):
            with self.subTest(query=query):
                found, total = self.find(query)
                self.assertEqual((set(found), total), (expected, len(expected)))

    def test_accents_do_not_matter_where_unaccent_is(self):
        self.env.cr.execute("SELECT 1 FROM pg_proc WHERE proname = 'unaccent'")
        if self.env.cr.fetchone() and self.env.registry.unaccent("x") != "x":
            self.assertEqual(self.find("hopital emile")[1], 1)
        self.assertEqual(self.find("HÔPITAL émile")[1], 1)

    def test_closed_entities_are_found_last(self):
        self.assertEqual(
            self.find("99210")[0],
            ["21990002400015", "21990002400023"],
        )

    def test_pages(self):
        first, total = self.find("valbrune", limit=2)
        rest, again = self.find("valbrune", offset=2, limit=2)
        self.assertEqual((len(first), len(rest), total, again), (2, 1, 3, 3))
        self.assertFalse(set(first) & set(rest))

    def test_nothing_typed_finds_nothing(self):
        for query in ("", "   ", None, False, "\0"):
            with self.subTest(query=query):
                self.assertEqual(self.find(query), ([], 0))

    def test_only_the_asked_environment(self):
        found, total = self.Recipient._find("21990002400015", environment="production")
        self.assertEqual((found.name, total), ("Elsewhere", 1))
        self.env.company.chorus_pro_environment = "demo"
        found, _total = self.Recipient._find("21990002400015")
        self.assertEqual(found.name, "COMMUNE DE VALBRUNE")

    def test_two_statements_whatever_is_found(self):
        for query in ("valbrune", "un deux trois quatre cinq", "219900024"):
            self.env.flush_all()
            with self.subTest(query=query), self.assertQueryCount(2):
                self.Recipient._find(query, environment="demo")

    def test_users_read_and_nobody_writes(self):
        row = self.Recipient._find("219900024", environment="demo")[0][:1]
        for login, group in (
            ("recipient_clerk", "account.group_account_invoice"),
            ("recipient_auditor", "account.group_account_readonly"),
            ("recipient_admin", "base.group_system"),
        ):
            user = new_test_user(self.env, login, groups=f"base.group_user,{group}")
            theirs = row.with_user(user)
            self.assertEqual(theirs._find("219900024", environment="demo")[1], 2)
            self.assertEqual(
                theirs.display_name, "COMMUNE DE VALBRUNE (21990002400015)"
            )
            with self.assertRaises(AccessError):
                theirs.write({"name": "Forged"})
            with self.assertRaises(AccessError):
                theirs.create(self.values("999", name="Forged"))
            with self.assertRaises(AccessError):
                theirs.unlink()

    def test_others_do_not_read(self):
        user = new_test_user(self.env, "recipient_nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.Recipient.with_user(user)._find("219900024", environment="demo")
