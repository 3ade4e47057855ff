"""The tables of the staff database, and the check of a restored one."""

import sqlite3
import tempfile
from pathlib import Path

from kb.core.sqlite import Store, open_sqlite
from kb.database.errors import DatabaseUnavailableError

MIGRATIONS = (
    """
CREATE TABLE accounts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL
        CONSTRAINT role CHECK (role IN ('editor', 'publisher', 'admin')),
    password_hash TEXT,
    is_disabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    signed_in_at INTEGER
);
CREATE TABLE links (
    token_hash TEXT PRIMARY KEY NOT NULL,
    account_id INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_links_account_id ON links (account_id);
CREATE TABLE sessions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    token_hash TEXT NOT NULL UNIQUE,
    account_id INTEGER NOT NULL,
    browser TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_sessions_account_id ON sessions (account_id);
CREATE TABLE attempts (
    key TEXT PRIMARY KEY NOT NULL,
    count INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX ix_attempts_expires_at ON attempts (expires_at);
CREATE TABLE audit_log (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_log_at ON audit_log (at);
-- The log is append-only, for any program that opens this file.
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is never shortened'); END;
-- INSERT OR REPLACE does not fire the DELETE trigger.
CREATE TRIGGER audit_log_no_replace BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;
CREATE TABLE unfound_searches (
    day INTEGER NOT NULL,
    locale TEXT NOT NULL,
    text TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, locale, text)
);
""",
    """
DROP TABLE attempts;
CREATE TABLE attempts (
    key TEXT PRIMARY KEY NOT NULL,
    count INTEGER NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX ix_attempts_at ON attempts (at);
CREATE TABLE devices (
    token_hash TEXT PRIMARY KEY NOT NULL,
    account_id INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_devices_account_id ON devices (account_id);
CREATE TABLE failed_sign_ins (
    account_id INTEGER PRIMARY KEY NOT NULL,
    count INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
""",
    """
CREATE TABLE typed_searches (
    day INTEGER NOT NULL,
    locale TEXT NOT NULL,
    text TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, locale, text)
);
""",
    """
CREATE TABLE second_factors (
    account_id INTEGER PRIMARY KEY NOT NULL,
    secret TEXT NOT NULL,
    last_step INTEGER NOT NULL,
    FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE recovery_codes (
    code_hash TEXT PRIMARY KEY NOT NULL,
    account_id INTEGER NOT NULL,
    FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_recovery_codes_account_id ON recovery_codes (account_id);
CREATE TABLE daily_counts (
    day INTEGER NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, name)
);
""",
    """
CREATE TABLE identities (
    account_id INTEGER PRIMARY KEY NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    bound_at INTEGER NOT NULL,
    UNIQUE (issuer, subject),
    FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
""",
    """
ALTER TABLE sessions ADD COLUMN id_token TEXT NOT NULL DEFAULT '';
""",
    # Alembic numbered the migrations above; later ones are only here.
    "DROP TABLE IF EXISTS alembic_version;",
    """
CREATE TABLE audit_addresses (
    id INTEGER NOT NULL PRIMARY KEY REFERENCES audit_log (id),
    at INTEGER NOT NULL,
    address TEXT NOT NULL
);
""",
    """
CREATE TABLE source_links (
    url TEXT PRIMARY KEY NOT NULL,
    answer TEXT NOT NULL,
    tested_at INTEGER NOT NULL,
    alive_at INTEGER,
    failures INTEGER NOT NULL
);
""",
    """
CREATE TABLE cover_corrections (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    is_revoked INTEGER NOT NULL,
    UNIQUE (sha256, field)
);
""",
)

WRONG_SCHEMA = "it is not the database of this program"

UNKNOWN_FORMAT = 9999
"""The format of a file whose revision of Alembic is no number: a later one."""


class StaffStore(Store):
    """The file of the staff database, whose connections stay open."""

    migrations = MIGRATIONS
    read_error = write_error = newer_error = DatabaseUnavailableError
    keeps_connections = True

    def format(self, connection: sqlite3.Connection) -> int:
        """Return how many migrations a file has; earlier releases used Alembic."""
        number = super().format(connection)
        is_alembic = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        ).fetchone()
        if number or is_alembic is None:
            return number
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        revision = str(row[0]) if row else ""
        return int(revision) if revision.isdigit() else UNKNOWN_FORMAT


def check_schema(path: Path) -> None:
    """Migrate a database, then compare its schema with that of a new one.

    Tables and triggers must be equal: SQLite would run any trigger of the file.

    Raises:
        DatabaseUnavailableError: the schema differs, or is of a later version.
    """
    store = StaffStore(path)
    with open_sqlite(path, DatabaseUnavailableError) as connection:
        if not store.format(connection):
            raise DatabaseUnavailableError(path, WRONG_SCHEMA)
    store.migrate()
    with tempfile.TemporaryDirectory() as folder:
        new = StaffStore(Path(folder) / path.name)
        new.migrate()
        if _schema(path) != _schema(new.path):
            raise DatabaseUnavailableError(path, WRONG_SCHEMA)


def _schema(path: Path) -> set[tuple[str, ...]]:
    """Return the schema, and the rows with a foreign key of a missing row."""
    schema = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"
    with open_sqlite(path, DatabaseUnavailableError) as connection:
        return {
            # Releases indent their statements differently.
            tuple(" ".join(str(value).split()) for value in row)
            for query in (schema, "PRAGMA foreign_key_check")
            for row in connection.execute(query)
        }
