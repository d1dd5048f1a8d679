"""Translated words for the codes of chorus_api, and the lists of selection fields.

The codes themselves, their meaning and their limits are in the plain packages,
which know nothing of Odoo and of translations. Words about documents are in
const_documents.py; no other table lives in either.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

MODULE = "l10n_fr_chorus_pro"
# Key of our way of sending, beside core's "email" and "manual".
SENDING_METHOD = "chorus_pro"

# Users of these groups see what we add to invoices; portal users never do.
READERS = "account.group_account_invoice,account.group_account_readonly"
USER_GROUP = "account.group_account_invoice"
OFFICER_GROUP = "l10n_fr_chorus_pro.group_chorus_pro_officer"

# Lists of selection fields are plain text: Odoo translates their labels.
ENVIRONMENTS = [
    ("demo", "Demo"),
    ("qualification", "Qualification"),
    ("production", "Production"),
]

SUMMARIES = [
    ("to_send", "To send"),
    ("queued", "Queued"),
    ("sent", "Sent, being checked"),
    ("unknown", "Outcome unknown"),
    ("error", "Could not be sent"),
    ("filed", "Filed"),
    ("available", "Available"),
    ("approved", "Approved"),
    ("accounted", "Accounted"),
    ("released", "Payment released"),
    ("suspended", "Suspended"),
    ("to_reroute", "To re-route"),
    ("rejected", "Rejected"),
    ("elsewhere", "Sent elsewhere"),
]

STAGES = [
    ("sent", "Sent"),
    ("filed", "Filed"),
    ("available", "Available"),
    ("approved", "Approved"),
    ("accounted", "Accounted"),
    ("released", "Payment released"),
]

# What happened and what to do next, for the tab of the invoice.
STORIES = {
    "to_send": _lt("Not sent yet: nobody asked for it."),
    "queued": _lt("Waiting to be sent. Nothing to do."),
    "sent": _lt("Sent, being checked by Chorus Pro. Nothing to do."),
    "unknown": _lt(
        "The answer of Chorus Pro was lost: the invoice may or may not have arrived. "
        "Odoo looks for it at the portal and sends nothing in the meantime."
    ),
    "error": _lt("It could not be sent. Correct what is said below, then send again."),
    "filed": _lt("Chorus Pro has it and passes it on to the recipient. Nothing to do."),
    "available": _lt("The recipient has it. Nothing to do."),
    "approved": _lt("The recipient approved it. Nothing to do."),
    "accounted": _lt("The recipient entered it in its accounts. Nothing to do."),
    "released": _lt("The recipient released the payment."),
    "suspended": _lt(
        "The recipient waits for a missing document. Complete the invoice with it."
    ),
    "to_reroute": _lt(
        "It went to the wrong recipient, service or engagement. Correct its routing."
    ),
    "rejected": _lt("It was refused. Read the reason below."),
    "elsewhere": _lt("Filed outside Odoo. It is not followed here."),
}
# The same where the portal waits for more than the summary says, by action.
ACTION_STORIES = {
    "validator": _lt("It names the wrong validator. Correct the validator."),
}

REQUIREMENTS = [
    ("unknown", "Not yet known"),
    ("none", "Nothing"),
    ("service", "Service"),
    ("engagement", "Engagement number"),
    ("both", "Service and engagement number"),
    ("either", "Service or engagement number"),
]

# What the entity is decides how long it may take to pay (late_interest.py).
PAYMENT_CATEGORIES = [
    ("state_local", "State or local authority (30 days)"),
    ("hospital", "Public hospital (50 days)"),
    ("public_company", "Public company (60 days)"),
]

# What the directory says of a SIRET.
DIRECTORY_STATES = [
    ("open", "Active"),
    ("closed", "Closed"),
    ("unknown", "Not found"),
    ("private", "Private structure"),
    ("several", "Several entities"),
]

FRAMEWORKS = [
    ("A1", "A1 Supplier invoice"),
    ("A2", "A2 Supplier invoice, already paid"),
    ("A9", "A9 Subcontractor invoice"),
    ("A12", "A12 Co-contractor invoice"),
]

# Invoice type codes (BT-3, list UNTDID 1001); a credit note is 381 by its nature.
DOCUMENT_TYPES = [
    ("380", "Invoice"),
    ("386", "Down payment invoice"),
    ("384", "Corrected invoice"),
]

# Payment means (BT-81) that Chorus Pro takes, rule S2.05 (API.md 4.1 [O]); the names
# are those of the list UNTDID 4461.
PAYMENT_MEANS = [
    ("30", "30 Credit transfer"),
    ("58", "58 SEPA credit transfer"),
    ("42", "42 Payment to bank account"),
    ("31", "31 Debit transfer"),
    ("49", "49 Direct debit"),
    ("59", "59 SEPA direct debit"),
    ("20", "20 Cheque"),
    ("48", "48 Bank card"),
    ("10", "10 Cash"),
    ("97", "97 Clearing between partners"),
    ("01", "01 Not defined"),
]

# What happens when an invoice is posted that Chorus Pro would refuse.
POSTING_CHECKS = [
    ("none", "Say nothing"),
    ("warn", "Warn"),
    ("block", "Refuse to confirm"),
]

# Whether the official rules of EN 16931 are applied before an invoice leaves.
SCHEMATRON_MODES = [
    ("auto", "When the checking program is installed"),
    ("required", "Always: without the program invoices wait"),
    ("off", "Never"),
]

# Words for chorus_api.errors codes: what happened, what to do.
ERRORS = {
    "throttled": _lt(
        "Odoo makes no more calls of Chorus Pro just now than you allow. "
        "It goes on by itself."
    ),
    "daily_quota": _lt(
        "The calls of Chorus Pro that you allow in a day are used up. "
        "Odoo goes on tomorrow."
    ),
    "unreachable": _lt("Chorus Pro cannot be reached. Odoo tries again by itself."),
    "tls": _lt("No secure connection to Chorus Pro. Odoo tries again by itself."),
    "token_refused": _lt(
        "PISTE refused the application's identifier or secret. "
        "Check them in the Chorus Pro settings."
    ),
    "token_unavailable": _lt("PISTE gives no token now. Odoo tries again by itself."),
    "account_refused": _lt(
        "Chorus Pro refused the technical account. Its password may be wrong or "
        "expired, or the account may be younger than half an hour. "
        "Check it in the Chorus Pro settings."
    ),
    "forbidden": _lt(
        "The PISTE application may not use this service. "
        "Subscribe it to the Chorus Pro APIs on the PISTE site."
    ),
    "rate_limited": _lt("Chorus Pro asks to slow down. Odoo goes on by itself."),
    "not_found": _lt(
        "Chorus Pro does not know this address. "
        "Check the environment and the addresses set for it."
    ),
    "too_large": _lt("Chorus Pro refused the file: it is too large."),
    "media_type": _lt("Chorus Pro refused the form of the request."),
    "bad_request": _lt("Chorus Pro could not read the request."),
    "business": _lt("Chorus Pro refused the request."),
    "timeout": _lt("Chorus Pro did not answer in time."),
    "interrupted": _lt("The connection broke before Chorus Pro had answered."),
    "server_error": _lt("Chorus Pro had an internal error."),
    "not_json": _lt("Chorus Pro gave an answer that is not data, perhaps a web page."),
    "incomplete": _lt("Chorus Pro gave an incomplete answer."),
    "siret_unknown": _lt("Chorus Pro does not know your company's SIRET. Check it."),
    "internal": _lt(
        "Something unexpected stopped this on the server, whose log says more. "
        "Odoo tries again by itself."
    ),
    "not_configured": _lt(
        "Chorus Pro is not set up for this company. Fill in the Chorus Pro settings."
    ),
}

# Words for the status codes of the portal (API.md 3.1 [O] codes, labels ours).
STATUSES = {
    "BROUILLON": _lt("Draft at the portal"),
    "INTERPRETEE_OCR": _lt("Read, not yet submitted"),
    "DEPOSEE": _lt("Filed"),
    "EN_COURS_ACHEMINEMENT": _lt("Being routed to the recipient"),
    "MISE_A_DISPOSITION": _lt("Available to the recipient"),
    "PRISE_EN_COMPTE_DESTINATAIRE": _lt("Taken into account by the recipient"),
    "SERVICE_FAIT": _lt("Service rendered"),
    "MANDATEE": _lt("Payment order issued"),
    "MISE_A_DISPOSITION_COMPTABLE": _lt("Available to the accounting officer"),
    "COMPTABILISEE": _lt("Entered in the accounts"),
    "MISE_EN_PAIEMENT": _lt("Payment released"),
    "SUSPENDUE": _lt("Suspended: a document is missing"),
    "COMPLETEE": _lt("Completed"),
    "A_RECYCLER": _lt("To re-route"),
    "REJETEE": _lt("Rejected by the recipient"),
    "A_COMPLETER": _lt("To complete"),
    "NON_CONFORME": _lt("Not compliant"),
    "ABANDONNEE": _lt("Abandoned"),
    "SUPPRIMEE": _lt("Deleted"),
    "EN_COURS_TRAITEMENT_PIVOT_S": _lt("Being processed"),
    "TECHNIQUE_INCONNU": _lt("Unknown technical state"),
    "A_VALIDER_1": _lt("To be validated by the first validator"),
    "VALIDEE_1": _lt("Validated by the first validator"),
    "REFUSEE_1": _lt("Refused by the first validator"),
    "ABSENCE_VALIDATION_1_HORS_DELAI": _lt("First validation not given in time"),
    "ERREUR_FOURNISSEUR_SUR_VALIDEUR": _lt("Wrong validator named by the supplier"),
    "A_VALIDER_2": _lt("To be validated by the second validator"),
    "VALIDEE_2": _lt("Validated by the second validator"),
    "REFUSEE_2": _lt("Refused by the second validator"),
    "ABSENCE_VALIDATION_2_HORS_DELAI": _lt("Second validation not given in time"),
    "ERREUR_COTRAITANT_SUR_VALIDEUR": _lt("Wrong validator named by the co-contractor"),
    "ERREUR_FOURNISSEUR_SUR_MOE": _lt("Wrong project manager named by the supplier"),
    "ERREUR_FOURNISSEUR_SUR_MOA": _lt(
        "Wrong contracting authority named by the supplier"
    ),
    "ERREUR_MOE_SUR_FOURNISSEUR": _lt("Wrong supplier named by the project manager"),
    "ERREUR_MOA_SUR_FOURNISSEUR": _lt(
        "Wrong supplier named by the contracting authority"
    ),
    "ERREUR_MOE_SUR_MOA": _lt("Wrong authority named by the project manager"),
    "ERREUR_DE_MOE": _lt("Wrong project manager"),
    "ERREUR_DE_MOA": _lt("Wrong contracting authority"),
    "ERREUR_DESTINATAIRE_PD": _lt("Wrong recipient of the draft statement"),
    "ERREUR_DESTINATAIRE_EA": _lt("Wrong recipient of the instalment statement"),
    "A_VALIDER_MOE": _lt("To be validated by the project manager"),
    "REFUSEE_MOE": _lt("Refused by the project manager"),
    "REFUSEE_MOA": _lt("Refused by the contracting authority"),
    "REFUSEE_FOURNISSEUR": _lt("Refused by the supplier"),
    "A_ASSOCIER_MOE": _lt("To be linked by the project manager"),
    "A_ASSOCIER_MOA": _lt("To be linked by the contracting authority"),
    "A_ASSOCIER_FOURNISSEUR": _lt("To be linked by the supplier"),
    "ASSOCIEE": _lt("Linked"),
    "EN_ATTENTE_RECYCLAGE_FOURNISSEUR": _lt("Waiting to be re-routed by the supplier"),
    "MISE_A_DISPOSITION_MOE": _lt("Available to the project manager"),
    "PRISE_EN_COMPTE_MOE": _lt("Taken into account by the project manager"),
    "MISE_A_DISPOSITION_MOA": _lt("Available to the contracting authority"),
    "PRISE_EN_COMPTE_MOA": _lt("Taken into account by the contracting authority"),
    "TRANSMISE_MOA": _lt("Passed on to the contracting authority"),
    "REMPLACEE_PAR_A22": _lt("Replaced by an A22 statement"),
    "DUPLIQUE_APRES_REFUS": _lt("Duplicated after a refusal"),
    "ABSENCE_VALIDATION_MOE_DELAI_REGLEMENTAIRE": _lt(
        "Project manager did not validate in the legal time"
    ),
}
