"""Work that goes on when the person who asked for it has closed the tab."""

from markupsafe import Markup

from odoo import fields, models


class ChorusProWork(models.AbstractModel):
    """How far such a work is, and the one word at its end.

    Its form shows a progress bar that moves by itself (`chorus.pro.screen`).
    """

    _name = "chorus.pro.work"
    _description = "Work that goes on by itself"

    user_id = fields.Many2one(
        "res.users",
        string="Asked by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="cascade",
    )
    ended_at = fields.Datetime(string="Finished on", readonly=True)
    progress = fields.Integer(readonly=True, help="From 0 to 100.")

    # === WORDS === #

    def _tell(self):
        """Say once what became of it: on the screen of who is there, else by message.

        Nobody is told whose account is closed.
        """
        user = self.user_id
        if not user.active:
            return
        work = self.with_context(lang=user.lang or self.env.lang)
        words, is_fine = work._outcome()
        if user.presence_ids.filtered(lambda p: p.status in ("online", "away")):
            user._bus_send("account_notification", work._show(words, is_fine))
        else:
            work._leave_message(words)

    def _outcome(self):
        """What became of it.

        :return: (sentences, whether nobody has to look)
        """
        raise NotImplementedError

    def _result(self):
        """What the button of the notification opens.

        :return: (name of the screen, records)
        """
        raise NotImplementedError

    def _show(self, words, is_fine):
        """The notification on the screen, in the form that core's own script reads."""
        name, records = self._result()
        return {
            "type": "success" if is_fine else "warning",
            "sticky": not is_fine,
            "title": "Chorus Pro",
            "message": words,
            "action_button": {
                "name": self.env._("Show"),
                "action_name": name,
                "model": records._name,
                "res_ids": records.ids,
            },
        }

    def _leave_message(self, words):
        """A message in the way that the user chose: Odoo's inbox or an e-mail."""
        url = f"{self.get_base_url()}/mail/view?model={self._name}&res_id={self.id}"
        body = Markup('<p>%s</p><p><a href="%s">%s</a></p>') % (
            words,
            url,
            self.env._("Open the result"),
        )
        self.env["mail.thread"].message_notify(
            partner_ids=self.user_id.partner_id.ids,
            subject=self._result()[0],
            body=body,
        )

    def _open(self):
        """The action that shows its form."""
        return {
            "type": "ir.actions.act_window",
            "name": self._result()[0],
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }
