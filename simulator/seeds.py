"""The directory of a new state file: fictitious entities, services, suppliers.

The first five recipients and the first supplier are the AIFE's own fictitious
data set [L]; all the others are ours, with numbers that no register gives
(``99`` is no department or region) but whose check digits are right.
"""

from . import clock
from .sql import insert

DAY = 86400
OPEN_END = "2050-12-31"  # [T]
OPENED = "2017-01-02"

STATE = "11000201100044"
DEMO_SUPPLIER = "99999999800019"
PUBLISHED_COMMITMENTS = [f"15000000{number:02}" for number in range(1, 41)]


def _entity(siret, name, place, *, needs="none", **more):
    """Describe a public entity; ``place`` is "postcode town"."""
    postcode, _, town = place.partition(" ")
    return {
        "siret": siret,
        "name": name,
        "public": 1,
        "street": "1 place de la Fiction",
        "postcode": postcode,
        "town": town,
        **requirement(needs),
        **more,
    }


def requirement(needs):
    """Return the three directory flags of none|service|engagement|both|either."""
    flags = {
        "none": (0, 0, 0),
        "service": (1, 0, 0),
        "engagement": (0, 1, 0),
        "both": (1, 1, 0),
        "either": (0, 0, 1),
    }
    names = ("service_required", "engagement_required", "either")
    return dict(zip(names, flags[needs], strict=True))


def _service(code, name, **more):
    return {"code": code, "name": name, **more}


ENTITIES = [
    (_entity("12345678200051", "DESTINATAIRE SANS PARAMETRE", "75001 Paris"), []),
    (
        _entity("12345678200036", "DESTINATAIRE EJ", "75001 Paris", needs="engagement"),
        [],
    ),
    (
        _entity(
            "12345678200028", "DESTINATAIRE SERVICE", "75001 Paris", needs="service"
        ),
        [_service("SERVICE_DEST_SERV_OBL", "Service obligatoire")],
    ),
    (
        _entity(
            "12345678200044", "DESTINATAIRE EJ ET SERVICE", "75001 Paris", needs="both"
        ),
        [_service("COMPTA", "Service comptable")],
    ),
    (
        _entity(
            STATE,
            "ETAT (SERVICES FICTIFS)",
            "75012 Paris",
            needs="service",
            engagement_checked=1,
        ),
        [
            _service("SFACETAT", "Service facturier de l'Etat", engagement_required=1),
            _service("SFACETAT2", "Service facturier, achats sans engagement"),
        ],
    ),
    (
        _entity(
            "21990001600011",
            "MAIRIE DE FONTCLAIR-SUR-ORVE",
            "99100 Fontclair-sur-Orve",
            needs="either",
        ),
        [
            _service("FINANCES", "Direction des finances"),
            _service("TECH", "Services techniques"),
            _service("FACTURES_PUBLIQUES", "Factures entre entites publiques"),
        ],
    ),
    (
        _entity("21990002400015", "COMMUNE DE VALBRUNE", "99210 Valbrune"),
        [],
    ),
    (
        _entity(
            "26990003100015",
            "CENTRE HOSPITALIER SAINT-AURELIN",
            "99300 Saint-Aurelin",
            needs="both",
            edi=1,
        ),
        [
            _service("CPT-02", "Service comptable"),
            _service("PHARMA", "Pharmacie"),
            _service("CPT-09", "Ancienne comptabilite", active=0, ends="2025-10-31"),
        ],
    ),
    (
        _entity(
            "23990004600016",
            "REGION TERRES-DU-LEVANT",
            "99400 Levantine",
            needs="engagement",
        ),
        [],
    ),
    (
        _entity(
            "22990005500018",
            "DEPARTEMENT DES TROIS-RIVIERES",
            "99500 Confluence",
            needs="service",
        ),
        [
            _service("DGA-ROUTES", "Direction des routes", engagement_required=1),
            _service("DGA-SOCIAL", "Action sociale"),
            _service("DGA-LYC", "Colleges", payment_reported=0),
        ],
    ),
    (
        _entity(
            "21997106600010",
            "COMMUNE DE GRANDE-BAIE (GUADELOUPE)",
            "97199 Grande-Baie",
            needs="engagement",
        ),
        [],
    ),
    (
        _entity(
            "25990007400016",
            "SYNDICAT DES EAUX DU VIEUX-MOULIN (DISSOUS)",
            "99700 Vieux-Moulin",
            active=0,
        ),
        [],
    ),
    (
        _entity(
            "19990008500010",
            "UNIVERSITE DE ROCHELANDE",
            "99800 Rochelande",
            needs="service",
            closes_in=90 * DAY,
        ),
        [_service("UFR-SCI", "UFR Sciences"), _service("AGENCE-C", "Agence comptable")],
    ),
    (
        _entity(
            "24990009300017",
            "COMMUNAUTE DE COMMUNES DU VAL D'AMBRE",
            "99900 Ambreville",
            needs="service",
        ),
        [
            _service("ENV", "Environnement"),
            _service("VOIRIE", "Voirie", ends_in=30 * DAY),
            _service("URBA", "Urbanisme (ferme)", active=0, ends="2024-12-31"),
            _service("FUTUR", "Service ouvrant plus tard", starts_in=60 * DAY),
        ],
    ),
    (
        _entity(
            "19990010100015",
            "LYCEE POLYVALENT DES ARDOISIERES",
            "99110 Ardoisin",
            needs="engagement",
        ),
        [],
    ),
    (
        _entity(
            "27990011200012",
            "OFFICE PUBLIC DE L'HABITAT DES COLLINES",
            "99120 Les Collines",
            payment_not_reported=1,
        ),
        [],
    ),
    (
        _entity(
            "26990012200012",
            "EHPAD LES TILLEULS BLANCS",
            "99130 Tilleuls",
            needs="either",
        ),
        [_service("ECO", "Economat")],
    ),
    (
        _entity(
            "21997414400012",
            "COMMUNE DE PITON-CLAIR (LA REUNION)",
            "97499 Piton-Clair",
        ),
        [],
    ),
]

