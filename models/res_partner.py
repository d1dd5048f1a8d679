"""Public entities: what the portal's directory says of them."""

from odoo import api, fields, models

from ..const import DIRECTORY_STATES, ENVIRONMENTS, REQUIREMENTS
from .res_partner_identifier import without_spaces

# Reserved for invoices between public bodies; a supplier's flow that uses it is
# rejected (API.md 2.10 [O]).
PUBLIC_TO_PUBLIC_SERVICE = "FACTURES_PUBLIQUES"
# What is read besides the requirement, which a person may also enter.
READ_FACTS = (
    "chorus_pro_structure_id",
    "chorus_pro_directory_state",
    "chorus_pro_payment_silent",
    "chorus_pro_has_works",
    "chorus_pro_works_only",
    "chorus_pro_directory_environment",
    "chorus_pro_synced_at",
    "chorus_pro_asked_at",
)


class ResPartner(models.Model):
    """A customer that receives its invoices through Chorus Pro.

    The facts live on the commercial partner, one company per SIRET; a contact may
    only name the service that its invoices go to.
    """

    _inherit = "res.partner"

    chorus_pro_is_public = fields.Boolean(
        string="Public entity",
        help="Invoices to this customer go through Chorus Pro.",
    )
    chorus_pro_requirement = fields.Selection(
        REQUIREMENTS,
        string="Requires",
        default="unknown",
        help="What the entity demands on each invoice, as its directory entry says.",
    )
    chorus_pro_service_ids = fields.One2many(
        "chorus.pro.service",
        "partner_id",
        context={"active_test": False},
        help="Closed services too, so that old invoices stay readable.",
    )
    chorus_pro_entity_is_public = fields.Boolean(
        related="commercial_partner_id.chorus_pro_is_public",
        string="Belongs to a public entity",
    )
    chorus_pro_default_service_id = fields.Many2one(
        "chorus.pro.service",
        string="Default service",
        domain="[('partner_id', '=', commercial_partner_id), ('is_open', '=', True)]",
    )
    chorus_pro_structure_id = fields.Char(
        string="Identifier at the portal", copy=False, readonly=True
    )
    chorus_pro_directory_state = fields.Selection(
        DIRECTORY_STATES,
        string="In the directory",
        copy=False,
        readonly=True,
        help="What the portal's directory said when it was last asked.",
    )
    chorus_pro_payment_silent = fields.Boolean(
        string="Does not publish payments",
        copy=False,
        readonly=True,
        help="The entity never reports the payment release to the portal: there, the "
        "life of an invoice ends before.",
    )
    chorus_pro_has_works = fields.Boolean(
        string="Works contracts",
        copy=False,
        readonly=True,
        help="The entity takes documents of works contracts too, which Odoo does not "
        "send.",
    )
    chorus_pro_works_only = fields.Boolean(
        string="Works contracts only",
        copy=False,
        readonly=True,
        help="The entity takes only the documents of works contracts, which Odoo does "
        "not send.",
    )
    chorus_pro_directory_environment = fields.Selection(
        ENVIRONMENTS, string="Directory read in", copy=False, readonly=True
    )
    chorus_pro_synced_at = fields.Datetime(
        string="Directory read on", copy=False, readonly=True
    )
    chorus_pro_asked_at = fields.Datetime(
        string="Directory asked on",
        copy=False,
        readonly=True,
        help="Also when the directory had no such entity.",
    )
    chorus_pro_facts = fields.Char(
        string="Read from the portal",
        compute="_compute_chorus_pro_facts",
        help="What the directory says besides the requirement, in words.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "chorus_pro_synced_at",
        "chorus_pro_payment_silent",
        "chorus_pro_has_works",
        "chorus_pro_works_only",
    )
    def _compute_chorus_pro_facts(self):
        for partner in self:
            partner.chorus_pro_facts = partner.chorus_pro_synced_at and (
                partner._chorus_pro_put_facts(
                    partner.chorus_pro_payment_silent,
                    partner.chorus_pro_has_works,
                    partner.chorus_pro_works_only,
                )
            )

    @api.model
    def _chorus_pro_put_facts(self, is_silent, has_works, works_only):
        """Sentences about what the directory says besides the requirement."""
        words = self.env._("It publishes when it releases a payment.")
        if is_silent:
            words = self.env._("It does not publish when it pays.")
        more = ""
        if works_only:
            more = self.env._("It takes only the documents of works contracts.")
        elif has_works:
            more = self.env._("It has works contracts too.")
        return " ".join(filter(None, (words, more)))

    # === CRUD METHODS === #

    def write(self, vals):
        """Forget what was read for another SIRET; its spaces do not matter."""
        if "company_registry" in vals:
            siret = without_spaces(vals["company_registry"])
            changed = self.filtered(
                lambda p: without_spaces(p.company_registry) != siret
            )
            known = changed.filtered(
                lambda p: p.chorus_pro_asked_at or p.chorus_pro_directory_environment
            )
            known._chorus_pro_forget_directory()
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _chorus_pro_forget_directory(self):
        """Back to "not yet known"; services are archived.

        What a person entered stays, where nothing was read or taken over.
        """
        services = self.sudo().chorus_pro_service_ids
        services.write({"active": False, "detail_read_at": False})
        read = self.filtered(
            lambda p: (
                p.chorus_pro_synced_at
                or (p.chorus_pro_directory_environment and not p.chorus_pro_asked_at)
            )
        )
        read.write({"chorus_pro_requirement": "unknown"})
        self.write(dict.fromkeys(READ_FACTS, False))

    def _chorus_pro_known_requirement(self, environment):
        """The requirement as far as it holds in `environment`.

        What was read from another environment's directory does not count; what a
        person entered does.
        """
        self.ensure_one()
        partner = self.commercial_partner_id
        read_in = partner.chorus_pro_directory_environment
        if read_in and read_in != environment:
            return "unknown"
        return partner.chorus_pro_requirement or "unknown"
