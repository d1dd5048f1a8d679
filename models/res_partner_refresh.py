"""Who asks the directory: a button, a list of entities, a scheduled action."""

import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..chorus_api import ChorusError
from ..const import MODULE, USER_GROUP
from .portal_values import concerns_company
from .res_partner_directory import Reading

_logger = logging.getLogger(__name__)

CRON = f"{MODULE}.ir_cron_directory"
RUN_SECONDS = 8
# Older facts are read again by the scheduled action.
MAX_AGE = timedelta(days=6)
# Details that one reading left for later are read after this.
REST_AFTER = timedelta(hours=1)
# Entities billed since then are kept up to date.
USED_DAYS = 400
NOTHING_DONE = timedelta(minutes=1)
# What was read in an earlier one of these is read again in a later one, never the
# other way round: a company that tries Demo must not undo the facts of Production.
RANKS = ("demo", "qualification", "production")
# Errors of the directory alone: they do not stop the sending of invoices.
DIRECTORY_ONLY = ("forbidden", "not_found")


class ResPartner(models.Model):
    """Refreshing what is known of public entities."""

    _inherit = "res.partner"

    # === ACTIONS === #

    def action_chorus_pro_sync(self):
        """Read identifier, requirement and services by SIRET from the portal.

        It takes the invoicing group and the right to read the contacts: no more, as
        only facts of the portal are written.

        :raise UserError: the portal did not answer
        :return: a notification that names what could not be read
        """
        self._chorus_pro_authorize_reading()
        company, entities = self.env.company, self.commercial_partner_id
        try:
            with company._chorus_pro_client() as client:
                readings = [entity._chorus_pro_sync(client) for entity in entities]
        except ChorusError as error:
            raise UserError(company._chorus_pro_explain(error)) from error
        refusals = [reading.refusal for reading in readings if reading.refusal]
        warnings = [words for reading in readings for words in reading.warnings]
        message = self.env._(
            "%(read)s of %(count)s entities read from Chorus Pro.",
            read=len(entities) - len(refusals),
            count=len(entities),
        )
        lines = [*refusals, *warnings]
        if not refusals or len(entities) > 1:
            lines.insert(0, message)
        return self._chorus_pro_report("\n".join(lines), bool(refusals or warnings))

    def _chorus_pro_report(self, message, is_warning):
        """A notification that reloads what is on screen; a warning stays to be read."""
        action = self.env["account.move"]._chorus_pro_notify(message)
        if is_warning:
            action["params"].update(type="warning", sticky=True)
        return action

    def action_chorus_pro_refresh(self):
        """Have many entities read behind the screen, and show how far that is.

        :raise UserError: none of them is a public entity, or the company cannot log in
        """
        self._chorus_pro_authorize_reading()
        entities = self.commercial_partner_id.filtered("chorus_pro_is_public")
        if not entities:
            raise UserError(
                self.env._("None of these contacts is marked as a public entity.")
            )
        return self.env["chorus.pro.refresh"]._request(entities)._open()

    def _chorus_pro_authorize_reading(self):
        """Stop users who do not bill, or may not see these contacts.

        :raise AccessError: not in the group, or no read access to a contact
        """
        if not self.env.user.has_group(USER_GROUP):
            raise AccessError(self.env._("You may not act on invoices at Chorus Pro."))
        self.check_access("read")

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_chorus_pro_refresh(self):
        """Read what people asked for, then again the entities that are billed, those
        first that were read longest ago; for some seconds, then the scheduler calls
        again.
        """
        end = time.monotonic() + RUN_SECONDS
        remaining = int(self.env["chorus.pro.refresh"]._read_asked(end))
        done = remaining
        for company in self._chorus_pro_companies_to_refresh():
            speaking = self.with_env(company._chorus_pro_speak().env)
            read, left = speaking._chorus_pro_refresh_company(company, end)
            done, remaining = done + read, remaining + left
        if remaining and not done:
            # Nothing could be done although something waits: no reason to spin.
            self._chorus_pro_refresh_at(fields.Datetime.now() + NOTHING_DONE)
            remaining = 0
        self.env["ir.cron"]._commit_progress(remaining=remaining)

    @api.model
    def _chorus_pro_companies_to_refresh(self):
        """Companies that can log in, those in the most serious environment first."""
        companies = self.env["res.company"].search([("active", "=", True)])
        able = companies.filtered(lambda c: c._chorus_pro_is_configured())
        return able.sorted(
            lambda c: (-RANKS.index(c.chorus_pro_environment), c.id),
        )

    def _chorus_pro_refresh_company(self, company, end):
        """Refresh what `company` bills; returns (entities asked, entities left)."""
        done = []

        def read(entity, client):
            entity._chorus_pro_refresh_alone(client)
            done.append(entity)

        due = self._chorus_pro_due(company)
        end_code = due._chorus_pro_read_all(company, end, read)
        return len(done), len(due) - len(done) if end_code == "time" else 0

    def _chorus_pro_read_all(self, company, end, read):
        """Call `read(entity, client)` for each until `end`, and commit each.

        When the queue of `company`, whose account asks, waits, nothing is read and the
        scheduled action comes again after the pause.

        :return: why it ended: "over", "time", "paused" or the code of a ChorusError
        """
        gate = company._chorus_pro_gate()
        # The gate may be younger than what this transaction sees.
        self.env["ir.cron"]._commit_progress()
        if not self:
            return "over"
        try:
            with company._chorus_pro_client() as client:
                entities = self if gate._may_start(client) else ()
                for entity in entities:
                    if gate._is_paused():
                        break
                    if time.monotonic() > end:
                        return "time"
                    read(entity, client)
                    self.env["ir.cron"]._commit_progress(1)
                else:
                    if entities:
                        return "over"
        except ChorusError as error:
            self._chorus_pro_stop(company, gate, error)
            return error.code
        moment = gate._read_alone("paused_until")
        self._chorus_pro_refresh_at(moment or fields.Datetime.now() + NOTHING_DONE)
        return "paused"

    def _chorus_pro_refresh_alone(self, client):
        """Read this entity; a fault that is its own stops no other.

        :return: what is to be said of it, in lines
        :raise ChorusError: the portal did not answer, which concerns all
        """
        try:
            repeat = self.env["chorus.pro.flow"]._repeat
            reading = repeat(self._chorus_pro_sync, client) or self._chorus_pro_lost()
        except ChorusError as error:
            if concerns_company(error):
                raise
            self._chorus_pro_put_back()
            if error.outcome == "unknown":
                raise
            _logger.info("%s is not read: %s", self, error.code)
            return [self._chorus_pro_word(error)]
        except Exception:
            self._chorus_pro_put_back()
            _logger.exception("%s could not be read from Chorus Pro", self)
            words = self.env._("Odoo met an unexpected fault; the server's log has it.")
            return [f"{self.display_name}: {words}"]
        return [*filter(None, [reading.refusal]), *reading.warnings]

    def _chorus_pro_lost(self):
        """Others changed the entity each time that it was read."""
        words = self.env._(
            "%(entity)s is being changed by others: it was not read.",
            entity=self.display_name,
        )
        return Reading(refusal=words)

    def _chorus_pro_word(self, error):
        """A line that says why this entity was not read."""
        return f"{self.display_name}: {self.env.company._chorus_pro_explain(error)}"

    def _chorus_pro_put_back(self):
        """Let the others come first: this one may fail again."""
        self.env["chorus.pro.flow"]._roll_back()
        self.chorus_pro_asked_at = fields.Datetime.now()
        self.env["ir.cron"]._commit_progress()

    def _chorus_pro_stop(self, company, gate, error):
        """The portal is away: go on when the pause of the company's queue is over."""
        self.env["chorus.pro.flow"]._roll_back()
        _logger.info("Directory not read for %s: %s", company.name, error)
        if error.code in DIRECTORY_ONLY:
            return
        self._chorus_pro_refresh_at(gate._pause(error))

    @api.model
    def _chorus_pro_refresh_at(self, moment):
        """Let the scheduled action run again at `moment` (naive UTC)."""
        self.env.ref(CRON).sudo()._trigger(at=moment)

    @api.model
    def _chorus_pro_due(self, company):
        """Entities that `company` bills and whose facts are old, oldest first.

        Those of which nothing was ever read come too, used or not.
        """
        rank = RANKS.index(company.chorus_pro_environment)
        lower, higher = RANKS[:rank], RANKS[rank + 1 :]
        now = fields.Datetime.now()
        asked = "chorus_pro_asked_at"
        read_in = "chorus_pro_directory_environment"
        never = Domain(asked, "=", False)
        old = Domain(asked, "<", now - MAX_AGE) | Domain(read_in, "in", lower)
        rest = Domain(asked, "<", now - REST_AFTER) & Domain(
            "chorus_pro_service_ids",
            "any",
            [("active", "=", True), ("detail_read_at", "=", False)],
        )
        used = Domain("id", "in", self._chorus_pro_billed_by(company))
        domain = (
            Domain("chorus_pro_is_public", "=", True)
            & Domain("company_id", "in", (False, company.id))
            & (Domain("is_company", "=", True) | Domain("parent_id", "=", False))
            & ~Domain(read_in, "in", higher)
            & (never | (used & (old | rest)))
        )
        return self.search(domain, order=f"{asked} ASC NULLS FIRST, id")

    @api.model
    def _chorus_pro_billed_by(self, company):
        """Ids of the entities that `company` has billed lately."""
        since = fields.Date.context_today(self) - timedelta(days=USED_DAYS)
        groups = self.env["account.move"]._read_group(
            [
                ("company_id", "=", company.id),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "!=", "cancel"),
                "|",
                ("invoice_date", ">=", since),
                ("invoice_date", "=", False),
                ("commercial_partner_id.chorus_pro_is_public", "=", True),
            ],
            ["commercial_partner_id"],
        )
        return [partner.id for (partner,) in groups]
