"""Taking over companies, public entities, their services and contacts."""

from odoo import api, models
from odoo.tools import SQL, split_every

from .res_partner import PUBLIC_TO_PUBLIC_SERVICE

BATCH = 1000
REQUIREMENTS = {
    "none": "none",
    "service": "service",
    "engagement": "engagement",
    "service_and_engagement": "both",
    "service_or_engagement": "either",
}
OLD_METHOD, METHOD = "fr_chorus", "chorus_pro"


class ChorusProTakeover(models.Model):
    """What the old modules knew of customers; what people set up here stays."""

    _inherit = "chorus.pro.takeover"

    # === COMPANIES === #

    @api.model
    def _take_companies(self, source, tally, notes):
        """The login of each company's technical account, without its password.

        A password is nothing to be copied silently: it is typed again.

        :return: {company id: environment in which the old module sent}
        """
        environments = {}
        seen = set(self.search([("kind", "=", "company")]).mapped("source_id"))
        for company_id, login, qualification in source.companies():
            environments[company_id] = (
                "qualification" if qualification else "production"
            )
            if not login or company_id in seen:
                continue
            company = self.env["res.company"].browse(company_id)
            taken = not company.chorus_pro_login
            if taken:
                company.chorus_pro_login = login
                notes.append(
                    self.env._(
                        "%(company)s: the login of the technical account was taken "
                        "over. Enter its password and the PISTE application.",
                        company=company.name,
                    )
                )
            outcome = "taken" if taken else "known"
            self._note("company", [(company_id, company.name, outcome)], tally)
        return environments

    # === ENTITIES === #

    @api.model
    def _take_entities(self, source, environments, tally):
        """Mark public entities and keep what the old directory said of them.

        :return: ids of the partners that were looked at
        """
        query = self._unseen("entity", source.entities())
        ids = [partner_id for (partner_id,) in self.env.execute_query(query)]
        everywhere = set(environments.values())
        read_in = "production" if "production" in everywhere else "qualification"
        for batch in split_every(BATCH, ids):
            facts = source.entity_facts(batch)
            rows = []
            for partner in self.env["res.partner"].browse(batch):
                old = facts[partner.id]
                environment = environments.get(partner.company_id.id, read_in)
                taken = self._take_entity(partner, environment, *old)
                outcome = "taken" if taken else "known"
                rows.append((partner.id, partner.name, outcome))
            self._note("entity", rows, tally)
            self.env.flush_all()
            self.env.invalidate_all()
        return ids

    @api.model
    def _take_entity(self, partner, environment, requirement, identifier, siret):
        """Fill what is empty here; returns whether anything was.

        The day on which the directory was read stays empty: nobody knows it, and the
        entity is read again first.
        """
        siret = "".join((siret or "").split())
        values = {}
        if not partner.chorus_pro_is_public:
            values["chorus_pro_is_public"] = True
        if not partner.company_registry and len(siret) == 14:
            # Written first: another SIRET forgets what is known of the entity.
            partner.company_registry = siret
        requirement = REQUIREMENTS.get(requirement)
        identifier = identifier if identifier not in (None, "", "0") else False
        fresh = (
            partner.chorus_pro_requirement in (False, "unknown")
            and not partner.chorus_pro_directory_environment
        )
        if fresh and (requirement or identifier):
            values |= {
                "chorus_pro_requirement": requirement or "unknown",
                "chorus_pro_structure_id": identifier,
                "chorus_pro_directory_environment": environment,
            }
        if values:
            partner.write(values)
        return bool(values)

    # === SERVICES === #

    @api.model
    def _take_services(self, source, tally):
        """Create the services that the entities have not here yet."""
        if not source.services():
            return
        Service = self.env["chorus.pro.service"].with_context(active_test=False)
        known = {
            (partner.id, code)
            for partner, code in Service._read_group([], ["partner_id", "code"])
        }
        query = self._unseen("service", source.services())
        for batch in split_every(BATCH, self.env.execute_query(query)):
            rows, values = [], []
            for old_id, entity, code, name, active, identifier, engagement in batch:
                outcome = self._judge_service(entity, code, known)
                rows.append((old_id, f"{code} {name}", outcome))
                if outcome != "taken":
                    continue
                known.add((entity, code))
                values.append(
                    {
                        "partner_id": entity,
                        "code": code,
                        "name": name,
                        "active": active,
                        "portal_id": str(identifier) if identifier else False,
                        "engagement_required": engagement,
                    }
                )
            Service.create(values)
            self._note("service", rows, tally)

    @api.model
    def _judge_service(self, entity, code, known):
        """What becomes of an old service of `entity`."""
        if not entity:
            return "orphan"
        if code == PUBLIC_TO_PUBLIC_SERVICE:
            return "reserved"
        return "known" if (entity, code) in known else "taken"

    @api.model
    def _take_contacts(self, source, tally):
        """The default service of contacts, where none was chosen here."""
        if not source.contacts():
            return
        found = self.env.execute_query(self._unseen("contact", source.contacts()))
        services = self.env["chorus.pro.service"].with_context(active_test=False)
        services = services.search(
            [("partner_id", "in", list({entity for _id, entity, _code in found}))]
        )
        by_code = {(s.partner_id.id, s.code): s for s in services}
        contacts = self.env["res.partner"].browse([row[0] for row in found])
        rows = []
        for contact, (contact_id, entity, code) in zip(contacts, found, strict=True):
            service, outcome = by_code.get((entity, code)), "taken"
            if not service:
                outcome = "orphan"
            elif contact.chorus_pro_default_service_id:
                outcome = "known"
            else:
                contact.chorus_pro_default_service_id = service
            rows.append((contact_id, contact.display_name, outcome))
        self._note("contact", rows, tally)

    @api.model
    def _take_methods(self, source):
        """Odoo 19 does not know the old sending method of partners: it becomes ours."""
        if not source.has("res_partner", "invoice_sending_method"):
            return
        field = self.env["res.partner"]._fields["invoice_sending_method"]
        new = METHOD if METHOD in field.get_values(self.env) else None
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner SET invoice_sending_method = (
                    SELECT jsonb_object_agg(
                               key,
                               CASE WHEN value = %(old)s THEN %(new)s ELSE value END
                           ) FILTER (WHERE value <> %(old)s OR %(new)s IS NOT NULL)
                      FROM jsonb_each_text(invoice_sending_method)
                ) WHERE invoice_sending_method::text LIKE %(like)s
                """,
                old=OLD_METHOD,
                new=new,
                like=f'%"{OLD_METHOD}"%',
            )
        )
        self.env["res.partner"].invalidate_model(["invoice_sending_method"])
