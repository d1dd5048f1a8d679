import {registry} from "@web/core/registry";

const card = (name, figure) =>
    `.o_chorus_pro_overview [name=action_chorus_pro_open_card][data-card=${name}]:contains(${figure})`;

registry.category("web_tour.tours").add("chorus_pro_overview", {
    steps: () => [
        {
            content: "One is to be sent",
            trigger: card("to_send", "1"),
        },
        {
            content: "Open what is to do",
            trigger: card("to_do", "1"),
            run: "click",
        },
        {
            content: "The filter is set",
            trigger: ".o_facet_value:contains(To do)",
        },
        {
            content: "The suspended invoice is the only one",
            trigger:
                ".o_list_renderer:has(.o_data_row:contains(Suspended)):not(:has(.o_data_row:eq(1)))",
        },
        {
            content: "Back to the overview",
            trigger: ".o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "Open what has been waiting",
            trigger: card("waiting", "2"),
            run: "click",
        },
        {
            content: "Both wait",
            trigger: ".o_list_renderer:has(.o_data_row:eq(1))",
        },
    ],
});

registry.category("web_tour.tours").add("chorus_pro_overview_empty", {
    steps: () => [
        {
            content: "It says what to do",
            trigger: ".o_view_nocontent:contains(No invoice for a public entity yet)",
        },
        {
            content: "Find one",
            trigger: ".o_view_nocontent a:contains(Find a public entity)",
            run: "click",
        },
        {
            content: "The search opens",
            trigger: ".o_field_widget[name=query]",
        },
    ],
});
