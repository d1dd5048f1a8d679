"""A database that was upgraded from the first version, beside the facts from before.

`dev/test --upgrade` makes both: see dev/devenv/upgrade.py.
"""

import json
import os
import shutil
from pathlib import Path
from unittest import SkipTest

from odoo.tests import TransactionCase

from odoo.addons.l10n_fr_chorus_pro import factur_x
from odoo.addons.l10n_fr_chorus_pro.tests.portal_common import PortalCommon

FACTS = "CHORUS_PRO_UPGRADE"


class UpgradeCommon(PortalCommon, TransactionCase):
    """The invoices by the keys of processes/upgrade_stage.py; the ledger is a copy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        path = os.environ.get(FACTS)
        if not path:
            reason = "nothing was upgraded: dev/test --upgrade does it"
            raise SkipTest(reason)
        cls.addClassCleanup(factur_x.stop_schematron)
        cls.facts = json.loads(Path(path).read_text())
        moves = cls.env["account.move"]
        cls.moves = {key: moves.browse(id_) for key, id_ in cls.facts["moves"].items()}
        cls.company = cls.moves["released"].company_id
        cls.other = cls.moves["waiting"].company_id
        cls.officer = cls.env["res.users"].search([("login", "=", "kept officer")])
        cls.kept_ledger = cls.env["res.company"]._chorus_pro_demo_path()

    def fill_ledger(self):
        """EXTENDS: the portal holds what the first version filed."""
        for suffix in ("", "-wal"):
            if os.path.exists(self.kept_ledger + suffix):
                shutil.copy(self.kept_ledger + suffix, self.portal_file + suffix)

    def row(self, key):
        """The current attempt of an invoice."""
        return self.moves[key].sudo().chorus_pro_transmission_id

    def statuses(self, *keys):
        """The summaries of some invoices: {key: chorus_pro_status}."""
        return {key: self.moves[key].chorus_pro_status for key in keys}
