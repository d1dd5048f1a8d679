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
    "glyph_missing": _lt(
        "The invoice prints characters that no font of the server has, such as emoji. "
        "Remove them, or ask for a font that has them."
    ),
    "xsd": _lt("The invoice does not fit the official XML schema."),
    "pdf_encrypted": _lt("The PDF of the invoice is encrypted."),
    "pdf_empty": _lt("The PDF of the invoice has no page."),
    "pdf_invalid": _lt("The PDF of the invoice is damaged or uses what PDF/A forbids."),
    "font_unreadable": _lt(
        "The PDF of the invoice contains a damaged font. Choose another font in the "
        "document layout."
    ),
    "schematron": _lt("The invoice breaks a rule of the European standard."),
    "schematron_unavailable": _lt("The European rules could not be checked here."),
    "schematron_failed": _lt("The European rules could not be checked here."),
}

# Words for business terms of EN 16931 in messages.
TERMS = {
    "BT-1": _lt("Invoice number"),
    "BT-2": _lt("Invoice date"),
    "BT-3": _lt("Kind of document"),
    "BT-5": _lt("Currency"),
    "BT-6": _lt("Currency of the VAT"),
    "BT-8": _lt("When VAT falls due"),
    "BT-9": _lt("Due date"),
    "BT-10": _lt("Service code"),
    "BT-11": _lt("Project"),
    "BT-12": _lt("Contract number"),
    "BT-13": _lt("Engagement number"),
    "BT-16": _lt("Delivery note"),
    "BT-20": _lt("Payment terms"),
    "BT-21": _lt("Legal mention"),
    "BT-22": _lt("Terms and conditions"),
    "BT-23": _lt("Billing framework"),
    "BT-25": _lt("Number of the corrected invoice"),
    "BT-26": _lt("Date of the corrected invoice"),
    "BT-27": _lt("Name of your company"),
    "BT-28": _lt("Trading name of your company"),
    "BT-29": _lt("Identifier of your company"),
    "BT-30": _lt("SIRET of your company"),
    "BT-31": _lt("VAT number of your company"),
    "BT-32": _lt("Tax number of your company"),
    "BT-34": _lt("Electronic address of your company"),
    "BT-35": _lt("Street of your company"),
    "BT-37": _lt("City of your company"),
    "BT-40": _lt("Country of your company"),
    "BT-44": _lt("Name of the customer"),
    "BT-45": _lt("Trading name of the customer"),
    "BT-46": _lt("Identifier of the customer"),
    "BT-47": _lt("SIRET of the customer"),
    "BT-48": _lt("VAT number of the customer"),
    "BT-49": _lt("Electronic address of the customer"),
    "BT-50": _lt("Street of the customer"),
    "BT-52": _lt("City of the customer"),
    "BT-55": _lt("Country of the customer"),
    "BT-59": _lt("Name of the payee"),
    "BT-60": _lt("SIRET of the payee"),
    "BT-61": _lt("SIREN of the payee"),
    "BT-70": _lt("Name of the delivery address"),
    "BT-72": _lt("Delivery date"),
    "BT-73": _lt("Start of the period"),
    "BT-74": _lt("End of the period"),
    "BT-80": _lt("Country of delivery"),
    "BT-81": _lt("Payment method"),
    "BT-84": _lt("IBAN"),
    "BT-92": _lt("Amount of a discount"),
    "BT-95": _lt("VAT of a discount"),
    "BT-96": _lt("VAT rate of a discount"),
    "BT-97": _lt("Reason of a discount"),
    "BT-99": _lt("Amount of a charge"),
    "BT-102": _lt("VAT of a charge"),
    "BT-103": _lt("VAT rate of a charge"),
    "BT-104": _lt("Reason of a charge"),
    "BT-106": _lt("Sum of the lines"),
    "BT-107": _lt("Sum of the discounts"),
    "BT-108": _lt("Sum of the charges"),
    "BT-109": _lt("Total without VAT"),
    "BT-110": _lt("Total of VAT"),
    "BT-111": _lt("Total of VAT in euros"),
    "BT-112": _lt("Total with VAT"),
    "BT-113": _lt("Amount already paid"),
    "BT-114": _lt("Rounding"),
    "BT-115": _lt("Amount due"),
    "BT-116": _lt("Base of the VAT"),
    "BT-117": _lt("Amount of the VAT"),
    "BT-118": _lt("VAT category"),
    "BT-119": _lt("VAT rate"),
    "BT-120": _lt("Reason for no VAT"),
    "BT-121": _lt("Code of the reason for no VAT"),
    "BT-126": _lt("Number of a line"),
    "BT-129": _lt("Quantity of a line"),
    "BT-130": _lt("Unit of a line"),
    "BT-131": _lt("Amount of a line"),
    "BT-134": _lt("Start of the period of a line"),
    "BT-135": _lt("End of the period of a line"),
    "BT-136": _lt("Discount of a line"),
    "BT-139": _lt("Reason of the discount of a line"),
    "BT-141": _lt("Charge of a line"),
    "BT-144": _lt("Reason of the charge of a line"),
    "BT-146": _lt("Net price of a line"),
    "BT-147": _lt("Discount on the price of a line"),
    "BT-148": _lt("Gross price of a line"),
    "BT-149": _lt("Quantity of the price of a line"),
    "BT-151": _lt("VAT category of a line"),
    "BT-152": _lt("VAT rate of a line"),
    "BT-153": _lt("Description of a line"),
    "BT-154": _lt("Description of a line"),
    "BG-1": _lt("Legal mentions"),
    "BG-3": _lt("Corrected invoices"),
    "BG-4": _lt("Your company"),
    "BG-6": _lt("Contacts of your company"),
    "BG-7": _lt("Customer"),
    "BG-9": _lt("Contacts of the customer"),
    "BG-10": _lt("Payee"),
    "BG-13": _lt("Delivery address"),
    "BG-20": _lt("Discounts"),
    "BG-21": _lt("Charges"),
    "BG-23": _lt("VAT by rate"),
    "BG-25": _lt("Lines of the invoice"),
}

