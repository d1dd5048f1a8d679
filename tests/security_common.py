"""People of every kind, and everything of ours that they may try to reach."""

import base64
import hashlib

from odoo import Command
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user

from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

MODULE = "l10n_fr_chorus_pro"
COMPANY_SECRETS = (
    "chorus_pro_client_id",
    "chorus_pro_client_secret",
    "chorus_pro_login",
    "chorus_pro_password",
)
GROUPS = {
    "auditor": "base.group_user,account.group_account_readonly",
    "clerk": "account.group_account_invoice",
    "officer": f"{MODULE}.group_chorus_pro_officer",
    "manager": "account.group_account_manager",
    "employee": "base.group_user",
    # May write companies and users, but is no administrator.
    "rights": "base.group_user,base.group_erp_manager",
    "portal": "base.group_portal",
}
CORE_FIELDS = {"buyer_reference", "purchase_order_reference", "contract_reference"}
CONTENT = b"the frozen file"
# What the portal said of an engagement number.
ANSWER = {
    "supplier": "99999999800019",
    "number": "EJ-1",
    "is_known": True,
    "checked_at": "2026-11-02 08:00:00",
}
RATE = {"first_day": "1999-01-01", "rate": 3, "source": "Test"}
# Read what is kept of their own company; nobody else does.
READERS = ("auditor", "clerk", "officer", "manager")


class SecurityMixin:
    """Gives `people`: {name: user}, with a stranger of another company."""

    @classmethod
    def make_people(cls):
        """Make one user of each kind; the portal user belongs to the entity."""
        cls.people = {
            name: new_test_user(
                cls.env, f"safe_{name}", groups=groups, company_id=cls.company.id
            )
            for name, groups in GROUPS.items()
        }
        cls.people["portal"].partner_id.parent_id = cls.entity
        cls.people["public"] = cls.env.ref("base.public_user")
        other = cls.env["res.company"].create({"name": "Somebody else's"})
        cls.people["stranger"] = new_test_user(
            cls.env,
            "safe_stranger",
            groups=f"{GROUPS['officer']},{GROUPS['manager']}",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )

    def follow_as_portal_user(self, move):
        """Let the portal user follow an invoice, as one who got it by mail does."""
        move.message_subscribe(self.people["portal"].partner_id.ids)


class SecurityAccessCase(ChorusProCommon, SecurityMixin):
    """One invoice that was sent, and everybody who might touch it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()

        cls.move = cls.make_invoice(cls)
        cls.follow_as_portal_user(cls, cls.move)
        cls.kept = cls.make_kept() | cls.make_directory()
        cls.row = cls.kept["chorus.pro.transmission"]
        cls.row._tell("Chorus Pro: sent.")
        cls.env.flush_all()

    @classmethod
    def make_kept(cls):
        """One row of each kind, as a deposit leaves them."""

        def make(model, **values):
            return cls.env[model].sudo().create(values)

        here = {"company_id": cls.company.id, "environment": "demo"}
        flow = make("chorus.pro.flow", state="deposited", name="CPP1", **here)
        row = make(
            "chorus.pro.transmission",
            move_id=cls.move.id,
            environment="demo",
            number=cls.move.name,
            state="deposited",
            flow_id=flow.id,
            file=base64.b64encode(CONTENT),
            file_name="FAC-1.pdf",
            checksum=hashlib.sha256(CONTENT).hexdigest(),
        )
        return {
            "chorus.pro.transmission": row,
            "chorus.pro.flow": flow,
            "chorus.pro.status": make(
                "chorus.pro.status",
                transmission_id=row.id,
                portal_ref="1",
                code="DEPOSEE",
            ),
            "chorus.pro.gate": make("chorus.pro.gate", token="kept", **here),
            "chorus.pro.ecb.rate": make("chorus.pro.ecb.rate", **RATE),
            "chorus.pro.takeover": make(
                "chorus.pro.takeover", kind="entity", source_id=1, outcome="taken"
            ),
            "chorus.pro.commitment": make("chorus.pro.commitment", **ANSWER, **here),
            **cls.make_asked(row),
            "chorus.pro.service": make(
                "chorus.pro.service", partner_id=cls.entity.id, code="TECH", name="TECH"
            ),
        }

    @classmethod
    def make_directory(cls):
        """A row of the imported directory, and an import."""
        recipients = cls.env["chorus.pro.recipient"].sudo()
        imports = cls.env["chorus.pro.recipient.import"].sudo()
        here = {"environment": "demo"}
        return {
            recipients._name: recipients.create(
                {"siret": "21990002400015", "name": "Commune", **here}
            ),
            imports._name: imports.create(
                {"source": "portal", "company_id": cls.company.id, **here}
            ),
        }

    @classmethod
    def make_asked(cls, row):
        """A request, a kind of file, and what somebody sent together."""
        requests = cls.env["chorus.pro.request"].sudo()
        kinds = cls.env["chorus.pro.piece.type"].sudo()
        kind = {"code": "01", "name": "Bon", "environment": "demo"}
        request = {
            "transmission_id": row.id,
            "environment": "demo",
            "kind": "reroute",
            "state": "done",
            "user_id": cls.env.uid,
        }
        return {
            "chorus.pro.request": requests.create(request),
            "chorus.pro.piece.type": kinds.create(kind),
            "chorus.pro.batch": cls.env["chorus.pro.batch"]
            .sudo()
            .create(
                {
                    "user_id": cls.people["clerk"].id,
                    "move_ids": [Command.set(cls.move.ids)],
                }
            ),
            "chorus.pro.refresh": cls.env["chorus.pro.refresh"]
            .sudo()
            .create(
                {
                    "user_id": cls.people["clerk"].id,
                    "company_id": cls.move.company_id.id,
                }
            ),
        }

    def call(self, user, model, name, *args):
        """Call a method as RPC does."""
        self.env.invalidate_all()
        with self.env.cr.savepoint():
            return call_kw(self.env(user=self.people[user].id)[model], name, args, {})

    def try_to_write(self, user, values):
        """Write on the invoice; what happens is looked at afterwards."""
        try:
            self.call(user, "account.move", "write", self.move.ids, values)
        except (AccessError, MissingError, UserError, ValueError):
            self.env.invalidate_all()

    def stored(self):
        """Every column of what is kept, and ours of the invoice."""
        self.env.flush_all()
        found = []
        columns = "to_jsonb(t) - 'write_uid' - 'write_date'"
        ours = (
            "(SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(t))"
            " WHERE key LIKE 'chorus_pro_%')"
        )
        tables = {model.replace(".", "_"): columns for model in self.kept}
        for table, shown in {**tables, "account_move": ours}.items():
            self.env.cr.execute(f"SELECT id, {shown}::text FROM {table} t ORDER BY id")
            found.append(self.env.cr.fetchall())
        return found

    def our_fields(self):
        """Names of the fields of the invoice that this addon adds."""
        return {
            name
            for name, field in self.env["account.move"]._fields.items()
            if MODULE in field._modules and name not in CORE_FIELDS
        }
