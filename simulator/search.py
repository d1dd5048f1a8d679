"""The two searches of a supplier's invoices."""

from . import clock, settings
from .replies import (
    NOTHING_FOUND,
    READ_OK,
    Refusal,
    malformed,
    number,
    ok,
    page_reply,
    page_request,
)
from .sql import read_meta

SOURCE = """
FROM invoice
JOIN structure AS supplier ON supplier.id = invoice.supplier_id
JOIN structure AS recipient ON recipient.id = invoice.recipient_id
LEFT JOIN service ON service.id = invoice.service_id
LEFT JOIN flux ON flux.id = invoice.flux_id
"""
SELECT = (
    """
SELECT invoice.*, flux.number AS flux_number,
    supplier.siret AS supplier_siret, supplier.name AS supplier_name,
    recipient.siret AS recipient_siret, recipient.name AS recipient_name,
    recipient.payment_not_reported AS payment_not_reported,
    service.code AS service_code, service.name AS service_name
"""
    + SOURCE
)
ATTACHED = "supplier.attached = 1"

EXACT = {
    "numeroFacture": "invoice.number",
    "numeroFluxDepot": "flux.number",
    "typeFacture": "invoice.kind",
    "modeDepot": "invoice.mode",
    "numeroMarche": "invoice.contract",
    "numeroBonCommande": "invoice.engagement",
    "numeroFactureOrigine": "invoice.origin",
}
IDENTIFIERS = {
    "idFournisseur": "invoice.supplier_id",
    "idStructureValideur": "invoice.validator_id",
}
AMOUNTS = {
    "montantHT": "invoice.amount_untaxed",
    "montantTTC": "invoice.amount_total",
    "montantApayer": "invoice.amount_due",
}
INVOICE_DATE = "periodeDateFacture"
MOMENTS = {
    "periodeDateDepot": "invoice.deposited_at",
    "periodeDateHeureEtatCourant": "invoice.status_at",
    INVOICE_DATE: "invoice.date",
}
ORDERS = {
    "CodeFournisseur": "supplier.siret",
    "DesignationFournisseur": "supplier.name",
    "CodeDestinataire": "recipient.siret",
    "DesignationDestinataire": "recipient.name",
    "CodeServiceExecutant": "service.code",
    "NomServiceExecutant": "service.name",
    "TypeFacture": "invoice.kind",
    "NumeroFacture": "invoice.number",
    "DateFacture": "invoice.date",
    "DateDepot": "invoice.deposited_at",
    "MontantHT": "invoice.amount_untaxed",
    "MontantTTC": "invoice.amount_total",
    "MontantAPayer": "invoice.amount_due",
    "Statut": "invoice.status",
    "NumeroMarche": "invoice.contract",
    "NumeroBonCommande": "invoice.engagement",
    "NumeroFluxDepot": "flux.number",
    "NumeroFactureOrigine": "invoice.origin",
}
"""Columns that sort; the other values of the enumeration keep the default."""

TO_TREAT = (
    "BROUILLON",
    "SUSPENDUE",
    "A_RECYCLER",
    "A_COMPLETER",
    "ERREUR_FOURNISSEUR_SUR_VALIDEUR",
)


def rechercher_fournisseur(call):
    """``POST factures/v1/rechercher/fournisseur``.

    Unknown criteria are ignored [T]; at most nbResultatsMaximum (200) results
    in all pages [O], and never more than the control's ``results`` [U]; 20000 when
    there is none [T].
    """
    body = call.body
    where = [(ATTACHED, ()), *_exact(body), *_ranges(body), *_lists(call.db, body)]
    block = body.get("rechercheFactureParFournisseur") or {}
    with_size = body.get("recupererTaille")
    return _page(call.db, where, block, lambda row: item(row, with_size=with_size))


def rechercher_a_traiter(call):
    """``POST factures/v1/rechercher/atraiter/fournisseur``: what waits for us."""
    body = call.body
    marks = ", ".join("?" * len(TO_TREAT))
    condition = f"invoice.status IN ({marks})"
    if not body.get("masquerRejetee"):
        rejected = "invoice.status = 'REJETEE' AND invoice.rejection_handled = 0"
        condition = f"({condition} OR ({rejected}))"
    where = [(ATTACHED, ()), (condition, TO_TREAT)]
    if body.get("idStructure") is not None:
        where.append(("invoice.supplier_id = ?", (number(body["idStructure"]),)))
    block = body.get("rechercheFactureATraiterParFournisseur") or {}
    with_size = body.get("recupererTaille")
    return _page(
        call.db, where, block, lambda row: short_item(row, with_size=with_size)
    )


def find(db, ident):
    """Return the joined row of an identifiantFactureCPP, or None."""
    return db.execute(f"{SELECT} WHERE invoice.id = ?", (ident,)).fetchone()


def _exact(body):
    """Conditions of the plain criteria, list or single value alike."""
    for name, column in EXACT.items():
        if body.get(name) not in (None, ""):
            yield f"{column} = ?", (str(body[name]),)
    for name, column in IDENTIFIERS.items():
        if body.get(name) is not None:
            yield f"{column} = ?", (number(body[name]),)
    if body.get("cadreFacturation"):
        yield "invoice.framework = ?", (body["cadreFacturation"].partition("_")[0],)
    if body.get("rejetTraite") is not None:
        yield "invoice.rejection_handled = ?", (bool(body["rejetTraite"]),)


