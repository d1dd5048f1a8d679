"""The second deposit of an invoice whose first one is found before it leaves."""

from odoo import models


class ChorusProTransmission(models.Model):
    """Attempts that a person gave up, and that had arrived after all."""

    _inherit = "chorus.pro.transmission"

    def _take_second_back(self):
        """These were given up, and their deposit is at the portal: nothing goes twice.

        Only where the second attempt did not leave. Given up stays given up: a new
        attempt stands for what arrived, in its deposit and with its file. A lane that
        takes the second one at this moment collides with this.

        :return: the new attempts, as deposited
        """
        arrived = self.browse()
        for row in self.filtered(lambda t: t.state == "cancelled"):
            seconds = row.move_id.chorus_pro_transmission_ids.filtered(
                lambda t, first=row: t.forced and t.environment == first.environment
            )
            if seconds._cancel_queued():
                arrived += row._stand_in()
        return arrived._apply("claim")._apply("deposit")

    def _stand_in(self):
        """A new attempt for what left with this one, which is over."""
        self.ensure_one()
        values = {
            name: self[name]
            for name in ("environment", "number", "file_name", "file_size", "checksum")
        }
        new = self.create(
            self._prepare(self.move_id, flow_id=self.flow_id.id, **values)
        )
        if content := self._file_content():
            self.env["ir.attachment"].create(
                {
                    "name": "file",
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": new.id,
                    "res_field": "file",
                }
            )
        return new
