"""Coming from the OCA modules: what was taken over, once for each old record."""

import logging
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from .chorus_pro_takeover_sent import sent_query
from .chorus_pro_takeover_source import Source

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

KINDS = [
    ("company", "Company"),
    ("entity", "Public entity"),
    ("service", "Service"),
    ("contact", "Contact"),
    ("invoice", "Invoice"),
]
OUTCOMES = [
    ("taken", "Taken over"),
    ("integrated", "Sent, followed from now on"),
    ("deposited", "Sent, being checked"),
    ("unknown", "Sent, outcome unknown"),
    ("rejected", "Rejected, may be corrected and sent"),
    ("known", "Was here already"),
    ("reserved", "Left: reserved code"),
    ("orphan", "Left: belongs to nobody"),
]
# The sentences of the summary, in their order.
SENTENCES = {
    ("entity", "taken"): _lt("Public entities: %(count)s."),
    ("service", "taken"): _lt("Services: %(count)s."),
    ("contact", "taken"): _lt("Contacts with a service of their own: %(count)s."),
    ("invoice", "filled"): _lt(
        "Invoices that got their engagement number or service: %(count)s."
    ),
    ("invoice", "integrated"): _lt(
        "Invoices filed at Chorus Pro, followed from now on: %(count)s."
    ),
    ("invoice", "deposited"): _lt(
        "Invoices that Chorus Pro was still checking: %(count)s. Odoo asks what became "
        "of them."
    ),
    ("invoice", "unknown"): _lt(
        "Invoices of which nobody knows whether they arrived: %(count)s. Odoo looks "
        "for them; an officer decides about those that are not found."
    ),
    ("invoice", "rejected"): _lt(
        "Invoices that Chorus Pro had refused: %(count)s. They may be corrected and "
        "sent."
    ),
    ("entity", "known"): _lt("Entities left as they were set up here: %(count)s."),
    ("service", "known"): _lt("Services that were here already: %(count)s."),
    ("contact", "known"): _lt(
        "Contacts left with the service that was chosen here: %(count)s."
    ),
    ("invoice", "known"): _lt(
        "Invoices left because they were sent from here already: %(count)s."
    ),
    ("service", "reserved"): _lt(
        "Services left because public bodies alone may use their code: %(count)s."
    ),
    ("service", "orphan"): _lt(
        "Services left because their entity is gone: %(count)s."
    ),
    ("contact", "orphan"): _lt(
        "Contacts left because their service was not taken over: %(count)s."
    ),
    ("invoice", "busy"): _lt(
        "Invoices left because somebody is changing them: %(count)s. Take them over "
        "again in a minute."
    ),
}


class ChorusProTakeover(models.Model):
    """One old record that was looked at: what became of it.

    An old record is looked at once, so that a second run changes nothing and what
    people change afterwards stays. The old tables are only read, except for the old
    sending method of partners, which Odoo 19 does not know.
    """

    _name = "chorus.pro.takeover"
    _description = "Taken over from the OCA modules"
    _order = "id"
    _rec_name = "name"

    kind = fields.Selection(KINDS, required=True)
    source_id = fields.Integer(string="Old identifier", required=True, aggregator=None)
    name = fields.Char()
    outcome = fields.Selection(OUTCOMES, required=True)

    _source_unique = models.Constraint(
        "UNIQUE (kind, source_id)", "An old record is taken over once."
    )

    # === ACTIONS === #

    @api.model
    def action_take_over(self):
        """Take over what is there and tell what was done.

        :raise AccessError: the user is no administrator
        """
        self.check_access("read")
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only administrators take old data over."))
        message = "\n".join(self.sudo()._run()) or self.env._("Nothing was left.")
        notification = self.env["account.move"]._chorus_pro_notify(message)
        notification["params"]["sticky"] = True
        return notification

    # === BUSINESS METHODS === #

    @api.model
    def _run(self):
        """Take over everything that was not looked at yet.

        Queues nothing for sending and calls nobody. Repeatable at any time.

        :return: sentences that tell what was done, and what was left and why
        """
        source = Source(self.env)
        if not source.found:
            return []
        self.env.flush_all()
        tally, notes = Counter(), []
        environments = self._take_companies(source, tally, notes)
        entities = self._take_entities(source, environments, tally)
        self._take_services(source, tally)
        self._take_contacts(source, tally)
        self._take_methods(source)
        self._take_references(source, entities, tally)
        self._take_invoices(source, environments, tally, notes)
        for (kind, outcome), count in tally.items():
            _logger.info("Taken over: %s %s %s", count, kind, outcome)
        told = {key: self.env._(words) for key, words in SENTENCES.items()}
        sentences = [
            words % {"count": tally[key]} for key, words in told.items() if tally[key]
        ]
        return sentences + notes

    @api.model
    def _is_due(self):
        """Whether an old record was not looked at yet."""
        source = Source(self.env)
        if not source.found:
            return False
        queries = (
            ("entity", source.entities()),
            ("service", source.services()),
            ("contact", source.contacts()),
            ("invoice", sent_query(source)),
        )
        return any(
            self.env.execute_query(SQL("%s LIMIT 1", self._unseen(kind, query)))
            for kind, query in queries
            if query
        )

    @api.model
    def _unseen(self, kind, query):
        """SQL of the rows of `query` that were not looked at, in the order of ids."""
        return SQL(
            "SELECT * FROM (%s) old WHERE NOT EXISTS (SELECT FROM chorus_pro_takeover"
            " WHERE kind = %s AND source_id = old.id) ORDER BY old.id",
            query,
            kind,
        )

    @api.model
    def _note(self, kind, rows, tally):
        """Remember that old records were looked at.

        :param rows: list of (old id, name, outcome)
        """
        self.create(
            [
                {"kind": kind, "source_id": old_id, "name": name, "outcome": outcome}
                for old_id, name, outcome in rows
            ]
        )
        tally.update((kind, outcome) for _old_id, _name, outcome in rows)
