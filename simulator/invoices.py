"""Reading one invoice: its data and its history."""

import json

from . import clock, search, settings
from .lifecycle import NO_RIGHT, UNKNOWN_INVOICE
from .replies import READ_OK, WRITE_OK, Refusal, cut, number, ok, page_request


def fetch(call, ident):
    """Return the joined row of an invoice that the account may see.

    Raises the refusals known for ``completer`` ([O]; by analogy elsewhere [I]).
    """
    row = search.find(call.db, number(ident))
    if row is None:
        raise Refusal(*UNKNOWN_INVOICE)
    supplier = call.db.execute(
        "SELECT attached FROM structure WHERE id = ?", (row["supplier_id"],)
    ).fetchone()
    if not supplier["attached"]:
        raise Refusal(*NO_RIGHT)
    return row


def _paging(rows, block, suffix, reply_suffix):
    """Return (rows of the page, counters) with the suffixes of the history."""
    page, size = page_request(block, suffix, suffix)
    counters = {
        f"pageCourante{reply_suffix}": page,
        f"pages{reply_suffix}": -(-len(rows) // size),
        f"nbResultatsParPage{reply_suffix}": size,
        f"total{reply_suffix}": len(rows),
    }
    return cut(rows, page, size), counters


def consulter_historique(call):
    """``POST factures/v1/consulter/historique``: newest line first."""
    row = fetch(call, call.body.get("idFacture"))
    statuses = call.db.execute(
        "SELECT * FROM history WHERE invoice_id = ? ORDER BY id DESC", (row["id"],)
    ).fetchall()
    deeds = call.db.execute(
        "SELECT * FROM user_action WHERE invoice_id = ? ORDER BY id DESC", (row["id"],)
    ).fetchall()
    block = call.body.get("paramRechercheHistoStatuts")
    shown, counters = _paging(statuses, block, "ListeHistoStatut", "HistoStatut")
    block = call.body.get("paramRechercheHistoActionsUtilisateurs")
    done, done_counters = _paging(deeds, block, "ListeHistoAction", "HistoAction")
    _none, event_counters = _paging([], None, "", "Evenement")
    last = {"derniereAction": _last(deeds[0])} if deeds else {}
    return ok(
        WRITE_OK,
        idFacture=row["id"],
        numeroFacture=row["number"],
        modeDepot=row["mode"],
        statutCourantCode=row["status"],
        historiquesDesStatuts={
            "histoStatut": [_status_line(line) for line in shown],
            **counters,
        },
        historiquesDesEvenementsComplementaires={"evenement": [], **event_counters},
        historiquesDesActionsUtilisateurs={
            "histoAction": [_action_line(line) for line in done],
            **done_counters,
        },
        **last,
    )


def _status_line(line):
    person = json.loads(line["person"]) if line["person"] else {}
    return {
        "histoStatutId": line["id"],
        "histoStatutCode": line["code"],
        "histoStatutDatePassage": clock.minute(line["at"]),
        "histoStatutCommentaire": line["comment"],
        "histoStatutUtilisateurPrenom": person.get("prenom"),
        "histoStatutUtilisateurNom": person.get("nom"),
        "histoStatutUtilisateurEmail": person.get("email"),
        "histoStatutUtilisateurTelephone": person.get("telephone"),
    }


def _action_line(line):
    return {
        "histoActionId": line["id"],
        "histoActionCode": line["code"],
        "histoActionDateHeure": clock.minute(line["at"]),
    }


def _last(line):
    return {"derniereActionId": line["id"], "derniereActionCode": line["code"]}


def consulter_fournisseur(call):
    """``POST factures/v1/consulter/fournisseur``: the whole invoice.

    Pagination blocks are read under the swagger's names (``getpLignesPoste``)
    and under the plain ones (``pLignesPoste``) [I].
    """
    row = fetch(call, call.body.get("identifiantFactureCPP"))
    data = json.loads(row["data"])
    facture = {
        "identifiantFactureCPP": row["id"],
        "numeroFacture": row["number"],
        "statutFacture": row["status"],
        "modeDepot": row["mode"],
        "rejetTraite": bool(row["rejection_handled"]),
        "destinataire": _recipient(row),
        "fournisseur": _supplier(row, data),
        "cadreDeFacturation": {"codeCadreFacturation": _framework(row)},
        "references": _references(row, data),
        "recapitulatifDeTva": _taxes(call, data),
        "montantTotal": _totals(row, data),
        "listeDesPiecesJointes": _attachments(call, row),
        "lignesDePoste": _lines(call, data),
        "commentaire": row["comment"] or "",
    }
    return ok(READ_OK, facture=facture)


def _block(call, name):
    return call.body.get(f"getp{name}") or call.body.get(f"p{name}")


def _framework(row):
    code = row["framework"]
    return f"{code}_{settings.FRAMEWORK_SUFFIXES[code]}"


def _recipient(row):
    found = {
        "idDestinataire": row["recipient_id"],
        "codeDestinataire": row["recipient_siret"],
        "libelleDestinataire": row["recipient_name"],
        "designationDestinataire": row["recipient_name"],
        "miseEnPaiementDestinataire": not row["payment_not_reported"],
    }
    if row["service_id"]:
        found["idServiceExecutant"] = row["service_id"]
        found["codeServiceExecutant"] = row["service_code"]
        found["libelleServiceExecutant"] = row["service_name"]
    return found


def _supplier(row, data):
    found = {
        "idFournisseur": row["supplier_id"],
        "typeIdentifiantFournisseur": "SIRET",
        "codeFournisseur": row["supplier_siret"],
        "raisonSocialeFournisseur": row["supplier_name"],
        "designationFournisseur": row["supplier_name"],
    }
    iban = data.get("iban")
    if iban:
        found["coordBancairesFournisseurType"] = "IBAN"
        found["coordBancairesFournisseurCompteBancaire"] = iban
    return found


def _references(row, data):
    found = {
        "dateFacture": row["date"],
        "dateDepot": clock.day(row["deposited_at"]),
        "codeDeviseFacture": row["currency"],
        "typeFacture": row["kind"],
        "dateCreationFacture": clock.minute(row["deposited_at"]),
        "numeroMarche": row["contract"],
        "numeroBonCommande": row["engagement"],
        "numeroFactureOrigine": row["origin"],
        "modePaiement": "VIREMENT" if data.get("iban") else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _decimal(text):
    return float(text) if text else 0.0


def _totals(row, data):
    total = row["amount_total"]
    return {
        "montantHtTotal": row["amount_untaxed"],
        "montantTVA": _decimal(data.get("amount_tax")),
        "montantTtcAvantRemiseGlobalTTC": total,
        "montantTtcTotal": total,
        "montantAPayer": row["amount_due"],
    }


def _taxes(call, data):
    block = _block(call, "LigneRecapTva")
    page, size = page_request(
        block, "ListeRecapitulatifTVA", "ListeListeRecapitulatifTVA"
    )  # sic, doubled [O]
    rows = data.get("taxes", [])
    suffix = "LignesRecapitulativesTVA"
    return {
        "ligneTva": [
            {
                "ligneTvaTauxManuel": _decimal(tax["rate"]),
                "ligneTvaMontantBaseHtParTaux": _decimal(tax["base"]),
                "ligneTvaMontantTvaParTaux": _decimal(tax["tax"]),
            }
            for tax in cut(rows, page, size)
        ],
        f"pageCourante{suffix}": page,
        f"pages{suffix}": -(-len(rows) // size),
        f"nbResultatsParPage{suffix}": size,
        f"total{suffix}": len(rows),
    }


def _lines(call, data):
    block = _block(call, "LignesPoste")
    rows = list(enumerate(data.get("lines", []), 1))
    shown, counters = _paging(rows, block, "LignesPoste", "LignesPoste")
    return {
        "lignePoste": [
            {
                "lignePosteNumero": position,
                "lignePosteReference": line["reference"],
                "lignePosteDenomination": line["name"],
                "lignePosteQuantite": _decimal(line["quantity"]),
                "lignePosteMontantUnitaireHT": _decimal(line["price"]),
                "lignePosteTauxTvaManuel": _decimal(line["rate"]),
                "lignePosteMontantHtApresRemise": _decimal(line["total"]),
            }
            for position, line in shown
        ],
        **counters,
    }


def _attachments(call, row):
    rows = call.db.execute(
        "SELECT link.id AS link_id, link.*, attachment.extension"
        " FROM invoice_attachment AS link"
        " JOIN attachment ON attachment.id = attachment_id"
        " WHERE invoice_id = ? ORDER BY link.id",
        (row["id"],),
    ).fetchall()
    block = _block(call, "ListePiecesJointes")
    page, size = page_request(block, "ListePieceJointe", "ListePieceJointe")
    suffix = "ListePiecesJointe"
    return {
        "pieceJointe": [
            {
                "pieceJointeId": link["attachment_id"],
                "pieceJointeIdLiaison": link["link_id"],
                "pieceJointeDesignation": link["designation"] or "",
                "pieceJointeTypeCode": link["type"] or "",
                "pieceJointeExtension": link["extension"],
            }
            for link in cut(rows, page, size)
        ],
        f"pageCourante{suffix}": page,
        f"pages{suffix}": -(-len(rows) // size),
        f"nbResultatsParPage{suffix}": size,
        f"total{suffix}": len(rows),
    }


OPERATIONS = {
    ("POST", "factures/consulter/historique"): consulter_historique,
    ("POST", "factures/consulter/fournisseur"): consulter_fournisseur,
}
