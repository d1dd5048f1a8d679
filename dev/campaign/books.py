"""Odoo's database as the harness sees it, on a connection of its own."""

from collections import defaultdict

import psycopg2

from .cluster import Cluster

# Rows of these are followed no more.
SETTLED = ("integrated", "rejected", "cancelled", "failed")


class Books:
    """Queries over what Odoo has written; also lays out the table for a round."""

    def __init__(self, cluster: Cluster, facts: dict) -> None:
        self.cluster = cluster
        self.moves: list[int] = facts["moves"]
        self.crons: list[int] = facts["crons"]
        # Processes of people; see `Cluster.waits`.
        self.users: set[int] = set()
        self.connection = cluster.connect()
        self.tables = [
            name
            for (name,) in self.query(
                "SELECT tablename FROM pg_tables WHERE tablename LIKE"
                " 'chorus\\_pro\\_%%' AND tablename <> 'chorus_pro_service'"
            )
        ]

    def query(self, statement: str, *values) -> list[tuple]:
        """Rows of a statement; a server that was restarted is found again."""
        for last in (False, True):
            try:
                with self.connection.cursor() as cursor:
                    cursor.execute(statement, values)
                    return cursor.fetchall() if cursor.description else []
            except psycopg2.Error as error:
                if last or error.pgcode:
                    raise
                self.connection = self.cluster.connect()
        return []

    def index(self, name: str) -> str:
        """The statement that makes an index; empty when it is not there."""
        rows = self.query("SELECT indexdef FROM pg_indexes WHERE indexname = %s", name)
        return rows[0][0] if rows else ""

    def close(self) -> None:
        """Let go of the database."""
        self.connection.close()

    # === LAYING OUT === #

    def clear(self, numbers: list[str]) -> None:
        """Forget all rounds before; the invoices get new numbers and are posted."""
        self.query("SET session_replication_role = replica")
        for table in self.tables:
            self.query(f"DELETE FROM {table}")
        for table in ("ir_cron_trigger", "ir_cron_progress", "mail_activity"):
            self.query(f"DELETE FROM {table}")
        self.query("DELETE FROM mail_message WHERE model = 'account.move'")
        self.query("DELETE FROM ir_attachment WHERE res_model LIKE 'chorus.pro.%%'")
        self.query("SET session_replication_role = DEFAULT")
        self.query(
            "UPDATE account_move m SET name = n.name, state = 'posted',"
            " purchase_order_reference = NULL, chorus_pro_status = 'to_send'"
            " FROM unnest(%s, %s) AS n(id, name)"
            " WHERE m.id = n.id",
            self.moves,
            numbers,
        )
        self.query(
            "UPDATE account_move_line l SET parent_state = 'posted', move_name = m.name"
            " FROM account_move m WHERE m.id = l.move_id AND m.id = ANY(%s)",
            self.moves,
        )
        self.query(
            "UPDATE ir_cron SET active = TRUE, failure_count = 0,"
            " first_failure_date = NULL, nextcall = now() AT TIME ZONE 'UTC'"
            " WHERE id = ANY(%s)",
            self.crons,
        )

    def pace(self, calls_second: int) -> None:
        """So many calls a second may leave for the portal; 0: any number."""
        self.query("UPDATE res_company SET chorus_pro_calls_second = %s", calls_second)

    def ring(self) -> None:
        """Let the interval of every scheduled action of ours end now."""
        self.query(
            "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' - interval '1 day'"
            " WHERE id IN (SELECT id FROM ir_cron WHERE id = ANY(%s)"
            " FOR NO KEY UPDATE SKIP LOCKED)",
            self.crons,
        )

    # === READING === #

    def attempts(self) -> dict[str, list[dict]]:
        """Attempts of each invoice by its number, oldest first."""
        found = defaultdict(list)
        names = ("move", "number", "state", "status", "error", "flow", "flow_state")
        for row in self.query(
            "SELECT m.id, m.name, t.state, t.portal_status,"
            " concat_ws(': ', t.error_code, t.error, t.detail), f.name, f.state"
            " FROM chorus_pro_transmission t JOIN account_move m ON m.id = t.move_id"
            " LEFT JOIN chorus_pro_flow f ON f.id = t.flow_id ORDER BY t.id"
        ):
            attempt = dict(zip(names, row, strict=True))
            found[attempt["number"]].append(attempt)
        return found

    def paused_until(self) -> float:
        """Until when the queue waits, in seconds of Odoo's clock; 0 when it goes."""
        rows = self.query(
            "SELECT extract(epoch FROM max(paused_until)) FROM chorus_pro_gate"
        )
        return float(rows[0][0] or 0)

    def flows(self) -> dict[str, list[tuple]]:
        """Names and own ids of the deposits by their state."""
        found = defaultdict(list)
        for state, *flow in self.query("SELECT state, name, id FROM chorus_pro_flow"):
            found[state].append(tuple(flow))
        return found

    def is_settled(self) -> bool:
        """Whether nothing is on its way any more."""
        [(open_rows,)] = self.query(
            "SELECT count(*) FROM chorus_pro_transmission WHERE state <> ALL(%s)",
            list(SETTLED),
        )
        return not open_rows

    def activities(self) -> dict[str, list[str]]:
        """Summaries of our activities by invoice number."""
        found = defaultdict(list)
        for number, summary in self.query(
            "SELECT m.name, a.summary FROM mail_activity a JOIN account_move m"
            " ON m.id = a.res_id WHERE a.res_model = 'account.move' AND a.active"
        ):
            found[number].append(summary)
        return found

    def other_activities(self) -> list[str]:
        """Summaries of activities that are not on invoices."""
        return [
            f"{model} {summary}"
            for model, summary in self.query(
                "SELECT res_model, summary FROM mail_activity"
                " WHERE res_model <> 'account.move' AND active ORDER BY id"
            )
        ]

    def chatter(self) -> dict[str, list[str]]:
        """Our lines in the chatter by invoice number, oldest first."""
        found = defaultdict(list)
        for number, body in self.query(
            "SELECT m.name, x.body FROM mail_message x JOIN account_move m"
            " ON m.id = x.res_id WHERE x.model = 'account.move'"
            " AND x.body LIKE '%%Chorus Pro%%' ORDER BY x.id"
        ):
            found[number].append(body)
        return found

    def summaries(self) -> dict[str, str]:
        """The stored summary of each invoice by its number."""
        return dict(
            self.query(
                "SELECT name, chorus_pro_status FROM account_move WHERE id = ANY(%s)",
                self.moves,
            )
        )

    def drafts(self) -> set[str]:
        """Numbers of the invoices that were reset to draft or cancelled."""
        rows = self.query(
            "SELECT name FROM account_move WHERE id = ANY(%s)"
            " AND state IN ('draft', 'cancel')",
            self.moves,
        )
        return {name for (name,) in rows}

    def checksums(self) -> dict[str, str]:
        """SHA-256 of each deposited file by flow number."""
        return dict(
            self.query(
                "SELECT name, checksum FROM chorus_pro_flow WHERE name IS NOT NULL"
            )
        )

    def locks(self) -> list[str]:
        """What is still locked, or open, while nobody works."""
        found = [
            f"a transaction is open: {query}"
            for (query,) in self.query(
                "SELECT query FROM pg_stat_activity WHERE datname = current_database()"
                " AND state LIKE 'idle in transaction%%'"
            )
        ]
        advisory = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"
        found += ["an advisory lock is held" for _row in self.query(advisory)]
        if waits := self.cluster.waits(self.users):
            found.append(f"{waits} times somebody waited for a deposit under way")
        for table in ("account_move", *self.tables):
            try:
                self.query(f"SELECT 1 FROM {table} FOR UPDATE NOWAIT")
            except psycopg2.errors.LockNotAvailable:
                found.append(f"a row of {table} is locked")
        return found
