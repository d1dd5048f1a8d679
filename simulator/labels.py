"""French words of the console: statuses, buttons, requirements."""

from . import clock

NONE = "—"  # what is shown for an empty value

STATUSES = {
    "BROUILLON": "Brouillon",
    "DEPOSEE": "Déposée",
    "EN_COURS_ACHEMINEMENT": "En cours d'acheminement",
    "MISE_A_DISPOSITION": "Mise à disposition",
    "PRISE_EN_COMPTE_DESTINATAIRE": "Prise en compte",
    "SERVICE_FAIT": "Service fait",
    "MANDATEE": "Mandatée",
    "MISE_A_DISPOSITION_COMPTABLE": "Mise à disposition du comptable",
    "COMPTABILISEE": "Comptabilisée",
    "MISE_EN_PAIEMENT": "Mise en paiement",
    "SUSPENDUE": "Suspendue",
    "COMPLETEE": "Complétée",
    "A_RECYCLER": "À recycler",
    "REJETEE": "Rejetée",
    "A_VALIDER_1": "À valider",
    "ERREUR_FOURNISSEUR_SUR_VALIDEUR": "Erreur sur le valideur",
}

COLOURS = {
    "DEPOSEE": "blue",
    "EN_COURS_ACHEMINEMENT": "blue",
    "MISE_A_DISPOSITION": "violet",
    "PRISE_EN_COMPTE_DESTINATAIRE": "violet",
    "SERVICE_FAIT": "green",
    "MANDATEE": "green",
    "MISE_A_DISPOSITION_COMPTABLE": "green",
    "COMPTABILISEE": "green",
    "MISE_EN_PAIEMENT": "dark-green",
    "SUSPENDUE": "orange",
    "COMPLETEE": "violet",
    "A_RECYCLER": "orange",
    "REJETEE": "red",
}

BUTTONS = {
    "MISE_A_DISPOSITION": "Mettre à disposition",
    "PRISE_EN_COMPTE_DESTINATAIRE": "Prendre en compte",
    "SERVICE_FAIT": "Attester le service fait",
    "MANDATEE": "Mandater",
    "MISE_A_DISPOSITION_COMPTABLE": "Transmettre au comptable",
    "COMPTABILISEE": "Comptabiliser",
    "MISE_EN_PAIEMENT": "Mettre en paiement",
    "SUSPENDUE": "Suspendre",
    "A_RECYCLER": "Renvoyer à recycler",
    "REJETEE": "Rejeter",
}

FLOWS = {
    "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP": "Déposé",
    "IN_RECU": "Reçu",
    "IN_TRAITE_SE_CPP": "Traité",
    "IN_EN_ATTENTE_TRAITEMENT_CPP": "En attente de traitement",
    "IN_EN_COURS_TRAITEMENT_CPP": "En cours de traitement",
    "IN_EN_ATTENTE_RETRAITEMENT_CPP": "En attente de retraitement",
    "IN_INCIDENTE": "Incidenté",
    "IN_REJETE": "Rejeté",
    "IN_INTEGRE": "Intégré",
    "IN_INTEGRE_PARTIEL": "Intégré partiellement",
    "QP_IRRECEVABLE": "Irrecevable",
}

FLOW_COLOURS = {
    "IN_INTEGRE": "green",
    "IN_INTEGRE_PARTIEL": "orange",
    "IN_REJETE": "red",
    "IN_INCIDENTE": "red",
    "QP_IRRECEVABLE": "red",
    "IN_EN_ATTENTE_RETRAITEMENT_CPP": "orange",
}

KINDS = {"FACTURE": "Facture", "AVOIR": "Avoir", "ACOMPTE": "Acompte"}


def requirement(structure):
    """Say what an entity demands on each invoice."""
    if structure["either"]:
        return "service ou engagement"
    parts = []
    if structure["service_required"]:
        parts.append("service")
    if structure["engagement_required"]:
        parts.append("engagement")
    return " et ".join(parts) or "aucune exigence"


def euros(amount):
    """Write an amount the French way: ``1 234,56``, or a dash."""
    if amount is None:
        return NONE
    return f"{float(amount):,.2f}".replace(",", "\u202f").replace(".", ",")


def when(moment):
    """Write a moment the French way, in Paris: ``31/01/2026 14:05``."""
    return clock.paris(moment).strftime("%d/%m/%Y %H:%M")


def decimal(text):
    """Write a number of the invoice with a decimal comma."""
    return (text or NONE).replace(".", ",")


def day(text):
    """Turn ``2026-01-31`` into ``31/01/2026``; leave anything else alone."""
    parts = (text or "").split("-")
    return "/".join(reversed(parts)) if len(parts) == 3 else text or NONE
