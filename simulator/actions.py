"""What suppliers and recipients do to an invoice through the API."""

from . import clock, directory, judge, lifecycle, search
from .invoices import fetch
from .lifecycle import IMPOSSIBLE, UNKNOWN_INVOICE, record_call
from .replies import WRITE_OK, Refusal, malformed, number, ok
from .sql import insert, update, writing

LONGEST_COMMENT = 2000  # [T]
LONGEST_DESIGNATION = 100  # [T]
LONGEST_TYPE = 30  # [T]
WRONG_STATUS = (20002, "GDP_MSG_11.033")  # [O], completer
WRONG_VALIDATOR = "ERREUR_FOURNISSEUR_SUR_VALIDEUR"


def traiter_recue(call):
    """``POST factures/v1/traiter/recue``: the recipient's act, nine targets [T].

    Our technical account acts for every recipient; at the real portal it needs
    the recipient's own.
    """
    target = call.body.get("nouveauStatut")
    if target not in lifecycle.RECIPIENT_TARGETS:
        malformed("Le champ nouveauStatut est absent ou non autorise")
    comment = call.body.get("motif")
    ident = number(call.body.get("idFacture"))
    with writing(call.db) as db:
        row = search.find(db, ident)
        if row is None:
            raise Refusal(*UNKNOWN_INVOICE)
        lifecycle.act(db, row, target, call.now, comment=comment)
        record_call(db, call.service, f"{row['number']} {target}", call.now)
    return ok(
        WRITE_OK,
        idFacture=row["id"],
        numeroFacture=row["number"],
        dateTraitement=clock.day(call.now),
        nouveauStatut=target,
    )


def recycler(call):
    """``POST factures/v1/recycler``: new routing data, same number [O].

    Only from A_RECYCLER. 20000-20002 by analogy with ``completer`` [I]; 20004
    to 20014 exist, their texts are [U]: ours.
    """
    body = call.body
    with writing(call.db) as db:
        row = fetch(call, body.get("identifiantFactureCPP"))
        if row["status"] != "A_RECYCLER":
            raise Refusal(*IMPOSSIBLE)
        routing = _routing(row, body)
        recipient = _recipient(db, routing["siret"], call.now)
        _check_routing(db, recipient, routing, call.now)
        service = directory.service_by_code(db, recipient["id"], routing["service"])
        values = {
            "recipient_id": recipient["id"],
            "service_id": service["id"] if service else None,
            "engagement": routing["engagement"] or None,
            "contract": routing["contract"] or None,
        }
        update(db, "invoice", row["id"], values)
        comment = body.get("commentaire")
        lifecycle.set_status(db, row["id"], "DEPOSEE", call.now, comment=comment)
        lifecycle.plan(db, row["id"], recipient, call.now)
        record_call(db, call.service, row["number"], call.now)
    return ok(
        WRITE_OK,
        identifiantFactureCPP=row["id"],
        numeroFacture=row["number"],
        statutFacture="DEPOSEE",
        dateDepot=clock.minute(call.now),
    )


def _routing(row, body):
    """Return the routing asked for; what is not sent stays as it was [I].

    A service left out of a new recipient is none, since codes belong to one
    entity.
    """
    wanted = body.get("destinataire") or {}
    reference = body.get("reference") or {}
    siret = wanted.get("codeDestinataire") or row["recipient_siret"]
    kept = row["service_code"] if siret == row["recipient_siret"] else ""
    return {
        "siret": siret,
        "service": wanted.get("codeServiceExecutant") or kept or "",
        "engagement": reference.get("numeroBonCommande") or row["engagement"] or "",
        "contract": reference.get("numeroMarche") or row["contract"],
        "supplier": {"id": row["supplier_siret"]},
    }


def _recipient(db, siret, at):
    recipient = directory.by_siret(db, siret)
    if recipient is None or not recipient["public"]:
        raise Refusal(20004, "Le destinataire est inconnu")
    if not directory.is_open(recipient, at):
        raise Refusal(20005, "Le destinataire est inactif")
    return recipient


def _check_routing(db, recipient, routing, at):
    for term, text in judge.routing(db, recipient, routing, at):
        code = 20006 if term == "service" else 20007
        raise Refusal(code, text.format(path=judge.PATHS[term]))


