"""Taking over sent invoices: each is followed further, none is ever sent again."""

from datetime import datetime, time

from odoo import api, fields, models
from odoo.tools import SQL, groupby, split_every

from ..chorus_api import codes
from .chorus_pro_takeover_sent import judge, sent_facts, sent_query
from .portal_values import shortened

BATCH = 500
# Attempts that did not leave: what was sent before takes their place, and that of a
# mark "sent elsewhere", which anybody could take away.
WEAKER = ("to_send", "failed", "elsewhere")


def in_batches(found):
    """Yield lists of move ids of about BATCH, the invoices of one flow together.

    :param found: rows (move id, flow id or None)
    """
    batch = []
    ordered = sorted(found, key=lambda row: (row[1] or 0, row[0]))
    for flow_id, rows in groupby(ordered, key=lambda row: row[1]):
        ids = [move_id for move_id, _flow in rows]
        for part in [ids] if flow_id else split_every(BATCH, ids):
            batch += part
            if len(batch) >= BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


class ChorusProTakeover(models.Model):
    """Sent invoices become transmissions, their flows deposits."""

    _inherit = "chorus.pro.takeover"

    @api.model
    def _take_invoices(self, source, environments, tally, notes):
        """Make a row for each invoice that the old module had deposited."""
        query = sent_query(source)
        if not query:
            return
        found = self.env.execute_query(self._unseen("invoice", query))
        taken = self.env["chorus.pro.transmission"]
        for batch in in_batches(found):
            taken |= self._take_batch(source, batch, environments, tally)
            self.env.flush_all()
            self.env.invalidate_all()
        self._look_back(taken)
        notes += self._environment_notes(taken)

    @api.model
    def _take_batch(self, source, ids, environments, tally):
        """Take over some invoices; returns the new rows."""
        locked = self.env["account.move"].browse(ids)
        locked = locked.try_lock_for_update(allow_referencing=True)
        if len(locked) < len(ids):
            tally["invoice", "busy"] += len(ids) - len(locked)
        known, cases = [], []
        by_id = {move.id: move for move in locked}
        for sent in sent_facts(source, locked.ids) if locked else ():
            move = by_id[sent.move_id]
            environment = environments[move.company_id.id]
            state = judge(sent, move.name)
            if self._gives_way(move, environment, state):
                cases.append((sent, move, environment, state))
            else:
                known.append((move.id, move.name, "known"))
        rows = self._make_rows(cases)
        self._tell_taken(rows)
        self._keep_files(cases)
        outcomes = [(move.id, move.name, state) for _sent, move, _env, state in cases]
        self._note("invoice", known + outcomes, tally)
        return rows

    @api.model
    def _gives_way(self, move, environment, state):
        """Whether a row may be made; what only waits to be sent gives way to it."""
        rows = move.chorus_pro_transmission_ids.filtered(
            lambda row: row.environment == environment and row.state != "cancelled"
        )
        weaker = rows.filtered(lambda row: row.state in WEAKER and not row.portal_id)
        if state == "rejected":
            return not rows
        if (rows - weaker).filtered(lambda row: row.state != "rejected"):
            return False
        weaker._apply("cancel")
        return True

    # === ROWS === #

    @api.model
    def _make_rows(self, cases):
        """Create the rows of some invoices, and the deposits that they were in."""
        flows = self._make_flows(cases)
        Transmission = self.env["chorus.pro.transmission"]
        return Transmission.create(
            [
                Transmission._prepare(
                    move,
                    environment=environment,
                    number=move.name or "/",
                    state=state,
                    state_since=self._moment(sent, move),
                    flow_id=flows[self._flow_key(sent, move, state)].id,
                    portal_id=str(sent.identifier) if sent.identifier else False,
                    portal_status=sent.status,
                    portal_status_at=sent.status_at,
                    **self._reason(sent, move, state),
                )
                for sent, move, environment, state in cases
            ]
        )

    @api.model
    def _moment(self, sent, move):
        """Until when the old module followed the invoice."""
        day = datetime.combine(move.invoice_date or fields.Date.today(), time.min)
        return sent.status_at or sent.flow_status_at or sent.flow_date or day

    @api.model
    def _reason(self, sent, move, state):
        """Error code and words of an invoice that was refused or is in doubt."""
        if state == "rejected":
            reason = shortened([sent.notes or sent.flow_status])
            return {"error_code": "rejected", "error": reason}
        if state == "unknown":
            env = move.company_id._chorus_pro_speak().env
            words = env._(
                "It was sent before Odoo 19, and nobody knows whether it arrived."
            )
            return {"error_code": "missing", "error": words}
        return {}

    @api.model
    def _flow_key(self, sent, move, state):
        """What is in doubt is searched apart from the rest of its flow."""
        in_doubt = state == "unknown"
        return (sent.flow_id or -move.id, move.company_id.id, in_doubt)

    @api.model
    def _make_flows(self, cases):
        """Create the deposits of some invoices; {key: chorus.pro.flow}.

        An invoice of which only the portal's identifier is known has none.
        """
        Flow = self.env["chorus.pro.flow"]
        groups = {}
        for sent, move, environment, state in cases:
            key = self._flow_key(sent, move, state)
            groups.setdefault(key, []).append((sent, move, environment, state))
        keys = [
            key for key, members in groups.items() if key[2] or members[0][0].flow_name
        ]
        flows = Flow.create([self._flow_values(groups[key]) for key in keys])
        return dict.fromkeys(groups, Flow) | dict(zip(keys, flows, strict=True))

    @api.model
    def _flow_values(self, members):
        """Values of the deposit that some invoices were in."""
        sent, move, environment, _state = members[0]
        state = self._flow_state(sent, {case[3] for case in members})
        day = datetime.combine(move.invoice_date or fields.Date.today(), time.min)
        moment = sent.flow_date or sent.flow_status_at or day
        asks = state in ("deposited", "unknown")
        return {
            "name": sent.flow_name,
            "company_id": move.company_id.id,
            "environment": environment,
            "state": state,
            "state_since": sent.flow_status_at or moment,
            "taken_over": True,
            "attempted_at": moment,
            "deposited_at": moment,
            "portal_state": sent.flow_status,
            "portal_state_at": sent.flow_status_at,
            "portal_report": shortened([sent.notes]) if sent.notes else False,
            "next_check_at": fields.Datetime.now() if asks else False,
        }

    @api.model
    def _flow_state(self, sent, states):
        """The state of a deposit whose invoices go on in `states`."""
        for state in ("unknown", "deposited"):
            if state in states:
                return state
        known = codes.FLOW_STATES.get(sent.flow_status)
        if known and known.event in ("integrated", "partial", "rejected"):
            return known.event
        return "integrated" if "integrated" in states else "rejected"

    # === WHAT FOLLOWS === #

    @api.model
    def _tell_taken(self, rows):
        """A line in the chatter of each invoice, in its company's language."""
        for company, own in rows.grouped("company_id").items():
            env = company._chorus_pro_speak().env
            labels = dict(rows._fields["state"]._description_selection(env))
            bodies = {
                row.move_id.id: env._(
                    "Chorus Pro: taken over from the OCA modules. %(outcome)s. Flow "
                    "%(flow)s, status %(status)s.",
                    outcome=labels[row.state],
                    flow=row.flow_number or "-",
                    status=row.portal_status or row.flow_id.portal_state or "-",
                )
                for row in own
            }
            own.move_id._message_log_batch(bodies=bodies)

    @api.model
    def _keep_files(self, cases):
        """The file that was sent stays with its invoice, if it was alone in it."""
        alone = {}
        for sent, move, _environment, _state in cases:
            alone.setdefault(sent.file_id, []).append(move.id)
        pairs = [
            SQL("(%s, %s)", file_id, move_ids[0])
            for file_id, move_ids in alone.items()
            if file_id and len(move_ids) == 1
        ]
        if pairs:
            self.env.cr.execute(
                SQL(
                    "UPDATE ir_attachment a SET res_model = 'account.move',"
                    " res_id = sent.move_id FROM (VALUES %s) sent (file_id, move_id)"
                    " WHERE a.id = sent.file_id AND a.res_model IS NULL",
                    SQL(", ").join(pairs),
                )
            )

    @api.model
    def _look_back(self, rows):
        """Let the next look at the portal's changes reach back to the old module's."""
        open_rows = rows.filtered(
            lambda row: row.state == "integrated" and not row._is_final()
        )
        gates = self.env["chorus.pro.gate"].search([("followed_until", "!=", False)])
        for gate in gates:
            own = open_rows.filtered(
                lambda row, gate=gate: (
                    row.company_id == gate.company_id
                    and row.environment == gate.environment
                )
            )
            earliest = min(own.mapped("state_since"), default=gate.followed_until)
            if earliest < gate.followed_until:
                gate.followed_until = earliest

    @api.model
    def _environment_notes(self, rows):
        """What is to be done to see the invoices, company by company."""
        labels = dict(rows._fields["environment"]._description_selection(self.env))
        for company, own in rows.grouped("company_id").items():
            for environment in set(own.mapped("environment")):
                if environment != company.chorus_pro_environment:
                    yield self.env._(
                        "%(company)s works in another environment here. Choose "
                        "%(environment)s in the settings to see its invoices.",
                        company=company.name,
                        environment=labels[environment],
                    )
            if "qualification" in own.mapped("environment"):
                yield self.env._(
                    "%(company)s sent to the test portal. Its invoices may still be "
                    "sent for real.",
                    company=company.name,
                )
