"""A made-up directory of recipients as a file, the same for the same seed."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

COLUMNS = (
    "TypeIdentifiant",
    "Identifiant",
    "RaisonSociale",
    "EmetteurEdi",
    "RecepteurEdi",
    "GestionStatutMiseEnPaiement",
    "GestionEngagement",
    "GestionService",
    "GestionServiceEngagement",
    "EstMOA",
    "EstMOAUniquement",
    "StructureActive",
    "Adresse",
    "ComplementAdresse1",
    "ComplementAdresse2",
    "CodePostal",
    "Ville",
    "NumTelephone",
    "Courriel",
    "CodePays",
    "LibellePays",
)
SERVICE_COLUMNS = ("Code", "Nom", "GestionEGMT", "ServiceActif", "Adresse", "Ville")
KINDS = ("Commune", "Centre hospitalier", "Lycée", "Collège", "CCAS", "Syndicat mixte")
SYLLABLES = ("val", "mont", "saint", "bru", "ne", "rive", "lac", "or", "é", "champ")


def make_xml(path: Path, count: int, seed: int) -> int:
    """Write so many structures with their services as XML; returns the bytes."""
    return _write(path, _xml(count, random.Random(seed)))


def make_csv(path: Path, count: int, seed: int) -> int:
    """The structures alone as CSV; returns the bytes."""
    return _write(path, _csv(count, random.Random(seed)))


def _write(path: Path, lines: Iterator[str]) -> int:
    with path.open("w", encoding="utf-8") as target:
        target.writelines(lines)
    return path.stat().st_size


def _xml(count: int, chance: random.Random) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<Annuaire><Structures>\n'
    for number in range(count):
        row = _row(number, chance)
        services = "".join(
            f"<Service>{_elements(SERVICE_COLUMNS, service)}</Service>"
            for service in _services(row, chance)
        )
        fields = _elements(COLUMNS, row)
        yield f"<Structure>{fields}<Services>{services}</Services></Structure>\n"
    yield "</Structures></Annuaire>\n"


def _elements(names: tuple, values: list) -> str:
    return "".join(
        f"<{name}>{escape(value)}</{name}>"
        for name, value in zip(names, values, strict=True)
    )


def _csv(count: int, chance: random.Random) -> Iterator[str]:
    yield ";".join(COLUMNS) + "\n"
    for number in range(count):
        yield ";".join(_row(number, chance)) + "\n"


def _row(number: int, chance: random.Random) -> list[str]:
    """One structure; its number decides its SIRET, chance all the rest."""
    town = "".join(chance.choices(SYLLABLES, k=3)).capitalize()
    name = f"{chance.choice(KINDS)} de {town} {number}"
    flag: Callable[[], str] = lambda: chance.choice(("TRUE", "FALSE"))  # noqa: E731
    return [
        "1",
        siret(number),
        name,
        *(flag() for _ in range(8)),
        "TRUE" if chance.random() < 0.95 else "FALSE",
        f"{chance.randrange(1, 99)} place de la Fiction",
        "Bâtiment administratif",
        "",
        f"{chance.randrange(1000, 98999):05}",
        town,
        f"0100{chance.randrange(10**6):06}",
        f"accueil{number}@exemple.invalid",
        "FR",
        "FRANCE",
    ]


def _services(row: list, chance: random.Random) -> Iterator[list]:
    for number in range(chance.randrange(2, 8)):
        flags = [chance.choice(("TRUE", "FALSE")) for _ in range(2)]
        name = f"Service {number} de {row[2]}"
        yield [f"SERV_{number:03}", name, *flags, row[12], row[16]]


def siret(number: int) -> str:
    """A number that no register gives: 99 is no department."""
    return f"2{99_000_000 + number // 10:08}{number % 10:04}0"
