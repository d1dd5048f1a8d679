/* global odoo */
import {registry} from "@web/core/registry";

const SEND = "button[name=action_chorus_pro_send]";
const ENGAGEMENT = ".o_field_widget[name=purchase_order_reference] input";

// The server's message arrives by the bus; here its last step is made by hand.
function tell(ids) {
    const {env} = odoo.__WOWL_DEBUG__.root;
    env.bus.trigger("l10n_fr_chorus_pro/changed", {"account.move": ids});
}

async function act(method, ids) {
    const {env} = odoo.__WOWL_DEBUG__.root;
    await env.services.orm.call("account.move", method, [ids]);
    tell(ids);
}

const shownId = () => Number(window.location.pathname.split("/").pop());

registry.category("web_tour.tours").add("chorus_pro_reload", {
    steps: () => [
        {
            content: "It can be sent",
            trigger: `.o_form_view ${SEND}`,
        },
        {
            content: "Somebody marks it as sent elsewhere",
            trigger: ".o_form_view",
            run: () => act("action_chorus_pro_mark_elsewhere", [shownId()]),
        },
        {
            content: "The form shows that by itself",
            trigger: `.o_form_view:not(:has(${SEND}))`,
        },
        {
            content: "Somebody takes that back",
            trigger: ".o_form_view",
            run: () => act("action_chorus_pro_unmark_elsewhere", [shownId()]),
        },
        {
            content: "It can be sent again",
            trigger: `.o_form_view ${SEND}`,
        },
        {
            content: "Open the tab",
            trigger: ".o_notebook .nav-link:contains(Chorus Pro)",
            run: "click",
        },
        {
            content: "Type the engagement",
            trigger: ENGAGEMENT,
            run: "edit EJ-7",
        },
        {
            content: "Meanwhile something happens to the invoice",
            trigger: ".o_form_view",
            run: () => tell([shownId()]),
        },
        {
            content: "What was typed stays until it is saved",
            trigger: ".o_form_button_save",
            run: async () => {
                await new Promise((resolve) => setTimeout(resolve, 1000));
                const {value} = document.querySelector(ENGAGEMENT);
                if (value !== "EJ-7") {
                    throw new Error(`What was typed became ${value}`);
                }
            },
        },
        {
            content: "Save it",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "It was saved",
            trigger: ".o_form_view:has(.o_form_status_indicator_buttons.invisible)",
        },
    ],
});
