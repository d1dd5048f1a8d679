"""The recipients at the portal: what they do to each invoice, and when.

They know of Odoo only which invoices were sent.
"""

import heapq
import random

from story import company

from . import days, fates

# A recipient opens an invoice after some time at the earliest.
SETTLED = 0.2
MONEY_DAYS = (1.5, 6)
# Of a thousand paid invoices: paid in two parts, never seen at the bank.
IN_PARTS, LOST = 60, 20


class Recipients:
    """All recipients; times are seconds since the epoch."""

    def __init__(self, portal, bodies: list, seed: str) -> None:
        self.portal = portal
        self.bodies = {body.siret: body for body in bodies}
        self.seed = seed
        self.plan: list[tuple] = []
        # What follows our own act: {number: (SIRET, steps)}.
        self.rest: dict[str, tuple] = {}
        self.known: set[str] = set()
        # (moment, number, share of what is open), in order.
        self.money: list[tuple] = []
        self.played = 0

    def take(self, number: str, siret: str, now: float) -> None:
        """An invoice arrived, or comes back after our act."""
        if number in self.known:
            siret, steps = self.rest.pop(number)
        else:
            self.known.add(number)
            body = self.bodies[siret]
            steps = fates.fate(
                f"{self.seed} {number}", body.pace, tells_payment=body.tells_payment
            )
        self._plan(number, siret, steps, now + SETTLED * days.DAY)

    def _plan(self, number: str, siret: str, steps: list, moment: float) -> None:
        chance = random.Random(f"{self.seed} {number} {len(steps)}")
        for place, step in enumerate(steps):
            moment = days.working(moment + step.days * days.DAY, chance.random())
            heapq.heappush(self.plan, (moment, number, place, step))
            if step.status in fates.ASKS:
                self.rest[number] = (siret, steps[place + 1 :])
                return
        if steps[-1:] and steps[-1].status != "REJETEE":
            self._plan_money(number, moment, chance)

    def _plan_money(self, number: str, moment: float, chance: random.Random) -> None:
        """The accountant pays some days after the last status."""
        drawn = chance.randrange(1000)
        if drawn < LOST:
            return
        moment = days.working(moment + chance.uniform(*MONEY_DAYS) * days.DAY, 0.5)
        if drawn < LOST + IN_PARTS:
            part = round(chance.uniform(0.3, 0.8), 1)
            heapq.heappush(self.money, (moment, number, part))
            moment += chance.uniform(15, 40) * days.DAY
        heapq.heappush(self.money, (moment, number, 1))

    def act(self, now: float) -> None:
        """Everything that was done at the portal until now."""
        acts = []
        while self.plan and self.plan[0][0] <= now:
            moment, number, _place, step = heapq.heappop(self.plan)
            words = {"comment": step.comment} if step.comment else {}
            force = {"force": True} if step.forced else {}
            acts.append(
                {
                    "invoice": number,
                    "supplier": company.SIRET,
                    "status": step.status,
                    "at": days.iso(moment),
                    **words,
                    **force,
                }
            )
        self.played += len(acts)
        if acts:
            self.portal.act_all(acts)

    def paid(self, now: float) -> tuple[list[tuple], list[str]]:
        """What came to the bank until now: [(number, share)] and what is paid whole."""
        parts, whole = [], []
        while self.money and self.money[0][0] <= now:
            _moment, number, share = heapq.heappop(self.money)
            if share < 1:
                parts.append((number, share))
            else:
                whole.append(number)
        return parts, whole
