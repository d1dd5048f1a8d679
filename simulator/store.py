"""The state file: one SQLite database shared by every process.

Write-ahead logging, a busy timeout and ``BEGIN IMMEDIATE`` for each write make
it safe with several Odoo workers and the HTTP server on the same file. A
connection lives as long as one request, so that forking cannot share it.
"""

import json
import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path

from . import crowd, seeds, settings
from .sql import write_meta, writing

BUSY_SECONDS = 30
# What each version after the first adds to older ledgers: a statement, or a function
# of the connection.
UPGRADES = (
    "ALTER TABLE structure ADD COLUMN works_only INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE structure ADD COLUMN works INTEGER NOT NULL DEFAULT 0",
    crowd.fill,
)
VERSION = 1 + len(UPGRADES)

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE application (
    client_id TEXT PRIMARY KEY, client_secret TEXT NOT NULL, apis TEXT NOT NULL);
CREATE TABLE account (
    login TEXT PRIMARY KEY, password TEXT NOT NULL,
    active_at REAL NOT NULL, expires_at REAL NOT NULL);
CREATE TABLE token (
    value TEXT PRIMARY KEY, client_id TEXT NOT NULL, expires_at REAL NOT NULL);
CREATE TABLE hit (client_id TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX hit_at ON hit (client_id, at);
CREATE TABLE structure (
    id INTEGER PRIMARY KEY, siret TEXT UNIQUE NOT NULL, name TEXT NOT NULL,
    public INTEGER NOT NULL, active INTEGER NOT NULL DEFAULT 1, closes_at REAL,
    street TEXT, postcode TEXT, town TEXT, country TEXT NOT NULL DEFAULT 'FR',
    service_required INTEGER NOT NULL DEFAULT 0,
    engagement_required INTEGER NOT NULL DEFAULT 0,
    either INTEGER NOT NULL DEFAULT 0,
    payment_not_reported INTEGER NOT NULL DEFAULT 0,
    edi INTEGER NOT NULL DEFAULT 0,
    engagement_checked INTEGER NOT NULL DEFAULT 0,
    attached INTEGER NOT NULL DEFAULT 1,
    works_only INTEGER NOT NULL DEFAULT 0,
    works INTEGER NOT NULL DEFAULT 0);
CREATE TABLE service (
    id INTEGER PRIMARY KEY, structure_id INTEGER NOT NULL, code TEXT NOT NULL,
    name TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1,
    starts REAL NOT NULL, ends REAL NOT NULL,
    engagement_required INTEGER NOT NULL DEFAULT 0,
    payment_reported INTEGER NOT NULL DEFAULT 1,
    UNIQUE (structure_id, code));
CREATE TABLE commitment (
    number TEXT NOT NULL, structure_id INTEGER NOT NULL, supplier_siret TEXT,
    UNIQUE (number, structure_id));
CREATE TABLE flux (
    id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT UNIQUE, syntax TEXT NOT NULL,
    file_name TEXT NOT NULL, content BLOB NOT NULL, sha256 TEXT NOT NULL,
    login TEXT NOT NULL, deposited_at REAL NOT NULL, known_at REAL NOT NULL,
    plan TEXT NOT NULL, state TEXT NOT NULL, state_at REAL NOT NULL, next_at REAL,
    dp_errors TEXT NOT NULL DEFAULT '[]', technical_errors TEXT NOT NULL DEFAULT '[]');
CREATE INDEX flux_next ON flux (next_at) WHERE next_at IS NOT NULL;
CREATE TABLE invoice (
    id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL,
    supplier_id INTEGER NOT NULL, recipient_id INTEGER NOT NULL, service_id INTEGER,
    flux_id INTEGER, member TEXT, mode TEXT NOT NULL, kind TEXT NOT NULL,
    framework TEXT NOT NULL, date TEXT, deposited_at REAL NOT NULL,
    engagement TEXT, contract TEXT, origin TEXT, currency TEXT NOT NULL,
    amount_untaxed REAL, amount_total REAL, amount_due REAL, size INTEGER,
    data TEXT NOT NULL, status TEXT NOT NULL, status_at REAL NOT NULL, comment TEXT,
    next_at REAL, next_status TEXT, rejection_handled INTEGER NOT NULL DEFAULT 0,
    validator_id INTEGER, UNIQUE (supplier_id, number));
CREATE INDEX invoice_next ON invoice (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX invoice_status ON invoice (status_at);
CREATE INDEX invoice_flux ON invoice (flux_id);
CREATE INDEX invoice_number ON invoice (number);
CREATE INDEX invoice_recipient ON invoice (recipient_id);
CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT, invoice_id INTEGER NOT NULL,
    code TEXT NOT NULL, at REAL NOT NULL, comment TEXT, person TEXT);
CREATE INDEX history_invoice ON history (invoice_id);
CREATE TABLE user_action (
    id INTEGER PRIMARY KEY AUTOINCREMENT, invoice_id INTEGER NOT NULL,
    code TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX user_action_invoice ON user_action (invoice_id);
CREATE TABLE attachment (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, extension TEXT NOT NULL,
    mime TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE invoice_attachment (
    id INTEGER PRIMARY KEY AUTOINCREMENT, invoice_id INTEGER NOT NULL,
    attachment_id INTEGER NOT NULL, designation TEXT, type TEXT, line INTEGER);
CREATE TABLE fault (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, service TEXT NOT NULL,
    times INTEGER NOT NULL, params TEXT NOT NULL);
CREATE TABLE call (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, service TEXT NOT NULL,
    subject TEXT, code INTEGER NOT NULL);
"""

FIRST_IDS = {"flux": 500000, "invoice": 8500000, "attachment": 10321000}


class Store:
    """Opens the state file, creating and seeding it when it is new."""

    def __init__(self, path):
        self.path = Path(path)

    @contextmanager
    def connect(self):
        """Yield a connection in autocommit mode, closed at the end."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        db.row_factory = sqlite3.Row
        # In WAL mode this survives a killed process; only a power cut could lose.
        db.execute("PRAGMA synchronous = NORMAL")
        try:
            if (version := _version(db)) < VERSION:
                (self._upgrade if version else self._create)(db)
            yield db
        finally:
            db.close()

    def _create(self, db):
        """Create tables and seeds once, whoever comes first."""
        _use_wal(db)
        with writing(db):
            if _version(db):
                return
            for statement in SCHEMA.split(";\n"):
                db.execute(statement)
            for table, first in FIRST_IDS.items():
                db.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, first))
            _fill(db)
            db.execute(f"PRAGMA user_version = {VERSION}")

    def _upgrade(self, db):
        """Bring a ledger that an older version of this code keeps up to date."""
        with writing(db):
            for upgrade in UPGRADES[_version(db) - 1 :]:
                upgrade(db) if callable(upgrade) else db.execute(upgrade)
            db.execute(f"PRAGMA user_version = {VERSION}")


def _version(db):
    return db.execute("PRAGMA user_version").fetchone()[0]


def _use_wal(db):
    """Switch to write-ahead logging.

    SQLite does not wait for other connections here, whatever the busy timeout.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _fill(db):
    """Put settings, credentials and the directory into a new file."""
    started = time.time()
    write_meta(db, "clock", {"offset": 0.0, "frozen": None})
    write_meta(db, "latency", settings.LATENCY)
    write_meta(db, "quota", None)
    known = settings.CREDENTIALS
    db.execute(
        "INSERT INTO application VALUES (?, ?, ?)",
        (known["client_id"], known["client_secret"], json.dumps(settings.SUBSCRIBED)),
    )
    db.execute(
        "INSERT INTO account VALUES (?, ?, ?, ?)",
        (known["login"], known["password"], 0, started + settings.ACCOUNT_DAYS * 86400),
    )
    seeds.fill(db, started)
    crowd.fill(db)
