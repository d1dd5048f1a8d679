import {CharField, charField} from "@web/views/fields/char/char_field";
import {registry} from "@web/core/registry";
import {useEffect} from "@odoo/owl";

/**
 * The search field of the dialog "Find a public entity": it has the focus, and Enter
 * searches.
 */
export class ChorusProSearchField extends CharField {
    setup() {
        super.setup();
        useEffect(
            (input) => {
                if (!input) {
                    return undefined;
                }
                const onKeydown = (event) => this.onKeydown(event);
                input.addEventListener("keydown", onKeydown);
                input.focus();
                return () => input.removeEventListener("keydown", onKeydown);
            },
            () => [this.input.el]
        );
    }

    onKeydown(event) {
        if (event.key !== "Enter" || event.isComposing) {
            return;
        }
        event.preventDefault();
        const {record} = this.props;
        this.env.onClickViewButton({
            clickParams: {type: "object", name: "action_search"},
            getResParams: () => ({
                context: record.context,
                evalContext: record.evalContext,
                resModel: record.resModel,
                resId: record.resId,
                resIds: record.resIds,
            }),
        });
    }
}

registry.category("fields").add("chorus_pro_search", {
    ...charField,
    component: ChorusProSearchField,
});
