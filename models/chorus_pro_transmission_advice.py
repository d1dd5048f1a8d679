"""What to do about the words of the portal, beside them."""

from odoo import api, fields, models

from ..chorus_api import read_rejection
from ..const_documents import TERMS
from ..const_follow import ADVICE


class ChorusProTransmission(models.Model):
    """A rejection, message by message, each with its advice."""

    _inherit = "chorus.pro.transmission"

    advice = fields.Text(
        string="What to do",
        compute="_compute_advice",
        help="Advice on the reasons that Chorus Pro gave, a line each.",
    )

    @api.depends("error", "error_code")
    @api.depends_context("lang")
    def _compute_advice(self):
        for row in self:
            lines = row._advice_lines() if row.error_code == "rejected" else ()
            row.advice = "\n".join(lines) or False

    def _advice_lines(self):
        """Advice on each message of the portal that is understood, each once."""
        messages = (self.error or "").splitlines()
        advice = (self._advise(message) for message in messages)
        return list(dict.fromkeys(filter(None, advice)))

    def _told_reason(self):
        """The reason why an attempt ended, each message with its advice below."""
        if self.error_code != "rejected":
            return self.error
        lines = []
        for message in (self.error or "").splitlines():
            advice = self._advise(message)
            lines += [message, f"→ {advice}"] if advice else [message]
        return "\n".join(lines)

    def _name_comments(self):
        """What the recipients wrote, a line for each invoice that has a comment."""
        return "\n".join(
            self.env._(
                "%(number)s: %(comment)s", number=row.number, comment=row.portal_comment
            )
            for row in self
            if row.portal_comment
        )

    @api.model
    def _advise(self, message):
        """What to do about one message of the portal; nothing when it is not known."""
        found = read_rejection(message)
        words = ADVICE.get(found.code)
        if not words:
            return ""
        term = TERMS.get(found.term)
        values = {
            "term": self.env._(term) if term else found.term or self.env._("A field"),
            "value": found.value,
            "limit": found.limit,
        }
        text = self.env._(words)
        return text % values
