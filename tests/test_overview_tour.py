"""The overview and the journal's card in a real browser."""

from odoo.tests import tagged

from .common import ChorusProCommon
from .tour_common import TourCase

# Tells in the console how the graph of each kind draws its first status.
READ_GRAPH = """
    const wait = () => new Promise((resolve) => setTimeout(resolve, 100));
    const canvas = () => document.querySelector(".o_graph_canvas_container canvas");
    const read = async (kind) => {
        document.querySelector(`.o_graph_button[data-mode=${kind}]`).click();
        let chart;
        do {
            await wait();
            chart = canvas() && window.Chart && Chart.getChart(canvas());
        } while (!chart || chart.config.type !== kind);
        const [dataset] = chart.data.datasets;
        const color = kind === "line" ? dataset.borderColor : dataset.backgroundColor;
        const [legend] = chart.legend.legendItems;
        return `${kind} ${color} ${legend.fillStyle}`;
    };
    (async () => {
        while (!document.querySelector(".o_graph_button")) await wait();
        const told = [];
        for (const kind of ["line", "bar", "pie"]) told.push(await read(kind));
        console.log(told.join(", ") === "%(expected)s" ? "test successful" : told);
    })();
"""


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOverviewTour(ChorusProCommon, TourCase):
    """The clerk looks at what is to do, at 1366x768."""

    def test_overview(self):
        """Cards tell the figures; a click opens their invoices."""
        suspended = self.make_invoice(ref="To complete")
        self.integrate(suspended)
        self.make_invoice(ref="To send")
        self.act(suspended, "SUSPENDUE", "Bon de livraison")
        self.run_follow()
        self.start_tour(
            "/odoo/chorus-pro", "chorus_pro_overview", login=self.clerk.login
        )

    def test_nothing_yet(self):
        """Without any invoice the overview says how to begin."""
        self.start_tour(
            "/odoo/chorus-pro", "chorus_pro_overview_empty", login=self.clerk.login
        )

    def test_graph_has_the_colors_of_the_badges(self):
        """A status is green here because it is green there."""
        self.integrate(self.make_invoice())
        kinds = ("line", "bar", "pie")
        expected = ", ".join(f"{kind} #a8dfb4 #a8dfb4" for kind in kinds)
        self.browser_js(
            "/odoo/chorus-pro-statuses",
            READ_GRAPH % {"expected": expected},
            login=self.clerk.login,
        )
