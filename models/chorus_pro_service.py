"""Services of a public entity, as the portal's directory names them."""

from odoo import api, fields, models
from odoo.fields import Domain


class ChorusProService(models.Model):
    """An executing service ("service exécutant") of a public entity.

    `code` goes to BT-10 of the invoice. A service that vanishes from the directory is
    archived, so that invoices which used it stay readable.
    """

    _name = "chorus.pro.service"
    _description = "Chorus Pro service"
    _order = "partner_id, active desc, code"
    _rec_names_search = ["code", "name"]

    partner_id = fields.Many2one(
        "res.partner", string="Entity", required=True, index=True, ondelete="cascade"
    )
    code = fields.Char(required=True)
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    portal_id = fields.Char(string="Identifier at the portal")
    engagement_required = fields.Boolean(string="Engagement number required")
    starts_at = fields.Datetime(string="Valid from")
    ends_at = fields.Datetime(string="Valid until")
    payment_reported = fields.Boolean(
        string="Publishes payments",
        default=True,
        help="Whether the service reports the payment release.",
    )
    detail_read_at = fields.Datetime(
        string="Details read on",
        readonly=True,
        help="When it was last read whether the service requires an engagement number.",
    )
    is_open = fields.Boolean(
        string="Is open", compute="_compute_is_open", search="_search_is_open"
    )

    _code_unique = models.Constraint(
        "UNIQUE (partner_id, code)", "An entity has each service code once."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for service in self:
            service.display_name = f"{service.code} {service.name}"

    @api.depends("active", "starts_at", "ends_at")
    def _compute_is_open(self):
        for service in self:
            service.is_open = service._is_open()

    def _search_is_open(self, operator, value):
        """Services that invoices may be addressed to now, for the pickers."""
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        domain = (
            Domain("active", "=", True)
            & (Domain("starts_at", "=", False) | Domain("starts_at", "<=", now))
            & (Domain("ends_at", "=", False) | Domain("ends_at", ">=", now))
        )
        if set(value) == {True, False}:
            return Domain.TRUE
        return domain if True in value else ~domain

    def _is_open(self, moment=None):
        """Whether invoices may be addressed to the service at `moment` (UTC, now)."""
        self.ensure_one()
        moment = moment or fields.Datetime.now()
        return (
            self.active
            and (not self.starts_at or self.starts_at <= moment)
            and (not self.ends_at or self.ends_at >= moment)
        )

    def _wants_detail(self, line, max_age):
        """Whether the details of a service are to be read (again).

        Of one that is closed they are read once, for its dates.

        :param line: the Service as the portal lists it
        :param timedelta max_age: so long what was read is good
        """
        if not self.detail_read_at:
            return True
        name = line.name or line.code
        if (self.name, self.portal_id) != (name, line.portal_id):
            return True
        oldest = fields.Datetime.now() - max_age
        return line.active and self.detail_read_at < oldest
