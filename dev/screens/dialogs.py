"""The dialogs of the addon, in the form of `table`."""

from .screen import (
    BLOCKED,
    DIALOG,
    INVOICES,
    MODAL,
    READY,
    TO_SEND,
    WIDE,
    WRONG_VALIDATOR,
    Screen,
    button,
    do,
    status,
)

DIALOGS = (
    Screen(
        "send",
        "Invoices, some selected, Send to Chorus Pro",
        INVOICES,
        (
            TO_SEND,
            do("select_rows", "4"),
            button("action_chorus_pro_send", ".o_control_panel"),
            DIALOG,
        ),
        forms=WIDE,
    ),
    Screen(
        "send-one",
        "Invoice, Send to Chorus Pro",
        f"{INVOICES}/{{id}}",
        (button("action_chorus_pro_send"), DIALOG),
        ("account.move", BLOCKED),
    ),
    Screen(
        "send-fix",
        "the same, Fix",
        INVOICES,
        (
            TO_SEND,
            do("select_rows", "4"),
            button("action_chorus_pro_send", ".o_control_panel"),
            DIALOG,
            button("action_fix", MODAL),
        ),
        forms=WIDE,
    ),
    Screen(
        "core-send",
        "Invoice, Odoo's own Send",
        f"{INVOICES}/{{id}}",
        (button("action_invoice_sent"), DIALOG),
        (
            "account.move",
            READY,
        ),
    ),
    Screen(
        "reroute",
        "Invoice, Re-route",
        f"{INVOICES}/{{id}}",
        (button("action_chorus_pro_reroute"), DIALOG),
        ("account.move", status("to_reroute")),
    ),
    Screen(
        "complete",
        "Invoice, Complete",
        f"{INVOICES}/{{id}}",
        (button("action_chorus_pro_complete"), DIALOG),
        ("account.move", status("suspended")),
    ),
    Screen(
        "validator",
        "Invoice, Correct the validator",
        f"{INVOICES}/{{id}}",
        (button("action_chorus_pro_validator"), DIALOG),
        ("account.move", WRONG_VALIDATOR),
    ),
    Screen(
        "flow-number",
        "Attempt, Enter the flow number",
        "chorus.pro.transmission/{id}",
        (button("action_enter_flow_number"), DIALOG),
        ("chorus.pro.transmission", [("state", "=", "unknown")]),
    ),
    Screen(
        "connection",
        "Settings, Test the connection",
        "action-account.action_account_config",
        (button("action_chorus_pro_test"), DIALOG),
    ),
    Screen(
        "environment",
        "Settings, Change the environment",
        "action-l10n_fr_chorus_pro.chorus_pro_environment_action",
        (
            DIALOG,
            do("click", f"{MODAL} [name=environment] input[data-value=production]"),
        ),
    ),
    Screen(
        "find",
        "Customers > Chorus Pro > Find a public entity",
        "action-l10n_fr_chorus_pro.action_chorus_pro_find_entity",
        (DIALOG,),
    ),
    Screen(
        "find-results",
        "the same, searched",
        "action-l10n_fr_chorus_pro.action_chorus_pro_find_entity",
        (
            do("type", f"{MODAL} [name=query] input", "commune"),
            button("action_search", ".modal-content"),
            do("wait", f"{MODAL} [name=action_open]"),
        ),
    ),
    Screen(
        "find-entity",
        "the same, one opened",
        "action-l10n_fr_chorus_pro.action_chorus_pro_find_entity",
        (
            do("type", f"{MODAL} [name=query] input", "universite"),
            button("action_search", ".modal-content"),
            button("action_open", MODAL),
            do("wait", ".modal-content [name=action_back]"),
        ),
    ),
)
