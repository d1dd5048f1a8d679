import {registry} from "@web/core/registry";

const openTab = {
    content: "Open the Chorus Pro tab",
    trigger: ".o_notebook .nav-link[name=chorus_pro]",
    run: "click",
};

registry.category("web_tour.tours").add("chorus_pro_send", {
    steps: () => [
        openTab,
        {
            content: "Nothing stops the invoice",
            trigger: "[name=chorus_pro_ready]:contains(Ready to send)",
        },
        {
            content: "Ask for it to be sent",
            trigger: "button[name=action_chorus_pro_send].btn-primary",
            run: "click",
        },
        {
            content: "The dialog names the invoice as ready",
            trigger: ".modal .o_data_row:contains(Ready to send)",
        },
        {
            content: "Confirm",
            trigger: ".modal button[name=action_confirm]:contains(Send 1)",
            run: "click",
        },
        {
            content: "It is told that the invoice is on its way",
            trigger: ".o_notification:contains(on its way to Chorus Pro)",
        },
        {
            content: "The dialog is closed and the form shown again",
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
        openTab,
        {
            content: "The invoice is queued",
            trigger: ".o_field_widget[name=chorus_pro_status]:contains(Queued)",
        },
        {
            content: "It cannot be sent twice",
            trigger: ".o_form_view:not(:has(button[name=action_chorus_pro_send]))",
        },
    ],
});

registry.category("web_tour.tours").add("chorus_pro_follow", {
    steps: () => [
        openTab,
        {
            content: "The bar shows how far the invoice is",
            trigger:
                ".o_field_widget[name=chorus_pro_stage] .o_arrow_button_current:contains(Available)",
        },
        {
            content: "The history has the first status of the portal",
            trigger: "[name=chorus_pro_status_ids] .o_data_row:contains(DEPOSEE)",
        },
        {
            content: "The history has the current status of the portal",
            trigger:
                "[name=chorus_pro_status_ids] .o_data_row:contains(MISE_A_DISPOSITION)",
        },
        {
            content: "The attempt has its flow number and its file",
            trigger:
                "[name=chorus_pro_transmission_ids] .o_data_row:contains(CPP) button[name=action_download]",
        },
        {
            content: "Ask the portal again",
            trigger: "button[name=action_chorus_pro_refresh]",
            run: "click",
        },
        {
            content: "The recipient has sent it back meanwhile",
            trigger: ".alert:contains(bon de livraison)",
        },
        openTab,
        {
            content: "The status says so",
            trigger: ".o_field_widget[name=chorus_pro_status]:contains(Suspended)",
        },
    ],
});
