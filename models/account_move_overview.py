"""Which invoices wait, for whom, and since when: the figures of the overview."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount

from ..chorus_api import codes
from ..const import READERS
from .portal_values import paris_date
from .status_order import order_by_life

# Statuses on which nothing goes on before somebody here acts.
STUCK = ("suspended", "to_reroute", "rejected", "error", "unknown")
ON_THEIR_WAY = ("queued", "sent")
AT_RECIPIENT = ("filed", "available", "approved", "accounted")
SETTLED = ("paid", "in_payment", "reversed")
# Requests by which a rejection is dealt with, unless they fail.
ANSWERED = ("prepared", "sending", "done")
REJECTIONS = [
    code
    for code, status in codes.INVOICE_STATUSES.items()
    if status.summary == "rejected"
]

# What a person here has to do; the filters and the overview rest on it. A rejection
# is over once the invoice was replaced, or marked as handled at the portal.
NEEDS_US = (
    Domain("chorus_pro_status", "in", STUCK)
    & Domain("state", "!=", "cancel")
    & ~Domain("chorus_pro_reissue_ids", "any", [("state", "!=", "cancel")])
    & ~Domain(
        "chorus_pro_request_ids",
        "any",
        [("kind", "=", "rejection"), ("state", "in", ANSWERED)],
    )
)
# Neither over at the portal nor paid here: not every entity publishes its payments.
WAITING = Domain("state", "=", "posted") & (
    Domain("chorus_pro_status", "in", ("to_send", *ON_THEIR_WAY))
    | NEEDS_US
    | (
        Domain("chorus_pro_status", "in", AT_RECIPIENT)
        & Domain("move_type", "=", "out_invoice")
        & Domain("payment_state", "not in", SETTLED)
    )
)
CARDS = ("to_send", "on_their_way", "to_do", "rejected", "released", "waiting")
# The filter of the list that a card opens; the last one has a list of its own.
FILTERS = {
    "to_send": "to_send",
    "on_their_way": "on_their_way",
    "to_do": "to_do",
    "rejected": "rejected_on",
    "released": "released_on",
}


class AccountMove(models.Model):
    """One rule for each card, whoever shows it: filters, overview, journal."""

    _inherit = "account.move"

    chorus_pro_needs_us = fields.Boolean(
        string="To do",
        compute="_compute_chorus_pro_needs_us",
        search="_search_chorus_pro_needs_us",
        groups=READERS,
        help="Nothing goes on before somebody here acts.",
    )
    chorus_pro_is_waiting = fields.Boolean(
        string="Waiting",
        compute="_compute_chorus_pro_is_waiting",
        search="_search_chorus_pro_is_waiting",
        groups=READERS,
        help="Not sent, on its way, or at the entity and not paid.",
    )
    chorus_pro_rejected_on = fields.Date(
        string="Rejected on",
        compute="_compute_chorus_pro_rejected_on",
        store=True,
        index="btree_not_null",
        groups=READERS,
        help="Last day on which Chorus Pro or the recipient refused it, even if it was "
        "sent again since.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "state",
        "chorus_pro_status",
        "chorus_pro_reissue_ids.state",
        "chorus_pro_request_ids.state",
    )
    def _compute_chorus_pro_needs_us(self):
        found = self.filtered_domain(NEEDS_US)
        for move in self:
            move.chorus_pro_needs_us = move in found

    def _search_chorus_pro_needs_us(self, operator, value):
        if operator != "in":
            return NotImplemented
        return NEEDS_US if True in value else ~NEEDS_US

    @api.depends("chorus_pro_needs_us", "payment_state", "move_type")
    def _compute_chorus_pro_is_waiting(self):
        found = self.filtered_domain(WAITING)
        for move in self:
            move.chorus_pro_is_waiting = move in found

    def _search_chorus_pro_is_waiting(self, operator, value):
        if operator != "in":
            return NotImplemented
        return WAITING if True in value else ~WAITING

    @api.depends(
        "chorus_pro_status",
        "chorus_pro_transmission_ids.state",
        "chorus_pro_transmission_ids.portal_status",
        "chorus_pro_transmission_ids.portal_status_at",
        "chorus_pro_transmission_ids.status_ids.code",
        "chorus_pro_transmission_ids.status_ids.date",
    )
    def _compute_chorus_pro_rejected_on(self):
        # Read for all at once: what follows looks at each invoice's own attempts.
        self.chorus_pro_transmission_ids.status_ids.fetch(["code", "date"])
        for move in self:
            rows = move._chorus_pro_rows()
            lines = rows.status_ids.filtered(lambda line: line.code in REJECTIONS)
            # The history is read after the status.
            now = rows.filtered(lambda row: row.portal_status in REJECTIONS)
            refused = rows.filtered(lambda row: row.state == "rejected")
            moments = [
                *lines.mapped("date"),
                *now.mapped("portal_status_at"),
                *refused.mapped("state_since"),
            ]
            last = max(filter(None, moments), default=None)
            move.chorus_pro_rejected_on = paris_date(last) if last else False

    def _chorus_pro_schedule_limits(self):
        """EXTENDS l10n_fr_chorus_pro: refusals too are those of one environment."""
        self.env.add_to_compute(self._fields["chorus_pro_rejected_on"], self)
        return super()._chorus_pro_schedule_limits()

    @api.model
    def _read_group_orderby(self, order, groupby_terms, query):
        """EXTENDS base: statuses in the order of an invoice's life, not by letter."""
        parent = super()._read_group_orderby
        name = "chorus_pro_status"
        return order_by_life(parent, name, order, groupby_terms, query)

    # === FIGURES === #

    @api.model
    def _chorus_pro_card_domain(self, card):
        """Invoices that a card counts.

        :param str card: one of CARDS
        """
        month = paris_date(fields.Datetime.now()).replace(day=1)
        domains = {
            "to_send": Domain("chorus_pro_status", "=", "to_send"),
            "on_their_way": Domain("chorus_pro_status", "in", ON_THEIR_WAY),
            "to_do": Domain("chorus_pro_needs_us", "=", True),
            "rejected": Domain("chorus_pro_rejected_on", ">=", month),
            "released": Domain("chorus_pro_released_on", ">=", month),
            "waiting": Domain("chorus_pro_is_waiting", "=", True),
        }
        return domains[card] & Domain("chorus_pro_status", "!=", False)

    @api.model
    def _chorus_pro_figures(self, owners, name):
        """What the cards show: one query for each card, however many owners.

        :param owners: companies or journals
        :param str name: field of the invoice that points to them
        :return: {owner: {card: {"count", "amount", "days"}}}; `amount` is text in the
            company's currency, `days` the age of the oldest invoice
        """
        today = paris_date(fields.Datetime.now())
        figures = {owner: {} for owner in owners}
        own = Domain(name, "in", owners.ids)
        sums = ["__count", "amount_total_signed:sum", "invoice_date:min"]
        for card in CARDS:
            domain = own & self._chorus_pro_card_domain(card)
            found = self._read_group(domain, [name], sums)
            known = {owner: values for owner, *values in found}
            for owner in owners:
                count, amount, oldest = known.get(owner, (0, 0, None))
                currency = (owner["company_id"] if name != "company_id" else owner)[
                    "currency_id"
                ]
                figures[owner][card] = {
                    "count": count,
                    "amount": format_amount(self.env, amount, currency),
                    "days": (today - oldest).days if oldest else 0,
                }
        return figures

    @api.model
    def _chorus_pro_open_card(self, owner, name):
        """The list behind a card, which the context tells as `chorus_pro_card`.

        :param owner: company or journal
        :param str name: field of the invoice that points to it
        """
        self.check_access("read")
        card = self.env.context.get("chorus_pro_card")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_chorus_pro.chorus_pro_invoice_action"
        )
        domain = Domain(self._chorus_pro_invoice_kinds()) & Domain(name, "=", owner.id)
        context = {}
        if card == "waiting":
            domain &= self._chorus_pro_card_domain(card)
            oldest = self.env.ref("l10n_fr_chorus_pro.account_move_view_list_oldest")
            title = self.env._("Waiting, the oldest first")
            action.update(name=title, display_name=title)
            action["views"] = [
                (oldest.id if kind == "list" else view, kind)
                for view, kind in action["views"]
            ]
        elif card in FILTERS:
            context = {f"search_default_{FILTERS[card]}": 1}
        return {**action, "domain": list(domain), "context": context}

    @api.model
    def _chorus_pro_invoice_kinds(self):
        """Invoices that have a life at Chorus Pro."""
        return [
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("chorus_pro_status", "!=", False),
        ]
