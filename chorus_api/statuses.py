"""The 57 statuses of an invoice at the portal and what they mean here.

56 codes are the official enumeration [O], ABSENCE_VALIDATION_MOE_DELAI_REGLEMENTAIRE
is third party [T]. Summary, finality and action are official for the statuses of an
ordinary invoice, inferred [I] for the validation circuits and works contracts.
"""

from types import MappingProxyType
from typing import NamedTuple


class InvoiceStatus(NamedTuple):
    """What a status of the portal means here.

    ``summary``: filed, available, approved, accounted, released, suspended,
    to_reroute or rejected. ``final``: the portal will not change it any more.
    ``action``: what the supplier may do: none, reroute (recycler), complete
    (completer), reissue (a new invoice, new number) or validator
    (corriger/valideur/facture).
    """

    summary: str
    final: bool = False
    action: str = "none"


_FILED = InvoiceStatus("filed")
_AVAILABLE = InvoiceStatus("available")
_APPROVED = InvoiceStatus("approved")
_INCOMPLETE = InvoiceStatus("suspended", action="complete")
_REROUTE = InvoiceStatus("to_reroute", action="reroute")
_VALIDATOR = InvoiceStatus("to_reroute", action="validator")
_WORKS_ERROR = InvoiceStatus("to_reroute")
_REISSUE = InvoiceStatus("rejected", final=True, action="reissue")
_DROPPED = InvoiceStatus("rejected", final=True)

INVOICE_STATUSES = MappingProxyType(
    {
        # ordinary invoices
        "BROUILLON": _FILED,
        "INTERPRETEE_OCR": _FILED,
        "DEPOSEE": _FILED,
        "EN_COURS_ACHEMINEMENT": _FILED,
        "MISE_A_DISPOSITION": _AVAILABLE,
        "PRISE_EN_COMPTE_DESTINATAIRE": _AVAILABLE,
        "SERVICE_FAIT": _APPROVED,
        "MANDATEE": _APPROVED,
        "MISE_A_DISPOSITION_COMPTABLE": _APPROVED,
        "COMPTABILISEE": InvoiceStatus("accounted"),
        "MISE_EN_PAIEMENT": InvoiceStatus("released", final=True),
        "SUSPENDUE": _INCOMPLETE,
        "COMPLETEE": _AVAILABLE,
        "A_RECYCLER": _REROUTE,
        "REJETEE": _REISSUE,
        "A_COMPLETER": _INCOMPLETE,
        "NON_CONFORME": InvoiceStatus("suspended"),  # meaning [U]: only shown
        "ABANDONNEE": _DROPPED,
        "SUPPRIMEE": _DROPPED,
        "EN_COURS_TRAITEMENT_PIVOT_S": _FILED,
        "TECHNIQUE_INCONNU": _FILED,
        # validation by a main or co-contractor (frameworks A9, A12)
        "A_VALIDER_1": _FILED,
        "VALIDEE_1": _FILED,
        "REFUSEE_1": _REISSUE,
        "ABSENCE_VALIDATION_1_HORS_DELAI": _FILED,
        "ERREUR_FOURNISSEUR_SUR_VALIDEUR": _VALIDATOR,
        "A_VALIDER_2": _FILED,
        "VALIDEE_2": _FILED,
        "REFUSEE_2": _REISSUE,
        "ABSENCE_VALIDATION_2_HORS_DELAI": _FILED,
        "ERREUR_COTRAITANT_SUR_VALIDEUR": _VALIDATOR,
        # works contracts: shown, not acted upon
        "ERREUR_FOURNISSEUR_SUR_MOE": _WORKS_ERROR,
        "ERREUR_FOURNISSEUR_SUR_MOA": _WORKS_ERROR,
        "ERREUR_MOE_SUR_FOURNISSEUR": _WORKS_ERROR,
        "ERREUR_MOA_SUR_FOURNISSEUR": _WORKS_ERROR,
        "ERREUR_MOE_SUR_MOA": _WORKS_ERROR,
        "ERREUR_DE_MOE": _WORKS_ERROR,
        "ERREUR_DE_MOA": _WORKS_ERROR,
        "ERREUR_DESTINATAIRE_PD": _WORKS_ERROR,
        "ERREUR_DESTINATAIRE_EA": _WORKS_ERROR,
        "A_VALIDER_MOE": _FILED,
        "REFUSEE_MOE": _REISSUE,
        "REFUSEE_MOA": _REISSUE,
        "REFUSEE_FOURNISSEUR": _REISSUE,
        "A_ASSOCIER_MOE": _FILED,
        "A_ASSOCIER_MOA": _FILED,
        "A_ASSOCIER_FOURNISSEUR": _FILED,
        "ASSOCIEE": _FILED,
        "EN_ATTENTE_RECYCLAGE_FOURNISSEUR": _WORKS_ERROR,
        "MISE_A_DISPOSITION_MOE": _FILED,
        "PRISE_EN_COMPTE_MOE": _FILED,
        "MISE_A_DISPOSITION_MOA": _AVAILABLE,
        "PRISE_EN_COMPTE_MOA": _AVAILABLE,
        "TRANSMISE_MOA": _AVAILABLE,
        "REMPLACEE_PAR_A22": _DROPPED,
        "DUPLIQUE_APRES_REFUS": _DROPPED,
        "ABSENCE_VALIDATION_MOE_DELAI_REGLEMENTAIRE": _FILED,
    }
)
