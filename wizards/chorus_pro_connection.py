"""The report of a test of the connection, step by step."""

from odoo import api, fields, models

from ..const import ENVIRONMENTS, MODULE


class ChorusProConnection(models.TransientModel):
    """What one test gave; pressing again makes another."""

    _name = "chorus.pro.connection"
    _description = "Test of the connection to Chorus Pro"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    environment = fields.Selection(ENVIRONMENTS, readonly=True)
    works = fields.Boolean(readonly=True)
    headline = fields.Char(readonly=True)
    # Made from a template of ours, which escapes all that the portal said; sanitizing
    # would take the folded details away.
    report = fields.Html(readonly=True, sanitize=False)

    @api.model
    def _show(self, company, test):
        """Keep what a test gave and open it.

        :param ConnectionTest test: that has run
        """
        lines = company._chorus_pro_connection_lines(test)
        report = self.create(
            {
                "company_id": company.id,
                "environment": company.chorus_pro_environment,
                "works": test.works,
                "headline": company._chorus_pro_connection_headline(test),
                "report": self.env["ir.qweb"]._render(
                    f"{MODULE}.chorus_pro_connection_report", {"lines": lines}
                ),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connection to Chorus Pro"),
            "res_model": self._name,
            "res_id": report.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_again(self):
        """Test once more, after a correction."""
        self.ensure_one()
        return self.company_id.action_chorus_pro_test()

    def action_settings(self):
        """Go to where most failures are mended."""
        self.ensure_one()
        self.company_id._chorus_pro_check_administrator()
        return self.company_id._chorus_pro_open_settings()
