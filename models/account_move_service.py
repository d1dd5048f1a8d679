"""The service that a person types instead of picking it."""

from odoo import api, models

from .res_partner import PUBLIC_TO_PUBLIC_SERVICE


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
        """What is to be said of the code of the service, if anything."""
        code = (self.buyer_reference or "").strip()
        entity = self.commercial_partner_id
        if not code or not self._chorus_pro_wants_defaults():
            return ""
        if code == PUBLIC_TO_PUBLIC_SERVICE:
            return self.env._(
                "The service %(code)s is reserved for invoices between public bodies. "
                "Choose another.",
                code=code,
            )
        known = entity._chorus_pro_all_services()
        service = known.filtered(lambda s: s.code == code)
        if service and not service.is_open:
            return self.env._("The service %(code)s is closed.", code=code)
        if known and not service:
            return self.env._(
                "The service %(code)s is not in the entity's directory.", code=code
            )
        return ""
