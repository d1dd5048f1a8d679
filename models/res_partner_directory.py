"""Reading a public entity in the portal's directory, and keeping what it says."""

from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models

from ..chorus_api import StructureDetail
from .portal_values import changes, naive_utc
from .res_partner import PUBLIC_TO_PUBLIC_SERVICE

# So long the details of a service that nobody uses are good.
DETAIL_MAX_AGE = timedelta(days=30)
# Calls for details in one reading, the services in use aside: a first reading of an
# entity with hundreds of services is spread over several.
DETAILS_AT_ONCE = 40


class Finding(NamedTuple):
    """What the directory has under a SIRET.

    `state` is a code of DIRECTORY_STATES or "nameless" (no SIRET to ask by), `detail`
    the StructureDetail of an active public entity, `count` the active hits.
    """

    state: str
    detail: StructureDetail | None = None
    count: int = 0


class Reading(NamedTuple):
    """What came of reading one entity: words of what stops it, words to know."""

    refusal: str = ""
    warnings: tuple = ()
    detail: StructureDetail | None = None


class ResPartner(models.Model):
    """The facts of the directory; who asks for them is in res_partner_refresh."""

    _inherit = "res.partner"

    def _chorus_pro_sync(self, client):
        """Store what the directory says of this entity.

        It costs two calls and the pages of its services; the details of a service are
        read when it is new, renamed or in use, those of the others once a month.
        Nothing is kept before everything was asked. The facts are written as
        superuser: callers check who asks.

        :param client: an open chorus_api client of the current company
        :return: Reading
        :raise ChorusError: the portal did not answer
        """
        self.ensure_one()
        entity = self.sudo()
        finding = entity._chorus_pro_look_up(client)
        if finding.detail is None:
            entity._chorus_pro_keep_refusal(finding.state)
            return Reading(refusal=self._chorus_pro_put_refusal(finding))
        services = entity._chorus_pro_read_services(client, finding.detail.portal_id)
        entity._chorus_pro_keep(finding.detail)
        closed = entity._chorus_pro_keep_services(services)
        return Reading(
            warnings=tuple(entity._chorus_pro_warn_closed(closed)),
            detail=finding.detail,
        )

    # === ENTITY === #

    def _chorus_pro_look_up(self, client):
        """Ask the directory by the partner's own number; returns a Finding."""
        identifier = self._chorus_pro_identifier()
        if not identifier.is_valid:
            return Finding("nameless")
        return self._chorus_pro_look_up_number(
            client, identifier.kind, identifier.value
        )

    @api.model
    def _chorus_pro_look_up_number(self, client, kind, siret):
        """Ask the directory for the one active public entity with a SIRET.

        A number that no public entity has is asked for once more, to tell a private
        structure from a mistyped number. `consulter` does not say whether an entity is
        active, so a known identifier saves no call.

        :return: Finding
        """
        values = {"siret": siret, "kind": kind}
        found = list(client.rechercher_structures(**values, public=True))
        if not found:
            private = any(client.rechercher_structures(**values, public=False))
            return Finding("private" if private else "unknown")
        active = [structure for structure in found if structure.active]
        if len(active) != 1:
            state = "several" if active else "closed"
            return Finding(state, count=len(active))
        detail = client.consulter_structure(active[0].portal_id)
        if detail.public is False:
            return Finding("private")
        return Finding("open", detail, 1)

    def _chorus_pro_put_refusal(self, finding):
        """Words for a finding without an entity that invoices can go to."""
        siret = self._chorus_pro_siret()
        if finding.state == "nameless":
            return self._chorus_pro_name_identifier()
        return self._chorus_pro_put_state(finding, siret, self.display_name)

    @api.model
    def _chorus_pro_put_state(self, finding, siret, name):
        """The same for a SIRET and a name that need not be a partner's."""
        values = {"siret": siret, "partner": name, "count": finding.count}
        if finding.state == "closed":
            return self.env._(
                "The entity with the SIRET %(siret)s is closed at Chorus Pro. "
                "Ask %(partner)s for its new SIRET.",
                **values,
            )
        if finding.state == "several":
            return self.env._(
                "Chorus Pro knows %(count)s entities with the SIRET %(siret)s.",
                **values,
            )
        if finding.state == "private":
            return self.env._(
                "%(partner)s (SIRET %(siret)s) is a private structure: its invoices "
                "do not go through Chorus Pro.",
                **values,
            )
        return self.env._(
            "Chorus Pro knows no entity with the SIRET %(siret)s (%(partner)s). "
            "Check the SIRET.",
            **values,
        )

    def _chorus_pro_keep(self, detail):
        """Store the facts of an entity that was found, with their date."""
        now = fields.Datetime.now()
        values = {
            "chorus_pro_is_public": True,
            "chorus_pro_requirement": detail.requirement or "unknown",
            "chorus_pro_structure_id": detail.portal_id,
            "chorus_pro_directory_state": "open",
            "chorus_pro_payment_silent": not detail.payment_reported,
            "chorus_pro_has_works": detail.works,
            "chorus_pro_works_only": detail.works_only,
            "chorus_pro_directory_environment": self._chorus_pro_asked_in(),
            "chorus_pro_synced_at": now,
            "chorus_pro_asked_at": now,
        }
        # What stays as it was must not touch the entity's invoices.
        self.write(changes(self, values))

    def _chorus_pro_keep_refusal(self, state):
        """Store that there is no such entity; what was known of it stays to be read.

        What another environment's directory said does not.
        """
        asked_in, read_in = self._chorus_pro_asked_in(), None
        if self.chorus_pro_synced_at:
            read_in = self.chorus_pro_directory_environment
        if read_in and read_in != asked_in:
            self._chorus_pro_forget_directory()
        values = {"chorus_pro_asked_at": fields.Datetime.now()}
        if state != "nameless":
            values["chorus_pro_directory_state"] = state
            values["chorus_pro_directory_environment"] = asked_in
        self.write(values)

    def _chorus_pro_asked_in(self):
        return self.env.company.chorus_pro_environment

    # === SERVICES === #

    def _chorus_pro_read_services(self, client, structure_id):
        """Ask for the services of the entity, and for the details that are wanted.

        :return: {code: (Service, ServiceDetail or None)}, without the service that is
            reserved for invoices between public bodies
        """
        known = {service.code: service for service in self._chorus_pro_all_services()}
        used = self._chorus_pro_used_codes()
        found, left = {}, DETAILS_AT_ONCE
        for service in client.rechercher_services(structure_id):
            code = service.code
            if code in (None, PUBLIC_TO_PUBLIC_SERVICE):
                continue
            if code in found and not service.active:
                continue
            row = known.get(code, self.env["chorus.pro.service"])
            wants = row._wants_detail(service, DETAIL_MAX_AGE)
            detail = None
            if code in used or (wants and left > 0):
                detail = client.consulter_service(structure_id, service.portal_id)
                left -= code not in used
            found[code] = (service, detail)
        return found

    def _chorus_pro_all_services(self):
        """Services of this entity, archived ones too."""
        return self.with_context(active_test=False).chorus_pro_service_ids

    def _chorus_pro_keep_services(self, found):
        """Create, update and archive services; writes what changed only.

        :param dict found: as from `_chorus_pro_read_services`
        :return: services that were open before and are not any more
        """
        known = {service.code: service for service in self._chorus_pro_all_services()}
        was_open = [service for service in known.values() if service.is_open]
        new = []
        for code, (service, detail) in found.items():
            row = known.get(code, self.env["chorus.pro.service"])
            values = self._chorus_pro_service_values(service, detail)
            if row:
                if changed := changes(row, values):
                    row.write(changed)
            else:
                new.append({"partner_id": self.id, "code": code, **values})
        self.env["chorus.pro.service"].create(new)
        vanished = [row.id for code, row in known.items() if code not in found]
        gone = self.env["chorus.pro.service"].browse(vanished)
        gone.filtered("active").active = False
        self.invalidate_recordset(["chorus_pro_service_ids"])
        closed = [service.id for service in was_open if not service._is_open()]
        return self.env["chorus.pro.service"].browse(closed)

    def _chorus_pro_service_values(self, service, detail):
        """Fields of one service from its line and, when they were read, its details."""
        values = {
            "name": service.name or service.code,
            "active": service.active,
            "portal_id": service.portal_id,
        }
        dates = {
            "starts_at": naive_utc((detail and detail.starts) or service.starts),
            "ends_at": naive_utc((detail and detail.ends) or service.ends),
        }
        values |= {name: moment for name, moment in dates.items() if moment}
        if detail:
            values |= {
                "engagement_required": bool(detail.engagement_required),
                "payment_reported": detail.payment_reported,
                "detail_read_at": fields.Datetime.now(),
            }
        return values