# Words for the codes of factur_x.Issue: %(term)s is one of TERMS, or the bare term.
ISSUES = {
    "missing": _lt("%(term)s: missing."),
    "taxes_unsupported": _lt("A line has taxes that cannot be sent yet: %(value)s."),
    "not_a_number": _lt("%(term)s: %(value)s is not a number."),
    "too_long": _lt("%(term)s: %(value)s is longer than %(limit)s characters."),
    "shortened": _lt("%(term)s: shortened to %(limit)s characters in the file."),
    "number_characters": _lt("%(value)s: only letters, digits, spaces and - + _ /."),
    "type_unknown": _lt("This kind of document cannot be sent to Chorus Pro."),
    "framework_missing": _lt("No billing framework is chosen."),
    "framework_unknown": _lt("The billing framework %(value)s cannot be sent."),
    "siret_missing": _lt("%(term)s: missing."),
    "siret_format": _lt("%(term)s: %(value)s has not %(limit)s digits."),
    "siret_scheme": _lt("%(term)s: wrong kind of identifier."),
    "vat_reason_missing": _lt("A line has no VAT: give its tax an exemption reason."),
    "payment_means_missing": _lt("No payment method: Chorus Pro requires one."),
    "payment_means_unknown": _lt("The payment method %(value)s cannot be sent."),
    "payment_means_forbidden": _lt("A credit note must not name a payment method."),
    "iban_missing": _lt("No IBAN for the transfer: choose the recipient bank."),
    "iban_invalid": _lt("%(term)s: %(value)s is not a valid IBAN."),
    "due_date_missing": _lt("%(term)s: missing."),
    "amount_negative": _lt("%(term)s: a negative amount cannot be sent."),
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
    "decimals": _lt("%(term)s: %(value)s has more than %(limit)s decimals."),
    "type_unproven": _lt(
        "Whether Chorus Pro takes documents of type %(value)s is not known: watch the "
        "first one."
    ),
    "framework_not_paid": _lt(
        "A2 is for invoices paid in full: %(term)s is %(value)s, not %(limit)s."
    ),
    "framework_unproven": _lt(
        "Framework %(value)s: where the file must name the validator is not known. "
        "Check the invoice on the portal."
    ),
    "original_missing": _lt("%(term)s: missing, this kind of document needs it."),
    "original_date_missing": _lt("%(term)s: missing, this kind of document needs it."),
    "period_reversed": _lt("%(term)s: %(value)s comes before its start, %(limit)s."),
    "note_missing": _lt("The legal mention %(value)s is missing."),
    "note_twice": _lt("The legal mention %(value)s stands twice."),
    "line_id_twice": _lt("Two lines have the number %(value)s."),
    "lines_too_many": _lt("The invoice has %(value)s lines: %(limit)s at most."),
    "currency_unknown": _lt("%(value)s is no currency of the ISO 4217 list."),
    "currency_precision": _lt(
        "Amounts in %(value)s have more than %(limit)s decimals and cannot be sent."
    ),
    "currency_unproven": _lt(
        "How Chorus Pro handles invoices in %(value)s is not known: prefer %(limit)s."
    ),
    "tax_currency_missing": _lt(
        "%(term)s: missing, VAT must be told in %(limit)s too."
    ),
    "siret_check_digit": _lt(
        "%(term)s: %(value)s is wrong, its check digit does not match."
    ),
    "identifier_format": _lt(
        "%(term)s: %(value)s has not the form of an identifier of kind %(limit)s."
    ),
    "seller_not_french": _lt(
        "%(term)s: this route is for companies that have a SIREN, not %(value)s."
    ),
    "contacts_several": _lt(
        "%(term)s: %(value)s were given, only %(limit)s can be sent."
    ),
    "vat_key": _lt("%(term)s: %(value)s is wrong, its key or country does not match."),
    "vat_number_missing": _lt("%(term)s: missing, VAT of category %(value)s needs it."),
    "vat_number_forbidden": _lt(
        "%(term)s: must not be shown on an invoice outside the scope of VAT."
    ),
    "buyer_vat_missing": _lt(
        "%(term)s: missing, an invoice without VAT to this customer needs it."
    ),
    "due_date_before": _lt(
        "%(term)s: %(value)s comes before the date of the invoice, %(limit)s."
    ),
    "price_negative": _lt("%(term)s: %(value)s is negative."),
    "reason_missing": _lt("%(term)s: missing."),
    "vat_category_unknown": _lt("%(term)s: %(value)s is not used in France."),
    "vat_rate_unknown": _lt("%(term)s: %(value)s is no French rate."),
    "vat_rate_wrong": _lt(
        "%(term)s: “%(value)s” does not go with VAT of category %(limit)s."
    ),
    "vat_row_missing": _lt("VAT of category %(value)s is used but has no total."),
    "vat_row_twice": _lt("VAT of category %(value)s has two totals for one rate."),
    "vat_base_mismatch": _lt("%(term)s is %(value)s, but the lines give %(limit)s."),
    "vat_amount_mismatch": _lt(
        "%(term)s is %(value)s, but base and rate give %(limit)s."
    ),
    "vat_mixed": _lt(
        "VAT categories %(value)s: what is outside the scope of VAT needs an invoice "
        "of its own."
    ),
    "vat_reason_forbidden": _lt(
        "Lines with VAT must not give a reason for none: %(value)s."
    ),
    "delivery_date_missing": _lt(
        "%(term)s: missing, an intra-community supply needs it."
    ),
    "delivery_country_missing": _lt(
        "%(term)s: missing, an intra-community supply needs it."
    ),
    "attachments_too_large": _lt(
        "The files to add are %(value)s bytes together: %(limit)s at most."
    ),
}
