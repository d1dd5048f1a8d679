"""Who may act: every public method of ours, called by everybody who should not."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

MODULE = "l10n_fr_chorus_pro"
# Actions that only read: they open a window or a download of what one may read.
PRINTS = {
    ("account.move", "action_chorus_pro_certificate"),
    ("account.move", "action_chorus_pro_print_claim"),
    ("res.partner", "action_chorus_pro_print_claim"),
}
READS = {
    *PRINTS,
    ("res.partner", "action_chorus_pro_late"),
    ("res.company", "action_chorus_pro_open_card"),
    ("account.journal", "action_chorus_pro_open_card"),
    ("chorus.pro.report", "action_open_invoice"),
    ("chorus.pro.flow", "action_open_invoices"),
    ("chorus.pro.transmission", "action_download"),
    ("chorus.pro.send.line", "action_fix"),
    ("chorus.pro.find.line", "action_back"),
}
# Actions of officers: an invoicing clerk may not.
DECISIONS = {
    ("chorus.pro.transmission", "action_look_again"),
    ("chorus.pro.transmission", "action_enter_flow_number"),
    ("chorus.pro.transmission", "action_deposit_again"),
    ("chorus.pro.flow.number", "action_confirm"),
    ("account.move", "action_chorus_pro_reroute"),
    ("account.move", "action_chorus_pro_complete"),
    ("account.move", "action_chorus_pro_validator"),
    ("account.move", "action_chorus_pro_reissue"),
    ("account.move", "action_chorus_pro_handle_rejection"),
    ("chorus.pro.reroute", "action_confirm"),
    ("chorus.pro.complete", "action_confirm"),
    ("chorus.pro.validator", "action_confirm"),
    ("chorus.pro.request", "action_look_again"),
    ("chorus.pro.request", "action_give_up"),
    ("chorus.pro.request", "action_cancel"),
}
SETTINGS = {
    ("res.company", "action_chorus_pro_test"),
    ("res.config.settings", "action_chorus_pro_test"),
    ("res.config.settings", "action_chorus_pro_take_over"),
    ("res.config.settings", "action_chorus_pro_environment"),
    ("res.config.settings", "action_chorus_pro_setup"),
    ("chorus.pro.connection", "action_again"),
    ("chorus.pro.connection", "action_settings"),
    ("chorus.pro.environment", "action_confirm"),
    ("chorus.pro.setup", "action_open"),
    ("chorus.pro.setup.line", "action_open"),
    ("chorus.pro.recipient.upload", "action_confirm"),
    ("chorus.pro.takeover", "action_take_over"),
}
CLERK = {
    ("account.move", "action_chorus_pro_back"),
    ("account.move", "action_chorus_pro_check"),
    ("account.move", "action_chorus_pro_find"),
    ("account.move", "action_chorus_pro_find_entity"),
    ("account.move", "action_chorus_pro_proof"),
    ("account.move", "action_chorus_pro_split"),
    ("account.move", "action_chorus_pro_mark_elsewhere"),
    ("account.move", "action_chorus_pro_refresh"),
    ("account.move", "action_chorus_pro_send"),
    ("account.move", "action_chorus_pro_unmark_elsewhere"),
    ("chorus.pro.flow", "action_refresh"),
    ("chorus.pro.send", "action_check"),
    ("chorus.pro.send", "action_confirm"),
    ("chorus.pro.send.line", "action_check"),
}
CONTACTS = {
    ("res.partner", "action_chorus_pro_back"),
    ("res.partner", "action_chorus_pro_find_entity"),
    ("res.partner", "action_chorus_pro_refresh"),
    ("res.partner", "action_chorus_pro_sync"),
    ("chorus.pro.refresh", "action_stop"),
    ("chorus.pro.find", "action_next"),
    ("chorus.pro.find", "action_previous"),
    ("chorus.pro.find", "action_search"),
    ("chorus.pro.find.line", "action_create"),
    ("chorus.pro.find.line", "action_open"),
    ("chorus.pro.find.line", "action_use"),
    ("chorus.pro.find.match", "action_use"),
}
ALL = READS | DECISIONS | SETTINGS | CLERK | CONTACTS
# Core's own, which ours extends; who may use them: tests/test_send_method.py.
EXTENDED = {
    ("account.move", "action_invoice_sent"),
    ("account.move.send.wizard", "action_send_and_print"),
    ("account.move.send.batch.wizard", "action_send_and_print"),
}


def is_ours(method):
    """Whether a method was written in this addon."""
    return f".{MODULE}." in f".{getattr(method, '__module__', '')}."


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecurity(ChorusProCommon):
    """A read-only accountant, a portal user and a plain employee over RPC."""

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
            )
        }
        cls.users["clerk"] = cls.clerk

    def setUp(self):
        super().setUp()
        self.move = self.make_invoice()
        self.fault("timeout_after")
        self.row = self.send(self.move)
        self.flow = self.row.flow_id
        self.users["portal"].partner_id.parent_id = self.entity
        wizard = self.env["chorus.pro.send"].create({"move_ids": self.move.ids})
        find = self.env["chorus.pro.find"].create({"query": "aurelin"})
        line = {"find_id": find.id, "name": "X", "siret": self.entity.company_registry}
        line = self.env["chorus.pro.find.line"].create(line)
        match = {"line_id": line.id, "partner_id": self.entity.id}
        self.records = {
            "account.move": self.move,
            "account.journal": self.move.journal_id,
            "chorus.pro.report": self.env["chorus.pro.report"].browse(self.move.id),
            "chorus.pro.find": find,
            "chorus.pro.find.line": line,
            "chorus.pro.find.match": self.env["chorus.pro.find.match"].create(match),
            "chorus.pro.flow": self.flow,
            "chorus.pro.flow.number": self.env["chorus.pro.flow.number"].create(
                {"flow_id": self.flow.id, "number": "CPP" + "1" * 22}
            ),
            "chorus.pro.recipient.upload": self.env[
                "chorus.pro.recipient.upload"
            ].create({"source": "portal"}),
            "chorus.pro.send": wizard,
            "chorus.pro.send.line": wizard.line_ids,
            "chorus.pro.takeover": self.env["chorus.pro.takeover"]
            .sudo()
            .create({"kind": "entity", "source_id": 1, "outcome": "taken"}),
            "chorus.pro.transmission": self.row,
            "res.company": self.company,
            **self.setups(),
            **self.acts(),
            "res.config.settings": self.env["res.config.settings"].create({}),
            "res.partner": self.entity,
        }
        self.env.flush_all()

    def setups(self):
        """The dialogs of the set-up, and a reading of entities."""
        here = {"company_id": self.company.id}
        line = {"key": "identity"}
        setup = {**here, "line_ids": [Command.create(line)]}
        refresh = {**here, "user_id": self.clerk.id}
        return {
            "chorus.pro.refresh": self.env["chorus.pro.refresh"].sudo().create(refresh),
            "chorus.pro.connection": self.env["chorus.pro.connection"].create(here),
            "chorus.pro.environment": self.env["chorus.pro.environment"].create(
                {**here, "environment": "qualification"}
            ),
            "chorus.pro.setup": (made := self.env["chorus.pro.setup"].create(setup)),
            "chorus.pro.setup.line": made.line_ids,
        }

    def acts(self):
        """A lost request and the dialogs of the officer."""
        moves = {"move_ids": self.move.ids}
        dialogs = {
            model: self.env[model].create(moves)
            for model in ("chorus.pro.reroute", "chorus.pro.complete")
        }
        request = self.env["chorus.pro.request"].sudo()
        return {
            **dialogs,
            "chorus.pro.validator": self.env["chorus.pro.validator"].create(
                {**moves, "validator_id": self.entity.id}
            ),
            "chorus.pro.request": request.create(
                {
                    "transmission_id": self.row.id,
                    "environment": "demo",
                    "kind": "reroute",
                    "state": "unknown",
                    "user_id": self.env.uid,
                }
            ),
        }

    def actions(self):
        """(model, name) of every action that this addon defines or overrides."""
        return {
            (model, name)
            for model in self.env
            for name in dir(type(self.env[model]))
            if name.startswith("action_")
            and is_ours(getattr(type(self.env[model]), name))
        }

    def call(self, key, user):
        """Call an action as RPC does: by id, without anything in the cache."""
        model, name = key
        self.env.invalidate_all()
        records = self.env[model].with_user(self.users[user])
        with self.portal_session():
            return getattr(records.browse(self.records[model].ids), name)()

    def snapshot(self):
        """What must not change."""
        self.env.invalidate_all()
        rows = self.env["chorus.pro.transmission"].sudo().search([])
        asked = self.env["chorus.pro.request"].sudo().search([])
        return (
            [(row.id, row.state, row.write_date) for row in (*rows, *asked)],
            self.flow.sudo().read(["state", "name", "checks", "write_date"]),
            self.move.read(["chorus_pro_status", "write_date"]),
            len(self.move.message_ids),
            len(self.ledger()["deposits"]),
            self.entity.read(["chorus_pro_asked_at", "name", "company_registry"]),
        )

    def test_every_action_is_known_here(self):
        self.assertEqual(self.actions(), ALL | EXTENDED)
        self.assertEqual({model for model, _name in ALL}, set(self.records))

    def test_public_methods_are_actions(self):
        """What RPC can call is an action, a hook of Odoo, or harmless."""
        public = set()
        for model in self.env:
            for name in dir(type(self.env[model])):
                method = getattr(type(self.env[model]), name, None)
                if not name.startswith("_") and callable(method) and is_ours(method):
                    public.add((model, name))
        hooks = {(model, name) for model, name in public if self.is_hook(model, name)}
        self.assertEqual(public - hooks, ALL)
        names = {name for _model, name in hooks - EXTENDED}
        self.assertLessEqual(names, {"create", "write", "unlink"})

    def is_hook(self, model, name):
        """Whether Odoo itself has such a method, which ours extends."""
        return any(
            name in vars(cls) and MODULE not in cls.__module__
            for cls in type(self.env[model]).__mro__
        )

    def test_nobody_acts_who_may_not(self):
        before = self.snapshot()
        refused = {
            "auditor": ALL - READS,
            "portal": ALL - READS,
            "employee": ALL - READS,
            "clerk": DECISIONS | SETTINGS,
            "officer": SETTINGS,
        }
        for user, keys in refused.items():
            for key in sorted(keys):
                name = f"{user}: {key[0]}.{key[1]}"
                with self.subTest(name), self.assertRaises(AccessError):
                    self.call(key, user)
        self.assertEqual(self.snapshot(), before)

    def test_reading_actions_change_nothing(self):
        before = self.snapshot()
        for key in sorted(READS):
            for user in self.users:
                with self.subTest(f"{user}: {key[0]}.{key[1]}"):
                    try:
                        result = self.call(key, user)
                    except AccessError:
                        self.assertNotIn(user, ("clerk", "officer"))
                    except UserError as error:
                        # Nothing is late here, nor certified; test_late_report and
                        # test_act_proof print.
                        self.assertIn(key, PRINTS, error)
                    else:
                        self.assertIn("type", result)
        self.assertEqual(self.snapshot(), before)

    def test_download_is_for_readers(self):
        key = ("chorus.pro.transmission", "action_download")
        for user in ("portal", "employee"):
            with self.assertRaises(AccessError):
                self.call(key, user)
        for user in ("auditor", "clerk", "officer"):
            self.assertIn("/file/", self.call(key, user)["url"])

    def test_those_who_may_can(self):
        """The other half: a refusal above is no accident of the records."""
        elsewhere = {
            ("chorus.pro.send", "action_confirm"),
            # It wants a filed invoice: test_act_reissue.
            ("account.move", "action_chorus_pro_proof"),
            # It wants a credit note: test_documents_references.
            ("account.move", "action_chorus_pro_split"),
        }
        for key in sorted(CLERK - elsewhere):
            with self.subTest(key):
                self.call(key, "clerk")
        # They want the right to write contacts: test_directory_use, test_wizard_fix.
        contacts = {
            ("chorus.pro.find.line", "action_create"),
            ("res.partner", "action_chorus_pro_back"),
        }
        for key in sorted(CONTACTS - contacts):
            with self.subTest(key), self.env.cr.savepoint() as savepoint:
                self.call(key, "clerk")
                savepoint.rollback()
        self.call(("chorus.pro.transmission", "action_enter_flow_number"), "officer")

    def test_clerk_who_may_not_write_this_invoice(self):
        """The group alone is not enough: rules of the invoice hold too."""
        self.env["ir.rule"].sudo().create(
            {
                "name": "Somebody else's",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "domain_force": f"[('id', '!=', {self.move.id})]",
                "perm_read": False,
            }
        )
        before = self.snapshot()
        keys = CLERK - {("chorus.pro.send", "action_confirm")}
        for user, refused in (("clerk", keys), ("officer", keys | DECISIONS)):
            for key in sorted(refused - {("chorus.pro.flow.number", "action_confirm")}):
                name = f"{user}: {key[0]}.{key[1]}"
                with self.subTest(name), self.assertRaises(AccessError):
                    self.call(key, user)
        self.assertEqual(self.snapshot(), before)

    def test_managers_are_officers(self):
        manager = self.env.ref("account.group_account_manager")
        officer = self.env.ref(f"{MODULE}.group_chorus_pro_officer")
        self.assertIn(officer, manager.all_implied_ids)
        user = self.env.ref("account.group_account_invoice")
        self.assertIn(user, officer.all_implied_ids)
        self.assertNotIn(officer, user.all_implied_ids)

    def test_buttons_of_the_list_are_for_the_invoicing_group(self):
        group = self.env.ref("account.group_account_invoice")
        actions = self.env["ir.actions.server"].sudo().search([])
        ids = actions.get_external_id()
        ours = actions.filtered(lambda a: ids[a.id].startswith(f"{MODULE}.action_"))
        officer = self.env.ref(f"{MODULE}.group_chorus_pro_officer")
        acts = ours.filtered(lambda a: a.group_ids == officer)
        names = {
            "Re-route at Chorus Pro",
            "Complete at Chorus Pro",
            "Correct the validator at Chorus Pro",
        }
        self.assertEqual(set(acts.mapped("name")), names)
        self.assertEqual(len(ours - acts), 8)
        for action in ours - acts:
            self.assertEqual(action.group_ids, group, action.name)
