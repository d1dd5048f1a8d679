"""Kinds of files: read from the portal when somebody is about to need them."""

import logging

from odoo import models

from ..chorus_api import ChorusError

_logger = logging.getLogger(__name__)


class ResCompany(models.Model):
    """The kinds that the portal of the company's environment offers."""

    _inherit = "res.company"

    def _chorus_pro_read_piece_types(self):
        """Read the kinds of files once; without the portal what is known has to do."""
        self.ensure_one()
        kinds = self.env["chorus.pro.piece.type"].sudo()
        environment = self.chorus_pro_environment
        if kinds.search_count([("environment", "=", environment)], limit=1):
            return
        try:
            with self._chorus_pro_client() as client:
                kinds._sync(environment, client)
        except ChorusError as error:
            _logger.info("Kinds of files not read: %s", error.code)
