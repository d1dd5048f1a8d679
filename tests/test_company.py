"""A company's settings: who reads them, what a change brings, the one factory."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro import simulator
from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, codes
from odoo.addons.l10n_fr_chorus_pro.const import ERRORS
from odoo.addons.l10n_fr_chorus_pro.models import res_company
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

FIELDS = res_company.SECRETS
VALUES = {name: f"SECRET-{name}" for name in FIELDS}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCompany(ChorusProCommon):
    """Secrets go to the client and nowhere else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().write(VALUES)
        cls.clerk.group_ids += cls.env.ref("base.group_allow_export")
        cls.manager = new_test_user(
            cls.env,
            "chorus_manager",
            groups="account.group_account_manager,base.group_allow_export",
            company_id=cls.company.id,
        )
        cls.admin = new_test_user(
            cls.env,
            "chorus_admin",
            groups="base.group_system",
            company_id=cls.company.id,
        )

    def since(self):
        """When automatic sending was switched on."""
        return self.company.chorus_pro_auto_send_since

    # === WHO READS SECRETS === #

    def test_users_cannot_read_them(self):
        for user in (self.clerk, self.manager):
            company = self.company.with_user(user)
            for name in FIELDS:
                with self.subTest(f"{user.login} {name}"):
                    company.invalidate_recordset()
                    with self.assertRaises(AccessError):
                        getattr(company, name)
                    with self.assertRaises(AccessError):
                        company.read([name])
                    with self.assertRaises(AccessError):
                        company.export_data([name])
                    with self.assertRaises(AccessError):
                        company.search([(name, "=like", "S%")])
                    with self.assertRaises(AccessError):
                        company.write({name: "mine"})
                    self.assertNotIn(name, company.fields_get())
            self.assertNotIn("SECRET", str(company.read()))

    def test_they_cannot_be_reached_from_other_records(self):
        move = self.make_invoice().with_user(self.manager)
        for path in (f"company_id/{FIELDS[0]}", f"company_id/{FIELDS[1]}"):
            with self.assertRaises(AccessError):
                move.export_data(["name", path])
        with self.assertRaises(AccessError):
            move.search([(f"company_id.{FIELDS[1]}", "=like", "S%")])

    def test_administrators_can(self):
        company = self.company.with_user(self.admin)
        self.assertEqual({name: company[name] for name in FIELDS}, VALUES)

    def test_copy_of_a_company_has_none(self):
        for name in FIELDS:
            self.assertFalse(self.company._fields[name].copy, name)

    def test_token_is_for_administrators(self):
        with self.portal_session():
            gate = self.company._chorus_pro_gate()
        gate.write({"token": "SECRET-TOKEN"})
        for user in (self.clerk, self.manager):
            with self.assertRaises(AccessError):
                gate.with_user(user).read(["token"])
        self.assertEqual(gate.with_user(self.admin).token, "SECRET-TOKEN")
        with self.assertRaises(AccessError):
            gate.with_user(self.admin).write({"token": "mine"})

    # === THE FACTORY === #

    def test_demo_needs_no_credentials(self):
        settings = self.company._chorus_pro_settings()
        self.assertEqual(settings.client_secret, simulator.CREDENTIALS["client_secret"])
        self.assertEqual(settings.password, simulator.CREDENTIALS["password"])
        self.assertEqual(
            (settings.token_url, settings.api_url), codes.ENVIRONMENTS["demo"]
        )
        self.company.write(dict.fromkeys(FIELDS, False))
        self.assertTrue(self.company._chorus_pro_is_configured())

    def test_addresses_and_credentials_of_the_others(self):
        for environment in ("qualification", "production"):
            self.company.chorus_pro_environment = environment
            settings = self.company.with_user(self.clerk)._chorus_pro_settings()
            self.assertEqual(
                (settings.token_url, settings.api_url), codes.ENVIRONMENTS[environment]
            )
            self.assertEqual(
                {
                    f"chorus_pro_{n}": getattr(settings, n)
                    for n in simulator.CREDENTIALS
                },
                VALUES,
            )
            self.assertNotIn("SECRET", repr(settings))

    def test_addresses_can_be_overridden_for_one_environment(self):
        params = self.env["ir.config_parameter"].sudo()
        prefix = "l10n_fr_chorus_pro.qualification"
        params.set_param(f"{prefix}_token_url", "https://proxy.example/token")
        params.set_param(f"{prefix}_api_url", "https://proxy.example")
        self.company.chorus_pro_environment = "qualification"
        settings = self.company._chorus_pro_settings()
        self.assertEqual(settings.token_url, "https://proxy.example/token")
        self.assertEqual(settings.api_url, "https://proxy.example")
        self.company.chorus_pro_environment = "production"
        settings = self.company._chorus_pro_settings()
        self.assertEqual(settings.api_url, codes.ENVIRONMENTS["production"][1])

    def test_each_credential_is_needed(self):
        self.company.chorus_pro_environment = "production"
        self.assertTrue(self.company._chorus_pro_is_configured())
        for name in FIELDS:
            self.company[name] = False
            self.assertFalse(self.company._chorus_pro_is_configured(), name)
            with self.assertRaises(ChorusError) as caught:
                self.company._chorus_pro_client()
            self.assertEqual(caught.exception.code, "not_configured")
            self.assertEqual(caught.exception.outcome, "not_sent")
            self.company[name] = VALUES[name]

    def test_demo_answers_in_this_process(self):
        with self.portal_session(), self.company._chorus_pro_client() as client:
            self.assertTrue(client.health_check())
            (own,) = list(client.rechercher_structures(siret="99999999800019"))
            self.assertEqual(self.company._chorus_pro_own_id(client), own.portal_id)

    def test_ledger_of_the_demo_lies_with_the_files_of_the_database(self):
        company = self.env["res.company"]
        path = res_company.ResCompany._chorus_pro_demo_path(company)
        self.assertTrue(path.endswith("/chorus_pro_demo.sqlite"))
        self.assertIn(self.env.cr.dbname, path)
        app = company._chorus_pro_demo_app()
        self.assertIs(company._chorus_pro_demo_app(), app, "one for each process")

    def test_siret_of_the_company(self):
        partner = self.company.partner_id
        for registry, siret in (
            ("999 999 998 00019", "99999999800019"),
            ("999999998", ""),
            (False, ""),
        ):
            partner.company_registry = registry
            self.assertEqual(self.company._chorus_pro_siret(), siret)

    def test_another_siret_is_another_supplier_at_the_portal(self):
        with self.portal_session(), self.company._chorus_pro_client() as client:
            first = self.company._chorus_pro_own_id(client)
            self.company.partner_id.name = "Other name"
            gate = self.company._chorus_pro_gate()
            self.assertEqual(gate.structure_id, first)
            self.company.partner_id.company_registry = "33254021516357"
            self.assertFalse(self.company._chorus_pro_known_own_id(gate))
            second = self.company._chorus_pro_own_id(client)
            self.assertNotEqual(second, first)
            gate.invalidate_recordset()
            self.assertEqual(gate.structure_id, second)
            self.assertEqual(self.company._chorus_pro_known_own_id(gate), second)

    # === WORDS === #

    def test_every_error_is_explained(self):
        for code, words in ERRORS.items():
            text = self.company._chorus_pro_explain(ChorusError(code))
            self.assertEqual(text, words._source)
            error = ChorusError(code, label="Libellé du portail")
            text = self.company._chorus_pro_explain(error)
            self.assertEqual(text, f"{words._source} (Libellé du portail)")
        self.assertEqual(self.company._chorus_pro_explain(ChorusError("new")), "new")

    def test_company_speaks_its_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.partner_id.lang = "fr_FR"
        speaking = self.company._chorus_pro_speak()
        self.assertEqual(speaking.env.lang, "fr_FR")
        self.assertEqual(speaking.env.company, self.company)
        self.company.partner_id.lang = False
        speaking = self.company.with_context(lang="en_US")._chorus_pro_speak()
        self.assertEqual(speaking.env.lang, "en_US")

    # === AUTOMATIC SENDING === #

    def test_only_what_is_posted_after_switching_on_goes_by_itself(self):
        before = self.make_invoice()
        self.assertFalse(self.since())
        before.sudo().chorus_pro_posted_at = "2026-01-01 00:00:00"
        self.company.chorus_pro_auto_send = True
        after = self.make_invoice()
        after.sudo().chorus_pro_posted_at = "2099-01-01 00:00:00"
        blocked = self.make_invoice(self.make_entity("21990000000000", "X", "service"))
        blocked.sudo().chorus_pro_posted_at = "2099-01-01 00:00:00"
        self.run_send()
        self.assertEqual(before.chorus_pro_status, "to_send")
        self.assertEqual(after.chorus_pro_status, "sent")
        self.assertEqual(blocked.chorus_pro_status, "to_send")
        blocked.buyer_reference = "S"
        self.run_send()
        self.assertEqual(blocked.chorus_pro_status, "sent", "it is looked at again")

    def test_moment_of_switching_on_is_kept(self):
        self.company.chorus_pro_auto_send = True
        self.assertTrue(self.since())
        self.company.chorus_pro_auto_send_since = "2026-01-01 00:00:00"
        first = self.since()
        self.company.write({"chorus_pro_auto_send": True, "name": "Other name"})
        self.assertEqual(self.since(), first, "it was on already")
        self.company.chorus_pro_auto_send = False
        self.assertEqual(self.since(), first)
        self.company.chorus_pro_auto_send = True
        self.assertGreater(self.since(), first)

    def test_another_environment_starts_anew(self):
        self.company.chorus_pro_auto_send = True
        self.company.chorus_pro_auto_send_since = "2026-01-01 00:00:00"
        first = self.since()
        with self.portal_session():
            self.company.chorus_pro_environment = "demo"
        self.assertEqual(self.since(), first, "no change")
        with self.portal_session():
            self.company.chorus_pro_environment = "production"
        self.assertGreater(self.since(), first)

    def test_company_that_is_made_with_it(self):
        companies = self.env["res.company"].create(
            [{"name": "By itself", "chorus_pro_auto_send": True}, {"name": "By hand"}]
        )
        self.assertEqual(
            [bool(c.chorus_pro_auto_send_since) for c in companies], [True, False]
        )
        self.assertEqual(companies.mapped("chorus_pro_environment"), ["demo", "demo"])

    # === ANOTHER ENVIRONMENT === #

    def test_change_of_environment_takes_back_what_waits(self):
        waiting, failed, sent = (self.make_invoice() for _n in range(3))
        self.send(sent)
        rows = (waiting | failed)._chorus_pro_enqueue().chorus_pro_transmission_id
        rows[1].move_id.chorus_pro_transmission_id._fail("render", "No PDF.")
        with self.portal_session():
            self.company.chorus_pro_environment = "production"
        self.assertEqual(set(rows.mapped("state")), {"cancelled"})
        moves = waiting | failed | sent
        self.assertEqual(set(moves.mapped("chorus_pro_status")), {"to_send"})
        with self.portal_session():
            self.company.chorus_pro_environment = "demo"
        self.assertEqual(
            moves.mapped("chorus_pro_status"), ["to_send", "to_send", "sent"]
        )

    def test_change_concerns_only_its_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        move = self.make_invoice()
        row = move._chorus_pro_enqueue().chorus_pro_transmission_id
        other.chorus_pro_environment = "production"
        self.assertEqual(row.state, "to_send")

    def test_new_credentials_forget_token_and_pause(self):
        with self.portal_session():
            gate = self.company._chorus_pro_gate()
            for name in FIELDS:
                gate._write_alone(token="OLD", pause_code="tls", failures=3)
                self.company.write({name: "new"})
                gate.invalidate_recordset()
                found = (gate.token, gate.pause_code, gate.failures)
                self.assertEqual(found, (False, False, 0), name)
            gate._write_alone(token="KEPT")
            self.company.write({"name": "Other name"})
            gate.invalidate_recordset()
            self.assertEqual(gate.token, "KEPT")
