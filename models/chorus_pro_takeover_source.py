"""What the OCA modules left in the database: their tables and columns, read by SQL.

An upgrade keeps the tables and columns of an addon that does not exist any more. Names
are those of OCA/l10n-france `l10n_fr_chorus_account` 14.0, 16.0, 17.0 and 18.0, of
`account_invoice_transmit_method` (up to 17.0), of `server_environment` and of
`l10n_fr_siret` [T]. Each of them may be missing.
"""

from collections import defaultdict

from odoo.tools import SQL

FLOWS = "chorus_flow"
FLOW_MOVES = "chorus_flow_initial_account_move_rel"
SERVICES = "chorus_partner_service"
FILES = "account_move_chorus_ir_attachment_rel"
METHODS = "transmit_method"
METHOD_FIELD = "customer_invoice_transmit_method_id"
TABLES = (
    "res_company",
    "res_partner",
    "account_move",
    FLOWS,
    FLOW_MOVES,
    SERVICES,
    FILES,
    METHODS,
    "ir_property",
)
KINDS = {
    "text": SQL("text"),
    "integer": SQL("integer"),
    "boolean": SQL("boolean"),
    "timestamp": SQL("timestamp"),
}
# One of these says that the module was here; the others exist without it, too.
MARKS = (
    (FLOWS, "name"),
    (SERVICES, "code"),
    ("res_partner", "fr_chorus_required"),
    ("res_partner", "fr_chorus_identifier"),
    ("account_move", "chorus_flow_id"),
    ("account_move", "chorus_identifier"),
    ("res_company", "fr_chorus_api_login"),
)


