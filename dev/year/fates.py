"""What becomes of an invoice at the portal: everything that chance decides.

Plain data from a seed; delays are days. How often what happens is ours [I]: nobody
publishes it.
"""

import random
from dataclasses import dataclass

SUSPENSIONS = (
    "Merci de joindre le bon de livraison signé.",
    "Le procès-verbal de réception manque.",
    "Coordonnées bancaires illisibles : merci de joindre un RIB.",
)
REROUTINGS = (
    "Cette dépense relève d'un autre service.",
    "Service exécutant erroné, voir le bon de commande.",
)
REJECTIONS = (
    "Quantité facturée supérieure à la livraison.",
    "Prix unitaire différent de celui du marché.",
    "Facture adressée à la mauvaise entité.",
)
# Status, usual delay after the one before, how often it is shown at all.
COURSE = (
    ("PRISE_EN_COMPTE_DESTINATAIRE", 2, 0.4),
    ("SERVICE_FAIT", 7, 0.8),
    ("MANDATEE", 5, 0.8),
    ("MISE_A_DISPOSITION_COMPTABLE", 1, 0.3),
    ("COMPTABILISEE", 3, 0.75),
    ("MISE_EN_PAIEMENT", 4, 1),
)
PAID = "MISE_EN_PAIEMENT"
# What we are asked for, by the status that asks.
ASKS = ("SUSPENDUE", "A_RECYCLER")
# One beside the other, of a thousand invoices.
SUSPENDED, REROUTED, REJECTED, DISORDERED = 70, 40, 40, 30


@dataclass(frozen=True)
class Step:
    """One status that the recipient gives, so many days after the one before."""

    days: float
    status: str
    comment: str = ""
    forced: bool = False


def fate(seed: str, pace: float, *, tells_payment: bool) -> list[Step]:
    """The steps of an invoice after it became available.

    :param seed: of this invoice alone
    :param pace: of its recipient; 1 is usual, 2 takes twice the time
    :param tells_payment: whether the recipient publishes its payments
    """
    chance = random.Random(seed)
    steps = _course(chance, pace, tells_payment=tells_payment)
    drawn = chance.randrange(1000)
    if drawn < SUSPENDED:
        return [_side(chance, pace, "SUSPENDUE", SUSPENSIONS), *steps]
    if (drawn := drawn - SUSPENDED) < REROUTED:
        return [_side(chance, pace, "A_RECYCLER", REROUTINGS), *steps]
    if (drawn := drawn - REROUTED) < REJECTED:
        return [_side(chance, pace, "REJETEE", REJECTIONS)]
    if drawn - REJECTED < DISORDERED:
        return _disordered(chance, steps)
    return steps


def _course(chance, pace: float, *, tells_payment: bool) -> list[Step]:
    steps = []
    for status, days, often in COURSE:
        if chance.random() < often and (tells_payment or status != PAID):
            steps.append(Step(days * pace * chance.uniform(0.4, 1.8), status))
    return steps


def _side(chance, pace: float, status: str, words: tuple) -> Step:
    return Step(3 * pace * chance.uniform(0.3, 2), status, chance.choice(words))


def _disordered(chance, steps: list[Step]) -> list[Step]:
    """Two steps that come the wrong way round, as systems of recipients send them."""
    if len(steps) < 3:
        return steps
    place = chance.randrange(len(steps) - 2)
    first, second = steps[place : place + 2]
    late = Step(chance.uniform(0.1, 1), first.status, forced=True)
    return [*steps[:place], second, late, *steps[place + 2 :]]
