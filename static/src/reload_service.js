import {FormController} from "@web/views/form/form_controller";
import {patch} from "@web/core/utils/patch";
import {registry} from "@web/core/registry";
import {useBus} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";

const CHANGED = "l10n_fr_chorus_pro/changed";

// Forms hear what the server says has changed: {model: [id, …]}.
registry.category("services").add("chorus_pro_reload", {
    dependencies: ["bus_service"],
    start(env, {bus_service: bus}) {
        bus.subscribe(CHANGED, (changes) => env.bus.trigger(CHANGED, changes));
    },
});

const isShown = ({activeFields, data, fields, resId, resModel}, changes) =>
    changes[resModel]?.includes(resId) ||
    Object.keys(activeFields).some((name) => {
        const changed = changes[fields[name].relation] || [];
        return data[name]?.currentIds?.some((id) => changed.includes(id));
    });

patch(FormController.prototype, {
    setup() {
        super.setup(...arguments);
        // Many changes within a moment are one; what somebody types stays.
        const reload = useDebounced(async () => {
            if (!(await this.model.root.isDirty())) {
                await this.model.root.load();
            }
        }, 300);
        useBus(this.env.bus, CHANGED, ({detail: changes}) => {
            if (this.model.root?.resId && isShown(this.model.root, changes)) {
                reload();
            }
        });
    },
});
