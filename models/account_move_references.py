"""What an invoice tells beside core's fields: its kind, original, period."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import DOCUMENT_TYPES, READERS

# Fields that hold the period of a line, where an installed addon has them: deferred
# revenues of the Enterprise edition, start and end dates of the OCA.
LINE_PERIODS = (
    ("deferred_start_date", "deferred_end_date"),
    ("start_date", "end_date"),
)
SEPARATORS = (",", ";", "\n")


class AccountMove(models.Model):
    """Further business terms that people fill in on the Chorus Pro tab."""

    _inherit = "account.move"

    chorus_pro_document_type = fields.Selection(
        DOCUMENT_TYPES,
        string="Kind of document",
        default="380",
        groups=READERS,
        copy=False,
        help="Invoice type code (BT-3); a credit note is always 381.",
    )
    chorus_pro_original_number = fields.Char(
        string="Corrected invoice",
        compute="_compute_chorus_pro_original",
        store=True,
        readonly=False,
        groups=READERS,
        copy=False,
        help="Number of the invoice that this one corrects (BT-25), one only.",
    )
    chorus_pro_original_date = fields.Date(
        string="Corrected invoice of",
        compute="_compute_chorus_pro_original",
        store=True,
        readonly=False,
        groups=READERS,
        copy=False,
    )
    chorus_pro_period_start = fields.Date(
        string="Period from",
        compute="_compute_chorus_pro_period",
        store=True,
        readonly=False,
        groups=READERS,
        copy=False,
        help="Invoicing period (BG-14); filled from the dates of the lines.",
    )
    chorus_pro_period_end = fields.Date(
        string="Period to",
        compute="_compute_chorus_pro_period",
        store=True,
        readonly=False,
        groups=READERS,
        copy=False,
    )
    chorus_pro_shows_original = fields.Boolean(
        compute="_compute_chorus_pro_shows_original", groups=READERS
    )

    # === COMPUTE METHODS === #

    @api.depends("reversed_entry_id.name", "reversed_entry_id.invoice_date")
    def _compute_chorus_pro_original(self):
        """From the invoice that was reversed; what a person typed stays without one."""
        for move in self:
            original = move.reversed_entry_id
            keep = not original or move._chorus_pro_is_frozen()
            move.chorus_pro_original_number = (
                move.chorus_pro_original_number if keep else original.name
            )
            move.chorus_pro_original_date = (
                move.chorus_pro_original_date if keep else original.invoice_date
            )

    @api.depends(lambda self: self._chorus_pro_period_dependencies())
    def _compute_chorus_pro_period(self):
        """The whole period of the lines; a line without dates says nothing."""
        for move in self:
            periods = [move._chorus_pro_line_period(li) for li in move.invoice_line_ids]
            starts = [start for start, _end in periods if start]
            ends = [end for _start, end in periods if end]
            if not (starts or ends) or move._chorus_pro_is_frozen():
                move.chorus_pro_period_start = move.chorus_pro_period_start
                move.chorus_pro_period_end = move.chorus_pro_period_end
                continue
            move.chorus_pro_period_start = min(starts, default=False)
            move.chorus_pro_period_end = max(ends, default=False)

    @api.depends("move_type", "chorus_pro_document_type")
    def _compute_chorus_pro_shows_original(self):
        for move in self:
            move.chorus_pro_shows_original = (
                move.move_type == "out_refund" or move.chorus_pro_document_type == "384"
            )

    # === BUSINESS METHODS === #

    @api.model
    def _chorus_pro_period_fields(self):
        """The pairs of LINE_PERIODS that exist in this database."""
        known = self.env["account.move.line"]._fields
        return [pair for pair in LINE_PERIODS if set(pair) <= set(known)]

    @api.model
    def _chorus_pro_period_dependencies(self):
        return [
            f"invoice_line_ids.{name}"
            for pair in self._chorus_pro_period_fields()
            for name in pair
        ]

    @api.model
    def _chorus_pro_line_period(self, line):
        """Start and end of what a line bills, each a date or False."""
        for start, end in self._chorus_pro_period_fields():
            if line[start] or line[end]:
                return line[start], line[end]
        return False, False

    def _chorus_pro_type_code(self):
        """Invoice type code (BT-3) in the list UNTDID 1001."""
        if self.move_type == "out_refund":
            return "381"
        return self.chorus_pro_document_type or "380"

    def _chorus_pro_originals(self):
        """Numbers of the corrected invoices, as typed: one, or several by mistake."""
        text = self.chorus_pro_original_number or ""
        for separator in SEPARATORS:
            text = text.replace(separator, SEPARATORS[0])
        return [part.strip() for part in text.split(SEPARATORS[0]) if part.strip()]

    def action_chorus_pro_split(self):
        """Make one draft credit note for each corrected invoice.

        Each has every line: the accountant leaves on it what belongs to its invoice.
        Chorus Pro takes one original for a credit note (API.md 4.1, rule CPRO-20 [O]).

        :raise UserError: it names one original or none, or was sent already
        :return: action that shows the drafts
        """
        self.ensure_one()
        self.check_access("write")
        numbers = self._chorus_pro_originals()
        if len(numbers) < 2:
            raise UserError(self.env._("It corrects one invoice only."))
        if self.state == "posted":
            self.button_draft()
        drafts = self | self._chorus_pro_copy_for(numbers[1:])
        self.write(
            {"chorus_pro_original_number": numbers[0], "reversed_entry_id": False}
        )
        drafts._chorus_pro_log_split()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("One credit note for each invoice"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", drafts.ids)],
        }

    def _chorus_pro_copy_for(self, numbers):
        """Draft copies of this credit note, each for one of the corrected invoices."""
        return self.union(
            *(
                self.copy(
                    {
                        "chorus_pro_original_number": number,
                        "chorus_pro_original_date": False,
                        "reversed_entry_id": False,
                        **self._chorus_pro_period(),
                    }
                )
                for number in numbers
            )
        )

    def _chorus_pro_log_split(self):
        """Say on each credit note what is left to do by hand."""
        self._message_log_batch(
            {
                draft.id: self.env._(
                    "Chorus Pro takes one corrected invoice for a credit note. Leave "
                    "on this one only the lines of %(number)s.",
                    number=draft.chorus_pro_original_number,
                )
                for draft in self
            }
        )
