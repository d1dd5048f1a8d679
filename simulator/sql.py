"""Small helpers over one SQLite connection in autocommit mode."""

import json
from contextlib import contextmanager


@contextmanager
def writing(db):
    """Run the block in one immediate transaction; roll back on any error."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def read_meta(db, key):
    """Return the JSON value kept under ``key``, or None."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return json.loads(row[0]) if row else None


def write_meta(db, key, value):
    """Keep a JSON value under ``key``."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))


def insert(db, table, values):
    """Insert a dict of columns and return the new id; names are ours, never input."""
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
    return db.execute(statement, list(values.values())).lastrowid


def update(db, table, ident, values):
    """Update the row ``ident``; names are ours, never input."""
    columns = ", ".join(f"{name} = ?" for name in values)
    statement = f"UPDATE {table} SET {columns} WHERE id = ?"  # noqa: S608
    db.execute(statement, [*values.values(), ident])
