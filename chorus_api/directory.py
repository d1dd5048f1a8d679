"""Typed answers of the portal's directory: structures and their services.

The same rules as in records.py: nothing that the portal sends makes ``parse`` fail.
"""

from dataclasses import dataclass
from datetime import datetime

from .records import Record
from .values import (
    as_dict,
    as_flag,
    as_identifier,
    as_moment,
    as_portal_id,
    as_text,
)


@dataclass(frozen=True)
class Structure(Record):
    """One structure in a search. ``siret`` is its identifier of the type ``kind``.

    A reply that does not name the type has a SIRET (API.md 3.6 [O]).
    """

    portal_id: str | None
    siret: str | None
    kind: str
    name: str | None
    active: bool

    @classmethod
    def parse(cls, row):
        """Read one entry of listeStructures (ACTIVE out, ACTIF in [O])."""
        return cls(
            portal_id=as_portal_id(row.get("idStructureCPP")),
            siret=as_identifier(row.get("identifiantStructure")),
            kind=as_identifier(row.get("typeIdentifiantStructure")) or "SIRET",
            name=as_text(row.get("designationStructure")),
            active=as_identifier(row.get("statut")) not in ("INACTIVE", "INACTIF"),
            raw=row,
        )


@dataclass(frozen=True)
class StructurePage:
    """One page of a search: its Structures, the number of pages and of all hits."""

    structures: tuple[Structure, ...]
    pages: int
    total: int


@dataclass(frozen=True)
class StructureDetail(Record):
    """What the portal tells of one structure.

    ``requirement``: none, service, engagement, both or either; None when the portal
    does not tell, which must not be read as "none". ``payment_reported``: False when
    the entity never reports the payment. ``works``: it has works contracts
    (``getaMoa``, read by its name [I]); ``works_only``: it takes no invoices but theirs
    (``estMoaUniquement``). ``password_expires_at``: of the own technical account.
    ``address``: street, complement, postcode, town, country.
    """

    portal_id: str | None
    siret: str | None
    name: str | None
    public: bool | None
    requirement: str | None
    payment_reported: bool
    works: bool
    works_only: bool
    password_expires_at: datetime | None
    address: dict

    @classmethod
    def parse(cls, answer):
        """Read the answer of structures/consulter."""
        facts = as_dict(answer.get("informationGenerales"))
        settings = as_dict(answer.get("parametres"))
        kind = as_identifier(facts.get("structurePriveePublique"))
        return cls(
            portal_id=as_portal_id(facts.get("idStructureCPP")),
            siret=as_identifier(facts.get("identifiantStructure")),
            name=as_text(facts.get("raisonSocialeStructure"))
            or as_text(facts.get("libelleStructure")),
            public=kind == "PUBLIQUE" if kind else None,
            requirement=_requirement(settings),
            payment_reported=not as_flag(
                settings.get("statutMiseEnPaiementNestPasRemonte")
            ),
            works=bool(as_flag(settings.get("getaMoa"))),
            works_only=bool(as_flag(settings.get("estMoaUniquement"))),
            password_expires_at=as_moment(
                facts.get("dateExpirationMotPasseCompteTech")
            ),
            address=_address(as_dict(answer.get("adressePostaleDuSiege"))),
            raw=answer,
        )


def _requirement(settings):
    """Apply the decision of the production client [T]: "either" wins."""
    if as_flag(settings.get("gestionNumeroEJOuCodeService")):
        return "either"
    service = as_flag(settings.get("codeServiceDoitEtreRenseigne"))
    engagement = as_flag(settings.get("numeroEJDoitEtreRenseigne"))
    if service and engagement:
        return "both"
    if service or engagement:
        return "service" if service else "engagement"
    return None if None in (service, engagement) else "none"


def _address(row):
    keys = {
        "street": "adresse",
        "complement": "complementAdresse1",
        "postcode": "codePostal",
        "town": "ville",
        "country": "pays",
    }
    return {name: as_text(row.get(key)) for name, key in keys.items()}


@dataclass(frozen=True)
class Service(Record):
    """One service of a structure. An end in 2050 means an open end [T]."""

    portal_id: str | None
    code: str | None
    name: str | None
    active: bool
    starts: datetime | None
    ends: datetime | None

    @classmethod
    def parse(cls, row):
        """Read one entry of listeServices."""
        return cls(
            portal_id=as_portal_id(row.get("idService")),
            code=as_identifier(row.get("codeService")),
            name=as_text(row.get("libelleService")),
            active=as_flag(row.get("estActif")) is not False,
            starts=as_moment(row.get("dateDbtService")),
            ends=as_moment(row.get("dateFinService")),
            raw=row,
        )


@dataclass(frozen=True)
class ServiceDetail(Record):
    """What the portal tells of one service.

    ``engagement_required`` is None when the portal does not tell. ``payment_reported``
    is read from ``miseEnPaiement``, whose meaning is inferred from its name [I].
    """

    portal_id: str | None
    code: str | None
    name: str | None
    engagement_required: bool | None
    payment_reported: bool
    starts: datetime | None
    ends: datetime | None

    @classmethod
    def parse(cls, answer, service_id=None):
        """Read the answer of consulter/service, which does not echo the identifier."""
        facts = as_dict(answer.get("informationsGenerales"))
        settings = as_dict(answer.get("parametres"))
        return cls(
            portal_id=as_portal_id(service_id),
            code=as_identifier(facts.get("codeService")),
            name=as_text(facts.get("nomService")),
            engagement_required=as_flag(settings.get("numeroEngagement")),
            payment_reported=as_flag(settings.get("miseEnPaiement")) is not False,
            starts=as_moment(settings.get("dateDebutValidite")),
            ends=as_moment(settings.get("dateFinValidite")),
            raw=answer,
        )
