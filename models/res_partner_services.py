"""Which services of an entity are in use, and what is said when one of them closes."""

from odoo import api, models
from odoo.tools import plaintext2html

# Invoices whose service can still be chosen.
BEFORE_SENDING = ("to_send", "queued", "error")


class ResPartner(models.Model):
    """An entity whose services open and close at the portal."""

    _inherit = "res.partner"

    def _chorus_pro_used_codes(self):
        """Codes of services on invoices that are still to be sent, and of defaults."""
        self.ensure_one()
        groups = self.env["account.move"]._read_group(
            self._chorus_pro_use_domain(), ["buyer_reference"]
        )
        defaults = self._chorus_pro_named_by().chorus_pro_default_service_id
        return {code for (code,) in groups} | set(defaults.mapped("code"))

    def _chorus_pro_use_domain(self):
        """Invoices to this entity, of all companies, whose service may still change."""
        return [
            ("commercial_partner_id", "=", self.id),
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("buyer_reference", "!=", False),
            "|",
            ("state", "=", "draft"),
            ("chorus_pro_status", "in", BEFORE_SENDING),
        ]

    def _chorus_pro_named_by(self):
        """The entity and its contacts, as far as they have a default service."""
        return self.search(
            [
                ("commercial_partner_id", "=", self.id),
                ("chorus_pro_default_service_id", "!=", False),
            ]
        )

    def _chorus_pro_warn_closed(self, closed):
        """Say which services that are in use were closed; ask somebody to act, once.

        :param closed: services that have just been found closed
        :return: list of words, one for each that is in use
        """
        warnings, concerned = [], self.env["account.move"]
        for service in closed:
            domain = [
                *self._chorus_pro_use_domain(),
                ("buyer_reference", "=", service.code),
            ]
            moves = self.env["account.move"].search(domain)
            named_by = self._chorus_pro_named_by().filtered(
                lambda p, service=service: p.chorus_pro_default_service_id == service
            )
            if moves or named_by:
                warnings.append(self._chorus_pro_put_closed(service, moves, named_by))
                concerned |= moves
        if warnings:
            self._chorus_pro_ask_for_service(warnings, concerned)
        return warnings

    def _chorus_pro_put_closed(self, service, moves, named_by):
        """Words for a service that closed while it is in use."""
        words = [
            self.env._(
                "The service %(service)s of %(entity)s is closed at Chorus Pro.",
                service=service.code,
                entity=self.display_name,
            )
        ]
        if moves:
            words.append(
                self.env._(
                    "Invoices to be sent that name it: %s.",
                    ", ".join(sorted(moves.mapped("display_name"))[:10]),
                )
            )
        if named_by:
            words.append(
                self.env._(
                    "It is the default service of %s.",
                    ", ".join(named_by.mapped("display_name")),
                )
            )
        return " ".join([*words, self.env._("Choose another.")])

    def _chorus_pro_ask_for_service(self, words, moves):
        """One activity on the entity, for who bills it.

        :param list words: a text for each service that was closed
        :param moves: invoices that name one of them
        """
        asks, company = self.env["chorus.pro.ask"], self.env.company
        newest = moves.sorted("id", reverse=True)
        entity = self.with_company(company).sudo()
        users = (
            entity.chorus_pro_person_id
            | company.sudo().chorus_pro_person_id
            | newest.invoice_user_id
            | self.user_id
            | self.env.user
        )
        reason = "\n".join(words)
        if asked := asks._open(self, "service"):
            asked.note += plaintext2html(reason)
            return
        people = asks._choose(company, {self.sudo(): users})
        asks._ask("service", people, {self.sudo(): {"reason": reason}})

    @api.model
    def _chorus_pro_tidy_asks(self):
        """Close the question for another service where no closed one is used."""
        asks, entities = self.env["chorus.pro.ask"], self.sudo()
        activities = entities.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("activity_type_id", "=", asks._type("service")),
                ("automated", "=", True),
            ]
        )
        for entity in entities.browse(activities.mapped("res_id")):
            services = entity.chorus_pro_service_ids
            used = entity._chorus_pro_used_codes()
            if not services.filtered(lambda s, u=used: not s.is_open and s.code in u):
                asks._close(entity, "service")
