"""Adds known devices and failed sign-ins, and counts attempts from their last time.

The counts of attempts so far are dropped: they would expire within an hour.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    "DROP TABLE attempts",
    """
    CREATE TABLE attempts (
        key TEXT PRIMARY KEY NOT NULL,
        count INTEGER NOT NULL,
        at INTEGER NOT NULL
    )
    """,
    "CREATE INDEX ix_attempts_at ON attempts (at)",
    """
    CREATE TABLE devices (
        token_hash TEXT PRIMARY KEY NOT NULL,
        account_id INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX ix_devices_account_id ON devices (account_id)",
    """
    CREATE TABLE failed_sign_ins (
        account_id INTEGER PRIMARY KEY NOT NULL,
        count INTEGER NOT NULL,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
    )
    """,
)


def upgrade() -> None:
    """Create the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
