"""What the portal said of the engagement numbers of the State, and when."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import ENVIRONMENTS

# Until then an answer is taken as it is: a commitment that is open stays open for
# longer than a number stays unknown that was given too early.
FRESH = {True: timedelta(days=1), False: timedelta(hours=1)}
# Fields of invoices that follow from the answers.
DEPENDENT = (
    "chorus_pro_commitment_id",
    "chorus_pro_commitment_note",
    "chorus_pro_problems",
    "chorus_pro_can_send",
    "alerts",
)


class ChorusProCommitment(models.Model):
    """The last answer for one engagement number, as one of our suppliers asked for it.

    The portal searches by number and supplier (API.md 2.11 [T]), so one answer serves
    all invoices with that number. Rows are written by the addon only.
    """

    _name = "chorus.pro.commitment"
    _description = "Chorus Pro engagement"
    _order = "checked_at desc, id desc"
    _rec_name = "number"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade"
    )
    environment = fields.Selection(ENVIRONMENTS, required=True)
    supplier = fields.Char(required=True, help="SIRET of the supplier that asked.")
    number = fields.Char(string="Engagement number", required=True)
    is_known = fields.Boolean(string="Known at the portal")
    portal_state = fields.Char(string="State at the portal")
    sirets = fields.Char(help="Other numbers of 14 digits in the answer.")
    checked_at = fields.Datetime(required=True)

    _key_unique = models.Constraint(
        "UNIQUE (company_id, environment, supplier, number)",
        "There is one answer for each engagement number.",
    )

    @api.model
    def _by_key(self, keys):
        """The answers for keys (company id, environment, SIRET, number): {key: row}.

        One query, however many keys.
        """
        keys = set(keys)
        if not keys:
            return {}
        found = self.sudo().search(
            [
                ("company_id", "in", list({key[0] for key in keys})),
                ("number", "in", list({key[3] for key in keys})),
            ]
        )
        rows = {
            (row.company_id.id, row.environment, row.supplier, row.number): row
            for row in found
        }
        return {key: rows[key] for key in keys & rows.keys()}

    def _is_fresh(self):
        """Whether the answer needs no asking again before an invoice leaves."""
        self.ensure_one()
        return self.checked_at > fields.Datetime.now() - FRESH[self.is_known]

    def _names_another_than(self, siret):
        """Whether the answer names entities, and `siret` is none of them [I]."""
        named = set((self.sirets or "").split())
        return bool(named) and siret not in named

    @api.model
    def _keep(self, key, found):
        """Store what the portal said now for a key, whoever else does so just now.

        :param found: chorus_api.Commitment of that number; none: it is unknown
        """
        company, environment, supplier, number = key
        states = {row.state for row in found if row.state}
        named = {siret for row in found for siret in row.sirets} - {supplier}
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO chorus_pro_commitment AS c
                       (company_id, environment, supplier, number, is_known,
                        portal_state, sirets, checked_at)
                VALUES (%(company)s, %(environment)s, %(supplier)s, %(number)s,
                        %(known)s, %(state)s, %(sirets)s, %(now)s)
                ON CONFLICT (company_id, environment, supplier, number)
                DO UPDATE SET is_known = EXCLUDED.is_known,
                              portal_state = EXCLUDED.portal_state,
                              sirets = EXCLUDED.sirets,
                              checked_at = EXCLUDED.checked_at
                """,
                company=company,
                environment=environment,
                supplier=supplier,
                number=number,
                known=bool(found),
                state=states.pop() if len(states) == 1 else None,
                sirets=" ".join(sorted(named)) or None,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_model()
        self.env["account.move"].invalidate_model(DEPENDENT)
