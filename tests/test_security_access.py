"""What RPC can reach: tables, files and fields of the invoice, for everybody."""

import ast
import base64
import inspect
import textwrap

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.tests.security_common import (
    MODULE,
    READERS,
    SecurityAccessCase,
)

# Transient rows that the clerk and the officer make for themselves.
DIALOGS = {
    "chorus.pro.send": {"clerk", "officer", "manager", "stranger"},
    "chorus.pro.send.line": {"clerk", "officer", "manager", "stranger"},
    "chorus.pro.flow.number": {"officer", "manager", "stranger"},
    "chorus.pro.recipient.upload": {"manager", "stranger"},
    "chorus.pro.find": {"clerk", "officer", "manager", "stranger"},
    "chorus.pro.find.line": {"clerk", "officer", "manager", "stranger"},
    "chorus.pro.find.match": {"clerk", "officer", "manager", "stranger"},
    "chorus.pro.reroute": {"officer", "manager", "stranger"},
    "chorus.pro.complete": {"officer", "manager", "stranger"},
    "chorus.pro.validator": {"officer", "manager", "stranger"},
    # Administrators only: tests/test_setup.py.
    "chorus.pro.connection": set(),
    "chorus.pro.environment": set(),
    "chorus.pro.setup": set(),
    "chorus.pro.setup.line": set(),
}
ACTS = ("chorus.pro.reroute", "chorus.pro.complete", "chorus.pro.validator")

