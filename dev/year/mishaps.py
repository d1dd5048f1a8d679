"""What goes wrong beside the ordinary: deposits refused, answers lost."""

import random

from story import bills, company

DEPOSIT = "factures/deposer/flux"
# In this order, spread over the year.
KINDS = (
    "number typed at the portal before",
    "service closed since its entity was read",
    "answer of a deposit lost",
    "deposit that the portal cannot read",
    "filed at the portal by hand",
    "server error",
    "incident at the portal",
    "service closed since its entity was read",
    "answer of an act lost",
)
FAULTS = {
    "answer of a deposit lost": ("timeout_after", DEPOSIT),
    "answer of an act lost": ("timeout_after", "factures/completer"),
    "deposit that the portal cannot read": ("QP_IRRECEVABLE", DEPOSIT),
    "server error": ("error_500", DEPOSIT),
    "incident at the portal": ("IN_INCIDENTE", DEPOSIT),
}


class Mishaps:
    """They strike just before the invoices of a turn are sent."""

    def __init__(self, portal, office, recipients, chance: random.Random) -> None:
        self.portal = portal
        self.office = office
        self.recipients = recipients
        self.chance = chance
        self.happened: list[str] = []
        self.typed: set[str] = set()
        self.by_hand: set[str] = set()

    def prepare(self, number: int, turns: int, moves):
        """Let something happen at some turns; returns the invoices to send."""
        every = max(2, turns // (2 * len(KINDS)))
        if number % every != every // 2 or not moves:
            return moves
        kind = KINDS[(number // every) % len(KINDS)]
        self.happened.append(kind)
        if kind in FAULTS:
            self.portal.strike(*FAULTS[kind])
        elif kind.startswith("number"):
            self._type(moves[0], bills.VILLAGE, 57.6)
            self.typed.add(moves[0].name)
        elif kind.startswith("service"):
            self._close_service(moves)
        else:
            self._type(moves[0], moves[0].chorus_pro_siret, moves[0].amount_total)
            self.by_hand.add(moves[0].name)
            return moves[1:]
        return moves

    def _type(self, move, siret: str, amount: float) -> None:
        """Somebody files an invoice under this number by hand."""
        self.portal.type_invoice(
            number=move.name,
            supplier=company.SIRET,
            recipient=siret,
            amount_total=amount,
            service=move.buyer_reference or "",
            engagement=move.purchase_order_reference or "",
        )

    def _close_service(self, moves) -> None:
        """A service closes that one of the invoices names, where there is another."""
        for move in moves:
            body = self.recipients.bodies[move.chorus_pro_siret]
            code = move.buyer_reference
            if code in body.services and len(body.services) > 1:
                self.portal.close_service(body.siret, code)
                del body.services[code]
                return

    def other_route(self, move) -> tuple[str, str]:
        """Where an invoice goes that its recipient sent back: service and SIRET."""
        body = self.recipients.bodies[move.chorus_pro_siret]
        open_ones = [code for code, demands in body.services.items() if not demands]
        others = sorted({*open_ones} - {move.buyer_reference})
        if others:
            return self.chance.choice(others), body.siret
        return "", bills.VILLAGE
