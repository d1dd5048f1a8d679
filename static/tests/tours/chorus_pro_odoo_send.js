import {registry} from "@web/core/registry";

const openSend = {
    content: "Open Odoo's own Send",
    trigger: "button[name=action_invoice_sent]:enabled",
    run: "click",
};
const openTab = {
    content: "Open the Chorus Pro tab",
    trigger: ".o_notebook .nav-link[name=chorus_pro]",
    run: "click",
};

function box(label, state) {
    return `.modal [name=sending_method_checkboxes] .o-checkbox:contains(${label}):has(input${state})`;
}

registry.category("web_tour.tours").add("chorus_pro_odoo_send", {
    steps: () => [
        openSend,
        {
            content: "Chorus Pro is ticked, and it is said that it is a trial",
            trigger: box("by Chorus Pro (Demo)", ":checked"),
        },
        {
            content: "What stops the invoice is told",
            trigger: ".modal .alert-danger:contains(Engagement number missing)",
        },
        {
            content: "Go to where it is fixed",
            trigger: ".modal .alert-danger a:contains(Back to the invoice)",
            run: "click",
        },
        {
            content: "The dialog is gone",
            trigger:
                "body:not(:has(.modal)) .o_form_view:has(button[name=action_invoice_sent]:enabled)",
        },
        openTab,
        {
            content: "Type the engagement number",
            trigger: ".o_field_widget[name=purchase_order_reference] input",
            run: "edit 4500123456",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Saved, and nothing stops it any more",
            trigger: "[name=chorus_pro_ready]:contains(Ready to send)",
        },
        openSend,
        {
            content: "Nothing is complained of",
            trigger: ".modal:not(:has(.alert-danger)) [name=sending_method_checkboxes]",
        },
        {
            content: "Add an e-mail",
            trigger: box("by Email", "") + " input",
            run: "click",
        },
        {
            content: "Both are ticked and the mail is shown",
            trigger: ".modal [name=subject]",
        },
        {
            content: "Send",
            trigger: ".modal button[name=action_send_and_print]:contains(Send)",
            run: "click",
        },
        {
            content: "It is told that the invoice is on its way",
            trigger: ".o_notification:contains(on its way to Chorus Pro)",
        },
        {
            content: "The dialog is closed",
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
        openTab,
        {
            content: "The invoice is queued",
            trigger: ".o_field_widget[name=chorus_pro_status]:contains(Queued)",
        },
        {
            content: "Opened again, it cannot go twice",
            trigger: "button[name=action_invoice_sent]:enabled",
            run: "click",
        },
        {
            content: "Chorus Pro is locked",
            trigger: box("by Chorus Pro (Demo)", ":disabled:not(:checked)"),
        },
        {
            content: "Leave",
            trigger: ".modal button:contains(Discard)",
            run: "click",
        },
        {
            content: "Back on the invoice",
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});

registry.category("web_tour.tours").add("chorus_pro_odoo_send_many", {
    steps: () => [
        {
            content: "Select all invoices",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Open Odoo's own Send",
            trigger: "button[name=action_send_and_print]",
            run: "click",
        },
        {
            content: "Those that can go are counted",
            trigger: ".modal li:contains(/2 invoice.*by Chorus Pro \\(Demo\\)/)",
        },
        {
            content: "The blocked one is named, with its reason",
            trigger: ".modal .alert-warning:contains(Engagement number missing)",
        },
        {
            content: "Send",
            trigger: ".modal button[name=action_send_and_print]",
            run: "click",
        },
        {
            content: "It goes on in the background",
            trigger: ".o_notification:contains(being sent in the background)",
        },
        {
            content: "The dialog is closed",
            trigger: "body:not(:has(.modal)) .o_list_view",
        },
    ],
});