SUPPLIERS = [
    ("33254021516357", "FOURNISSEUR PRIVE FICTIF", 1),
    (DEMO_SUPPLIER, "SOCIETE DE DEMONSTRATION FICTIVE", 1),
    ("99900000300015", "FOURNISSEUR FICTIF NON RATTACHE", 0),
]
"""SIRET, name, whether the technical account is attached to it."""

_FIRST_STRUCTURE = 26300980
_FIRST_SERVICE = 10657600


def fill(db, started):
    """Write the directory; ``started`` is the moment the file is made."""
    ident = _FIRST_STRUCTURE
    service_id = _FIRST_SERVICE
    for entity, services in ENTITIES:
        ident += 1
        insert(db, "structure", {"id": ident, **_dated(entity, started)})
        for service in services:
            service_id += 1
            values = {"starts": OPENED, "ends": OPEN_END, **service}
            values = {"id": service_id, "structure_id": ident, **values}
            insert(db, "service", _dated(values, started))
    for siret, name, attached in SUPPLIERS:
        ident += 1
        values = {"id": ident, "siret": siret, "name": name, "public": 0}
        insert(db, "structure", {**values, "attached": attached})
    state = db.execute("SELECT id FROM structure WHERE siret = ?", (STATE,))
    state_id = state.fetchone()[0]
    for number in PUBLISHED_COMMITMENTS:
        insert(db, "commitment", {"number": number, "structure_id": state_id})


def _dated(values, started):
    """Turn dates and delays (``…_in`` seconds after the start) into moments."""
    result = {}
    for name, value in values.items():
        if name.endswith("_in"):
            result[name.removesuffix("_in")] = started + value
        elif name in ("starts", "ends") and isinstance(value, str):
            result[name] = clock.parse(value)
        else:
            result[name] = value
    # ``closes_in`` and ``ends_in`` above name the columns closes_at and ends.
    if "closes" in result:
        result["closes_at"] = result.pop("closes")
    return result
