"""After a request: the invoice follows its answer, lost answers are looked up."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..chorus_api import ChorusError
from ..const_requests import DONE, NOT_DONE, REFUSALS
from .chorus_pro_flow_answer import SWEEP_AFTER
from .portal_values import LOST_AFTER, concerns_company, history_order

_logger = logging.getLogger(__name__)

# Minutes after the loss, then hourly for a day, then daily.
CHECK_MINUTES = (1, 2, 5, 15, 60)
HOURLY_CHECKS = 24
# The status that tells that a request was carried out: API.md 2.7 [O] for recycler and
# completer, [I] for the validators.
EVIDENCE = {
    "reroute": {"DEPOSEE"},
    "complete": {"COMPLETEE"},
    "validator": {"A_VALIDER_1", "A_VALIDER_2", "DEPOSEE"},
}


class ChorusProRequest(models.Model):
    """What follows from an answer: repeatable; from a lost one: only reading calls."""

    _inherit = "chorus.pro.request"

    def _settle(self, client):
        """Let the invoice follow, then read back how it stands."""
        self._repeat(self._follow_answer)
        self._commit()
        if self.state in ("done", "refused"):
            self._repeat(self._read_back, client)
            self._commit()

    def _follow_answer(self):
        """Tell the invoices what became of these; their references follow."""
        for request in self.filtered(lambda r: not r.followed):
            if request.state == "done":
                request._follow_done()
            elif request.state == "refused":
                words = self.env._(NOT_DONE[request.kind])
                request.transmission_id._tell(f"{words} {request.error or ''}")
            elif request.state == "unknown":
                request.transmission_id._tell(f"Chorus Pro: {request._story()}")
            else:
                continue
            request.followed = True

    def _follow_done(self):
        """The invoice says what the portal says by now; its file and customer stay."""
        if self.kind == "reroute":
            self.move_id._chorus_pro_take_routing(self._routing())
        words = self.env._(DONE[self.kind])
        values = {
            "recipient": self._name_recipient(),
            "files": len(self.attachment_ids),
        }
        self.transmission_id._tell(words % values)

    def _routing(self):
        """The references of the invoice as they were sent; what was not sent stays.

        A service belongs to one entity: another recipient without one has none [I].
        """
        sent = {
            "buyer_reference": self.service,
            "purchase_order_reference": self.engagement,
            "contract_reference": self.contract,
        }
        routing = {name: value for name, value in sent.items() if value}
        if self.recipient_id != self.move_id.commercial_partner_id:
            routing.setdefault("buyer_reference", False)
        return routing

    def _name_recipient(self):
        """The recipient with what names it: SIRET, service, engagement."""
        engagement = self.engagement and self.env._(
            "engagement %(number)s", number=self.engagement
        )
        parts = (
            self.recipient_id.name,
            self.recipient_siret,
            self.service,
            engagement,
        )
        return ", ".join(filter(None, parts))

    def _read_back(self, client):
        """Read the invoice's status after an act; the follower would do it later."""
        try:
            self.transmission_id._refresh(client)
        except ChorusError as error:
            if concerns_company(error):
                raise
            _logger.info("%s: status not read: %s", self, error.code)

    # === LOST ANSWERS === #

    @api.model
    def _look_next(self, gate, client):
        """Look up the next lost request of the gate's company that is due.

        :return: whether there was one
        """
        lost = self.search(
            [
                ("company_id", "=", gate.company_id.id),
                ("environment", "=", gate.environment),
                ("state", "=", "unknown"),
                ("next_check_at", "<=", fields.Datetime.now()),
            ],
            order="next_check_at, id",
            limit=1,
        )
        if lost:
            lost._look_alone(client)
            self._commit(1)
            lost._settle(client)
        return bool(lost)

    def _look_alone(self, client):
        """Look it up; a refusal that is about it stops no other."""
        try:
            self._repeat(self._look, client)
        except ChorusError as error:
            if error.outcome != "refused" or concerns_company(error):
                raise
            _logger.info("%s cannot be looked up: %s", self, error.code)
            self._schedule_check()

    def _look(self, client):
        """Find out, by reading only, whether a lost request was carried out.

        :raise ChorusError: the portal did not answer
        """
        self.ensure_one()
        self._schedule_check()
        was_done, moved_to = self._find_evidence(client)
        if was_done:
            self._apply(
                "find",
                done_at=self.attempted_at,
                error_code=False,
                error=False,
                detail=False,
                followed=False,
                next_check_at=False,
            )
        elif moved_to:
            label = self._status_label(moved_to)
            key = "not_done"
            words = self.env._(REFUSALS[key])
            self._refuse(key, words % {"status": label}, event="miss")
        elif fields.Datetime.now() - self.attempted_at > LOST_AFTER:
            self._ask_person()
        self._follow_answer()

    def _find_evidence(self, client):
        """Whether the portal shows it done, else the status it went on to.

        :return: (bool, status code or None); (False, None) tells nothing
        """
        row = self.transmission_id
        if self.kind == "rejection":
            found = client.rechercher_fournisseur(
                supplier_id=row._own_id(client), invoice_number=row.number
            )
            same = [item for item in found if item.portal_id == row.portal_id]
            return any(item.rejection_handled for item in same), None
        history = client.consulter_historique(row.portal_id)
        known = set(self.mark or ())
        news = [
            entry.code
            for entry in sorted(history.entries, key=history_order)
            if self._entry_key(entry) not in known
        ]
        if EVIDENCE[self.kind] & set(news):
            return True, None
        return False, news[-1] if news else None

    def _schedule_check(self):
        """Note that the portal was asked, and when to ask again."""
        checks = self.checks + 1
        if checks < len(CHECK_MINUTES):
            wait = timedelta(minutes=CHECK_MINUTES[checks])
        elif checks < len(CHECK_MINUTES) + HOURLY_CHECKS:
            wait = timedelta(hours=1)
        else:
            wait = timedelta(days=1)
        next_check_at = fields.Datetime.now() + wait
        self.write({"checks": checks, "next_check_at": next_check_at})

    def _ask_person(self):
        """One activity for who asked: the portal still shows nothing."""
        move = self.move_id
        people = move._chorus_pro_people(before=self.user_id)
        speaking = self.with_context(lang=people[move].lang or self.env.lang)
        words = {move: {"what": speaking._name_kind()}}
        self.env["chorus.pro.ask"]._ask("asked", people, words)

    # === DEAD WORKERS, END OF A RUN === #

    @api.model
    def _sweep(self):
        """Find what a dead worker left behind."""
        self._repeat(self._lose_dead)
        self._commit()
        states = ("done", "refused", "unknown")
        unfollowed = self.search(
            [("followed", "=", False), ("state", "in", states)], limit=100
        )
        for request in unfollowed:
            company = request.company_id._chorus_pro_speak()
            request.with_env(company.env)._follow_alone()

    def _follow_alone(self):
        """Follow one answer; a fault of ours stops no other."""
        try:
            self._repeat(self._follow_answer)
        except Exception:
            self._roll_back()
            _logger.exception("%s cannot be followed", self)
        self._commit()

    @api.model
    def _lose_dead(self):
        """Nobody holds them any more: their outcome is unknown."""
        now = fields.Datetime.now()
        dead = self.env.execute_query(
            SQL(
                """
                SELECT id FROM chorus_pro_request
                 WHERE state = 'sending' AND attempted_at < %s
                   FOR NO KEY UPDATE SKIP LOCKED
                """,
                now - SWEEP_AFTER,
            )
        )
        self.browse([request_id for (request_id,) in dead])._apply(
            "lose", error_code="interrupted", next_check_at=now, followed=False
        )

    @api.model
    def _end_run(self):
        """Ask to be run again when the next request or look-up is due."""
        [(at,)] = self.env.execute_query(
            SQL(
                """
                SELECT min(GREATEST(
                           CASE r.state WHEN 'prepared' THEN r.next_try_at
                                        WHEN 'sending' THEN r.attempted_at + %(sweep)s
                                        ELSE r.next_check_at END,
                           g.paused_until, %(soon)s))
                  FROM chorus_pro_request r
                  JOIN res_company c ON c.id = r.company_id
                   AND c.chorus_pro_environment = r.environment
                  LEFT JOIN chorus_pro_gate g ON g.company_id = r.company_id
                   AND g.environment = r.environment
                 WHERE r.state IN ('prepared', 'sending', 'unknown')
                """,
                soon=fields.Datetime.now() + timedelta(minutes=1),
                sweep=SWEEP_AFTER,
            )
        )
        if at:
            self._wake(at=at)
        self._commit()
