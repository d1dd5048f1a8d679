"""Every screen of the addon: its name, how people get there, what has to be done.

Plain data. `where` is what the documents say; `at` is the address below `/odoo`, with
`{id}` for the record that `record` finds; `steps` are methods of `odoo.Odoo` and of
`browser.Page`.
"""

from .dialogs import DIALOGS
from .screen import (
    BLOCKED,
    DEPOSITS,
    DIALOG,
    ENTITIES,
    INVOICES,
    LATE,
    READY,
    WIDE,
    Screen,
    do,
    invoice,
    status,
    view,
)

TAB = do("scroll", ".o_notebook")
LISTS = (
    Screen("invoices", "Customers > Chorus Pro > Invoices", INVOICES),
    Screen(
        "invoices-kanban",
        "the same, as cards",
        INVOICES,
        (view("kanban"),),
        forms=WIDE,
    ),
    Screen(
        "invoices-pivot",
        "the same, as a table",
        INVOICES,
        (view("pivot"),),
        forms=WIDE,
    ),
    Screen(
        "invoices-graph",
        "the same, as a graph",
        INVOICES,
        (view("graph"),),
        forms=WIDE,
    ),
    Screen(
        "invoices-filters",
        "the same, filters open",
        INVOICES,
        (do("click", ".o_searchview_dropdown_toggler"),),
        forms=WIDE,
    ),
    Screen("overview", "Customers > Chorus Pro > Overview", "chorus-pro"),
    Screen(
        "statuses",
        "Customers > Chorus Pro > Reporting > Statuses",
        "chorus-pro-statuses",
    ),
    Screen(
        "times",
        "Customers > Chorus Pro > Reporting > Times",
        "chorus-pro-times",
    ),
    Screen(
        "set-up",
        "Customers > Chorus Pro > Configuration > Set-up",
        "action-l10n_fr_chorus_pro.chorus_pro_setup_action",
    ),
    Screen("core-invoices", "Customers > Invoices", "customer-invoices"),
    Screen("deposits", "Customers > Chorus Pro > Deposits", DEPOSITS),
    Screen("entities", "Customers > Chorus Pro > Entities", ENTITIES),
    Screen("late", "Customers > Chorus Pro > Reporting > Late payments", LATE),
    Screen(
        "late-pivot",
        "the same, as a table",
        LATE,
        (view("pivot"),),
        forms=WIDE,
    ),
    Screen(
        "late-graph",
        "the same, as a graph",
        LATE,
        (view("graph"),),
        forms=WIDE,
    ),
    Screen(
        "ecb-rates",
        "Customers > Chorus Pro > Reporting > ECB rates",
        "chorus-pro-ecb-rates",
    ),
    Screen(
        "directory",
        "Customers > Chorus Pro > Recipients directory",
        "chorus-pro-directory",
    ),
    Screen(
        "directory-entry",
        "one recipient of the directory",
        "chorus-pro-directory/{id}",
        record=("chorus.pro.recipient", []),
    ),
    Screen(
        "batches",
        "Customers > Chorus Pro > Progress > Sent together",
        "chorus-pro-batches",
    ),
    Screen(
        "batch",
        "one batch",
        "chorus-pro-batches/{id}",
        record=("chorus.pro.batch", []),
    ),
    Screen(
        "entities-read",
        "Customers > Chorus Pro > Progress > Entities read",
        "chorus-pro-entities-read",
    ),
    Screen(
        "entities-reading",
        "one reading of many entities",
        "chorus-pro-entities-read/{id}",
        record=("chorus.pro.refresh", []),
    ),
    Screen(
        "directory-imports",
        "Customers > Chorus Pro > Configuration > Directory imports",
        "chorus-pro-directory-imports",
    ),
    Screen(
        "directory-import",
        "one import of the directory",
        "chorus-pro-directory-imports/{id}",
        record=("chorus.pro.recipient.import", []),
    ),
    Screen(
        "directory-upload",
        "Directory imports, import a file",
        "action-l10n_fr_chorus_pro.chorus_pro_recipient_upload_action",
        (DIALOG,),
    ),
    Screen(
        "taken-over",
        "Settings > Chorus Pro > What was taken over",
        "action-l10n_fr_chorus_pro.chorus_pro_takeover_action",
    ),
)
FORMS_OF_INVOICES = (
    invoice("draft", "in draft", [("state", "=", "draft")]),
    invoice(
        "ready",
        "that may go",
        READY,
    ),
    invoice("blocked", "that cannot go", BLOCKED, TAB),
    invoice("unknown", "whose answer was lost", status("unknown")),
    invoice(
        "unknown-down",
        "whose answer was lost, attempts",
        status("unknown"),
        do("scroll", "[name=chorus_pro_transmission_ids]"),
    ),
    invoice("available", "that the recipient has", status("available"), TAB),
    invoice("suspended", "that is suspended", status("suspended")),
    invoice("suspended-down", "that is suspended, history", status("suspended"), TAB),
    invoice("reroute", "to be re-routed", status("to_reroute")),
    invoice("rejected", "that was rejected", status("rejected")),
    invoice("rejected-down", "that was rejected, reason", status("rejected"), TAB),
    invoice("released", "whose payment was released", status("released"), TAB),
    invoice(
        "credit-note",
        "that is a credit note",
        [("move_type", "=", "out_refund"), ("chorus_pro_status", "!=", False)],
    ),
)
RECORDS = (
    Screen(
        "deposit",
        "one deposit",
        f"{DEPOSITS}/{{id}}",
        record=("chorus.pro.flow", [("state", "=", "integrated")]),
    ),
    Screen(
        "deposit-partial",
        "a deposit taken in part, report",
        f"{DEPOSITS}/{{id}}",
        (do("click", ".o_notebook .nav-item:nth-child(2) a"),),
        ("chorus.pro.flow", [("state", "=", "partial")]),
    ),
    Screen(
        "attempt",
        "one attempt of an invoice",
        "chorus.pro.transmission/{id}",
        record=("chorus.pro.transmission", [("state", "=", "integrated")]),
    ),
    Screen(
        "entity",
        "Entity, page Chorus Pro",
        f"{ENTITIES}/{{id}}",
        (do("click", ".o_notebook a[name=chorus_pro]"),),
        ("res.partner", [("name", "ilike", "aurelin"), ("is_company", "=", True)]),
    ),
    Screen(
        "entity-down",
        "the same, services and delays",
        f"{ENTITIES}/{{id}}",
        (do("click", ".o_notebook a[name=chorus_pro]"), TAB),
        ("res.partner", [("name", "ilike", "aurelin"), ("is_company", "=", True)]),
    ),
    Screen(
        "journal",
        "Sales journal, establishment",
        "action-account.action_account_journal_form/{id}",
        record=("account.journal", [("type", "=", "sale")]),
    ),
    Screen(
        "settings",
        "Invoicing > Configuration > Settings > Chorus Pro",
        "action-account.action_account_config",
        (do("scroll", "[name=chorus_pro_settings], #chorus_pro_environment"),),
    ),
    Screen(
        "settings-down",
        "the same, further down",
        "action-account.action_account_config",
        (do("scroll", "#chorus_pro_pace"),),
    ),
    Screen(
        "settings-end",
        "the same, to the end",
        "action-account.action_account_config",
        (do("scroll", "#chorus_pro_schematron"),),
    ),
)
SCREENS = (*LISTS, *FORMS_OF_INVOICES, *DIALOGS, *RECORDS)

# Screens of Odoo without this addon: what axe-core finds there is Odoo's.
CORE = (
    "action-account.action_account_moves_all",
    "action-account.action_move_in_invoice_type/new",
    "action-account.res_partner_action_supplier",
    "action-account.res_partner_action_supplier/new",
    "action-account.action_account_invoice_report_all",
    "action-base_setup.action_general_configuration",
    "action-base.action_view_base_module_update",
    "action-product.product_template_action",
)
