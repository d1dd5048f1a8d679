"""Chorus Pro as one of the ways in which Odoo's own Send sends an invoice.

Send only queues: what is chosen here is deposited by the scheduled action. Of core's
run these points matter [measured on Odoo 19]:

- an error that asks for a `retry` is tried again by core's scheduled action at once
  and for ever, before any later invoice: ours never does;
- core's lock of the invoices is not checked: `_chorus_pro_enqueue` locks again, and
  who did not get the lock is told;
- documents are linked after the web services were called, and others commit in
  there: an invoice is queued only once its PDF is its own.
"""

from odoo import api, models
from odoo.exceptions import AccessError

from ..const import SENDING_METHOD

# Summaries of invoices that may still go; all others are at the portal, or there
# already as far as Odoo knows.
MAY_GO = ("to_send", "error", "rejected")


class AccountMoveSend(models.AbstractModel):
    """Who may go by Chorus Pro, who does by default, and the queueing itself."""

    _inherit = "account.move.send"

    # === CHOICE === #

    @api.model
    def _get_default_sending_methods(self, move):
        """EXTENDS account: public entities by Chorus Pro, unless a person chose else.

        Whatever another network adds for them by itself would bring the invoice a
        second time; it can still be ticked.
        """
        methods = super()._get_default_sending_methods(move)
        if not self._chorus_pro_is_addressed(move):
            # A customer that is no public entity any more may still say so.
            return (methods - {SENDING_METHOD}) or {"email"}
        chosen = move.partner_id._chorus_pro_chosen_method(move.company_id)
        if chosen and chosen != SENDING_METHOD:
            return methods
        partner = move.commercial_partner_id.with_company(move.company_id)
        core = partner.invoice_sending_method or "email"
        return {SENDING_METHOD} | (methods - {core, "peppol"})

    @api.model
    def _is_applicable_to_company(self, method, company):
        # EXTENDS account
        if method == SENDING_METHOD:
            return company._chorus_pro_is_offered()
        return super()._is_applicable_to_company(method, company)

    @api.model
    def _is_applicable_to_move(self, method, move, **move_data):
        # EXTENDS account: asked often, hence no network and no pre-flight.
        if method == SENDING_METHOD:
            return self._chorus_pro_may_go(move)
        return super()._is_applicable_to_move(method, move, **move_data)

    @api.model
    def _chorus_pro_may_go(self, move):
        """Whether `move` belongs to Chorus Pro and is neither there nor on its way."""
        addressed = self._chorus_pro_is_addressed(move)
        return addressed and move.sudo().chorus_pro_status in MAY_GO

    @api.model
    def _chorus_pro_is_addressed(self, move):
        """Whether `move` is a customer invoice of a company that uses Chorus Pro to
        an entity that is reached through it; where it stands does not matter.
        """
        return (
            move.move_type in ("out_invoice", "out_refund")
            and move.commercial_partner_id.chorus_pro_is_public
            and self._is_applicable_to_company(SENDING_METHOD, move.company_id)
        )

    @api.model
    def _chorus_pro_is_double(self, move, methods):
        """Whether Peppol would bring the invoice to Chorus Pro a second time."""
        builder = self.env["account.edi.xml.ubl_bis3"]
        partner = move.commercial_partner_id
        return {SENDING_METHOD, "peppol"} <= set(methods) and bool(
            builder._is_customer_behind_chorus_pro(partner)
        )

    # === RUN === #

    def _hook_invoice_document_before_pdf_report_render(self, invoice, invoice_data):
        """EXTENDS account: nothing is made of an invoice that cannot go."""
        super()._hook_invoice_document_before_pdf_report_render(invoice, invoice_data)
        methods = invoice_data["sending_methods"] or ()
        if SENDING_METHOD not in methods or invoice_data.get("error"):
            return
        speaking = self._chorus_pro_speak_to(invoice_data)
        if reasons := speaking._chorus_pro_refuse(
            invoice.with_env(speaking.env), methods
        ):
            speaking._chorus_pro_stop(invoice_data, reasons)

    def _link_invoice_documents(self, invoices_data):
        """EXTENDS account: queue, now that the invoice has its PDF.

        Core marks the invoice as sent as soon as it has one; by Chorus Pro alone it
        is sent when the portal has given a flow number.
        """
        unsent = [
            invoice
            for invoice, data in invoices_data.items()
            if set(data["sending_methods"] or ()) == {SENDING_METHOD}
            and not invoice.is_move_sent
        ]
        result = super()._link_invoice_documents(invoices_data)
        for invoice in unsent:
            invoice.is_move_sent = False
        self._chorus_pro_queue(
            {
                invoice: data
                for invoice, data in invoices_data.items()
                if SENDING_METHOD in (data["sending_methods"] or ())
                and not data.get("error")
                and self._chorus_pro_may_go(invoice)
            }
        )
        return result

    def _chorus_pro_queue(self, invoices_data):
        """Queue invoices in the name of who asked for it; tell whom it was refused."""
        allowed = {}
        for invoice, data in invoices_data.items():
            if self._chorus_pro_may(invoice, data["author_user_id"]):
                allowed[invoice] = data
                continue
            speaking = self._chorus_pro_speak_to(data)
            words = speaking.env._("You may not act on invoices at Chorus Pro.")
            speaking._chorus_pro_stop(data, [words])
        moves = self.env["account.move"].browse([move.id for move in allowed])
        queued = moves and moves._chorus_pro_enqueue()
        for invoice, data in allowed.items():
            if invoice not in queued:
                speaking = self._chorus_pro_speak_to(data)
                words = speaking.env._(
                    "Somebody else is changing the invoice. Try again."
                )
                speaking._chorus_pro_stop(data, [words])

    def _chorus_pro_goes_at_once(self, move):
        """Whether the user may queue `move` and nothing stops it."""
        able = self._chorus_pro_may_go(move) and move.sudo().chorus_pro_can_send
        return able and self._chorus_pro_may(move, self.env.uid)

    # === ANSWERS === #

    def _chorus_pro_refuse(self, invoice, methods):
        """Why `invoice` cannot be queued, in words; empty when it can, or when it is
        on its way already and there is nothing left to do.
        """
        if self._chorus_pro_is_double(invoice, methods):
            return [self._chorus_pro_double_words()]
        if invoice.sudo().chorus_pro_status not in (False, *MAY_GO):
            return []
        reasons = self.env["chorus.pro.transmission"]._reasons(invoice)
        if not reasons and not invoice.company_id._chorus_pro_is_offered():
            reasons = [
                self.env._(
                    "Chorus Pro is not set up for %(company)s.",
                    company=invoice.company_id.name,
                )
            ]
        return reasons

    def _chorus_pro_double_words(self):
        return self.env._(
            "Peppol would bring the invoice to Chorus Pro a second time. Choose one of "
            "the two."
        )

    def _chorus_pro_stop(self, invoice_data, reasons):
        """Hand `reasons` to core, which tells them; never to be retried by itself."""
        invoice_data["error"] = {
            "error_title": self.env._("Not sent to Chorus Pro:"),
            "errors": reasons,
        }
        invoice_data["error_but_continue"] = True

    def _chorus_pro_speak_to(self, invoice_data):
        """This model in the language of who asked: core's cron has none of its own."""
        author = self.env["res.users"].browse(invoice_data["author_user_id"]).exists()
        return self.with_context(lang=author.lang or self.env.lang)

    def _chorus_pro_may(self, invoice, user_id):
        """Whether this user may act on the invoice; core's cron runs as OdooBot."""
        user = self.env["res.users"].browse(user_id).exists()
        if not user:
            return False
        try:
            invoice.sudo(False).with_user(user)._chorus_pro_authorize()
        except AccessError:
            return False
        return True
