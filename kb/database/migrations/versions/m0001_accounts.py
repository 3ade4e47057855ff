"""Creates all tables of the first version.

A released migration is never edited: later migrations change its tables.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
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
    )
    """,
    """
    CREATE TABLE links (
        token_hash TEXT PRIMARY KEY NOT NULL,
        account_id INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX ix_links_account_id ON links (account_id)",
    """
    CREATE TABLE sessions (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        token_hash TEXT NOT NULL UNIQUE,
        account_id INTEGER NOT NULL,
        browser TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX ix_sessions_account_id ON sessions (account_id)",
    """
    CREATE TABLE attempts (
        key TEXT PRIMARY KEY NOT NULL,
        count INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
    )
    """,
    "CREATE INDEX ix_attempts_expires_at ON attempts (expires_at)",
    """
    CREATE TABLE audit_log (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        subject TEXT NOT NULL,
        detail TEXT NOT NULL
    )
    """,
    "CREATE INDEX audit_log_at ON audit_log (at)",
    # The log is append-only, for any program that opens this file.
    """
    CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
    BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END
    """,
    """
    CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
    BEGIN SELECT RAISE(ABORT, 'the audit log is never shortened'); END
    """,
    # INSERT OR REPLACE does not fire the DELETE trigger.
    """
    CREATE TRIGGER audit_log_no_replace BEFORE INSERT ON audit_log
    WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END
    """,
    """
    CREATE TABLE unfound_searches (
        day INTEGER NOT NULL,
        locale TEXT NOT NULL,
        text TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (day, locale, text)
    )
    """,
)


def upgrade() -> None:
    """Create the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
