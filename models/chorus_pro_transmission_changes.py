"""What changed at the portal since the last look: one paged search per company."""

import logging
from datetime import timedelta, timezone
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import split_every

from ..chorus_api import codes
from .portal_values import naive_utc

_logger = logging.getLogger(__name__)

# Changes are read again for this long, since clocks differ.
OVERLAP = timedelta(hours=1)
# A first look, when nothing of ours is open, goes back so far.
FIRST_LOOK = timedelta(days=90)
BY_HAND = timedelta(days=1)
FOLLOWED = ("integrated", "elsewhere")


class ChorusProTransmission(models.Model):
    """The recipient's statuses, page by page of the portal's answer.

    What a page costs in statements does not depend on how many invoices are open.
    """

    _inherit = "chorus.pro.transmission"

    _followed_idx = models.Index(
        "(company_id, number) WHERE state IN ('integrated', 'elsewhere')"
    )

    # === THE SEARCH === #

    @api.model
    def _follow_changes(self, gate, client, end):
        """Read what changed at the portal since the last look, then the histories.

        Each commit lets the company go to another environment: what `client` tells
        after that is about the invoices of the gate's own.

        :param float end: monotonic time after which the next run goes on; what was
            taken until then is no news to it
        """
        company, started = gate.company_id, fields.Datetime.now()
        suppliers = self._suppliers_to_follow(company, gate)
        since = self._since(company, gate) - OVERLAP if suppliers else None
        for supplier in suppliers:
            changes = client.changes(
                supplier_id=company._chorus_pro_own_id(client, supplier),
                since=since.replace(tzinfo=timezone.utc),
                recipients=partial(self._recipient_ids, company, client),
            )
            for items in split_every(codes.PAGE_SIZE, changes, list):
                self._take_page(gate, supplier, items)
                if gate._is_left():
                    return
            if changes.unread:
                _logger.warning("More changed than the portal gives: %s", supplier.name)
        if suppliers:
            gate._write_alone(followed_until=started)
        self._read_due_histories(gate, client, end)
        self._sweep_silent(gate, client, end)

    @api.model
    def _since(self, company, gate):
        """The moment, naive UTC, up to which changes were read."""
        known = gate._read_alone("followed_until")
        if known:
            return known
        [(oldest,)] = self._read_group(
            self._open_domain(company), aggregates=["state_since:min"]
        )
        return oldest or fields.Datetime.now() - FIRST_LOOK

    @api.model
    def _open_domain(self, company):
        """Rows of `company` whose status may still change."""
        final = [
            code for code, status in codes.INVOICE_STATUSES.items() if status.final
        ]
        return [
            ("company_id", "=", company.id),
            ("environment", "=", company.chorus_pro_environment),
            ("state", "in", FOLLOWED),
            "|",
            ("state", "=", "integrated"),
            ("portal_id", "!=", False),
            ("portal_status", "not in", final),
            ("last_known_at", "=", False),
        ]

    @api.model
    def _suppliers_to_follow(self, company, gate):
        """Suppliers, as invoices name them, of which something may have changed.

        Where nothing of ours is open, invoices filed by hand are looked for once a day.
        """
        journals = self._of_open_moves(company, "journal_id")
        suppliers = self.env["res.partner"].union(
            *(
                journal.chorus_pro_establishment_id or company.partner_id
                for journal in journals
            )
        )
        last = gate._read_alone("followed_until")
        if suppliers or not last or fields.Datetime.now() - last > BY_HAND:
            moves = self.env["account.move"]
            suppliers |= moves._chorus_pro_suppliers_by_hand(company, gate)
        return suppliers

    @api.model
    def _of_open_moves(self, company, name):
        """The records that a many2one of the open invoices names, each once."""
        query = self._search(self._open_domain(company))
        statement = SQL(
            "SELECT DISTINCT %s FROM account_move WHERE id IN %s",
            SQL.identifier(name),
            query.subselect("move_id"),
        )
        found = [record for (record,) in self.env.execute_query(statement)]
        return self.env[self.env["account.move"]._fields[name].comodel_name].browse(
            found
        )

    @api.model
    def _recipient_ids(self, company, client):
        """Identifiers at the portal of the entities with open invoices.

        Asked only when more invoices changed in one moment than the portal gives.
        """
        for entity in self._of_open_moves(company, "commercial_partner_id"):
            found = entity._chorus_pro_siret() and client.rechercher_structures(
                siret=entity._chorus_pro_siret(),
                kind=entity._chorus_pro_identifier().kind,
            )
            yield from (structure.portal_id for structure in found or ())

    # === ONE PAGE === #

    @api.model
    def _take_page(self, gate, supplier, items):
        """Keep what a page of the search tells of our invoices, and commit it."""
        moves = self.env["account.move"]
        rows = self._rows_of(gate, supplier, items)
        news = {
            row: item
            for item in items
            if (row := rows.get(item.number)) and row._has_news(item)
        }
        self._take_alone(self._take_statuses, news)
        strangers = [item for item in items if item.number not in rows]
        self._repeat(moves._chorus_pro_recognise, gate, supplier, strangers)
        self.env["ir.cron"]._commit_progress(len(news))

    @api.model
    def _rows_of(self, gate, supplier, items):
        """Our rows of the invoices of a page: {number: row}."""
        rows = self.search(
            [
                ("company_id", "=", gate.company_id.id),
                ("environment", "=", gate.environment),
                ("state", "in", FOLLOWED),
                ("number", "in", [item.number for item in items]),
            ]
        )
        return {
            row.number: row
            for row in rows
            if row.move_id._chorus_pro_supplier() == supplier
        }

    @api.model
    def _take_alone(self, work, told):
        """Run `work(told)`; when it fails, for each row alone: one stops no other.

        :param dict told: {row: what the portal tells of it}
        """
        if not told:
            return
        try:
            self._repeat(work, told)
        except Exception:
            self._roll_back()
            _logger.exception("Taken one by one: %s invoices", len(told))
            self._take_one_by_one(work, told)

    @api.model
    def _take_one_by_one(self, work, told):
        """Run `work` for each row; a fault of ours is logged and stops no other."""
        for row, news in told.items():
            try:
                self._repeat(work, {row: news})
                self.env["ir.cron"]._commit_progress()
            except Exception:
                self._roll_back()
                _logger.exception("Not taken: what the portal tells of %s", row)

    # === ONE STATUS === #

    def _is_final(self):
        """Whether the portal's status will not change any more."""
        known = codes.INVOICE_STATUSES.get(self.portal_status)
        return bool(known and known.final)

    def _is_over(self):
        """Whether nothing is left to be asked: status final, history read."""
        return self._is_final() and not self.history_due

    def _has_news(self, item):
        """Whether `item` says something that this row does not know yet."""
        if not self.portal_id:
            return bool(item.portal_id)
        if item.portal_id != self.portal_id or self._is_final():
            return False
        since = naive_utc(item.status_at) or self.portal_status_at
        if (item.status, since) == (self.portal_status, self.portal_status_at):
            return False
        return not self._is_past(item.status, since)

    def _is_past(self, code, moment):
        """Whether the history holds this status, and a later one is current.

        Answers may overtake each other: a page that was made before a person asked
        comes after. Times of histories are minutes.
        """
        current = self.portal_status_at
        if not (current and moment and moment < current):
            return False
        minute = moment.replace(second=0, microsecond=0)
        return any((s.code, s.date) == (code, minute) for s in self.status_ids)

    def _take_status(self, item):
        """Keep the portal's current status of this invoice and tell the chatter."""
        self.ensure_one()
        self._take_statuses({self: item})

    @api.model
    def _take_statuses(self, news, note=""):
        """Keep the portal's current statuses and tell the chatter.

        :param dict news: {row: what tells portal_id, status, status_at and comment}
        :param str note: a sentence to add to the chatter's line
        """
        lines = {row: row._keep_status(item) for row, item in news.items()}
        # Two that follow the same invoice collide here, before its history.
        self.env.flush_all()
        bodies = {
            row.move_id.id: " ".join(filter(None, (line, note)))
            for row, line in lines.items()
            if line
        }
        if bodies:
            self.env["account.move"].browse(bodies)._message_log_batch(bodies=bodies)

    def _keep_status(self, item):
        """Write what `item` tells; returns the line for the chatter, or nothing."""
        self.ensure_one()
        before = self.portal_status, self.portal_status_at
        since = naive_utc(item.status_at)
        status = item.status or self.portal_status
        is_new = bool(item.status) and before != (status, since or before[1])
        self.write(
            {
                "history_due": self.history_due or is_new,
                "portal_id": item.portal_id or self.portal_id,
                "portal_status": status,
                "portal_status_at": since or fields.Datetime.now(),
                "portal_comment": item.comment or False,
                "last_known_at": False,
            }
        )
        if not item.status or item.status == before[0]:
            return ""
        label = self.env["chorus.pro.status"]._label(item.status)
        line = self.env._("Chorus Pro: %(status)s.", status=label)
        return " ".join(filter(None, (line, item.comment)))

    # === FOR OTHERS === #

    def _by_supplier(self):
        """{supplier whose SIRET the invoices bear: rows}."""
        return self.grouped(lambda row: row.move_id._chorus_pro_supplier())

    def _own_id(self, client):
        """Identifier at the portal of the supplier that this invoice names."""
        self.ensure_one()
        supplier = self.move_id._chorus_pro_supplier()
        return self.company_id._chorus_pro_own_id(client, supplier)
