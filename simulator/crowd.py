"""Two hundred further public entities, so that searching and paging mean something.

All are ours and made from the lists below: the same in every state file. Towns and
numbers exist nowhere (``99`` is no department), check digits are right.
"""

from . import clock

FIRST_STRUCTURE = 26_400_000
FIRST_SERVICE = 10_700_000
ENTITIES = 200

_PLACES = [
    "Brumeval",
    "Clairombre",
    "Hautelisse",
    "Montserin",
    "Rochelune",
    "Ormevert",
    "Viremare",
    "Sablonde",
    "Pierrombre",
    "Chantebrise",
    "Boisargent",
    "Grisemare",
    "Lonvallon",
    "Fontenube",
    "Aubemont",
    "Varsoleil",
    "Cendreval",
    "Mielombre",
    "Tournepierre",
    "Froidelune",
]
_RIVERS = ["Orve", "Lisse-Claire", "Vernelle", "Ambrise", "Mourgue"]
# Start of the SIRET, words before the town, how many services, what is required.
_KINDS = (
    ("21", "COMMUNE DE {}", 0, "none"),
    ("21", "MAIRIE DE {}", 3, "either"),
    ("26", "CENTRE HOSPITALIER DE {}", 9, "both"),
    ("24", "COMMUNAUTE DE COMMUNES DE {}", 4, "service"),
    ("19", "LYCEE DE {}", 0, "engagement"),
    ("26", "EHPAD DE {}", 1, "service"),
    ("25", "SYNDICAT DES EAUX DE {}", 2, "none"),
    ("22", "SERVICES DEPARTEMENTAUX DE {}", 12, "service"),
    ("27", "OFFICE PUBLIC DE L'HABITAT DE {}", 5, "either"),
    ("19", "UNIVERSITE DE {}", 14, "both"),
)
_SERVICES = [
    "Direction des finances",
    "Services techniques",
    "Achats",
    "Ressources humaines",
    "Pharmacie",
    "Restauration",
    "Voirie",
    "Espaces verts",
    "Informatique",
    "Bibliotheques",
    "Laboratoires",
    "Patrimoine",
    "Action sociale",
    "Formation continue",
]
# An entity whose services fill more than one page of 200.
MANY_SERVICES = 230
_LARGE = 2  # its place among the entities


def siret(start, number):
    """Return a SIRET of 14 digits with right check digits (SIREN and SIRET)."""
    siren = _checked(f"{start}99{5000 + number:04}")
    return _checked(f"{siren}0001")


def _checked(digits):
    """Append the digit that makes the Luhn sum a multiple of ten."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"


def entities():
    """Yield (columns of a structure, number of its services), always the same."""
    for index in range(ENTITIES):
        start, words, services, needs = _KINDS[index % len(_KINDS)]
        group = index // len(_KINDS)
        town = f"{_PLACES[(index + group) % 20]}-sur-{_RIVERS[(index + group) % 5]}"
        yield (
            {
                "id": FIRST_STRUCTURE + index,
                "siret": siret(start, index),
                "name": words.format(town.upper()),
                "public": 1,
                "street": f"{1 + index % 40} rue de l'Invention",
                "postcode": f"996{index % 100:02}",
                "town": town,
                "service_required": int(needs in ("service", "both")),
                "engagement_required": int(needs in ("engagement", "both")),
                "either": int(needs == "either"),
                "payment_not_reported": int(index % 25 == 8),
                "works": int(index % 20 == 6),
                "works_only": int(index % 100 == 46),
            },
            MANY_SERVICES if index == _LARGE else services,
        )


def services(count):
    """Yield (code, name, engagement required) of the services of an entity."""
    for index in range(count):
        name = _SERVICES[index % len(_SERVICES)]
        section = index // len(_SERVICES)
        code = f"{name[:4].upper().strip()}{index + 1:03}"
        yield code, f"{name} {section + 1}" if section else name, int(index % 6 == 5)


def fill(db):
    """Write them; what has the same SIRET already stays as it is."""
    starts, ends = clock.parse("2017-01-02"), clock.parse("2050-12-31")
    structures, rows = [], []
    for entity, count in entities():
        structures.append(entity)
        for code, name, engagement in services(count):
            ident = FIRST_SERVICE + len(rows)
            rows.append((ident, entity["id"], code, name, starts, ends, engagement))
    columns = ", ".join(structures[0])
    marks = ", ".join(f":{name}" for name in structures[0])
    db.executemany(
        f"INSERT OR IGNORE INTO structure ({columns}) VALUES ({marks})",  # noqa: S608
        structures,
    )
    db.executemany(
        "INSERT OR IGNORE INTO service (id, structure_id, code, name, starts, ends,"
        " engagement_required) VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
