"""Making an entity of the directory a customer, without making it twice."""

import re

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..chorus_api import ChorusError
from .res_partner_find import SIREN_DIGITS
from .res_partner_identifier import COUNTRIES

# Fields of the address, each with its name in a portal record.
ADDRESS = {
    "street": "street",
    "street2": "complement",
    "zip": "postcode",
    "city": "town",
}
NAMESAKES = 10


class ResPartner(models.Model):
    """Contacts that are an entity already, and new ones."""

    _inherit = "res.partner"

    # === DUPLICATES === #

    @api.model
    def _chorus_pro_owners(self, sirets):
        """Companies that have one of these SIRETs, however it is spaced.

        :return: {siret: res.partner}, of several the oldest
        """
        return {
            siret: self.browse(min(ids))
            for siret, ids in self._chorus_pro_ids_of(sirets).items()
        }

    @api.model
    def _chorus_pro_ids_of(self, sirets):
        """{siret: ids of the partners that the user may see}; one SQL statement."""
        if not sirets:
            return {}
        self.flush_model(["company_registry", "parent_id", "is_company"])
        number = SQL(r"regexp_replace(company_registry, '[\s.]', '', 'g')")
        statement = SQL(
            "SELECT id, %(number)s FROM res_partner WHERE %(number)s IN %(sirets)s"
            " AND (parent_id IS NULL OR is_company) AND active",
            number=number,
            sirets=tuple(sirets),
        )
        found = dict(self.env.execute_query(statement))
        visible = self.search([("id", "in", list(found))])
        owners = {}
        for partner in visible:
            owners.setdefault(found[partner.id], []).append(partner.id)
        return owners

    @api.model
    def _chorus_pro_same(self, siret, name):
        """Contacts that may be this entity already: by SIRET, by SIREN, by name.

        :return: (those with the SIRET, those that look alike), disjoint
        """
        ids = self._chorus_pro_ids_of([siret, siret[:SIREN_DIGITS]])
        same = self.browse(ids.get(siret, []))
        escaped = re.sub(r"([\\%_])", r"\\\1", (name or "").strip())
        named = self.browse()
        if escaped:
            named = self.search(
                [
                    ("name", "=ilike", escaped),
                    "|",
                    ("is_company", "=", True),
                    ("parent_id", "=", False),
                ],
                limit=NAMESAKES,
            )
        like = self.browse(ids.get(siret[:SIREN_DIGITS], [])) | named
        return same, like - same

    # === USE === #

    @api.model
    def _chorus_pro_open_entity(self, siret, kind="SIRET"):
        """Read what the entity with a SIRET requires, before it is chosen.

        :param str kind: what the number is at Chorus Pro, when it is no SIRET
        :return: Finding
        :raise UserError: the portal did not answer
        """
        company = self.env.company
        try:
            with company._chorus_pro_client() as client:
                return self._chorus_pro_look_up_number(client, kind, siret)
        except ChorusError as error:
            raise UserError(company._chorus_pro_explain(error)) from error

    def _chorus_pro_adopt(self, siret, name, imported=None, kind="SIRET"):
        """Make the entity with a SIRET a customer, or complete the one at hand.

        Name and address are filled where they are empty; requirement, services and
        identifier are read. Nothing is kept when the portal has no such entity, or is
        away: except of an entity of the imported directory, which is read later.

        :param self: the contact to complete, or none to create one
        :param imported: the chorus.pro.recipient that was chosen, if any
        :param str kind: what the number is at Chorus Pro, when it is no SIRET
        :return: (res.partner, list of words to know)
        :raise UserError: the portal did not answer, or has no such entity (any more)
        """
        with self.env.cr.savepoint():
            partner = self.commercial_partner_id
            if partner:
                partner._chorus_pro_take_number(siret, kind)
            else:
                partner = self._chorus_pro_create_entity(siret, name, kind)
            return partner, partner._chorus_pro_read_chosen(imported)

    def _chorus_pro_read_chosen(self, imported):
        """Read the entity that was just chosen; returns words to know."""
        company = self.env.company
        try:
            with company._chorus_pro_client() as client:
                reading = self._chorus_pro_sync(client)
        except ChorusError as error:
            words = company._chorus_pro_explain(error)
            if not imported:
                raise UserError(words) from error
            return [words, self._chorus_pro_take_imported(imported)]
        if reading.refusal:
            raise UserError(reading.refusal)
        self._chorus_pro_fill_address(reading.detail.address)
        return list(reading.warnings)

    def _chorus_pro_take_imported(self, imported):
        """What the imported directory knows, until the portal can be asked."""
        self.sudo().chorus_pro_is_public = True
        if self.chorus_pro_requirement == "unknown":
            self.sudo().chorus_pro_requirement = imported.requirement
        self._chorus_pro_fill_address(
            {
                "street": imported.street,
                "postcode": imported.postcode,
                "town": imported.town,
                "country": imported.country_code,
            }
        )
        return self.env._(
            "Only the imported directory was read. Refresh the entity later."
        )

    @api.model
    def _chorus_pro_country_of(self, kind):
        """The country that a kind of number belongs to, France by default."""
        return self.env.ref(f"base.{COUNTRIES.get(kind, 'FR').lower()}")

    def _chorus_pro_take_number(self, siret, kind):
        """Give this contact the SIRET, unless it has it already.

        A number of New Caledonia or French Polynesia says nothing in France: there
        such a contact moves.
        """
        if self._chorus_pro_siret() == siret and self.is_company:
            return
        values = {"company_registry": siret, "is_company": True}
        france, country = self.env.ref("base.fr"), self._chorus_pro_country_of(kind)
        if self.country_id in (france.browse(), france) and self.country_id != country:
            values["country_id"] = country.id
        self.write(values)

    @api.model
    def _chorus_pro_create_entity(self, siret, name, kind):
        """A new customer with a SIRET and a name.

        :raise UserError: a contact has the SIRET already
        :raise AccessError: the user may not create contacts
        """
        owner = self._chorus_pro_owners([siret]).get(siret)
        if owner:
            raise UserError(
                self.env._(
                    "%s has this SIRET already. Use that contact.", owner.display_name
                )
            )
        if not self.has_access("create"):
            raise AccessError(
                self.env._(
                    "You may not create contacts. Ask somebody who may to add %s.", name
                )
            )
        return self.create(
            {
                "name": name or siret,
                "is_company": True,
                "company_registry": siret,
                "country_id": self._chorus_pro_country_of(kind).id,
                "chorus_pro_is_public": True,
                "customer_rank": 1,
            }
        )

    def _chorus_pro_fill_address(self, address):
        """Fill the address when there is none; a user who may not write skips it.

        :param dict address: as in a StructureDetail
        """
        has_one = any(self[name] for name in ADDRESS)
        if has_one or not self.has_access("write"):
            return
        values = {name: address.get(key) or False for name, key in ADDRESS.items()}
        code = (address.get("country") or "").upper()
        country = self.env["res.country"].search([("code", "=", code)], limit=1)
        if country and self.country_id in (country.browse(), self.env.ref("base.fr")):
            values["country_id"] = country.id
        self.write(values)

    # === BEFORE IT IS TAKEN === #

    @api.model
    def _chorus_pro_describe(self, siret, name, kind="SIRET"):
        """What a person reads of one entity before choosing it.

        :param str kind: what the number is at Chorus Pro, when it is no SIRET
        :return: dict of the dialog's fields: state, requirement, address, facts,
            refusal
        :raise UserError: the portal did not answer
        """
        finding = self._chorus_pro_open_entity(siret, kind)
        detail = finding.detail
        if detail is None:
            refusal = self._chorus_pro_put_state(finding, siret, name)
            return {"state": finding.state, "refusal": refusal}
        place = detail.address
        town = " ".join(filter(None, (place.get("postcode"), place.get("town"))))
        parts = (place.get("street"), place.get("complement"), town)
        facts = self._chorus_pro_put_facts(
            not detail.payment_reported, detail.works, detail.works_only
        )
        return {
            "state": "open",
            "requirement": detail.requirement or "unknown",
            "address": ", ".join(filter(None, parts)),
            "facts": facts,
            "refusal": False,
        }

    @api.model
    def _chorus_pro_imported(self, siret, source):
        """The recipient of the imported directory that was chosen there, or none."""
        recipients = self.env["chorus.pro.recipient"]
        if source != "imported":
            return recipients
        return recipients._find(siret, limit=1)[0]
