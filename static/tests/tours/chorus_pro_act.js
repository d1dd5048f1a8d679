import {inputFiles} from "@web/../tests/utils";
import {registry} from "@web/core/registry";

const openTab = {
    content: "Open the Chorus Pro tab",
    trigger: ".o_notebook .nav-link[name=chorus_pro]",
    run: "click",
};

const closed = {
    content: "The dialog is closed and the form shown again",
    trigger: "body:not(:has(.modal)) .o_form_view",
};

registry.category("web_tour.tours").add("chorus_pro_reroute", {
    steps: () => [
        {
            content: "The recipient's words are there",
            trigger: ".alert:contains(Mauvais engagement)",
        },
        {
            content: "Re-route",
            trigger: "button[name=action_chorus_pro_reroute]",
            run: "click",
        },
        {
            content: "The dialog repeats them",
            trigger: ".modal .alert:contains(Mauvais engagement)",
        },
        {
            content: "Correct the engagement number",
            trigger: ".modal .o_field_widget[name=engagement] input",
            run: "edit EJ-42",
        },
        {
            content: "Ask for it",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "It is on its way",
            trigger: ".o_notification:contains(on its way to Chorus Pro)",
        },
        closed,
    ],
});

registry.category("web_tour.tours").add("chorus_pro_rerouted", {
    steps: () => [
        {
            content: "Nothing is to be done any more",
            trigger:
                ".o_form_view:not(:has(button[name=action_chorus_pro_reroute])) .o_notebook",
        },
        openTab,
        {
            content: "The re-routing is kept",
            trigger:
                "[name=chorus_pro_request_ids] .o_data_row:contains(EJ-42):contains(Done)",
        },
        {
            content: "The invoice follows",
            trigger: ".o_field_widget[name=purchase_order_reference]:contains(EJ-42)",
        },
    ],
});

registry.category("web_tour.tours").add("chorus_pro_complete", {
    steps: () => [
        {
            content: "Complete",
            trigger: "button[name=action_chorus_pro_complete]",
            run: "click",
        },
        {
            content: "The dialog says what is missing",
            trigger: ".modal .alert:contains(bon de livraison)",
        },
        {
            content: "Choose a file of the invoice",
            trigger: ".modal .o_field_widget[name=kept_ids] input",
            run: "edit bordereau",
        },
        {
            content: "This one",
            trigger:
                ".modal .o_field_widget[name=kept_ids] .dropdown-item:contains(bordereau.pdf), .o-autocomplete--dropdown-item:contains(bordereau.pdf)",
            run: "click",
        },
        {
            content: "It is chosen",
            trigger:
                ".modal .o_field_widget[name=kept_ids] .o_tag:contains(bordereau.pdf)",
        },
        {
            content: "Drop another file",
            trigger: ".modal .o_field_widget[name=file_ids] .o_file_input",
            run: async () => {
                const file = new File(["%PDF-1.4 bon"], "bon.pdf", {
                    type: "application/pdf",
                });
                await inputFiles(
                    ".modal .o_field_widget[name=file_ids] .o_input_file",
                    [file]
                );
            },
        },
        {
            content: "It is there",
            trigger: ".modal .o_field_widget[name=file_ids]:contains(bon.pdf)",
        },
        {
            content: "A word",
            trigger: ".modal .o_field_widget[name=comment] textarea",
            run: "edit Voici le bon.",
        },
        {
            content: "Ask for it",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        closed,
    ],
});

registry.category("web_tour.tours").add("chorus_pro_completed", {
    steps: () => [
        openTab,
        {
            content: "It is done",
            trigger:
                "[name=chorus_pro_request_ids] .o_data_row:contains(Done):contains(bon.pdf)",
        },
        {
            content: "The recipient has it again",
            trigger: ".o_field_widget[name=chorus_pro_status]:contains(Available)",
        },
    ],
});

registry.category("web_tour.tours").add("chorus_pro_reissue", {
    steps: () => [
        {
            content: "The reason is shown",
            trigger: ".alert-danger:contains(Prix faux)",
        },
        {
            content: "Reissue",
            trigger: "button[name=action_chorus_pro_reissue]",
            run: "click",
        },
        {
            content: "Agree",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "The successor is a draft",
            trigger:
                ".o_form_view .o_arrow_button_current[data-value=draft], .o_statusbar_status .o_arrow_button_current:contains(Draft)",
        },
        openTab,
        {
            content: "It says what it replaces",
            trigger: ".o_field_widget[name=chorus_pro_reissue_of_id]:contains(INV)",
        },
    ],
});
