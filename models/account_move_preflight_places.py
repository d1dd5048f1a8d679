"""Where each demand comes from, and where it is met: tables of the pre-flight."""

# Where a demand comes from that is no official rule of the document: the place of
# API.md and its mark.
RULES = {
    "company_siret": "API.md 4.1 [T]",
    "entity_siret": "API.md 4.1 [T]",
    "not_public": "API.md 2.10 [O]",
    "works_only": "API.md 2.10 [O]",
    "entity_closed": "API.md 2.10 [O]",
    "entity_unknown": "API.md 2.10 [O]",
    "entity_private": "API.md 2.10 [O]",
    "requirement_unknown": "API.md 4.5 [T]",
    "directory_old": "API.md 4.5 [T]",
    "service_missing": "API.md 4.5 [T]",
    "engagement_missing": "API.md 4.5 [T]",
    "either_missing": "API.md 4.5 [T]",
    "service_closed": "API.md 4.5 [T]",
    "service_unknown": "API.md 4.5 [T]",
    "service_engagement_missing": "API.md 2.10 [T]",
    "service_public_to_public": "API.md 2.10 [O]",
    "engagement_unchecked": "API.md 2.11 [T]",
    "engagement_unknown": "API.md 2.11 [T]",
    "engagement_state": "API.md 2.11 [I]",
    "engagement_elsewhere": "API.md 2.11 [I]",
    "refused_by_recipient": "API.md 4.6 [O]",
    "on_its_way": "API.md 4.6 [I]",
}

# Field of the invoice, or of its supplier, behind a term of the document.
FIELDS = {
    "BT-1": "name",
    "BT-2": "invoice_date",
    "BT-3": "chorus_pro_document_type",
    "BT-5": "currency_id",
    "BT-9": "invoice_date_due",
    "BT-10": "buyer_reference",
    "BT-11": "chorus_pro_project",
    "BT-12": "contract_reference",
    "BT-13": "purchase_order_reference",
    "BT-16": "chorus_pro_delivery_note",
    "BT-20": "invoice_payment_term_id",
    "BT-22": "narration",
    "BT-23": "chorus_pro_framework",
    "BT-25": "chorus_pro_original_number",
    "BT-26": "chorus_pro_original_date",
    "BT-27": "name",
    "BT-30": "company_registry",
    "BT-31": "vat",
    "BT-35": "street",
    "BT-37": "city",
    "BT-40": "country_id",
    "BT-73": "chorus_pro_period_start",
    "BT-74": "chorus_pro_period_end",
    "BT-81": "preferred_payment_method_line_id",
    "BT-84": "partner_bank_id",
    "BG-3": "chorus_pro_original_number",
    "BG-25": "invoice_line_ids",
    "attachment": "chorus_pro_attachment_ids",
}
# Terms that are told on the supplier's own record.
SUPPLIER_TERMS = {"BT-27", "BT-30", "BT-31", "BT-35", "BT-37", "BT-40"}
