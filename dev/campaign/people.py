"""Inside Odoo: what people do with invoices while they are being sent."""

import contextlib
import random
import time

from psycopg2 import Error as PostgresError
from psycopg2 import errors as pg_errors

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError, ValidationError

TRIES = 8
# The portal takes 50 characters.
TOO_LONG = "9" * 60
# A web request that meets these is run again, as Odoo does.
COLLISIONS = (
    pg_errors.SerializationFailure,
    pg_errors.DeadlockDetected,
    pg_errors.LockNotAvailable,
)


class People:
    """Commands of the harness in the name of the officer.

    `registry` and `facts` are those of senders.Sender.
    """

    @contextlib.contextmanager
    def _clerk(self, ids: list):
        """The officer before some invoices, on a cursor of its own."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.facts["officer"], {})
            yield Clerk(env["account.move"].browse(ids))
            env.flush_all()

    def do_click(self, ids: list) -> list:
        """A user sends invoices; returns what went wrong."""
        return self._try("click", ids)[1]

    def do_spoil(self, ids: list) -> list:
        """A user makes queued invoices bad; returns what went wrong."""
        return self._try("spoil", ids)[1]

    def do_disturb(self, acts: list, seed: str) -> dict:
        """A user works on invoices while they are being sent.

        :param acts: [name of a method of Clerk, ids] in order
        :return: errors that no user may see, and the invoices that were taken back
        """
        pauses = random.Random(seed)
        wrong, taken_back = [], []
        for act, ids in acts:
            time.sleep(pauses.uniform(0, 0.08))
            done, problems = self._try(act, ids)
            wrong += problems
            if act in ("take_back", "cancel") and done:
                taken_back += ids
        return {"wrong": wrong, "taken_back": taken_back}

    def _try(self, act: str, ids: list) -> tuple:
        """Do one thing as a web request does it; a collision is run again.

        :return: (whether it was done, texts of errors that no user may see)
        """
        for attempt in range(TRIES):
            try:
                with self._clerk(ids) as clerk:
                    getattr(clerk, act)()
                return True, []
            except COLLISIONS:
                time.sleep(0.02 * 2**attempt)
            except (ValidationError, PostgresError) as error:
                if not _is_gone(error):
                    return False, [f"{act}: {error!r}"]
                # Who saw that the server was restarted comes back.
                time.sleep(0.3)
            except UserError:
                break
        return False, []

    def do_decide(self, decisions: list) -> list:
        """The officer decides about lost answers; returns what went wrong.

        :param decisions: [move id, flow number or empty to deposit again]
        """
        wrong = []
        for move_id, flow in decisions:
            try:
                with self._clerk([move_id]) as clerk:
                    clerk.decide(flow)
            except UserError as error:
                wrong.append(f"{move_id}: {error}")
        return wrong


def _is_gone(error: Exception) -> bool:
    """Whether the server was restarted under the connection."""
    if not isinstance(error, PostgresError):
        return False
    return error.pgcode is None or error.pgcode[:2] in ("08", "57")


class Clerk:
    """Somebody before some invoices."""

    def __init__(self, moves) -> None:
        self.moves = moves

    def click(self) -> None:
        """Send."""
        self.moves._chorus_pro_enqueue()

    def edit(self) -> None:
        """Write something that the portal does not see."""
        self.moves.narration = "edited"

    def comment(self) -> None:
        """Write in the chatter."""
        for move in self.moves:
            move.message_post(body="Seen")

    def take_back(self) -> None:
        """Reset to draft; refused for what may have left."""
        self.moves.button_draft()

    def cancel(self) -> None:
        """Cancel; refused for what may have left."""
        self.moves.button_cancel()

    def spoil(self) -> None:
        """Enter an engagement number that the portal would refuse."""
        self.moves.purchase_order_reference = TOO_LONG

    def intrude(self) -> None:
        """Queue past all locks, as a careless addon would; the database refuses.

        What was rejected may be sent again: there such an addon does no harm but that
        it leaves the question open, which only `_chorus_pro_enqueue` closes.
        """
        env = self.moves.env(user=SUPERUSER_ID)
        if "rejected" in self.moves.sudo().chorus_pro_transmission_id.mapped("state"):
            return
        rows = env["chorus.pro.transmission"]
        with contextlib.suppress(PostgresError, UserError), env.cr.savepoint():
            rows.create([rows._prepare(move.sudo()) for move in self.moves])

    def decide(self, flow: str) -> None:
        """Settle a lost answer.

        :param flow: its flow number at the portal; empty to deposit again
        """
        row = self.moves.sudo().chorus_pro_transmission_id
        row = row.with_user(self.moves.env.user)
        if not flow:
            row.action_deposit_again()
            return
        action = row.action_enter_flow_number()
        wizards = self.moves.env[action["res_model"]].with_context(**action["context"])
        wizards.create({"number": flow}).action_confirm()