def _ranges(body):
    """Conditions of the criteria that come as a lower and an upper bound."""
    for name, column in AMOUNTS.items():
        for suffix, sign in (("Min", ">="), ("Max", "<=")):
            if body.get(name + suffix) is not None:
                yield f"{column} {sign} ?", (float(body[name + suffix]),)
    for name, column in MOMENTS.items():
        for suffix, sign in (("Du", ">="), ("Au", "<=")):
            if body.get(name + suffix):
                moment = _moment(body, name + suffix)
                is_day = name == INVOICE_DATE
                value = clock.day(moment) if is_day else moment
                yield f"{column} {sign} ?", (value,)


def _moment(body, name):
    try:
        return clock.parse(body[name], end=name.endswith("Au"))
    except ValueError:
        return malformed(f"Le format du champ {name} est incorrect")


def _lists(db, body):
    """Conditions of the criteria that come as lists."""
    statuses = body.get("statutCourant")
    if statuses:
        statuses = [statuses] if isinstance(statuses, str) else statuses
        marks = ", ".join("?" * len(statuses))
        yield f"invoice.status IN ({marks})", tuple(statuses)
    recipients = body.get("listeDestinataire")
    if recipients:
        by_siren = body.get("rechercheSirenDestinataire")
        found = [_recipient(db, criterion, by_siren) for criterion in recipients]
        condition = " OR ".join(f"({clause})" for clause, _values in found)
        yield f"({condition})", tuple(v for _clause, values in found for v in values)


def _recipient(db, criterion, by_siren):
    """Return (condition, values) of one recipient, its services or its SIREN."""
    ident = number(criterion.get("idDestinataire"))
    if by_siren:
        row = db.execute(
            "SELECT siret FROM structure WHERE id = ?", (ident,)
        ).fetchone()
        return "substr(recipient.siret, 1, 9) = ?", (row[0][:9] if row else "",)
    services = criterion.get("listeIdServiceExecutant") or []
    if not services:
        return "invoice.recipient_id = ?", (ident,)
    marks = ", ".join("?" * len(services))
    condition = f"invoice.recipient_id = ? AND invoice.service_id IN ({marks})"
    return condition, (ident, *map(number, services))


def _page(db, where, block, shape):
    """Return the answer with one page of what was found."""
    clause = " AND ".join(f"({condition})" for condition, _values in where)
    values = [value for _condition, found in where for value in found]
    most = max(number(block.get("nbResultatsMaximum"), settings.MAX_RESULTS), 0)
    most = min(most, read_meta(db, "results") or most)
    counting = f"SELECT count(*) FROM (SELECT 1 {SOURCE} WHERE {clause} LIMIT ?)"  # noqa: S608
    total = db.execute(counting, [*values, most]).fetchone()[0]
    if not total:
        raise Refusal(*NOTHING_FOUND)
    page, size = page_request(block)
    offset = (page - 1) * size
    rows = db.execute(
        f"{SELECT} WHERE {clause} ORDER BY {_order(block)} LIMIT ? OFFSET ?",
        [*values, max(min(size, total - offset), 0), offset],
    )
    paging = page_reply(page, size, total)
    return ok(READ_OK, parametresRetour=paging, listeFactures=[shape(r) for r in rows])


def _order(block):
    """Return the ORDER BY terms of ``triColonne`` and ``triSens``; newest first."""
    column = ORDERS.get(str(block.get("triColonne")), "invoice.id")
    ascending = str(block.get("triSens", "")).strip().lower() == "ascendant"
    sense = "ASC" if ascending else "DESC"
    return f"{column} {sense}, invoice.id {sense}"


def short_item(row, *, with_size=False):
    """Return the fields that both searches show."""
    return {
        "identifiantFactureCPP": row["id"],
        "typeDemandePaiement": "FACTURE",
        "codeFournisseur": row["supplier_siret"],
        "typeIdentifiantFournisseur": "SIRET",
        "designationFournisseur": row["supplier_name"],
        "codeServiceFournisseur": None,
        "nomServiceFournisseur": None,
        "idDestinataire": row["recipient_id"],
        "codeDestinataire": row["recipient_siret"],
        "designationDestinataire": row["recipient_name"],
        "idServiceExecutant": row["service_id"],
        "codeServiceExecutant": row["service_code"],
        "nomServiceExecutant": row["service_name"],
        "typeFacture": row["kind"],
        "numeroFacture": row["number"],
        "dateFacture": row["date"],
        "dateDepot": clock.day(row["deposited_at"]),
        "montantHT": row["amount_untaxed"],
        "montantTTC": row["amount_total"],
        "montantAPayer": row["amount_due"],
        "devise": row["currency"],
        "statut": row["status"],
        "numeroMarche": row["contract"],
        "numeroBonCommande": row["engagement"],
        "taille": row["size"] if with_size else None,
    }


def item(row, *, with_size=False):
    """Return one line of the supplier search; nulls as on the real wire [T]."""
    return {
        **short_item(row, with_size=with_size),
        "numeroFluxDepot": row["flux_number"],
        "numeroFactureOrigine": row["origin"],
        "modeDepot": row["mode"],
        "affactureurCode": None,
        "affactureurRaisonSociale": None,
        "nomPrenomUtilisateurCreateur": None,
        "dateHeureEtatCourant": clock.iso(row["status_at"]),
        "commentaireEtatCourant": row["comment"],
        "rejetTraite": bool(row["rejection_handled"]),
    }


OPERATIONS = {
    ("POST", "factures/rechercher/fournisseur"): rechercher_fournisseur,
    ("POST", "factures/rechercher/atraiter/fournisseur"): rechercher_a_traiter,
}
