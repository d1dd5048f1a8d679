"""What the portal would refuse of an act, found before it leaves."""

from dataclasses import replace

from odoo import models

from ..chorus_api import codes
from ..const_documents import ISSUES
from ..factur_x import Attachment, check_attachments

LENGTHS = {
    "service": "service_code",
    "engagement": "engagement",
    "contract": "contract",
}


class AccountMove(models.Model):
    """Rules of a re-routing and of a completion; no network is called."""

    _inherit = "account.move"

    def _chorus_pro_check_routing(self, recipient, routing, comment):
        """Problems of sending this invoice to `recipient` with `routing`: sentences."""
        self.ensure_one()
        to = (recipient or self.commercial_partner_id).commercial_partner_id
        service = routing["service"] or (not recipient and self.buyer_reference)
        engagement = routing["engagement"] or self.purchase_order_reference
        if not to.chorus_pro_is_public:
            yield self.env._(
                "%(partner)s is no public entity.", partner=to.display_name
            )
        elif not to._chorus_pro_siret():
            yield to._chorus_pro_name_identifier()
        for name, limit in LENGTHS.items():
            if len(routing[name] or "") > codes.LIMITS[limit]:
                label = self.env["chorus.pro.request"]._fields[name]
                yield self.env._(
                    "%(term)s: at most %(limit)s characters.",
                    term=label._description_string(self.env),
                    limit=codes.LIMITS[limit],
                )
        yield from self._chorus_pro_check_comment(comment)
        yield from self._chorus_pro_check_demand(to, service, engagement)
        yield from self._chorus_pro_check_open(to, service, engagement)

    def _chorus_pro_check_demand(self, entity, service, engagement):
        """Does the routing hold what the recipient's directory entry demands?"""
        environment = self.company_id.chorus_pro_environment
        demand = entity._chorus_pro_known_requirement(environment)
        name = entity.display_name
        if demand in ("service", "both") and not service:
            yield self.env._("%(partner)s requires a service.", partner=name)
        if demand in ("engagement", "both") and not engagement:
            yield self.env._("%(partner)s requires an engagement number.", partner=name)
        if demand == "either" and not (service or engagement):
            yield self.env._(
                "%(partner)s requires a service or an engagement number.", partner=name
            )

    def _chorus_pro_check_open(self, entity, code, engagement):
        """Is the service one that the recipient still has?"""
        services = entity.with_context(active_test=False).chorus_pro_service_ids
        service = services.filtered(lambda s: s.code == code)
        if service and not service._is_open():
            yield self.env._("The service %(code)s is closed.", code=code)
        if service.engagement_required and not engagement:
            yield self.env._(
                "The service %(code)s requires an engagement number.", code=code
            )

    def _chorus_pro_check_comment(self, comment):
        """Is it short enough?"""
        limit = codes.LIMITS["comment"]
        if len(comment or "") > limit:
            yield self.env._("The comment is too long: %s characters at most.", limit)

    def _chorus_pro_check_files(self, files, comment):
        """Problems of completing with `files`: sentences."""
        if not files and not (comment or "").strip():
            yield self.env._("Add a file or a comment.")
        yield from self._chorus_pro_check_comment(comment)
        attachments = [Attachment(file.name, file.sudo().raw or b"") for file in files]
        for issue in check_attachments(attachments):
            # They travel one by one: only the invoice as a whole has a limit.
            if issue.code != "attachments_too_large":
                yield self._chorus_pro_put_issue(replace(issue, line=0))
        for attachment in attachments:
            # "10 MB" may be the smaller one.
            if len(attachment.content) >= codes.LIMITS["attachment_bytes"]:
                key = "attachment_too_large"
                words = self.env._(ISSUES[key])
                yield words % {"value": attachment.name}
        if sum(len(a.content) for a in attachments) > codes.LIMITS["invoice_bytes"]:
            yield self.env._("The files are too large together: 120 MB at most.")
