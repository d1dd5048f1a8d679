"""Settings of a company about its documents."""

from odoo import api, fields, models

from ..const import MODULE, SCHEMATRON_MODES

PROFILE_PARAMETER = f"{MODULE}.ctc_fr_on_piste"
SCHEMATRON_PARAMETER = f"{MODULE}.schematron"


class ResCompany(models.Model):
    """What the company writes on every invoice to a public entity."""

    _inherit = "res.company"

    chorus_pro_note_pmt = fields.Text(
        string="Recovery costs", help="Mention PMT; empty: the standard text."
    )
    chorus_pro_note_pmd = fields.Text(
        string="Late payment", help="Mention PMD; empty: the standard text."
    )
    chorus_pro_note_aab = fields.Text(
        string="Early payment", help="Mention AAB; empty: the standard text."
    )
    chorus_pro_payee_bank_id = fields.Many2one(
        "res.partner.bank",
        string="Factor's account",
        help="Account of the factor to whom the company assigns its invoices; "
        "a new invoice to be paid there says so.",
    )

    @api.model
    def _chorus_pro_profile(self):
        """Profile of the files that are deposited through PISTE.

        The reform's profile was refused there live (API.md 4.1 [L]); a system
        parameter allows it the day the portal takes it.
        """
        parameters = self.env["ir.config_parameter"].sudo()
        allowed = parameters.get_param(PROFILE_PARAMETER) in ("1", "True", "true")
        return "ctc-fr" if allowed else "chorus"

    def _chorus_pro_is_strict(self):
        """Whether check digits count: fictitious numbers fail them, and only those of
        Production are real (API.md 4.7 [L])."""
        self.ensure_one()
        return self.chorus_pro_environment == "production"

    @api.model
    def _chorus_pro_schematron(self):
        """Whether the official rules are applied: a key of SCHEMATRON_MODES."""
        parameters = self.env["ir.config_parameter"].sudo()
        mode = parameters.get_param(SCHEMATRON_PARAMETER)
        return mode if mode in dict(SCHEMATRON_MODES) else "auto"
