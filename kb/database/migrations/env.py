"""Runs migrations over the connection of `migrate.py`."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # A failed migration is rolled back.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
