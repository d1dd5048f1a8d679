"""Check now: the live part of the pre-flight, directory and engagement numbers."""

import time
from datetime import timedelta

from odoo import models

from ..chorus_api import ChorusError

# What was read within this time is not read again by "check now".
JUST_READ = timedelta(hours=1)
# A person waits for the answers: what is left is for the next click.
PATIENCE = 20


class AccountMove(models.Model):
    """The pre-flight itself calls no network: this does, when a person asks."""

    _inherit = "account.move"

    def action_chorus_pro_check(self):
        """Ask the portal now what these invoices' entities and engagements are.

        :return: a notification that says what is left to do
        """
        self._chorus_pro_authorize()
        reasons, left = self.sudo()._chorus_pro_check_live()
        self._chorus_pro_forget_problems()
        blocked = self.filtered(lambda m: m._chorus_pro_blockers())
        if left:
            reasons.append(
                self.env._("%(left)s are left to be checked: check again.", left=left)
            )
        if blocked and len(self) == 1:
            reasons.append(self.env._("The invoice cannot go yet."))
        elif blocked:
            reasons.append(
                self.env._(
                    "%(blocked)s of %(count)s invoices cannot go yet.",
                    blocked=len(blocked),
                    count=len(self),
                )
            )
        words = [self.env._("Checked at Chorus Pro."), *reasons]
        action = self._chorus_pro_notify("\n".join(words))
        action["params"]["type"] = "warning" if reasons else "success"
        return action

    def _chorus_pro_check_live(self):
        """Read stale directory entries and ask for each engagement number once.

        An answer that does not come leaves what is known as it is; the other
        companies' questions are still asked.

        :return: (list of reasons in words, number of questions that are left)
        """
        end = time.monotonic() + PATIENCE
        reasons, left = [], 0
        for company, moves in self.grouped("company_id").items():
            moves = moves.with_company(company)
            questions = [
                *moves._chorus_pro_stale_entities(JUST_READ),
                *moves._chorus_pro_suppliers_by_key().items(),
            ]
            try:
                with company._chorus_pro_client() as client:
                    while questions and time.monotonic() < end:
                        reasons += moves._chorus_pro_answer(client, questions.pop(0))
            except ChorusError as error:
                reasons.append(company._chorus_pro_explain(error))
            else:
                left += len(questions)
        return list(dict.fromkeys(reasons)), left

    def _chorus_pro_answer(self, client, question):
        """Put one question to the portal: an entity, or (key, supplier).

        :return: list of words of what stops it or should be known
        :raise ChorusError: the portal did not answer
        """
        if isinstance(question, tuple):
            self._chorus_pro_ask_commitment(client, *question)
            return []
        reading = question._chorus_pro_sync(client)
        return [words for words in (reading.refusal, *reading.warnings) if words]

    def _chorus_pro_stale_entities(self, age):
        """Public entities whose directory entry is unread or older than `age`, and
        those that the portal refused since.
        """
        entities = self.commercial_partner_id.filtered("chorus_pro_is_public")
        environment = self.company_id.chorus_pro_environment
        refused = self.filtered(lambda move: move._chorus_pro_refused_recipient())
        return entities.filtered(
            lambda e: (
                e._chorus_pro_is_stale(environment, age)
                or e in refused.commercial_partner_id
            )
        )
