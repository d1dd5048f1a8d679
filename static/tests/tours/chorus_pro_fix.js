import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("chorus_pro_fix", {
    steps: () => [
        {
            content: "The banner says what Chorus Pro would refuse",
            trigger: "#alerts .alert-danger:contains(Engagement number missing)",
        },
        {
            content: "Open the sending dialog",
            trigger: "button[name=action_chorus_pro_send]",
            run: "click",
        },
        {
            content: "Nothing can be sent, the reason is told",
            trigger:
                ".modal:not(:has(button[name=action_confirm])) .o_data_row:contains(Engagement number missing)",
        },
        {
            content: "Fix it",
            trigger: ".modal .o_data_row button[name=action_fix]",
            run: "click",
        },
        {
            content: "Type the engagement number",
            trigger: ".modal [name=purchase_order_reference] input",
            run: "edit 4500123456",
        },
        {
            content: "Go back to the sending dialog",
            trigger: ".modal button[name=action_chorus_pro_back]",
            run: "click",
        },
        {
            content: "The invoice was judged anew",
            trigger: ".modal .o_data_row:contains(Ready to send)",
        },
        {
            content: "Send it",
            trigger: ".modal button[name=action_confirm]:contains(Send 1)",
            run: "click",
        },
        {
            content: "The form is shown again, the invoice is on its way",
            trigger: ".o_notification:contains(on its way to Chorus Pro)",
        },
        {
            content: "Nothing is refused any more",
            trigger: "body:not(:has(.modal)) .o_form_view:not(:has(#alerts .alert))",
        },
    ],
});