PORTAL_WORDS = (
    "chorus.pro.recipient",
    "chorus.pro.piece.type",
    "chorus.pro.ecb.rate",
)
SYSTEM_ONLY = ("chorus.pro.gate", "chorus.pro.takeover")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecurityAccess(SecurityAccessCase):
    """Who reads, who opens dialogs, what is refused loudly."""

    # === TABLES === #

    def test_every_model_of_ours_is_here(self):
        models = {
            name
            for name, model in self.env.items()
            if name.startswith("chorus.pro.") and not model._abstract and model._auto
        }
        self.assertEqual(models, {*self.kept, *DIALOGS})

    def test_who_reads_what_is_kept(self):
        for user in self.people:
            for model, record in self.kept.items():
                may = user in READERS and model not in SYSTEM_ONLY
                if model == "chorus.pro.service":
                    may = user not in ("portal", "public")
                elif model in ("chorus.pro.batch", "chorus.pro.refresh"):
                    # Who clicked, and nobody else.
                    may = user == "clerk"
                elif model in PORTAL_WORDS:
                    # They belong to no company.
                    may = user in (*READERS, "stranger")
                with self.subTest(f"{user} reads {model}"):
                    if may:
                        self.assertTrue(
                            self.call(user, model, "read", record.ids, ["id"])
                        )
                        self.assertTrue(self.call(user, model, "search", []))
                    else:
                        with self.assertRaises(AccessError):
                            self.call(user, model, "read", record.ids, ["create_date"])
                        self.nothing_found(user, model)

    def nothing_found(self, user, model):
        """A search is refused or finds nothing."""
        try:
            found = self.call(user, model, "search", [])
        except AccessError:
            return
        self.assertFalse(found)

    def test_dialogs(self):
        values = {
            "chorus.pro.send": {"move_ids": [Command.set(self.move.ids)]},
            "chorus.pro.flow.number": {"flow_id": self.row.flow_id.id, "number": "x"},
            "chorus.pro.recipient.upload": {"source": "portal"},
            "chorus.pro.find": {"query": "x"},
            **{model: {"move_ids": [Command.set(self.move.ids)]} for model in ACTS},
            "chorus.pro.connection": {"company_id": self.company.id},
            "chorus.pro.environment": {"environment": "demo"},
            "chorus.pro.setup": {"company_id": self.company.id},
        }
        for user in self.people:
            for model, vals in values.items():
                with self.subTest(f"{user} makes {model}"):
                    if user == "stranger":
                        continue
                    if user in DIALOGS[model]:
                        self.assertTrue(self.call(user, model, "create", [vals]))
                    else:
                        with self.assertRaises(AccessError):
                            self.call(user, model, "create", [vals])

    def test_the_dialogs_of_a_stranger_reach_nothing(self):
        before = self.stored()
        for model, vals, action in (
            ("chorus.pro.send", {"move_ids": [Command.set(self.move.ids)]}, "confirm"),
            (
                "chorus.pro.flow.number",
                {"flow_id": self.row.flow_id.id, "number": "CPP" + "1" * 22},
                "confirm",
            ),
            *(
                (model, {"move_ids": [Command.set(self.move.ids)]}, "confirm")
                for model in ACTS
            ),
        ):
            with self.subTest(model), self.assertRaises(AccessError):
                [made] = self.call("stranger", model, "create", [vals])
                self.call("stranger", model, f"action_{action}", [made])
        self.assertEqual(self.stored(), before)

    def test_a_line_of_the_dialog_opens_nothing_that_one_may_not_read(self):
        """Its model and id can be made up; what is opened asks for rights itself."""
        wizard = self.env["chorus.pro.send"].with_user(self.people["clerk"])
        wizard = wizard.create({"move_ids": [Command.set(self.move.ids)]})
        values = {
            "send_id": wizard.id,
            "move_id": self.move.id,
            "level": "error",
            "fix_model": "chorus.pro.gate",
            "fix_id": self.kept["chorus.pro.gate"].id,
        }
        [made] = self.call("clerk", "chorus.pro.send.line", "create", [values])
        action = self.call("clerk", "chorus.pro.send.line", "action_fix", [made])
        self.assertEqual(action["type"], "ir.actions.act_window")
        with self.assertRaises(AccessError):
            self.call(
                "clerk", action["res_model"], "read", [action["res_id"]], ["token"]
            )

    # === FILES === #

    def test_who_gets_the_file(self):
        binary = self.env["ir.binary"]
        domain = [("res_model", "=", self.row._name), ("res_field", "!=", False)]
        attachment = self.env["ir.attachment"].sudo().search(domain)
        self.assertEqual(len(attachment), 1)
        for user, person in self.people.items():
            self.env.invalidate_all()
            with self.subTest(user):
                finder = binary.with_user(person)
                if user in READERS:
                    record = finder._find_record(
                        res_model=self.row._name, res_id=self.row.id, field="file"
                    )
                    self.assertEqual(record, self.row)
                    continue
                with self.assertRaises(AccessError):
                    finder._find_record(
                        res_model=self.row._name, res_id=self.row.id, field="file"
                    )
                with self.assertRaises(AccessError):
                    self.call(user, "ir.attachment", "read", attachment.ids, ["datas"])
                self.assertFalse(self.visible_attachments(user, domain))

    def visible_attachments(self, user, domain):
        """Attachments that a user finds."""
        try:
            return self.call(user, "ir.attachment", "search", domain)
        except AccessError:
            return []

    def test_nobody_changes_the_file_behind_our_back(self):
        domain = [("res_model", "=", self.row._name), ("res_field", "!=", False)]
        attachment = self.env["ir.attachment"].sudo().search(domain)
        content = attachment.raw
        for user in self.people:
            for name, *args in (
                ("write", attachment.ids, {"datas": base64.b64encode(b"forged")}),
                ("unlink", attachment.ids),
            ):
                with self.subTest(f"{user} {name}"), self.assertRaises(AccessError):
                    self.call(user, "ir.attachment", name, *args)
        self.env.invalidate_all()
        self.assertEqual(attachment.raw, content)

    # === FIELDS OF THE INVOICE === #

    def test_portal_user_who_follows_the_invoice(self):
        """Reads the invoice, and nothing of ours."""
        for user in ("portal", "employee", "rights", "public"):
            for name in self.our_fields():
                with self.subTest(f"{user} {name}"), self.assertRaises(AccessError):
                    self.call(user, "account.move", "read", self.move.ids, [name])
        [values] = self.call("portal", "account.move", "read", self.move.ids, ["name"])
        self.assertEqual(values["name"], self.move.name)
        self.assertFalse(
            self.our_fields() & set(self.call("portal", "account.move", "fields_get"))
        )

    def test_portal_user_sees_no_line_of_ours_in_the_chatter(self):
        self.assertIn("Chorus Pro:", "".join(self.move.message_ids.mapped("body")))
        domain = [("model", "=", "account.move"), ("res_id", "=", self.move.id)]
        for user in ("portal", "public"):
            try:
                ids = self.call(user, "mail.message", "search", domain)
            except AccessError:
                continue
            bodies = self.env["mail.message"].sudo().browse(ids).mapped("body")
            self.assertNotIn("Chorus Pro:", "".join(bodies), user)

    def test_stored_fields_are_refused_loudly(self):
        for name, value in (
            ("chorus_pro_status", "released"),
            ("chorus_pro_posted_at", "2020-01-01 00:00:00"),
            ("chorus_pro_internal", True),
            ("chorus_pro_reissue_of_id", self.move.id),
        ):
            for user in ("clerk", "officer", "manager"):
                for method, *args in (
                    ("write", self.move.ids, {name: value}),
                    ("create", [{"move_type": "out_invoice", name: value}]),
                    ("web_save", self.move.ids, {name: value}, {}),
                ):
                    with (
                        self.subTest(f"{user} {method} {name}"),
                        self.assertRaises(AccessError),
                    ):
                        self.call(user, "account.move", method, *args)

    def test_what_is_written_in_a_cache_opens_no_guard(self):
        """One call may hold several values: the guard reads what is stored."""
        for name, value in (
            ("chorus_pro_transmission_id", False),
            ("chorus_pro_editable", True),
            ("chorus_pro_transmission_ids", [Command.set([])]),
        ):
            values = {name: value, "buyer_reference": "FORGED"}
            with self.subTest(name):
                self.try_to_write("clerk", values)
                self.assertNotEqual(self.move.buyer_reference, "FORGED")

    def test_a_clerk_enters_what_is_his(self):
        draft = self.make_invoice(post=False)
        values = {"chorus_pro_framework": "A2", "buyer_reference": "TECH"}
        self.call("clerk", "account.move", "write", draft.ids, values)
        self.assertEqual(draft.chorus_pro_framework, "A2")
        for user in ("auditor", "portal", "employee", "public", "stranger"):
            with self.subTest(user), self.assertRaises(AccessError):
                self.call(user, "account.move", "write", draft.ids, values)

    # === METHODS === #

    def public_methods(self):
        """(class, function) of every public method that this addon defines."""
        for name in sorted(self.env.registry):
            for cls in type(self.env[name]).__mro__:
                if MODULE in (getattr(cls, "__module__", "") or ""):
                    for method, function in vars(cls).items():
                        if not method.startswith("_") and inspect.isfunction(function):
                            yield cls, function

    def test_public_methods_check_before_they_sudo(self):
        """Read from the sources: no `sudo` before the first check of rights."""
        found, offences = set(), []
        for cls, function in self.public_methods():
            tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
            found.add(function.__name__)
            first = {"sudo": 0, "check": 0}
            for statement in reversed(tree.body[0].body):
                text = ast.unparse(statement)
                for kind, words in (
                    ("check", ("_chorus_pro_authorize(", "check_access(")),
                    ("sudo", (".sudo(", "SUPERUSER_ID")),
                ):
                    if any(word in text for word in words):
                        first[kind] = statement.lineno
            if first["sudo"] and not 0 < first["check"] <= first["sudo"]:
                offences.append(f"{cls.__module__}: {function.__name__}")
        self.assertIn("action_chorus_pro_send", found)
        # Odoo's own entries, which ask for rights themselves.
        self.assertEqual(
            [o for o in offences if not o.endswith((": write", ": create"))], []
        )

    def test_private_methods_are_not_called_from_outside(self):
        for model, name in (
            ("account.move", "_chorus_pro_enqueue"),
            ("account.move", "_chorus_pro_declare"),
            ("chorus.pro.transmission", "_apply"),
            ("chorus.pro.flow", "_cron_send"),
            ("chorus.pro.request", "_cron_act"),
            ("account.move", "_chorus_pro_ask"),
            ("account.move", "_chorus_pro_take_routing"),
            ("chorus.pro.gate", "_write_alone"),
            ("res.company", "_chorus_pro_settings"),
            ("res.company", "_chorus_pro_keep_secrets"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                self.call("manager", model, name, [])
