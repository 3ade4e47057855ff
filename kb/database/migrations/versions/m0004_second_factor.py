"""Adds the second factor of accounts with its recovery codes, and counts of uses."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0006"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE second_factors (
        account_id INTEGER PRIMARY KEY NOT NULL,
        secret TEXT NOT NULL,
        last_step INTEGER NOT NULL,
        FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE recovery_codes (
        code_hash TEXT PRIMARY KEY NOT NULL,
        account_id INTEGER NOT NULL,
        FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX ix_recovery_codes_account_id ON recovery_codes (account_id)",
    """
    CREATE TABLE daily_counts (
        day INTEGER NOT NULL,
        name TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (day, name)
    )
    """,
)


def upgrade() -> None:
    """Create the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
