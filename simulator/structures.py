"""The directory of recipients, and published commitments."""

from . import clock, directory
from .replies import (
    NOTHING_FOUND,
    READ_OK,
    Refusal,
    cut,
    number,
    ok,
    page_reply,
    page_request,
)
from .sql import insert, writing

LIKE = {
    "libelleStructure": "name",
    "raisonSocialeStructure": "name",
    "nomStructure": "name",
    "adresseCodePostal": "postcode",
    "adresseVille": "town",
}
SORTS = {
    "IdentifiantStructure": "siret",
    "DesignationStructure": "name",
    "Statut": "active",
}


def rechercher(call):
    """``POST structures/v1/rechercher``: by SIRET, name, place, kind, state."""
    wanted = call.body.get("structure") or {}
    siret = str(wanted.get("identifiantStructure") or "").strip()
    if call.auto_suppliers and _is_new_supplier(call.db, wanted, siret):
        _add_supplier(call.db, siret)
    block = call.body.get("parametres") or {}
    rows = _select(call, wanted, siret, block)
    if not rows:
        raise Refusal(*NOTHING_FOUND)
    page, size = page_request(block)
    shown = [_item(row, call.now) for row in cut(rows, page, size)]
    paging = page_reply(page, size, len(rows))
    return ok(READ_OK, parametresRetour=paging, listeStructures=shown)


def _select(call, wanted, siret, block):
    conditions, values = ["(public = 1 OR attached = 1)"], []
    kind = str(wanted.get("typeIdentifiantStructure") or "")
    if siret:
        conditions.append("siret LIKE ?")
        whole = directory.identifier_type(siret) == "SIRET" or kind not in ("", "SIRET")
        values.append(siret if whole else f"{siret}%")
    for name, column in LIKE.items():
        if wanted.get(name):
            conditions.append(f"{column} LIKE ?")
            values.append(f"%{wanted[name]}%")
    if wanted.get("typeStructure"):
        conditions.append("public = ?")
        values.append(wanted["typeStructure"] == "PUBLIQUE")
    column = SORTS.get(str(block.get("triColonne")), "siret")
    sense = "DESC" if str(block.get("triSens")).strip() == "Descendant" else "ASC"
    clause = " AND ".join(conditions)
    statement = f"SELECT * FROM structure WHERE {clause} ORDER BY {column} {sense}, id"  # noqa: S608
    rows = call.db.execute(statement, values).fetchall()
    if kind:
        rows = [r for r in rows if directory.identifier_type(r["siret"]) == kind]
    state = wanted.get("statutStructure")  # ACTIF in, ACTIVE out [O]
    if state:
        is_wanted = state == "ACTIF"
        rows = [r for r in rows if directory.is_open(r, call.now) == is_wanted]
    return rows


def _is_new_supplier(db, wanted, siret):
    kind = str(wanted.get("typeIdentifiantStructure") or "SIRET")
    is_whole = directory.identifier_type(siret) == kind
    # Who looks for one kind only asks for a customer, not for itself.
    may = is_whole and not wanted.get("typeStructure")
    return may and directory.by_siret(db, siret) is None


def _add_supplier(db, siret):
    """Add a private supplier (ours): Demo works with the company's own SIRET."""
    with writing(db):
        if directory.by_siret(db, siret) is None:
            name = f"FOURNISSEUR {siret}"
            insert(db, "structure", {"siret": siret, "name": name, "public": 0})


def _item(row, now):
    return {
        "idStructureCPP": row["id"],
        "identifiantStructure": row["siret"],
        "designationStructure": row["name"],
        "typeIdentifiantStructure": directory.identifier_type(row["siret"]),
        "statut": "ACTIVE" if directory.is_open(row, now) else "INACTIVE",
    }


def _find(call, field):
    row = directory.by_id(call.db, number(call.body.get(field)))
    if row is None or not (row["public"] or row["attached"]):
        raise Refusal(*NOTHING_FOUND)
    return row


