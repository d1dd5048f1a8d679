"""What Odoo's own Send says of Chorus Pro before anything is sent."""

from odoo import models
from odoo.tools import groupby

from ..const import ENVIRONMENTS, MODULE, SENDING_METHOD

NAMED = 5
SHOWN = 8


class AccountMoveSend(models.AbstractModel):
    """Blockers and warnings of the pre-flight in core's form, with the way to fix them.

    In the dialog for one invoice a blocker stops Send until it is fixed or Chorus Pro
    is unticked. In the dialog for many core would stop all of them: there the blocked
    ones stay here and the others go.
    """

    _inherit = "account.move.send"

    def _get_alerts(self, moves, moves_data):
        # EXTENDS account
        alerts = super()._get_alerts(moves, moves_data)
        chosen = moves.filtered(
            lambda m: SENDING_METHOD in (moves_data[m]["sending_methods"] or ())
        )
        double = chosen.filtered(
            lambda m: self._chorus_pro_is_double(m, moves_data[m]["sending_methods"])
        )
        several = len(moves) > 1
        if double:
            alerts["chorus_pro_double"] = {
                "level": "warning" if several else "danger",
                "message": self._chorus_pro_double_words(),
                **self._chorus_pro_show(double if several else double.browse()),
            }
        forgotten = (moves - chosen).filtered(
            lambda m: (
                self._chorus_pro_may_go(m)
                and "peppol" not in (moves_data[m]["sending_methods"] or ())
            )
        )
        found = self._chorus_pro_alert_many if several else self._chorus_pro_alert_one
        return (
            alerts
            | found(chosen._origin, moves._origin)
            | self._chorus_pro_alert_forgotten(forgotten._origin, several)
        )

    # === ONE INVOICE === #

    def _chorus_pro_alert_one(self, chosen, _moves):
        """Every problem of one invoice that is to go, each with where it is fixed."""
        if not chosen:
            return {}
        problems = chosen._chorus_pro_find_problems()
        alerts = chosen._chorus_pro_alerts(problems) or {}
        for alert in alerts.values():
            if not alert.get("action"):
                alert |= self._chorus_pro_show_one(chosen)
        return {f"chorus_pro_{key}": alert for key, alert in alerts.items()}

    def _chorus_pro_alert_forgotten(self, moves, several):
        """Public entities for which another way of sending was chosen."""
        if not moves:
            return {}
        entities = self._chorus_pro_name(moves.commercial_partner_id)
        if several:
            message = self.env._(
                "Not sent to Chorus Pro, because the customer has another way of "
                "sending: %(invoices)s (%(entities)s). Public entities take invoices "
                "through Chorus Pro only.",
                invoices=self._chorus_pro_name(moves),
                entities=entities,
            )
        else:
            message = self.env._(
                "%(entity)s is a public entity: it takes invoices through Chorus Pro "
                "only.",
                entity=entities,
            )
        return {"chorus_pro_forgotten": {"level": "info", "message": message}}

    # === SEVERAL INVOICES === #

    def _chorus_pro_alert_many(self, chosen, moves):
        """The same problem of several invoices once, with the list of them."""
        may_go = chosen.filtered(self._chorus_pro_may_go)
        found = [
            (problem.level, problem.message, move)
            for move in may_go
            for problem in move._chorus_pro_find_problems()
        ]
        stuck = moves.browse([m.id for level, _w, m in found if level == "error"])
        # Core stops everything for one "danger": only when there is nothing to go.
        blocked = "danger" if stuck == moves else "warning"
        groups = groupby(found, key=lambda entry: entry[:2])
        alerts = {}
        for (level, words), entries in sorted(groups, key=lambda g: g[0][0] != "error"):
            concerned = moves.browse([move.id for _l, _w, move in entries])
            alerts[f"chorus_pro_{len(alerts):02d}"] = {
                "level": blocked if level == "error" else "info",
                "message": self._chorus_pro_count(level, words, concerned),
                **self._chorus_pro_show(concerned),
            }
        return self._chorus_pro_shorten(alerts, stuck) | self._chorus_pro_alert_there(
            chosen - may_go
        )

    def _chorus_pro_shorten(self, alerts, stuck):
        """The first of many alerts, and the dialog that lists them all."""
        if len(alerts) <= SHOWN:
            return alerts
        kept = dict(list(alerts.items())[: SHOWN - 1])
        kept["chorus_pro_more"] = {
            "level": "warning",
            "message": self.env._(
                "%(count)s further remarks on Chorus Pro.",
                count=len(alerts) - len(kept),
            ),
            "action_text": self.env._("Show all by invoice"),
            "action": {
                "type": "ir.actions.server",
                "id": self.env.ref(f"{MODULE}.action_chorus_pro_send").id,
                "context": {"active_model": stuck._name, "active_ids": stuck.ids},
            },
        }
        return kept

    def _chorus_pro_alert_there(self, moves):
        """Invoices that went before: nothing is deposited twice."""
        if not moves:
            return {}
        message = self.env._(
            "Already at Chorus Pro or on the way, not sent there again: %(invoices)s.",
            invoices=self._chorus_pro_name(moves),
        )
        return {"chorus_pro_there": {"level": "info", "message": message}}

    # === WORDS === #

    def _chorus_pro_count(self, level, words, moves):
        """One problem and the invoices that have it."""
        values = {"invoices": self._chorus_pro_name(moves), "problem": words}
        if level == "error":
            return self.env._(
                "Not sent to Chorus Pro: %(invoices)s. %(problem)s", **values
            )
        return self.env._("Chorus Pro, %(invoices)s: %(problem)s", **values)

    def _chorus_pro_name(self, records):
        """The first names of some records, and how many more there are."""
        names = ", ".join(records[:NAMED].mapped("display_name"))
        more = len(records) - NAMED
        if more > 0:
            return self.env._("%(names)s and %(count)s more", names=names, count=more)
        return names

    def _chorus_pro_show_one(self, move):
        """The link to the invoice itself: this dialog is over it or over a list."""
        if self.env.context.get("chorus_pro_on_form"):
            return {
                "action_text": self.env._("Back to the invoice"),
                "action": {"type": "ir.actions.act_window_close"},
            }
        return {
            "action_text": self.env._("Open the invoice"),
            "action": move._get_records_action(),
        }

    def _chorus_pro_show(self, moves):
        """The link that opens these invoices."""
        if not moves:
            return {}
        if len(moves) == 1:
            return self._chorus_pro_show_one(moves)
        return {
            "action_text": self.env._("View invoices"),
            "action": moves._get_records_action(name=self.env._("Not ready")),
        }

    def _chorus_pro_label(self, moves):
        """Name of our way of sending, with the environment where it is a trial."""
        field = moves._fields["chorus_pro_environment"]
        names = dict(field._description_selection(self.env))
        used = set(moves.company_id.sudo().mapped("chorus_pro_environment"))
        trials = [
            names[code]
            for code, _label in ENVIRONMENTS
            if code in used and code != "production"
        ]
        if trials:
            return self.env._("by Chorus Pro (%s)", ", ".join(trials))
        return self.env._("by Chorus Pro")
