"""`python -m campaign`: rounds of faults and kills; see dev/chaos."""

import argparse
import contextlib
import json
import re
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from . import plan
from .actors import Stuck, nursery
from .books import Books
from .cluster import Cluster, cluster
from .mutation_names import GUARDS, INDEX, Guard
from .portal import Portal, portal
from .stage import Stage

MOST_INVOICES = plan.INVOICES[1] + plan.RESERVE


class Campaign:
    """A server, a portal and a database, for any number of rounds."""

    def __init__(self, server: Cluster, at: Portal, folder: Path) -> None:
        self.server = server
        self.portal = at
        self.folder = folder
        self.facts: dict = {}

    @contextlib.contextmanager
    def stage(self, without: str = "") -> Iterator[Stage]:
        """Odoo's processes, with one guard taken out or with all of them."""
        with nursery(self.folder, self.server.variables, without) as mother:
            if not self.facts:
                self.facts = mother.do(
                    "set_up", portal=self.portal.facts, count=MOST_INVOICES
                )
            books = Books(self.server, self.facts)
            index = books.index(INDEX)
            mother.do("begin", facts=self.facts)
            made = Stage(self.portal, mother, books, self.folder)
            try:
                yield made
            finally:
                made.close()
                made.clean_up()
                if not books.index(INDEX):
                    books.query(index)
                books.close()


def play(stage: Stage, seed: str, number: int, guard: Guard | None = None) -> list[str]:
    """One round; returns what was wrong.

    :param guard: the round is made to try this one
    """
    special = (guard.fault, guard.point) if guard else ()
    spoil = bool(guard and guard.spoil)
    plan_of_round = plan.make(f"{seed}:{number}", *special, spoil=spoil)
    started = time.monotonic()
    try:
        verdict = stage.play(plan_of_round, number)
        problems = verdict.problems
        told = f"{verdict.kills} kills, {verdict.extra} turns more"
    except Stuck:
        problems, told = ["a process gave no answer for a minute"], "stuck"
    seconds = time.monotonic() - started
    word = "RED" if problems else "ok"
    print(f"round {number}: {word}, {seconds:.1f} s, {told}, {plan_of_round}")
    for problem in problems:
        print(f"  {problem}")
    sys.stdout.flush()
    return problems


def rounds(campaign: Campaign, options: argparse.Namespace) -> int:
    """Play the rounds; 0 when all are clean."""
    first = options.round
    numbers = [first] if first is not None else range(options.rounds)
    red, started = [], time.monotonic()
    with campaign.stage(options.without) as stage:
        for number in numbers:
            guard = GUARDS.get(options.like or options.without)
            if play(stage, options.seed, number, guard):
                red.append(number)
                print(f"  again: dev/chaos --seed {options.seed} --round {number}")
                if len(red) >= options.most_red:
                    break
        reached, struck = stage.reached, stage.struck
    played = number - numbers[0] + 1
    result = {
        "ok": not red,
        "seed": options.seed,
        "rounds": played,
        "red": red,
        "seconds_per_round": round((time.monotonic() - started) / played, 2),
        "killed_at": reached,
        "struck": struck,
    }
    print(json.dumps(result), flush=True)
    return 1 if red else 0


def mutations(campaign: Campaign, options: argparse.Namespace) -> int:
    """Take out each guard in turn until it is missed; 0 when all were.

    A guard is missed when a round shows what it prevents. The same rounds are then
    played with all guards in, and must be clean: nothing else made them red.
    """
    names = [options.without] if options.without else list(GUARDS)
    needed = {name: _miss(campaign, options, name) for name in names}
    controls: dict[tuple, list[str]] = {}
    for name, number in needed.items():
        if number is not None:
            guard = GUARDS[name]
            plan_of_round = (number, guard.fault, guard.point, guard.spoil)
            controls.setdefault(plan_of_round, []).append(name)
    print("the same rounds with every guard", flush=True)
    red = []
    with campaign.stage() as stage:
        for (number, *_special), found in controls.items():
            if play(stage, options.seed, number, GUARDS[found[0]]):
                red += found
    missed = all(number is not None for number in needed.values())
    result = {
        "ok": missed and not red,
        "seed": options.seed,
        "red_after": {
            name: None if number is None else number + 1
            for name, number in needed.items()
        },
        "red_controls": red,
    }
    print(json.dumps(result))
    return 0 if result["ok"] else 1


def _miss(campaign: Campaign, options: argparse.Namespace, name: str) -> int | None:
    """The first round that shows that a guard is out; None when none does."""
    guard = GUARDS[name]
    print(f"without {name}: {guard.words}", flush=True)
    shows = re.compile(guard.shows)
    with campaign.stage(name) as stage:
        for number in range(options.rounds):
            problems = play(stage, options.seed, number, guard)
            if any(shows.search(problem) for problem in problems):
                return number
    return None


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line of dev/chaos."""
    parser = argparse.ArgumentParser(
        prog="dev/chaos",
        description="Faults, kills and clocks against the engine and the simulator, "
        "in processes of their own. Exit 0 when every round was clean.",
    )
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--seed", default="1", help="any word")
    parser.add_argument("--round", type=int, help="only this one, to look at it again")
    parser.add_argument(
        "--most-red", type=int, default=3, help="stop after so many red rounds"
    )
    parser.add_argument(
        "--mutations",
        action="store_true",
        help="take out each guard in turn; exit 0 when every one is missed",
    )
    parser.add_argument("--without", default="", choices=["", *GUARDS], metavar="GUARD")
    parser.add_argument(
        "--like",
        default="",
        choices=["", *GUARDS],
        metavar="GUARD",
        help="rounds that try this guard, with all of them in",
    )
    parser.add_argument("--source", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--keep", type=Path, help="folder for the logs")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Play a campaign."""
    options = parse(arguments)
    # A plain SIGTERM would leave the server and its folder behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with (
        tempfile.TemporaryDirectory(prefix="chaos-") as folder,
        cluster(options.source) as server,
        portal(Path(folder)) as at,
    ):
        campaign = Campaign(server, at, Path(folder))
        try:
            return (mutations if options.mutations else rounds)(campaign, options)
        finally:
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                logs = {"odoo.log": Path(folder) / "odoo.log", "server.log": server.log}
                for name, log in logs.items():
                    if log.exists():
                        (options.keep / name).write_bytes(log.read_bytes())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
