"""Adds the counts of typed searches."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """
        CREATE TABLE typed_searches (
            day INTEGER NOT NULL,
            locale TEXT NOT NULL,
            text TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (day, locale, text)
        )
        """
    )
