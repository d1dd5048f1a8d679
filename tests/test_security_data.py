"""Who reads and writes what: rights, rules, and the fields of the invoice."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.tests.security_common import (
    MODULE,
    SecurityAccessCase,
)

# Rows that only the addon's own methods write.
KEPT = (
    "chorus.pro.transmission",
    "chorus.pro.flow",
    "chorus.pro.status",
    "chorus.pro.gate",
    "chorus.pro.commitment",
    "chorus.pro.service",
    "chorus.pro.takeover",
    "chorus.pro.recipient",
    "chorus.pro.recipient.import",
)
READERS = {"account.group_account_invoice", "account.group_account_readonly"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecurityData(SecurityAccessCase):
    """Rights by table, and what they do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: new_test_user(
                cls.env, f"chorus_{name}", groups=groups, company_id=cls.company.id
            )
            for name, groups in (
                ("auditor", "base.group_user,account.group_account_readonly"),
                ("portal", "base.group_portal"),
                ("employee", "base.group_user"),
                ("officer", f"{MODULE}.group_chorus_pro_officer"),
                ("manager", "account.group_account_manager"),
                ("admin", "base.group_system,account.group_account_manager"),
            )
        }
        cls.users["clerk"] = cls.clerk

    def added_fields(self):
        """Name and field of the invoice, for each that this addon adds."""
        fields = self.env["account.move"]._fields
        return {name: fields[name] for name in self.our_fields()}.items()

    # === ROWS === #

    def test_nobody_writes_what_is_kept(self):
        for name, user in self.users.items():
            for model in KEPT:
                record = self.kept[model].with_user(user)
                calls = {
                    "write": (record.write, {"write_uid": user.id}),
                    "create": (record.create, {"create_uid": user.id}),
                    "unlink": (record.unlink,),
                }
                for operation, (call, *values) in calls.items():
                    with self.subTest(f"{name} {operation} {model}"):
                        self.assertFalse(record.has_access(operation))
                        with self.assertRaises(AccessError):
                            call(*values)

    def test_state_cannot_be_written_through_the_invoice(self):
        for name in ("clerk", "officer", "manager"):
            move = self.move.with_user(self.users[name])
            with self.subTest(name), self.assertRaises(AccessError):
                move.write(
                    {
                        "chorus_pro_transmission_ids": [
                            (1, self.row.id, {"state": "integrated"})
                        ]
                    }
                )
        self.assertEqual(self.row.state, "deposited")

    def test_who_reads_rows(self):
        readers = {"auditor", "clerk", "officer", "manager", "admin"}
        for model in (
            "chorus.pro.transmission",
            "chorus.pro.flow",
            "chorus.pro.status",
            "chorus.pro.commitment",
        ):
            for name, user in self.users.items():
                record = self.kept[model].with_user(user)
                self.assertEqual(record.has_access("read"), name in readers, name)

    def test_only_administrators_read_gates(self):
        for name, user in self.users.items():
            gate = self.kept["chorus.pro.gate"].with_user(user)
            self.assertEqual(gate.has_access("read"), name == "admin", name)

    def test_employees_read_services_portal_users_do_not(self):
        for name, user in self.users.items():
            service = self.kept["chorus.pro.service"].with_user(user)
            self.assertEqual(service.has_access("read"), name != "portal", name)

    def test_file_is_for_readers(self):
        self.assertTrue(self.row.file)
        for name, user in self.users.items():
            row = self.row.with_user(user)
            row.invalidate_recordset()
            with self.subTest(name):
                if name in ("portal", "employee"):
                    with self.assertRaises(AccessError):
                        row.read(["file"])
                else:
                    self.assertTrue(row.read(["file"])[0]["file"])

    def test_every_model_of_ours_has_rights(self):
        models = (
            self.env["ir.model"].sudo().search([("model", "=like", "chorus.pro.%")])
        )
        for model in models.filtered(lambda m: not m.abstract):
            self.assertTrue(model.access_ids, model.model)
            self.assertTrue(all(a.group_id for a in model.access_ids), model.model)

    # === FIELDS OF THE INVOICE === #

    def test_every_field_that_we_add_has_groups(self):
        found = dict(self.added_fields())
        self.assertGreater(len(found), 15)
        self.assertLessEqual({"chorus_pro_status", "chorus_pro_story"}, set(found))
        for name, field in found.items():
            with self.subTest(name):
                self.assertTrue(name.startswith("chorus_pro_"))
                self.assertEqual(set((field.groups or "").split(",")), READERS)

    def test_portal_user_sees_none_of_them(self):
        portal = self.users["portal"]
        portal.partner_id.parent_id = self.entity
        move = self.move.with_user(portal)
        self.assertEqual(move.read(["name"])[0]["name"], self.move.name)
        described = move.fields_get()
        for name, field in self.added_fields():
            with self.subTest(name):
                self.env.invalidate_all()
                self.assertNotIn(name, described)
                with self.assertRaises(AccessError):
                    move.read([name])
                # Odoo does not ask for the groups of a related field in a search.
                if field.store and not field.related:
                    with self.assertRaises(AccessError):
                        move.search([(name, "!=", False)])

    def test_auditor_reads_them(self):
        move = self.move.with_user(self.users["auditor"])
        values = move.read([name for name, _field in self.added_fields()])[0]
        self.assertEqual(values["chorus_pro_status"], "sent")
        self.assertEqual(values["chorus_pro_transmission_id"][0], self.row.id)
        other = self.make_invoice().with_user(self.users["auditor"])
        with self.assertRaises(AccessError):
            other.write({"chorus_pro_framework": "A2"})

    # === COMPANIES === #

    def test_other_companies_see_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "chorus_stranger",
            groups="account.group_account_manager,base.group_system",
            company_id=other.id,
        )
        for model in KEPT[:4]:
            records = self.env[model].with_user(stranger)
            with self.subTest(model):
                self.assertFalse(records.search([]))
                with self.assertRaises(AccessError):
                    records.browse(self.kept[model].ids).read(["create_date"])
        with self.assertRaises(AccessError):
            self.move.with_user(stranger).action_chorus_pro_send()

    def test_both_companies_see_both(self):
        other = self.env["res.company"].create({"name": "Other"})
        both = new_test_user(
            self.env,
            "chorus_both",
            groups="account.group_account_invoice",
            company_id=other.id,
            company_ids=[(6, 0, (other | self.company).ids)],
        )
        Row = self.env["chorus.pro.transmission"].with_user(both)
        for companies, found in ((other, Row), (other | self.company, self.row)):
            chosen = Row.with_context(allowed_company_ids=companies.ids)
            self.assertEqual(chosen.search([]), found)