def consulter(call):
    """``POST structures/v1/consulter``: parameters of one structure.

    ``dateExpirationMotPasseCompteTech`` is the caller's account, for private
    structures only [I].
    """
    row = _find(call, "idStructureCPP")
    general = {
        "idStructureCPP": row["id"],
        "identifiantStructure": row["siret"],
        "typeIdentifiantStructure": directory.identifier_type(row["siret"]),
        "raisonSocialeStructure": row["name"],
        "libelleStructure": row["name"],
        "structurePriveePublique": "PUBLIQUE" if row["public"] else "PRIVEE",
        "estValideurDeleguee": False,
    }
    if not row["public"]:
        expires_at = call.db.execute(
            "SELECT expires_at FROM account WHERE login = ?", (call.login,)
        ).fetchone()[0]
        general["dateExpirationMotPasseCompteTech"] = clock.iso(expires_at)
    return ok(
        READ_OK,
        adressePostaleDuSiege=_address(row),
        informationGenerales=general,
        parametres={
            "codeServiceDoitEtreRenseigne": bool(row["service_required"]),
            "numeroEJDoitEtreRenseigne": bool(row["engagement_required"]),
            "gestionNumeroEJOuCodeService": bool(row["either"]),
            "estMoaUniquement": bool(row["works_only"]),
            "getaMoa": bool(row["works"] or row["works_only"]),
            "connexionEDI": bool(row["edi"]),
            "recevoirDonneesViaEDI": bool(row["edi"]),
            "estValideurDelegue": False,
            "nonDiffusibleInsee": False,
            "statutMiseEnPaiementNestPasRemonte": bool(row["payment_not_reported"]),
        },
    )


def _address(row):
    return {
        "adresse": row["street"] or "",
        "codePostal": row["postcode"] or "",
        "ville": row["town"] or "",
        "pays": row["country"],
    }


def rechercher_services(call):
    """``POST structures/v1/rechercher/services``: every service, open or not."""
    structure = _find(call, "idStructure")
    rows = call.db.execute(
        "SELECT * FROM service WHERE structure_id = ? ORDER BY code", (structure["id"],)
    ).fetchall()
    if not rows:
        raise Refusal(*NOTHING_FOUND)
    page, size = page_request(call.body.get("parametresRechercherServicesStructure"))
    shown = [_service_item(row, call.now) for row in cut(rows, page, size)]
    paging = page_reply(page, size, len(rows))
    return ok(READ_OK, parametresRetour=paging, listeServices=shown)


def _service_item(row, now):
    is_open = directory.is_open_service(row, now)
    return {
        "idService": row["id"],
        "codeService": row["code"],
        "libelleService": row["name"],
        "estActif": is_open,
        "statutService": "ACTIF" if is_open else "INACTIF",
        "dateDbtService": clock.minute(row["starts"]),
        "dateFinService": clock.minute(row["ends"]),
    }


def consulter_service(call):
    """``POST structures/v1/consulter/service``."""
    structure = _find(call, "idStructure")
    row = call.db.execute(
        "SELECT * FROM service WHERE structure_id = ? AND id = ?",
        (structure["id"], number(call.body.get("idService"))),
    ).fetchone()
    if row is None:
        raise Refusal(*NOTHING_FOUND)
    return ok(
        READ_OK,
        informationsGenerales={
            "codeService": row["code"],
            "nomService": row["name"],
            "descriptionService": row["name"],
        },
        adressePostale=_address(structure),
        parametres={
            "numeroEngagement": bool(row["engagement_required"]),
            "miseEnPaiement": bool(row["payment_reported"]),
            "dateCreation": clock.minute(row["starts"]),
            "dateDebutValidite": clock.minute(row["starts"]),
            "dateFinValidite": clock.minute(row["ends"]),
            "dateModification": clock.minute(row["starts"]),
        },
    )


def rechercher_engagements(call):
    """``POST engagementsJuridiques/v1/rechercher``: only State entities publish.

    ``structureReceptriceEngagementJuridique`` is the supplier's own identifier
    [T]; an empty list means unknown [T]; the items' fields are ours [U].
    """
    ident = number(call.body.get("structureReceptriceEngagementJuridique"))
    supplier = directory.by_id(call.db, ident)
    rows = call.db.execute(
        "SELECT commitment.number, siret FROM commitment"
        " JOIN structure ON structure.id = structure_id WHERE commitment.number = ?"
        " AND (supplier_siret IS NULL OR supplier_siret = ?)",
        (
            str(call.body.get("numeroEngagementJuridique")),
            supplier["siret"] if supplier else None,
        ),
    ).fetchall()
    found = [
        {
            "numeroEngagementJuridique": row["number"],
            "etatCourantEngagementJuridique": "COMMANDE",
            "identifiantStructureEmettrice": row["siret"],
        }
        for row in rows
    ]
    return ok(READ_OK, listeEngagementJuridique=found)


OPERATIONS = {
    ("POST", "structures/rechercher"): rechercher,
    ("POST", "structures/consulter"): consulter,
    ("POST", "structures/rechercher/services"): rechercher_services,
    ("POST", "structures/consulter/service"): consulter_service,
    ("POST", "engagementsJuridiques/rechercher"): rechercher_engagements,
}
