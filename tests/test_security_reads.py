"""Nobody but administrators learns a credential, by whatever way he asks."""

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon
from odoo.addons.l10n_fr_chorus_pro.tests.security_common import (
    COMPANY_SECRETS,
    SecurityMixin,
)

SECRET = "Quite-Secret-4711"
OTHER = "Something-Else-42"


@tagged("chorus_long", "post_install_l10n", "post_install", "-at_install")
class TestSecurityReads(ChorusProCommon, SecurityMixin):
    """RPC calls, made as the web client makes them and as it does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.company.sudo().write(dict.fromkeys(COMPANY_SECRETS, SECRET))
        cls.gate = cls.env["chorus.pro.gate"].sudo()
        cls.gate = cls.gate.create(
            {
                "company_id": cls.company.id,
                "environment": "production",
                "token": SECRET,
                "token_expires_at": "2026-09-14 10:00:00",
            }
        )
        cls.move = cls.make_invoice(cls)

    def ask(self, user, model, name, *args, **kwargs):
        """Call a method as RPC does; gives the answer, or the error's class."""
        self.env.invalidate_all()
        try:
            # A refused call may have begun to write.
            with self.env.cr.savepoint():
                answer = call_kw(
                    self.env(user=self.people[user].id)[model], name, args, kwargs
                )
        except Exception as error:  # noqa: BLE001 - any refusal is one
            self.assertNotIn(SECRET, str(error))
            return type(error)
        self.assertNotIn(SECRET, repr(answer))
        return answer

    def readings(self, model, ids, field):
        """Calls that give values: (model, method, arguments, keyword arguments)."""
        spec = {field: {}}
        yield model, "read", [ids, [field]], {}
        yield model, "web_read", [ids, spec], {}
        yield model, "search_read", [[], [field]], {}
        yield model, "web_search_read", [[], spec], {}
        yield model, "export_data", [ids, [field]], {}
        yield model, "formatted_read_group", [[], [field]], {}
        yield model, "web_read_group", [[], [field]], {}
        yield model, "fields_get", [[field]], {}
        yield model, "onchange", [[], {}, [], spec], {}
        yield model, "onchange", [ids, {}, [], spec], {}
        yield model, "default_get", [[field]], {}
        yield model, "name_search", [SECRET], {}

    def company_ways(self, field):
        """Ways to a field of the company that begin elsewhere."""
        company = {"company_id": {"fields": {field: {}}}}
        for model, ids in (
            ("account.move", self.move.ids),
            ("res.users", self.people["clerk"].ids),
            ("account.journal", self.move.journal_id.ids),
        ):
            yield model, "web_read", [ids, company], {}
            yield model, "web_search_read", [[("id", "in", ids)], company], {}
            yield model, "export_data", [ids, [f"company_id/{field}"]], {}
            yield model, "read", [ids, [f"company_id.{field}"]], {}
            values = {"company_id": self.company.id}
            yield model, "onchange", [[], values, ["company_id"], company], {}
            yield model, "formatted_read_group", [[], [f"company_id.{field}"]], {}

    def searches(self, model, path):
        """Searches that would tell a value by what they find."""
        for operator, pattern in (("=", "%s"), ("like", "%s"), ("=like", "%s%%")):

            def domain(value, operator=operator, pattern=pattern):
                return [(path, operator, pattern % value)]

            yield model, "search", domain
            yield model, "search_count", domain
            yield model, "search_read", domain
            yield model, "formatted_read_group", domain

    def test_values(self):
        for user in self.people:
            for field in COMPANY_SECRETS:
                ids = self.company.ids
                for call in self.readings("res.company", ids, field):
                    self.ask(user, *call[:2], *call[2], **call[3])
            for field in ("token", "company_id"):
                for call in self.readings("chorus.pro.gate", self.gate.ids, field):
                    self.ask(user, *call[:2], *call[2], **call[3])

    def test_reading_is_refused(self):
        for user in self.people:
            for field in COMPANY_SECRETS:
                with self.subTest(f"{user} {field}"):
                    answer = self.ask(
                        user, "res.company", "read", self.company.ids, [field]
                    )
                    self.assertIs(answer, AccessError)
            answer = self.ask(
                user, "chorus.pro.gate", "read", self.gate.ids, ["paused_until"]
            )
            self.assertIs(answer, AccessError)

    def test_values_by_another_way(self):
        field = COMPANY_SECRETS[-1]
        for user in self.people:
            for call in self.company_ways(field):
                self.ask(user, *call[:2], *call[2], **call[3])

    def test_searching_by_value(self):
        """A right guess gives what a wrong one gives: nothing is learned."""
        field = COMPANY_SECRETS[-1]
        ways = [
            *self.searches("res.company", field),
            *self.searches("account.move", f"company_id.{field}"),
            *self.searches("res.users", f"company_id.{field}"),
            *self.searches("chorus.pro.transmission", f"company_id.{field}"),
            *self.searches("chorus.pro.gate", "token"),
        ]
        for user in self.people:
            for model, name, domain in ways:
                right, wrong = (
                    self.ask(user, model, name, domain(value), **self.needed(name))
                    for value in (SECRET, OTHER)
                )
                with self.subTest(f"{user} {model} {name} {domain(SECRET)}"):
                    self.assertEqual(right, wrong)

    def needed(self, name):
        """Arguments without which a method fails for another reason."""
        if name == "formatted_read_group":
            return {"aggregates": ["__count"]}
        return {"fields": ["id"]} if name == "search_read" else {}

    def test_sorting_by_value(self):
        field = COMPANY_SECRETS[-1]
        for user in self.people:
            for model, order in (
                ("res.company", field),
                ("chorus.pro.gate", "token"),
                ("account.move", f"company_id.{field}"),
            ):
                answer = self.ask(user, model, "search", [], order=order)
                with self.subTest(f"{user} {model}"):
                    self.assertTrue(isinstance(answer, type) or not answer, answer)

    def test_settings_are_for_administrators(self):
        settings = self.env["res.config.settings"].sudo().create({})
        self.assertEqual(settings.chorus_pro_password, SECRET)
        for user in self.people:
            for field in COMPANY_SECRETS:
                for call in self.readings("res.config.settings", settings.ids, field):
                    self.ask(user, *call[:2], *call[2], **call[3])
            for name, *args in (
                ("create", {}),
                ("write", settings.ids, {"chorus_pro_password": OTHER}),
                ("action_chorus_pro_test", settings.ids),
            ):
                with self.subTest(f"{user} {name}"):
                    answer = self.ask(user, "res.config.settings", name, *args)
                    self.assertIs(answer, AccessError)

    def test_writing_credentials_is_for_administrators(self):
        for user in self.people:
            for field in COMPANY_SECRETS:
                with self.subTest(f"{user} {field}"):
                    for name, *args in (
                        ("write", self.company.ids, {field: OTHER}),
                        ("create", {"name": f"{user} {field}", field: OTHER}),
                    ):
                        answer = self.ask(user, "res.company", name, *args)
                        self.assertIs(answer, AccessError)
            self.assertEqual(self.company.sudo()[COMPANY_SECRETS[0]], SECRET)

    def test_switches_are_for_administrators(self):
        """Also for who may write companies, because he manages users."""
        values = {"chorus_pro_environment": "production", "chorus_pro_auto_send": True}
        for user in self.people:
            for name, value in values.items():
                for method, *args in (
                    ("write", self.company.ids, {name: value}),
                    ("create", {"name": f"{user} {name}", name: value}),
                ):
                    with self.subTest(f"{user} {method} {name}"):
                        answer = self.ask(user, "res.company", method, *args)
                        self.assertIs(answer, AccessError)
        answer = self.ask(
            "rights", "res.company", "write", self.company.ids, {"sequence": 7}
        )
        self.assertIs(answer, True)

    def test_an_administrator_can(self):
        """The other half: the refusals above are no accident of the calls."""
        admin = self.env.ref("base.user_admin")
        admin.sudo().company_ids |= self.company
        company = self.company.with_user(admin)
        self.assertEqual(company.chorus_pro_password, SECRET)
        found = company.search([("chorus_pro_password", "=", SECRET)])
        self.assertEqual(found, company)
