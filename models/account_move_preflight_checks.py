"""The single checks of the pre-flight: invoice, company, entity, service."""

from datetime import timedelta

from odoo import models
from odoo.tools import format_date

from .res_partner import PUBLIC_TO_PUBLIC_SERVICE

# What the directory said is doubted after this.
OLD = timedelta(days=30)
LOCKED_STATES = ("to_send", "sending", "unknown", "deposited", "integrated")


class AccountMove(models.Model):
    """Each check yields the problems that it finds; see account_move_preflight."""

    _inherit = "account.move"

    def _chorus_pro_check_kind(self):
        """Is it an invoice that may go at all, and not already on its way?"""
        if self.move_type not in ("out_invoice", "out_refund"):
            yield self._chorus_pro_problem("kind", self._chorus_pro_refuse_kind())
            return
        if self.state != "posted":
            yield self._chorus_pro_problem(
                "not_posted",
                self.env._("The invoice is not posted. Confirm it first."),
                field="state",
            )
        yield from self._chorus_pro_check_attempt()
        if not self.invoice_line_ids.filtered(lambda li: li.display_type == "product"):
            yield self._chorus_pro_problem(
                "no_lines",
                self.env._("The invoice has no line."),
                field="invoice_line_ids",
            )

    def _chorus_pro_refuse_kind(self):
        """Why a document of this kind does not go to Chorus Pro."""
        if self.move_type == "out_receipt":
            return self.env._(
                "Chorus Pro takes no sales receipts. Make a customer invoice; if it is "
                "paid already, choose the framework A2."
            )
        if self.move_type in ("in_invoice", "in_refund", "in_receipt"):
            return self.env._(
                "Vendor bills are not sent: Chorus Pro takes what you bill to public "
                "entities."
            )
        return self.env._("Only customer invoices and credit notes can be sent.")

    def _chorus_pro_check_attempt(self):
        """Has an attempt already brought it there, or is one on its way?"""
        row = self.chorus_pro_transmission_id
        state = row.state
        filed = state in ("integrated", "elsewhere")
        if filed and self.chorus_pro_status == "rejected":
            # A number that was filed is used up: API.md 4.6 [O].
            yield self._chorus_pro_problem(
                "refused_by_recipient",
                self.env._(
                    "The recipient refused it: this number cannot be sent again. "
                    "“Reissue” makes the credit note and a draft of the new invoice."
                ),
            )
        elif state in LOCKED_STATES:
            yield self._chorus_pro_problem(
                "on_its_way", self.env._("It is already on its way to Chorus Pro.")
            )
        elif state == "elsewhere":
            yield self._chorus_pro_problem(
                "elsewhere", self.env._("It is marked as sent elsewhere.")
            )
        elif state == "failed" and row.error_code == "schematron":
            # These rules are applied to the finished file only.
            yield self._chorus_pro_problem(
                "last_verdict",
                self.env._("The last attempt failed. %(reason)s", reason=row.error),
                level="warning",
            )

    def _chorus_pro_check_company(self):
        """Can the company send?"""
        company = self.company_id
        if not company._chorus_pro_is_configured():
            yield self._chorus_pro_problem(
                "not_configured",
                self.env._(
                    "Chorus Pro is not set up for %(company)s.", company=company.name
                ),
                company,
                "chorus_pro_environment",
            )
        supplier = self._chorus_pro_supplier()
        if not supplier._chorus_pro_siret():
            yield self._chorus_pro_problem(
                "company_siret",
                supplier._chorus_pro_name_identifier(),
                supplier,
                "company_registry",
            )

    def _chorus_pro_check_entity(self):
        """Does the entity take it, and has the invoice what the entity demands?"""
        entity = self.commercial_partner_id
        if not entity:
            # A draft: it cannot be confirmed without a customer.
            return
        if not entity.chorus_pro_is_public:
            yield self._chorus_pro_problem(
                "not_public",
                self.env._(
                    "%(partner)s is not marked as a public entity.",
                    partner=entity.display_name,
                ),
                entity,
                "chorus_pro_is_public",
            )
        if not entity._chorus_pro_siret():
            yield self._chorus_pro_problem(
                "entity_siret",
                entity._chorus_pro_name_identifier(),
                entity,
                "company_registry",
            )
        if entity.chorus_pro_works_only:
            yield self._chorus_pro_problem(
                "works_only",
                self.env._(
                    "%(partner)s takes only the documents of works contracts. File it "
                    "at the portal.",
                    partner=entity.display_name,
                ),
                entity,
                "chorus_pro_works_only",
            )
        yield from self._chorus_pro_check_directory()
        yield from self._chorus_pro_check_requirement()
        yield from self._chorus_pro_check_age()
        yield from self._chorus_pro_check_service()
        yield from self._chorus_pro_check_engagement()

    def _chorus_pro_check_requirement(self):
        """Service and engagement, as the entity's directory entry demands."""
        entity = self.commercial_partner_id
        requirement = entity._chorus_pro_known_requirement(
            self.company_id.chorus_pro_environment
        )
        service, engagement = self.buyer_reference, self.purchase_order_reference
        if requirement == "unknown":
            yield self._chorus_pro_problem(
                "requirement_unknown",
                self.env._(
                    "It is not yet known what %(partner)s requires. "
                    "Read it from the portal.",
                    partner=entity.display_name,
                ),
                entity,
                "chorus_pro_requirement",
                level="warning",
                method="action_chorus_pro_check",
            )
        if requirement in ("service", "both") and not service:
            yield self._chorus_pro_problem(
                "service_missing",
                self.env._("Service missing: the entity requires it."),
                field="buyer_reference",
            )
        if requirement in ("engagement", "both") and not engagement:
            yield self._chorus_pro_problem(
                "engagement_missing",
                self.env._("Engagement number missing: the entity requires it."),
                field="purchase_order_reference",
            )
        if requirement == "either" and not (service or engagement):
            yield self._chorus_pro_problem(
                "either_missing",
                self.env._(
                    "Service or engagement number missing: the entity requires one."
                ),
                field="purchase_order_reference",
            )

    def _chorus_pro_check_age(self):
        """Is what the directory said still recent?

        What a person entered has no age, and what another environment said is told
        as not known.
        """
        entity = self.commercial_partner_id
        environment = self.company_id.chorus_pro_environment
        read_in = (
            entity.chorus_pro_synced_at and entity.chorus_pro_directory_environment
        )
        if read_in == environment and entity._chorus_pro_is_stale(environment, OLD):
            yield self._chorus_pro_problem(
                "directory_old",
                self.env._(
                    "What Chorus Pro says of %(partner)s was read on %(date)s: it may "
                    "have changed.",
                    partner=entity.display_name,
                    date=format_date(self.env, entity.chorus_pro_synced_at),
                ),
                entity,
                "chorus_pro_synced_at",
                level="warning",
                method="action_chorus_pro_check",
            )

    def _chorus_pro_check_service(self):
        """Is the service one that the entity still has?"""
        code = self.buyer_reference
        if not code:
            return
        if code == PUBLIC_TO_PUBLIC_SERVICE:
            yield self._chorus_pro_problem(
                "service_public_to_public",
                self.env._(
                    "The service %(code)s is reserved for invoices between public "
                    "bodies. Choose another.",
                    code=code,
                ),
                field="buyer_reference",
            )
            return
        known = self.commercial_partner_id.with_context(
            active_test=False
        ).chorus_pro_service_ids
        service = known.filtered(lambda s: s.code == code)
        if service:
            yield from self._chorus_pro_check_known_service(service)
        elif known:
            yield self._chorus_pro_problem(
                "service_unknown",
                self.env._(
                    "The service %(code)s is not in the entity's directory.", code=code
                ),
                field="buyer_reference",
                level="warning",
            )

    def _chorus_pro_check_known_service(self, service):
        """Is the service open, and has the invoice what it demands?"""
        if not service._is_open():
            yield self._chorus_pro_problem(
                "service_closed",
                self.env._("The service %(code)s is closed.", code=service.code),
                field="buyer_reference",
            )
        if service.engagement_required and not self.purchase_order_reference:
            yield self._chorus_pro_problem(
                "service_engagement_missing",
                self.env._(
                    "Engagement number missing: the service %(code)s requires it.",
                    code=service.code,
                ),
                field="purchase_order_reference",
            )
