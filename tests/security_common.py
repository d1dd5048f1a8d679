"""People of every kind, and everything of ours that they may try to reach."""

from odoo import Command
from odoo.tests import new_test_user

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
