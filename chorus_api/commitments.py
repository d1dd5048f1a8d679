"""Commitments ("engagements juridiques") that State entities publish at the portal.

The service and its three criteria are third-party knowledge, the fields of its rows
were seen nowhere: API.md 2.11 [T], [U]. So a row is read as far as it tells anything.
"""

import re
from dataclasses import dataclass

from .answers import is_empty_search, wire_number
from .errors import ChorusError
from .records import Record
from .values import as_identifier, as_rows

RECHERCHER_ENGAGEMENTS = "engagementsJuridiques/v1/rechercher"
LIST = "listeEngagementJuridique"
# The only state that an invoice may name.
ORDERED = "COMMANDE"
_SIRET = re.compile(r"\d{14}")


@dataclass(frozen=True)
class Commitment(Record):
    """One commitment that the portal knows.

    ``number`` and ``state`` are read from the keys that name them in the request [I],
    and None where the row does not tell. ``sirets``: every number of 14 digits in the
    row, whatever its key: the entity's, perhaps the supplier's [I].
    """

    number: str | None
    state: str | None
    sirets: tuple[str, ...]

    @classmethod
    def parse(cls, row):
        """Read one entry of listeEngagementJuridique."""
        values = (as_identifier(value) or "" for value in row.values())
        return cls(
            number=as_identifier(row.get("numeroEngagementJuridique")),
            state=as_identifier(row.get("etatCourantEngagementJuridique")),
            sirets=tuple(value for value in values if _SIRET.fullmatch(value)),
            raw=row,
        )


def search(portal, supplier_id, number):
    """Return the Commitments under `number` that are addressed to a supplier.

    A row that tells another number is left out: whether the portal compares exactly
    is [U].

    :param portal: the transport of the client
    :raise ChorusError: the portal could not be asked, or refused; ``incomplete`` when
        its answer holds no list, which must not be read as "unknown"
    """
    payload = {
        # The supplier's own identifier, as a string [T].
        "structureReceptriceEngagementJuridique": str(wire_number(supplier_id)),
        "numeroEngagementJuridique": number,
        "etatCourantEngagementJuridique": ORDERED,
    }
    try:
        answer = portal.post(RECHERCHER_ENGAGEMENTS, payload, LIST)
    except ChorusError as error:
        if not is_empty_search(error):
            raise
        return []
    if LIST not in answer:
        raise ChorusError(
            code="incomplete",
            service=RECHERCHER_ENGAGEMENTS,
            http_status=200,
            detail=f"no {LIST} in the answer",
        )
    found = map(Commitment.parse, as_rows(answer[LIST]))
    return [row for row in found if row.number in (None, number)]
