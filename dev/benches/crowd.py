"""Thousands of frozen invoices at once, and who was deposited twice; for worker.py.

Made in SQL from one posted invoice: only what is read while depositing is there.
"""

import io
import sqlite3
import tarfile
from collections import Counter
from hashlib import sha256

from odoo.tools import SQL

PDF = b"%PDF-1.7\n% tiny\n%%EOF\n"


def do_hurry(office, *, company: int) -> None:
    """Let the portal take as many calls as come."""
    with office.environment() as env:
        env["res.company"].browse(company).chorus_pro_calls_second = 0


def do_crowd(office, *, pattern: int, count: int) -> int:
    """Queue so many copies of an invoice, each with its frozen file."""
    with office.environment() as env:
        move = env["account.move"].browse(pattern)
        kept = env["ir.attachment"].create({"name": "file", "raw": PDF})
        first = _last_id(env, "account_move") + 1
        _copy(
            env,
            move,
            count,
            id=SQL("nextval('account_move_id_seq')"),
            name=SQL("'QUEUE/' || (%s + n)", first),
            sequence_number=SQL("%s + n", first),
            chorus_pro_status="queued",
            access_token=None,
            message_main_attachment_id=None,
        )
        _queue(env, move, first, kept)
        env.cr.commit()
        for table in ("account_move", "chorus_pro_transmission", "ir_attachment"):
            env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        return count


def _last_id(env, table: str) -> int:
    [(last,)] = env.execute_query(SQL("SELECT max(id) FROM %s", SQL.identifier(table)))
    return last


def _copy(env, record, count: int, **changed) -> None:
    """Insert copies of a row; `changed` may be values or expressions with `n`."""
    record.env.flush_all()
    table = record._table
    columns = [
        name
        for (name,) in env.execute_query(
            SQL(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = %s AND is_generated = 'NEVER'",
                table,
            )
        )
    ]
    values = [
        (value if isinstance(value := changed[name], SQL) else SQL("%s", value))
        if name in changed
        else SQL.identifier(name)
        for name in columns
    ]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(1, %s) n"
            " WHERE id = %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(values),
            SQL.identifier(table),
            count,
            record.id,
        )
    )


def _queue(env, move, first: int, kept) -> None:
    """A transmission with a frozen file for each copy."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO chorus_pro_transmission
                   (move_id, company_id, environment, number, attempt, state,
                    state_since, file_name, file_size, checksum,
                    create_uid, write_uid, create_date, write_date)
            SELECT id, company_id, 'qualification', name, 1, 'to_send',
                   now() AT TIME ZONE 'UTC', replace(name, '/', '-') || '.pdf', %s, %s,
                   1, 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM account_move WHERE id >= %s AND name LIKE 'QUEUE/%%'
            """,
            len(PDF),
            sha256(PDF).hexdigest(),
            first,
        )
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO ir_attachment
                   (name, type, res_model, res_field, res_id, store_fname, file_size,
                    checksum, mimetype, company_id, create_uid, create_date, public)
            SELECT 'file', 'binary', 'chorus.pro.transmission', 'file', t.id,
                   a.store_fname, a.file_size, a.checksum, 'application/pdf',
                   t.company_id, 1, now() AT TIME ZONE 'UTC', false
              FROM chorus_pro_transmission t, ir_attachment a
             WHERE a.id = %s AND t.move_id >= %s AND t.state = 'to_send'
            """,
            kept.id,
            first,
        )
    )


def do_duplicates(office, *, portal: str) -> int:
    """Number of files that the portal got more than once, by their member names."""
    seen = Counter()
    with sqlite3.connect(portal) as ledger:
        for name, content in ledger.execute("SELECT file_name, content FROM flux"):
            if name.endswith(".tar.gz"):
                with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
                    names = archive.getnames()
                seen.update(member.partition("-")[2] for member in names)
            else:
                seen[name] += 1
    return sum(times - 1 for times in seen.values())
