"""The course of the year: each turn some days of work, and what the crons do."""

import random
import time
from collections import Counter
from datetime import timedelta

from story import company

from odoo import fields

from . import days
from .mishaps import Mishaps
from .office import Office
from .recipients import Recipients

# From the deposit until its verdict is asked for, with the portal's time for it.
CHECKED_AFTER = 70
# Odoo is at work so many times in the year.
FEWEST, MOST = 13, 52
# A scheduled action works some seconds at a time; this many runs are plenty.
ROUNDS = 200
# So many are posted at last and not sent yet.
UNSENT = 9
# Days that Marc needs to act, and of a thousand invoices those that he overlooks.
REACTION, OVERLOOKED = (1, 7), 60
# A lost deposit is looked for at the portal before it goes again.
PATIENCE = timedelta(days=2)
# Entities are read again so many times.
REFRESHES = 4
# Of a thousand invoices, those corrected by a credit note.
CREDITED = 15


class Course:
    """`env` is the superuser's, as scheduled actions have it."""

    def __init__(self, env, portal, clock: days.Days, bodies: list, options) -> None:
        self.env = env
        self.portal = portal
        self.clock = clock
        self.seed = options.seed
        self.count = options.invoices
        self.chance = random.Random(f"{options.seed} course")
        self.office = Office(env, bodies)
        self.bodies = bodies
        self.recipients = Recipients(portal, bodies, options.seed)
        self.mishaps = Mishaps(portal, self.office, self.recipients, self.chance)
        self.acts: Counter = Counter()
        self.paid: list[int] = []

    def run(self) -> None:
        """Play the year; every step is committed, as in real life."""
        started = time.monotonic()
        turns = days.ticks(sorted((FEWEST, self.count // 10, MOST))[1])
        self.clock.go_to(-days.LENGTH * days.DAY)
        print("[year] finding the entities at the portal …", flush=True)
        self.office.settle_in()
        self.commit()
        self.last_day = self.clock.today
        shares = self._shares(turns)
        month = 0
        for number, (offset, share) in enumerate(zip(turns, shares, strict=True)):
            self.clock.go_to(offset)
            if self.clock.today.month != month:
                month = self.clock.today.month
                seconds = time.monotonic() - started
                print(
                    f"[year] {seconds:4.0f} s: {self.clock.today:%B %Y} …", flush=True
                )
            if number and number % (len(turns) // REFRESHES) == 0:
                self._run("ir_cron_directory")
            self.turn(number, len(turns), share)
        self.finish()

    def _shares(self, turns: list[float]) -> list[int]:
        """How many invoices are made at each turn."""
        now = self.clock.now - self.clock.offset
        weights = [days.SEASON[days.day_of(now + at).month - 1] for at in turns]
        total, done, shares = sum(weights), 0, []
        for place in range(len(weights)):
            wanted = round(self.count * sum(weights[: place + 1]) / total)
            shares.append(wanted - done)
            done = wanted
        return shares

    def turn(self, number: int, turns: int, share: int) -> None:
        """Some days: the portal first, then Odoo, then what is new."""
        self.recipients.act(self.clock.now)
        self.follow()
        self.react()
        self.receive()
        self.office.mend_and_send(self.chance)
        moves = self.bill(share)
        is_last = number == turns - 1
        if not is_last:
            moves = self.mishaps.prepare(number, turns, moves)
            self.office.send(moves)
        else:
            self.office.send(moves[UNSENT:] if len(moves) > UNSENT else moves[:-1])
        self.commit()
        self.run_sending()
        if not is_last:
            self.clock.go_to(self.clock.offset + CHECKED_AFTER)
        self.follow()
        self.arrive()

    def finish(self) -> None:
        """The present: what was sent last is checked, and delays are brought up."""
        self.clock.go_to(CHECKED_AFTER)
        self.follow()
        self.clock.come_back()
        self._run("ir_cron_late")
        self.env.company.chorus_pro_calls_second = 5
        self.commit()

    # === ODOO === #

    def bill(self, share: int):
        """The invoices of the days since the last turn, and credit notes."""
        work = days.working_days(self.last_day, self.clock.today)
        self.last_day = self.clock.today
        drawn = sorted(self.chance.choice(work) for _one in range(share))
        orders = [(self.chance.choice(self.bodies), day) for day in drawn]
        moves = self.office.bill(orders, self.chance)
        if self.paid and self.chance.randrange(1000) < CREDITED * share:
            corrected = self.env["account.move"].browse(self.paid.pop())
            moves |= self.office.credit(corrected, self.clock.today)
        self.commit()
        return moves

    def run_sending(self) -> None:
        """Run the sending action until nothing more may go."""
        for _round in range(ROUNDS):
            self._run("ir_cron_send_1")
            if not self.env["chorus.pro.flow"]._count_ready():
                return
        raise RuntimeError("the queue did not become empty")

    def follow(self) -> None:
        """Run the following action until every history is read."""
        due = [("history_due", "=", True)]
        for _round in range(ROUNDS):
            self._run("ir_cron_follow")
            if not self.env["chorus.pro.transmission"].search_count(due, limit=1):
                return
        raise RuntimeError("histories are left to be read")

    def arrive(self) -> None:
        """Tell the recipients which invoices the portal has taken."""
        rows = self.env["chorus.pro.transmission"].search(
            [
                ("state", "=", "integrated"),
                ("number", "not in", [*self.recipients.known]),
            ]
        )
        for row in rows:
            move = row.move_id
            if move.move_type == "out_invoice":
                self.recipients.take(row.number, move.chorus_pro_siret, self.clock.now)

    def react(self) -> None:
        """Marc does what the portal waits for, some days after it asked."""
        now = fields.Datetime.now()
        for move in self.office.waiting():
            chance = random.Random(f"{self.seed} {move.name} reaction")
            since = move.chorus_pro_transmission_id.sudo().portal_status_at
            needed = timedelta(days=chance.uniform(*REACTION))
            if chance.randrange(1000) >= OVERLOOKED and since + needed <= now:
                self.do(move, chance)
        self.office.deposit_again(now - PATIENCE)
        self.commit()
        self._run("ir_cron_act")
        self.follow()
        self.arrive_again()

    def do(self, move, chance: random.Random) -> None:
        """One act of Marc's."""
        action = move.chorus_pro_action
        if action == "reroute":
            self.office.reroute(move, *self.mishaps.other_route(move))
        elif action == "complete":
            self.office.complete(move, chance)
        elif action == "reissue":
            successor = self.office.reissue(move, self.clock.today)
            self.office.send(successor)
        self.acts[action] += 1

    def arrive_again(self) -> None:
        """Recipients go on with what was completed or re-routed."""
        done = self.env["chorus.pro.request"].search(
            [
                ("state", "=", "done"),
                ("kind", "in", ("reroute", "complete")),
                ("number", "in", [*self.recipients.rest]),
            ]
        )
        for request in done:
            if request.number in self.recipients.rest:
                self.recipients.take(request.number, "", self.clock.now)

    def receive(self) -> None:
        """Marc registers the money that came, from a statement at each turn."""
        parts, whole = self.recipients.paid(self.clock.now)
        for number, share in parts:
            self.office.receive(self.open_moves([number]), self.clock.today, share)
        moves = self.open_moves(whole)
        self.office.receive(moves, self.clock.today)
        self.paid += moves.ids
        self.commit()

    def open_moves(self, numbers: list[str]):
        """The invoices of these numbers that are not paid yet, as Marc sees them."""
        return self.office.marc["account.move"].search(
            [
                ("name", "in", numbers),
                ("payment_state", "in", ("not_paid", "partial")),
                ("amount_residual", ">", 0),
            ]
        )

    def _run(self, action: str) -> None:
        """Run a scheduled action as the scheduler does."""
        self.commit()
        self.env.ref(f"{company.MODULE}.{action}").method_direct_trigger()
        # The action worked on a cursor of its own: see what it did.
        self.commit()

    def commit(self) -> None:
        """End what would be one request: the next one finds empty caches."""
        self.env.cr.commit()
        self.env.invalidate_all()