class Source:
    """The old tables of one database, with whatever columns they have."""

    def __init__(self, env):
        self.env = env
        self._columns = defaultdict(dict)
        rows = env.execute_query(
            SQL(
                "SELECT table_name, column_name, udt_name"
                " FROM information_schema.columns"
                " WHERE table_schema = current_schema AND table_name IN %s",
                TABLES,
            )
        )
        for table, column, kind in rows:
            self._columns[table][column] = kind
        self.found = any(self.has(table, column) for table, column in MARKS)

    def has(self, table, *columns):
        """Whether the table is there with all these columns."""
        known = self._columns.get(table, {})
        return bool(known) and all(column in known for column in columns)

    def column(self, table, alias, name, kind):
        """The column as SQL of the type `kind`, NULL where it is missing."""
        known = self.has(table, name)
        value = SQL.identifier(alias, name) if known else SQL("NULL")
        return SQL("%s::%s", value, KINDS[kind])

    # === COMPANIES === #

    def companies(self):
        """Rows (id, login, whether it worked in the portal's test environment).

        With `server_environment` the values lie in a text of JSON instead.
        """

        def either(name, kind):
            plain = self.column("res_company", "c", name, kind)
            if not self.has("res_company", "server_env_defaults"):
                return plain
            return SQL(
                "COALESCE((NULLIF(c.server_env_defaults::text, '')::jsonb"
                " ->> %s)::%s, %s)",
                f"x_{name}_env_default",
                KINDS[kind],
                plain,
            )

        return self.env.execute_query(
            SQL(
                "SELECT c.id, NULLIF(TRIM(%s), ''), COALESCE(%s, FALSE)"
                " FROM res_company c ORDER BY c.id",
                either("fr_chorus_api_login", "text"),
                either("fr_chorus_qualif", "boolean"),
            )
        )

    # === ENTITIES === #

    def entities(self):
        """SQL that selects the ids of commercial partners billed through Chorus Pro."""
        marks = [*self._partner_marks(), *self._method_marks(), *self._move_marks()]
        if not marks:
            return SQL("SELECT id FROM res_partner WHERE FALSE")
        return SQL(
            "SELECT DISTINCT COALESCE(p.commercial_partner_id, p.id) AS id"
            " FROM res_partner p WHERE p.id IN (%s)",
            SQL(" UNION ").join(marks),
        )

    def _partner_marks(self):
        if self.has("res_partner", "fr_chorus_required"):
            yield SQL("SELECT id FROM res_partner WHERE fr_chorus_required <> ''")
        if self.has("res_partner", "fr_chorus_service_id"):
            yield SQL(
                "SELECT id FROM res_partner WHERE fr_chorus_service_id IS NOT NULL"
            )
        if self.has("res_partner", "fr_chorus_identifier"):
            # The company's own identifier was kept there, too.
            yield SQL(
                "SELECT id FROM res_partner WHERE fr_chorus_identifier > 0"
                " AND id NOT IN (SELECT partner_id FROM res_company)"
            )
        if self.has(SERVICES, "partner_id"):
            yield SQL(
                "SELECT partner_id FROM %s WHERE partner_id IS NOT NULL",
                SQL.identifier(SERVICES),
            )

    def _method_marks(self):
        """Partners whose sending method was Chorus Pro, in any company."""
        if self.has("res_partner", "invoice_sending_method"):
            yield SQL(
                "SELECT id FROM res_partner"
                " WHERE invoice_sending_method::text LIKE '%%fr_chorus%%'"
            )
        if not self.has(METHODS, "code"):
            return
        chorus = SQL("SELECT id FROM transmit_method WHERE code = 'fr-chorus'")
        name = SQL.identifier(METHOD_FIELD)
        kind = self._columns["res_partner"].get(METHOD_FIELD)
        if kind == "jsonb":
            yield SQL(
                "SELECT p.id FROM res_partner p, jsonb_each_text(p.%s) method"
                " WHERE method.value IN (SELECT id::text FROM (%s) chorus)",
                name,
                chorus,
            )
        elif kind:
            yield SQL("SELECT id FROM res_partner WHERE %s IN (%s)", name, chorus)
        if self.has("ir_property", "name", "res_id", "value_reference"):
            yield SQL(
                "SELECT SPLIT_PART(res_id, ',', 2)::integer FROM ir_property"
                " WHERE name = %s AND res_id LIKE 'res.partner,%%'"
                " AND value_reference IN"
                " (SELECT 'transmit.method,' || id FROM (%s) chorus)",
                METHOD_FIELD,
                chorus,
            )

    def _move_marks(self):
        """Customers of invoices that went, or were to go, there."""
        tests = {
            "chorus_flow_id": SQL("chorus_flow_id IS NOT NULL"),
            "chorus_identifier": SQL("chorus_identifier > 0"),
            "invoice_sending_method": SQL("invoice_sending_method = 'fr_chorus'"),
        }
        if self.has(METHODS, "code"):
            tests["transmit_method_id"] = SQL(
                "transmit_method_id IN"
                " (SELECT id FROM transmit_method WHERE code = 'fr-chorus')"
            )
        for column, test in tests.items():
            if self.has("account_move", column):
                yield SQL(
                    "SELECT commercial_partner_id FROM account_move"
                    " WHERE move_type IN ('out_invoice', 'out_refund')"
                    " AND commercial_partner_id IS NOT NULL AND %s",
                    test,
                )

    def entity_facts(self, ids):
        """{id: (requirement, identifier, SIRET)} as the old modules had them."""

        def column(name):
            return self.column("res_partner", "p", name, "text")

        rows = self.env.execute_query(
            SQL(
                "SELECT p.id, %s, %s, COALESCE(NULLIF(%s, ''), %s || %s)"
                " FROM res_partner p WHERE p.id IN %s",
                column("fr_chorus_required"),
                column("fr_chorus_identifier"),
                column("siret"),
                column("siren"),
                column("nic"),
                tuple(ids),
            )
        )
        return {row[0]: row[1:] for row in rows}

    # === SERVICES === #

    def services(self):
        """SQL of the services: id, entity, code, name, active, identifier, engagement.

        The entity is NULL when it was deleted.
        """
        if not self.has(SERVICES, "id", "code", "partner_id"):
            return None
        return SQL(
            "SELECT s.id, COALESCE(p.commercial_partner_id, p.id) AS entity,"
            " TRIM(s.code) AS code, COALESCE(NULLIF(TRIM(%s), ''), s.code) AS name,"
            " COALESCE(%s, TRUE) AS active, %s AS identifier,"
            " COALESCE(%s, FALSE) AS engagement"
            " FROM chorus_partner_service s"
            " LEFT JOIN res_partner p ON p.id = s.partner_id"
            " WHERE TRIM(s.code) <> ''",
            self.column(SERVICES, "s", "name", "text"),
            self.column(SERVICES, "s", "active", "boolean"),
            self.column(SERVICES, "s", "chorus_identifier", "integer"),
            self.column(SERVICES, "s", "engagement_required", "boolean"),
        )

    def contacts(self):
        """SQL of the contacts with a service of their own: id, entity, code."""
        if not self.has("res_partner", "fr_chorus_service_id") or not self.has(
            SERVICES, "id", "code"
        ):
            return None
        return SQL(
            "SELECT p.id, COALESCE(p.commercial_partner_id, p.id) AS entity,"
            " TRIM(s.code) AS code FROM res_partner p"
            " JOIN chorus_partner_service s ON s.id = p.fr_chorus_service_id"
        )
