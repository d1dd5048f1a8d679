"""The one place where activities are made and closed: one for each problem."""

from collections import defaultdict

from odoo import SUPERUSER_ID, api, models
from odoo.tools import plaintext2html

from ..const import MODULE
from ..const_asks import ASKS


class ChorusProAsk(models.AbstractModel):
    """Asking people to do what Odoo cannot, and no longer once it is done.

    A kind (const_asks.py) stands for a problem: a record has at most one open activity
    of it. Who is asked must be able to read the record.
    """

    _name = "chorus.pro.ask"
    _description = "Asking people about Chorus Pro"

    # === ASKING === #

    @api.model
    def _ask(self, kind, people, values=None):
        """Ask about each record that nobody is asked about yet.

        :param str kind: a key of ASKS
        :param dict people: {record: user}, records of one model
        :param dict values: {record: {name: text}} for the words; a `reason` that they
            do not name comes after them
        :return: the activities that were made
        """
        records = next(iter(people), None)
        is_silent = self.env.context.get("mail_activity_automation_skip")
        if records is None or is_silent or not self._type(kind):
            return self.env["mail.activity"]
        records = records.union(*people)
        asked = set(self._open(records, kind).mapped("res_id"))
        model = self.env["ir.model"]._get_id(records._name)
        made = [
            {
                **self._put(kind, people[record], (values or {}).get(record, {})),
                "activity_type_id": self._type(kind),
                "automated": True,
                "res_model_id": model,
                "res_id": record.id,
                "user_id": people[record].id,
            }
            for record in records
            if record.id not in asked
        ]
        activities = self.env["mail.activity"].sudo()
        if ASKS[kind].quiet:
            activities = activities.with_context(mail_activity_quick_update=True)
        return activities.create(made)

    @api.model
    def _put(self, kind, user, values):
        """Summary and note of a kind, in the language of who is asked."""
        ask, env = ASKS[kind], self.with_context(lang=user.lang or self.env.lang).env
        texts = [
            text if isinstance(text, str) else env._(text)
            for text in (ask.summary, ask.note)
        ]
        summary, note = (text % values if values else text for text in texts)
        reason = values.get("reason")
        if reason and reason not in note:
            note = f"{note}\n{reason}"
        return {"summary": summary, "note": plaintext2html(note)}

    # === CLOSING === #

    @api.model
    def _close(self, records, *kinds):
        """Nobody has to do anything about these any more."""
        if records:
            self._open(records, *kinds).unlink()

    @api.model
    def _open(self, records, *kinds):
        """The activities of some kinds on records; done ones are left out."""
        types = [self._type(kind) for kind in kinds]
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("activity_type_id", "in", types),
                    ("automated", "=", True),
                ]
            )
        )

    @api.model
    def _type(self, kind):
        """Identifier of a kind's type of activity; False once somebody deleted it."""
        xmlid = f"{MODULE}.{ASKS[kind].activity}"
        data = self.env["ir.model.data"]
        return data._xmlid_to_res_id(xmlid, raise_if_not_found=False)

    @api.model
    def _kind_of(self, activity):
        """The kind of one of our activities."""
        kinds = {self._type(kind): kind for kind in ASKS}
        return kinds.get(activity.activity_type_id.id)

    # === WHO === #

    @api.model
    def _choose(self, company, wanted):
        """Who is asked about each record: the first who works and may read it.

        Costs one statement for each user, however many records there are.

        :param dict wanted: {record: users, the best first}, records of one model that
            belong to `company`
        :return: {record: user}; the administrator where nobody else may read it
        """
        theirs = defaultdict(list)
        for record, users in wanted.items():
            for user in users:
                theirs[user.id].append(record.id)
        model = next(iter(wanted)).browse()
        able = {
            user.id: self._readable(user, company, model.browse(theirs[user.id]))
            for user in self.env["res.users"].sudo().browse(theirs).exists()
            if self._works(user, company)
        }
        nobody = company._chorus_pro_administrator()
        return {
            record: next((u for u in users if record.id in able.get(u.id, ())), nobody)
            for record, users in wanted.items()
        }

    @api.model
    def _works(self, user, company):
        """Whether `user` is a person who works in `company` today."""
        return (
            user.active
            and not user.share
            and user.id != SUPERUSER_ID
            and company in user.company_ids
        )

    @api.model
    def _readable(self, user, company, records):
        """Identifiers of those of `records` that `user` may read in `company`."""
        theirs = records.with_user(user).with_context(allowed_company_ids=company.ids)
        return set(theirs._filtered_access("read").ids)
