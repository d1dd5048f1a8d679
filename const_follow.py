"""Translated words about what follows a deposit: actions at the portal, advice."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# Words for histoActionCode (API.md 2.6 [O] codes, labels ours).
ACTIONS = {
    "TELECHARGEMENT_FACTURE": _lt("Invoice downloaded"),
    "ACQUITTEMENT_REJET": _lt("Rejection acknowledged"),
    "ACQUITTEMENT_SUSPENSION": _lt("Suspension acknowledged"),
    "TRAITEMENT_REJET": _lt("Rejection handled"),
}

# What to do about a rejection, by template of chorus_api.rejections. "%(term)s" is a
# business term in words, "%(value)s" what was sent, "%(limit)s" characters.
ADVICE = {
    "missing": _lt("%(term)s is missing. Fill it in, then send the invoice again."),
    "too_long": _lt(
        "%(term)s has more than %(limit)s characters. Shorten it, then send again."
    ),
    "wrong_value": _lt(
        "%(term)s: Chorus Pro does not take %(value)s. Choose another, then send again."
    ),
    "framework": _lt(
        "Chorus Pro does not take the billing framework %(value)s. "
        "Choose A1 or another of the list on the invoice, then send again."
    ),
    "repeated": _lt(
        "%(term)s is there more than once. Keep one, then send the invoice again."
    ),
    "line_discount": _lt(
        "A line has a gross price without its discount. "
        "Enter the net price on that line, then send again."
    ),
    "lines_missing": _lt("The invoice has no line that counts. Add one."),
    "either_missing": _lt(
        "The entity demands a service or an engagement number. "
        "Ask it for one and enter it on the invoice."
    ),
    "service_missing": _lt(
        "The entity demands a service. Choose it on the invoice, then send again."
    ),
    "service_unknown": _lt(
        "The entity has no service %(value)s. Choose another on the invoice."
    ),
    "service_closed": _lt(
        "The service %(value)s is closed. Choose another on the invoice."
    ),
    "service_reserved": _lt(
        "The service %(value)s is for invoices between public entities. "
        "Choose another on the invoice."
    ),
    "engagement_missing": _lt(
        "The entity demands an engagement number. "
        "Ask it for the number and enter it on the invoice."
    ),
    "engagement_unknown": _lt(
        "The entity does not know the engagement number %(value)s. "
        "Compare it with the order, or ask the entity."
    ),
    "supplier_unknown": _lt(
        "Chorus Pro does not know the SIRET of your company. Check it in the settings, "
        "or register the establishment in your Chorus Pro space."
    ),
    "recipient_unknown": _lt(
        "Chorus Pro knows no public entity of this SIRET. Look the entity up and "
        "correct the SIRET on its form."
    ),
    "recipient_closed": _lt(
        "The entity %(value)s is closed. Ask who took its place, "
        "and make the invoice out to that entity."
    ),
    "siret_expected": _lt(
        "%(value)s is not a SIRET of 14 digits. Correct it on the form of the company."
    ),
    "scheme": _lt(
        "Chorus Pro does not take identifiers of the type %(value)s here. "
        "Use the SIRET."
    ),
    "duplicate": _lt(
        "Chorus Pro has an invoice of this number already. Look for it with "
        '"Find at Chorus Pro"; if it is another one, give this invoice a new number.'
    ),
    "negative_credit": _lt("The total of a credit note must be positive."),
    "archive": _lt(
        "Chorus Pro could not open the archive of the deposit. Send again; if it "
        "happens again, ask your integrator."
    ),
    "pdf": _lt(
        "Chorus Pro could not read the PDF. Send again; if it happens again, ask your "
        "integrator for another document layout."
    ),
    "xml": _lt("Chorus Pro could not read the data in the file. Ask your integrator."),
}
