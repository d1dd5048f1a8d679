"""What the directory said of the entity itself, when it was last read."""

from odoo import fields, models

from ..chorus_api import read_rejection
from .res_partner_directory import Finding

# "several" is told by what is then not known: what the entity requires.
LEVELS = {"closed": "error", "unknown": "warning", "private": "warning"}
# Refusals of a deposit that say the same of its recipient.
REFUSED_RECIPIENTS = {"recipient_closed": "closed", "recipient_unknown": "unknown"}


class AccountMove(models.Model):
    """A closed entity takes no invoice; the rest may be a mistake of the directory."""

    _inherit = "account.move"

    def _chorus_pro_check_directory(self):
        """Is there still such an entity?"""
        entity = self.commercial_partner_id
        state = entity.chorus_pro_directory_state
        read_in = entity.chorus_pro_directory_environment
        if read_in != self.company_id.chorus_pro_environment:
            state = False
        state = self._chorus_pro_refused_recipient() or state
        if state in LEVELS:
            yield self._chorus_pro_problem(
                f"entity_{state}",
                entity._chorus_pro_put_refusal(Finding(state)),
                entity,
                "company_registry",
                level=LEVELS[state],
            )

    def _chorus_pro_refused_recipient(self):
        """What the refusal of the last attempt says of the entity, if it is news.

        :return: a state of the directory, or empty: not refused for that, made out to
            another SIRET now, or the directory was read since
        """
        row, entity = self.chorus_pro_transmission_id, self.commercial_partner_id
        if (row.state, row.error_code) != ("rejected", "rejected"):
            return ""
        since = fields.Datetime.now() - row.state_since
        if not entity._chorus_pro_is_stale(row.environment, since):
            return ""
        siret = entity._chorus_pro_siret()
        for message in (row.error or "").splitlines():
            if siret and siret in message:
                code = read_rejection(message).code
                if code in REFUSED_RECIPIENTS:
                    return REFUSED_RECIPIENTS[code]
        return ""
