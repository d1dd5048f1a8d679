import {registry} from "@web/core/registry";

const card = (name) => `.o_kanban_record:contains(${name})`;
const report = ".modal .o_chorus_pro_steps";

registry.category("web_tour.tours").add("chorus_pro_setup", {
    steps: () => [
        {
            content: "The connection is not tested yet",
            trigger: `${card("Connection")} .fa-circle-o`,
        },
        {
            content: "Test it",
            trigger: `${card("Connection")} button[name=action_open]`,
            run: "click",
        },
        {
            content: "Each step works",
            trigger: `${report}:not(:has(.text-danger)) li[data-step=company]:contains(Identifier)`,
        },
        {
            content: "Test again",
            trigger: ".modal footer button[name=action_again]",
            run: "click",
        },
        {
            content: "It still works",
            trigger: `.modal .alert-success:contains(Chorus Pro answers)`,
        },
        {
            content: "Close",
            trigger: ".modal footer button:contains(Close)",
            run: "click",
        },
        {
            content: "The tick is there",
            trigger: `body:not(:has(.modal)) ${card("Connection")} .fa-check-circle`,
        },
        {
            content: "See what moving means",
            trigger: `${card("Environment")} button[name=action_open]`,
            run: "click",
        },
        {
            content: "The next one is Qualification",
            trigger: ".modal .alert-info:contains(The test portal of the State)",
        },
        {
            content: "Rather not",
            trigger: ".modal footer button:contains(Cancel)",
            run: "click",
        },
        {
            content: "Go on with the keys",
            trigger: `body:not(:has(.modal)) ${card("PISTE application")} button[name=action_open]`,
            run: "click",
        },
        {
            content: "The settings are open",
            trigger: "button[name=action_chorus_pro_environment]",
        },
    ],
});

registry.category("web_tour.tours").add("chorus_pro_move", {
    steps: () => [
        {
            content: "Change the environment",
            trigger: `${card("Environment")} button[name=action_open]`,
            run: "click",
        },
        {
            content: "Choose Production",
            trigger: ".modal .o_radio_item:contains(Production) input",
            run: "click",
        },
        {
            content: "What waits is told",
            trigger:
                ".modal .alert-warning:contains(Invoices that wait to be sent to Demo: 1.)",
        },
        {
            content: "Say that it is understood",
            trigger: ".modal .o_field_widget[name=understood] input",
            run: "click",
        },
        {
            content: "Go there",
            trigger: ".modal footer button:contains(Go to Production)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The page shows it",
            trigger: `body:not(:has(.modal)) ${card("the real portal")}`,
        },
        {
            content: "Its keys are missing",
            trigger: `${card("PISTE application")} .fa-circle-o`,
        },
    ],
});

registry.category("web_tour.tours").add("chorus_pro_connection", {
    steps: () => [
        {
            content: "Test the connection",
            trigger: `${card("Connection")} button[name=action_open]`,
            run: "click",
        },
        {
            content: "The step that fails is named",
            trigger: ".modal .alert-danger:contains(API Factures)",
        },
        {
            content: "So is the likeliest cause",
            trigger: `${report} li[data-step=factures] ol li:first-child:contains(not subscribed to this API)`,
        },
        {
            content: "Unfold the technical answer",
            trigger: `${report} li[data-step=factures] summary`,
            run: "click",
        },
        {
            content: "Read it",
            trigger: `${report} li[data-step=factures] details[open] pre:contains(HTTP: 403)`,
        },
        {
            content: "Go to the settings",
            trigger: ".modal footer button[name=action_settings]",
            run: "click",
        },
        {
            content: "The settings are open",
            trigger:
                "body:not(:has(.modal)) button[name=action_chorus_pro_environment]",
        },
    ],
});
