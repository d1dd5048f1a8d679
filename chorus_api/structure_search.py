"""Searching the portal's directory: whole, or page by page for a screen."""

from . import codes
from .answers import is_empty_search, without_none
from .directory import Structure, StructurePage
from .errors import ChorusError
from .values import as_dict, as_int, as_rows

RECHERCHER_STRUCTURES = "structures/v1/rechercher"
KINDS = {None: None, True: "PUBLIQUE", False: "PRIVEE"}
BY_IDENTIFIER = {"triColonne": "IdentifiantStructure", "triSens": "Ascendant"}
BY_NAME = {"triColonne": "DesignationStructure", "triSens": "Ascendant"}


class StructureSearch:
    """The part of the client that searches structures (API.md 2.10 [O])."""

    def rechercher_structures(
        self,
        *,
        siret=None,
        kind="SIRET",
        name=None,
        postcode=None,
        town=None,
        public=None,
    ):
        """Yield every Structure that meets all criteria.

        ``siret`` is another number for another ``kind`` (API.md 3.6 [O]). It is not
        checked here: some fictitious ones fail the Luhn test [L].

        :param bool public: only public (or private) structures; None for all.
        """
        structure = {
            "identifiantStructure": siret,
            "typeIdentifiantStructure": kind if siret else None,
            "libelleStructure": name,
            "adresseCodePostal": postcode,
            "adresseVille": town,
            "typeStructure": KINDS[public],
        }
        rows = self._search(
            RECHERCHER_STRUCTURES,
            {"structure": without_none(structure)},
            ("parametres", BY_IDENTIFIER),
            ("listeStructures", "idStructureCPP"),
        )
        return map(Structure.parse, rows)

    def rechercher_structures_page(self, criteria, *, page=1, size=10, public=None):
        """Return one StructurePage, sorted by name, of the structures searched.

        :param dict criteria: ``siret``, ``name``, ``postcode``, ``town``; what they
            match beyond the whole value is the portal's affair [U].
        :param bool public: only public (or private) structures; None for all.
        """
        structure = {
            "identifiantStructure": criteria.get("siret"),
            "libelleStructure": criteria.get("name"),
            "adresseCodePostal": criteria.get("postcode"),
            "adresseVille": criteria.get("town"),
            "typeStructure": KINDS[public],
        }
        payload = {
            "structure": without_none(structure),
            "parametres": {
                "pageResultatDemandee": page,
                "nbResultatsParPage": min(size, codes.PAGE_SIZE),
                **BY_NAME,
            },
        }
        try:
            answer = self._portal.post(
                RECHERCHER_STRUCTURES, payload, "listeStructures"
            )
        except ChorusError as error:
            if not is_empty_search(error):
                raise
            return StructurePage((), 0, 0)
        told = as_dict(answer.get("parametresRetour"))
        found = tuple(map(Structure.parse, as_rows(answer.get("listeStructures"))))
        total = as_int(told.get("total")) or len(found)
        return StructurePage(found, as_int(told.get("pages")) or 1, total)
