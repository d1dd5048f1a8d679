"""The portal's directory of recipients: what its columns mean, rows into records.

`telecharger/annuaire/destinataire` gives a ZIP in base64 [T]; no official text on its
layout was found. What is known, and from where:

* Code lists of `TypeIdentifiant` (1 SIRET … 7 PARTICULIER): official [O].
* The portal's community site publishes the same directory every week as a workbook of
  27 MB with two sheets, structures and services, and as XML of 200 MB; the layout of
  the workbook changed in January 2023 (granuloshop.com, project Is_Chorus) [T]. The
  operation is said to give the archive of the EDI flow FAR37 (a country guide on
  e-invoicing mandates) [T].
* Columns of the structures, in this order, separated by ";": TypeIdentifiant,
  Identifiant, RaisonSociale, EmetteurEdi, RecepteurEdi, GestionStatutMiseEnPaiement,
  GestionEngagement, GestionService, GestionServiceEngagement, EstMOA, EstMOAUniquement,
  StructureActive, Adresse, ComplementAdresse1, ComplementAdresse2, CodePostal, Ville,
  NumTelephone, Courriel, CodePays, LibellePays (Leasecom's importbatch, UTF-8) [T].
* Columns of the services: Identifiant, RaisonSociale, Code, Nom, GestionEGMT,
  ServiceActif, then an address like the above (project DiffVal, files of 2020) [T].
* The workbook treats the SIRET as a number: first zeros are lost (Is_Chorus) [T].
* EngagementJuridique, Service, EngJurServ, MOAunique, StatutMiseEnPaiement: the block
  DonneesB2G of the reform's directory (a reader of its XML) [T].
* That flags are TRUE and FALSE (DiffVal) [T]; that an XML file names its elements as
  the columns, with services inside or beside their structure [I]; its true layout [U].

Hence: columns are found by name in any order, unknown ones are kept.
"""

import unicodedata
from types import MappingProxyType
from typing import NamedTuple

# our field -> names of its column, compared without case, accents and signs
COLUMNS = MappingProxyType(
    {
        "kind": ("TypeIdentifiant", "TypeIdentifiantStructure"),
        "identifier": ("Identifiant", "SIRET", "IdentifiantStructure"),
        "name": ("RaisonSociale", "Designation", "LibelleStructure", "Denomination"),
        "active": ("StructureActive", "Actif", "Statut", "StatutStructure"),
        "engagement": (
            "GestionEngagement",
            "GestionEJ",
            "EngagementJuridique",
            "NumeroEJDoitEtreRenseigne",
        ),
        "service": ("GestionService", "Service", "CodeServiceDoitEtreRenseigne"),
        "either": (
            "GestionServiceEngagement",
            "EngJurServ",
            "GestionNumeroEJOuCodeService",
        ),
        "payment": ("GestionStatutMiseEnPaiement", "StatutMiseEnPaiement"),
        "works_only": ("EstMOAUniquement", "MOAunique"),
        "street": ("Adresse", "AdressePostale"),
        "postcode": ("CodePostal", "AdresseCodePostal"),
        "town": ("Ville", "AdresseVille", "Localite"),
        "country": ("CodePays", "Pays"),
    }
)
SERVICE_COLUMNS = MappingProxyType(
    {
        "identifier": COLUMNS["identifier"],
        "code": ("Code", "CodeService"),
        "name": ("Nom", "NomService", "LibelleService"),
        "active": ("ServiceActif", "Actif", "EstActif"),
        "engagement": ("GestionEGMT", "GestionEngagement", "EngagementObligatoire"),
    }
)
KINDS = (
    "SIRET",
    "UE_HORS_FRANCE",
    "HORS_UE",
    "RIDET",
    "TAHITI",
    "AUTRE",
    "PARTICULIER",
)
FLAGS = MappingProxyType(
    dict.fromkeys(("true", "1", "oui", "o", "vrai", "yes", "actif", "active"), True)
    | dict.fromkeys(
        ("false", "0", "non", "n", "faux", "no", "inactif", "inactive"), False
    )
)
# Bounds, ours: a longer identifier is none, a longer text is cut.
IDENTIFIER_MAX = 80
TEXT_MAX = 500
EXTRA_MAX = 60  # unknown columns kept of one row
SIRET_LENGTH, SIREN_LENGTH, POSTCODE_LENGTH = 14, 9, 5
ZEROS_LOST = 2  # at most so many in front of a SIRET are put back


class Recipient(NamedTuple):
    """One structure. ``requirement`` and ``payment_reported`` are None when untold.

    ``requirement`` is one of none, service, engagement, both, either; ``extra`` holds
    the columns that the table does not know, by their own names.
    """

    identifier: str
    kind: str
    siren: str | None
    name: str
    street: str
    postcode: str
    town: str
    country: str
    active: bool
    requirement: str | None
    payment_reported: bool | None
    works_only: bool
    extra: dict


class RecipientService(NamedTuple):
    """One service of the structure ``identifier``."""

    identifier: str
    code: str
    name: str
    active: bool
    engagement_required: bool


class Unreadable(NamedTuple):
    """A row that gave nothing: where it is, and one of the codes of REASONS."""

    place: str
    reason: str


