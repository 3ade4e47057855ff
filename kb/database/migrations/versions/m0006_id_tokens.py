"""Adds the ID token of a session that a provider began, to end it there too."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; earlier sessions have no token."""
    op.execute("ALTER TABLE sessions ADD COLUMN id_token TEXT NOT NULL DEFAULT ''")
