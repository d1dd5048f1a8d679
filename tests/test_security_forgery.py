"""Everybody tries to write everything over RPC; afterwards nothing has changed."""

import base64

from odoo import Command
from odoo.exceptions import AccessError, MissingError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.tests.security_common import SecurityAccessCase

# State, flow number, file and all else that is proof of what happened.
PROOFS = {
    "chorus.pro.transmission": {
        "state": "integrated",
        "file": base64.b64encode(b"forged"),
        "checksum": "0" * 64,
        "flow_id": False,
        "number": "FORGED",
        "environment": "production",
        "portal_id": "1",
        "portal_status": "MISE_EN_PAIEMENT",
        "move_id": False,
    },
    "chorus.pro.flow": {
        "state": "integrated",
        "name": "CPP" + "1" * 22,
        "checksum": "0" * 64,
        "next_try_at": False,
        "company_id": False,
    },
    "chorus.pro.batch": {"ended_at": "2020-01-01 00:00:00", "user_id": False},
    "chorus.pro.refresh": {"done": 9, "notes": "forged", "user_id": False},
    "chorus.pro.request": {"state": "done", "kind": "rejection", "done_at": False},
    "chorus.pro.piece.type": {"code": "FORGED", "name": "FORGED"},
    "chorus.pro.status": {"code": "MISE_EN_PAIEMENT", "comment": "forged"},
    "chorus.pro.gate": {"token": "forged", "paused_until": False, "structure_id": "1"},
    "chorus.pro.ecb.rate": {"first_day": "2027-01-01", "rate": 0, "source": "forged"},
    "chorus.pro.recipient": {"name": "FORGED", "requirement": "none", "active": False},
    "chorus.pro.recipient.import": {"state": "done", "created": 1, "file": False},
    "chorus.pro.commitment": {"is_known": True, "number": "FORGED"},
    "chorus.pro.service": {"code": "FORGED", "engagement_required": False},
    "chorus.pro.takeover": {"outcome": "unknown", "source_id": 2, "kind": "invoice"},
}


@tagged("chorus_long", "post_install_l10n", "post_install", "-at_install")
class TestSecurityForgery(SecurityAccessCase):
    """Everybody tries to write everything; afterwards nothing has changed."""

    def test_nobody_writes_a_proof(self):
        self.assertEqual(set(PROOFS), set(self.kept))
        before = self.stored()
        for user in self.people:
            for model, values in PROOFS.items():
                ids = self.kept[model].ids
                for name, value in values.items():
                    with (
                        self.subTest(f"{user} writes {model}.{name}"),
                        self.assertRaises(AccessError),
                    ):
                        self.call(user, model, "write", ids, {name: value})
                for name, *args in (
                    ("create", [values]),
                    ("unlink", ids),
                    ("copy", ids),
                    ("web_save", ids, values, {}),
                    ("load", list(values), [["1"] * len(values)]),
                ):
                    with self.subTest(f"{user} {name} {model}"):
                        self.refused(user, model, name, *args)
        self.assertEqual(self.stored(), before)

    def refused(self, user, model, name, *args):
        """A call that is refused, or (`load`) that reports the refusal."""
        try:
            answer = self.call(user, model, name, *args)
        except (AccessError, MissingError):
            return
        self.assertEqual(name, "load")
        self.assertFalse(answer["ids"])

    def known_fields(self):
        """Fields of the invoice that the addon fills, not a clerk."""
        fields = self.env["account.move"]._fields
        found = {name for name in self.our_fields() if fields[name].readonly}
        self.assertLessEqual({"chorus_pro_status", "chorus_pro_posted_at"}, found)
        return sorted(found | {"chorus_pro_transmission_ids"})

    def forgeries(self, name):
        """Values that somebody may try to write in a field of the invoice."""
        field = self.env["account.move"]._fields[name]
        if field.type in ("one2many", "many2many"):
            ids = self.move.sudo()[name].ids or [1]
            yield [Command.set([])]
            yield [Command.delete(ids[0])]
            yield [Command.update(ids[0], {"create_date": "2020-01-01"})]
            return
        yield {
            "selection": "released",
            "boolean": True,
            "datetime": "2020-01-01 00:00:00",
            "many2one": False,
            "json": [],
        }.get(field.type, "forged")

    def test_nobody_writes_what_the_addon_knows_itself(self):
        """A computed field is no lock: RPC could write it, and searches would find it.

        What is computed on the fly may be written in a cache that ends with the call.
        """
        before = self.stored()
        for user in self.people:
            for name in self.known_fields():
                for value in self.forgeries(name):
                    with self.subTest(f"{user} {name}={value}"):
                        self.try_to_write(user, {name: value})
        self.assertEqual(self.stored(), before)
