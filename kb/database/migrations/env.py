"""Runs migrations over the connection that is handed in."""

from __future__ import annotations

from alembic import context

from kb.database.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # A migration that fails in the middle leaves nothing behind.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
