"""What people and scheduled actions do with invoices at Chorus Pro."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..chorus_api import ChorusError
from ..const import OFFICER_GROUP, USER_GROUP


class AccountMove(models.Model):
    """Sending, taking back, declaring and refreshing; never an HTTP POST that files."""

    _inherit = "account.move"

    # === ACTIONS === #

    def action_chorus_pro_send(self):
        """Open the sending wizard for these invoices."""
        self._chorus_pro_authorize()
        # Made here, so that its lines are stored: sorted, and with working buttons.
        wizard = self.env["chorus.pro.send"].create({"move_ids": self.ids})
        return wizard._show()

    def action_chorus_pro_refresh(self):
        """Ask the portal now where this invoice stands."""
        self.ensure_one()
        self._chorus_pro_authorize()
        current = self.sudo().chorus_pro_transmission_id
        if current.state in ("deposited", "unknown"):
            current.flow_id._check_now()
        elif current.state in ("integrated", "elsewhere") and not current._is_over():
            self._chorus_pro_with_client(current._refresh)

    def action_chorus_pro_find(self):
        """Look at the portal, by number, for invoices that were filed there by hand."""
        self._chorus_pro_authorize()
        for company, moves in self.grouped("company_id").items():
            moves.sudo()._chorus_pro_with_client(
                moves.sudo()._chorus_pro_find_at_portal, company
            )
        found = self.filtered(lambda m: m.sudo().chorus_pro_transmission_id.portal_id)
        message = self.env._(
            "%(found)s of %(count)s invoices found at Chorus Pro.",
            found=len(found),
            count=len(self),
        )
        return self._chorus_pro_notify(message)

    def action_chorus_pro_mark_elsewhere(self):
        """Say that these invoices were filed outside Odoo: they are not to be sent."""
        self._chorus_pro_authorize()
        self.sudo().company_id._chorus_pro_stay()
        locked = self.sudo().try_lock_for_update(allow_referencing=True)
        locked.invalidate_recordset()
        # What the recipient refused was filed: it stays followed.
        moves = locked.filtered(
            lambda m: (
                m.chorus_pro_status in ("to_send", "error", "rejected")
                and m.chorus_pro_transmission_id.state
                not in ("integrated", "elsewhere")
            )
        )
        moves._chorus_pro_declare()
        return self._chorus_pro_notify(
            self.env._("Marked as sent elsewhere: %(count)s.", count=len(moves))
        )

    def action_chorus_pro_unmark_elsewhere(self):
        """Undo "sent elsewhere": the invoices are to be sent from Odoo again."""
        self._chorus_pro_authorize()
        rows = self.sudo().chorus_pro_transmission_id
        declared = rows.filtered(lambda row: row.state == "elsewhere")._apply("cancel")
        declared._tell(self.env._("Chorus Pro: no longer marked as sent elsewhere."))
        return self._chorus_pro_notify(
            self.env._("To be sent again: %(count)s.", count=len(declared))
        )

    # === ACCESS === #

    def _chorus_pro_authorize(self, officer=False):
        """Stop users who may not act on these invoices at Chorus Pro.

        :param bool officer: demand the officer's group
        :raise AccessError: not in the group, or no write access to an invoice
        """
        group = OFFICER_GROUP if officer else USER_GROUP
        if not self.env.user.has_group(group):
            raise AccessError(self.env._("You may not act on invoices at Chorus Pro."))
        self.check_access("write")

    @api.model
    def _chorus_pro_notify(self, message):
        """A notification that reloads what is on screen."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _chorus_pro_with_client(self, work, *args):
        """Run `work(*args, client)` with a client of the invoices' company.

        :raise UserError: the portal did not answer; says what to do
        """
        company = self.company_id
        company.ensure_one()
        try:
            with company._chorus_pro_client() as client:
                return work(*args, client)
        except ChorusError as error:
            raise UserError(company._chorus_pro_explain(error)) from error

    # === QUEUE === #

    def _chorus_pro_enqueue(self, forced=False):
        """Queue the invoices that may go and wake the scheduled action.

        Invoices that another transaction holds are left alone: the caller reports
        them. Nothing leaves the machine here.

        :param bool forced: a person deposits again what may have arrived
        :return: the invoices that were queued
        """
        self.sudo().company_id._chorus_pro_stay()
        moves = self.sudo().try_lock_for_update(allow_referencing=True)
        moves.invalidate_recordset()
        Transmission = self.env["chorus.pro.transmission"].sudo()
        ready = moves.filtered("chorus_pro_can_send")
        again = ready.chorus_pro_transmission_id.filtered(
            lambda row: row.state == "failed"
        )
        # A file that was refused is kept as it is: its correction is a new attempt.
        again.filtered("checksum")._apply("cancel")
        redone = (again - again.filtered("checksum"))._apply("redo", error=False)
        Transmission.create(
            [
                Transmission._prepare(move, forced=forced)
                for move in ready - redone.move_id
            ]
        )
        if ready:
            Transmission._wake()
        return ready

    # === FILED BY HAND === #

    def _chorus_pro_declare(self, words=None):
        """Record that the invoices were filed outside Odoo.

        :param words: what to log on them, if not that somebody marked them
        """
        Transmission = self.env["chorus.pro.transmission"]
        self.company_id._chorus_pro_stay()
        self.chorus_pro_transmission_id._cancel_queued()
        rows = Transmission.create(
            [Transmission._prepare(move, state="elsewhere") for move in self]
        )
        rows._tell(words or self.env._("Chorus Pro: marked as sent elsewhere."))
        return rows

    def _chorus_pro_may_be_found(self):
        """Whether no attempt of ours has brought it there, as far as Odoo knows.

        A deposit rejected as "number already used" is such a one.
        """
        row = self.chorus_pro_transmission_id
        declared = row.state == "elsewhere" and not row.portal_id
        return (
            declared
            or self.chorus_pro_status == "to_send"
            or row.state in ("rejected", "failed")
        )

    def _chorus_pro_find_at_portal(self, company, client):
        """Link invoices of `company` that the portal has under their number."""
        Transmission, found = self.env["chorus.pro.transmission"], {}
        unlinked = self.filtered(lambda m: m._chorus_pro_may_be_found())
        for move in unlinked:
            probe = Transmission.new({"move_id": move.id, "number": move.name})
            items = client.rechercher_fournisseur(
                supplier_id=company._chorus_pro_own_id(
                    client, move._chorus_pro_supplier()
                ),
                invoice_number=move.name,
            )
            match = [item for item in items if probe._is_same_invoice(item)]
            if len(match) == 1:
                found[move] = (
                    match[0],
                    client.consulter_historique(match[0].portal_id),
                )
        # After the last call: nobody who moves the company waits for the portal.
        company._chorus_pro_stay()
        for move, (item, history) in found.items():
            declared = move.chorus_pro_transmission_id.filtered(
                lambda row: row.state == "elsewhere"
            )
            row = declared or move._chorus_pro_declare()
            row._take_status(item)
            row._keep_histories({row: history})
