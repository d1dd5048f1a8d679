"""The service that a person types instead of picking it."""

from odoo import api, models


class AccountMove(models.Model):
    """Free text is allowed: the directory may be older than the order at hand."""

    _inherit = "account.move"

    @api.onchange("buyer_reference")
    def _onchange_chorus_pro_typed_service(self):
        """Warn at once of a code that the directory does not have, or has as closed."""
        words = self._chorus_pro_doubt_service()
        if not words:
            return None
        title = self.env._("Chorus Pro service")
        return {"warning": {"title": title, "message": words, "type": "notification"}}

    def action_chorus_pro_find_entity(self):
        """Look for the invoice's customer at the portal, to make it a public entity."""
        self.ensure_one()
        self._chorus_pro_authorize()
        return self.commercial_partner_id.action_chorus_pro_find_entity()

    def _chorus_pro_doubt_service(self):
        """What the pre-flight says of the code of the service, if anything."""
        if not self._chorus_pro_wants_defaults():
            return ""
        return " ".join(
            problem.message
            for problem in self._chorus_pro_check_service()
            if problem.field == "buyer_reference"
        )
