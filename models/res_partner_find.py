"""Finding a public entity by what a person knows of it, and making it a customer."""

import re
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError

from ..chorus_api import ChorusError
from .res_partner_directory import Finding

SIRET_DIGITS, SIREN_DIGITS, POSTCODE_DIGITS = 14, 9, 5
# A screen of cards.
PAGE_SIZE = 12


class Hits(NamedTuple):
    """One page of entities found; `rows` are dicts for the cards of the dialog.

    A row has name, siret, kind, is_open, town, partner_id of a customer that is already
    there, and for the imported directory what else it knows. `message` says what is to
    be said of the search, `level` how ("info", "warning" or "danger").
    """

    rows: tuple = ()
    page: int = 1
    pages: int = 0
    total: int = 0
    message: str = ""
    level: str = "info"


class ResPartner(models.Model):
    """The search behind the dialog "Find a public entity", which holds no rule."""

    _inherit = "res.partner"

    # === ACTIONS === #

    def action_chorus_pro_find_entity(self):
        """Open the dialog; from a contact it looks for that one, to complete it.

        :raise AccessError: not in the invoicing group, or may not see the contact
        """
        self._chorus_pro_authorize_reading()
        entity = self.commercial_partner_id[:1]
        dialog = self.env["chorus.pro.find"].create({"partner_id": entity.id})
        if not entity:
            return dialog._reopen()
        dialog.query = entity._chorus_pro_siret() or entity.name
        return dialog.action_search()

    # === SEARCH === #

    @api.model
    def _chorus_pro_understand(self, query, words_mean="name"):
        """What a person typed, as criteria of the portal's search.

        :param str words_mean: "name" or "town"; numbers tell themselves what they are
        :return: dict with one of siret, siren, postcode, name and town; a postcode
            may stand beside a name or a town
        :raise UserError: a number that is none of these, or nothing
        """
        text = " ".join((query or "").split())
        digits = re.sub(r"[\s.\-]", "", text)
        if re.fullmatch(r"[0-9]+", digits):
            return self._chorus_pro_understand_number(digits)
        postcode = re.search(r"(?<!\S)[0-9]{5}(?!\S)", text)
        words = text.replace(postcode[0], "", 1) if postcode else text
        words = " ".join(words.split())
        if not words:
            raise UserError(self.env._("Enter a SIRET, a name, a postcode or a town."))
        criteria = {"town" if words_mean == "town" else "name": words}
        return criteria | ({"postcode": postcode[0]} if postcode else {})

    @api.model
    def _chorus_pro_understand_number(self, digits):
        lengths = {
            SIRET_DIGITS: "siret",
            SIREN_DIGITS: "siren",
            POSTCODE_DIGITS: "postcode",
        }
        if len(digits) not in lengths:
            raise UserError(
                self.env._(
                    "A SIRET has 14 digits, a SIREN 9, a postcode 5. "
                    "This number has %(count)s.",
                    count=len(digits),
                )
            )
        return {lengths[len(digits)]: digits}

    @api.model
    def _chorus_pro_find_entities(self, query, words_mean="name", page=1):
        """Search the portal's directory; what goes wrong is said in words.

        :param int page: from 1
        :return: Hits
        """
        company = self.env.company
        try:
            criteria = self._chorus_pro_understand(query, words_mean)
            if "siren" in criteria:
                return Hits(message=self._chorus_pro_put_siren(), level="warning")
            with company._chorus_pro_client() as client:
                return self._chorus_pro_find_at_portal(client, criteria, page)
        except UserError as error:
            return Hits(message=str(error), level="warning")
        except ChorusError as error:
            words = company._chorus_pro_explain(error)
            if self._chorus_pro_imported_on():
                words += " " + self.env._("Search the imported directory meanwhile.")
            return Hits(message=words, level="danger")

    @api.model
    def _chorus_pro_put_siren(self):
        if self._chorus_pro_imported_on():
            return self.env._(
                "The portal does not search by SIREN. Search the imported directory, "
                "or enter the SIRET of 14 digits."
            )
        return self.env._(
            "The portal does not search by SIREN. Enter the SIRET of 14 digits, or the "
            "name."
        )

    @api.model
    def _chorus_pro_find_at_portal(self, client, criteria, page):
        """One page of public entities; a SIRET without one is looked up once more."""
        found = client.rechercher_structures_page(
            criteria, page=page, size=PAGE_SIZE, public=True
        )
        if not found.total and "siret" in criteria:
            return self._chorus_pro_explain_siret(client, criteria["siret"])
        rows = [
            {
                "name": structure.name or structure.siret or "",
                "siret": structure.siret,
                "kind": structure.kind,
                "is_open": structure.active,
            }
            for structure in found.structures
        ]
        return self._chorus_pro_hits(rows, page, found.pages, found.total)

    @api.model
    def _chorus_pro_explain_siret(self, client, siret):
        """A private structure, or a number that nobody has."""
        page = client.rechercher_structures_page({"siret": siret}, public=False)
        if not page.total:
            words = self.env._(
                "Chorus Pro knows no entity with the SIRET %s. Check it, or search by "
                "name.",
                siret,
            )
            return Hits(message=words, level="warning")
        state, name = Finding("private"), page.structures[0].name or siret
        words = self._chorus_pro_put_state(state, siret, name)
        return Hits(message=words, level="warning")

    @api.model
    def _chorus_pro_hits(self, rows, page, pages, total):
        """A page with words, each row with the customer that has its SIRET already."""
        owners = self._chorus_pro_owners([row["siret"] for row in rows])
        for row in rows:
            row["partner_id"] = owners.get(row["siret"], self.browse()).id
        if not rows:
            words = self.env._(
                "Nothing found. Try fewer words, another spelling, or the SIRET."
            )
            return Hits(page=page, message=words, level="warning")
        words = ""
        if total > 1:
            words = self.env._("%s entities found. Choose one.", total)
        if total > PAGE_SIZE * 3:
            words = self.env._(
                "%s entities found. Add words or the postcode to find fewer.", total
            )
        return Hits(tuple(rows), page, pages, total, words)

    # === IMPORTED DIRECTORY === #

    @api.model
    def _chorus_pro_imported_on(self):
        """When the recipients directory was last imported (naive UTC), or False."""
        [(moment,)] = self.env["chorus.pro.recipient"]._read_group(
            [("environment", "=", self.env.company.chorus_pro_environment)],
            [],
            ["imported_at:max"],
        )
        return moment

    @api.model
    def _chorus_pro_find_imported(self, query, page=1):
        """The same search in the imported directory; needs no network.

        :return: Hits
        """
        recipients, total = self.env["chorus.pro.recipient"]._find(
            query, (page - 1) * PAGE_SIZE, PAGE_SIZE
        )
        rows = [
            {
                "name": recipient.name,
                "siret": recipient.siret,
                "kind": recipient.kind or "SIRET",
                "is_open": recipient.active,
                "town": " ".join(filter(None, (recipient.postcode, recipient.town))),
            }
            for recipient in recipients
        ]
        return self._chorus_pro_hits(rows, page, -(-total // PAGE_SIZE), total)