class RecipientsError(Exception):
    """The whole file is unusable: ``damaged``, ``too_large`` or ``no_columns``."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


REASONS = ("no_identifier", "no_name", "no_code", "broken_line", "no_columns")


def normalized(name):
    """Return a column's name as it is compared."""
    plain = unicodedata.normalize("NFKD", str(name))
    return "".join(sign for sign in plain.lower() if sign.isalnum() and sign.isascii())


def _by_name(table):
    return {normalized(name): field for field, names in table.items() for name in names}


_STRUCTURE = _by_name(COLUMNS)
_SERVICE = _by_name(SERVICE_COLUMNS)
IDENTIFIERS = frozenset(map(normalized, COLUMNS["identifier"]))
CODES = frozenset(map(normalized, SERVICE_COLUMNS["code"]))


class Layout:
    """What the columns of one table are; made once, used for every row.

    :param names: the columns' names, in their order
    """

    def __init__(self, names):
        plain = [normalized(name) for name in names]
        self.is_known = not IDENTIFIERS.isdisjoint(plain)
        # "Service" beside a code is the service's name, not a requirement
        self.is_service = not CODES.isdisjoint(plain)
        table = _SERVICE if self.is_service else _STRUCTURE
        self._fields, self._extra = {}, []
        for index, (name, key) in enumerate(zip(names, plain, strict=True)):
            field = table.get(key)
            if field and field not in self._fields:
                self._fields[field] = index
            elif str(name).strip() and len(self._extra) < EXTRA_MAX:
                self._extra.append((index, clean(name)))
        self._count = len(plain)

    def read(self, cells):
        """Return the Recipient or RecipientService of a row, or a code of REASONS.

        :param cells: texts in the order of the names; missing ones are empty
        """
        if len(cells) < self._count:
            cells = cells + [""] * (self._count - len(cells))
        row = {field: clean(cells[index]) for field, index in self._fields.items()}
        if self.is_service:
            return _service(row)
        extra = ((name, clean(cells[index])) for index, name in self._extra)
        return _structure(row, {name: text for name, text in extra if text})


def _structure(row, extra):
    kind = _kind(row.get("kind", ""))
    identifier = _identifier(row.get("identifier", ""), kind)
    if not identifier:
        return "no_identifier"
    name = row.get("name")
    if not name:
        return "no_name"
    is_siret = len(identifier) == SIRET_LENGTH and identifier.isdecimal()
    return Recipient(
        identifier=identifier,
        kind=kind or ("SIRET" if is_siret else ""),
        siren=identifier[:SIREN_LENGTH] if is_siret else None,
        name=name,
        street=row.get("street", ""),
        postcode=_postcode(row.get("postcode", ""), is_siret=is_siret),
        town=row.get("town", ""),
        country=row.get("country", ""),
        active=_flag(row.get("active")) is not False,
        requirement=_requirement(row),
        payment_reported=_flag(row.get("payment")),
        works_only=bool(_flag(row.get("works_only"))),
        extra=extra,
    )


def _service(row):
    identifier = _identifier(row.get("identifier", ""), "")
    if not identifier:
        return "no_identifier"
    code = row.get("code", "")[:IDENTIFIER_MAX]
    if not code:
        return "no_code"
    return RecipientService(
        identifier=identifier,
        code=code,
        name=row.get("name") or code,
        active=_flag(row.get("active")) is not False,
        engagement_required=bool(_flag(row.get("engagement"))),
    )


def clean(value):
    """Return a cell as a bounded text that PostgreSQL takes."""
    text = value if isinstance(value, str) else str(value)
    if len(text) <= TEXT_MAX and "\0" not in text:
        return text.strip()
    # a cell of several kilobytes is no name and no address
    return text[: 4 * TEXT_MAX].replace("\0", "").strip()[:TEXT_MAX]


def _flag(text):
    return FLAGS.get(text.lower()) if text else None


def _kind(text):
    """A code 1 to 7 [O], or the word itself."""
    if text.isdecimal() and text.isascii() and 0 < int(text[:3]) <= len(KINDS):
        return KINDS[int(text[:3]) - 1]
    return text.upper()[:IDENTIFIER_MAX]


def _identifier(text, kind):
    """Put back the zeros that a workbook took from a SIRET; "" when it is none."""
    text = text.removesuffix(".0").replace(" ", "")
    is_short = SIRET_LENGTH - ZEROS_LOST <= len(text) < SIRET_LENGTH
    if kind in ("", "SIRET") and is_short and text.isdecimal():
        return text.zfill(SIRET_LENGTH)
    return text if len(text) <= IDENTIFIER_MAX else ""


def _postcode(text, *, is_siret):
    """The same for a French postcode."""
    text = text.removesuffix(".0")
    lost = is_siret and len(text) == POSTCODE_LENGTH - 1 and text.isdecimal()
    return text.zfill(POSTCODE_LENGTH) if lost else text


def _requirement(row):
    """As for `structures/consulter`: "either" wins [T]."""
    either, service, engagement = (
        _flag(row.get(name)) for name in ("either", "service", "engagement")
    )
    if either:
        return "either"
    if service and engagement:
        return "both"
    if service or engagement:
        return "service" if service else "engagement"
    return None if None in (service, engagement) else "none"
