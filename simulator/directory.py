"""Reads the directory: structures, services, published commitments."""

import re

# Shapes of the identifiers, API.md 4.3 [T]; the one that fits first wins.
EUROPEAN = "AT|BE|BG|CY|CZ|D[EK]|E[ELS]|FI|[GH]R|HU|I[ET]|L[TUV]|MT|NL|P[LT]|RO|S[EIK]"
_SHAPES = (
    ("SIRET", r"\d{14}"),
    ("RIDET", r"\d{9,10}"),
    ("UE_HORS_FRANCE", rf"({EUROPEAN})[A-Z0-9]{{2,16}}"),
    ("TAHITI", r"[A-Z]?\d[A-Z0-9]{4,8}"),
    ("HORS_UE", r"[A-Z]{2}.{1,16}"),
)


def identifier_type(identifier):
    """Return ``typeIdentifiantStructure`` of an identifier by its shape."""
    for kind, shape in _SHAPES:
        if re.fullmatch(shape, identifier):
            return kind
    return "AUTRE"


def by_siret(db, siret):
    """Return the structure row of a SIRET, or None."""
    return db.execute("SELECT * FROM structure WHERE siret = ?", (siret,)).fetchone()


def by_id(db, ident):
    """Return the structure row of an idStructureCPP, or None."""
    return db.execute("SELECT * FROM structure WHERE id = ?", (ident,)).fetchone()


def is_open(structure, at):
    """Tell whether a structure is active at a moment."""
    closes_at = structure["closes_at"]
    return bool(structure["active"]) and (closes_at is None or at < closes_at)


def service_by_code(db, structure_id, code):
    """Return the service row of a structure, or None."""
    return db.execute(
        "SELECT * FROM service WHERE structure_id = ? AND code = ?",
        (structure_id, code),
    ).fetchone()


def is_open_service(service, at):
    """Tell whether a service is active and within its dates at a moment."""
    return bool(service["active"]) and service["starts"] <= at <= service["ends"]


def commitment(db, structure_id, number, supplier_siret):
    """Return the published commitment for this supplier (or for all), or None."""
    return db.execute(
        "SELECT * FROM commitment WHERE structure_id = ? AND number = ?"
        " AND (supplier_siret IS NULL OR supplier_siret = ?)",
        (structure_id, number, supplier_siret),
    ).fetchone()
