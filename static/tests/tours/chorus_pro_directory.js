import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("chorus_pro_directory_ask", {
    steps: () => [
        {
            content: "Nothing was imported yet",
            trigger: ".o_view_nocontent:contains(Nothing was imported yet)",
        },
        {
            content: "Ask for an import",
            trigger:
                ".o_list_buttons button:contains(Import the directory), .o_control_panel button:contains(Import the directory)",
            run: "click",
        },
        {
            content: "From the portal, as proposed",
            trigger: ".modal .o_field_radio:contains(Download it from Chorus Pro)",
        },
        {
            content: "Import",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "It waits, and says so",
            trigger: "[name=summary]:contains(starts within a minute)",
        },
    ],
});

registry.category("web_tour.tours").add("chorus_pro_directory_search", {
    steps: () => [
        {
            content: "What became of it is told in words",
            trigger: "[name=summary]:contains(recipients read)",
        },
        {
            content: "Open the directory",
            trigger: ".o_statusbar_buttons button:contains(Open the directory)",
            run: "click",
        },
        {
            content: "Search a hospital",
            trigger: ".o_searchview_input",
            run: "edit Saint-Aurelin",
        },
        {
            content: "By its name",
            trigger:
                ".o_searchview_autocomplete .o-dropdown-item:first, .o_searchview_input",
            run: "press Enter",
        },
        {
            content: "Open it",
            trigger: ".o_data_row:contains(26990003100015) .o_data_cell",
            run: "click",
        },
        {
            content: "Its services are there",
            trigger: "[name=services_text]:contains(CPT-02)",
        },
    ],
});
