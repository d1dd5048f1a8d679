"""Forms that are on screen follow what happens behind them.

The other half is `static/src/reload_service.js`.
"""

from odoo import api, models

from ..const import READERS

CHANGED = "l10n_fr_chorus_pro/changed"


class ChorusProScreen(models.AbstractModel):
    """Tells browsers which records have changed: identifiers, and nothing of them."""

    _name = "chorus.pro.screen"
    _description = "Chorus Pro: forms on screen"

    @api.model
    def _changed(self, *changed):
        """Let open forms that show these records read them again after the commit.

        One message a transaction and group, however many records changed.

        :param changed: recordsets; records that are not saved yet are left out
        """
        waiting = self.env.cr.precommit.data.get(CHANGED)
        if waiting is None:
            waiting = self.env.cr.precommit.data[CHANGED] = {}
            self.env.cr.precommit.add(self._send)
        for records in changed:
            ids = waiting.setdefault(records._name, set())
            ids.update(filter(None, records._ids))

    def _send(self):
        """Hand the message to the bus, which sends it once the commit is done."""
        waiting = self.env.cr.precommit.data.pop(CHANGED, {})
        message = {model: sorted(ids) for model, ids in waiting.items() if ids}
        if message:
            for group in READERS.split(","):
                self.env.ref(group)._bus_send(CHANGED, message)
