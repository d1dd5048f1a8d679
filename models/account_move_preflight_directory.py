"""What the directory said of the entity itself, when it was last read."""

from odoo import models

from .res_partner_directory import Finding

# "several" is told by what is then not known: what the entity requires.
LEVELS = {"closed": "error", "unknown": "warning", "private": "warning"}


class AccountMove(models.Model):
    """A closed entity takes no invoice; the rest may be a mistake of the directory."""

    _inherit = "account.move"

    def _chorus_pro_check_directory(self):
        """Is there still such an entity?"""
        entity = self.commercial_partner_id
        state = entity.chorus_pro_directory_state
        read_in = entity.chorus_pro_directory_environment
        if state in LEVELS and read_in == self.company_id.chorus_pro_environment:
            yield self._chorus_pro_problem(
                f"entity_{state}",
                entity._chorus_pro_put_refusal(Finding(state)),
                entity,
                "company_registry",
                level=LEVELS[state],
            )
