"""The engagement number of an invoice to the State: what the portal says of it."""

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..chorus_api.commitments import ORDERED
from ..const import READERS
from .chorus_pro_commitment import DEPENDENT


class AccountMove(models.Model):
    """Answers are stored per number, so many invoices of one order cost one call."""

    _inherit = "account.move"

    chorus_pro_commitment_id = fields.Many2one(
        "chorus.pro.commitment",
        compute="_compute_chorus_pro_commitment_id",
        groups=READERS,
    )
    chorus_pro_commitment_note = fields.Char(
        string="Engagement at the portal",
        compute="_compute_chorus_pro_commitment_note",
        groups=READERS,
    )

    @api.depends(
        "purchase_order_reference",
        "company_id",
        "commercial_partner_id.chorus_pro_publishes_commitments",
        "commercial_partner_id.company_registry",
    )
    def _compute_chorus_pro_commitment_id(self):
        keys = {move: move._chorus_pro_commitment_key() for move in self}
        rows = self.env["chorus.pro.commitment"]._by_key(filter(None, keys.values()))
        for move, key in keys.items():
            move.chorus_pro_commitment_id = rows.get(key, False)

    @api.depends("chorus_pro_commitment_id")
    @api.depends_context("lang", "tz")
    def _compute_chorus_pro_commitment_note(self):
        for move in self:
            row = move.sudo().chorus_pro_commitment_id
            date = row and format_datetime(self.env, row.checked_at, dt_format="short")
            if not move._chorus_pro_commitment_key():
                note = False
            elif not row:
                note = self.env._("Not checked at Chorus Pro yet")
            elif row.is_known:
                note = self.env._("Known at Chorus Pro, checked on %s", date)
            else:
                note = self.env._("Unknown at Chorus Pro, checked on %s", date)
            move.chorus_pro_commitment_note = note

    def _chorus_pro_commitment_key(self):
        """Under which the answer for this invoice is stored.

        :return: (company id, environment, supplier's SIRET, number); None when the
            entity publishes nothing, or number or SIRET is missing
        """
        self.ensure_one()
        number = (self.purchase_order_reference or "").strip()
        entity = self.commercial_partner_id
        if not number or not entity.chorus_pro_publishes_commitments:
            return None
        siret = self._chorus_pro_supplier()._chorus_pro_siret()
        company = self.company_id
        return siret and (company.id, company.chorus_pro_environment, siret, number)

    # === ASKING === #

    def _chorus_pro_suppliers_by_key(self):
        """What is to be asked for these invoices: {key: res.partner that asks}."""
        return {
            key: move._chorus_pro_supplier()
            for move in self
            if (key := move._chorus_pro_commitment_key())
        }

    @api.model
    def _chorus_pro_ask_commitment(self, client, key, supplier):
        """Ask the portal for one engagement number, and keep its answer.

        :param key: see `_chorus_pro_commitment_key`
        :param supplier: res.partner whose own identifier is sent
        :raise ChorusError: the portal did not answer
        """
        company, _environment, _siret, number = key
        company = self.env["res.company"].browse(company)
        own_id = company._chorus_pro_own_id(client, supplier)
        found = client.rechercher_engagements(supplier_id=own_id, number=number)
        self.env["chorus.pro.commitment"].sudo()._keep(key, found)

    # === PRE-FLIGHT === #

    def _chorus_pro_check_engagement(self):
        """Does the State know the engagement number, as far as it was asked?"""
        if not self._chorus_pro_commitment_key():
            return
        number = self.purchase_order_reference
        row = self.sudo().chorus_pro_commitment_id
        told = {"field": "purchase_order_reference"}
        if not row:
            words = self.env._(
                "The engagement number %(number)s was not checked at Chorus Pro yet.",
                number=number,
            )
            yield self._chorus_pro_problem(
                "engagement_unchecked",
                words,
                level="warning",
                method="action_chorus_pro_check",
                **told,
            )
        elif not row.is_known:
            words = self.env._(
                "Chorus Pro does not know the engagement number %(number)s (checked on "
                "%(date)s). Ask %(partner)s for the right one.",
                number=number,
                date=format_datetime(self.env, row.checked_at, dt_format="short"),
                partner=self.commercial_partner_id.display_name,
            )
            yield self._chorus_pro_problem("engagement_unknown", words, **told)
        else:
            yield from self._chorus_pro_check_commitment(row, told)

    def _chorus_pro_check_commitment(self, row, told):
        """Is a commitment that the portal knows open, and of this entity? [I]"""
        entity = self.commercial_partner_id
        if row.portal_state not in (False, ORDERED):
            words = self.env._(
                "Chorus Pro gives the state %(state)s for the engagement number "
                "%(number)s: it may be closed or cancelled.",
                state=row.portal_state,
                number=row.number,
            )
            yield self._chorus_pro_problem(
                "engagement_state", words, level="warning", **told
            )
        if row._names_another_than(entity._chorus_pro_siret()):
            words = self.env._(
                "At Chorus Pro the engagement number %(number)s belongs to another "
                "entity (%(sirets)s).",
                number=row.number,
                sirets=row.sirets,
            )
            yield self._chorus_pro_problem(
                "engagement_elsewhere", words, level="warning", **told
            )

    def _chorus_pro_forget_problems(self):
        """What was computed from answers and directory is computed anew."""
        self.invalidate_recordset(DEPENDENT)
