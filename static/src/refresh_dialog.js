import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {Dialog} from "@web/core/dialog/dialog";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

/**
 * Reads public entities from the portal, some of them with each call. Each call is a
 * transaction of its own: what was read stays when somebody stops in the middle.
 */
export class RefreshEntitiesDialog extends Component {
    static template = "l10n_fr_chorus_pro.RefreshEntitiesDialog";
    static components = {Dialog};
    static props = {ids: Array, close: Function};

    setup() {
        this.orm = useService("orm");
        this.state = useState({
            done: 0,
            messages: [],
            stopped: "",
            isRunning: true,
        });
        onMounted(() => this.run());
        onWillUnmount(() => this.stop());
    }

    get total() {
        return this.props.ids.length;
    }

    get percent() {
        return Math.round((100 * this.state.done) / this.total);
    }

    async run() {
        try {
            while (this.state.isRunning && this.state.done < this.total) {
                const answer = await this.orm.silent.call(
                    "res.partner",
                    "action_chorus_pro_refresh_chunk",
                    [this.props.ids.slice(this.state.done)]
                );
                this.state.done += answer.done;
                this.state.messages.push(...answer.messages);
                this.state.stopped = answer.stopped;
                if (answer.stopped || !(answer.done || answer.wait)) {
                    break;
                }
                if (answer.wait) {
                    await new Promise((resolve) =>
                        browser.setTimeout(resolve, answer.wait * 1000)
                    );
                }
            }
        } finally {
            this.state.isRunning = false;
        }
    }

    stop() {
        this.state.isRunning = false;
    }
}

registry.category("actions").add("chorus_pro_refresh_entities", (env, action) => {
    const reload = () =>
        env.services.action.doAction({type: "ir.actions.client", tag: "soft_reload"});
    env.services.dialog.add(
        RefreshEntitiesDialog,
        {ids: action.params.ids},
        {onClose: reload}
    );
});