def completer(call):
    """``POST factures/v1/completer``: documents for a suspended invoice.

    20000 ``GDP_MSG_11.008``, 20001 ``GDP_MSG_11.005``, 20002 ``GDP_MSG_11.033``
    [O]; 20003 for an unknown attachment is ours.
    """
    body = call.body
    pieces = body.get("pieceJointeComplementaire") or []
    comment = body.get("commentaire") or ""
    if len(comment) > LONGEST_COMMENT:
        malformed("Le champ commentaire depasse 2000 caracteres")
    with writing(call.db) as db:
        row = fetch(call, body.get("identifiantFactureCPP"))
        if row["status"] != "SUSPENDUE":
            raise Refusal(*WRONG_STATUS)
        for piece in pieces:
            _attach(db, row["id"], piece)
        at = call.now
        lifecycle.set_status(db, row["id"], "COMPLETEE", at, comment=comment or None)
        record_call(db, call.service, row["number"], at)
    return ok(
        WRITE_OK,
        identifiantFactureCPP=row["id"],
        numeroFacture=row["number"],
        dateTraitement=clock.day(call.now),
    )


def _attach(db, invoice_id, piece):
    designation = piece.get("pieceJointeComplementaireDesignation") or ""
    kind = piece.get("pieceJointeComplementaireType") or ""
    if len(designation) > LONGEST_DESIGNATION or len(kind) > LONGEST_TYPE:
        malformed("La designation ou le type de la piece jointe est trop long")
    ident = number(piece.get("pieceJointeComplementaireId"))
    if not db.execute("SELECT 1 FROM attachment WHERE id = ?", (ident,)).fetchone():
        raise Refusal(20003, "La piece jointe est inconnue")
    values = {"invoice_id": invoice_id, "attachment_id": ident}
    values |= {"designation": designation, "type": kind}
    line = piece.get("pieceJointeComplementaireNumeroLigneFacture")
    insert(db, "invoice_attachment", {**values, "line": line})


def traiter_rejet(call):
    """``POST factures/v1/traiterRejet``: mark rejected invoices as handled [O]."""
    wanted = call.body.get("listeDemandePaiement") or []
    if not wanted:
        malformed("Le champ listeDemandePaiement est obligatoire")
    with writing(call.db) as db:
        for request in wanted:
            row = fetch(call, request.get("idDemandePaiement"))
            if row["status"] != "REJETEE":
                raise Refusal(*IMPOSSIBLE)
            update(db, "invoice", row["id"], {"rejection_handled": 1})
            values = {"invoice_id": row["id"], "code": "TRAITEMENT_REJET"}
            insert(db, "user_action", {**values, "at": call.now})
            record_call(db, call.service, row["number"], call.now)
    return ok(WRITE_OK)


def corriger_valideur(call):
    """``POST factures/v1/corriger/valideur/facture``: circuit of A9 and A12.

    The swagger calls the invoice ``idFacture``, older clients
    ``identifiantFactureCPP``: both are read.
    """
    body = call.body
    ident = body.get("idFacture", body.get("identifiantFactureCPP"))
    with writing(call.db) as db:
        row = fetch(call, ident)
        if row["status"] != WRONG_VALIDATOR:
            raise Refusal(*IMPOSSIBLE)
        validator = _validator(db, body)
        update(db, "invoice", row["id"], {"validator_id": validator["id"]})
        lifecycle.set_status(db, row["id"], "A_VALIDER_1", call.now)
        record_call(db, call.service, row["number"], call.now)
    return ok(WRITE_OK, idFacture=row["id"])


def _validator(db, body):
    if body.get("idStructure") is not None:
        found = directory.by_id(db, number(body["idStructure"]))
    else:
        found = directory.by_siret(db, str(body.get("identifiantStructure")))
    if found is None:
        raise Refusal(20003, "Le valideur est inconnu")
    return found


OPERATIONS = {
    ("POST", "factures/traiter/recue"): traiter_recue,
    ("POST", "factures/recycler"): recycler,
    ("POST", "factures/completer"): completer,
    ("POST", "factures/traiterRejet"): traiter_rejet,
    ("POST", "factures/corriger/valideur/facture"): corriger_valideur,
}
