"""The public bodies that are billed: who they are, what they want, how they pay."""

import random
import time
from dataclasses import dataclass, field

from story import bills

from .days import DAY

# Of the story's, those that go on for a year and lie in metropolitan France.
KNOWN = (
    bills.HOSPITAL,
    bills.TOWN,
    bills.VILLAGE,
    bills.STATE,
    bills.REGION,
    bills.DEPARTMENT,
    bills.SCHOOL,
    bills.COMMUNITY,
    bills.CARE_HOME,
)
STATE_ENGAGEMENT = "15000000{:02}"
# In the SIRET of those that the simulator adds to its first ones.
CROWD = "995"
# An entity with hundreds of services takes minutes to read.
MOST_SERVICES = 20
HOSPITAL, HOUSING = "hospital", "public_company"


@dataclass
class Body:
    """One customer; `services` are those that may be billed: {code: demands number}."""

    siret: str
    name: str
    pace: float
    tells_payment: bool
    category: str
    wants_service: bool
    wants_engagement: bool
    services: dict[str, bool] = field(default_factory=dict)

    def route(self, chance: random.Random) -> tuple[str, str]:
        """Service and engagement number of a new invoice, either may be empty."""
        service = ""
        if self.services and (self.wants_service or chance.random() < 0.5):
            service = chance.choice(sorted(self.services))
        demands = self.wants_engagement or self.services.get(service)
        if self.siret == bills.STATE:
            return service, STATE_ENGAGEMENT.format(chance.randint(1, 40))
        number = f"EJ{chance.randint(10000, 99999)}"
        return service, number if demands or chance.random() < 0.3 else ""


def choose(told: list[dict], seed: str, count: int) -> list[Body]:
    """So many bodies of the simulator's directory.

    :param told: its entities with their services, as the control API lists them
    """
    chance = random.Random(f"{seed} bodies")
    fit = [one for one in told if one["siret"] in KNOWN]
    fit += [one for one in told if CROWD in one["siret"][2:5] and _is_fit(one)]
    return [_body(one, chance) for one in fit[:count]]


def _is_fit(one: dict) -> bool:
    may = (
        one["public"] and one["active"] and not (one["closes_at"] or one["works_only"])
    )
    return bool(may) and len(one["services"]) <= MOST_SERVICES


def _body(one: dict, chance: random.Random) -> Body:
    is_hospital = "HOSPITALIER" in one["name"]
    slow = 1.6 if is_hospital else 1
    return Body(
        siret=one["siret"],
        name=one["name"],
        pace=slow * chance.choice((0.5, 0.8, 0.9, 1, 1.1, 1.3, 1.7)),
        tells_payment=not one["payment_not_reported"],
        category=_category(one["name"], is_hospital=is_hospital),
        wants_service=bool(one["service_required"] or one["either"]),
        wants_engagement=bool(one["engagement_required"] or one["either"]),
        services={
            service["code"]: bool(service["engagement_required"])
            for service in one["services"]
            if _is_billed(service)
        },
    )


def _category(name: str, *, is_hospital: bool) -> str:
    """The category that a person at our side enters."""
    if is_hospital:
        return HOSPITAL
    return HOUSING if "HABITAT" in name else "state_local"


def _is_billed(service: dict) -> bool:
    is_plain = service["code"] != "FACTURES_PUBLIQUES" and service["payment_reported"]
    # Open in the whole year that is played and for some time after it.
    is_open = service["starts"] < time.time() - 400 * DAY and service["ends"] > 2**31
    return bool(service["active"] and is_plain and is_open)
