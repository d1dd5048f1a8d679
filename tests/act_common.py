"""What the tests of acts share: an invoice that waits for us at the portal."""

import base64

from odoo import fields
from odoo.tests import new_test_user

from odoo.addons.l10n_fr_chorus_pro.tests.common import SUPPLIER_SIRET
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

RECYCLER = "factures/v1/recycler"
COMPLETER = "factures/v1/completer"
REJECTION = "factures/v1/traiterRejet"
TOWN = "12345678200051"
BOTH = "12345678200044"


class ActCommon(EngineCommon):
    """The invoice is at the portal; the officer acts, the scheduled action works."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(
            cls.env,
            "chorus_officer",
            groups="l10n_fr_chorus_pro.group_chorus_pro_officer",
            company_id=cls.company.id,
        )
        cls.other = cls.make_entity(TOWN, "Commune de Roquefeuil", "none")

    def setUp(self):
        super().setUp()
        self.integrate(self.move)

    @property
    def asked(self):
        """All that was asked about the invoice, oldest first, with all rights."""
        return self.move.sudo().chorus_pro_request_ids.sorted("id")

    @property
    def filed_now(self):
        """The invoice as the portal holds it."""
        [invoice] = self.filed()
        return invoice

    def refuse(self, status, comment="", move=None):
        """Let the recipient act whatever its graph says, and follow."""
        self.force(status, comment, move)
        self.run_follow()

    def force(self, status, comment="", move=None):
        """Let the recipient act whatever its graph says."""
        self.control(
            "act",
            {
                "invoice": (move or self.move).name,
                "supplier": SUPPLIER_SIRET,
                "status": status,
                "comment": comment,
                "force": True,
            },
        )

    def run_act(self):
        """Let the waiting times end and run the scheduled action that acts."""
        past = fields.Datetime.now()
        requests = self.env["chorus.pro.request"].sudo()
        requests.search([("next_try_at", "!=", False)]).next_try_at = past
        requests.search([("next_check_at", "!=", False)]).next_check_at = past
        self._run("ir_cron_act")

    def calls(self, service=RECYCLER):
        """How often the portal carried out a service for the invoice."""
        done = self.ledger()["calls"]
        name = service.replace("/v1/", "/")
        return len([call for call in done if call["service"].endswith(name)])

    def dialog(self, kind, user=None, moves=None, **values):
        """The dialog of a kind as an officer opens it, with values typed in."""
        moves = (moves or self.move).with_user(user or self.officer)
        with self.portal_session():
            action = getattr(moves, f"action_chorus_pro_{kind}")()
        wizard = moves.env[action["res_model"]].browse(action["res_id"])
        if values:
            wizard.write(values)
        return wizard

    def reroute(self, **values):
        """Ask for a re-routing to the other town."""
        values = {"recipient_id": self.other.id, "service": False, **values}
        return self.dialog("reroute", **values).action_confirm()

    def drop(self, name="bon.pdf", content=b"%PDF-1.4 bon", user=None, **values):
        """A file that somebody drops on a dialog."""
        attachments = self.env["ir.attachment"].with_user(user or self.officer)
        return attachments.create(
            {"name": name, "datas": base64.b64encode(content), **values}
        )

    def end_pause(self, company=None):
        """EXTENDS EngineCommon: requests go again, too."""
        super().end_pause(company)
        requests = self.env["chorus.pro.request"].sudo()
        requests.search(
            [("next_try_at", "!=", False)]
        ).next_try_at = fields.Datetime.now()
