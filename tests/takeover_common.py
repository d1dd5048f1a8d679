"""A database as an upgrade from the OCA modules leaves it: their tables and columns."""

from odoo.tools import SQL

from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

# Tables and columns of l10n_fr_chorus_account 18.0, and those of 14.0 to 17.0 that it
# had no more.
COLUMNS = {
    "res_company": {
        "fr_chorus_api_login": "varchar",
        "fr_chorus_api_password": "varchar",
        "fr_chorus_qualif": "boolean",
    },
    "res_partner": {
        "fr_chorus_required": "varchar",
        "fr_chorus_identifier": "integer",
        "fr_chorus_service_id": "integer",
        "siret": "varchar",
    },
    "account_move": {
        "chorus_flow_id": "integer",
        "chorus_identifier": "integer",
        "chorus_status": "varchar",
        "chorus_status_date": "timestamp",
        "chorus_service_code": "varchar",
        "transmit_method_id": "integer",
    },
}
TABLES = {
    "chorus_flow": {
        "id": "serial PRIMARY KEY",
        "name": "varchar",
        "date": "date",
        "attachment_id": "integer",
        "status": "varchar",
        "status_date": "timestamp",
        "notes": "text",
        "company_id": "integer",
    },
    "chorus_flow_initial_account_move_rel": {
        "chorus_flow_id": "integer",
        "move_id": "integer",
    },
    "chorus_partner_service": {
        "id": "serial PRIMARY KEY",
        "partner_id": "integer",
        "code": "varchar",
        "active": "boolean",
        "name": "varchar",
        "chorus_identifier": "integer",
        "engagement_required": "boolean",
    },
    "account_move_chorus_ir_attachment_rel": {
        "account_move_id": "integer",
        "ir_attachment_id": "integer",
    },
    "transmit_method": {"id": "serial PRIMARY KEY", "code": "varchar"},
}
PASSWORD = "an old secret"


class TakeoverCommon(EngineCommon):
    """Old rows are written by SQL, in the transaction of the test."""

    def setUp(self):
        super().setUp()
        self.takeover = self.env["chorus.pro.takeover"].sudo()
        # Not yet known to be public: that is for the takeover to tell.
        self.newcomer = self.make_entity(
            "21990003200018",
            "Commune de Fontclaire",
            "unknown",
            chorus_pro_is_public=False,
        )

    def prepare(self, *without):
        """Make the old tables and columns, but those named in `without`."""
        self.env.flush_all()
        for table, columns in TABLES.items():
            kept = {c: k for c, k in columns.items() if f"{table}.{c}" not in without}
            if table not in without:
                body = ", ".join(f"{column} {kind}" for column, kind in kept.items())
                self.env.cr.execute(f"CREATE TABLE {table} ({body})")
        for table, columns in COLUMNS.items():
            for column, kind in columns.items():
                if f"{table}.{column}" not in without and table not in without:
                    self.env.cr.execute(f"ALTER TABLE {table} ADD {column} {kind}")

    def old(self, table, **values):
        """Insert an old row; returns its id where it has one."""
        names = SQL(", ").join(SQL.identifier(name) for name in values)
        row = SQL(
            "INSERT INTO %s (%s) VALUES %s",
            SQL.identifier(table),
            names,
            tuple(values.values()),
        )
        if "id" not in TABLES[table]:
            self.env.cr.execute(row)
            return None
        [(row_id,)] = self.env.execute_query(SQL("%s RETURNING id", row))
        return row_id

    def mark(self, record, **values):
        """Write old columns of a record that is still there."""
        self.env.flush_all()
        for name, value in values.items():
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id IN %s",
                    SQL.identifier(record._table),
                    SQL.identifier(name),
                    value,
                    tuple(record.ids),
                )
            )

    def old_flow(self, name="CPP0001", status="IN_INTEGRE", moves=(), **values):
        """An old flow with its invoices, as the old module sent them."""
        flow_id = self.old(
            "chorus_flow",
            name=name,
            status=status,
            date=values.pop("date", "2026-03-02"),
            status_date=values.pop("status_date", "2026-03-03 08:00:00"),
            company_id=self.company.id,
            **values,
        )
        for move in moves:
            self.old(
                "chorus_flow_initial_account_move_rel",
                chorus_flow_id=flow_id,
                move_id=move.id,
            )
            self.mark(move, chorus_flow_id=flow_id)
        return flow_id

    def take_over(self):
        """Take everything over; returns what a person is told, as one text."""
        self.env.flush_all()
        told = "\n".join(self.takeover._run())
        self.env.invalidate_all()
        return told

    def outcome(self, kind, source_id):
        """What became of an old record, None when it was not looked at."""
        found = self.takeover.search(
            [("kind", "=", kind), ("source_id", "=", source_id)]
        )
        return found.outcome or None

    def production(self):
        """Let the company work where it had sent before."""
        self.company.sudo().chorus_pro_environment = "production"
        self.env.flush_all()

    def rows(self, move):
        """All attempts of an invoice, oldest first."""
        return move.sudo().chorus_pro_transmission_ids.sorted("id")
