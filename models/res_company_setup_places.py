"""The places where the steps of the set-up are done."""

from odoo import models

from ..const import MODULE


class ResCompany(models.Model):
    """Opens each place; what is opened asks for its own rights."""

    _inherit = "res.company"

    def _chorus_pro_open_setup_step(self, key):
        """Open the place of a step.

        :param str key: of SetupStep
        :return: action, empty for an unknown step
        :raise AccessError: the user is no administrator
        """
        self._chorus_pro_check_administrator()
        for step in self._chorus_pro_setup_steps():
            if step.key == key:
                return getattr(self, step.opens)()
        return {}

    def _chorus_pro_open_environment(self):
        action = self._chorus_pro_action("chorus_pro_environment_action")
        return {**action, "context": {"default_company_id": self.id}}

    def _chorus_pro_open_settings(self):
        """The settings of Invoicing, at our block."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "account.action_account_config"
        )
        return {**action, "context": {"module": "account", "bin_size": False}}

    def _chorus_pro_open_company(self):
        return self._chorus_pro_window("res.company", self.id)

    def _chorus_pro_open_banks(self):
        action = self._chorus_pro_window("res.partner.bank")
        return {
            **action,
            "context": {"default_partner_id": self.partner_id.id},
        }

    def _chorus_pro_open_find(self):
        return self.env["res.partner"].action_chorus_pro_find_entity()

    def _chorus_pro_open_invoice(self):
        """The invoices that may go, else a new one for the first entity."""
        waiting = self.env["account.move"].search_count(
            [
                ("company_id", "=", self.id),
                ("chorus_pro_status", "in", ("to_send", "error")),
            ],
            limit=1,
        )
        if waiting:
            return self._chorus_pro_action("chorus_pro_invoice_action")
        entity = self.env["res.partner"].search(
            [
                ("chorus_pro_is_public", "=", True),
                ("company_id", "in", (False, self.id)),
            ],
            order="id",
            limit=1,
        )
        action = self._chorus_pro_window("account.move")
        context = {"default_move_type": "out_invoice", "default_partner_id": entity.id}
        return {**action, "context": context}

    def _chorus_pro_action(self, name):
        return self.env["ir.actions.actions"]._for_xml_id(f"{MODULE}.{name}")

    def _chorus_pro_window(self, model, res_id=False):
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
