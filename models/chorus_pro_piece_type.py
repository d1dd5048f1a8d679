"""Kinds of files that may complete an invoice, as the portal names them."""

from odoo import api, fields, models

from ..const import ENVIRONMENTS


class ChorusProPieceType(models.Model):
    """A kind of file; the codes are read from the portal, never assumed [U]."""

    _name = "chorus.pro.piece.type"
    _description = "Chorus Pro kind of file"
    _order = "code"

    code = fields.Char(required=True)
    name = fields.Char(required=True)
    environment = fields.Selection(ENVIRONMENTS, required=True)

    _code_unique = models.Constraint(
        "UNIQUE (environment, code)", "Each kind of file is there once."
    )

    @api.model
    def _sync(self, environment, client):
        """Add the kinds that are new at the portal; nothing is taken away.

        :raise ChorusError: the portal did not answer
        """
        known = self.search([("environment", "=", environment)])
        codes = set(known.mapped("code"))
        self.create(
            [
                {
                    "code": kind.code,
                    "name": kind.label or kind.code,
                    "environment": environment,
                }
                for kind in client.recuperer_types_pj()
                if kind.code not in codes
            ]
        )
