"""Taking over what invoices tell: engagement number, service, files to add."""

from odoo import api, models
from odoo.tools import SQL, split_every

from .chorus_pro_takeover_source import FILES, SERVICES

BATCH = 1000


class ChorusProTakeover(models.Model):
    """References of the entities' invoices, sent or not; what is filled stays."""

    _inherit = "chorus.pro.takeover"

    @api.model
    def _take_references(self, source, entities, tally):
        """Engagement numbers, services and files of the entities' invoices.

        The engagement number stood in `ref`, the service with the contact; only what
        is empty is filled.
        """
        if not entities:
            return
        query = SQL(
            """
            SELECT id FROM account_move
             WHERE move_type IN ('out_invoice', 'out_refund')
               AND state <> 'cancel' AND commercial_partner_id IN %s
               AND (COALESCE(purchase_order_reference, '') = '' AND ref <> ''
                    OR COALESCE(buyer_reference, '') = '')
             ORDER BY id
            """,
            tuple(entities),
        )
        ids = [move_id for (move_id,) in self.env.execute_query(query)]
        for batch in split_every(BATCH, ids):
            filled = self._fill_references(
                source, self.env["account.move"].browse(batch)
            )
            if filled:
                tally["invoice", "filled"] += filled
            self.env.flush_all()
            self.env.invalidate_all()
        self._take_files(source, entities)

    @api.model
    def _fill_references(self, source, moves):
        """Fill the empty references of `moves`; returns how many invoices got one."""
        services = self._old_service_codes(source, moves)
        names = ("purchase_order_reference", "buyer_reference")
        fields_ = [moves._fields[name] for name in names]
        filled = 0
        # As the computation of a default does: a write would lock and check each
        # posted invoice.
        with self.env.protecting(fields_, moves):
            for move in moves.filtered(lambda m: not m._chorus_pro_is_frozen()):
                known = (move._chorus_pro_engagement_in_ref(), services.get(move.id))
                empty = [
                    (name, value)
                    for name, value in zip(names, known, strict=True)
                    if value and not move[name]
                ]
                for name, value in empty:
                    move[name] = value
                filled += bool(empty)
        return filled

    @api.model
    def _old_service_codes(self, source, moves):
        """{move id: service code} as printed then, else of the invoice's contact."""
        if not source.has("res_partner", "fr_chorus_service_id") or not source.has(
            SERVICES, "id", "code"
        ):
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT m.id, COALESCE(NULLIF(%s, ''), TRIM(s.code))"
                " FROM account_move m"
                " LEFT JOIN res_partner p ON p.id = m.partner_id"
                " LEFT JOIN chorus_partner_service s ON s.id = p.fr_chorus_service_id"
                " WHERE m.id IN %s",
                source.column("account_move", "m", "chorus_service_code", "text"),
                tuple(moves.ids),
            )
        )
        return dict(rows)

    @api.model
    def _take_files(self, source, entities):
        """Files that were added to invoices, where none was added here."""
        if not source.has(FILES, "account_move_id", "ir_attachment_id"):
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO account_move_chorus_pro_attachment_rel
                       (account_move_id, ir_attachment_id)
                SELECT o.account_move_id, o.ir_attachment_id
                  FROM account_move_chorus_ir_attachment_rel o
                  JOIN account_move m ON m.id = o.account_move_id
                  JOIN ir_attachment a ON a.id = o.ir_attachment_id
                 WHERE m.commercial_partner_id IN %s
                   AND NOT EXISTS (SELECT FROM account_move_chorus_pro_attachment_rel n
                                    WHERE n.account_move_id = m.id)
                """,
                tuple(entities),
            )
        )
        self.env["account.move"].invalidate_model(["chorus_pro_attachment_ids"])
