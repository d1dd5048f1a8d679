"""Translated words about documents: why a file fails, and each rule that it breaks.

The codes, their levels and their sources are in factur_x, which knows no translation.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# Why a file could not be made: codes of factur_x.FacturXError and our own.
FILE_ERRORS = {
    "render": _lt("The PDF of the invoice could not be made. Try to print it."),
    "incident": _lt(
        "Chorus Pro had an incident each time it processed the deposit. "
        "Ask its support, then send again."
    ),
    "document": _lt("The Factur-X file of the invoice could not be made."),
    "file_damaged": _lt(
        "The file that was made is missing or was changed. Send the invoice again."
    ),
    "document_too_large": _lt(
        "The file is larger than the 10 MB that Chorus Pro takes. Remove attachments."
    ),
    "font_not_embedded": _lt(
        "The PDF of the invoice uses a font that it does not contain. "
        "Choose another font in the document layout."
    ),
    "schematron": _lt("The invoice breaks a rule of the European standard."),
    "schematron_unavailable": _lt("The European rules could not be checked here."),
    "schematron_failed": _lt("The European rules could not be checked here."),
}

# Words for business terms of EN 16931 in messages.
TERMS = {
    "BT-1": _lt("Invoice number"),
    "BT-9": _lt("Due date"),
    "BT-10": _lt("Service code"),
    "BT-12": _lt("Contract number"),
    "BT-13": _lt("Engagement number"),
    "BT-20": _lt("Payment terms"),
    "BT-22": _lt("Terms and conditions"),
    "BT-25": _lt("Number of the corrected invoice"),
    "BT-27": _lt("Name of your company"),
    "BT-30": _lt("SIRET of your company"),
    "BT-31": _lt("VAT number of your company"),
    "BT-40": _lt("Country of your company"),
    "BT-44": _lt("Name of the customer"),
    "BT-47": _lt("SIRET of the customer"),
    "BT-55": _lt("Country of the customer"),
    "BT-70": _lt("Name of the delivery address"),
    "BT-84": _lt("IBAN"),
    "BT-110": _lt("Total of VAT"),
    "BT-112": _lt("Total with VAT"),
    "BT-115": _lt("Amount due"),
    "BT-131": _lt("Amount of a line"),
    "BT-153": _lt("Description of a line"),
    "BT-154": _lt("Description of a line"),
}

# Words for the codes of factur_x.Issue: %(term)s is one of TERMS, or the bare term.
ISSUES = {
    "missing": _lt("%(term)s: missing."),
    "taxes_unsupported": _lt("A line has taxes that cannot be sent yet: %(value)s."),
    "rounding_unsupported": _lt("Cash rounding cannot be sent yet: take it off."),
    "early_discount_unsupported": _lt(
        "An early payment discount cannot be sent yet: choose other payment terms."
    ),
    "not_a_number": _lt("%(term)s: %(value)s is not a number."),
    "too_long": _lt("%(term)s: %(value)s is longer than %(limit)s characters."),
    "shortened": _lt("%(term)s: shortened to %(limit)s characters in the file."),
    "number_characters": _lt("%(value)s: only letters, digits, spaces and - + _ /."),
    "type_unknown": _lt("This kind of document cannot be sent to Chorus Pro."),
    "framework_missing": _lt("No billing framework is chosen."),
    "framework_unknown": _lt("The billing framework %(value)s cannot be sent."),
    "framework_not_paid": _lt("A2 is for invoices already paid: %(value)s is due."),
    "currency_unsupported": _lt("Invoices in %(value)s cannot go yet: only %(limit)s."),
    "siret_missing": _lt("%(term)s: missing."),
    "siret_format": _lt("%(term)s: %(value)s has not %(limit)s digits."),
    "siret_scheme": _lt("%(term)s: wrong kind of identifier."),
    "vat_number_missing": _lt("%(term)s: missing, although VAT is charged."),
    "vat_reason_missing": _lt("A line has no VAT: give its tax an exemption reason."),
    "payment_means_missing": _lt("No payment method: Chorus Pro requires one."),
    "payment_means_unknown": _lt("The payment method %(value)s cannot be sent."),
    "payment_means_forbidden": _lt("A credit note must not name a payment method."),
    "iban_missing": _lt("No IBAN for the transfer: choose the recipient bank."),
    "iban_invalid": _lt("%(term)s: %(value)s is not a valid IBAN."),
    "due_date_missing": _lt("%(term)s: missing."),
    "amount_negative": _lt("%(term)s: a negative amount cannot be sent."),
    "price_negative": _lt("A line has a negative price."),
    "total_mismatch": _lt("%(term)s is %(value)s, but the parts give %(limit)s."),
    "preceding_missing": _lt("The credit note does not say which invoice it corrects."),
    "preceding_several": _lt(
        "The credit note corrects several invoices (%(value)s). Make one for each."
    ),
    "gross_price_without_allowance": _lt("A line has a gross price but no discount."),
    "attachment_unnamed": _lt("A file to add has no name."),
    "attachment_name_too_long": _lt(
        "The name of the file %(value)s is longer than %(limit)s characters."
    ),
    "attachment_name_characters": _lt("The file name %(value)s has forbidden signs."),
    "attachment_name_reserved": _lt("The file name %(value)s is reserved."),
    "attachment_name_twice": _lt("Two files to add have the name %(value)s."),
    "attachment_extension": _lt("Chorus Pro takes no files like %(value)s."),
    "attachment_empty": _lt("The file %(value)s is empty."),
    "attachment_too_large": _lt("The file %(value)s is too large: 10 MB at most."),
}
