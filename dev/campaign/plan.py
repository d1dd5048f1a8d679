"""What happens in a round: everything that chance decides, from a seed."""

import random
from dataclasses import dataclass, field

DEPOSIT = "factures/deposer/flux"
MINUTE, HOUR, DAY = 60, 3600, 86400
# The client gives up after 0.6 s; see mother.TIMEOUTS.
TOO_LATE, LATE = 0.9, 0.35
INVOICES = (20, 26)
# So many more may come while a round waits for what was drawn for it.
RESERVE = 20
TURNS = 4
# A pace that senders reach.
CALLS_SECOND = 15

POINTS = (
    "frozen",
    "grouped",
    "claimed",
    "leaving",
    "locked",
    "uploading",
    "uploaded",
    "accepted",
    "noted",
    "answered",
    "followed",
)
# Between these the row is `sending` and nobody knows whether the portal has it.
DELICATE = ("leaving", "locked", "uploading", "uploaded", "accepted", "noted")


@dataclass
class Plan:
    """One round. Turns are counted from 0; sender 0 or 1."""

    seed: str
    invoices: int
    per_flow: int
    faults: list[str]
    portal: list[dict] = field(default_factory=list)
    unknown_for: int = 0
    filed_by_hand: int = 0
    crash_turn: int | None = None
    jumps: dict[int, float] = field(default_factory=dict)
    jump_point: str = ""
    steps: list[float] = field(default_factory=list)
    point: tuple[int, dict] = (0, {})
    moment: tuple[int, int, float] = (0, 0, 0.0)
    waits: list[tuple[int, int, dict]] = field(default_factory=list)
    disturbances: int = 0  # of a user, in each turn
    spoiled: int = 0  # invoices that a user makes bad after queueing them
    calls_second: int = 0  # that may leave for the portal; 0: any number

    def __str__(self) -> str:
        turn, order = self.point
        at_turn, of, delay = self.moment
        return (
            f"{self.invoices} invoices, {self.per_flow} a flow, "
            f"{' + '.join(self.faults)}, kill {order['point']}/{order['nth']} "
            f"from turn {turn}, kill {of} after {delay:.2f} s "
            f"in turn {at_turn}"
            + f", {self.spoiled} made bad" * bool(self.spoiled)
            + f", {self.calls_second} calls a second" * bool(self.calls_second)
        )


def make(seed: str, wanted: str = "", point: str = "", *, spoil: bool = False) -> Plan:
    """The plan of a round.

    :param seed: of this round alone
    :param wanted: a fault that must be among those of the round
    :param point: where a sender stands still while the clock is put forward
    :param spoil: whether a user makes an invoice bad
    """
    chance = random.Random(seed)
    others = [name for name in FAULTS if name != wanted]
    names = [*filter(None, [wanted]), *chance.sample(others, 2)][:2]
    plan = Plan(
        seed=seed,
        invoices=chance.randint(*INVOICES),
        per_flow=chance.choice((1, 3, 5, 8)),
        faults=names,
    )
    plan.steps = [
        chance.choice((5, 70, 3 * MINUTE, 20 * MINUTE)) for _turn in range(TURNS)
    ]
    for name in names:
        FAULTS[name](plan, chance)
        for fault in plan.portal:
            fault.setdefault("of", name)
    if point:
        plan.jump_point, plan.jumps = point, {chance.randrange(TURNS - 1): HOUR}
    _kills(plan, chance)
    plan.disturbances = chance.randint(0, 3)
    plan.spoiled = chance.choice((0, 0, 1, 2)) or int(spoil)
    plan.calls_second = chance.choice((0, 0, 0, CALLS_SECOND))
    return plan


def _kills(plan: Plan, chance: random.Random) -> None:
    """One at a named point, one at a random moment of another turn."""
    points = DELICATE if chance.random() < 0.7 else POINTS
    order = {"point": chance.choice(points), "nth": chance.choice((1, 1, 2, 3))}
    at_point, at_moment = chance.sample(range(TURNS - 1), 2)
    plan.point = (at_point, order)
    plan.moment = (at_moment, chance.randint(0, 1), chance.uniform(0, 0.35))
    for _wait in range(chance.randint(0, 2)):
        wait = {
            "point": chance.choice(POINTS),
            "nth": chance.randint(1, 3),
            "seconds": chance.uniform(0.05, 0.3),
        }
        turn = chance.randrange(TURNS)
        plan.waits.append((turn, chance.randint(0, 1), wait))


# === THE FAULTS === #


def _strike(name: str, service: str = "", most: int = 2, **params):
    """A fault of the simulator, for the next `most` calls at most."""

    def add(plan: Plan, chance: random.Random) -> None:
        chosen = {
            key: value(chance) if callable(value) else value
            for key, value in params.items()
        }
        where = service or chance.choice((DEPOSIT, DEPOSIT, "*"))
        times = chance.randint(1, most)
        plan.portal.append(
            {"name": name, "service": where, "times": times, "params": chosen}
        )

    return add


def _partial(plan: Plan, chance: random.Random) -> None:
    plan.filed_by_hand = chance.randint(1, 3)
    # One alone would be a total rejection.
    plan.per_flow = max(plan.per_flow, 3)


def _unknown(plan: Plan, chance: random.Random) -> None:
    plan.unknown_for = chance.choice((10 * MINUTE, HOUR, 6 * HOUR))


def _crash(plan: Plan, chance: random.Random) -> None:
    plan.crash_turn = chance.randrange(TURNS - 1)


def _jump(plan: Plan, chance: random.Random) -> None:
    """Odoo's clock is put forward, or back, while a deposit is under way."""
    turn = chance.randrange(TURNS)
    plan.jumps[turn] = chance.choice((10 * MINUTE, 10 * MINUTE, HOUR, -20 * MINUTE))
    plan.jump_point = chance.choice(("leaving", "locked", "accepted", "noted"))


FAULTS = {
    "timeout_before": _strike("timeout_before", hold=TOO_LATE),
    "timeout_after": _strike("timeout_after", hold=TOO_LATE),
    "reset_before": _strike("timeout_before"),
    "reset_after": _strike("timeout_after"),
    "error_500": _strike("error_500", most=3),
    "error_500_after": _strike("error_500_after", DEPOSIT),
    "token_401": _strike("token_401", most=4),
    "forbidden_403": _strike("forbidden_403"),
    "quota_429": _strike(
        "quota_429", retry_after=lambda chance: chance.choice((1, 30, 600))
    ),
    "cut_body": _strike("cut_body"),
    "incident": _strike("IN_INCIDENTE", DEPOSIT),
    "stuck": _strike(
        "IN_EN_ATTENTE_RETRAITEMENT",
        DEPOSIT,
        seconds=lambda chance: chance.randint(1, 4) * DAY,
    ),
    "partial": _partial,
    "unknown_flow": _unknown,
    "slow": _strike("slow", most=3, seconds=lambda c: c.choice((LATE, TOO_LATE))),
    "clock_jump": _jump,
    "crash": _crash,
}
