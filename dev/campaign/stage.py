"""Plays one round: the storm, then a calm week."""

import json
import random
from pathlib import Path

from .actors import Actor, Died, Nursery, wait_for_one
from .books import Books
from .calm import Calm
from .clockwork import Clockwork
from .logbook import Logbook
from .plan import Plan
from .portal import Portal
from .storm import LATER, Storm
from .verdict import Verdict

SUPPLIER, ENTITY = "99999999800019", "21990002400015"
# How often a sender runs again while the other is at work.
AGAIN = 2


class Stage(Storm, Calm):
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
        books.users = {clerk.pid for clerk in self.clerks}
        self.mark = folder / "killed"
        self.waiting, self.released = folder / "waiting", folder / "released"
        self.busy = [folder / "busy0", folder / "busy1"]
        self.reached: dict[str, int] = {}
        self.struck: dict[str, int] = {}
        self.log = Logbook(nursery.log)
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
        self.verdict.judge_log(self.log)
        for name in self.verdict.struck():
            self.struck[name] = self.struck.get(name, 0) + 1
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
        self.books.pace(self.plan.calls_second)
        self.log.skip()
        self.ids = self.books.moves[: self.plan.invoices]
        self.later = self.ids[-LATER:]
        self.survived: set[int] = set()
        self.portal.control("settings", latency={"unknown": self.plan.unknown_for})
        self.armed = []
        for fault in self.plan.portal:
            drawn = {key: fault[key] for key in ("name", "service", "times", "params")}
            made = self.portal.control("faults", **drawn)
            self.armed.append({**fault, "id": made["id"]})
        # Each among others, so that their deposits are integrated in part.
        spread = self.verdict.numbers[1 :: self.plan.per_flow]
        self._file_by_hand(spread[: self.plan.filed_by_hand])

    def _file_by_hand(self, numbers: list[str]) -> None:
        """Somebody files invoices at the portal itself."""
        for name in numbers:
            self.verdict.filed_by_hand.add(name)
            self.portal.control(
                "invoices",
                number=name,
                supplier=SUPPLIER,
                recipient=ENTITY,
                amount_total=7,
            )

    # === THE SENDERS === #

    def _start(self, sender: Actor, orders: list) -> None:
        self.last_run += 1
        sender.run = self.last_run
        per_flow = self.plan.per_flow
        sender.start("run", number=sender.run, orders=orders, per_flow=per_flow)

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
        """A sender died at work: at its point, by the harness, or by itself."""
        sender = self.senders[index]
        if self._killed_at_point() == sender.pid:
            self.verdict.named_kill = True
            name = self.plan.point[1]["point"]
            self.reached[name] = self.reached.get(name, 0) + 1
        elif sender.killed:
            self.verdict.random_kills += 1
        elif "crash" not in self.verdict.done:
            self.verdict.problems.append("a sender ended by itself")

    def _killed_at_point(self) -> int:
        """The process that came to the named point and was killed there; 0 if none."""
        return int(self.mark.read_text() or 0) if self.mark.exists() else 0

    # === PEOPLE === #

    def _acts(self, turn: int) -> list:
        """What a user does in a turn."""
        acts = []
        if turn in (1, 2):
            # Work is left for each turn.
            half = self.later[turn - 1 :: 2]
            acts.append(("click", half))
        for _act in range(self.plan.disturbances):
            name = self.chance.choice(("click", "edit", "edit", "comment"))
            acts.append((name, self.chance.sample(self.ids, 6)))
        acts.append(("intrude", [self.chance.choice(self.ids)]))
        if turn in (0, 2):
            away = self.chance.choice(("take_back", "take_back", "cancel"))
            acts.append((away, [self.chance.choice(self.ids)]))
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
