"""Plays one round: the storm, then a calm week."""

import json
import random
import time
from pathlib import Path

from .actors import Actor, Died, Nursery, wait_for_one
from .books import Books
from .calm import Calm
from .clockwork import Clockwork
from .plan import TURNS, Plan
from .portal import Portal
from .verdict import Verdict

SUPPLIER, ENTITY = "99999999800019", "21990002400015"
# So many invoices are sent after the first turn.
LATER = 10
# One that stands still with a deposit does it until the others have done their work.
LONG_WAIT = 10
# The clock jumps when it stands there, else after this.
JUMP_AFTER = 1.5
# How often a sender runs again while the other is at work.
AGAIN = 2


class Stage(Calm):
    """The processes of a campaign, and how a round goes over it."""

    def __init__(
        self, portal: Portal, nursery: Nursery, books: Books, folder: Path
    ) -> None:
        self.portal = portal
        self.nursery = nursery
        self.books = books
        self.clock = Clockwork(folder / "clock")
        self.answers = folder / "answers"
        self.senders = [nursery.fork(), nursery.fork()]
        self.clerks = [nursery.fork(), nursery.fork()]
        self.mark = folder / "killed"
        self.waiting, self.released = folder / "waiting", folder / "released"
        self.reached: dict[str, int] = {}
        self.last_run = 0

    def close(self) -> None:
        """End all actors."""
        for actor in (*self.senders, *self.clerks):
            actor.close()

    # === A ROUND === #

    def play(self, plan: Plan, number: int) -> Verdict:
        """Play one round; returns what was wrong."""
        self.plan, self.chance = plan, random.Random(f"{plan.seed} stage")
        self.numbers = self._numbers(number)
        self.verdict = Verdict(plan, self.numbers[: plan.invoices])
        self._lay_out()
        self._storm()
        self._calm()
        self.verdict.judge(self.books, self.portal.ledger(), self._living_answers())
        return self.verdict

    def _numbers(self, number: int) -> list[str]:
        """Numbers of all invoices in a round."""
        return [f"CH{number:05}-{index:03}" for index in range(len(self.books.moves))]

    def clean_up(self) -> None:
        """Forget everything that was queued, so that no other stage works on it."""
        self.books.clear(self._numbers(99999))

    def _lay_out(self) -> None:
        self.clock.offset = 0
        self.answers.write_text("")
        self.mark.unlink(missing_ok=True)
        self.portal.forget()
        self.books.clear(self.numbers)
        self.ids = self.books.moves[: self.plan.invoices]
        self.survived: set[int] = set()
        self.portal.control("settings", latency={"unknown": self.plan.unknown_for})
        for fault in self.plan.portal:
            self.portal.control("faults", **fault)
        for name in self.numbers[: self.plan.filed_by_hand]:
            self.verdict.filed_by_hand.add(name)
            self.portal.control(
                "invoices",
                number=name,
                supplier=SUPPLIER,
                recipient=ENTITY,
                amount_total=7,
            )

    # === THE STORM === #

    def _storm(self) -> None:
        """Some turns with everything at once."""
        self._people(self.clerks[0].do("click", ids=self.ids[:-LATER]))
        for turn in range(TURNS):
            self._turn(turn)
        for _more in range(5):
            if self.verdict.kills < 2:
                self._turn(TURNS, ("kill", 0, self.chance.uniform(0, 0.03)))
        self.portal.control("faults", "DELETE")

    def _turn(self, turn: int, extra: tuple | None = None) -> None:
        """Both senders and a user at work, and what befalls them."""
        self.books.ring()
        self.waiting.unlink(missing_ok=True)
        self.released.unlink(missing_ok=True)
        for index, sender in enumerate(self.senders):
            self._start(sender, self._orders(turn, index))
        acts = self._acts(turn)
        for clerk in self.clerks:
            # Two who do the same at the same time.
            clerk.start("disturb", acts=acts, seed=f"{self.plan.seed} {turn}")
        events = [extra] if extra else self._events(turn)
        started = time.monotonic()
        for what, value, delay in sorted(events, key=lambda event: event[2]):
            time.sleep(max(0, started + delay - time.monotonic()))
            getattr(self, f"_{what}")(value)
        self._take_people()
        self._gather()
        self._advance(self.plan.steps[turn % TURNS], back=self.plan.jumps.get(turn, 0))

    def _start(self, sender: Actor, orders: list) -> None:
        self.last_run += 1
        sender.run = self.last_run
        per_flow = self.plan.per_flow
        sender.start("run", number=sender.run, orders=orders, per_flow=per_flow)

    def _orders(self, turn: int, index: int) -> list[dict]:
        """What is armed in a sender for a turn."""
        first, kill = self.plan.point
        orders = [wait for at, of, wait in self.plan.waits if (at, of) == (turn, index)]
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
        if turn == self.plan.crash_turn:
            events.append(("crash", None, self.chance.uniform(0.02, 0.4)))
        if turn in self.plan.jumps:
            events.append(("jump", self.plan.jumps[turn], 0))
        return events

    def _kill(self, index: int) -> None:
        if self.senders[index].is_at_work():
            self.senders[index].kill()

    def _crash(self, _value) -> None:
        self.verdict.crashed = True
        self.books.cluster.crash()

    def _jump(self, seconds: float) -> None:
        """As soon as a sender stands still with a deposit, if one does."""
        deadline = time.monotonic() + JUMP_AFTER
        while time.monotonic() < deadline and not self.waiting.exists():
            time.sleep(0.02)
        self.clock.offset += seconds

    def _gather(self) -> None:
        """Wait for the senders; one that is done early runs again, as in life."""
        if self.waiting.exists():
            some = self.chance.sample(self.ids, 10)
            self.clerks[0].do("disturb", acts=[("edit", some)], seed="")
        for _again in range(AGAIN):
            done = wait_for_one(self.senders)
            if len(done) == len(self.senders):
                break
            [index] = [self.senders.index(sender) for sender in done]
            self._finish(index)
            self.books.ring()
            self._start(self.senders[index], [])
        self.released.touch()
        for index in range(len(self.senders)):
            self._finish(index)

    def _finish(self, index: int) -> None:
        """Wait for a sender; replace it when it died."""
        sender = self.senders[index]
        try:
            sender.result()
        except Died:
            self._count_kill(index)
            self._replace(index)
            return
        if sender.killed:
            self._replace(index)
        else:
            self.survived.add(sender.run)

    def _replace(self, index: int) -> None:
        self.senders[index].close()
        self.senders[index] = self.nursery.fork()

    def _count_kill(self, index: int) -> None:
        """A sender died at work: by us, or at its point."""
        self.verdict.kills += 1
        if not self.senders[index].killed:
            name = self.plan.point[1]["point"]
            self.reached[name] = self.reached.get(name, 0) + 1

    # === PEOPLE === #

    def _acts(self, turn: int) -> list:
        """What a user does in a turn."""
        acts = []
        if turn in (1, 2):
            # Work is left for each turn.
            half = self.ids[-LATER:][turn - 1 :: 2]
            acts.append(("click", half))
        for _act in range(self.plan.disturbances):
            name = self.chance.choice(("click", "edit", "edit", "comment"))
            acts.append((name, self.chance.sample(self.ids, 6)))
        acts.append(("intrude", [self.chance.choice(self.ids)]))
        if turn in (0, 2):
            acts.append(("take_back", [self.chance.choice(self.ids)]))
        return acts

    def _take_people(self) -> None:
        names = dict(zip(self.books.moves, self.numbers, strict=True))
        for clerk in self.clerks:
            done = clerk.result()
            self._people(done["wrong"])
            self.verdict.taken_back |= {names[move] for move in done["taken_back"]}

    def _people(self, wrong: list[str]) -> None:
        self.verdict.problems += [f"a user saw an error: {text}" for text in wrong]

    # === THE ANSWERS === #

    def _living_answers(self) -> set[str]:
        """Flow numbers that were answered to senders that lived on."""
        lines = [json.loads(line) for line in self.answers.read_text().splitlines()]
        return {line["flow"] for line in lines if line["run"] in self.survived}
