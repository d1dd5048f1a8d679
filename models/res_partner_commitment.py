"""Entities of the State publish their commitments: their numbers can be checked."""

import re

from odoo import api, fields, models

# The one structure that receives the State's invoices, by services (API.md 4.7 [L]).
STATE_SIRET = "11000201100044"


class ResPartner(models.Model):
    """The portal's directory does not say who belongs to the State: a person may."""

    _inherit = "res.partner"

    chorus_pro_publishes_commitments = fields.Boolean(
        string="Publishes its commitments (State)",
        compute="_compute_chorus_pro_publishes_commitments",
        store=True,
        readonly=False,
        help="The entities of the State publish their engagement numbers at Chorus "
        "Pro: they are looked up there before an invoice leaves, and an unknown one "
        "stops it. Set by itself for the State (SIRET 110 002 011 00044).",
    )

    @api.depends("company_registry")
    def _compute_chorus_pro_publishes_commitments(self):
        """Only State entities publish (API.md 2.11 [T]); which ones are, is [I]."""
        for partner in self:
            digits = re.sub(r"[\s.]", "", partner.company_registry or "")
            partner.chorus_pro_publishes_commitments = digits == STATE_SIRET
