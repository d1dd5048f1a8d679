import {GraphRenderer} from "@web/views/graph/graph_renderer";
import {graphView} from "@web/views/graph/graph_view";
import {registry} from "@web/core/registry";

const FIELDS = ["status", "chorus_pro_status"];

/**
 * The families of the badges, darker the further an invoice has come. Bars are piled in
 * this order: what is settled at the bottom, what waits for somebody here on top.
 */
const COLORS = {
    released: "#176b30",
    accounted: "#2f9c4c",
    approved: "#69c37e",
    available: "#a8dfb4",
    filed: "#1790a6",
    sent: "#55bfd2",
    queued: "#a5dce6",
    to_send: "#c3c6d0",
    elsewhere: "#7e8290",
    suspended: "#ffdf8c",
    to_reroute: "#ffb938",
    unknown: "#b97a00",
    rejected: "#dc3545",
    error: "#8f1a27",
};
const ORDER = Object.values(COLORS);

/** Color of the status that a group of the graph stands for, if it has one. */
function colorOf(identifier) {
    for (const value of JSON.parse(identifier)) {
        for (const field of FIELDS) {
            if (value[field] in COLORS) {
                return COLORS[value[field]];
            }
        }
    }
    return null;
}

/**
 * A graph in which each status of Chorus Pro has the color of its badge.
 */
export class ChorusProStatusGraphRenderer extends GraphRenderer {
    getBarChartData() {
        const places = new Map(
            this.coloredDatasets().map(([dataset, color]) => [
                dataset,
                ORDER.indexOf(color),
            ])
        );
        this.model.data.datasets.sort(
            (one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0)
        );
        const data = super.getBarChartData();
        for (const [dataset, colors] of this.coloredDatasets()) {
            dataset.backgroundColor = colors;
        }
        return data;
    }

    getLineChartData() {
        const data = super.getLineChartData();
        for (const [dataset, color] of this.coloredDatasets()) {
            if (typeof color === "string") {
                dataset.borderColor = color;
                dataset.pointBackgroundColor = color;
                dataset.hoverBackgroundColor = color;
                dataset.backgroundColor = `${color}80`;
            }
        }
        return data;
    }

    getPieChartData() {
        const data = super.getPieChartData();
        for (const [dataset, colors] of this.coloredDatasets()) {
            dataset.backgroundColor = colors;
            dataset.hoverBackgroundColor = colors;
        }
        return data;
    }

    getLegendOptions() {
        const options = super.getLegendOptions();
        if (this.model.metaData.mode === "pie") {
            const {generateLabels} = options.labels;
            options.labels.generateLabels = (chart) => {
                const colors = chart.data.datasets[0]?.backgroundColor;
                return generateLabels(chart).map((label) => ({
                    ...label,
                    fillStyle: Array.isArray(colors) ? colors[label.index] : colors,
                }));
            };
        }
        return options;
    }

    /**
     * Datasets in which every group is one of a status, with one color for all of
     * them, or one for each label.
     *
     * @returns {Array[]} pairs of dataset and color or colors
     */
    coloredDatasets() {
        const {datasets, labels} = this.model.data;
        const found = [];
        for (const dataset of datasets) {
            const colors = [...(dataset.identifiers || [])].map(colorOf);
            const known = colors.length && !colors.includes(null);
            if (known && new Set(colors).size === 1) {
                found.push([dataset, colors[0]]);
            } else if (known && colors.length === labels.length) {
                found.push([dataset, colors]);
            }
        }
        return found;
    }
}

registry.category("views").add("chorus_pro_status_graph", {
    ...graphView,
    Renderer: ChorusProStatusGraphRenderer,
});
