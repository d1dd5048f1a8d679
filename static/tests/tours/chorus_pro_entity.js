import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("chorus_pro_entity", {
    steps: () => [
        {
            content: "Open the hospital",
            trigger: ".o_data_row:contains(Saint-Aurelin) .o_data_cell",
            run: "click",
        },
        {
            content: "Open the Chorus Pro tab",
            trigger: ".o_notebook .nav-link[name=chorus_pro]",
            run: "click",
        },
        {
            content: "Nothing is known of it yet",
            trigger: "[name=chorus_pro_entity]:contains(Not read from the portal yet)",
        },
        {
            content: "Read from the portal",
            trigger: "button[name=action_chorus_pro_sync]",
            run: "click",
        },
        {
            content: "What it requires is told in words",
            trigger:
                ".o_field_widget[name=chorus_pro_requirement]:contains(Service and engagement number), .o_field_widget[name=chorus_pro_requirement] input:value(Service and engagement number)",
        },
        {
            content: "Its services are listed",
            trigger: "[name=chorus_pro_service_ids] .o_data_row:contains(CPT-02)",
        },
        {
            content: "A closed service is greyed",
            trigger:
                "[name=chorus_pro_service_ids] .o_data_row.text-muted:contains(CPT-09)",
        },
    ],
});
