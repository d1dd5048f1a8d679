import {registry} from "@web/core/registry";

const dialog = ".modal .o_form_view";

registry.category("web_tour.tours").add("chorus_pro_find", {
    steps: () => [
        {
            content: "Look for an entity",
            trigger: "button[name=action_chorus_pro_find_entity]",
            run: "click",
        },
        {
            content: "Type a part of its name",
            trigger: `${dialog} .o_field_widget[name=query] input`,
            run: "edit brumeval && press Enter",
        },
        {
            content: "Several are found",
            trigger: `${dialog} .alert:contains(10 entities found)`,
        },
        {
            content: "Read what the hospital requires",
            trigger: `${dialog} .o_kanban_record:contains(CENTRE HOSPITALIER) button[name=action_open]`,
            run: "click",
        },
        {
            content: "It is told in words",
            trigger: `${dialog} .o_field_widget[name=requirement]:contains(Service and engagement number)`,
        },
        {
            content: "Use it",
            trigger: ".modal footer button[name=action_use]",
            run: "click",
        },
        {
            content: "It is told that it can be billed",
            trigger: ".o_notification:contains(can be billed through Chorus Pro)",
        },
        {
            content: "It is a contact now",
            trigger:
                "body:not(:has(.modal)) .o_breadcrumb:contains(CENTRE HOSPITALIER)",
        },
        {
            content: "Open its Chorus Pro tab",
            trigger: ".o_notebook .nav-link[name=chorus_pro]",
            run: "click",
        },
        {
            content: "Its services are listed",
            trigger: "[name=chorus_pro_service_ids] .o_data_row:contains(Pharmacie)",
        },
    ],
});

registry.category("web_tour.tours").add("chorus_pro_find_and_bill", {
    steps: () => [
        {
            content: "Choose the entity",
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit CENTRE HOSPITALIER DE BRUMEVAL",
        },
        {
            content: "It is there",
            trigger:
                ".ui-autocomplete > li > a:not(:has(i.fa)):contains(CENTRE HOSPITALIER DE BRUMEVAL)",
            run: "click",
        },
        {
            content: "Add a line",
            trigger:
                "div[name=invoice_line_ids] .o_field_x2many_list_row_add a:contains(Add a line), div[name=invoice_line_ids] .o_field_x2many_list_row_add button:contains(Add a line)",
            run: "click",
        },
        {
            content: "Say what was sold",
            trigger:
                "div[name=invoice_line_ids] .o_selected_row [name=product_id] input, div[name=invoice_line_ids] .o_selected_row [name=name] textarea",
            run: "edit Ramettes de papier",
        },
        {
            content: "Say the price",
            trigger:
                "div[name=invoice_line_ids] .o_selected_row [name=price_unit] input",
            run: "edit 120",
        },
        {
            content: "Open the Chorus Pro tab",
            trigger: ".o_notebook .nav-link[name=chorus_pro]",
            run: "click",
        },
        {
            content: "Look for the service by a part of its name",
            trigger: ".o_field_widget[name=chorus_pro_service_id] input",
            run: "edit pharma",
        },
        {
            content: "Choose it",
            trigger: ".ui-autocomplete > li > a:contains(Pharmacie)",
            run: "click",
        },
        {
            content: "Enter the engagement number",
            trigger: ".o_field_widget[name=purchase_order_reference] input",
            run: "edit 4500123456",
        },
        {
            content: "Confirm the invoice",
            trigger: "button[name=action_post]",
            run: "click",
        },
        {
            content: "Nothing stops it",
            trigger: "[name=chorus_pro_ready]:contains(Ready to send)",
        },
        {
            content: "Send it",
            trigger: "button[name=action_chorus_pro_send].btn-primary",
            run: "click",
        },
        {
            content: "Confirm",
            trigger: ".modal button[name=action_confirm]:contains(Send 1)",
            run: "click",
        },
        {
            content: "It is on its way",
            trigger: ".o_notification:contains(on its way to Chorus Pro)",
        },
    ],
});

registry.category("web_tour.tours").add("chorus_pro_refresh_many", {
    steps: () => [
        {
            content: "Choose all entities",
            trigger: ".o_list_table thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Refresh them",
            trigger: "button[name=action_chorus_pro_refresh]",
            run: "click",
        },
        {
            content: "The bar stands at its beginning",
            trigger: ".o_form_view .o_progress[aria-valuenow='0']",
        },
        {
            content: "It can be stopped",
            trigger: ".o_form_view button[name=action_stop]",
        },
    ],
});

registry.category("web_tour.tours").add("chorus_pro_refreshed", {
    steps: () => [
        {
            content: "The bar is at its end",
            trigger: ".o_form_view .o_progress[aria-valuenow='100']",
        },
        {
            content: "What could not be read is said",
            trigger:
                ".o_form_view:not(:has(button[name=action_stop])) .o_field_widget[name=notes]:contains(is closed at Chorus Pro)",
        },
        {
            content: "Back to what one has asked for",
            trigger: ".o_breadcrumb a:contains(Entities read)",
            run: "click",
        },
        {
            content: "It is the only one",
            trigger: ".o_list_view .o_data_row .o_progress[aria-valuenow='100']",
        },
    ],
});
