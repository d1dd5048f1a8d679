"""How far following has come, and what only its slow look found."""

from odoo import fields, models


class ChorusProGate(models.Model):
    """The share of the day of the slow look, and its count."""

    _inherit = "chorus.pro.gate"

    sweep_day = fields.Date(help="The day whose share of silent invoices is asked.")
    sweep_left = fields.Integer(help="Invoices of that day's share still to ask about.")
    swept = fields.Integer(help="Silent invoices asked about so far.")
    missed = fields.Integer(
        string="Missed by the delta",
        help="Changes that only the slow look found.",
    )

    def _note_sweep(self, count, missed, done=False):
        """Count what the slow look asked and found.

        :param bool done: nobody is left to be asked about today
        :return: how many are still to be asked about today
        """

        def note(gate):
            left = 0 if done else max(gate.sweep_left - count, 0)
            gate.write(
                {
                    "sweep_left": left,
                    "swept": gate.swept + count,
                    "missed": gate.missed + missed,
                }
            )
            return left

        return self._change_alone(note)
