"""The first half of a round: all at once, until what was drawn has struck."""

import time

from .plan import HOUR, MINUTE, RESERVE, TURNS
from .verdict import DROPPED

# So many invoices are sent after the first turn.
LATER = 10
# One that stands still with a deposit does it until the others have done their work.
LONG_WAIT = 10
# The clock jumps when it stands there, else after this.
JUMP_AFTER = 1.5
# A sender is killed at a random moment after it has begun to do something, if it does.
KILL_AFTER = 1.5
# At most so many turns more, and the invoices that each of them brings.
EXTRA, FRESH = 10, 3
# The calmest of them are longer than an invoice waits for others (`HOLD`).
EXTRA_STEPS = (70, 3 * MINUTE, 6 * MINUTE)
# A queue that waits longer is past its pause in the next turn; see `_pass_pause`.
LONGEST_PAUSE = 30 * HOUR


class Storm:
    """A storm on a stage; see stage.Stage, which is one."""

    def _storm(self) -> None:
        """Some turns with everything at once, and more while something is missing."""
        self._people(self.clerks[0].do("click", ids=self.ids[:-LATER]))
        self._spoil()
        for turn in range(TURNS):
            self._turn(turn)
        for extra in range(EXTRA):
            if not self._missing():
                break
            self._pass_pause()
            self._freshen(FRESH)
            self.verdict.extra = extra + 1
            self._turn(TURNS + extra)
        self.verdict.missing = self._missing()
        self.portal.control("faults", "DELETE")

    # === WHAT IS MISSING === #

    def _missing(self) -> list[str]:
        """What was drawn for this round and has not befallen the senders yet."""
        missing = [f"fault {name} never struck" for name in self._waiting_faults()]
        if not self.verdict.named_kill:
            missing.append(f"point {self.plan.point[1]['point']} was never reached")
        if not self.verdict.random_kills:
            missing.append("nobody was killed at a random moment")
        return missing

    def _waiting_faults(self) -> list[str]:
        """Faults of the plan that have struck nobody."""
        left = self.portal.control("faults", "GET")["faults"]
        times = {row["id"]: row["times"] for row in left}
        waiting = [
            fault["of"]
            for fault in self.armed
            if times.get(fault["id"]) == fault["times"]
        ]
        if {"partial", "unknown_flow"} & set(self.plan.faults):
            deposits = self.portal.ledger()["deposits"]
            if "unknown_flow" in self.plan.faults and not deposits:
                waiting.append("unknown_flow")
            if "partial" in self.plan.faults and not self._is_partial(deposits):
                waiting.append("partial")
        done = self.verdict.done
        return waiting + [
            name
            for name in self.plan.faults
            if name in ("clock_jump", "crash") and name not in done
        ]

    def _is_partial(self, deposits: list[dict]) -> bool:
        """Whether one holds both what the portal refuses and what it takes."""
        by_hand = self.verdict.filed_by_hand
        return any(
            0 < len(by_hand & set(flow["numbers"])) < len(flow["numbers"])
            for flow in deposits
            if flow["state"] not in DROPPED
        )

    def _pass_pause(self) -> None:
        """Let the pause of the queue end as it does in life, by time."""
        until = self.books.paused_until()
        left = until - time.time() - self.clock.offset if until else 0
        if 0 < left < LONGEST_PAUSE:
            self._advance(left + 1)

    def _freshen(self, count: int) -> None:
        """A user sends further invoices, so that there is work."""
        start = len(self.ids)
        limit = self.plan.invoices + RESERVE
        fresh = self.books.moves[start : min(start + count, limit)]
        if not fresh:
            return
        numbers = self.numbers[start : start + len(fresh)]
        if "partial" in self.plan.faults:
            self._file_by_hand(numbers[:1])
        self.ids = self.ids + fresh
        self.verdict.numbers = self.numbers[: len(self.ids)]
        self._people(self.clerks[0].do("click", ids=fresh))

    def _spoil(self) -> None:
        """A user makes invoices bad that are queued among good ones."""
        bad = slice(0, 2 * self.plan.spoiled, 2)
        if self.plan.spoiled:
            self.verdict.spoiled |= set(self.numbers[bad])
            self._people(self.clerks[0].do("spoil", ids=self.ids[bad]))

    # === A TURN === #

    def _turn(self, turn: int) -> None:
        """Both senders and a user at work, and what befalls them."""
        events = self._events(turn)
        if turn and any(what == "kill" for what, *_rest in events):
            # Who is killed shall have work.
            self._pass_pause()
            self._freshen(1)
        self.books.ring()
        for file in (self.waiting, self.released, *self.busy):
            file.unlink(missing_ok=True)
        for index, sender in enumerate(self.senders):
            self._start(sender, self._orders(turn, index))
        acts = self._acts(turn)
        for clerk in self.clerks:
            # Two who do the same at the same time.
            clerk.start("disturb", acts=acts, seed=f"{self.plan.seed} {turn}")
        started = time.monotonic()
        for what, value, delay in sorted(events, key=lambda event: event[2]):
            if what != "kill":
                time.sleep(max(0, started + delay - time.monotonic()))
            getattr(self, f"_{what}")(value, delay)
        self._take_people()
        self._gather()
        if turn < TURNS:
            step = self.plan.steps[turn]
        else:
            step = self.chance.choice(EXTRA_STEPS)
        self._advance(step, back=self.plan.jumps.get(turn, 0))

    def _orders(self, turn: int, index: int) -> list[dict]:
        """What is armed in a sender for a turn."""
        first, kill = self.plan.point
        orders = [{"point": "*", "nth": 1, "tell": str(self.busy[index])}]
        orders += [
            wait for at, of, wait in self.plan.waits if (at, of) == (turn, index)
        ]
        if turn in self.plan.jumps:
            files = {"mark": str(self.waiting), "until": str(self.released)}
            point = {"point": self.plan.jump_point, "nth": 1}
            orders.append({**point, **files, "seconds": LONG_WAIT})
        if turn >= first and not self.mark.exists():
            # What was not reached where it was planned is taken at its first passage.
            nth = kill["nth"] if turn == first else 1
            orders.append({**kill, "nth": nth, "mark": str(self.mark)})
        return orders

    def _events(self, turn: int) -> list[tuple]:
        """What happens while a turn is being played: (what, value, when)."""
        at, of, delay = self.plan.moment
        events = [("kill", of, delay)] if at == turn else []
        if turn >= TURNS and not self.verdict.random_kills:
            events.append(("kill", of, self.chance.uniform(0, 0.1)))
        if turn == self.plan.crash_turn:
            events.append(("crash", None, self.chance.uniform(0.02, 0.4)))
        if turn in self.plan.jumps:
            events.append(("jump", self.plan.jumps[turn], 0))
        return events

    def _kill(self, index: int, delay: float) -> None:
        """Some time after a sender has begun with its work, that one if it does."""
        deadline = time.monotonic() + KILL_AFTER
        at_work = []
        while not at_work and time.monotonic() < deadline:
            time.sleep(0.005)
            ready = [i for i in (index, 1 - index) if self.busy[i].exists()]
            at_work = [i for i in ready if self.senders[i].is_at_work()]
            if not any(sender.is_at_work() for sender in self.senders):
                return
        if at_work:
            time.sleep(delay)
            for chosen in (*at_work, index, 1 - index):
                if self.busy[chosen].exists() and self.senders[chosen].is_at_work():
                    self.senders[chosen].kill()
                    return

    def _crash(self, _value, _delay) -> None:
        self.verdict.done.add("crash")
        self.books.cluster.crash()

    def _jump(self, seconds: float, _delay) -> None:
        """As soon as a sender stands still with a deposit, if one does."""
        deadline = time.monotonic() + JUMP_AFTER
        while time.monotonic() < deadline and not self.waiting.exists():
            time.sleep(0.02)
        self.clock.offset += seconds
        self.verdict.done.add("clock_jump")
