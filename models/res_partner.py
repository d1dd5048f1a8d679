"""Public entities: what the portal's directory says of them."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..chorus_api import ChorusError
from ..const import ENVIRONMENTS, REQUIREMENTS

# Reserved for invoices between public bodies; a supplier's flow that uses it is
# rejected (API.md 2.10 [O]).
PUBLIC_TO_PUBLIC_SERVICE = "FACTURES_PUBLIQUES"


class ResPartner(models.Model):
    """A customer that receives its invoices through Chorus Pro.

    The facts live on the commercial partner, one company per SIRET; a contact may
    only name the service that its invoices go to.
    """

    _inherit = "res.partner"

    chorus_pro_is_public = fields.Boolean(
        string="Public entity",
        help="Invoices to this customer go through Chorus Pro.",
    )
    chorus_pro_requirement = fields.Selection(
        REQUIREMENTS,
        string="Requires",
        default="unknown",
        help="What the entity demands on each invoice, as its directory entry says.",
    )
    chorus_pro_service_ids = fields.One2many(
        "chorus.pro.service",
        "partner_id",
        context={"active_test": False},
        help="Closed services too, so that old invoices stay readable.",
    )
    chorus_pro_entity_is_public = fields.Boolean(
        related="commercial_partner_id.chorus_pro_is_public",
        string="Belongs to a public entity",
    )
    chorus_pro_default_service_id = fields.Many2one(
        "chorus.pro.service",
        string="Default service",
        domain="[('partner_id', '=', commercial_partner_id)]",
    )
    chorus_pro_structure_id = fields.Char(
        string="Identifier at the portal", copy=False, readonly=True
    )
    chorus_pro_works_only = fields.Boolean(
        string="Works contracts only",
        copy=False,
        readonly=True,
        help="The entity takes only the documents of works contracts, which Odoo does "
        "not send.",
    )
    chorus_pro_directory_environment = fields.Selection(
        ENVIRONMENTS, string="Directory read in", copy=False, readonly=True
    )
    chorus_pro_synced_at = fields.Datetime(
        string="Directory read on", copy=False, readonly=True
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Forget what was read for another SIRET."""
        if "company_registry" in vals:
            changed = self.filtered(
                lambda p: p.company_registry != vals["company_registry"]
            )
            changed._chorus_pro_forget_own_id()
            known = changed.filtered("chorus_pro_directory_environment")
            known._chorus_pro_forget_directory()
        return super().write(vals)

    # === ACTIONS === #

    def action_chorus_pro_sync(self):
        """Read identifier, requirement and services by SIRET from the portal.

        :raise UserError: the portal did not answer, or the only entity was refused
        :return: a notification that names what could not be read
        """
        self.check_access("write")
        company = self.env.company
        entities, refusals = self.commercial_partner_id, []
        try:
            with company._chorus_pro_client() as client:
                for partner in entities:
                    refusals += partner._chorus_pro_try_sync(client)
        except ChorusError as error:
            raise UserError(company._chorus_pro_explain(error)) from error
        if refusals and len(entities) == 1:
            raise UserError(refusals[0])
        message = self.env._(
            "%(read)s of %(count)s entities read from Chorus Pro.",
            read=len(entities) - len(refusals),
            count=len(entities),
        )
        return self.env["account.move"]._chorus_pro_notify(
            "\n".join([message, *refusals])
        )

    def _chorus_pro_try_sync(self, client):
        """Read one entity; returns the words of what stops it, so others go on."""
        try:
            self._chorus_pro_sync(client)
        except UserError as error:
            return [str(error)]
        return []

    # === BUSINESS METHODS === #

    def _chorus_pro_forget_directory(self):
        """Back to "not yet known"; services are archived."""
        self.sudo().chorus_pro_service_ids.active = False
        self.write(
            {
                "chorus_pro_requirement": "unknown",
                "chorus_pro_structure_id": False,
                "chorus_pro_works_only": False,
                "chorus_pro_directory_environment": False,
                "chorus_pro_synced_at": False,
            }
        )

    def _chorus_pro_forget_own_id(self):
        """Partners of our own companies: the portal knows them by the old SIRET."""
        gates = self.env["chorus.pro.gate"].sudo()
        own = gates.search([("company_id.partner_id", "in", self.ids)])
        own.write({"structure_id": False})

    def _chorus_pro_known_requirement(self, environment):
        """The requirement as far as it holds in `environment`.

        What was read from another environment's directory does not count; what a
        person entered does.
        """
        self.ensure_one()
        partner = self.commercial_partner_id
        read_in = partner.chorus_pro_directory_environment
        if read_in and read_in != environment:
            return "unknown"
        return partner.chorus_pro_requirement or "unknown"

    def _chorus_pro_sync(self, client):
        """Store what the directory says of this entity.

        :param client: an open chorus_api client
        :raise UserError: no SIRET, unknown, several hits, closed or not public
        :raise ChorusError: the portal did not answer
        """
        self.ensure_one()
        siret = self._chorus_pro_siret()
        if not siret:
            raise UserError(self._chorus_pro_name_identifier())
        kind = self._chorus_pro_identifier().kind
        found = list(client.rechercher_structures(siret=siret, kind=kind))
        detail = self._chorus_pro_pick_structure(client, siret, found)
        self.write(
            {
                "chorus_pro_is_public": True,
                "chorus_pro_requirement": detail.requirement or "unknown",
                "chorus_pro_structure_id": detail.portal_id,
                "chorus_pro_works_only": detail.works_only,
                "chorus_pro_directory_environment": (
                    self.env.company.chorus_pro_environment
                ),
                "chorus_pro_synced_at": fields.Datetime.now(),
            }
        )
        self._chorus_pro_sync_services(client, detail.portal_id)

    def _chorus_pro_pick_structure(self, client, siret, found):
        """The one active public structure among those `found` by `siret`.

        :raise UserError: none, several, inactive or private
        """
        values = {"siret": siret, "partner": self.display_name}
        active = [structure for structure in found if structure.active]
        if not found:
            words = self.env._(
                "Chorus Pro knows no entity with the SIRET %(siret)s (%(partner)s). "
                "Check the SIRET.",
                **values,
            )
        elif not active:
            words = self.env._(
                "The entity with the SIRET %(siret)s is closed at Chorus Pro. "
                "Ask %(partner)s for its new SIRET.",
                **values,
            )
        elif len(active) > 1:
            words = self.env._(
                "Chorus Pro knows %(count)s entities with the SIRET %(siret)s.",
                count=len(active),
                **values,
            )
        else:
            detail = client.consulter_structure(active[0].portal_id)
            if detail.public is not False:
                return detail
            words = self.env._(
                "%(partner)s (SIRET %(siret)s) is a private structure: its invoices "
                "do not go through Chorus Pro.",
                **values,
            )
        raise UserError(words)

    def _chorus_pro_sync_services(self, client, structure_id):
        """Create, update and archive the services of the entity."""
        Service = self.env["chorus.pro.service"].sudo().with_context(active_test=False)
        known = {s.code: s for s in Service.search([("partner_id", "=", self.id)])}
        seen = set()
        for service in client.rechercher_services(structure_id):
            if service.code in (None, PUBLIC_TO_PUBLIC_SERVICE):
                continue
            seen.add(service.code)
            values = self._chorus_pro_service_values(client, structure_id, service)
            if service.code in known:
                known[service.code].write(values)
            else:
                known[service.code] = Service.create(
                    {"partner_id": self.id, "code": service.code, **values}
                )
        vanished = [s.id for code, s in known.items() if code not in seen]
        Service.browse(vanished).active = False

    def _chorus_pro_service_values(self, client, structure_id, service):
        """Fields of one service; asks the portal whether it wants an engagement."""
        detail = client.consulter_service(structure_id, service.portal_id)

        def naive(moment):
            return moment and moment.replace(tzinfo=None)

        return {
            "name": service.name or service.code,
            "active": service.active,
            "portal_id": service.portal_id,
            "engagement_required": bool(detail.engagement_required),
            "starts_at": naive(detail.starts or service.starts),
            "ends_at": naive(detail.ends or service.ends),
        }
