"""The portal's directory of recipients as it was imported: search without network."""

import re

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import ENVIRONMENTS, REQUIREMENTS

# Of a search no more words are used; each costs an index scan.
WORDS_MAX = 8
SIRET_LENGTH, SIREN_LENGTH, POSTCODE_LENGTH = 14, 9, 5


class ChorusProRecipient(models.Model):
    """One structure that receives invoices through the portal, from an imported file.

    The rows belong to all companies, since the directory is public; each environment
    of the portal has its own. Only an import writes them: users read.
    """

    _name = "chorus.pro.recipient"
    _description = "Chorus Pro recipient"
    _order = "active desc, name, id"
    _rec_names_search = ["name", "siret"]

    environment = fields.Selection(ENVIRONMENTS, required=True, readonly=True)
    siret = fields.Char(
        string="SIRET",
        required=True,
        index=True,
        readonly=True,
        help="The number that identifies the structure; abroad it is no SIRET.",
    )
    kind = fields.Char(string="Kind of number", readonly=True)
    siren = fields.Char(string="SIREN", index=True, readonly=True)
    name = fields.Char(required=True, index="trigram", readonly=True)
    street = fields.Char(readonly=True)
    postcode = fields.Char(index=True, readonly=True)
    town = fields.Char(index="trigram", readonly=True)
    country_code = fields.Char(string="Country", readonly=True)
    active = fields.Boolean(
        default=True,
        readonly=True,
        help="Off when the directory calls the entity closed or no longer names it.",
    )
    requirement = fields.Selection(
        REQUIREMENTS, string="Requires", default="unknown", readonly=True
    )
    payment_reported = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        string="Publishes the payment release",
        readonly=True,
    )
    works_only = fields.Boolean(string="Works contracts only", readonly=True)
    services = fields.Json(
        readonly=True,
        help="The services that the file names: code, name, active, engagement.",
    )
    extra = fields.Json(
        string="Other columns",
        readonly=True,
        help="What the file says and we have no field for.",
    )
    imported_at = fields.Datetime(string="Last changed by an import", readonly=True)

    services_text = fields.Text(string="Services, as text", compute="_compute_texts")
    extra_text = fields.Text(string="Other columns, as text", compute="_compute_texts")

    _identifier_unique = models.Constraint(
        "UNIQUE (environment, siret)", "A recipient is in the directory once."
    )

    @api.depends("name", "siret")
    def _compute_display_name(self):
        for recipient in self:
            recipient.display_name = f"{recipient.name} ({recipient.siret})"

    @api.depends("services", "extra")
    def _compute_texts(self):
        for recipient in self:
            lines = map(self._service_words, recipient.services or ())
            recipient.services_text = "\n".join(lines)
            extra = (recipient.extra or {}).items()
            recipient.extra_text = "\n".join(f"{name}: {text}" for name, text in extra)

    @api.model
    def _service_words(self, service):
        words = f"{service['code']} {service['name']}"
        if not service["active"]:
            return self.env._("%(service)s (closed)", service=words)
        if service["engagement"]:
            return self.env._("%(service)s (engagement number required)", service=words)
        return words

    # === SEARCH === #

    @api.model
    def _find(self, query, offset=0, limit=20, environment=None):
        """One page of the recipients that a person looks for; two statements.

        A number of 14 digits is a SIRET, of 9 a SIREN, of 5 a postcode, spaces inside
        do not matter. Anything else is words of the name or the town, all of which
        must be there, whatever their case, and their accents where PostgreSQL has
        `unaccent`; a word of 5 digits among them is a postcode. Closed entities come
        last.

        :param str query: what was typed; empty finds nothing
        :param environment: by default the one of the current company
        :return: (records of the page, number of all that were found)
        """
        environment = environment or self.env.company.chorus_pro_environment
        domain = self._find_domain(query)
        if not domain:
            return self.browse(), 0
        domain &= Domain("environment", "=", environment)
        everything = self.with_context(active_test=False)
        found = everything.search(domain, offset=offset, limit=limit)
        return found, everything.search_count(domain)

    @api.model
    def _find_domain(self, query):
        """The domain of a search as typed; None when nothing was."""
        # A zero byte would be refused by PostgreSQL.
        words = (query or "").replace("\0", " ").split()
        exact = self._number_domain("".join(words))
        if exact or not words:
            return exact
        return Domain.AND(self._word_domain(word) for word in words[:WORDS_MAX])

    @api.model
    def _number_domain(self, text):
        """The domain of a number that says by its length what it is, or None."""
        field = {
            SIRET_LENGTH: "siret",
            SIREN_LENGTH: "siren",
            POSTCODE_LENGTH: "postcode",
        }.get(len(text))
        is_number = re.fullmatch(r"[0-9]+", text)
        return Domain(field, "=", text) if field and is_number else None

    @api.model
    def _word_domain(self, word):
        """A word is part of the name or the town, or the number of another kind."""
        return self._number_domain(word) or (
            Domain("name", "ilike", word)
            | Domain("town", "ilike", word)
            | Domain("siret", "=", word)
        )
